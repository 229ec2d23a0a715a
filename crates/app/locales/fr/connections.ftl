# Words of the pages: connections.

nav-connections = Connexions
nav-connected = Boutiques connectées
