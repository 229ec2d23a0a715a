# Words of the pages: products.
