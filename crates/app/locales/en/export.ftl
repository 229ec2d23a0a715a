# Words of the pages: export.
card-xlsx = Download as XLSX
table-xlsx = Download as XLSX
export-product-name = Product name
export-previous = { $metric } (comparison)
explain-list = List
explain-number = Number
