//! A mapping at work on one file: rows are staged one by one, then assembled record by record.

mod cell;
mod plan;

use std::collections::HashMap;

use comptoir_model::{Record, Reject};
use jiff::tz::TimeZone;

use super::field::Field;
use super::suggest::key as header_key;
use super::{Condition, Mapping, MappingError, Reads, RowKind};
use crate::canonical::payload::{self, Value};
use crate::canonical::{Context, Fault, assemble, json};
use crate::file::{Column, Decimal, Row, Shape, Sniffed};
use crate::words::{Label, Language, Text, say};
use plan::Plan;

/// Longer texts are cut: no field of a shop needs more.
const MAX_TEXT: usize = 1000;
/// Longer identifiers are refused: cutting one could make two orders one.
const MAX_KEY: usize = 200;

/// A row ready for the staging table: rows of one record share a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StagedRow {
    /// The kind of record and its identifier: `o:536365`, `r:C536379`.
    pub key: String,
    pub line: u64,
    pub payload: Vec<u8>,
}

/// A mapping, resolved against the columns of one file.
pub struct Reader {
    mapping: Mapping,
    context: Context,
    language: Language,
    columns: Vec<Column>,
    sale: Plan,
    refund: Plan,
    group_by: Field,
    rules: Vec<Rule>,
    upper: Vec<Field>,
    values: HashMap<Field, HashMap<String, String>>,
}

struct Rule {
    kind: RowKind,
    conditions: Vec<(Subject, Condition)>,
    reason: Text,
    remedy: Text,
}

/// What a condition looks at.
enum Subject {
    Field(Field),
    Column(usize),
}

/// The fields whose column must be there.
pub(super) fn required(mapping: &Mapping) -> Vec<Field> {
    let group_by = mapping.group_by.as_deref().and_then(Field::from_id).unwrap_or(Field::OrderId);
    let mut fields = vec![group_by];
    fields.extend(Field::all().filter(|field| field.def().required && *field != Field::OrderId));
    fields.extend(mapping.required.iter().filter_map(|id| Field::from_id(id)));
    fields
}

impl Reader {
    /// Resolves a mapping against a file.
    ///
    /// # Errors
    /// The file lacks a column that the mapping needs, or has another shape.
    pub fn new(
        mapping: Mapping,
        sniffed: &Sniffed,
        context: Context,
    ) -> Result<Self, MappingError> {
        match (mapping.reads, sniffed.shape) {
            (Reads::JsonLines, Shape::Cells | Shape::Sheet) => {
                return Err(MappingError::WrongShape(Label {
                    fr: "du JSON Lines",
                    en: "JSON Lines",
                }));
            }
            (Reads::OrderLines, Shape::JsonLines) => {
                return Err(MappingError::WrongShape(Label {
                    fr: "des lignes sous un en-tête",
                    en: "rows under a header",
                }));
            }
            _ => {}
        }
        super::check::fields(&mapping)?;
        let context = overridden(&mapping, context);
        let places: HashMap<String, usize> = sniffed
            .columns
            .iter()
            .enumerate()
            .map(|(index, column)| (header_key(&column.name), index))
            .collect();
        if mapping.reads == Reads::OrderLines {
            refuse_missing(&mapping, &sniffed.columns, &places)?;
        }
        let sale = Plan::new(&mapping, &places, false);
        let refund = Plan::new(&mapping, &places, true);
        let mut rules = Vec::new();
        for rule in &mapping.rows {
            let mut conditions = Vec::new();
            for (name, condition) in &rule.when {
                let subject = match (Field::from_id(name), places.get(&header_key(name))) {
                    (Some(field), _) => Subject::Field(field),
                    (None, Some(index)) => Subject::Column(*index),
                    (None, None) => {
                        return Err(MappingError::Invalid {
                            key: format!("rows.when.{}", crate::excerpt(name, 60)),
                            problem: say(
                                "ce n’est ni un champ ni une colonne du fichier",
                                "this is neither a field nor a column of the file",
                            ),
                        });
                    }
                };
                conditions.push((subject, condition.clone()));
            }
            rules.push(Rule {
                kind: rule.kind,
                conditions,
                reason: told(
                    rule.reason_fr.as_deref(),
                    rule.reason.as_deref(),
                    say(
                        "ligne écartée par une règle de la correspondance",
                        "left out by a rule of the mapping",
                    ),
                ),
                remedy: told(
                    rule.remedy_fr.as_deref(),
                    rule.remedy.as_deref(),
                    say(
                        "corrigez la règle dans [[rows]] si cette ligne compte",
                        "correct the rule in [[rows]] if the row counts",
                    ),
                ),
            });
        }
        let values = mapping
            .values
            .iter()
            .filter_map(|(id, map)| {
                let map = map.iter().map(|(from, to)| (header_key(from), to.clone())).collect();
                Field::from_id(id).map(|field| (field, map))
            })
            .collect();
        Ok(Self {
            group_by: mapping
                .group_by
                .as_deref()
                .and_then(Field::from_id)
                .unwrap_or(Field::OrderId),
            upper: mapping.upper.iter().filter_map(|id| Field::from_id(id)).collect(),
            columns: sniffed.columns.clone(),
            mapping,
            context,
            language: Language::default(),
            sale,
            refund,
            rules,
            values,
        })
    }

