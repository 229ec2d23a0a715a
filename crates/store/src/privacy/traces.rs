//! What a person is known by, and where else in the database it stands.

use std::collections::BTreeSet;

use super::quotes;
use crate::engine::Snapshot;
use crate::error::StoreError;
use crate::value::{Rows, Value};

/// A way to ask the database: a snapshot's, or the writer's within its transaction.
pub(crate) type Ask<'a> = &'a dyn Fn(&str, &[Value]) -> Result<Rows, StoreError>;

/// What an erasure leaves in the place of an e-mail address, an account or a telephone number begins so.
pub const ERASED: &str = "erased:";

/// Digits of two telephone numbers that are compared from the end: the country is not always told.
const DIGITS: usize = 9;

/// All that a person's records are recognised by.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Traces {
    /// Normalised, of the platforms and corrected ones.
    pub emails: BTreeSet<String>,
    /// Source and the platform's identifier.
    pub accounts: BTreeSet<(i64, String)>,
    /// Normalised.
    pub phones: BTreeSet<String>,
    pub names: BTreeSet<String>,
}

impl Traces {
    /// Of some persons. A negative number is a contact known only by the cart of that number.
    pub fn of(ask: Ask<'_>, persons: &[i64]) -> Result<Self, StoreError> {
        let listed = |wanted: &dyn Fn(i64) -> Option<i64>| -> Option<String> {
            let numbers: Vec<String> =
                persons.iter().filter_map(|one| wanted(*one)).map(|one| one.to_string()).collect();
            (!numbers.is_empty()).then(|| numbers.join(", "))
        };
        let mut found = Self::default();
        if let Some(persons) = listed(&|one| (one >= 0).then_some(one)) {
            let columns = "email_key, source_id, customer_ref, phone_key, customer_name, email";
            let rows = ask(
                &format!(
                    "SELECT DISTINCT email_key, source_id, customer_ref, phone_key, customer_name, lower(trim(email))
                     FROM (SELECT {columns} FROM all_orders WHERE person_id IN ({persons})
                           UNION ALL SELECT {columns} FROM refunds WHERE person_id IN ({persons})
                           UNION ALL SELECT {columns} FROM customers WHERE person_id IN ({persons}))"
                ),
                &[],
            )?;
            found.add(Self::read(&rows));
            // The name that was put right is still in what was not understood.
            let rows = ask(
                &format!(
                    "SELECT NULL, NULL, NULL, NULL, unnest([told, value]), NULL FROM rectifications
                     WHERE field = 'name' AND person_id IN ({persons})"
                ),
                &[],
            )?;
            found.add(Self::read(&rows));
        }
        if let Some(carts) = listed(&|one| one.checked_neg().filter(|cart| *cart > 0)) {
            let rows = ask(
                &format!(
                    "SELECT NULL, NULL, NULL, NULL, customer_name, lower(trim(email)) FROM all_carts
                     WHERE cart_id IN ({carts})"
                ),
                &[],
            )?;
            found.add(Self::read(&rows));
        }
        Ok(found)
    }

    /// Rows of e-mail key, source, account, phone key, name and e-mail address. What was erased before
    /// is no trace.
    pub fn read(rows: &Rows) -> Self {
        let mut found = Self::default();
        for cells in &rows.rows {
            let text = |index: usize| {
                cells[index].text().filter(|text| !text.is_empty() && !text.starts_with(ERASED))
            };
            let emails = [0, 5].into_iter().filter_map(text).filter(|text| text.contains('@'));
            found.emails.extend(emails.map(str::to_owned));
            if let (Some(source), Some(account)) = (cells[1].int(), text(2)) {
                found.accounts.insert((source, account.to_owned()));
            }
            found.phones.extend(text(3).map(str::to_owned));
            found.names.extend(text(4).map(str::to_owned));
        }
        found
    }

    pub fn is_empty(&self) -> bool {
        self.emails.is_empty() && self.accounts.is_empty() && self.phones.is_empty()
    }

    pub fn add(&mut self, other: Self) {
        self.emails.extend(other.emails);
        self.accounts.extend(other.accounts);
        self.phones.extend(other.phones);
        self.names.extend(other.names);
    }

    /// Whether a text from outside (a value that was refused, a rejected row) names the person.
    pub fn quoted_in(&self, text: &str) -> bool {
        let lower = text.to_lowercase();
        let decoded = quotes::decoded(&lower);
        let named = quotes::names(text);
        self.emails.iter().any(|email| {
            quotes::tells(&lower, email)
                || decoded.as_deref().is_some_and(|text| quotes::tells(text, email))
        }) || quotes::numbers(text)
            .any(|digits| self.phones.iter().any(|phone| is_number(&digits, phone)))
            || self
                .names
                .iter()
                .filter_map(|name| quotes::name(name))
                .any(|name| named.contains(&name))
    }
}

/// The end of a telephone number, by which two writings of it are compared.
pub(crate) fn last_digits(phone: &str) -> &str {
    let digits = phone.trim_start_matches('+');
    &digits[digits.len().saturating_sub(DIGITS)..]
}

/// Whether digits that stand together are, or end in, a telephone number.
fn is_number(digits: &str, phone: &str) -> bool {
    let end = last_digits(phone);
    // A short number is part of too many others.
    if end.len() < DIGITS { digits == end } else { digits.contains(end) }
}

/// The way to ask a snapshot.
pub(crate) fn asking(
    snapshot: &Snapshot,
) -> impl Fn(&str, &[Value]) -> Result<Rows, StoreError> + '_ {
    |sql, values| snapshot.query(sql, values)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_that_names_the_person_is_found_whatever_its_form() {
        let traces = Traces {
            emails: ["ada@example.com".to_owned()].into(),
            phones: ["+33612345678".to_owned()].into(),
            names: ["Ada Lovelace".to_owned(), "Li".to_owned()].into(),
            ..Traces::default()
        };
        for quoting in [
            "Ada@Example.com; 12",
            "06 12 34 56 78",
            "0033-612-345-678",
            "Mme ADA LOVELACE",
            "Lovelace, Ada",
            "lovelace ada, Paris",
            "https://shop.example/?mail=ada%40example.com",
            "<ada@example.com>.",
        ] {
            assert!(traces.quoted_in(quoting), "{quoting}");
        }
        for other in [
            "adam@example.co",
            "wanda@example.com",
            "wan.ada@example.com",
            "ada@example.com.au",
            "06 12 34 56 79",
            "order 612, total 345678",
            "Lisa",
            "Wanda Lovelace",
            "Ada Lovelaces",
            "",
            "12,50",
        ] {
            assert!(!traces.quoted_in(other), "{other}");
        }
    }
}
