//! What a merchant reads is in the merchant's language: French unless said, else English.

use std::io::Cursor;

use comptoir_sources::canonical::json::parse_body;
use comptoir_sources::{Language, Mapping, ReadOptions, Reader, Row, Step, Table};

use crate::hand::{import_in, paris, preset};

/// French as it is typed, with the spaces that must not break.
fn typeset(text: &str) -> String {
    text.replace("« ", "«\u{a0}")
        .replace(" »", "\u{a0}»")
        .replace(" :", "\u{a0}:")
        .replace(" ;", "\u{202f};")
        .replace(" ?", "\u{202f}?")
        .replace(" Mo", "\u{a0}Mo")
}

#[test]
fn rejected_rows_are_explained_in_french() {
    let file = "order_id,created,sku,quantity,unit_price,status,currency\n\
                1,2025-13-45,A,1,10,,\n\
                2,2025-03-03,A,1,dix,,\n\
                3,2035-03-03,A,1,10,,\n\
                4,2025-03-03,A,1,,,\n\
                5,2025-03-03,A,1,10,zorglub,\n\
                6,2025-03-03,A,1,10,,EURO\n\
                7,2025-03-03,A,1,10,,,surplus\n\
                8,2025-03-03,A,1,10,,EUR\n\
                8,2025-03-03,B,1,10,,USD\n";
    let shop = import_in(Language::Fr, file.as_bytes(), &preset("comptoir"), &paris());
    let said: Vec<String> = shop
        .rejects
        .iter()
        .map(|reject| format!("{} {} / {}", reject.line, reject.reason, reject.remedy))
        .collect();
    let expected = [
        "2 « 2025-13-45 » n’est pas une date / écrivez les dates sous la forme 2025-03-31 ou 2025-03-31 14:05",
        "3 « dix » n’est pas un nombre / écrivez des chiffres avec un seul séparateur décimal, par exemple 12.50",
        "4 date invraisemblable : avant 1990 ou dans le futur / vérifiez la date, et l’ordre du jour et du mois dans ce fichier",
        "5 la ligne n’a pas de prix / renseignez le prix, ou inscrivez 0 pour un cadeau",
        "7 « EURO » n’est pas un code de devise ISO 4217 / écrivez trois lettres, par exemple EUR",
        "8 la ligne a 8 cellules, l’en-tête 7 / mettez entre guillemets les cellules qui contiennent le séparateur",
        "6 le statut « zorglub » est inconnu / indiquez son sens dans [values.status], par exemple `\"",
        "10 les autres lignes de la commande sont en EUR / donnez la même devise à toutes les lignes d’une commande",
    ];
    assert_eq!(said.len(), expected.len(), "{said:#?}");
    for (said, expected) in said.iter().zip(expected) {
        assert!(said.starts_with(&typeset(expected)), "{said}\n{expected}");
    }
}

/// The same rows are accepted and rejected whatever the language, with the same places.
#[test]
fn the_language_changes_words_and_nothing_else() {
    let file = "order_id,created,sku,quantity,unit_price\n1,2025-03-03,A,1,10\n2,hier,A,1,10\n3,2025-03-03,A,,dix\n";
    let both = [Language::Fr, Language::En]
        .map(|language| import_in(language, file.as_bytes(), &preset("comptoir"), &paris()));
    assert_eq!(both[0].records, both[1].records);
    let places = |index: usize| -> Vec<_> {
        let rejects: &Vec<comptoir_model::Reject> = &both[index].rejects;
        rejects.iter().map(|reject| (reject.line, &reject.field, &reject.value)).collect()
    };
    assert_eq!(places(0).len(), 2);
    assert_eq!(places(0), places(1));
    assert!(
        both[0]
            .rejects
            .iter()
            .zip(&both[1].rejects)
            .all(|(fr, en)| fr.reason != en.reason && fr.remedy != en.remedy)
    );
}

#[test]
fn a_rule_tells_its_reason_in_the_languages_it_has() {
    let of = |rule: &str, language| {
        let mapping = Mapping::parse(&format!(
            "name = 'x'\n[columns]\norder_id = 'id'\ncreated = 'le'\n[[rows]]\nas = 'reject'\nwhen = {{ order_id = {{ equals = ['1'] }} }}\n{rule}"
        ))
        .expect("a mapping");
        let shop = import_in(language, b"id,le\n1,2025-03-03\n", &mapping, &paris());
        (shop.rejects[0].reason.clone(), shop.rejects[0].remedy.clone())
    };
    let pair = |reason: &str, remedy: &str| (reason.to_owned(), remedy.to_owned());
    let both = "reason = 'stock'\nreason_fr = 'du stock'\nremedy = 'none'\nremedy_fr = 'rien'";
    assert_eq!(of(both, Language::Fr), pair("du stock", "rien"));
    assert_eq!(of(both, Language::En), pair("stock", "none"));
    let own = "reason = 'mouvement'\nremedy_fr = 'rien'";
    assert_eq!(of(own, Language::Fr), pair("mouvement", "rien"));
    assert_eq!(of(own, Language::En), pair("mouvement", "rien"));
    assert_eq!(
        of("", Language::Fr),
        pair(
            "ligne écartée par une règle de la correspondance",
            "corrigez la règle dans [[rows]] si cette ligne compte"
        )
    );
}

