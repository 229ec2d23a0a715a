//! The API's description: a change of it is seen in review, and no route is left out.

use crate::program;

#[test]
fn the_description_is_the_one_that_was_reviewed() {
    let outcome = program::run(&["docs", "openapi"], b"");
    assert_eq!(outcome.code, Some(0));
    insta::assert_snapshot!("openapi", outcome.text());
}

#[test]
fn every_route_of_the_api_is_described() {
    let source = include_str!("../../src/api.rs");
    let described = program::run(&["docs", "openapi"], b"").json();
    let mut routes = Vec::new();
    for (mark, method) in [(".get(\"", "get"), (".post(\"", "post"), (".post_up_to(\"", "post")] {
        for route in source.split(mark).skip(1) {
            let (path, _) = route.split_once('"').expect("a path");
            let told = &described["paths"][path][method];
            assert!(told.is_object(), "{method} {path} is not described");
            routes.push(path.to_owned());
        }
    }
    let mut paths: Vec<_> =
        described["paths"].as_object().expect("paths").keys().cloned().collect();
    // The analyses share a handler: their routes are made from a list.
    for analysis in ["cohorts", "basket", "rfm"] {
        let path = format!("/api/v1/{analysis}");
        assert!(described["paths"][&path]["get"].is_object(), "{path} is not described");
        routes.push(path);
    }
    routes.sort();
    paths.sort();
    assert_eq!(paths, routes, "the description names a route that is not there");
}

#[test]
fn the_server_gives_the_same_description() {
    let folder = tempfile::tempdir().expect("a folder");
    let server = program::Program::serve(folder.path());
    let answer = server.get("/api/v1/openapi.json");
    assert_eq!(answer.header("content-type"), "application/json");
    assert_eq!(answer.text(), program::run(&["docs", "openapi"], b"").text());
}

/// What the description promises to accept is accepted: every value of every list.
#[test]
fn every_value_that_the_description_lists_is_understood() {
    let folder = tempfile::tempdir().expect("a folder");
    let server = program::Program::serve(folder.path());
    let described = program::run(&["docs", "openapi"], b"").json();
    let parameters = described["paths"]["/api/v1/query"]["get"]["parameters"]
        .as_array()
        .expect("parameters")
        .clone();
    let mut tried = 0;
    for parameter in &parameters {
        let name = parameter["name"].as_str().expect("a name");
        let schema = &parameter["schema"];
        let values = schema["enum"].as_array().or_else(|| schema["items"]["enum"].as_array());
        for value in values.into_iter().flatten() {
            let value = value.as_str().expect("a text");
            let question = match name {
                "metrics" => format!("metrics={value}"),
                // Some metrics cannot be split by lines; units can be split by anything of an order.
                "by" if value == "tax_rate" => "metrics=tax&by=tax_rate".to_owned(),
                "by" => format!("metrics=units&by={value}&period=7d"),
                _ => format!("metrics=orders&{name}={value}"),
            };
            let answer = server.get(&format!("/api/v1/query?{question}"));
            assert_eq!(answer.status, 200, "{question}: {}", answer.text());
            tried += 1;
        }
    }
    assert!(tried > 60, "{tried}");
}
