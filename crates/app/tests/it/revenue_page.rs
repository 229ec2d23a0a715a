//! The revenue page on the shop of [`crate::same_number`], asked about March 2024.

use std::path::Path;

use crate::program::{self, Program};

const MARCH: &str = "from=2024-03-01&to=2024-03-31&shop=test";

fn served(folder: &Path) -> Program {
    let shop = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/fixtures/shop.csv");
    assert_eq!(program::import(folder, &shop, &[]).code, Some(0));
    Program::serve(folder)
}

/// The page, with spaces that do not break written as ordinary ones.
fn page(server: &Program, address: &str) -> String {
    let answer = server.get(address);
    assert_eq!(answer.status, 200, "{address}: {}", answer.text());
    answer.text().replace(['\u{a0}', '\u{202f}'], " ")
}

#[test]
fn s013_s106_s218_s220_the_sections_show_the_figures_of_the_shop() {
    let folder = tempfile::tempdir().expect("a folder");
    let server = served(folder.path());

    // By country, as worked out by hand in same_number.
    let by_country = page(&server, &format!("/revenue?{MARCH}"));
    for (name, amount) in [
        ("France", "113,00 €"),
        ("Allemagne", "60,00 €"),
        ("Belgique", "30,00 €"),
        ("Inconnu", "−5,00 €"),
    ] {
        let at = by_country.find("id=\"rows\"").expect("the rows");
        let row = by_country[at..].split("<tr>").find(|row| row.contains(&format!(">{name}<")));
        assert!(row.is_some_and(|row| row.contains(amount)), "{name}: {row:?}");
    }
    // A click narrows to the country and goes on by city; the filter can be taken away.
    assert!(by_country.contains("where=country:FR&amp;by=city"), "{by_country}");
    let narrowed = page(&server, &format!("/revenue?{MARCH}&where=country%3AFR&by=payment_method"));
    assert!(narrowed.contains("Pays : France") && narrowed.contains("class=\"remove\""));

    // Two levels, and lines: net sales in place of revenue, said on screen.
    let two =
        page(&server, &format!("/revenue?{MARCH}&by=product&then=country&where=product%3AMIEL"));
    assert!(two.contains("93,50 €") && two.contains("ventes nettes"));

    // The ladder, to the cent.
    let ladder = page(&server, &format!("/revenue?{MARCH}&view=ladder"));
    for amount in [
        "290,00 €",
        "14,00 €",
        "35,00 €",
        "241,00 €",
        "17,00 €",
        "2,00 €",
        "258,00 €",
        "40,39 €",
        "298,39 €",
    ] {
        assert!(ladder.contains(amount), "{amount}");
    }
    assert!(ladder.contains("dont 20 %") && ladder.contains("dont 5,5 %"));

    let week = page(&server, &format!("/revenue?{MARCH}&view=week&measure=orders"));
    assert!(week.contains("class=\"q5\"") && week.contains("Commandes"));
    let so_far = page(&server, &format!("/revenue?{MARCH}&view=cumulative&span=month"));
    assert!(so_far.contains("258") && so_far.contains("Mars 2024"));

    // Nothing matches: the page says so and offers to widen.
    let nothing = page(&server, &format!("/revenue?{MARCH}&where=country%3AJP"));
    assert!(
        nothing.contains("Aucune vente ne correspond") && nothing.contains("Retirer les filtres")
    );
}

#[test]
fn s219_tables_are_sorted_and_come_as_files() {
    let folder = tempfile::tempdir().expect("a folder");
    let server = served(folder.path());
    let place = |page: &str, name: &str| {
        let rows = page.find("id=\"rows\"").expect("the rows");
        page[rows..].find(&format!(">{name}<")).expect("its row")
    };
    for (sort, first, second) in [
        ("-revenue", "France", "Belgique"),
        ("revenue", "Inconnu", "France"),
        ("by", "Allemagne", "France"),
        ("-by", "France", "Allemagne"),
        ("-orders", "France", "Allemagne"),
        ("previous", "Belgique", "France"),
    ] {
        let page = page(&server, &format!("/revenue?{MARCH}&sort={sort}"));
        assert!(place(&page, first) < place(&page, second), "{sort}");
        assert!(page.contains("aria-sort="), "{sort}");
    }
    let csv = server.get(&format!("/revenue.csv?{MARCH}&compare=none&sort=by"));
    assert_eq!(
        csv.text().replace("\r\n", "|"),
        "\u{feff}Pays;Chiffre d’affaires;Commandes;Clients;Panier moyen|\
         Allemagne;60,00;1;1;72,00|Belgique;30,00;1;0;30,00|Espagne;60,00;2;1;30,00|\
         France;113,00;5;4;33,25|Inconnu;-5,00;0;0;|"
    );
    for address in [
        format!("/revenue.xlsx?{MARCH}"),
        format!("/revenue.xlsx?{MARCH}&view=cumulative"),
        format!("/revenue.xlsx?{MARCH}&view=week"),
        format!("/revenue.xlsx?{MARCH}&view=ladder"),
        format!("/revenue.xlsx?{MARCH}&view=ladder&span=month"),
        format!("/explain.xlsx?{MARCH}&metric=average_order_value"),
    ] {
        let answer = server.get(&address);
        assert_eq!(answer.status, 200, "{address}");
        assert!(answer.body.starts_with(b"PK"), "{address}");
    }
    let ladder = server.get(&format!("/revenue.csv?{MARCH}&view=ladder&compare=none")).text();
    assert!(ladder.contains("= Chiffre d’affaires;258,00"), "{ladder}");
    let overview = page(&server, &format!("/?{MARCH}"));
    assert!(
        overview.contains("/export.xlsx?metrics=") && overview.contains("/export.csv?metrics=")
    );
}

#[test]
fn wrong_values_are_named_with_the_nearest_valid_one() {
    let folder = tempfile::tempdir().expect("a folder");
    let server = served(folder.path());
    for (address, parameter, nearest) in [
        ("/revenue?by=contry", "by", "country"),
        ("/revenue?then=citty", "then", "city"),
        ("/revenue?by=city&then=city", "then", ""),
        ("/revenue?view=laddr", "view", "ladder"),
        ("/revenue?sort=-revnue", "sort", "revenue"),
        ("/revenue?shape=lin", "shape", "line"),
        ("/revenue?page=0", "page", "1"),
        ("/revenue?view=cumulative&span=yea", "span", "year"),
        ("/revenue?view=week&measure=oders", "measure", "orders"),
        ("/revenue?view=ladder&span=mont", "span", "month"),
        ("/revenue?metric=orders", "metric", ""),
        ("/revenue?by=hour&from=2020-01-01&to=2024-03-31", "by", "quarter"),
    ] {
        for path in [address.to_owned(), address.replacen("/revenue", "/revenue.csv", 1)] {
            // A file has neither pages of rows nor a shape.
            if path.contains(".csv") && (path.contains("page=") || path.contains("shape=")) {
                continue;
            }
            let answer = server.get(&path);
            assert_eq!(answer.status, 400, "{path}");
            let page = answer.text();
            assert!(page.contains(parameter), "{path}");
            assert!(
                nearest.is_empty() || page.contains(&format!(">{nearest}</a>")),
                "{path}: {page}"
            );
        }
    }
    // A value that nobody has is an empty answer, not an error; markup stays text.
    let hostile =
        server.get("/revenue?where=city%3A%3Cscript%3Ealert(1)%3C%2Fscript%3E&period=all");
    assert_eq!(hostile.status, 200);
    assert!(!hostile.text().contains("<script>alert"));
}
