//! How a person is shown to a visitor: as they are, or masked. Pages and files ask; none of them
//! decides by itself, and none searches or sorts by what it may not show.

use comptoir_metrics::Hidden;

use super::right::{Right, Rights};

/// Stands for what is not shown.
const DOTS: &str = "•••";

/// Where a name or place stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Of {
    /// On an order or its refund: whom it is billed to, and where.
    Billing,
    /// Anywhere else: a customer, a cart, where a parcel goes.
    Person,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Seen {
    Whole,
    /// Only what an invoice says.
    Billing,
    Masked,
}

/// What a visitor sees of persons.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Identities {
    seen: Seen,
}

impl Identities {
    /// As they are: for a file that was asked for with a purpose, and is written in the audit log.
    pub const WHOLE: Self = Self { seen: Seen::Whole };

    pub fn of(rights: Rights) -> Self {
        let seen = if rights.has(Right::Identities) {
            Seen::Whole
        } else if rights.has(Right::BillingIdentity) {
            Seen::Billing
        } else {
            Seen::Masked
        };
        Self { seen }
    }

    /// The words that say what is masked, where something is.
    pub fn note(self) -> Option<&'static str> {
        match self.seen {
            Seen::Whole => None,
            Seen::Billing => Some("identities-billing"),
            Seen::Masked => Some("identities-masked"),
        }
    }

    /// « C. D. » for Claire Dupont.
    pub fn name(self, of: Of, name: Option<&str>) -> Option<String> {
        let name = filled(name)?;
        // Some platforms write the address where a name is missing.
        if name.contains('@') {
            return self.email(Some(name));
        }
        Some(if self.shows(of) { name.to_owned() } else { initials(name) })
    }

    /// « c•••@e•••.fr ».
    pub fn email(self, email: Option<&str>) -> Option<String> {
        let email = filled(email)?;
        Some(if self.seen == Seen::Whole { email.to_owned() } else { masked_email(email) })
    }

    /// « ••• 12 ».
    pub fn phone(self, phone: Option<&str>) -> Option<String> {
        let phone = filled(phone)?;
        Some(if self.seen == Seen::Whole { phone.to_owned() } else { masked_phone(phone) })
    }

    /// A postcode or a city; nothing where it is masked, since region and country remain.
    pub fn place(self, of: Of, place: Option<&str>) -> Option<String> {
        filled(place).filter(|_| self.shows(of)).map(str::to_owned)
    }

    /// What a platform calls a customer: a number, but some number by address.
    pub fn reference(self, reference: Option<&str>) -> Option<String> {
        let reference = filled(reference)?;
        if reference.contains('@') {
            return self.email(Some(reference));
        }
        Some(reference.to_owned())
    }

    /// A text that somebody wrote about a person, such as the reason of a refund.
    pub fn remark(self, text: &str) -> Option<&str> {
        filled(Some(text)).filter(|_| self.seen != Seen::Masked)
    }

    /// What lists must neither search nor sort by.
    pub fn hidden(self) -> Hidden {
        match self.seen {
            Seen::Whole => Hidden::Nothing,
            Seen::Billing => Hidden::Contacts,
            Seen::Masked => Hidden::Everything,
        }
    }

    fn shows(self, of: Of) -> bool {
        match self.seen {
            Seen::Whole => true,
            Seen::Billing => of == Of::Billing,
            Seen::Masked => false,
        }
    }
}

fn filled(text: Option<&str>) -> Option<&str> {
    text.map(str::trim).filter(|text| !text.is_empty())
}

/// First letters of the first and the last word.
fn initials(name: &str) -> String {
    let mut letters =
        name.split_whitespace().filter_map(|word| word.chars().find(|one| one.is_alphabetic()));
    match (letters.next(), letters.next_back()) {
        (Some(first), Some(last)) => {
            format!("{}.\u{a0}{}.", first.to_uppercase(), last.to_uppercase())
        }
        (Some(only), None) => format!("{}.", only.to_uppercase()),
        (None, _) => DOTS.to_owned(),
    }
}

/// The first letters of the mailbox and of its domain, and the domain's last part.
fn masked_email(email: &str) -> String {
    let Some((mailbox, domain)) = email.rsplit_once('@') else { return DOTS.to_owned() };
    let first = |text: &str| text.chars().next().map(String::from).unwrap_or_default();
    let end = domain.rsplit_once('.').map_or(String::new(), |(_, end)| format!(".{end}"));
    format!("{}{DOTS}@{}{DOTS}{end}", first(mailbox), first(domain))
}

/// The last two digits.
fn masked_phone(phone: &str) -> String {
    let digits: Vec<char> = phone.chars().filter(char::is_ascii_digit).collect();
    if digits.len() < 6 {
        return DOTS.to_owned();
    }
    let last: String = digits[digits.len() - 2..].iter().collect();
    format!("{DOTS}\u{a0}{last}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::access::Role;

    fn of(role: &str) -> Identities {
        Identities::of(Role::of(role).expect("a role").rights)
    }

    #[test]
    fn s126_masked_persons_keep_initials_and_last_digits_only() {
        let masked = of("marketing");
        let name = |name| masked.name(Of::Person, Some(name)).expect("a name");
        assert_eq!(name("Claire Dupont"), "C.\u{a0}D.");
        assert_eq!(name("  jean-pierre de la Tour "), "J.\u{a0}T.");
        assert_eq!(name("Élise"), "É.");
        assert_eq!(name("06 12 34 56 78"), "•••");
        assert_eq!(name("claire@exemple.fr"), "c•••@e•••.fr");
        let email = |email| masked.email(Some(email)).expect("an address");
        assert_eq!(email("claire.dupont@mail.exemple.fr"), "c•••@m•••.fr");
        assert_eq!(email("pas une adresse"), "•••");
        assert_eq!(email("root@localhost"), "r•••@l•••");
        assert_eq!(masked.phone(Some("+33 6 12 34 56 78")).expect("a number"), "•••\u{a0}78");
        assert_eq!(masked.phone(Some("1234")).expect("a number"), "•••");
        assert_eq!(masked.place(Of::Person, Some("59000")), None);
        assert_eq!(masked.name(Of::Person, Some(" ")), None);
        assert_eq!(masked.hidden(), Hidden::Everything);
    }

    #[test]
    fn s126_an_accountant_sees_what_an_invoice_says() {
        let billing = of("accountant");
        let claire = Some("Claire Dupont");
        assert_eq!(billing.name(Of::Billing, claire), claire.map(str::to_owned));
        assert_eq!(billing.name(Of::Person, claire).as_deref(), Some("C.\u{a0}D."));
        assert_eq!(billing.email(Some("claire@exemple.fr")).as_deref(), Some("c•••@e•••.fr"));
        assert_eq!(billing.place(Of::Billing, Some("Lille")).as_deref(), Some("Lille"));
        assert_eq!(billing.place(Of::Person, Some("Lille")), None);
        assert_eq!(billing.hidden(), Hidden::Contacts);
    }

    #[test]
    fn s126_owners_administrators_and_sales_see_persons_as_they_are() {
        for role in ["owner", "administrator", "sales"] {
            let whole = of(role);
            assert_eq!(whole.note(), None, "{role}");
            assert_eq!(whole.phone(Some("06 12")).as_deref(), Some("06 12"));
        }
        for role in ["marketing", "accountant", "preparation", "viewer"] {
            assert!(of(role).note().is_some(), "{role}");
        }
    }
}
