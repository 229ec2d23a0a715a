//! Guessing a mapping from headers alone, for the merchant to correct.

use std::collections::HashSet;

use super::field::Field;
use super::{Headers, Mapping, PRESETS, TaxRule};

pub(super) fn suggest(headers: &[String]) -> (Option<&'static str>, Mapping) {
    let present: HashSet<String> = headers.iter().map(|header| key(header)).collect();
    let mut best: Option<(usize, &'static str, Mapping)> = None;
    for preset in PRESETS {
        let Ok(mapping) = Mapping::preset(preset.name) else { continue };
        let found = |headers: &Headers| headers.iter().any(|header| present.contains(&key(header)));
        let needed = super::reader::required(&mapping)
            .iter()
            .all(|field| mapping.columns.get(field.id()).is_some_and(found));
        let count = mapping.columns.values().filter(|headers| found(headers)).count();
        if needed && count >= 5 && best.as_ref().is_none_or(|(most, ..)| count > *most) {
            best = Some((count, preset.name, mapping));
        }
    }
    match best {
        Some((_, name, mapping)) => (Some(name), mapping),
        None => (None, guess(headers)),
    }
}

fn guess(headers: &[String]) -> Mapping {
    let mut mapping = Mapping { name: "file".into(), ..Mapping::default() };
    let mut taken: HashSet<usize> = HashSet::new();
    for field in Field::all() {
        let aliases = field.def().aliases;
        let matching = aliases.iter().find_map(|alias| {
            headers
                .iter()
                .enumerate()
                .position(|(index, header)| !taken.contains(&index) && key(header) == *alias)
        });
        if let Some(index) = matching {
            taken.insert(index);
            mapping.columns.insert(field.id().into(), Headers::One(headers[index].trim().into()));
        }
    }
    let price =
        mapping.columns.get(Field::UnitPrice.id()).and_then(|headers| headers.iter().next());
    if price.is_some_and(|header| header.to_lowercase().contains("ttc")) {
        mapping.prices_include_tax = TaxRule::Yes;
    }
    mapping
}

/// A header as two are compared.
pub(super) fn key(header: &str) -> String {
    header.trim().to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(line: &str, delimiter: char) -> Vec<String> {
        line.split(delimiter).map(str::to_owned).collect()
    }

    #[test]
    fn known_exports_are_recognised() {
        let retail = headers(
            "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country",
            ',',
        );
        assert_eq!(suggest(&retail).0, Some("online-retail"));
        let ours = headers("order_id,created,sku,quantity,unit_price,country", ',');
        assert_eq!(suggest(&ours).0, Some("comptoir"));
    }

    #[test]
    fn a_french_export_is_guessed_column_by_column() {
        let (preset, mapping) = suggest(&headers(
            "N° commande;Date;Client;E-mail;Réf;Désignation;Qté;PU TTC;TVA %",
            ';',
        ));
        assert_eq!(preset, None);
        let column =
            |field: &str| mapping.columns.get(field).and_then(|headers| headers.iter().next());
        assert_eq!(column("order_id"), Some("N° commande"));
        assert_eq!(column("created"), Some("Date"));
        assert_eq!(column("last_name"), Some("Client"));
        assert_eq!(column("sku"), Some("Réf"));
        assert_eq!(column("product_name"), Some("Désignation"));
        assert_eq!(column("quantity"), Some("Qté"));
        assert_eq!(column("unit_price"), Some("PU TTC"));
        assert_eq!(column("tax_rate"), Some("TVA %"));
        assert_eq!(mapping.prices_include_tax, TaxRule::Yes);
    }
}
