//! The page of backups and mail on the running program, and the weekly mail beside `comptoir query`.

use std::path::Path;

use serde_json::Value;

use crate::program::{Answer, Program, answer, import, run};

fn filled(folder: &Path) {
    let fixture = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/fixtures/shop.csv");
    assert_eq!(import(folder, &fixture, &[]).code, Some(0));
}

fn form(server: &Program, path: &str, fields: &[(&str, &str)]) -> Answer {
    let body: Vec<String> = fields
        .iter()
        .map(|(name, value)| format!("{name}={}", comptoir_metrics::query::encode(value)))
        .collect();
    let headers =
        [("content-type", "application/x-www-form-urlencoded"), ("accept-language", "fr")];
    server.send("POST", path, &headers, body.join("&").as_bytes())
}

fn page(server: &Program) -> String {
    let answer = server.send("GET", "/backups", &[("accept-language", "fr")], b"");
    assert_eq!(answer.status, 200);
    answer.text()
}

#[test]
fn a_plan_is_set_a_backup_made_checked_and_a_lost_folder_told_on_the_overview() {
    let folder = tempfile::tempdir().expect("a folder");
    let (data, target) = (folder.path().join("data"), folder.path().join("d’été"));
    filled(&data);
    let server = Program::serve(&data);
    assert!(page(&server).contains("Aucune sauvegarde automatique"));
    let plan = |folder: &str, daily: &str| {
        let kept = [("weekly", "4"), ("monthly", "12"), ("hour", "3"), ("do", "save")];
        form(
            &server,
            "/backups/plan",
            &[&[("folder", folder), ("daily", daily)], &kept[..]].concat(),
        )
    };
    for (wrong, daily, words) in [
        ("sauvegardes", "7", "chemin complet"),
        (target.to_str().expect("a path"), "7", "n’existe pas"),
        (data.to_str().expect("a path"), "7", "dossier des données lui-même"),
        ("/tmp", "mille", "nombre entier"),
    ] {
        let back = plan(wrong, daily);
        assert_eq!(back.status, 400, "{wrong}");
        assert!(back.text().contains(words) && back.text().contains(daily), "{wrong}");
        assert!(back.text().contains("Rien n’a été enregistré"));
    }
    std::fs::create_dir(&target).expect("a folder");
    assert_eq!(plan(target.to_str().expect("a path"), "7").status, 303);
    let done = form(&server, "/backups/now", &[]);
    assert_eq!(done.status, 303);
    crate::program::until("the backup", || page(&server).contains("relue et intacte"));
    let listed = page(&server);
    let name = std::fs::read_dir(&target)
        .expect("listed")
        .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
        .find(|name| name.starts_with("comptoir-"))
        .expect("a backup");
    assert!(listed.contains(&name) && listed.contains("intacte le"));
    assert_eq!(
        form(&server, "/backups/verify", &[("name", &name)]).header("location"),
        "/backups?whole=1"
    );
    assert_eq!(
        form(&server, "/backups/verify", &[("name", "../data/comptoir.duckdb")]).status,
        404
    );
    let file = target.join(&name);
    let mut bytes = std::fs::read(&file).expect("read");
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    std::fs::write(&file, bytes).expect("written");
    let damaged = form(&server, "/backups/verify", &[("name", &name)]);
    assert_eq!(damaged.status, 400);
    assert!(damaged.text().contains("abîmé") && page(&server).contains("pas encore relue"));

    assert!(
        !server.get("/").text().contains("/backups\" class")
            && !overview(&server).contains("sauvegarde en échec")
    );
    std::fs::remove_dir_all(&target).expect("removed");
    form(&server, "/backups/now", &[]);
    crate::program::until("the failure", || page(&server).contains("La sauvegarde a échoué"));
    assert!(page(&server).contains("Vérifiez que le dossier existe"));
    assert!(overview(&server).contains("sauvegarde en échec"));
    assert_eq!(form(&server, "/backups/plan", &[("do", "stop")]).status, 303);
    assert!(page(&server).contains("Aucune sauvegarde automatique"));
}

fn overview(server: &Program) -> String {
    server.send("GET", "/?period=all", &[("accept-language", "fr")], b"").text()
}

