//! Customer accounts.

use comptoir_model::{Customer, Identity, Version};

use super::order::{instant, place};
use super::text::name_of;
use crate::connector::Setting;
use crate::wire::{Object, Wrong};

pub(super) const FIELDS: &str = "id,date_created,date_created_gmt,date_modified,date_modified_gmt,email,first_name,last_name,role,billing,is_paying_customer";

/// People who work in the shop have accounts too.
const STAFF: [&str; 5] = ["administrator", "editor", "author", "contributor", "shop_manager"];

/// A customer; `None` for an account of the shop's own people that never bought.
pub(super) fn customer(row: &Object<'_>, setting: &Setting) -> Result<Option<Customer>, Wrong> {
    let id = row.identifier("id")?;
    let staff = row.text("role").is_some_and(|role| STAFF.contains(&role.as_str()));
    if staff && !row.flag("is_paying_customer") {
        return Ok(None);
    }
    let created = instant(row, "date_created", setting)?;
    let modified = instant(row, "date_modified", setting)?.or(created).unwrap_or(setting.now);
    let billing = row.object("billing")?;
    let billed = |name: &str| billing.as_ref().and_then(|billing| name_of(billing, name));
    Ok(Some(Customer {
        id: id.clone(),
        version: Version::stamped(modified),
        deleted: false,
        identity: Identity {
            id: Some(id),
            email: row.text("email").or_else(|| billed("email")),
            phone: billed("phone"),
            first_name: name_of(row, "first_name").or_else(|| billed("first_name")),
            last_name: name_of(row, "last_name").or_else(|| billed("last_name")),
        },
        created,
        country: place(billing.as_ref()).country,
    }))
}
