# The interface’s words, in French: written first, by the rules of the docs. English follows in en.ftl.

## Frame

skip-to-content = Aller au contenu
nav-label = Navigation principale
nav-tabs = Pages de cette rubrique
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
nav-general = Boutiques et calcul
nav-team = Équipe
nav-tokens = Jetons
nav-sharing = Partage
nav-privacy = Données personnelles
nav-backups = Sauvegardes et courrier
nav-audit = Journal
nav-preparation = À préparer
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
compare-against = comparaison : { $range }

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
live-order-named = Commande { $number }
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
todo-statuses = Statuts à classer
todo-unlinked = Commandes absentes de la boutique connectée

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
problem-forbidden = Cette page n’est pas ouverte à votre compte
problem-forbidden-text = Votre rôle n’y donne pas accès. La personne qui administre Comptoir peut l’élargir.
problem-failed = La page n’a pas pu être préparée
problem-failed-text = L’erreur est notée dans le journal de Comptoir. Vos données sont intactes.
problem-retry = Réessayer

## Time

time-now = à l’instant
time-minutes = il y a { $n } min
time-hours = il y a { $n } h
time-days = il y a { $n } j

## Overview and what is behind a figure

demo-note = Démonstration : « Online Retail », D. Chen (2015), UCI Machine Learning Repository, CC BY 4.0 ; la ferme est inventée
filter-own-currency = Devise de la boutique
chart-shape = Forme du graphique
card-json = Données (JSON)
sellers-no-figure = Ce mode de calcul n’a pas de chiffre par produit.
live-cart-ordered = Panier commandé : { $products }
live-cart-emptied = Panier vidé
quick-orders = { $now } commandes contre { $was }
incomplete-rate = { $count } commandes sans taux de change, laissées de côté
incomplete-tax = { $count } commandes sans détail de taxe, hors des chiffres HT
incomplete-history = historique incomplet : la plateforme ne dit rien d’avant { $day }
moved-back = La dernière commande date du { $day } : la page montre les 30 jours qui s’y terminent, { $range }.
sentence-none = Aucune commande { $period }.
sentence-plain = { $amount } { $period }, { $orders }.
sentence-change = { $amount } { $period }, { $change }.
sentence-why = { $amount } { $period }, { $change } : { $why }.
sentence-and = , {""}
sentence-over-days = sur { $days } jours
sentence-over-12-months = sur 12 mois
sentence-orders-up = davantage de commandes ({ $change })
sentence-orders-down = moins de commandes ({ $change })
sentence-orders-flat = autant de commandes
sentence-average-order-value-up = panier moyen en hausse ({ $change })
sentence-average-order-value-down = panier moyen en recul ({ $change })
sentence-average-order-value-flat = panier moyen stable
orders-one = 1 commande
orders-many = { $count } commandes
summary-against = { $value }, contre { $before } sur la période comparée
explain-title = D’où vient ce chiffre ?
explain-lede = Les lignes ci-dessous font exactement ce chiffre.
explain-filter = { $name } : { $values }
explain-no-figure = Ce mode de calcul n’a pas ce chiffre.
explain-numerator = Dividende
explain-denominator = Diviseur
explain-middle = Milieu
explain-what = Quoi
explain-who = Qui
explain-status = Statut
explain-order = Commande { $number }
explain-refund = Remboursement { $number }
explain-person = Client
explain-visit = Visite
unknown = inconnu
yes = oui
no = non
definitions-sales = Ventes
definitions-customers = Clients
definitions-behaviour = Visites et paniers
definitions-counted = Commandes comptées :
definitions-basis = Date d’une commande :
definitions-statuses = Statuts
definitions-statuses-text = Chaque boutique a ses mots ; ils se rangent dans ces neuf classes. Le mot d’origine est toujours gardé. Une commande de test ne compte jamais.
basis-created = création
basis-paid = paiement
basis-completed = achèvement
basis-processed = traitement
basis-validated = facturation
class-draft = brouillon
class-pending = en attente de paiement
class-on-hold = en suspens
class-paid = payée
class-fulfilled = expédiée
class-cancelled = annulée
class-failed = paiement échoué
class-refunded = remboursée
class-deleted = supprimée
formula-persons = clients distincts ayant une commande
formula-repeat-buyers = clients distincts ayant au moins deux commandes
formula-median = valeur du milieu des commandes, rangées par ({ $value })
formula-identified = clients identifiés
formula-new = nouveaux clients
formula-existing = clients existants
formula-unidentified = clients non identifiés
column-orders = commandes
column-valued-orders = commandes d’un montant supérieur à 0
column-quantity = articles vendus
column-gross = prix × quantité
column-discount = remises
column-shipping = port facturé
column-fees = frais facturés
column-tax = taxes
column-total-only = totaux sans détail
column-units-returned = articles retournés
column-refunded-goods = marchandises remboursées
column-refunded-shipping = port remboursé
column-refunded-fees = frais remboursés
column-refunded-tax = taxes remboursées
column-visits = visites
column-visits-with-order = visites avec commande
column-carts = paniers
column-abandoned-carts = paniers abandonnés

## One order

