//! Brevo's e-commerce API, as its SDKs push it: orders, products, categories, and the events of carts.
//!
//! An order there is its total with tax and nothing else: no currency, no tax, no shipping, no
//! refunds. It is kept as such, and every figure without tax says that it is missing.

use comptoir_model::{Class, Identity};

use crate::canonical::status;
use crate::wire::Object;

mod catalogue;
mod event;
mod order;

pub use catalogue::{Category, Item, category, product};
pub use event::{event, tracked};
pub use order::order;

/// The source that these records are kept under.
pub const SOURCE: &str = "brevo";

/// The most orders, products, categories or events of one batch.
pub const MAX_BATCH: usize = 1000;

/// The largest `event_properties`, in bytes.
pub const MAX_PROPERTIES: usize = 50 * 1024;

/// Status words that shops send to Brevo, beside those every shop uses.
pub static STATUSES: &[(&str, Class)] = &[
    ("completed", Class::Fulfilled),
    ("processing", Class::Paid),
    ("refunded", Class::Refunded),
    ("cancelled", Class::Cancelled),
    ("pending", Class::Pending),
    ("order_completed", Class::Fulfilled),
    ("order_paid", Class::Paid),
    ("confirmed", Class::Paid),
    ("accepted", Class::Paid),
    ("closed", Class::Fulfilled),
    ("awaiting_payment", Class::Pending),
    ("pending_payment", Class::Pending),
    ("returned", Class::Refunded),
    ("voided", Class::Cancelled),
    ("declined", Class::Failed),
    ("deleted", Class::Deleted),
];

/// The class of a status word; an unknown one is on hold.
pub fn class(raw: &str) -> Class {
    let word = raw.trim().to_lowercase();
    let known = STATUSES.iter().find(|(known, _)| *known == word).map(|(_, class)| *class);
    known.or_else(|| status::class_of(&word)).unwrap_or(Class::OnHold)
}

/// Who it is about: `identifiers`, and the `email` that older SDKs send beside.
fn person(object: &Object<'_>) -> Result<Identity, crate::wire::Wrong> {
    let mut person = Identity { email: object.text("email"), ..Identity::default() };
    if let Some(told) = object.object("identifiers")? {
        person.id = told.reference("ext_id");
        person.email = told.text("email_id").or(person.email);
        person.phone = told
            .text("phone_id")
            .or_else(|| told.text("whatsapp_id"))
            .or_else(|| told.text("landline_number_id"));
    }
    Ok(person)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn s004_a_status_word_has_a_class_and_an_unknown_one_is_on_hold() {
        assert_eq!(class("Completed"), Class::Fulfilled);
        assert_eq!(class(" processing "), Class::Paid);
        assert_eq!(class("payée"), Class::Paid);
        assert_eq!(class("à vérifier"), Class::OnHold);
    }
}
