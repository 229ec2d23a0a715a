# Words of the pages: export.
card-xlsx = Télécharger en XLSX
table-xlsx = Télécharger en XLSX
export-product-name = Nom du produit
export-previous = { $metric } (comparaison)
explain-list = Liste
explain-number = Numéro
