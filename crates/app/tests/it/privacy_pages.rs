//! The pages about personal data, on the running program (S109): a request answered from the search to
//! the receipt, retention that moves no figure, the register, visits that say who it was, the self-check.

use serde_json::{Value, json};

use crate::program::{Answer, Program, answer, file, import, run};

/// Zoé ordered twice, Ada once and long ago.
const ORDERS: &str = "\
order_id,created,status,email,first_name,last_name,city,quantity,unit_price
1,2026-01-05 12:00:00,completed,zoe@exemple.fr,Zoé,Lenoir-Vauquelin,Lille,1,10.00
2,2026-02-06 12:00:00,completed,zoe@exemple.fr,Zoé,Lenoir-Vauquelin,Lille,1,20.00
3,2015-01-07 00:30:00,completed,ada@exemple.fr,Ada,Byron,Paris,1,40.00
";

const ALL: &str =
    "metrics=orders,gross_sales,customers,new_customers&from=2015-01-01&to=2026-12-31&by=month";

const FORM: [(&str, &str); 2] =
    [("content-type", "application/x-www-form-urlencoded"), ("accept-language", "fr")];

fn server() -> (tempfile::TempDir, Program) {
    let folder = tempfile::tempdir().expect("a folder");
    let data = folder.path().join("data");
    let done = import(&data, &file(folder.path(), "orders.csv", ORDERS), &[]);
    assert_eq!(done.code, Some(0), "{}", done.err);
    let server = Program::serve(&data);
    (folder, server)
}

fn post(server: &Program, address: &str, body: &str) -> Answer {
    server.send("POST", address, &FORM, body.as_bytes())
}

fn get(server: &Program, address: &str) -> String {
    let answer = server.send("GET", address, &[("accept-language", "fr")], b"");
    assert_eq!(answer.status, 200, "{address}: {}", answer.text());
    answer.text()
}

/// The address of the first person that a search finds.
fn find(server: &Program, asked: &str) -> Option<String> {
    let page = post(server, "/privacy/find", &format!("asked={asked}"));
    assert_eq!(page.status, 200);
    let text = page.text();
    let at = text.find("href=\"/privacy/persons/")?;
    text[at + 6..].split('"').next().map(str::to_owned)
}

fn audited(data: &std::path::Path) -> Vec<(String, String)> {
    let patience = std::time::Duration::from_secs(10);
    let store = comptoir_store::Store::open(data, patience).expect("the folder opens");
    let lines = comptoir_store::audit::list(&store.read().expect("a view"), i64::MAX, 100);
    lines.expect("lines").into_iter().rev().map(|line| (line.action, line.detail)).collect()
}

