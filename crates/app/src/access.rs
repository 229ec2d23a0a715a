//! Who may do what. Every route declares the right that it needs ([`Routes`]); a request that was let
//! in reaches its handler as a [`Desk`]: the program, as one visitor may see it.

mod admit;
mod desk;
mod patience;
mod right;
mod role;
mod routes;
mod visitor;

pub use admit::{admit, admit_local};
pub use desk::Desk;
pub use patience::Patience;
#[expect(unused_imports, reason = "accounts, tokens and links come to them")]
pub use right::{Right, Rights};
#[expect(unused_imports, reason = "accounts come to them")]
pub use role::{ROLES, Role};
#[expect(unused_imports, reason = "the tests and the documents read it")]
pub use routes::{Declared, Need, Routes};
pub use visitor::{Visitor, Who};
