# Backups, outgoing mail, the weekly mail, and the state of the machine.
