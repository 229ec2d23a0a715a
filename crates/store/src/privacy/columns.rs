//! Every column that holds personal data, with why and how long. A test compares the list with the
//! schema: a new text column is listed here, or said to be no personal data, before it is released.

/// A text in both languages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Text {
    pub fr: &'static str,
    pub en: &'static str,
}

/// What kind of personal data a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PersonalKind {
    Identity,
    Contact,
    Place,
    Account,
    FreeText,
    Network,
    /// A keyed hash: it names nobody to who has not the key.
    Hash,
}

/// What becomes of a column when a customer is erased.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stay {
    /// It goes, and is stored uncompressed so that this can be seen on disk.
    UntilErased,
    /// It stays: too coarse to name anybody, or not a customer's.
    Beyond,
}

/// A column, or a kind of file, that holds personal data.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PersonalColumn {
    /// Table, or `file:` and the name in the data folder.
    pub table: &'static str,
    pub column: &'static str,
    pub kind: PersonalKind,
    pub stay: Stay,
    pub purpose: Text,
    pub retention: Text,
}

use PersonalKind::{Account, Contact, FreeText, Hash, Identity, Network, Place};
use Stay::{Beyond, UntilErased};

const fn text(fr: &'static str, en: &'static str) -> Text {
    Text { fr, en }
}

const fn column(
    table: &'static str,
    column: &'static str,
    kind: PersonalKind,
    stay: Stay,
    (purpose, retention): (Text, Text),
) -> PersonalColumn {
    PersonalColumn { table, column, kind, stay, purpose, retention }
}

const ORDERS: (Text, Text) = (
    text(
        "Suivre les commandes et reconnaître un client d’une commande à l’autre",
        "Follow orders, and know a customer from one order to the next",
    ),
    text(
        "Jusqu’à l’effacement de la personne, ou selon la règle de conservation des clients",
        "Until the person is erased, or as the retention rule for customers says",
    ),
);
const LINKING: (Text, Text) = (
    text("Rattacher les commandes à une même personne", "Link orders to one person"),
    text(
        "Jusqu’à l’effacement : remplacé alors par une empreinte à clé",
        "Until erased: then replaced by a keyed hash",
    ),
);
const PLACES: (Text, Text) = (
    text(
        "Répartir les ventes par ville et préparer les livraisons",
        "Break sales down by town, and prepare deliveries",
    ),
    text("Jusqu’à l’effacement de la personne", "Until the person is erased"),
);
const COARSE: (Text, Text) = (
    text("Répartir les ventes par pays et par région", "Break sales down by country and region"),
    text(
        "Autant que la commande : trop large pour désigner quelqu’un",
        "As long as the order: too wide to name anybody",
    ),
);
const REFUNDS: (Text, Text) = (
    text("Suivre les remboursements et leurs motifs", "Follow refunds and their reasons"),
    text("Jusqu’à l’effacement de la personne", "Until the person is erased"),
);
const CONTACTS: (Text, Text) = (
    text(
        "Compter les clients et les prospects inscrits",
        "Count registered customers and prospects",
    ),
    text(
        "Jusqu’à l’effacement, ou selon la règle de conservation des prospects",
        "Until erased, or as the retention rule for prospects says",
    ),
);
const CARTS: (Text, Text) = (
    text("Suivre les paniers abandonnés", "Follow abandoned carts"),
    text(
        "Jusqu’à l’effacement, ou selon la règle de conservation des prospects",
        "Until erased, or as the retention rule for prospects says",
    ),
);
const VISITS: (Text, Text) = (
    text("Mesurer la fréquentation", "Measure the audience"),
    text(
        "Selon la règle de conservation des visites (25 mois)",
        "As the retention rule for visits says (25 months)",
    ),
);
const REFUSED: (Text, Text) = (
    text(
        "Dire quel enregistrement n’a pas été compris, et pourquoi",
        "Say which record was not understood, and why",
    ),
    text(
        "Jusqu’à ce que l’enregistrement soit corrigé, ou la personne effacée",
        "Until the record is corrected, or the person erased",
    ),
);
const DOORS: (Text, Text) = (
    text(
        "Répondre aux modules de la boutique ce qu’ils ont eux-mêmes envoyé",
        "Answer the shop’s plugins what they sent themselves",
    ),
    text("Jusqu’à l’effacement de la personne", "Until the person is erased"),
);
const IDS: (Text, Text) = (
    text(
        "Ne pas attribuer deux numéros au même client d’un module",
        "Not to number a plugin’s customer twice",
    ),
    text("Autant que la connexion du module", "As long as the plugin is connected"),
);
const HINTS: (Text, Text) = (
    text(
        "Relire un enregistrement signalé par la plateforme",
        "Read again what the platform told about",
    ),
    text("Jusqu’à la prochaine lecture", "Until the next reading"),
);
const IMPORTS: (Text, Text) = (
    text("Retrouver un import par le nom de son fichier", "Know an import by its file’s name"),
    text("Autant que la boutique", "As long as the shop"),
);
const CORRECTIONS: (Text, Text) = (
    text(
        "Garder une rectification que la plateforme n’a pas faite",
        "Keep a correction that the platform has not made",
    ),
    text("Jusqu’à l’effacement de la personne", "Until the person is erased"),
);
const ERASURES: (Text, Text) = (
    text(
        "Ne pas reprendre les données d’une personne effacée",
        "Not to take back the data of an erased person",
    ),
    text(
        "Autant que la boutique : seule la clé du dossier permet de les reconnaître",
        "As long as the shop: only the folder’s key can tell them",
    ),
);
const TEAM: (Text, Text) = (
    text("Reconnaître les membres de l’équipe", "Know the members of the team"),
    text("Jusqu’à la suppression du compte", "Until the account is removed"),
);
const SESSIONS: (Text, Text) = (
    text("Montrer à chacun où son compte est ouvert", "Show everybody where their account is open"),
    text("Jusqu’à la fin de la session", "Until the session ends"),
);
const AUDIT: (Text, Text) = (
    text("Savoir qui a fait quoi, pour la sécurité", "Know who did what, for security"),
    text("Autant que le journal", "As long as the log"),
);
const OWNER: (Text, Text) = (
    text("Dire à l’équipe à qui s’adresser", "Tell the team whom to ask"),
    text("Jusqu’à ce que le réglage soit changé", "Until the setting is changed"),
);
const LISTS: (Text, Text) = (
    text(
        "Montrer les lignes d’un fichier qui n’ont pas été comprises",
        "Show the rows of a file that were not understood",
    ),
    text(
        "Autant que l’import ; les lignes d’une personne effacée sont retirées",
        "As long as the import; an erased person’s lines are removed",
    ),
);
const UPLOADS: (Text, Text) = (
    text("Attendre la confirmation d’un import", "Wait for an import to be confirmed"),
    text(
        "Jusqu’à la fin de l’import, 24 heures au plus",
        "Until the import ends, 24 hours at most",
    ),
);