order-customer = Client
order-loyalty = Rang
order-first = Première commande
order-rank = { $rank }e commande
order-counted = Comptée
order-paid = Payée
order-billing = Facturation
order-shipping-to = Livraison
order-payment = Paiement
order-shipping-by = Mode de livraison
order-coupon = Code promo
order-source = Source
order-campaign = Campagne
order-channel = Canal
order-device = Appareil
order-lines = Lignes de la commande
order-reference = Référence
order-quantity = Quantité
order-gross = Prix HT
order-discount = Remise
order-tax = TVA
order-shipping = Livraison
order-fees = Frais
order-all-tax = Taxes, toutes lignes
order-total = Total TTC
order-refunds = Remboursements
order-reason = Motif
order-refunded = Montant TTC

## Connecting

connect-lede = Chaque commande, remboursement ou panier s’envoie en JSON à l’adresse de cette machine.
connect-push = Une commande, avec ses lignes. Les montants sont des textes décimaux, hors taxes.
connect-answer = La réponse arrive quand la commande est écrite sur le disque. Envoyer deux fois la même commande ne change rien ; une version plus récente remplace la précédente.
connect-docs = Tous les champs sont décrits dans { $file }.
connect-platforms = WooCommerce, Shopify et PrestaShop n’ont pas besoin de script : une clé suffit, et Comptoir lit la boutique.

## Import page

import-new-shop = Nouvelle boutique
import-shop-name = Nom de la boutique
import-shop-currency = Devise
import-shop-zone = Fuseau horaire
import-past = Imports précédents
import-when = Date
import-file = Fichier
import-report = Bilan
import-undone-on = Import annulé le { $date }
import-nothing = Aucune ligne n’a pu être importée, rien n’a été enregistré
import-state-undone = Annulé
import-by-columns = Autre : colonne par colonne
import-tax = Prix du fichier
import-tax-no = HT
import-tax-yes = TTC
import-tax-auto = HT ou TTC, selon les totaux de chaque commande
import-detected = Détecté : { $value }
import-delimiter-semicolon = point-virgule
import-delimiter-comma = virgule
import-delimiter-tab = tabulation
import-delimiter-bar = barre verticale
import-other-fields = Autres champs ({ $used } remplis sur { $count })
import-unused = Colonnes non utilisées : { $columns }
import-file-shop = { $name } ({ $kind }, { $size }), pour la boutique { $shop }
import-file-new-shop = { $name } ({ $kind }, { $size }), pour la nouvelle boutique { $shop }
import-size-kilo = { $n } ko
import-size-mega = { $n } Mo
import-size-giga = { $n } Go
import-trial-whole = Lignes du fichier : { $rows }. Acceptées : { $accepted }, rejetées : { $rejected }. Commandes : { $orders }, remboursements : { $refunds }.
import-trial-part = Premières lignes essayées : { $rows }. Acceptées : { $accepted }, rejetées : { $rejected }. Commandes : { $orders }, remboursements : { $refunds }.
import-missing = Pour importer ce fichier, choisissez une colonne pour : { $fields }.
import-wrong-shape = Ce format ne correspond pas à ce fichier. Choisissez un autre format.
import-unfit = La correspondance ne convient pas à ce fichier : { $problem }
import-failed = L’import a échoué, rien n’a été enregistré. { $problem }
import-error-no-file = Choisissez un fichier à importer.
import-error-empty = Le fichier est vide. Exportez-le de nouveau, avec une ligne d’en-tête et au moins une ligne.
import-error-binary = Le fichier n’est pas du texte. Exportez-le en CSV, JSON Lines ou .xlsx.
import-error-duplicates = Plusieurs colonnes portent le même nom : { $names }. Donnez à chacune un nom différent.
import-error-header = La ligne d’en-tête dépasse 1 Mo. Vérifiez que le fichier est un tableau avec une ligne d’en-tête.
import-error-bomb = Une fois décompressé, le fichier est démesuré. Décompressez-le à la main et vérifiez son contenu.
import-error-sheet = La feuille de calcul est illisible. Enregistrez-la de nouveau en .xlsx ou en CSV.
import-error-unreadable = Le fichier est illisible : { $problem }
import-error-too-large = Le fichier dépasse 4 Go. Partagez-le en plusieurs, ou utilisez la commande comptoir import.
import-error-broken = Le fichier n’est pas arrivé en entier. Envoyez-le de nouveau.
import-error-disk = Le fichier n’a pas pu être écrit sur le disque : { $problem }
import-error-shop = Cette boutique n’existe pas. Choisissez-en une dans la liste.
import-error-name = Donnez un nom à la nouvelle boutique.
import-error-exists = La boutique « { $name } » existe déjà. Choisissez-la dans la liste.
import-error-currency = « { $value } » n’est pas une devise. Écrivez son code, par exemple EUR.
import-error-zone = « { $value } » n’est pas un fuseau horaire. Écrivez-le comme Europe/Paris.
import-progress-opening = Ouverture du fichier
import-progress-reading = Lignes lues : { $rows }, soit { $rate } par seconde
import-progress-writing = Lignes lues : { $rows }. Regroupement et enregistrement des commandes
import-left-seconds = encore { $n } s
import-left-minutes = encore { $n } min
import-report-lede = { $file }, boutique { $shop }, { $date }
import-removed-orders = Commandes retirées
import-removed-refunds = Remboursements retirés
import-undo-what = L’annulation retire les commandes que cet import a créées et que rien n’a modifiées depuis.
import-kept-why = Elles existaient avant cet import, ou une autre source les a modifiées depuis.
import-kept-more = et { $count } autres
products-none = (hors produits)
