//! Backups, outgoing mail, the weekly mail, and the state of the machine.

use crate::access::Routes;

pub fn routes() -> Routes {
    Routes::new()
}