#[test]
fn s109_a_request_is_answered_from_the_search_to_the_receipt() {
    let (folder, server) = server();
    let data = folder.path().join("data");
    let figures = answer(&data, ALL);
    assert!(find(&server, "nobody@exemple.fr").is_none());
    let person = find(&server, "ZOE%40exemple.fr").expect("found by e-mail");
    assert_eq!(find(&server, "lenoir").as_ref(), Some(&person), "and by name");

    // Access: the page, and the two files. Machines read 10.00 where the file said so.
    let page = get(&server, &person);
    for words in ["Zoé Lenoir-Vauquelin", "zoe@exemple.fr", "Commandes", "art.\u{a0}17", "Lille"] {
        assert!(page.contains(words), "{words}: {page}");
    }
    let copy = server.get(&format!("{person}/export.html?in=en"));
    assert!(copy.header("content-disposition").starts_with("attachment"));
    let text = copy.text();
    assert!(text.contains("<html lang=\"en\">") && text.contains("zoe@exemple.fr"), "{text}");
    assert!(!text.contains("ada@exemple.fr") && !text.contains("href="), "nobody else, no link");
    let machine = server.get(&format!("{person}/export.json")).json();
    let orders = machine["held"]["orders"].as_array().expect("a list").clone();
    let told: Vec<(&Value, &Value)> =
        orders.iter().map(|order| (&order["external_id"], &order["total"])).collect();
    assert_eq!(told.len(), 2, "{machine}");
    assert_eq!((told[0].0, told[1].0), (&json!("1"), &json!("2")));

    // Rectification: what is wrong changes nothing.
    let wrong = post(&server, &format!("{person}/rectify"), "name=Zo%C3%A9&email=nonsense");
    assert_eq!(wrong.status, 400);
    assert!(wrong.text().contains("aria-invalid=\"true\""), "{}", wrong.text());
    let right =
        post(&server, &format!("{person}/rectify"), "name=Zo%C3%A9+Noir&email=zoe%40exemple.fr");
    assert_eq!(
        (right.status, right.header("location")),
        (303, format!("{person}?rectified=1").as_str())
    );
    assert!(get(&server, &person).contains("Zoé Noir"));

    // Erasure: asked once more, and never without the box.
    let asked = get(&server, &format!("{person}/erase"));
    assert!(asked.contains("L123-22") && asked.contains("name=\"confirmed\""), "{asked}");
    assert_eq!(post(&server, &format!("{person}/erase"), "").status, 400);
    assert!(find(&server, "zoe%40exemple.fr").is_some(), "nothing was erased");
    let erased = post(&server, &format!("{person}/erase"), "confirmed=1");
    let number = person.rsplit('/').next().expect("a number");
    let receipt = format!("/privacy/erasures/{number}");
    assert_eq!((erased.status, erased.header("location")), (303, receipt.as_str()));
    let page = get(&server, &receipt);
    assert!(page.contains("Commandes rendues anonymes") && page.contains("<dd>2</dd>"), "{page}");
    assert!(page.contains("/privacy/compact"), "its bytes still wait");
    assert!(find(&server, "zoe%40exemple.fr").is_none());
    for (name, address) in [("person", person.as_str()), ("orders", "/orders?period=all")] {
        let page = get(&server, address);
        assert!(!page.contains("exemple.fr\">zoe") && !page.contains("Noir"), "{name}: {page}");
        assert!(!page.contains("zoe@exemple.fr"), "{name}: {page}");
    }
    assert_eq!(answer(&data, ALL), with_generation_of(&figures, &answer(&data, ALL)));
    let compacted = post(&server, "/privacy/compact", &format!("person={number}"));
    assert_eq!(
        compacted.header("location"),
        format!("{receipt}?compacted=1"),
        "{}",
        compacted.text()
    );
    assert!(!get(&server, &receipt).contains("/privacy/compact"), "nothing waits");

    assert_eq!(server.stop().code(), Some(0));
    let lines = audited(&data);
    let actions: Vec<&str> = lines.iter().map(|(action, _)| action.as_str()).collect();
    for action in
        ["person_seen", "person_exported", "person_rectified", "person_erased", "compacted"]
    {
        assert!(actions.contains(&action), "{action}: {actions:?}");
    }
    for (_, detail) in &lines {
        assert!(
            !detail.contains("zoe") && !detail.contains("Noir"),
            "no customer's data: {detail}"
        );
    }
}

/// The same answer, whatever was written between: an answer names the generation it was made at.
fn with_generation_of(figures: &Value, other: &Value) -> Value {
    let mut figures = figures.clone();
    figures["generation"] = other["generation"].clone();
    figures
}

