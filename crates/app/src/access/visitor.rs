//! Who sent a request, and what they may do.

use std::net::IpAddr;
use std::sync::Arc;

use super::right::{Right, Rights};
use super::role::Role;

/// Who is behind a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Who {
    /// Somebody who has not said.
    Nobody,
    /// Anybody at this machine: the demo, or a server that was told to do without accounts.
    Open,
    /// The command line, by the data folder's socket.
    Shell,
    /// An account; the session is the one that the request came with.
    User { id: i64, email: String, session: i64 },
    /// A program with a token.
    Token { id: i64, name: String },
    /// Whoever holds a share link.
    Share { id: i64 },
    /// A page of a back office, by a link that was signed with a token.
    Embed { token: i64 },
}

/// Who sent a request, what they may do, and on which shops.
#[derive(Debug, Clone)]
pub struct Visitor {
    pub who: Who,
    /// The role, for accounts.
    pub role: Option<&'static Role>,
    pub rights: Rights,
    /// The shops they may see; `None`: all, also those to come.
    pub shops: Option<Arc<[i64]>>,
    /// Where the request came from: the client's address, as far as it is known.
    pub from: Option<IpAddr>,
}

impl Visitor {
    pub fn nobody(from: Option<IpAddr>) -> Self {
        Self { who: Who::Nobody, role: None, rights: Rights::NONE, shops: None, from }
    }

    pub fn open(from: Option<IpAddr>) -> Self {
        Self { who: Who::Open, role: None, rights: Rights::all(), shops: None, from }
    }

    pub fn shell() -> Self {
        Self { who: Who::Shell, role: None, rights: Rights::all(), shops: None, from: None }
    }

    pub fn may(&self, right: Right) -> bool {
        self.rights.has(right)
    }

    pub fn may_see(&self, shop: i64) -> bool {
        self.shops.as_ref().is_none_or(|shops| shops.contains(&shop))
    }

    pub fn is_known(&self) -> bool {
        self.who != Who::Nobody
    }

    /// What an answer depends on beside its address: part of every cache key and entity tag.
    pub fn scope(&self) -> String {
        let shops = self.shops.as_ref().map_or_else(String::new, |shops| {
            shops.iter().map(ToString::to_string).collect::<Vec<_>>().join(",")
        });
        format!("{:x}.{shops}", self.rights.bits())
    }
}
