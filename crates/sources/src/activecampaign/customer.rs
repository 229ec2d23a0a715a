//! Customers of a shop, and contacts.

use comptoir_model::{Customer, Identity, Version};

use crate::connector::Setting;
use crate::pushed::{missing, pseudonym, refuse};
use crate::wire::{Object, Refused, Wrong};

/// Reads an `ecomCustomer`: the shop's own customer.
///
/// # Errors
/// What is wrong, and where.
pub fn customer(text: &str, setting: &Setting) -> Result<Customer, Box<Refused>> {
    let object = Object::parse(text).map_err(|wrong| refuse("customer", "", wrong, text))?;
    read(&object, setting, "").map_err(|wrong| refuse("customer", "", wrong, text))
}

/// Reads a `contact`: whoever left an e-mail, customer or not.
///
/// # Errors
/// What is wrong, and where.
pub fn contact(text: &str, setting: &Setting) -> Result<Customer, Box<Refused>> {
    let object = Object::parse(text).map_err(|wrong| refuse("contact", "", wrong, text))?;
    read(&object, setting, "contact:").map_err(|wrong| refuse("contact", "", wrong, text))
}

fn read(object: &Object<'_>, setting: &Setting, under: &str) -> Result<Customer, Wrong> {
    let identity = Identity {
        id: None,
        email: object.text("email"),
        phone: object.text("phone"),
        first_name: object.text("firstName").or_else(|| object.text("first_name")),
        last_name: object.text("lastName").or_else(|| object.text("last_name")),
    };
    let Some(email) = identity.email_key() else { return missing(object, "email") };
    // A guest has no number in the shop: an e-mail is one, made unreadable.
    let id = object
        .reference("externalid")
        .filter(|_| under.is_empty())
        .unwrap_or_else(|| format!("{under}{}", pseudonym(&["activecampaign", &email])));
    Ok(Customer {
        identity: Identity { id: Some(id.clone()), ..identity },
        id,
        version: Version::stamped(setting.now),
        deleted: false,
        created: None,
        country: None,
    })
}
