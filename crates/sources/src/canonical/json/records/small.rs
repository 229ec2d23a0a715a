//! `customer`, `product`, `cart` and `visit`.

use comptoir_model::{Cart, CartLine, CartState, Customer, Identity, Product, Visit, VisitFault};

use super::{Fields, Wrong, identity, required_moment, version};
use crate::canonical::{Context, Fault};
use crate::visits::{self, Carried};
use crate::words::say;

pub(super) fn customer(fields: &mut Fields<'_>, context: &Context) -> Result<Customer, Wrong> {
    let id = fields.identifier("id")?;
    let version = version(fields, context)?;
    Ok(Customer {
        version,
        deleted: fields.flag("deleted")?,
        identity: Identity {
            id: Some(id.clone()),
            email: fields.text("email")?,
            phone: fields.text("phone")?,
            first_name: fields.text("first_name")?,
            last_name: fields.text("last_name")?,
        },
        created: fields.moment("created", context)?,
        country: fields.country("country")?,
        id,
    })
}

pub(super) fn product(fields: &mut Fields<'_>, context: &Context) -> Result<Product, Wrong> {
    let code = fields.identifier("sku")?;
    let version = version(fields, context)?;
    let currency = context.currency;
    Ok(Product {
        version,
        deleted: fields.flag("deleted")?,
        name: fields.text("name")?.unwrap_or_else(|| code.clone()),
        category: fields.text("category")?,
        price: fields.money("price", currency)?,
        cost: fields.money("cost", currency)?,
        stock: fields.whole("stock")?,
        code,
    })
}

pub(super) fn cart(fields: &mut Fields<'_>, context: &Context) -> Result<Cart, Wrong> {
    let id = fields.identifier("id")?;
    let version = version(fields, context)?;
    let currency = fields.currency(context.currency)?;
    let state = match fields.text("state")?.as_deref() {
        None | Some("open") => CartState::Open,
        Some("ordered") => CartState::Ordered,
        Some("deleted") => CartState::Deleted,
        Some(_) => {
            return fields.wrong(
                "state",
                say("cet état de panier est inconnu", "unknown state of a cart"),
                say(
                    "écrivez `\"open\"`, `\"ordered\"` ou `\"deleted\"`",
                    "write \"open\", \"ordered\" or \"deleted\"",
                ),
            );
        }
    };
    let created = required_moment(fields, "created", context, None)?;
    let updated = fields.moment("updated", context)?.unwrap_or(created);
    let customer = identity(fields.object("customer")?)?;
    let total = fields.money("total", currency)?.unwrap_or(0);
    let order = fields.text("order")?;
    let mut lines = Vec::new();
    for mut item in fields.objects("lines")? {
        let sku = item.text("sku")?;
        let name = item.text("name")?.or_else(|| sku.clone()).unwrap_or_default();
        let quantity = item.whole("quantity")?.unwrap_or(1);
        if quantity < 0 {
            return item.wrong(
                "quantity",
                say("une quantité ne peut pas être négative", "a quantity is 0 or above"),
                say("retirez cette ligne", "leave the line out"),
            );
        }
        item.finish()?;
        lines.push(CartLine { product: sku, name, quantity });
    }
    Ok(Cart { id, version, state, created, updated, currency, customer, total, lines, order })
}

pub(super) fn visit(fields: &mut Fields<'_>, context: &Context) -> Result<Visit, Wrong> {
    let id = fields.identifier("id")?;
    let carried = carried(fields, &id)?;
    let with_order = carried.has(VisitFault::Order);
    let at = |(field, fault): (&'static str, Fault)| (fields.at(field), fault);
    visits::admit(context.visits, &carried).map_err(at)?;
    let started = required_moment(fields, "started", context, None)?;
    let pages = fields.whole("pages")?.unwrap_or(1);
    if pages < 0 {
        return fields.wrong(
            "pages",
            say(
                "le nombre de pages d’une visite ne peut pas être négatif",
                "a visit has 0 pages or more",
            ),
            say("indiquez combien de pages ont été vues", "send how many pages were seen"),
        );
    }
    Ok(Visit {
        id: visits::unnamed_id(id),
        started,
        pages,
        source: visits::unnamed(fields.text("source")?),
        medium: visits::unnamed(fields.text("medium")?),
        campaign: visits::unnamed(fields.text("campaign")?),
        device: fields.text("device")?,
        country: fields.country("country")?,
        added_to_cart: fields.flag("added_to_cart")?,
        ordered: fields.flag("ordered")? || with_order,
    })
}

/// What a visit says of whoever it was. Nothing of it is kept, in either mode.
fn carried(fields: &mut Fields<'_>, id: &str) -> Result<Carried, Wrong> {
    let mut carried = Carried::default();
    carried.text("id", id);
    for name in ["source", "medium", "campaign"] {
        carried.text(name, fields.raw(name));
    }
    for (name, fault) in [
        ("email", VisitFault::Email),
        ("customer", VisitFault::Customer),
        ("order", VisitFault::Order),
    ] {
        if fields.present(name) {
            carried.add(fault, name);
        }
    }
    if let Some(address) = fields.text("ip")? {
        carried.address("ip", &address);
    }
    Ok(carried)
}
