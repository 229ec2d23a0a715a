//! Every way to split a figure, as data: id, names, SQL expression, and how a value is written.

use comptoir_model::TaxRate;
use comptoir_store::Value;
use jiff::civil::{Date, Weekday};

use crate::calendar::{self, Bucket};
use crate::context::Context;
use crate::metric::{Grain, Text};

/// What kind of values a dimension has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A stretch of time: zero-filled over the period.
    Time(Bucket),
    /// Hours 0 to 23, or ISO weekdays 1 (Monday) to 7.
    Cycle,
    /// The shop, by its slug.
    Shop,
    /// A percentage, in thousandths.
    Rate,
    Text,
}

/// The tables a dimension needs beside the ledger.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Needs {
    Nothing,
    Orders,
    /// The order, else the refund itself when its order is unknown.
    OrdersOrRefunds,
    Products,
}

/// A way to split a figure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Dimension {
    pub id: &'static str,
    pub label: Text,
    pub kind: Kind,
    pub grain: Grain,
    pub needs: Needs,
    /// On the ledger: `m` is the money event, `o` its order, `f` its refund, `p` its product.
    /// Time dimensions are cut from the column named here.
    pub ledger: &'static str,
    /// On visits (`m`), when they can be split so.
    pub visits: Option<&'static str>,
    /// On carts (`m`), when they can be split so.
    pub carts: Option<&'static str>,
}

const fn time(id: &'static str, label: Text, bucket: Bucket) -> Dimension {
    let (ledger, other) = match bucket {
        Bucket::Hour => ("m.hour_at", None),
        _ => ("m.day", Some("m.day")),
    };
    Dimension {
        id,
        label,
        kind: Kind::Time(bucket),
        grain: Grain::Order,
        needs: Needs::Nothing,
        ledger,
        visits: other,
        carts: other,
    }
}

const fn of_order(id: &'static str, label: Text, ledger: &'static str) -> Dimension {
    Dimension {
        id,
        label,
        kind: Kind::Text,
        grain: Grain::Order,
        needs: Needs::Orders,
        ledger,
        visits: None,
        carts: None,
    }
}

const fn of_line(id: &'static str, label: Text, ledger: &'static str) -> Dimension {
    Dimension { grain: Grain::Line, needs: Needs::Nothing, ..of_order(id, label, ledger) }
}

const fn of_visit(dimension: Dimension, visits: &'static str) -> Dimension {
    Dimension { visits: Some(visits), ..dimension }
}

const fn text(fr: &'static str, en: &'static str) -> Text {
    Text { fr, en }
}

static HOUR: Dimension = time("hour", text("Heure", "Hour"), Bucket::Hour);
static DAY: Dimension = time("day", text("Jour", "Day"), Bucket::Day);
static WEEK: Dimension = time("week", text("Semaine", "Week"), Bucket::Week);
static MONTH: Dimension = time("month", text("Mois", "Month"), Bucket::Month);
static QUARTER: Dimension = time("quarter", text("Trimestre", "Quarter"), Bucket::Quarter);
static YEAR: Dimension = time("year", text("Année", "Year"), Bucket::Year);
static HOUR_OF_DAY: Dimension = Dimension {
    kind: Kind::Cycle,
    needs: Needs::Nothing,
    ..of_order("hour_of_day", text("Heure de la journée", "Hour of day"), "m.hour_of_day")
};
static WEEKDAY: Dimension = Dimension {
    kind: Kind::Cycle,
    needs: Needs::Nothing,
    visits: Some("isodow(m.day)"),
    carts: Some("isodow(m.day)"),
    ..of_order("weekday", text("Jour de la semaine", "Weekday"), "isodow(m.day)")
};
static SHOP: Dimension = Dimension {
    kind: Kind::Shop,
    needs: Needs::Nothing,
    visits: Some("m.shop_id"),
    carts: Some("m.shop_id"),
    ..of_order("shop", text("Boutique", "Shop"), "m.shop_id")
};
static STATUS: Dimension = of_order("status", text("Statut", "Status"), "o.status");
static CUSTOMER_TYPE: Dimension = Dimension {
    needs: Needs::Nothing,
    ..of_order("customer_type", text("Type de client", "Customer type"), "m.customer_type")
};
static COUNTRY: Dimension = Dimension {
    needs: Needs::OrdersOrRefunds,
    visits: Some("m.country"),
    ..of_order(
        "country",
        text("Pays", "Country"),
        "coalesce(o.billing_country, o.shipping_country, f.country)",
    )
};
static REGION: Dimension =
    of_order("region", text("Région", "Region"), "coalesce(o.billing_region, o.shipping_region)");
