//! Mappings: how the columns of a file become the fields of a record. A mapping is data, a short
//! TOML text that a merchant can write from `docs/import.md`; the presets are nothing else.

mod check;
pub(crate) mod condition;
pub(crate) mod field;
mod reader;
mod suggest;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

pub use condition::Condition;
pub use field::{FIELDS, FieldDef, Headers, Kind};
pub use reader::{Reader, StagedRow};

pub use crate::words::Label;

use crate::file::{DateOrder, Decimal, Encoding, ReadOptions};
use crate::words::{Language, Text, say};

/// How one kind of file is read. See `docs/import.md` for each key.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Mapping {
    /// The source's name: part of every record's key.
    pub name: String,
    pub reads: Reads,
    /// The field whose value gathers the rows of one order (`order_id` when absent).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub group_by: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub currency: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub timezone: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub encoding: Option<Encoding>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub delimiter: Option<char>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub decimal: Option<Decimal>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dates: Option<DateOrder>,
    pub prices_include_tax: TaxRule,
    /// Fields written in capitals, so that `85123a` and `85123A` are one product.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub upper: Vec<String>,
    /// Fields whose column must be there, beside those that always must.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub required: Vec<String>,
    pub columns: BTreeMap<String, Headers>,
    /// Where refund rows differ from `columns`; an empty header means that they tell nothing.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub refund_columns: BTreeMap<String, Headers>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub constants: BTreeMap<String, String>,
    /// For a field, what its texts stand for; an empty text means "unknown".
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub values: BTreeMap<String, BTreeMap<String, String>>,
    /// What each row is; the first rule that holds decides, else the row is a sale.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub rows: Vec<RowRule>,
    /// The class of an order; the first rule that holds decides, else its status word does.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub status: Vec<StatusRule>,
    /// Product codes that are postage, fees or adjustments; any of the conditions is enough.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub services: Vec<Condition>,
}

/// The shape of the file.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Reads {
    /// One row for each line of an order.
    #[default]
    OrderLines,
    /// Our own JSON, one record a line (`docs/ingest.md`).
    JsonLines,
}

/// Whether prices, discounts, shipping and fees are written with their tax.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum TaxRule {
    #[default]
    No,
    Yes,
    /// Each order's own totals tell (subtotal + shipping = total, with or without taxes).
    Auto,
}

/// What a row is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum RowKind {
    Sale,
    Refund,
    Reject,
}

/// A rule of `[[rows]]`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RowRule {
    #[serde(rename = "as")]
    pub kind: RowKind,
    /// A condition for each field or column header; all must hold.
    pub when: BTreeMap<String, Condition>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub remedy: Option<String>,
    /// The same for readers of French; what is told in one language stands for both.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason_fr: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub remedy_fr: Option<String>,
}

/// A rule of `[[status]]`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StatusRule {
    pub class: comptoir_model::Class,
    pub when: BTreeMap<String, Condition>,
}

/// A preset: a mapping that comes with Comptoir.
#[derive(Debug, Clone, Copy)]
pub struct Preset {
    pub name: &'static str,
    pub label: Label,
    toml: &'static str,
}

/// The presets, in the order in which they are offered.
pub static PRESETS: &[Preset] = &[
    Preset {
        name: "comptoir",
        label: Label { fr: "CSV de Comptoir", en: "Comptoir’s own CSV" },
        toml: include_str!("presets/comptoir.toml"),
    },
    Preset {
        name: "comptoir-jsonl",
        label: Label { fr: "JSON Lines de Comptoir", en: "Comptoir’s own JSON Lines" },
        toml: include_str!("presets/comptoir-jsonl.toml"),
    },
    Preset {
        name: "shopify",
        label: Label { fr: "Export des commandes Shopify", en: "Shopify’s order export" },
        toml: include_str!("presets/shopify.toml"),
    },
    Preset {
        name: "prestashop",
        label: Label { fr: "Liste des commandes PrestaShop", en: "PrestaShop’s list of orders" },
        toml: include_str!("presets/prestashop.toml"),
    },
    Preset {
        name: "online-retail",
        label: Label { fr: "Online Retail (UCI)", en: "Online Retail (UCI)" },
        toml: include_str!("presets/online-retail.toml"),
    },
];

