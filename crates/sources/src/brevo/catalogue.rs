//! Products and categories.

use comptoir_model::{Product, Version};

use crate::connector::Setting;
use crate::pushed::{missing, refuse, units};
use crate::wire::{Object, Refused, Wrong};

/// A product, with what the API needs of it beside our record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    /// Brevo's id: orders name it, whatever the reference (SKU).
    pub id: String,
    pub sku: Option<String>,
    pub categories: Vec<String>,
    pub product: Product,
}

/// A category: its id and its name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Category {
    pub id: String,
    pub name: String,
    pub deleted: bool,
}

/// Reads a product. It carries no stamp, so it never replaces what the shop's platform told. Its price
/// says nothing of tax and is not kept.
///
/// # Errors
/// What is wrong, and where.
pub fn product(text: &str, setting: &Setting) -> Result<Item, Box<Refused>> {
    let object = Object::parse(text).map_err(|wrong| refuse("product", "", wrong, text))?;
    let id = object.text("id").unwrap_or_default();
    let read = || -> Result<Item, Wrong> {
        let id = object.identifier("id")?;
        let Some(name) = object.text("name") else { return missing(&object, "name") };
        crate::pushed::amount(&object, "price", setting.currency)?;
        let sku = object.reference("sku");
        let categories = object.texts("categories")?;
        let product = Product {
            code: sku.clone().unwrap_or_else(|| id.clone()),
            version: Version::unstamped(setting.now),
            deleted: object.flag("isDeleted"),
            name,
            category: categories.first().cloned(),
            price: None,
            cost: None,
            stock: units(&object, "stock")?,
        };
        Ok(Item { id, sku, categories, product })
    };
    read().map_err(|wrong| refuse("product", &id, wrong, text))
}

/// Reads a category.
///
/// # Errors
/// What is wrong, and where.
pub fn category(text: &str) -> Result<Category, Box<Refused>> {
    let object = Object::parse(text).map_err(|wrong| refuse("category", "", wrong, text))?;
    let read = || -> Result<Category, Wrong> {
        let id = object.identifier("id")?;
        let name = object.text("name").unwrap_or_else(|| id.clone());
        Ok(Category { id, name, deleted: object.flag("isDeleted") })
    };
    read().map_err(|wrong| refuse("category", "", wrong, text))
}
