//! The bench measures the import only if the file it writes is one that comes in whole.

use std::collections::BTreeMap;

use comptoir_model::Currency;
use comptoir_sources::Context;
use comptoir_sources::demo::bench;

use crate::hand::{import, paris, preset};

fn cents(cell: &str) -> i64 {
    if cell.is_empty() { 0 } else { Currency::EUR.parse(cell).expect("an amount") }
}

#[test]
fn every_row_of_the_bench_file_comes_in_with_its_amounts() {
    let mut file = Vec::new();
    let rows = bench::write_csv(500, &mut file).expect("memory takes everything");
    // The file ends in December 2025; what lies ahead of an import would be rejected.
    let imported = "2026-01-01T00:00:00Z".parse().expect("an instant");
    let shop = import(&file, &preset("comptoir"), &Context { imported, ..paris() });
    assert_eq!(shop.rejects.first(), None);
    assert_eq!((shop.staged, shop.orders().len()), (usize::try_from(rows).expect("fits"), 500));

    // Columns 12 to 17: quantity, unit_price, line_discount, tax_rate, line_tax, shipping.
    let mut totals: BTreeMap<String, i64> = BTreeMap::new();
    for line in String::from_utf8(file).expect("text").lines().skip(1) {
        let cells: Vec<&str> = line.split(',').collect();
        let quantity: i64 = cells[12].parse().expect("a quantity");
        *totals.entry(cells[0].to_owned()).or_default() +=
            quantity * cents(cells[13]) - cents(cells[14]) + cents(cells[16]) + cents(cells[17]);
    }
    for order in shop.orders() {
        assert_eq!(order.total(), totals[&order.id], "{}", order.id);
    }
}