/// Ada has not ordered for over ten years; Zoé ordered this year.
#[test]
fn s109_a_rule_is_off_until_its_preview_was_seen_and_moves_no_figure() {
    let (folder, server) = server();
    let data = folder.path().join("data");
    let figures = answer(&data, ALL);
    let tried = post(&server, "/privacy/retention", "rule=customers&on=1");
    assert_eq!(tried.status, 400, "nobody has seen what it does");
    assert!(!get(&server, "/privacy/retention").contains("Activer la règle"));
    assert_eq!(post(&server, "/privacy/retention/preview", "rule=customers&years=2").status, 400);
    assert_eq!(post(&server, "/privacy/retention/preview", "rule=customers&years=5").status, 303);
    let page = get(&server, "/privacy/retention");
    assert!(page.contains("qui perdraient leur identité\u{a0}: 1."), "{page}");
    assert!(!page.contains("Ada") && !page.contains("ada@"), "numbers, not names");
    assert!(page.contains("Activer la règle"));
    assert_eq!(post(&server, "/privacy/retention", "rule=customers&on=1").status, 303);
    assert_eq!(post(&server, "/privacy/retention/run", "").status, 303);
    assert!(find(&server, "ada%40exemple.fr").is_none());
    assert!(find(&server, "zoe%40exemple.fr").is_some());
    assert_eq!(answer(&data, ALL), with_generation_of(&figures, &answer(&data, ALL)));
    assert_eq!(server.stop().code(), Some(0));
    let applied: Vec<String> = audited(&data)
        .into_iter()
        .filter(|(action, _)| action == "retention_applied")
        .map(|(_, detail)| detail)
        .collect();
    assert_eq!(applied, [r#"{"carts":0,"persons":1,"visits":0}"#], "one line, with counts alone");
}

#[test]
fn s109_visits_that_say_who_it_was_are_refused_in_exempt_mode_and_counted() {
    let (folder, server) = server();
    let data = folder.path().join("data");
    let visit = |id: &str, more: Value| {
        let mut visit =
            json!({ "type": "visit", "id": id, "started": "2026-11-01T10:00:00Z", "pages": 2 });
        let object = visit.as_object_mut().expect("an object");
        object.extend(more.as_object().expect("an object").clone());
        visit
    };
    let records = |from: &str| {
        json!([
            visit(&format!("{from}1"), json!({ "ip": "192.0.0.0", "ordered": true })),
            visit(&format!("{from}2"), json!({ "email": "zoe@exemple.fr" })),
            visit(&format!("{from}3"), json!({ "customer": { "id": "7" } })),
            visit(&format!("{from}4"), json!({ "order": "1" })),
            visit(&format!("{from}5"), json!({ "ip": "192.0.2.7" })),
            visit(&format!("{from}6-zoe@exemple.fr"), json!({})),
        ])
    };
    let send = |records: &Value| {
        let headers = [("accept-language", "fr")];
        let body = records.to_string();
        server.send("POST", "/api/v1/ingest?shop=test", &headers, body.as_bytes()).json()
    };
    let told = send(&records("a"));
    assert_eq!(told["accepted"], 1, "{told}");
    let rejected = told["rejected"].as_array().expect("a list");
    let fields: Vec<(&Value, &Value)> =
        rejected.iter().map(|one| (&one["line"], &one["field"])).collect();
    let expected = [(2, "email"), (3, "customer"), (4, "order"), (5, "ip"), (6, "id")];
    for ((line, field), (expected_line, expected_field)) in fields.iter().zip(expected) {
        assert_eq!((*line, *field), (&json!(expected_line), &json!(expected_field)));
    }
    assert!(rejected[0]["remedy"].as_str().expect("text").contains("mode avec consentement"));
    let page = get(&server, "/privacy/visits");
    for words in ["adresse e-mail", "client", "numéro de commande", "adresse IP entière"] {
        assert!(page.contains(&format!("<td>{words}</td>")), "{words}: {page}");
    }
    // The same by a file: its lines are counted at that door.
    let lines: Vec<String> =
        records("b").as_array().expect("a list").iter().map(Value::to_string).collect();
    let path = file(folder.path(), "visits.jsonl", lines.join("\n"));
    let imported = import(&data, &path, &["--format", "comptoir-jsonl"]);
    assert_eq!(imported.code, Some(3), "{}", imported.err);
    assert_eq!(
        (&imported.json()["accepted"], &imported.json()["rejected"]),
        (&json!(1), &json!(5))
    );
    assert!(get(&server, "/privacy/visits").contains("fichier importé"));
    let check = get(&server, "/privacy/check");
    assert!(check.contains("Visites refusées ces 30 derniers jours\u{a0}: 10."), "{check}");

    // With their consent they come in, and what they said of themselves is not kept.
    assert_eq!(post(&server, "/privacy/visits/test", "visits=perhaps").status, 400);
    assert_eq!(post(&server, "/privacy/visits/nobody", "visits=consented").status, 404);
    assert_eq!(post(&server, "/privacy/visits/test", "visits=consented").status, 303);
    let consented = send(&records("c"));
    assert_eq!((&consented["accepted"], &consented["rejected"]), (&json!(6), &json!([])));
    let totals =
        &answer(&data, "metrics=visits,conversion_rate&from=2026-11-01&to=2026-11-01")["totals"];
    // 1 + 1 + 6 visits; of these the first of each sending and the one with an order's number ended in one.
    assert_eq!(totals["visits"], 8);
    assert_eq!(totals["conversion_rate"], json!(0.5));
    assert_eq!(server.stop().code(), Some(0));
    let patience = std::time::Duration::from_secs(10);
    let store = comptoir_store::Store::open(&data, patience).expect("the folder opens");
    let kept = "SELECT count(*) FROM visits WHERE contains(external_id, '@')";
    let rows = store.read().expect("a view").query(kept, &[]).expect("rows").rows;
    assert_eq!(rows[0][0].int(), Some(0));
    drop(store);
    for entry in std::fs::read_dir(data.join("rejected")).expect("the lists") {
        let text = std::fs::read_to_string(entry.expect("a list").path()).expect("text");
        assert!(!text.contains("zoe@exemple.fr"), "a refused visit is not written down: {text}");
    }
}

#[test]
fn s109_the_register_takes_what_only_the_merchant_knows_and_leaves_as_two_files() {
    let (_folder, server) = server();
    let empty = get(&server, "/privacy/register");
    assert!(empty.contains("Le registre est incomplet"));
    let body = "controller=Ferme+%3Cb%3EDurand&address=1+rue+du+Puits&contact=rgpd%40ferme.fr&hosting=En+France.";
    assert_eq!(post(&server, "/privacy/register", body).status, 303);
    let page = get(&server, "/privacy/register");
    assert!(!page.contains("Le registre est incomplet") && !page.contains("<b>Durand"));
    assert_eq!(
        post(&server, "/privacy/register", &format!("controller={}", "x".repeat(400))).status,
        400
    );
    let register = server.send("GET", "/privacy/register.html", &[("accept-language", "fr")], b"");
    let text = register.text();
    for words in [
        "Ferme &lt;b&gt;Durand",
        "Base légale",
        "Mesure d’audience",
        "all_orders.email",
        "En France.",
    ] {
        assert!(text.contains(words), "{words}");
    }
    let csv = server.send("GET", "/privacy/register.csv", &[("accept-language", "fr")], b"").text();
    assert!(csv.contains("Responsable de traitement") && csv.contains("rgpd@ferme.fr"), "{csv}");
}

#[test]
fn s109_the_self_check_is_the_same_in_the_shell_and_says_what_it_cannot_know() {
    let (folder, server) = server();
    let data = folder.path().join("data");
    let page = get(&server, "/privacy/check");
    for words in ["Conforme", "Non conforme", "Non vérifié", "13\u{a0}mois", "25\u{a0}mois"] {
        assert!(page.contains(words), "{words}");
    }
    let arguments = ["privacy", "check", "--data", data.to_str().expect("a path"), "--json"];
    let told = run(&arguments, b"");
    assert_eq!(told.code, Some(3), "{}", told.err);
    let all = told.json();
    let state = |id: &str| {
        let all = all.as_array().expect("a list");
        all.iter().find(|one| one["id"] == id).map(|one| one["state"].clone())
    };
    assert_eq!(state("informed"), Some(json!("not_verified")));
    assert_eq!(state("register"), Some(json!("fail")));
    // The server runs without accounts, and the shell hears it from the server.
    assert_eq!(state("accounts"), Some(json!("fail")));
    assert_eq!(page.matches("class=\"not-verified\"").count(), {
        let all = all.as_array().expect("a list");
        all.iter().filter(|one| one["state"] == "not_verified").count()
    });
}