#[test]
fn the_real_shop_s_preset_speaks_french() {
    let file = "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country\n\
                A1,B,,1,2011-01-01,1,1,France\n536365,A,,0,2011-01-01,1,1,France\n536366,A,,1,2011-01-01,0,1,France\n";
    let shop = import_in(Language::Fr, file.as_bytes(), &preset("online-retail"), &paris());
    let reasons: Vec<&str> = shop.rejects.iter().map(|reject| reject.reason.as_str()).collect();
    assert_eq!(reasons.len(), 3);
    assert!(
        reasons.iter().all(|reason| reason.starts_with("pas une commande\u{a0}: ")),
        "{reasons:?}"
    );
}

#[test]
fn a_file_that_can_t_be_read_is_explained_in_both_languages() {
    let open = |bytes: &[u8]| {
        Table::open(Cursor::new(bytes.to_vec()), "file.csv", &ReadOptions::default())
            .err()
            .expect("an error")
    };
    for (bytes, french) in [
        (&b""[..], "le fichier est vide ; exportez-le à nouveau"),
        (b"%PDF-1.7", "le fichier n’est pas du texte (c’est un document PDF) ; exportez-le en CSV"),
        (b"a,b,A ,b\n1,2,3,4\n", "plusieurs colonnes portent le même nom : « a », « b » ; donnez"),
        (
            b"PK\x03\x04nonsense",
            "le classeur ne peut pas être lu : il est abîmé, ou n’est pas un classeur (",
        ),
        (&b"x".repeat(3 << 20), "la ligne d’en-tête dépasse 1 Mo ; vérifiez"),
    ] {
        let error = open(bytes);
        let said = error.in_words(Language::Fr);
        assert!(said.starts_with(&typeset(french)), "{said}\n{french}");
        assert_eq!(error.in_words(Language::En), error.to_string());
    }
}

#[test]
fn a_mapping_that_does_not_fit_is_explained_in_french() {
    let french = |text: &str| Mapping::parse(text).expect_err("an error").in_words(Language::Fr);
    assert_eq!(
        french("name = 'x'\n[columns]\nquantite = 'Q'"),
        typeset(
            "clé `columns.quantite` de la correspondance : `quantite` n’existe pas ici ; vouliez-vous dire `quantity` ?"
        )
    );
    assert_eq!(
        french("name = 'x'\ncurrency = 'EURO'"),
        typeset(
            "clé `currency` de la correspondance : « EURO » n’est pas un code de devise ISO 4217 ; écrivez trois lettres, par exemple EUR"
        )
    );
    assert!(french("name = 'x'\n\ndates = ").contains("à la ligne 3 ("));
    assert_eq!(
        Mapping::preset("shopfy").expect_err("unknown").in_words(Language::Fr),
        typeset("aucun format ne s’appelle « shopfy » ; vouliez-vous dire « shopify » ?")
    );
    let file = "InvoiceNum,StockCode,Quantity,InvoiceDate,UnitPrice,CustomerID,Country\n1,A,1,2011-01-01,1,1,France\n";
    let mapping = preset("online-retail");
    let table = Table::open(file.as_bytes(), "a.csv", &mapping.read_options()).expect("a file");
    let error = Reader::new(mapping, table.sniffed(), paris()).err().expect("a missing column");
    let said = error.in_words(Language::Fr);
    assert!(
        said.contains(&typeset(
            "« InvoiceNo » (order_id ; la colonne la plus proche est « InvoiceNum »)"
        )),
        "{said}"
    );
}

#[test]
fn the_api_s_rejects_are_in_the_language_asked_for() {
    let french = |body: &[u8]| parse_body(body, &paris(), Language::Fr);
    let parsed =
        french(br#"{"type":"order","id":"1","created":"2025-03-03","numbr":"7"}"#).expect("a body");
    assert_eq!(parsed.rejects[0].reason, "ce champ n’existe pas ici");
    assert_eq!(parsed.rejects[0].remedy, typeset("le champ le plus proche est « number »"));
    let broken = french(b"{\"type\":").expect_err("no JSON");
    assert_eq!(broken.reason, "ce n’est pas du JSON valide (ligne 1, colonne 8)");
}

/// A row without end is found by the table, which has a language of its own.
#[test]
fn french_is_spoken_unless_said() {
    let mut text = b"a,b\n1,".to_vec();
    text.extend(b"y".repeat(3 << 20));
    let read = |speaking: Option<Language>| {
        let mut table = Table::open(Cursor::new(text.clone()), "a.csv", &ReadOptions::default())
            .expect("a file");
        if let Some(language) = speaking {
            table = table.speaking(language);
        }
        match table.next_row(&mut Row::default()) {
            Ok(Step::Rejected(reject)) => reject.reason,
            other => panic!("{other:?}"),
        }
    };
    assert_eq!(read(None), "la ligne dépasse 1\u{a0}Mo");
    assert_eq!(read(Some(Language::En)), "the row is longer than 1 MB");
}
