# Words of the pages: lists.