static CITY: Dimension =
    of_order("city", text("Ville", "City"), "coalesce(o.billing_city, o.shipping_city)");
static BILLING_COUNTRY: Dimension = Dimension {
    needs: Needs::OrdersOrRefunds,
    ..of_order(
        "billing_country",
        text("Pays de facturation", "Billing country"),
        "coalesce(o.billing_country, f.country)",
    )
};
static BILLING_REGION: Dimension =
    of_order("billing_region", text("Région de facturation", "Billing region"), "o.billing_region");
static BILLING_CITY: Dimension =
    of_order("billing_city", text("Ville de facturation", "Billing city"), "o.billing_city");
static BILLING_POSTCODE: Dimension = of_order(
    "billing_postcode",
    text("Code postal de facturation", "Billing postcode"),
    "o.billing_postcode",
);
static SHIPPING_COUNTRY: Dimension = of_order(
    "shipping_country",
    text("Pays de livraison", "Shipping country"),
    "o.shipping_country",
);
static SHIPPING_REGION: Dimension = of_order(
    "shipping_region",
    text("Région de livraison", "Shipping region"),
    "o.shipping_region",
);
static SHIPPING_CITY: Dimension =
    of_order("shipping_city", text("Ville de livraison", "Shipping city"), "o.shipping_city");
static SHIPPING_POSTCODE: Dimension = of_order(
    "shipping_postcode",
    text("Code postal de livraison", "Shipping postcode"),
    "o.shipping_postcode",
);
static PRODUCT: Dimension = Dimension {
    needs: Needs::Products,
    ..of_line("product", text("Produit", "Product"), "p.code")
};
static VARIANT: Dimension = of_line("variant", text("Déclinaison", "Variant"), "m.variant");
static CATEGORY: Dimension = of_line("category", text("Catégorie", "Category"), "m.category");
static PAYMENT_METHOD: Dimension =
    of_order("payment_method", text("Moyen de paiement", "Payment method"), "o.payment_method");
static SHIPPING_METHOD: Dimension =
    of_order("shipping_method", text("Mode de livraison", "Shipping method"), "o.shipping_method");
static COUPON: Dimension = of_order("coupon", text("Code promo", "Coupon"), "o.coupon");
static CHANNEL: Dimension = of_order("channel", text("Canal", "Channel"), "o.channel");
static SOURCE: Dimension =
    of_visit(of_order("source", text("Source", "Traffic source"), "o.source"), "m.source");
static MEDIUM: Dimension =
    of_visit(of_order("medium", text("Support", "Medium"), "o.medium"), "m.medium");
static CAMPAIGN: Dimension =
    of_visit(of_order("campaign", text("Campagne", "Campaign"), "o.campaign"), "m.campaign");
static DEVICE: Dimension =
    of_visit(of_order("device", text("Appareil", "Device"), "o.device"), "m.device");
static CURRENCY: Dimension = Dimension {
    needs: Needs::Nothing,
    carts: Some("m.currency"),
    ..of_order("currency", text("Devise", "Currency"), "m.currency")
};
static TAX_RATE: Dimension = Dimension {
    kind: Kind::Rate,
    grain: Grain::Amount,
    ..of_line("tax_rate", text("Taux de taxe", "Tax rate"), "m.tax_rate")
};

/// All dimensions, in the order in which menus list them.
pub static DIMENSIONS: &[&Dimension] = &[
    &HOUR,
    &DAY,
    &WEEK,
    &MONTH,
    &QUARTER,
    &YEAR,
    &HOUR_OF_DAY,
    &WEEKDAY,
    &SHOP,
    &STATUS,
    &CUSTOMER_TYPE,
    &COUNTRY,
    &REGION,
    &CITY,
    &BILLING_COUNTRY,
    &BILLING_REGION,
    &BILLING_CITY,
    &BILLING_POSTCODE,
    &SHIPPING_COUNTRY,
    &SHIPPING_REGION,
    &SHIPPING_CITY,
    &SHIPPING_POSTCODE,
    &PRODUCT,
    &VARIANT,
    &CATEGORY,
    &PAYMENT_METHOD,
    &SHIPPING_METHOD,
    &COUPON,
    &CHANNEL,
    &SOURCE,
    &MEDIUM,
    &CAMPAIGN,
    &DEVICE,
    &CURRENCY,
    &TAX_RATE,
];

