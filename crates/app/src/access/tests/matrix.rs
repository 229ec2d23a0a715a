//! Each role on each route: let in exactly when it has the right that the route declares.

use axum::http::header;

use super::scene::{Scene, address, everybody, of, pages};
use crate::access::{Need, ROLES, Who};
use crate::server::routes;

/// ASVS 4.1: no route is reached without its right, by anybody, with any method.
#[tokio::test]
async fn s126_every_route_is_open_to_its_right_and_to_no_other() {
    let scene = Scene::new().await;
    let mut faults = Vec::new();
    for route in routes().declared() {
        let target = address(&scene, &route.path);
        for (who, visitor) in everybody() {
            let method = if route.method == "ANY" { "POST" } else { route.method };
            let met = route.need.is_met_by(&visitor);
            if met && method != "GET" {
                // What it does is its own tests' business.
                continue;
            }
            let reply = match method {
                "GET" => scene.get(&visitor, &target).await,
                _ => scene.post(&visitor, &target, "").await,
            };
            let place = reply.header(header::LOCATION).to_owned();
            let asked_to_sign_in = reply.status == 303 && place.starts_with("/sign-in?next=");
            let refused = match &visitor.who {
                Who::Nobody if route.path.starts_with("/api/") => reply.status == 401,
                Who::Nobody if method == "GET" => asked_to_sign_in,
                Who::Nobody => reply.status == 401,
                _ if target == "/" => reply.status == 303 && place == "/preparation",
                _ => reply.status == 403,
            };
            let let_in = !matches!(reply.status, 401 | 403 | 500) && !asked_to_sign_in;
            let right = if met { let_in || route.need == Need::OwnProof } else { refused };
            if !right {
                faults.push(format!(
                    "{} {target} as {who}: {} {place}, and needs {:?}",
                    route.method, reply.status, route.need
                ));
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

/// The sentence of the requirement, role by role, not read from the roles' own rights.
#[test]
fn s126_roles_have_the_rights_that_were_asked_for() {
    let rights = |id: &str| {
        let role = ROLES.iter().find(|role| role.id == id).expect("a role");
        let mut all: Vec<&str> = crate::access::Right::ALL
            .into_iter()
            .filter(|right| role.rights.has(*right))
            .map(crate::access::Right::id)
            .collect();
        all.sort_unstable();
        all.join(" ")
    };
    for everything in ["owner", "administrator"] {
        assert_eq!(rights(everything).split(' ').count(), crate::access::Right::ALL.len());
    }
    assert_eq!(rights("marketing"), "customers export figures orders segment_export");
    assert_eq!(rights("sales"), "customers figures identities orders");
    assert_eq!(rights("accountant"), "billing_identity export figures orders");
    assert_eq!(rights("preparation"), "preparation");
    assert_eq!(rights("viewer"), "figures");
}

#[tokio::test]
async fn s126_each_role_has_its_first_page() {
    let scene = Scene::new().await;
    for role in &ROLES {
        let visitor = of(role);
        let reply = scene.get(&visitor, role.first_page).await;
        assert_eq!(reply.status, 200, "{}", role.id);
        let brand = format!("<a class=\"brand\" href=\"{}\"", role.first_page);
        assert!(reply.text().contains(&brand), "{}", role.id);
        let lost = scene.get(&visitor, "/nowhere").await;
        assert_eq!(lost.status, 404);
        let home = format!("<a class=\"button\" href=\"{}\"", role.first_page);
        assert!(lost.text().contains(&home), "{}: {}", role.id, lost.text());
    }
}

/// A page offers nothing that its reader would be refused.
#[tokio::test]
async fn s126_no_page_links_to_what_its_reader_may_not_open() {
    let scene = Scene::new().await;
    let routes = routes();
    let needed = |method: &str, href: &str| -> Option<Need> {
        let path = href.split(['?', '#']).next().unwrap_or("");
        let fits = |pattern: &str| {
            let (mut asked, mut known) = (path.split('/'), pattern.split('/'));
            loop {
                match (asked.next(), known.next()) {
                    (None, None) => return true,
                    (_, Some(known)) if known.starts_with("{*") => return true,
                    (Some(asked), Some(known)) if asked == known || known.starts_with('{') => {}
                    _ => return false,
                }
            }
        };
        let found = routes.declared().iter().filter(|route| route.method == method);
        // A path that is written out goes before one with parameters.
        found
            .filter(|route| fits(&route.path))
            .min_by_key(|route| route.path.contains('{'))
            .map(|route| route.need)
    };
    let mut faults = Vec::new();
    let mut followed = 0;
    for role in &ROLES {
        let visitor = of(role);
        for (target, need) in pages(&scene) {
            if !need.is_met_by(&visitor) || target == "/live" {
                continue;
            }
            let reply = scene.get(&visitor, &target).await;
            if !reply.header(header::CONTENT_TYPE).starts_with("text/html") {
                continue;
            }
            let text = reply.text();
            for (mark, method) in [(" href=\"/", "GET"), (" action=\"/", "")] {
                for (at, _) in text.match_indices(mark) {
                    let rest = &text[at + mark.len() - 1..];
                    let href = rest.split('"').next().unwrap_or("").replace("&amp;", "&");
                    let posts =
                        text[..at].rfind('<').is_some_and(|tag| text[tag..at].contains("post"))
                            || rest
                                .split('>')
                                .next()
                                .is_some_and(|tag| tag.contains("method=\"post\""));
                    let method = match method {
                        "" if posts => "POST",
                        _ => "GET",
                    };
                    followed += 1;
                    // Whoever may not see the overview is led from there to their own first page.
                    if href == "/" || href.starts_with("/?lang=") {
                        continue;
                    }
                    if needed(method, &href).is_some_and(|need| !need.is_met_by(&visitor)) {
                        faults.push(format!("{} on {target}: {method} {href}", role.id));
                    }
                }
            }
        }
    }
    faults.sort();
    faults.dedup();
    assert!(faults.is_empty(), "{}", faults.join("\n"));
    assert!(followed > 1000, "only {followed} links were seen");
}

/// A handler that is mounted beside the declared routes would need no right.
#[test]
fn s126_no_route_is_mounted_but_by_declaring_its_right() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    // The server's own loop and its last resort mount routes in their tests only.
    let allowed = [
        "access/routes.rs",
        "server/control.rs",
        "access/tests/matrix.rs",
        "server/connections.rs",
        "server/rescue.rs",
    ];
    let marks = ["Router::new(", ".route(", ".route_service(", ".nest(", ".nest_service("];
    let mut found = Vec::new();
    let mut seen = 0;
    for (name, text) in sources(&root) {
        seen += 1;
        // What a test serves, nobody else can reach.
        let text = text.split("#[cfg(test)]\nmod tests {").next().unwrap_or_default();
        if allowed.contains(&name.as_str()) || name.starts_with("server/control/") {
            continue;
        }
        found.extend(
            marks.iter().filter(|mark| text.contains(**mark)).map(|mark| format!("{name}: {mark}")),
        );
    }
    assert!(seen > 200, "only {seen} files were read");
    assert!(found.is_empty(), "declare them with `Routes`: {found:?}");
}

/// A file that leaves is written in the audit log by whoever sends it.
#[test]
fn s126_no_file_leaves_without_the_audit_log() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let sending: Vec<(String, String)> = sources(&root)
        .into_iter()
        .filter(|(name, text)| {
            text.contains("CONTENT_DISPOSITION") && !name.starts_with("access/tests/")
        })
        .collect();
    assert!(sending.len() >= 3, "{sending:?}");
    for (name, text) in sending {
        assert!(text.contains("audit"), "{name} sends a file and does not say so");
    }
}

fn sources(root: &std::path::Path) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut folders = vec![root.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).expect("a folder").flatten() {
            let path = entry.path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|end| end == "rs") {
                let name = path.strip_prefix(root).expect("inside").to_string_lossy().into_owned();
                found.push((name, std::fs::read_to_string(&path).expect("a source")));
            }
        }
    }
    found
}