/// Every column and kind of file that holds personal data.
pub const PERSONAL: &[PersonalColumn] = &[
    column("all_orders", "customer_ref", Account, UntilErased, LINKING),
    column("all_orders", "email", Contact, UntilErased, ORDERS),
    column("all_orders", "email_key", Contact, UntilErased, LINKING),
    column("all_orders", "phone", Contact, UntilErased, ORDERS),
    column("all_orders", "phone_key", Contact, UntilErased, LINKING),
    column("all_orders", "customer_name", Identity, UntilErased, ORDERS),
    column("all_orders", "billing_city", Place, UntilErased, PLACES),
    column("all_orders", "billing_postcode", Place, UntilErased, PLACES),
    column("all_orders", "shipping_city", Place, UntilErased, PLACES),
    column("all_orders", "shipping_postcode", Place, UntilErased, PLACES),
    column("all_orders", "billing_region", Place, Beyond, COARSE),
    column("all_orders", "billing_country", Place, Beyond, COARSE),
    column("all_orders", "shipping_region", Place, Beyond, COARSE),
    column("all_orders", "shipping_country", Place, Beyond, COARSE),
    column("refunds", "reason", FreeText, UntilErased, REFUNDS),
    column("refunds", "customer_ref", Account, UntilErased, LINKING),
    column("refunds", "email", Contact, UntilErased, REFUNDS),
    column("refunds", "email_key", Contact, UntilErased, LINKING),
    column("refunds", "phone", Contact, UntilErased, REFUNDS),
    column("refunds", "phone_key", Contact, UntilErased, LINKING),
    column("refunds", "customer_name", Identity, UntilErased, REFUNDS),
    column("refunds", "country", Place, Beyond, COARSE),
    column("customers", "external_id", Account, UntilErased, LINKING),
    column("customers", "customer_ref", Account, UntilErased, LINKING),
    column("customers", "email", Contact, UntilErased, CONTACTS),
    column("customers", "email_key", Contact, UntilErased, LINKING),
    column("customers", "phone", Contact, UntilErased, CONTACTS),
    column("customers", "phone_key", Contact, UntilErased, LINKING),
    column("customers", "customer_name", Identity, UntilErased, CONTACTS),
    column("customers", "country", Place, Beyond, COARSE),
    column("all_carts", "email", Contact, UntilErased, CARTS),
    column("all_carts", "customer_name", Identity, UntilErased, CARTS),
    column("visits", "external_id", Network, Beyond, VISITS),
    column("visits", "country", Place, Beyond, VISITS),
    column("connection_refused", "external_id", Account, UntilErased, REFUSED),
    column("connection_refused", "detail", FreeText, UntilErased, REFUSED),
    column("connection_hints", "external_id", Account, Beyond, HINTS),
    column("door_records", "key", Account, UntilErased, IDS),
    column("door_records", "checkout", Account, Beyond, IDS),
    column("door_records", "email", Contact, UntilErased, DOORS),
    column("door_records", "detail", FreeText, UntilErased, DOORS),
    column("imports", "files", FreeText, Beyond, IMPORTS),
    column("rectifications", "told", Contact, UntilErased, CORRECTIONS),
    column("rectifications", "value", Contact, UntilErased, CORRECTIONS),
    column("erasures", "hash", Hash, Beyond, ERASURES),
    column("users", "email", Contact, Beyond, TEAM),
    column("users", "name", Identity, Beyond, TEAM),
    column("sessions", "address", Network, Beyond, SESSIONS),
    column("sessions", "browser", Network, Beyond, SESSIONS),
    column("audit_log", "who", Contact, Beyond, AUDIT),
    column("audit_log", "from_address", Network, Beyond, AUDIT),
    column("settings", "value", Contact, Beyond, OWNER),
    column("file:rejected/*.csv", "value", FreeText, UntilErased, LISTS),
    column("file:uploads/*", "*", FreeText, Beyond, UPLOADS),
    column("file:temporary/*", "*", FreeText, Beyond, UPLOADS),
    column("file:erasures.jsonl", "hash", Hash, Beyond, ERASURES),
];