#[test]
fn the_mail_server_is_set_by_form_and_its_password_never_shown_again() {
    let folder = tempfile::tempdir().expect("a folder");
    let data = folder.path().join("data");
    filled(&data);
    let server = Program::serve(&data);
    let fields = [
        ("host", "smtp.exemple.fr"),
        ("port", "587"),
        ("security", "starttls"),
        ("user", "boutique"),
        ("password", "sésame-ouvre-toi"),
        ("from_address", "boutique@exemple.fr"),
        ("from_name", "La Boutique \"d’été\""),
        ("do", "save"),
    ];
    let with = |name: &str, value: &'static str| {
        fields.map(|(known, kept)| if known == name { (known, value) } else { (known, kept) })
    };
    for (name, value, words) in [
        ("host", "smtp exemple", "nom de serveur"),
        ("port", "99999", "nombre de 1 à 65535"),
        ("security", "none", "lisible en chemin"),
        ("from_address", "boutique", "adresse e-mail"),
    ] {
        let back = form(&server, "/backups/mail", &with(name, value));
        assert_eq!(back.status, 400, "{name}");
        assert!(back.text().contains(words), "{name}");
        assert!(!back.text().contains("ouvre-toi"), "a password is never sent back");
    }
    assert_eq!(form(&server, "/backups/mail", &fields).status, 303);
    let shown = page(&server);
    assert!(shown.contains("smtp.exemple.fr") && shown.contains("Un mot de passe est enregistré"));
    assert!(!shown.contains("ouvre-toi"));
    let told = run(&["mail", "show", "--data", data.to_str().expect("a path")], b"").text();
    assert!(told.contains("smtp.exemple.fr") && !told.contains("ouvre-toi"), "{told}");
    let test = form(&server, "/backups/mail/test", &[("to", "pas une adresse")]);
    assert_eq!(test.status, 400);
    assert!(test.text().contains("L’adresse du destinataire"));
    let bytes = std::fs::read(data.join("comptoir.duckdb")).expect("read");
    assert!(!bytes.windows(9).any(|window| window == b"ouvre-toi"));
    assert_eq!(form(&server, "/backups/mail", &[("do", "forget")]).status, 303);
    assert!(
        run(&["mail", "show", "--data", data.to_str().expect("a path")], b"")
            .text()
            .contains("no mail server")
    );
}

/// The mail's numbers are those of `comptoir query`: 4 to 10 March 2024, against the week before.
#[test]
fn the_weekly_mail_says_what_the_query_says() {
    let folder = tempfile::tempdir().expect("a folder");
    let data = folder.path().join("data");
    filled(&data);
    let path = data.to_str().expect("a path");
    let print = |more: &[&str]| {
        let week = ["mail", "weekly", "--data", path, "--preview", "--week", "2024-03-06"];
        let done = run(&[&week[..], more].concat(), b"");
        assert_eq!(done.code, Some(0), "{}", done.err);
        done.text()
    };
    let text = print(&["--part", "text"]);
    let html = print(&[]);
    assert_eq!(
        print(&["--lang", "en", "--part", "text"]).lines().next(),
        Some("Your week, 4–10 March 2024")
    );
    assert_eq!(text.lines().next(), Some("Votre semaine du 4 au 10 mars 2024"));
    let asked = "metrics=revenue,orders,new_customers,average_order_value&from=2024-03-04&to=2024-03-10&compare=previous";
    let told = answer(&data, asked);
    assert_eq!(told["comparison"]["from"], "2024-02-26");
    let french = |money: &Value| {
        let text = money.as_str().expect("an amount").replace('.', ",");
        format!("{}\u{a0}€", text.strip_suffix(",00").map_or(text.clone(), str::to_owned))
    };
    let either = |money: &Value| {
        [format!("{}\u{a0}€", money.as_str().expect("an amount").replace('.', ",")), french(money)]
    };
    let totals = &told["totals"];
    for (label, value) in [
        ("Chiffre d’affaires", &totals["revenue"]),
        ("Panier moyen", &totals["average_order_value"]),
    ] {
        let said = either(value).iter().any(|amount| {
            text.lines()
                .any(|line| line.starts_with(label) && line.contains(&format!(": {amount}")))
        });
        assert!(said, "{label} {value}\n{text}");
        assert!(
            either(value).iter().any(|amount| html.contains(amount.as_str())),
            "{label} {value}"
        );
    }
    for (label, id) in [("Commandes", "orders"), ("Nouveaux clients", "new_customers")] {
        let line = format!("{label}\u{a0}: {}", totals[id]);
        assert!(text.lines().any(|told| told.starts_with(&line)), "{line}\n{text}");
        let before = format!("contre {}", totals["previous"][id]);
        assert!(
            text.lines().any(|told| told.starts_with(label) && told.contains(&before)),
            "{before}\n{text}"
        );
    }
    let days = answer(&data, "metrics=revenue&by=day&from=2024-03-04&to=2024-03-10");
    let names =
        ["lundi 4", "mardi 5", "mercredi 6", "jeudi 7", "vendredi 8", "samedi 9", "dimanche 10"];
    for (row, name) in days["rows"].as_array().expect("rows").iter().zip(names) {
        let said = either(&row["revenue"]).iter().any(|amount| {
            text.lines().any(|line| {
                let told = format!("{name}\u{a0}: {amount}");
                line == told || line.starts_with(&format!("{told} ("))
            })
        });
        assert!(said, "{name} {row}\n{text}");
    }
    // The same through a server, and with its address the links.
    let server = Program::serve(&data);
    assert_eq!(print(&["--part", "text"]), text);
    assert!(!text.contains("http"));
    assert_eq!(server.stop().code(), Some(0));
}
