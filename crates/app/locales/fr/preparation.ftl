# Orders to ship, and where to.
preparation-title = À préparer
preparation-lede = { $orders } à expédier, { $units } à préparer.
preparation-order = 1 commande
preparation-orders = { $count } commandes
preparation-unit = 1 article
preparation-units = { $count } articles
preparation-none = Aucune commande à expédier depuis cette date.
preparation-note = Commandes payées, ni expédiées, ni annulées, ni remboursées, de la plus ancienne à la plus récente. Pour une feuille de préparation, imprimez cette page.
preparation-silent = { $shops } : aucune expédition n’a encore été signalée par la plateforme. Les commandes payées restent donc dans cette liste.
preparation-products = Produits à préparer
preparation-parcels = Commandes à expédier
preparation-quantity = Quantité
preparation-no-address = Adresse de livraison non transmise par la boutique
preparation-no-method = Mode de livraison non indiqué
preparation-refunded = { $count } en moins, remboursé
preparation-refunded-all = remboursé, à ne pas expédier
preparation-since = Commandes depuis le
preparation-show = Afficher

# What each role sees.
problem-home-own = Retour à votre page d’accueil
orders-search-names = Numéro, client, produit, référence
orders-search-masked = Numéro, produit, référence
explain-no-orders = Votre rôle donne accès aux chiffres, pas aux commandes : voici ce chiffre pas à pas, sur toute la période.
segment-title = Exporter les personnes de ce segment
segment-lede = { $count } personnes, avec leur nom, leur adresse e-mail et leur téléphone.
segment-lede-one = 1 personne, avec son nom, son adresse e-mail et son téléphone.
segment-offer = Exporter ces personnes avec leurs adresses
segment-back = Retour à la liste
segment-purpose = Motif de l’export
segment-purpose-hint = Par exemple : lettre d’information de Noël. Le motif est conservé dans le journal d’audit.
segment-fault-length = Indiquez le motif en 5 à 200 caractères.
segment-fault-address = Indiquez un motif sans adresse e-mail : le journal ne doit nommer personne.
segment-csv = Télécharger en CSV
segment-xlsx = Télécharger en XLSX
segment-note = L’export est inscrit au journal d’audit : qui, quand, quel segment, combien de personnes, pour quel motif. Supprimez le fichier dès qu’il n’est plus utile.
