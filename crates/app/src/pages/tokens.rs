//! Tokens of programs: make, list, withdraw.

use crate::access::Routes;

pub fn routes() -> Routes {
    Routes::new()
}
