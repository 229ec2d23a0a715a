//! PrestaShop's list of orders as a file: totals with tax, and no more than that.

use comptoir_model::Class;
use comptoir_sources::Mapping;

use crate::hand::{import, paris, preset};

/// The columns are those of PrestaShop 8's own export; in 1.6 they are in the language of the shop.
const ENGLISH: &str = "ID;Reference;\"New client\";Delivery;Customer;Total;Payment;Status;Date
3;OHSATSERP;1;France;\"J. DOE\";\"€75.90\";\"Payment by check\";\"Payment accepted\";\"2024-11-21 19:27:26\"
4;FFATNOMMJ;0;France;\"J. DOE\";\"€1,089.89\";\"Bank wire\";Canceled;\"2024-11-21 19:28:26\"
5;KHWLILZLL;0;Belgium;\"A. ROE\";\"€71.51\";\"Bank wire\";\"Chez le graveur\";\"2024-11-21 19:29:26\"
";

const FRENCH: &str = "ID;Référence;\"Nouveau client\";Livraison;Client;Total;Paiement;État;Date
3;OHSATSERP;1;France;\"J. DOE\";\"75,90 €\";Chèque;Livré;\"2024-11-21 19:27:26\"
";

#[test]
fn totals_with_tax_come_in_and_nothing_is_made_up() {
    let shop = import(ENGLISH.as_bytes(), &preset("prestashop"), &paris());
    assert_eq!(shop.reasons(), Vec::<String>::new());
    let orders = shop.orders();
    let told: Vec<_> = orders
        .iter()
        .map(|order| (order.id.as_str(), order.class, order.total_only, order.lines.len()))
        .collect();
    assert_eq!(told[0], ("3", Class::Paid, Some(7590), 0));
    assert_eq!(told[1], ("4", Class::Cancelled, Some(108_989), 0));
    // A state of the shop's own is kept, and is no sale before the merchant says so.
    assert_eq!((told[2].0, told[2].2), ("5", Some(7151)));
    assert_eq!(told[2].1, Class::OnHold);
    let first = orders[0];
    assert_eq!(first.number.as_deref(), Some("OHSATSERP"));
    assert_eq!(first.shipping.country.as_deref(), Some("FR"));
    assert_eq!(first.payment_method.as_deref(), Some("Payment by check"));
    // 19:27:26 in Paris.
    assert_eq!(first.created.to_string(), "2024-11-21T18:27:26Z");
    assert_eq!(orders[2].status, "Chez le graveur");
}

#[test]
fn a_french_list_is_recognised_by_its_headers() {
    let headers: Vec<String> = FRENCH
        .lines()
        .next()
        .expect("a header")
        .split(';')
        .map(|one| one.trim_matches('"').to_owned())
        .collect();
    assert_eq!(Mapping::suggest(&headers).0, Some("prestashop"));
    let shop = import(FRENCH.as_bytes(), &preset("prestashop"), &paris());
    assert_eq!(shop.reasons(), Vec::<String>::new());
    let order = shop.orders()[0];
    assert_eq!((order.total_only, order.class), (Some(7590), Class::Fulfilled));
}
