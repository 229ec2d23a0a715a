# Words of the pages: why.
