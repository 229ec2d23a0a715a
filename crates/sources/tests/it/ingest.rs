//! Our own JSON: the documented example, JSON Lines, and what is refused.

use comptoir_model::{Class, Origin, Record};
use comptoir_sources::Language;
use comptoir_sources::canonical::json::{Parsed, parse_body};

use crate::hand::{import, paris, preset};

const DOC: &str = include_str!("../../../../docs/ingest.md");

fn parse(body: &str) -> Parsed {
    parse_body(body.as_bytes(), &paris(), Language::En).expect("a body")
}

/// The example: 2 × 12.50 less 2.50 at 5.5 %, 1 × 30.00 at 20 %, shipping 5.00 at 20 %.
/// Without tax 22.50 + 30.00 + 5.00 = 57.50; taxes 1.24 + 6.00 + 1.00 = 8.24; total 65.74.
#[test]
fn the_documented_example_is_read() {
    let (_, after) = DOC.split_once("```json\n").expect("an example");
    let example = after.split_once("```").expect("an end").0;
    let parsed = parse(example);
    assert_eq!(parsed.rejects, []);
    assert_eq!((parsed.count, parsed.records.len()), (6, 6));
    let Record::Order(order) = &parsed.records[0] else { panic!("an order first") };
    assert_eq!((order.gross(), order.discounts(), order.shipping_amount), (5_500, 250, 500));
    assert_eq!((order.tax(), order.total()), (824, 6_574));
    assert_eq!(order.version.origin, Origin::Stamped);
    assert_eq!(order.refunds[0].order.as_deref(), Some("1001"));
    assert_eq!(order.refunds[0].told().total(), 1_319);
    assert_eq!(order.billing.country.as_deref(), Some("FR"));
    assert_eq!(order.payments.len(), 1);
}

#[test]
fn one_object_an_array_and_an_envelope_are_alike() {
    let order = r#"{"type":"order","id":"1","created":"2025-03-03 10:00","lines":[{"sku":"A","unit_price":12.10}]}"#;
    for body in [order.to_owned(), format!("[{order}]"), format!("{{\"records\":[{order}]}}")] {
        let parsed = parse(&body);
        let Record::Order(order) = &parsed.records[0] else { panic!("an order") };
        assert_eq!((order.total(), order.class), (1_210, Class::Paid));
        assert_eq!(order.created.to_string(), "2025-03-03T09:00:00Z");
    }
    assert_eq!(parse("[]"), Parsed::default());
}

#[test]
fn a_tombstone_needs_no_more_than_its_identifier() {
    let parsed =
        parse(r#"{"type":"order","id":"1","deleted":true,"modified":"2025-03-03T10:00:00Z"}"#);
    let Record::Order(order) = &parsed.records[0] else { panic!("an order") };
    assert_eq!(order.class, Class::Deleted);
}

#[test]
fn a_bad_record_names_its_field_and_the_nearest_valid_one() {
    let check = |record: &str, field: &str, text: &str| {
        let parsed = parse(record);
        assert_eq!(parsed.records.len(), 0, "{record}");
        let reject = &parsed.rejects[0];
        assert_eq!(reject.field, field, "{record}");
        let said = format!("{} / {}", reject.reason, reject.remedy);
        assert!(said.contains(text), "{said}");
    };
    let order =
        |rest: &str| format!(r#"{{"type":"order","id":"1","created":"2025-03-03",{rest}}}"#);
    check(&order(r#""numbr":"7""#), "numbr", "“number”");
    check(&order(r#""lines":[{"sku":"A","quantite":1}]"#), "lines[1].quantite", "“quantity”");
    check(&order(r#""discount":1e2"#), "discount", "no exponent");
    check(&order(r#""discount":"-5""#), "discount", "0 or above");
    check(&order(r#""status":"zorglub""#), "status", "unknown");
    check(&order(r#""currency":"EURO""#), "currency", "ISO 4217");
    check(&order(r#""lines":{}"#), "lines", "list");
    check(r#"{"type":"oder","id":"1"}"#, "type", "“order”");
    check(r#"{"type":"order","id":"1"}"#, "created", "missing");
    check(r#"{"type":"order","created":"2025-03-03"}"#, "id", "identifier");
    check(r#"{"type":"order","id":"1","created":"2035-03-03"}"#, "created", "absurd date");
    check("[7]", "", "JSON object");
}

#[test]
fn one_bad_record_never_loses_a_good_one() {
    let good = r#"{"type":"visit","id":"v","started":"2025-03-03T10:00:00Z"}"#;
    let parsed = parse(&format!("[{good},{{}},{good}]"));
    assert_eq!((parsed.count, parsed.records.len(), parsed.rejects[0].line), (3, 2, 2));
    assert!(parse_body(b"{", &paris(), Language::En).is_err());
    assert!(parse_body(b"\xff", &paris(), Language::En).is_err());
    let many = format!("[{}]", vec![good; 1001].join(","));
    assert!(
        parse_body(many.as_bytes(), &paris(), Language::En)
            .expect_err("too many")
            .reason
            .contains("1001")
    );
}

#[test]
fn json_lines_come_by_the_same_road_as_rows() {
    let text = "{\"type\":\"order\",\"id\":\"1\",\"created\":\"2025-03-03\",\"total\":\"12.00\"}\n\
                \n\
                {\"type\":\"customer\",\"id\":\"c\",\"email\":\"a@b.fr\"}\n\
                {\"type\":\"order\",\"id\":\"2\"\n";
    let shop = import(text.as_bytes(), &preset("comptoir-jsonl"), &paris());
    assert_eq!(shop.records.len(), 2);
    assert_eq!(shop.rejects.len(), 1);
    assert_eq!(shop.rejects[0].line, 4);
    assert_eq!(shop.orders()[0].version.origin, Origin::UnstampedFile);
}
