//! Whether a text from outside (a value that was not understood, a rejected row) names somebody who was
//! erased: it must not be kept then. E-mail addresses, telephone numbers and whole names are looked for.

use std::collections::HashSet;

use comptoir_model::Identity;

use super::hashes::{Book, Hasher};
use super::quotes;
use super::traces::{Ask, last_digits};
use crate::error::StoreError;
use crate::store::Store;

/// What erased persons were known by, as hashes.
pub struct ErasedNames {
    hasher: Hasher,
    hashes: HashSet<String>,
}

impl ErasedNames {
    /// `None` where nobody was erased.
    pub(crate) fn load(ask: Ask<'_>, book: &Book) -> Result<Option<Self>, StoreError> {
        let rows = ask("SELECT hash FROM erasures WHERE kind IN ('email', 'phone', 'name')", &[])?;
        if rows.rows.is_empty() {
            return Ok(None);
        }
        let hasher = Hasher::of_texts(book)?;
        let hashes =
            rows.rows.iter().filter_map(|cells| Some(cells[0].text()?.to_owned())).collect();
        Ok(Some(Self { hasher, hashes }))
    }

    pub fn quoted_in(&self, text: &str) -> bool {
        emails(text).any(|email| self.hashes.contains(&self.hasher.email(&email)))
            || phones(text).any(|phone| self.is_number(&phone))
            || quotes::names(text).iter().any(|name| self.hashes.contains(&self.hasher.name(name)))
    }

    fn is_number(&self, phone: &str) -> bool {
        [phone, last_digits(phone)].iter().any(|one| self.hashes.contains(&self.hasher.phone(one)))
    }
}

impl Store {
    /// Whom no list may quote any more; `None`: nobody was erased.
    pub fn erased_names(&self) -> Result<Option<ErasedNames>, StoreError> {
        let snapshot = self.read()?;
        ErasedNames::load(&|sql, values| snapshot.query(sql, values), &self.book())
    }
}

/// The e-mail addresses in a text, as they are compared.
fn emails(text: &str) -> impl Iterator<Item = String> + '_ {
    let ends = |c: char| {
        c.is_whitespace() || matches!(c, '"' | '\'' | '<' | '>' | '(' | ')' | ',' | ';' | ':' | '=')
    };
    text.split(ends).filter(|word| word.contains('@')).filter_map(|word| {
        let email = word.trim_matches(|c: char| matches!(c, '.' | '!' | '?' | '’'));
        Identity { email: Some(email.to_owned()), ..Identity::default() }.email_key()
    })
}

/// The telephone numbers in a text, as they are compared.
fn phones(text: &str) -> impl Iterator<Item = String> + '_ {
    let belongs =
        |c: char| c.is_ascii_digit() || matches!(c, '+' | ' ' | '.' | '-' | '(' | ')' | '/');
    text.split(move |c: char| !belongs(c)).filter_map(|word| {
        Identity { phone: Some(word.to_owned()), ..Identity::default() }.phone_key()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_and_numbers_are_found_within_a_text() {
        let text = "{\"value\":\"Mme <Ada@Example.com>, tél. 06 12 34 56 78\"} x@y";
        assert_eq!(emails(text).collect::<Vec<_>>(), ["ada@example.com"]);
        assert_eq!(phones(text).collect::<Vec<_>>(), ["0612345678"]);
    }
}
