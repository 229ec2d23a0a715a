# Words of the pages: doors.
