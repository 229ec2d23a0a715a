# Orders to ship, and where to.