/// The dimension of that id.
pub fn dimension(id: &str) -> Option<&'static Dimension> {
    DIMENSIONS.iter().copied().find(|dimension| dimension.id == id)
}

impl Dimension {
    /// Whether it takes the whole history of a shop to tell its values apart.
    pub fn by_history(&self) -> bool {
        self.id == "customer_type"
    }

    /// The time bucket it cuts, if it is one of time.
    pub fn bucket(&self) -> Option<Bucket> {
        match self.kind {
            Kind::Time(bucket) => Some(bucket),
            _ => None,
        }
    }

    /// The SQL expression, given the column or expression of the table at hand.
    pub(crate) fn expression(&self, column: &str, week_start: Weekday) -> String {
        match self.kind {
            Kind::Time(bucket) => bucket.expression(column, week_start),
            _ => column.to_owned(),
        }
    }

    /// How a stored value is written in answers; `None` is unknown.
    pub(crate) fn write(&self, value: &Value, context: &Context) -> Option<String> {
        match (self.kind, value) {
            (_, Value::Null) => None,
            (Kind::Time(Bucket::Hour), Value::Instant(at)) => {
                Some(calendar::hour_label(*at, &context.zone()))
            }
            (Kind::Time(bucket), Value::Date(day)) => {
                Some(calendar::label(*day, bucket, context.week_start))
            }
            (Kind::Shop, Value::Int(id)) => {
                context.shop_by_id(*id).map(|shop| shop.shop.slug.clone())
            }
            (Kind::Rate, Value::Int(rate)) => {
                i32::try_from(*rate).ok().map(|rate| TaxRate(rate).percent())
            }
            (_, Value::Int(number)) => Some(number.to_string()),
            (_, Value::Text(text)) => Some(text.clone()),
            (_, Value::Date(day)) => Some(day.to_string()),
            (_, Value::Instant(at)) => Some(at.to_string()),
            (_, Value::Bool(flag)) => Some(flag.to_string()),
        }
    }

    /// Reads a value as [`Self::write`] writes it; `Err` is a value that it would accept.
    pub(crate) fn read(&self, text: &str, context: &Context) -> Result<Value, Option<String>> {
        match self.kind {
            // A plus sign that nobody encoded arrives as a space.
            Kind::Time(Bucket::Hour) => text
                .replace(' ', "+")
                .parse::<jiff::Timestamp>()
                .map(Value::Instant)
                .map_err(|_| Some("2011-01-31T14:00:00+01:00".to_owned())),
            Kind::Time(bucket) => calendar::read_label(text, bucket, context.week_start)
                .map(Value::Date)
                .ok_or_else(|| Some(calendar::label(EXAMPLE, bucket, context.week_start))),
            Kind::Cycle => {
                let allowed = if self.id == "weekday" { 1..=7 } else { 0..=23 };
                let number = text.parse::<i64>().ok().filter(|number| allowed.contains(number));
                number.map(Value::Int).ok_or_else(|| Some(allowed.start().to_string()))
            }
            Kind::Shop => {
                let shop = context.shops.iter().find(|shop| shop.shop.slug == text);
                shop.map(|shop| Value::Int(shop.id)).ok_or_else(|| {
                    crate::nearest::nearest(text, context.shops.iter().map(|shop| &*shop.shop.slug))
                })
            }
            Kind::Rate => TaxRate::parse(text)
                .map(|rate| Value::Int(rate.0.into()))
                .ok_or_else(|| Some("20".to_owned())),
            Kind::Text if self.id == "customer_type" => ["new", "existing"]
                .into_iter()
                .find(|known| *known == text)
                .map(Value::from)
                .ok_or_else(|| crate::nearest::nearest(text, ["new", "existing"].into_iter())),
            Kind::Text if self.id == "currency" => text
                .parse::<comptoir_model::Currency>()
                .map(|currency| Value::from(currency.code()))
                .map_err(|_| {
                    crate::nearest::nearest(
                        &text.to_ascii_uppercase(),
                        comptoir_model::Currency::all(),
                    )
                }),
            Kind::Text => Ok(Value::from(text)),
        }
    }
}

const EXAMPLE: Date = jiff::civil::date(2011, 1, 31);
