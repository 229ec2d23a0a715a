//! Who ordered: the identity on a record, and the customers a platform lists by themselves.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::version::Version;

/// What a record says of the person behind it. Two records are the same person when they share a
/// normalised e-mail, or the same platform id in the same source; a record with neither is matched
/// by its phone.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Identity {
    /// The platform's customer id, unique within its source.
    pub id: Option<String>,
    pub email: Option<String>,
    pub phone: Option<String>,
    pub first_name: Option<String>,
    pub last_name: Option<String>,
}

impl Identity {
    /// The e-mail as two records compare it: trimmed, lower case; `None` unless it has one `@`
    /// with something on both sides.
    pub fn email_key(&self) -> Option<String> {
        let email = self.email.as_deref()?.trim().to_lowercase();
        let (local, domain) = email.split_once('@')?;
        let valid = !local.is_empty() && domain.contains('.') && !domain.contains('@');
        valid.then_some(email)
    }

    /// The phone as two records compare it: digits with a leading `+`; `00` becomes `+`.
    /// `None` under six digits. The country is not guessed: `06…` and `+336…` differ.
    pub fn phone_key(&self) -> Option<String> {
        let phone = self.phone.as_deref()?.trim();
        let digits: String = phone.chars().filter(char::is_ascii_digit).collect();
        if digits.len() < 6 {
            return None;
        }
        if phone.starts_with('+') {
            return Some(format!("+{digits}"));
        }
        Some(digits.strip_prefix("00").map_or(digits.clone(), |rest| format!("+{rest}")))
    }

    /// First and last name, as they are shown; `None` when both are missing.
    pub fn name(&self) -> Option<String> {
        let parts: Vec<&str> = [&self.first_name, &self.last_name]
            .into_iter()
            .filter_map(|part| part.as_deref().map(str::trim).filter(|part| !part.is_empty()))
            .collect();
        (!parts.is_empty()).then(|| parts.join(" "))
    }
}

/// A customer account or contact as the platform lists it, with or without orders.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Customer {
    pub id: String,
    pub version: Version,
    pub deleted: bool,
    pub identity: Identity,
    pub created: Option<Timestamp>,
    pub country: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn emails_compare_trimmed_and_in_lower_case() {
        let with = |email: &str| Identity { email: Some(email.into()), ..Identity::default() };
        assert_eq!(with(" Zoé@Exemple.FR ").email_key().as_deref(), Some("zoé@exemple.fr"));
        for bad in ["", "zoe", "@exemple.fr", "a@b@c.fr", "a@b"] {
            assert_eq!(with(bad).email_key(), None, "{bad}");
        }
    }

    #[test]
    fn phones_compare_by_their_digits() {
        let with = |phone: &str| Identity { phone: Some(phone.into()), ..Identity::default() };
        assert_eq!(with("00 33 6 12 34 56 78").phone_key().as_deref(), Some("+33612345678"));
        assert_eq!(with("+33 (6) 12-34-56-78").phone_key().as_deref(), Some("+33612345678"));
        assert_eq!(with("12").phone_key(), None);
    }
}
