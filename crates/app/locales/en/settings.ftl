# Words of the pages: settings.
