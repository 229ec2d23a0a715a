//! Who may do what. Every route declares the right that it needs ([`Routes`]); a request that was let
//! in reaches its handler as a [`Desk`]: the program, as one visitor may see it.

mod admit;
mod desk;
mod identity;
mod patience;
mod right;
mod role;
mod routes;
mod visitor;

pub use admit::{admit, admit_local};
pub use desk::Desk;
pub use identity::{Identities, Of};
pub use patience::Patience;
pub use right::{Right, Rights};
pub use role::{ROLES, Role};
pub use routes::{Declared, Need, Routes};
pub use visitor::{Visitor, Who};

#[cfg(test)]
mod tests;
