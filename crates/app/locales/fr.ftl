# The interface’s words, in French: written first, by the rules of the docs. English follows in en.ftl.

## Frame

skip-to-content = Aller au contenu
nav-label = Navigation principale
nav-more = Plus
nav-overview = Vue d’ensemble
nav-sales = Ventes
nav-orders = Commandes
nav-products = Produits
nav-customers = Clients
nav-journey = Parcours client
nav-marketing = Marketing
nav-goals = Objectifs
nav-reports = Rapports
nav-connections = Connexions
nav-import = Importer
nav-settings = Réglages
nav-definitions = Définitions
theme-label = Thème
theme-auto = Thème auto
theme-light = Clair
theme-dark = Sombre
loading = Chargement

## Filters

filter-shop = Boutique
filter-all-shops = Toutes les boutiques
filter-currency = Devise
filter-period = Période
filter-compare = Comparer à
filter-from = Du
filter-to = Au
filter-apply = Appliquer
period-today = Aujourd’hui
period-yesterday = Hier
period-days = { $days } derniers jours
period-this-week = Cette semaine
period-last-week = La semaine dernière
period-this-month = Ce mois-ci
period-last-month = Le mois dernier
period-this-quarter = Ce trimestre
period-last-quarter = Le trimestre dernier
period-this-year = Cette année
period-last-year = L’année dernière
period-12-months = 12 derniers mois
period-all = Depuis le début
period-custom = Dates au choix
compare-previous = Période précédente
compare-year = Même période un an plus tôt
compare-year-weekday = Un an plus tôt, mêmes jours de la semaine
compare-none = Ne pas comparer
compare-custom = Dates au choix
compare-against = comparé à { $range }

## Status line

status-mode = Mode de calcul
status-change = Changer
status-excluded = { $count } statuts exclus
status-excluded-one = 1 statut exclu
status-since = Historique depuis le { $date }
status-fresh = { $source } : { $ago }

## Tiles

tiles-label = Chiffres clés
tile-open = Voir ce qu’il y a derrière
definition-of = Définition :
change-up = En hausse,
change-down = En baisse,
change-flat = Stable,
change-new = nouveau
change-points = { $value } pt
tile-visits-missing = Aucune visite n’est mesurée.
tile-visits-action = Connecter une mesure d’audience
tile-carts-missing = Aucun panier n’est reçu.
tile-carts-action = Connecter la boutique
sample-size = n = { $count }

## Cards

see-all = Voir tout
card-menu = Autres vues :
card-table = Voir le tableau
card-csv = Télécharger en CSV
card-link = Lien vers ce graphique
chart-legend = Légende
chart-table = Voir les chiffres
chart-empty = Aucune vente sur cette période. Choisissez une période plus longue.
chart-columns = Colonnes
chart-line = Courbe
granularity-label = Grouper par
granularity-hour = Heure
granularity-day = Jour
granularity-week = Semaine
granularity-month = Mois
granularity-quarter = Trimestre
granularity-year = Année
revenue-title = Chiffre d’affaires
revenue-parts = Par type de client
revenue-new = Nouveaux clients
revenue-existing = Clients existants
revenue-unidentified = Clients non identifiés
orders-title = Commandes
new-customers-title = Nouveaux clients
table-date = Date
table-value = Valeur
table-compared-date = Comparé au
table-compared-value = Valeur comparée
table-change = Variation
table-total = Total
table-sum = Somme
table-none = Aucune ligne pour ces filtres.
table-csv = Télécharger en CSV
table-pages = Pages
table-previous = Précédente
table-next = Suivante
table-range = { $from }–{ $to } sur { $total }
sellers-title = Meilleures ventes
sellers-product = Produit
sellers-share = Part
sellers-by = Classer par
sellers-revenue = CA
sellers-quantity = Articles vendus
sellers-none = Aucun produit vendu sur cette période.
stock-left = { $count } en stock
stock-out = Rupture de stock
live-title = Activité en direct
live-on = En direct
live-off = En pause
live-pause = Suspendre
live-resume = Reprendre
live-none = Rien pour l’instant. Les commandes et les paniers s’afficheront ici dès leur arrivée.
live-order = Commande
live-cart = Panier
live-order-number = Commande nº { $number }
live-cart-added = Au panier : { $products }
live-visitor = Visiteur
quick-today = Aujourd’hui et la semaine dernière
quick-month = Ce mois-ci et l’an passé
quick-until = { $day }, jusqu’à { $hour }
todo-title = À faire
todo-none = Rien en attente.
todo-ship = Commandes payées à expédier
todo-transfer = Virements ou chèques attendus
todo-failed = Paiements échoués
todo-stock = Produits en rupture de stock

## Definitions

definitions-title = Définitions
definitions-lede = Ce que chaque chiffre compte, et comment.
definition-formula = Formule :
definition-unit = Unité :
unit-money = montant
unit-count = nombre
unit-ratio = part
unit-decimal = moyenne
unit-days = jours

## Set-up

setup-title = Vos chiffres, chez vous
setup-lede = Comptoir n’a encore aucune commande. Deux façons de commencer.
setup-import = Importer un fichier
setup-import-text = Un export de commandes suffit : CSV, Excel ou JSON. Vous voyez ce qui est compris avant d’enregistrer, et tout import s’annule.
setup-connect = Connecter une boutique
setup-connect-text = Les commandes arrivent d’elles-mêmes, avec l’historique. L’accès demandé est en lecture seule.
setup-privacy = Rien ne quitte cette machine.

## Import

import-title = Importer un fichier
import-step-file = Fichier
import-step-mapping = Correspondance
import-step-progress = Import
import-step-report = Bilan
import-format = Format
import-format-detect = Détecter
import-drop = Déposer un fichier ou cliquer pour le choisir
import-kinds = CSV, JSON Lines, Excel ; aussi en .gz ou .zst
import-sending = Envoi du fichier
import-send = Lire le fichier
import-fields = Colonnes du fichier
import-required = Obligatoire
import-no-column = (aucune)
import-reading = Lecture
import-delimiter = Séparateur
import-encoding = Encodage
import-decimal = Décimales
import-dates = Ordre des dates
import-refresh = Relire avec ces choix
import-preview = Les 20 premières lignes
import-rejected = Lignes rejetées
import-line = Ligne
import-field = Champ
import-value = Valeur
import-reason = Raison
import-remedy = Remède
import-confirm = Importer ces lignes
import-cancel = Abandonner
import-stop = Interrompre
import-reload = Actualiser
import-done = Import terminé
import-undone = Import annulé
import-stopped = Import interrompu, rien n’a été enregistré
import-rows = Lignes lues
import-accepted = Acceptées
import-rejected-count = Rejetées
import-orders = Commandes
import-refunds = Remboursements
import-rejected-file = Télécharger les lignes rejetées
import-undo = Annuler cet import
import-kept = Commandes laissées en place
import-see = Voir le tableau de bord

## Problems

problem-parameter = Cette adresse demande une valeur inconnue
problem-parameter-text = « { $value } » n’est pas une valeur du paramètre « { $name } ».
problem-nearest = Essayer plutôt :
problem-home = Retour à la vue d’ensemble
problem-not-found = Cette page n’existe pas
problem-not-found-text = L’adresse est peut-être incomplète, ou la page a changé de place.
problem-failed = La page n’a pas pu être préparée
problem-failed-text = L’erreur est notée dans le journal de Comptoir. Vos données sont intactes.
problem-retry = Réessayer

## Time

time-now = à l’instant
time-minutes = il y a { $n } min
time-hours = il y a { $n } h
time-days = il y a { $n } j
