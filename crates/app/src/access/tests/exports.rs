//! Files that leave: masked as pages are, and written in the audit log.

use serde_json::Value;

use super::scene::{DOMAIN, MAILBOX, NAME, PHONE, Scene, address, pages, role};

#[tokio::test]
async fn s126_every_file_is_written_in_the_audit_log() {
    let scene = Scene::new().await;
    let owner = role("owner");
    let mut files = 0;
    for (target, _) in pages(&scene) {
        let path = target.split('?').next().unwrap_or("").to_owned();
        if !matches!(path.rsplit_once('.'), Some((_, "csv" | "xlsx"))) {
            continue;
        }
        let mark = if target.contains('?') { '&' } else { '?' };
        let needed = if path.starts_with("/export.") { "metrics=revenue&by=day&" } else { "" };
        let before = scene.audit().len();
        let reply = scene.get(&owner, &format!("{target}{mark}{needed}shop=ferme")).await;
        if reply.status != 200 {
            continue;
        }
        files += 1;
        let log = scene.audit();
        assert_eq!(log.len(), before + 1, "{target}");
        assert_eq!((log[0].kind.as_str(), log[0].who.as_str()), ("user", "moi@exemple.test"));
        if log[0].action == "exported" {
            assert_eq!(log[0].shop, Some(scene.shop[0]), "{target}");
            let detail: Value = serde_json::from_str(&log[0].detail).expect("JSON");
            assert_eq!(detail["what"], path, "{target}");
            assert!(detail["rows"].is_u64(), "{target}: {detail}");
        }
    }
    assert!(files >= 12, "only {files} files");
}

#[tokio::test]
async fn s126_the_log_of_an_export_keeps_no_words_that_were_searched_for() {
    let scene = Scene::new().await;
    let target = format!("/orders.csv?history=all&q={NAME}");
    assert_eq!(scene.get(&role("owner"), &target).await.status, 200);
    let line = &scene.audit()[0];
    assert!(!line.detail.contains(NAME) && line.detail.contains("history=all"), "{}", line.detail);
    let detail: Value = serde_json::from_str(&line.detail).expect("JSON");
    assert_eq!(detail["rows"], 4);
    // What was refused has not left.
    let before = scene.audit().len();
    assert_eq!(scene.get(&role("viewer"), "/orders.csv").await.status, 403);
    assert_eq!(scene.get(&role("sales"), "/orders.csv").await.status, 403);
    assert_eq!(scene.get(&role("accountant"), "/customers.csv").await.status, 403);
    assert_eq!(scene.audit().len(), before);
}

#[tokio::test]
async fn s128_a_search_for_a_person_is_in_the_log_without_what_was_searched_for() {
    let scene = Scene::new().await;
    let before = scene.audit().len();
    let owner = role("owner");
    let found = scene.post(&owner, "/privacy/find", &format!("asked={NAME}")).await;
    assert!(found.status == 200 && found.text().contains(NAME));
    let log = scene.audit();
    assert_eq!((log.len(), log[0].action.as_str()), (before + 1, "person_seen"));
    assert!(log[0].detail.contains("found") && !log[0].detail.contains(NAME), "{}", log[0].detail);
    assert_eq!(scene.get(&owner, "/privacy").await.status, 200);
    assert_eq!(scene.audit().len(), before + 1);
}

#[tokio::test]
async fn s126_addresses_of_a_segment_leave_for_a_stated_purpose_only() {
    let scene = Scene::new().await;
    let marketing = role("marketing");
    let cohort = address(&scene, "/loyalty/customers/segment");
    let of_cohort = format!("{}&shop=ferme", cohort.split_once('?').expect("a query").1);
    let of_cohort = of_cohort.replace('&', "%26").replace('=', "%3D");
    for (path, of) in [
        ("/customers/segment", "shop%3Dferme".to_owned()),
        ("/loyalty/customers/segment", of_cohort),
    ] {
        let before = scene.audit().len();
        for purpose in ["", "non", "pour+claire%40exemple.fr"] {
            let form = format!("of={of}&purpose={purpose}&end=csv");
            let reply = scene.post(&marketing, path, &form).await;
            assert_eq!(reply.status, 400, "{path} {purpose}");
            let text = reply.text();
            assert!(text.contains("aria-invalid=\"true\""), "{text}");
            assert!(!text.contains(NAME) && !text.contains(MAILBOX), "{text}");
        }
        assert_eq!(scene.audit().len(), before);
        let form = format!("of={of}&purpose=Lettre+de+No%C3%ABl&end=csv");
        for who in ["sales", "accountant", "preparation", "viewer"] {
            assert_eq!(scene.post(&role(who), path, &form).await.status, 403, "{who}");
        }
        let reply = scene.post(&marketing, path, &form).await;
        assert_eq!(reply.status, 200, "{}", reply.text());
        let text = reply.text();
        assert!(text.contains(&format!("{MAILBOX}@{DOMAIN}.fr")), "{text}");
        assert!(text.contains(NAME) && text.replace(' ', "").contains(PHONE), "{text}");
        let line = &scene.audit()[0];
        assert_eq!(line.action, "segment_exported");
        let detail: Value = serde_json::from_str(&line.detail).expect("JSON");
        assert_eq!(detail["purpose"], "Lettre de Noël");
        let rows = text.lines().count() - 1;
        assert_eq!(detail["persons"], rows, "{text}");
        assert_eq!(line.shop, Some(scene.shop[0]));
        assert!(rows > 0 && !line.detail.contains(MAILBOX));
        let book = scene.post(&marketing, path, &form.replace("csv", "xlsx")).await;
        assert!(book.text().contains(MAILBOX));
    }
}
