//! Orders to ship, and where to.

use crate::access::Routes;

pub fn routes() -> Routes {
    Routes::new()
}
