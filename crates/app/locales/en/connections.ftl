# Words of the pages: connections.

nav-connections = Connections
nav-connected = Connected shops
