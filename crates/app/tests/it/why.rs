//! « Pourquoi ça a bougé »: the same parts on the page, in its files and on the overview.

use std::path::Path;

use crate::program::{self, Answer, Program};

/// March 2024 against February: one order of 10.00 becomes 295.00 in 8 orders worth something, less 37.00
/// of refunds (see `same_number`). 7 × 10.00 + (295.00 − 8 × 10.00) − 37.00 = 248.00.
const MARCH: &str = "from=2024-03-01&to=2024-03-31&compare=2024-02-01..2024-02-29&shop=test";

fn served(folder: &Path) -> Program {
    let fixture = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/fixtures/shop.csv");
    assert_eq!(program::import(folder, &fixture, &[]).code, Some(0));
    Program::serve(folder)
}

fn french(server: &Program, target: &str) -> Answer {
    server.send("GET", target, &[("accept-language", "fr")], b"")
}

#[test]
fn the_change_is_split_alike_everywhere() {
    let folder = tempfile::tempdir().expect("a folder");
    let server = served(folder.path());
    let said = "+248,00\u{a0}€\u{a0}: davantage de commandes (+70,00\u{a0}€), panier moyen (+215,00\u{a0}€), \
                davantage de remboursements (−37,00\u{a0}€).";
    for page in ["/", "/why"] {
        let page = french(&server, &format!("{page}?{MARCH}"));
        assert_eq!(page.status, 200);
        assert!(page.text().contains(said), "{}", page.text());
    }
    let csv = french(&server, &format!("/why.csv?table=orders&{MARCH}")).text();
    for row in [
        "Nombre de commandes;70,00;80,00;1;8\r\n",
        "Panier moyen;215,00;295,00;10,00;36,88\r\n",
        "Remboursements;-37,00;258,00;0,00;37,00\r\n",
    ] {
        assert!(csv.contains(row), "{csv}");
    }
    for table in ["customers", "goods", "products"] {
        assert_eq!(french(&server, &format!("/why.xlsx?table={table}&{MARCH}")).status, 200);
    }
}

#[test]
fn without_a_comparison_it_offers_one_and_a_wrong_table_names_the_nearest() {
    let folder = tempfile::tempdir().expect("a folder");
    let server = served(folder.path());
    let page = french(&server, "/why?from=2024-03-01&to=2024-03-31&compare=none&shop=test").text();
    assert!(page.contains("Il n’y a pas de période de comparaison"), "{page}");
    assert!(page.contains("compare=previous") && page.contains("compare=year"));
    let wrong = french(&server, &format!("/why.csv?table=product&{MARCH}"));
    assert_eq!(wrong.status, 400);
    assert!(wrong.text().contains("table=products"), "{}", wrong.text());
    assert_eq!(french(&server, &format!("/why?{MARCH}&where=tax_rate:20")).status, 400);
    assert_eq!(french(&server, "/why.csv?compare=none").status, 400);
}
