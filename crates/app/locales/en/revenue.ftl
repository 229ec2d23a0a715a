# Words of the pages: revenue.
