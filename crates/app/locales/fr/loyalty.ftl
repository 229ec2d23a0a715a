# Words of the pages: loyalty.
formula-mean = moyenne de : { $value }
formula-median-of = valeur du milieu de : { $value }
formula-gaps = délais entre deux jours de commande d’un même client
formula-customer-gaps = délai moyen de chaque client
formula-customer-revenue = chiffre d’affaires de chaque client à ce jour
column-refunded-orders = commandes remboursées en tout ou partie
column-returnable-orders = commandes
explain-mean = Moyenne