/// Text columns that hold no personal data, by table.
pub const NOT_PERSONAL: &[(&str, &[&str])] = &[
    ("shops", &["slug", "name", "platform", "currency", "timezone", "profile", "rule"]),
    ("settings", &["name"]),
    ("sources", &["name"]),
    ("zones", &["zone"]),
    (
        "all_orders",
        &[
            "external_id",
            "number",
            "number_key",
            "invoice_number",
            "status",
            "class",
            "told_class",
            "payment_method",
            "shipping_method",
            "coupon",
            "source",
            "medium",
            "campaign",
            "channel",
            "device",
            "currency",
            "payments",
            "customer_type",
        ],
    ),
    ("lines", &["kind", "variant", "name", "category", "taxes"]),
    ("refunds", &["external_id", "order_ref", "currency", "taxes"]),
    ("refund_lines", &["kind", "variant", "name", "taxes"]),
    ("money", &["kind", "variant", "category", "currency", "customer_type"]),
    ("twin_money", &["kind", "variant", "category", "currency", "customer_type"]),
    ("order_history", &["external_id", "status", "class", "currency"]),
    ("products", &["code", "name", "category"]),
    ("product_tellings", &["code", "name", "category"]),
    ("all_carts", &["external_id", "state", "currency", "items", "order_ref"]),
    ("visits", &["source", "medium", "campaign", "device"]),
    ("rates", &["currency"]),
    ("imports", &["format", "rejected_file"]),
    ("status_meanings", &["status", "class"]),
    ("refused_visits", &["door", "reason"]),
    (
        "connections",
        &[
            "platform",
            "url",
            "credentials",
            "hook_secret",
            "facts",
            "cursor",
            "phase",
            "failure",
            "notes",
            "totals",
            "differences",
        ],
    ),
    ("connection_refused", &["kind"]),
    ("connection_hints", &["kind"]),
    ("owners", &["kind"]),
    ("tokens", &["hash", "scope", "name", "signing_key"]),
    ("shares", &["hash", "name", "page", "query", "shops", "password"]),
    ("embedding_origins", &["origin"]),
    ("weekly_mails", &["state", "failure"]),
    ("backups", &["name"]),
    ("door_records", &["kind"]),
    ("users", &["role", "shops", "language", "password", "totp"]),
    ("recovery_codes", &["hash"]),
    ("sessions", &["hash"]),
    ("account_links", &["hash", "purpose"]),
    ("audit_log", &["kind", "action", "detail", "digest"]),
    ("erasures", &["kind"]),
    ("rectifications", &["field"]),
];
