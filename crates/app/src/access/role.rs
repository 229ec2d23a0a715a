//! The roles of a team: what each may see and do, and where its day begins.

use super::right::{Right, Rights};
use crate::i18n::Lang;

/// A role: data only. The matrix in docs/rights.md follows from [`ROLES`].
#[derive(Debug)]
pub struct Role {
    pub id: &'static str,
    fr: &'static str,
    en: &'static str,
    /// The page that opens after signing in.
    pub first_page: &'static str,
    pub rights: Rights,
}

impl Role {
    pub fn label(&self, lang: Lang) -> &'static str {
        match lang {
            Lang::Fr => self.fr,
            Lang::En => self.en,
        }
    }

    /// The role of that id.
    pub fn of(id: &str) -> Option<&'static Self> {
        ROLES.iter().find(|role| role.id == id)
    }

    /// The owner or an administrator: every right there is.
    pub fn is_everything(&self) -> bool {
        self.rights == Rights::all()
    }
}

impl PartialEq for Role {
    fn eq(&self, other: &Self) -> bool {
        self.id == other.id
    }
}

/// All roles, the most powerful first.
pub static ROLES: [Role; 7] = [
    Role { id: "owner", fr: "Propriétaire", en: "Owner", first_page: "/", rights: Rights::all() },
    Role {
        id: "administrator",
        fr: "Administrateur",
        en: "Administrator",
        first_page: "/",
        rights: Rights::all(),
    },
    Role {
        id: "marketing",
        fr: "Marketing",
        en: "Marketing",
        first_page: "/loyalty",
        rights: Rights::of(&[
            Right::Figures,
            Right::Orders,
            Right::Customers,
            Right::Export,
            Right::SegmentExport,
        ]),
    },
    Role {
        id: "sales",
        fr: "Commercial",
        en: "Sales",
        first_page: "/orders",
        rights: Rights::of(&[Right::Figures, Right::Orders, Right::Customers, Right::Identities]),
    },
    Role {
        id: "accountant",
        fr: "Comptable",
        en: "Accountant",
        first_page: "/revenue",
        rights: Rights::of(&[Right::Figures, Right::Orders, Right::BillingIdentity, Right::Export]),
    },
    Role {
        id: "preparation",
        fr: "Préparation",
        en: "Preparation",
        first_page: "/preparation",
        rights: Rights::of(&[Right::Preparation]),
    },
    Role {
        id: "viewer",
        fr: "Lecture seule",
        en: "Viewer",
        first_page: "/",
        rights: Rights::of(&[Right::Figures]),
    },
];
