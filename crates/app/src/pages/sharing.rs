//! Share links: one page of figures for somebody without an account; and pages embedded in a back office.

use crate::access::Routes;

pub fn routes() -> Routes {
    Routes::new()
}
