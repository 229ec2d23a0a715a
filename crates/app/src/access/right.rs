//! What there is to be allowed: one right for each thing that a role may see or do.

use crate::i18n::Lang;

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

    /// What it is called.
    pub fn label(self, lang: Lang) -> &'static str {
        chosen(
            lang,
            match self {
                Self::Figures => ("Chiffres", "Figures"),
                Self::Orders => ("Commandes", "Orders"),
                Self::Customers => ("Clients", "Customers"),
                Self::Identities => ("Identités en clair", "Identities in clear"),
                Self::BillingIdentity => ("Identité de facturation", "Billing identity"),
                Self::Export => ("Exports", "Exports"),
                Self::SegmentExport => ("Export d’un segment", "Segment export"),
                Self::Preparation => ("Préparation", "Preparation"),
                Self::Import => ("Import", "Import"),
                Self::Connections => ("Connexions", "Connections"),
                Self::Settings => ("Réglages", "Settings"),
                Self::Users => ("Équipe", "Team"),
                Self::Tokens => ("Jetons", "Tokens"),
                Self::Sharing => ("Partage", "Sharing"),
                Self::Privacy => ("Données personnelles", "Personal data"),
                Self::Audit => ("Journal d’audit", "Audit log"),
                Self::Operations => ("Exploitation", "Operations"),
            },
        )
    }

    /// What it allows, in a sentence.
    pub fn sentence(self, lang: Lang) -> &'static str {
        chosen(
            lang,
            match self {
                Self::Figures => (
                    "Voir les montants, les ratios, les graphiques et les définitions ; ni client, ni commande en particulier.",
                    "See amounts, ratios, charts and definitions; no customer and no single order.",
                ),
                Self::Orders => (
                    "Voir la liste des commandes, une commande et l’activité en direct.",
                    "See the list of orders, an order, and live activity.",
                ),
                Self::Customers => (
                    "Voir la liste des clients et la fiche d’un client.",
                    "See the list of customers, and a customer.",
                ),
                Self::Identities => (
                    "Voir les noms, adresses e-mail, téléphones et villes des personnes ; sans ce droit, ils sont masqués et ne peuvent pas être recherchés.",
                    "See names, e-mail addresses, telephone numbers and cities of persons; without it they are masked and can’t be searched.",
                ),
                Self::BillingIdentity => (
                    "Voir le nom et l’adresse de facturation d’une commande, même si les identités sont masquées ailleurs.",
                    "See the name and billing address of an order, even where identities are masked elsewhere.",
                ),
                Self::Export => (
                    "Télécharger les tableaux en CSV ou XLSX ; chaque export est inscrit au journal.",
                    "Download tables as CSV or XLSX; each export is written in the audit log.",
                ),
                Self::SegmentExport => (
                    "Télécharger les adresses des personnes d’un segment, en indiquant un motif, inscrit au journal.",
                    "Download the addresses of a segment’s persons, for a stated purpose that is written in the audit log.",
                ),
                Self::Preparation => (
                    "Voir les commandes à expédier, leur contenu et leur adresse de livraison, sans montant.",
                    "See the orders to ship, what is in them and where they go, without amounts.",
                ),
                Self::Import => (
                    "Importer des fichiers de commandes, revoir et annuler un import.",
                    "Import files of orders, look back at an import and undo it.",
                ),
                Self::Connections => (
                    "Connecter une plateforme, la suivre, la suspendre, la retirer.",
                    "Connect a platform, watch it, pause it, remove it.",
                ),
                Self::Settings => (
                    "Modifier les boutiques, les règles de calcul, les taux de change.",
                    "Change shops, calculation rules and exchange rates.",
                ),
                Self::Users => (
                    "Inviter, modifier et désactiver les comptes.",
                    "Invite, change and disable accounts.",
                ),
                Self::Tokens => (
                    "Créer et révoquer les jetons des programmes.",
                    "Make and withdraw tokens of programs.",
                ),
                Self::Sharing => {
                    ("Créer et révoquer les liens de partage.", "Make and withdraw share links.")
                }
                Self::Privacy => (
                    "Répondre aux demandes des personnes, régler les durées de conservation, tenir le registre.",
                    "Answer the requests of persons, set retention, keep the register.",
                ),
                Self::Audit => {
                    ("Lire et exporter le journal d’audit.", "Read and export the audit log.")
                }
                Self::Operations => (
                    "Gérer les sauvegardes et les e-mails, voir l’état de la machine.",
                    "Manage backups and mail, see the state of the machine.",
                ),
            },
        )
    }
}

fn chosen(lang: Lang, (fr, en): (&'static str, &'static str)) -> &'static str {
    match lang {
        Lang::Fr => fr,
        Lang::En => en,
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
