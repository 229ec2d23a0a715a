//! WooCommerce: not read yet.

use comptoir_model::Class;

use crate::connector::{Access, Connector, FormField, Platform};
use crate::failure::Failure;
use crate::words::Label;

pub static PLATFORM: Platform = Platform {
    id: "woocommerce",
    name: "WooCommerce",
    minimum: "",
    proven: Label { fr: "", en: "" },
    fields: FIELDS,
    consecutive_numbers: false,
    profile: "comptoir",
    statuses: STATUSES,
    brought: &[],
    webhooks: false,
    connect,
};

const FIELDS: &[FormField] = &[];
const STATUSES: &[(&str, Class)] = &[];

fn connect(_access: Access) -> Result<Box<dyn Connector>, Failure> {
    Err(Failure::protocol("not read yet"))
}
