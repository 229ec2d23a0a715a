//! Laws: nothing panics, no row is lost, the order of the file changes nothing.

use std::fmt::Write as _;
use std::io::Cursor;

use comptoir_model::Record;
use comptoir_sources::canonical::json::parse_body;
use comptoir_sources::{Language, Mapping, ReadOptions, Reader, Row, Step, Table};
use proptest::prelude::*;

use crate::hand::{import, paris, preset};

/// A cell as a careless merchant would fill it.
fn cell() -> impl Strategy<Value = String> {
    prop_oneof![
        Just(String::new()),
        Just("refund".to_owned()),
        Just("2025-03-03 10:00".to_owned()),
        (0_u32..40).prop_map(|number| number.to_string()),
        (-9999_i32..99_999).prop_map(|cents| format!("{}.{:02}", cents / 100, cents.abs() % 100)),
        "[a-zé;\"'=% €.,0-9-]{0,12}",
        any::<String>(),
    ]
}

const HEADER: [&str; 12] = [
    "order_id",
    "created",
    "type",
    "sku",
    "quantity",
    "unit_price",
    "tax_rate",
    "line_discount",
    "order_discount",
    "shipping",
    "refund_amount",
    "prices_include_tax",
];

fn csv(rows: &[Vec<String>]) -> String {
    let quote = |cell: &String| format!("\"{}\"", cell.replace('"', "\"\"").replace('\0', ""));
    let lines: Vec<String> =
        rows.iter().map(|row| row.iter().map(quote).collect::<Vec<_>>().join(",")).collect();
    format!("{}\n{}\n", HEADER.join(","), lines.join("\n"))
}

/// A row that is mostly right: few orders, so that rows gather.
fn row() -> impl Strategy<Value = Vec<String>> {
    let right = (0_u8..4, 0_u8..3, 1_u8..9, 0_u16..5000, prop::option::of(0_u8..3), 0_u16..60)
        .prop_map(|(order, sku, quantity, cents, rate, discount)| {
            let price = format!("{}.{:02}", cents / 100, cents % 100);
            let rate = rate.map_or("", |rate| ["5.5", "10", "20"][usize::from(rate)]);
            let discount = format!("0.{discount:02}");
            let day = format!("2025-03-0{}", order + 1);
            [
                &order.to_string(),
                &day,
                "",
                &format!("S{sku}"),
                &quantity.to_string(),
                &price,
                rate,
                &discount,
                "",
                "5.00",
                "",
                "",
            ]
            .map(str::to_owned)
            .to_vec()
        });
    prop_oneof![4 => right, 1 => prop::collection::vec(cell(), HEADER.len())]
}

fn drain(bytes: Vec<u8>, mapping: &Mapping) -> Option<(usize, usize)> {
    let mut table = Table::open(Cursor::new(bytes), "x", &ReadOptions::default()).ok()?;
    let reader = Reader::new(mapping.clone(), table.sniffed(), paris()).ok()?;
    let mut row = Row::default();
    let (mut rows, mut settled) = (0, 0);
    loop {
        match table.next_row(&mut row).ok()? {
            Step::End => return Some((rows, settled)),
            Step::Rejected(_) => {}
            Step::Row => {
                rows += 1;
                match reader.stage(&row, row.line()) {
                    Ok(Some(staged)) => {
                        settled += 1;
                        let _ = reader.assemble(&staged.key, std::slice::from_ref(&staged));
                    }
                    Ok(None) | Err(_) => settled += 1,
                }
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn random_bytes_never_panic(bytes in prop::collection::vec(any::<u8>(), 0..2000)) {
        for magic in [&b""[..], b"\x1f\x8b\x08", b"\x28\xb5\x2f\xfd", b"PK\x03\x04", b"\xff\xfe", b"{", b"order_id,created,total\n"] {
            let bytes = [magic, &bytes].concat();
            for name in ["comptoir", "comptoir-jsonl"] {
                drain(bytes.clone(), &preset(name));
            }
            let _ = parse_body(&bytes, &paris(), Language::default());
        }
    }

    #[test]
    fn random_text_never_panics(text in any::<String>()) {
        let _ = parse_body(text.as_bytes(), &paris(), Language::default());
        let _ = Mapping::parse(&text);
        drain(text.into_bytes(), &preset("comptoir-jsonl"));
    }

    #[test]
    fn every_row_is_staged_or_rejected_and_every_staged_row_comes_out(rows in prop::collection::vec(row(), 1..12)) {
        let shop = import(csv(&rows).as_bytes(), &preset("comptoir"), &paris());
        prop_assert!(shop.staged + shop.blank + shop.rejects.len() >= rows.len());
        if shop.rejects.is_empty() {
            let lines: usize = shop.orders().iter().map(|order| order.lines.len()).sum();
            let refunds: usize = shop.refunds().iter().map(|refund| refund.lines.len().max(1)).sum();
            prop_assert!(lines + refunds <= shop.staged);
            prop_assert!(shop.staged == 0 || !shop.records.is_empty());
        }
    }

    #[test]
    fn a_shuffled_file_gives_the_same_records(
        (rows, shuffled) in prop::collection::vec(row(), 1..12)
            .prop_flat_map(|rows| (Just(rows.clone()), Just(rows).prop_shuffle())),
    ) {
        let records = |rows: &[Vec<String>]| -> Vec<Record> {
            import(csv(rows).as_bytes(), &fixed(), &paris()).records
        };
        prop_assert_eq!(records(&rows), records(&shuffled));
    }

    #[test]
    fn what_is_taken_apart_adds_up(
        prices in prop::collection::vec((1_i64..100_000, 1_i64..9), 1..6),
        shipping in 0_i64..2_000,
        percent in 0_usize..4,
    ) {
        let rate = ["2.1", "5.5", "10", "20"][percent];
        let goods: i64 = prices.iter().map(|(price, quantity)| price * quantity).sum();
        let decimal = |cents: i64| format!("{}.{:02}", cents / 100, cents % 100);
        let mut text = "order_id,created,sku,quantity,unit_price,tax_rate,shipping,shipping_tax_rate,prices_include_tax\n".to_owned();
        for (index, (price, quantity)) in prices.iter().enumerate() {
            let (price, shipping) = (decimal(*price), decimal(shipping));
            writeln!(text, "1,2025-03-03,S{index},{quantity},{price},{rate},{shipping},{rate},yes").expect("written");
        }
        let shop = import(text.as_bytes(), &fixed(), &paris());
        prop_assert_eq!(shop.orders()[0].total(), goods + shipping);
    }
}

/// The canonical preset without sniffing: which rows come first must not matter here.
fn fixed() -> Mapping {
    use comptoir_sources::file::{DateOrder, Decimal, Encoding};
    Mapping {
        decimal: Some(Decimal::Point),
        dates: Some(DateOrder::Ymd),
        encoding: Some(Encoding::Utf8),
        delimiter: Some(','),
        ..preset("comptoir")
    }
}
