# Words of the pages: loyalty.
