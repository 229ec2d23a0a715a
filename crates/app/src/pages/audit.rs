//! The audit log: who did what, when, from where.

use crate::access::Routes;

pub fn routes() -> Routes {
    Routes::new()
}