/// What is wrong with a mapping, or between a mapping and a file.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MappingError {
    /// Where the text stops being TOML, and what the parser says.
    Syntax {
        line: usize,
        detail: String,
    },
    /// A word that mappings do not have, with the whole key it stands in.
    Unknown {
        key: String,
        word: String,
        nearest: String,
    },
    Invalid {
        key: String,
        problem: Text,
    },
    UnknownPreset {
        name: String,
        nearest: String,
    },
    /// The columns that the file lacks, each with its nearest.
    MissingColumns(Text),
    /// What the format reads instead.
    WrongShape(Label),
}

impl MappingError {
    /// What is wrong and what to do, in the reader's language.
    pub fn in_words(&self, language: Language) -> String {
        self.text().in_words(language)
    }

    fn text(&self) -> Text {
        match self {
            Self::Syntax { line, detail } => say(
                format!(
                    "la correspondance n’est pas du TOML valide à la ligne {line} ({detail}) ; corrigez cette ligne"
                ),
                format!(
                    "the mapping is not valid TOML at line {line}: {detail}; correct that line"
                ),
            ),
            Self::Unknown { key, word, nearest } => say(
                format!(
                    "clé `{key}` de la correspondance : `{word}` n’existe pas ici ; vouliez-vous dire `{nearest}` ?"
                ),
                format!(
                    "mapping key `{key}`: there is no `{word}` here; did you mean `{nearest}`?"
                ),
            ),
            Self::Invalid { key, problem } => say(
                format!("clé `{key}` de la correspondance : {}", problem.fr),
                format!("mapping key `{key}`: {}", problem.en),
            ),
            Self::UnknownPreset { name, nearest } => say(
                format!("aucun format ne s’appelle « {name} » ; vouliez-vous dire « {nearest} » ?"),
                format!("there is no preset named “{name}”; did you mean “{nearest}”?"),
            ),
            Self::MissingColumns(columns) => say(
                format!(
                    "il manque au fichier des colonnes nécessaires à cette correspondance : {} ; choisissez un autre format, ou corrigez la correspondance",
                    columns.fr
                ),
                format!(
                    "the file lacks columns this mapping needs: {}; choose another format, or correct the mapping",
                    columns.en
                ),
            ),
            Self::WrongShape(wanted) => say(
                format!(
                    "ce format lit {}, et le fichier est autre chose ; choisissez un autre format",
                    wanted.fr
                ),
                format!(
                    "this format reads {}, and the file is something else; choose another format",
                    wanted.en
                ),
            ),
        }
    }
}

/// English, for logs and the chain of an error's causes.
impl std::fmt::Display for MappingError {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.text().fmt(out)
    }
}

impl Mapping {
    /// Reads a mapping.
    ///
    /// # Errors
    /// The text is not TOML, or a key or value is not one that mappings have.
    pub fn parse(text: &str) -> Result<Self, MappingError> {
        check::parse(text)
    }

    /// A preset by its name.
    ///
    /// # Errors
    /// There is none of that name.
    pub fn preset(name: &str) -> Result<Self, MappingError> {
        let Some(preset) = PRESETS.iter().find(|preset| preset.name == name) else {
            let nearest = crate::nearest(name, PRESETS.iter().map(|preset| preset.name));
            return Err(MappingError::UnknownPreset {
                name: crate::excerpt(name, 60),
                nearest: nearest.unwrap_or_default().to_owned(),
            });
        };
        Self::parse(preset.toml)
    }

    /// A mapping from a table of field and column, as the correction page gives it.
    ///
    /// # Errors
    /// A field is not one of [`FIELDS`].
    pub fn from_columns(name: &str, columns: &[(String, String)]) -> Result<Self, MappingError> {
        let mut mapping = Self { name: name.to_owned(), ..Self::default() };
        for (field, header) in columns.iter().filter(|(_, header)| !header.is_empty()) {
            mapping.columns.insert(field.clone(), Headers::One(header.clone()));
        }
        check::fields(&mapping)?;
        Ok(mapping)
    }

    /// The preset that fits these headers, with its mapping; else a guess from usual headers.
    pub fn suggest(headers: &[String]) -> (Option<&'static str>, Self) {
        suggest::suggest(headers)
    }

    /// The mapping as TOML, to keep or to show.
    pub fn to_toml(&self) -> String {
        toml::to_string(self).unwrap_or_default()
    }

    /// What this mapping says about reading the file, to open it with.
    pub fn read_options(&self) -> ReadOptions {
        ReadOptions {
            encoding: self.encoding,
            delimiter: self.delimiter,
            decimal: self.decimal,
            dates: self.dates,
        }
    }
}

/// Every field a column can feed, in the order of the documentation.
pub fn fields() -> &'static [FieldDef] {
    FIELDS
}
