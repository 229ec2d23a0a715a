//! The worked example of docs/import.md: a French shop writes its own mapping.

use comptoir_model::{Class, TaxRate};
use comptoir_sources::Mapping;

use crate::hand::{import, paris};

const DOC: &str = include_str!("../../../../docs/import.md");

/// The first fenced block of that language after a heading.
fn block(heading: &str, language: &str) -> String {
    let (_, after) = DOC.split_once(heading).expect(heading);
    let (_, block) = after.split_once(&format!("```{language}\n")).expect(language);
    block.split_once("```").expect("an end").0.to_owned()
}

/// 1001: 3 × 4.20 at 5.5 % and 1 × 12.50 at 20 %: 25.10, tax 0.69 + 2.50 = 3.19. 1002: 1,200.00
/// at 20 % = 240.00, cancelled.
#[test]
fn the_worked_example_of_the_documentation_works() {
    let mapping = Mapping::parse(&block("## Write your own mapping", "toml"))
        .expect("the documented mapping");
    let file = block("## Write your own mapping", "csv");
    let windows: Vec<u8> =
        file.chars().map(|c| u8::try_from(u32::from(c)).unwrap_or(b'?')).collect();
    for bytes in [file.clone().into_bytes(), windows] {
        let shop = import(&bytes, &mapping, &paris());
        assert_eq!(shop.reasons(), Vec::<String>::new());
        let orders = shop.orders();
        assert_eq!(orders.len(), 2);
        assert_eq!((orders[0].gross(), orders[0].tax(), orders[0].total()), (2_510, 319, 2_829));
        assert_eq!(orders[0].created.to_string(), "2025-02-13T13:05:00Z");
        assert_eq!(orders[0].customer.email.as_deref(), Some("zoe@exemple.fr"));
        assert_eq!(orders[0].customer.last_name.as_deref(), Some("Zoé Lefèvre"));
        let honey = orders[0]
            .lines
            .iter()
            .find(|line| line.product.as_deref() == Some("MIEL-500"))
            .expect("honey");
        assert_eq!(
            (honey.quantity, honey.gross, honey.taxes[0].rate),
            (3, 1_260, Some(TaxRate(5_500)))
        );
        assert_eq!((orders[1].total(), orders[1].class), (144_000, Class::Cancelled));
        assert_eq!(orders[1].status, "Abandonnée");
    }
}

#[test]
fn every_field_is_in_the_documentation() {
    for field in comptoir_sources::mapping::fields() {
        assert!(
            DOC.contains(&format!("`{}`", field.id)),
            "docs/import.md says nothing of `{}`",
            field.id
        );
        for text in [field.label.fr, field.label.en, field.doc.fr, field.doc.en] {
            assert!(!text.is_empty(), "{}", field.id);
        }
        assert!(!field.doc.fr.contains('\''), "{}: write ’", field.id);
    }
}

#[test]
fn what_the_file_lacks_is_named_with_the_nearest_column() {
    use comptoir_sources::{MappingError, Reader, Table};
    let mapping = Mapping::preset("online-retail").expect("a preset");
    let file = "InvoiceNum,StockCode,Quantity,InvoiceDate,UnitPrice,CustomerID,Country\n1,A,1,2011-01-01,1,1,France\n";
    let table = Table::open(file.as_bytes(), "a.csv", &mapping.read_options()).expect("a file");
    let error = Reader::new(mapping, table.sniffed(), paris()).err().expect("a missing column");
    assert!(matches!(error, MappingError::MissingColumns(_)));
    assert!(
        error.to_string().contains("“InvoiceNo” (order_id; the nearest column is “InvoiceNum”)"),
        "{error}"
    );
}

#[test]
fn a_mapping_can_be_built_from_a_table_of_columns() {
    let pair = |field: &str, header: &str| (field.to_owned(), header.to_owned());
    let mapping = Mapping::from_columns(
        "page",
        &[pair("order_id", "No"), pair("created", "Le"), pair("total", "Somme"), pair("sku", "")],
    )
    .expect("a mapping");
    let shop = import("No;Le;Somme\n7;31/12/2024;1 234,50 €\n".as_bytes(), &mapping, &paris());
    assert_eq!(shop.orders()[0].total_only, Some(123_450));
    assert_eq!(shop.orders()[0].created.to_string(), "2024-12-30T23:00:00Z");
    let error = Mapping::from_columns("page", &[pair("skus", "No")]).expect_err("no such field");
    assert!(error.to_string().contains("did you mean `sku`?"), "{error}");
}
