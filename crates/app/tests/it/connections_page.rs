//! The connections pages on the running program: what is asked, what is told when it is wrong, and what
//! can be done with a connection.

use std::io::{Read, Write};
use std::net::TcpListener;

use crate::program::{Answer, Program};

const FORM: [(&str, &str); 2] =
    [("content-type", "application/x-www-form-urlencoded"), ("accept-language", "en")];

fn server() -> (tempfile::TempDir, Program) {
    let folder = tempfile::tempdir().expect("a folder");
    let server = Program::serve(&folder.path().join("data"));
    (folder, server)
}

fn english(server: &Program, path: &str) -> Answer {
    server.send("GET", path, &[("accept-language", "en")], b"")
}

fn connect(server: &Program, fields: &str) -> Answer {
    server.send("POST", "/connections/new?platform=woocommerce", &FORM, fields.as_bytes())
}

/// A door behind which someone answers every request with that status and text.
fn door(status: u16, body: &'static str) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = listener.local_addr().expect("an address");
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let Ok(mut stream) = stream else { return };
            let mut asked = [0; 4096];
            let _request = stream.read(&mut asked);
            let length = body.len();
            let _gone = write!(
                stream,
                "HTTP/1.1 {status} X\r\ncontent-type: text/html\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n{body}"
            );
        }
    });
    format!("http%3A%2F%2F{address}%2F")
}

#[test]
fn s001_s011_without_a_connection_both_routes_and_every_platform_are_named() {
    let (_folder, server) = server();
    let page = english(&server, "/connections");
    assert_eq!(page.status, 200);
    let page = page.text();
    for words in [
        "No shop is connected yet",
        "Connect a shop",
        "Import a file or push by API",
        "Minimum version",
        "Last sync",
        "href=\"/connections/new?platform=woocommerce\"",
        "href=\"/connections/new?platform=shopify\"",
        "href=\"/connections/new?platform=prestashop\"",
        "/compat/brevo/v3",
        "/compat/activecampaign/api/3",
        "/compat/ga4/mp/collect",
        "comptoir token create",
    ] {
        assert!(page.contains(words), "{words}: {page}");
    }
    assert_eq!(english(&server, "/connections/new?platform=magento").status, 404);
    assert_eq!(english(&server, "/connections/7").status, 404);
    assert_eq!(english(&server, "/connections/x").status, 404);
    assert_eq!(server.send("POST", "/connections/7/sync", &FORM, b"").status, 404);
}

#[test]
fn what_is_wrong_stands_beside_its_field_and_secrets_never_come_back() {
    let (_folder, server) = server();
    let empty = connect(&server, "url=&key=&secret=");
    assert_eq!(empty.status, 400);
    assert!(empty.text().contains("Fill in this field."));

    // A private address is a choice that has to be made: then it is asked for.
    let address = door(200, "<html><title>Maintenance</title></html>");
    let keys = "key=ck_typed&secret=cs_never_shown";
    let private = connect(&server, &format!("url={address}&{keys}"));
    assert_eq!(private.status, 400);
    let page = private.text();
    assert!(page.contains("name=\"private\""), "{page}");
    assert!(!page.contains("cs_never_shown"), "{page}");
    assert!(page.contains("value=\"http://127.0.0.1:"), "what was typed is kept: {page}");

    // A proxy's page instead of the API, and a key that is refused.
    let proxy = connect(&server, &format!("url={address}&{keys}&private=1"));
    assert_eq!(proxy.status, 400);
    assert!(proxy.text().contains("aria-invalid=\"true\""));
    assert!(!proxy.text().contains("cs_never_shown"));
    let address = door(401, "{\"code\":\"woocommerce_rest_cannot_view\",\"message\":\"Sorry\"}");
    let wrong = connect(&server, &format!("url={address}&{keys}&private=1"));
    assert_eq!(wrong.status, 400);
    assert!(wrong.text().contains("refuses the key"), "{}", wrong.text());
    // Nothing of it was connected, and no shop was made.
    assert!(english(&server, "/connections").text().contains("No shop is connected yet"));
}

#[test]
fn another_site_can_t_connect_a_shop() {
    let (_folder, server) = server();
    let foreign = [FORM[0], ("origin", "http://evil.example")];
    let answer = server.send("POST", "/connections/new?platform=woocommerce", &foreign, b"url=a");
    assert_eq!(answer.status, 403);
}
