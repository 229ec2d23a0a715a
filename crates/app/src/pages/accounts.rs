//! Signing in and out, the first account, invitations, one’s own account, the accounts of the team.

use crate::access::Routes;

pub fn routes() -> Routes {
    Routes::new()
}
