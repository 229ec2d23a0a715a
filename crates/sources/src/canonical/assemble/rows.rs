//! The rows of one record, and what they say together of each field.

use comptoir_model::{Currency, Identity, Place, Reject, Tax, TaxRate};
use jiff::Timestamp;

use super::line::money;
use crate::canonical::payload::Cells;
use crate::canonical::pricing::known;
use crate::canonical::{Context, Fault};
use crate::mapping::StagedRow;
use crate::mapping::field::Field;
use crate::words::{Language, say};

const TAXES: [(Field, Field); 5] = [
    (Field::Tax1Name, Field::Tax1),
    (Field::Tax2Name, Field::Tax2),
    (Field::Tax3Name, Field::Tax3),
    (Field::Tax4Name, Field::Tax4),
    (Field::Tax5Name, Field::Tax5),
];

/// The rows of one record, in the order of their content.
pub(super) struct Rows<'r> {
    pub(super) rows: Vec<(u64, Cells<'r>)>,
    pub(super) currency: Currency,
    pub(super) rejects: Vec<Reject>,
}

impl<'r> Rows<'r> {
    /// Rows in content order, without those whose currency is not that of the others.
    pub(super) fn gather(staged: &'r [StagedRow], context: &Context, language: Language) -> Self {
        let mut sorted: Vec<&StagedRow> = staged.iter().collect();
        sorted.sort_by(|a, b| a.payload.cmp(&b.payload).then(a.line.cmp(&b.line)));
        let mut rows: Vec<(u64, Cells<'r>)> =
            sorted.into_iter().map(|row| (row.line, Cells::read(&row.payload))).collect();
        let first = rows.iter().find_map(|(_, cells)| cells.text(Field::Currency));
        let mut rejects = Vec::new();
        rows.retain(|(line, cells)| {
            let other = cells.text(Field::Currency).filter(|code| Some(*code) != first);
            if let Some(code) = other {
                let first = first.unwrap_or_default();
                let fault = Fault::new(
                    say(
                        format!("les autres lignes de la commande sont en {first}"),
                        format!("the other rows of the order are in {first}"),
                    ),
                    say(
                        "donnez la même devise à toutes les lignes d’une commande",
                        "give all rows of an order one currency",
                    ),
                );
                rejects.push(fault.at(language, *line, Field::Currency.id(), code));
            }
            other.is_none()
        });
        let currency = first.and_then(|code| code.parse().ok()).unwrap_or(context.currency);
        Self { rows, currency, rejects }
    }

    pub(super) fn text(&self, field: Field) -> Option<String> {
        self.rows.iter().find_map(|(_, cells)| cells.text(field)).map(str::to_owned)
    }

    pub(super) fn int(&self, field: Field) -> Option<i64> {
        self.rows.iter().find_map(|(_, cells)| cells.int(field))
    }

    pub(super) fn earliest(&self, field: Field) -> Option<Timestamp> {
        let first = self.rows.iter().filter_map(|(_, cells)| cells.int(field)).min()?;
        Timestamp::from_microsecond(first).ok()
    }

    pub(super) fn rate(&self, field: Field) -> Option<TaxRate> {
        self.int(field).and_then(|rate| i32::try_from(rate).ok()).map(TaxRate)
    }

    pub(super) fn amount(&self, field: Field) -> Result<Option<i64>, Fault> {
        let text = self.rows.iter().find_map(|(_, cells)| cells.text(field));
        text.map(|text| money(self.currency, text)).transpose()
    }

    /// Taxes of the whole order: by rate where they are named, else in one sum.
    pub(super) fn taxes(&self) -> Result<Vec<Tax>, Fault> {
        let mut taxes = Vec::new();
        for (rate, amount) in TAXES {
            if let Some(amount) = self.amount(amount)?.filter(|amount| *amount != 0) {
                taxes.push(Tax { rate: self.rate(rate), amount });
            }
        }
        let Some(all) = self.amount(Field::OrderTax)? else { return Ok(taxes) };
        let rest = all - Tax::sum(&taxes);
        if rest < 0 {
            taxes.clear();
        }
        let unnamed = if rest < 0 { all } else { rest };
        taxes.extend(known(None, unnamed));
        Ok(taxes)
    }

    pub(super) fn identity(&self) -> Identity {
        Identity {
            id: self.text(Field::CustomerId),
            email: self.text(Field::Email),
            phone: self.text(Field::Phone),
            first_name: self.text(Field::FirstName),
            last_name: self.text(Field::LastName),
        }
    }

    pub(super) fn place(&self, [country, region, city, postcode]: [Field; 4]) -> Place {
        Place {
            country: self.text(country),
            region: self.text(region),
            city: self.text(city),
            postcode: self.text(postcode),
        }
    }

    pub(super) fn all_rejected(self, fault: &Fault, id: &str, language: Language) -> Vec<Reject> {
        let rest = self.rows.iter().map(|(line, _)| fault.clone().at(language, *line, "", id));
        let mut rejects: Vec<Reject> = self.rejects.iter().cloned().chain(rest).collect();
        rejects.sort_by_key(|reject| reject.line);
        rejects.dedup_by_key(|reject| reject.line);
        rejects
    }
}