    /// The reader, rejecting rows in words of that language (French unless said).
    #[must_use]
    pub fn speaking(mut self, language: Language) -> Self {
        self.language = language;
        self
    }

    /// The mapping in force.
    pub fn mapping(&self) -> &Mapping {
        &self.mapping
    }

    /// Checks a row and makes it ready for staging; `None` for a blank row.
    ///
    /// # Errors
    /// The row can't be read; the rejection says which field, why, and what to do.
    pub fn stage(&self, row: &Row, line: u64) -> Result<Option<StagedRow>, Reject> {
        if row.is_empty() {
            return Ok(None);
        }
        if self.mapping.reads == Reads::JsonLines {
            let text = row.get(0);
            let key = json::key(text, &self.context, self.language, line)?;
            return Ok(Some(StagedRow { key, line, payload: text.as_bytes().to_vec() }));
        }
        self.refuse_shifted(row, line)?;
        let kind = self.kind(row, line)?;
        let plan = if kind == RowKind::Refund { &self.refund } else { &self.sale };
        let mut payload = Vec::with_capacity(128);
        for &field in &plan.active {
            let (text, column) = plan.cell(row, field);
            if text.is_empty() {
                continue;
            }
            let text = match self.values.get(&field) {
                // The raw status is kept; what it stands for is looked up when the order is whole.
                Some(map) if field != Field::Status => {
                    map.get(&header_key(text)).map_or(text, String::as_str)
                }
                _ => text,
            };
            if text.is_empty() {
                continue;
            }
            payload = self
                .push(payload, field, text, column, kind)
                .map_err(|fault| self.reject(fault, line, self.name_of(field, column), text))?;
        }
        let key = self.key(row, plan, kind, line)?;
        if kind == RowKind::Sale {
            self.refuse_without_price(row, line)?;
        }
        if self.is_service(row, plan) {
            payload = payload::push(payload, Field::LineType, Value::Text("service"));
        }
        Ok(Some(StagedRow { key, line, payload }))
    }

    /// Makes records of all the rows of one key. Rows may come in any order: the records are the same.
    pub fn assemble(&self, key: &str, rows: &[StagedRow]) -> (Vec<Record>, Vec<Reject>) {
        if self.mapping.reads == Reads::JsonLines {
            return json::assemble(rows, &self.context, self.language);
        }
        let desk = assemble::Desk {
            mapping: &self.mapping,
            context: &self.context,
            language: self.language,
        };
        match key.strip_prefix("r:") {
            Some(id) => desk.refund(id, rows),
            None => desk.order(key.strip_prefix("o:").unwrap_or(key), rows),
        }
    }

    fn kind(&self, row: &Row, line: u64) -> Result<RowKind, Reject> {
        for rule in &self.rules {
            let holds = rule.conditions.iter().all(|(subject, condition)| {
                let (text, column) = self.look(row, subject);
                condition.holds(text, self.decimal(column))
            });
            if !holds {
                continue;
            }
            if rule.kind == RowKind::Reject {
                let (field, value) = match rule.conditions.first() {
                    Some((subject, _)) => {
                        let (text, column) = self.look(row, subject);
                        let name = column.map_or("", |column| self.columns[column].name.as_str());
                        (name, text)
                    }
                    None => ("", ""),
                };
                let fault = Fault::new(rule.reason.clone(), rule.remedy.clone());
                return Err(self.reject(fault, line, field, value));
            }
            return Ok(rule.kind);
        }
        let (text, column) = self.sale.cell(row, Field::Type);
        match text.to_lowercase().as_str() {
            "" | "order" | "sale" | "commande" | "vente" => Ok(RowKind::Sale),
            "refund" | "remboursement" | "avoir" => Ok(RowKind::Refund),
            _ => {
                let fault = Fault::new(
                    say("ce type de ligne est inconnu", "unknown type of row"),
                    say("écrivez commande ou remboursement", "write order or refund"),
                );
                Err(self.reject(fault, line, self.name_of(Field::Type, column), text))
            }
        }
    }

