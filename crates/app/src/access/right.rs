//! What there is to be allowed: one right for each thing that a role may see or do.

/// A thing that a visitor may see or do. A route names one of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum Right {
    /// Sums, ratios, charts and definitions; no person, no single order.
    Figures,
    /// Lists of orders, an order.
    Orders,
    /// Lists of customers, a customer.
    Customers,
    /// Names, e-mail addresses and telephone numbers as they are; without it they are masked.
    Identities,
    /// Name and billing address of an order, also where [`Right::Identities`] is missing.
    BillingIdentity,
    /// Any table as a file.
    Export,
    /// The persons of a segment, with their addresses, as a file.
    SegmentExport,
    /// Orders to ship, and where to.
    Preparation,
    /// Files of orders.
    Import,
    /// The shops' platforms.
    Connections,
    /// Shops, rules, rates.
    Settings,
    /// Accounts of others.
    Users,
    /// Tokens of programs.
    Tokens,
    /// Share links.
    Sharing,
    /// Requests of customers about their data, retention, register.
    Privacy,
    /// The audit log.
    Audit,
    /// Backups, mail, state of the machine.
    Operations,
}

impl Right {
    pub const ALL: [Self; 17] = [
        Self::Figures,
        Self::Orders,
        Self::Customers,
        Self::Identities,
        Self::BillingIdentity,
        Self::Export,
        Self::SegmentExport,
        Self::Preparation,
        Self::Import,
        Self::Connections,
        Self::Settings,
        Self::Users,
        Self::Tokens,
        Self::Sharing,
        Self::Privacy,
        Self::Audit,
        Self::Operations,
    ];

    /// As the documents and the logs call it.
    pub fn id(self) -> &'static str {
        match self {
            Self::Figures => "figures",
            Self::Orders => "orders",
            Self::Customers => "customers",
            Self::Identities => "identities",
            Self::BillingIdentity => "billing_identity",
            Self::Export => "export",
            Self::SegmentExport => "segment_export",
            Self::Preparation => "preparation",
            Self::Import => "import",
            Self::Connections => "connections",
            Self::Settings => "settings",
            Self::Users => "users",
            Self::Tokens => "tokens",
            Self::Sharing => "sharing",
            Self::Privacy => "privacy",
            Self::Audit => "audit",
            Self::Operations => "operations",
        }
    }
}

/// A set of rights.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Rights(u32);

impl Rights {
    pub const NONE: Self = Self(0);

    pub const fn of(rights: &[Right]) -> Self {
        let mut set = 0;
        let mut index = 0;
        while index < rights.len() {
            set |= 1 << rights[index] as u8;
            index += 1;
        }
        Self(set)
    }

    pub const fn all() -> Self {
        Self::of(&Right::ALL)
    }

    pub const fn bits(self) -> u32 {
        self.0
    }

    pub const fn has(self, right: Right) -> bool {
        self.0 & (1 << right as u8) != 0
    }
}