    fn look<'r>(&'r self, row: &'r Row, subject: &Subject) -> (&'r str, Option<usize>) {
        match subject {
            Subject::Field(field) => self.sale.cell(row, *field),
            Subject::Column(index) => (row.get(*index).trim(), Some(*index)),
        }
    }

    fn key(&self, row: &Row, plan: &Plan, kind: RowKind, line: u64) -> Result<String, Reject> {
        let field = if kind == RowKind::Refund { Field::RefundId } else { self.group_by };
        let (id, column) = plan.cell(row, field);
        if id.len() > MAX_KEY {
            let fault = Fault::new(
                say("l’identifiant dépasse 200 octets", "the identifier is longer than 200 bytes"),
                say(
                    "vérifiez que la bonne colonne est associée à ce champ",
                    "check that the right column is mapped",
                ),
            );
            return Err(self.reject(fault, line, self.name_of(field, column), id));
        }
        let (order, _) = plan.cell(row, Field::OrderId);
        match (kind, id) {
            (RowKind::Refund, "") if !order.is_empty() && order.len() <= MAX_KEY => {
                let (at, _) = plan.cell(row, Field::RefundedAt);
                let at: String = at.chars().take(40).collect();
                Ok(format!("r:{order}-refund-{at}"))
            }
            (_, "") => {
                let fault = Fault::new(
                    say("la ligne n’a pas d’identifiant", "the row has no identifier"),
                    say(
                        "renseignez cette colonne sur chaque ligne",
                        "fill this column on every row",
                    ),
                );
                Err(self.reject(fault, line, self.name_of(field, column), ""))
            }
            (RowKind::Refund, id) => Ok(format!("r:{id}")),
            (_, id) => Ok(format!("o:{id}")),
        }
    }

    /// An unquoted delimiter shifts what follows: such a row would put amounts in wrong columns.
    fn refuse_shifted(&self, row: &Row, line: u64) -> Result<(), Reject> {
        let wide = (self.columns.len()..row.len()).any(|index| !row.get(index).trim().is_empty());
        if !wide {
            return Ok(());
        }
        let (cells, headers) = (row.len(), self.columns.len());
        let fault = Fault::new(
            say(
                format!("la ligne a {cells} cellules, l’en-tête {headers}"),
                format!("the row has {cells} cells, the header {headers}"),
            ),
            say(
                "mettez entre guillemets les cellules qui contiennent le séparateur",
                "put quotation marks around cells that contain the delimiter",
            ),
        );
        let start: Vec<&str> = row.cells().take(4).collect();
        Err(self.reject(fault, line, "", &start.join(" | ")))
    }

    fn refuse_without_price(&self, row: &Row, line: u64) -> Result<(), Reject> {
        let filled = |field| !self.sale.cell(row, field).0.is_empty();
        let priced = filled(Field::UnitPrice) || filled(Field::LineTotal) || filled(Field::Total);
        if priced || !assemble::LINE_FIELDS.iter().any(|field| filled(*field)) {
            return Ok(());
        }
        let fault = Fault::new(
            say("la ligne n’a pas de prix", "the line has no price"),
            say(
                "renseignez le prix, ou inscrivez 0 pour un cadeau",
                "fill the price, or write 0 for a gift",
            ),
        );
        let column = self.sale.cell(row, Field::UnitPrice).1;
        Err(self.reject(fault, line, self.name_of(Field::UnitPrice, column), ""))
    }

    fn is_service(&self, row: &Row, plan: &Plan) -> bool {
        if self.mapping.services.is_empty() {
            return false;
        }
        let (code, _) = plan.cell(row, Field::Sku);
        self.mapping.services.iter().any(|condition| condition.holds(code, Decimal::Point))
    }

    fn decimal(&self, column: Option<usize>) -> Decimal {
        column.map_or(Decimal::Point, |column| self.columns[column].decimal)
    }

    fn reject(&self, fault: Fault, line: u64, field: &str, value: &str) -> Reject {
        fault.at(self.language, line, field, value)
    }

    /// The column at fault as the file calls it, else the field.
    fn name_of(&self, field: Field, column: Option<usize>) -> &str {
        column.map_or(field.id(), |column| self.columns[column].name.as_str())
    }
}

/// What a rule says, in whichever languages it does.
fn told(fr: Option<&str>, en: Option<&str>, otherwise: Text) -> Text {
    match (fr.or(en), en.or(fr)) {
        (Some(fr), Some(en)) => say(fr, en),
        _ => otherwise,
    }
}

fn overridden(mapping: &Mapping, mut context: Context) -> Context {
    if let Some(currency) = mapping.currency.as_deref().and_then(|code| code.parse().ok()) {
        context.currency = currency;
    }
    if let Some(zone) = mapping.timezone.as_deref().and_then(|zone| TimeZone::get(zone).ok()) {
        context.timezone = zone;
    }
    context
}

fn refuse_missing(
    mapping: &Mapping,
    columns: &[Column],
    places: &HashMap<String, usize>,
) -> Result<(), MappingError> {
    let mut missing = Vec::new();
    for field in required(mapping) {
        let headers = mapping.columns.get(field.id());
        let present = headers.is_some_and(|headers| {
            headers.iter().any(|name| places.contains_key(&header_key(name)))
        });
        if present || mapping.constants.contains_key(field.id()) {
            continue;
        }
        let wanted = headers.and_then(|headers| headers.iter().next()).unwrap_or(field.id());
        let nearest = crate::nearest(wanted, columns.iter().map(|column| column.name.as_str()))
            .unwrap_or_default();
        let (wanted, nearest) = (crate::excerpt(wanted, 60), crate::excerpt(nearest, 60));
        let id = field.id();
        missing.push(say(
            format!("« {wanted} » ({id} ; la colonne la plus proche est « {nearest} »)"),
            format!("“{wanted}” ({id}; the nearest column is “{nearest}”)"),
        ));
    }
    if missing.is_empty() {
        Ok(())
    } else {
        Err(MappingError::MissingColumns(Text::list(&missing)))
    }
}
