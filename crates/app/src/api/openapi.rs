//! The API's description, made from the lists of metrics and dimensions.

use std::fmt::Write;

use comptoir_metrics::{DIMENSIONS, METRICS, PROFILES};
use serde_json::{Value, json};

/// The `OpenAPI` 3.1 document.
pub fn document() -> String {
    let document = json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Comptoir",
            "version": env!("CARGO_PKG_VERSION"),
            "description": "Figures of the shops of this workspace, and the door through which records come in.",
        },
        "paths": {
            "/healthz": { "get": {
                "summary": "Whether the server is ready",
                "responses": { "200": { "description": "Ready", "content": { "text/plain": {} } } },
            } },
            "/api/v1/query": { "get": read_by(query()) },
            "/api/v1/cohorts": { "get": read_by(by_history(cohorts())) },
            "/api/v1/basket": { "get": read_by(basket()) },
            "/api/v1/rfm": { "get": read_by(by_history(rfm())) },
            "/api/v1/ingest": { "post": ingest() },
            "/api/v1/openapi.json": { "get": {
                "summary": "This document",
                "responses": { "200": { "description": "OpenAPI 3.1", "content": { "application/json": {} } } },
            } },
        },
        "components": { "schemas": schemas(), "securitySchemes": {
            "bearer": { "type": "http", "scheme": "bearer", "description": "A token of `comptoir token create`: of the scope ingest to push, which decides the shop, of the scope read to ask" },
            "token": { "type": "apiKey", "in": "header", "name": "Api-Token", "description": "The same, in a header of its own" },
        } },
    });
    serde_json::to_string_pretty(&document).unwrap_or_default() + "\n"
}

fn query() -> Value {
    let list = |name: &str, description: &str, required: bool, of: Vec<&str>| {
        json!({ "name": name, "in": "query", "required": required, "description": description,
                "style": "form", "explode": false,
                "schema": { "type": "array", "items": { "type": "string", "enum": of } } })
    };
    let text = |name: &str, description: &str, example: &str| {
        json!({ "name": name, "in": "query", "description": description, "example": example,
                "schema": { "type": "string" } })
    };
    let metrics = METRICS.iter().map(|metric| metric.id).collect();
    let dimensions = DIMENSIONS.iter().map(|dimension| dimension.id).collect();
    let profiles: Vec<&str> = PROFILES.iter().map(|profile| profile.id).collect();
    json!({
        "summary": "Any figure, by anything, over any period",
        "parameters": [
            list("metrics", "Figures to answer", true, metrics),
            list("by", "Up to three dimensions to split by", false, dimensions),
            text("from", "First day, inclusive", "2026-01-01"),
            text("to", "Last day, inclusive", "2026-12-31"),
            text("period", "Instead of from and to: today, yesterday, 7d, 28d, 30d, 90d, this_week, last_week, \
                 this_month, last_month, this_quarter, last_quarter, this_year, last_year, 12m, all", "30d"),
            text("shop", "Slug of a shop; all shops when left out", "ferme"),
            text("compare", "previous, year, year_weekday, none or FROM..TO", "previous"),
            json!({ "name": "profile", "in": "query", "description": "Calculation profile; each shop’s own when left out",
                    "schema": { "type": "string", "enum": profiles } }),
            json!({ "name": "date", "in": "query", "description": "The date that places an order; the profile’s when left out",
                    "schema": { "type": "string", "enum": ["created", "paid", "completed"] } }),
            text("currency", "Currency to convert into, ISO 4217", "EUR"),
            json!({ "name": "tax", "in": "query", "description": "Amounts without tax or with it; as the shop’s settings say when left out",
                    "schema": { "type": "string", "enum": ["excl", "incl"] } }),
            json!({ "name": "where", "in": "query", "description": "dimension:value|value; repeated: all must hold",
                    "style": "form", "explode": true, "example": ["country:FR|BE"],
                    "schema": { "type": "array", "items": { "type": "string" } } }),
            text("sort", "Column to sort by; - in front for the largest first", "-revenue"),
            json!({ "name": "limit", "in": "query", "description": "Rows to answer; totals ignore it",
                    "schema": { "type": "integer", "minimum": 1, "maximum": 100_000 } }),
            json!({ "name": "format", "in": "query", "schema": { "type": "string", "enum": ["json", "csv"], "default": "json" } }),
        ],
        "responses": {
            "200": { "description": "The answer", "content": {
                "application/json": { "schema": { "$ref": "#/components/schemas/Table" } },
                "text/csv": { "schema": { "type": "string" } } } },
            "304": { "description": "Nothing changed since the ETag given in If-None-Match" },
            "400": problem("A parameter is not understood"),
        },
    })
}

/// A parameter that is text, or one of some words.
fn parameter(name: &str, description: &str, words: &[&str]) -> Value {
    let schema = match words {
        [] => json!({ "type": "string" }),
        words => json!({ "type": "string", "enum": words }),
    };
    json!({ "name": name, "in": "query", "description": description, "schema": schema })
}

/// Shop, period, profile, date: what every analysis can be asked for.
fn shared() -> Vec<Value> {
    vec![
        parameter("shop", "Slug of a shop; all shops when left out", &[]),
        parameter("from", "First day, inclusive; all history when left out", &[]),
        parameter("to", "Last day, inclusive", &[]),
        parameter("profile", "Calculation profile; each shop’s own when left out", &[]),
        parameter("date", "The date that places an order", &["created", "paid", "completed"]),
    ]
}

fn analysis(summary: &str, parameters: &[Value], row: &Value) -> Value {
    json!({
        "summary": summary,
        "parameters": parameters,
        "responses": {
            "200": { "description": "The answer", "content": { "application/json": { "schema": {
                "type": "object", "required": ["rows"],
                "properties": { "rows": { "type": "array", "items": row } } } } } },
            "304": { "description": "Nothing changed since the ETag given in If-None-Match" },
            "400": problem("A parameter is not understood"),
        },
    })
}

/// An analysis of whole histories says from which day on they are known.
fn by_history(mut analysis: Value) -> Value {
    let answer = "/responses/200/content/application~1json/schema/properties";
    if let Some(properties) = analysis.pointer_mut(answer) {
        properties["history_from"] = json!({ "type": "string", "format": "date",
            "description": "Only where the platform tells nothing older: histories are known from this day on" });
    }
    analysis
}

fn cohorts() -> Value {
    use comptoir_metrics::cohorts::{By, Measure, Step};
    let mut parameters = shared();
    parameters.extend([
        parameter(
            "cohort",
            "What of their first order customers are put together by",
            &By::ALL.map(By::id),
        ),
        parameter(
            "layout",
            "age: steps since the first order; rank: the nth order over the calendar",
            &["age", "rank"],
        ),
        parameter("step", "How time is cut", &Step::ALL.map(Step::id)),
        parameter("measure", "What a cell holds", &Measure::ALL.map(Measure::id)),
        parameter("currency", "Currency to convert into, ISO 4217", &[]),
    ]);
    analysis(
        "Customers by their first order, and what they did after it",
        &parameters,
        &json!({ "type": "object", "required": ["cohort", "size", "cells"], "properties": {
            "cohort": { "type": ["string", "null"], "description": "Month, product, coupon…; null is unknown; by rank: 1, 2, 3…" },
            "size": { "type": "integer" },
            "cells": { "type": "array", "description": "One per step up to the end of the data, then null",
                "items": { "type": ["integer", "number", "string", "null"] } } } }),
    )
}

fn basket() -> Value {
    let mut parameters = shared();
    parameters.extend([
        parameter("min_together", "Orders that must hold both products; 5 when left out", &[]),
        parameter(
            "sort",
            "Column to sort by; - in front for the largest first; -lift when left out",
            &[],
        ),
        parameter("limit", "Rows to answer", &[]),
    ]);
    analysis(
        "What is bought together: pairs of products in the same order, in both directions",
        &parameters,
        &json!({ "type": "object", "properties": {
            "a": { "type": "string" }, "b": { "type": "string" },
            "together": { "type": "integer", "description": "Orders with both" },
            "orders": { "type": "integer", "description": "Orders with a product" },
            "support": { "type": "number", "description": "together ÷ orders" },
            "confidence": { "type": "number", "description": "together ÷ orders with a" },
            "lift": { "type": "number", "description": "confidence ÷ share of orders with b" } } }),
    )
}

fn rfm() -> Value {
    analysis(
        "Customers by recency, frequency and amount, each in fifths from 1 to 5",
        &[
            parameter("shop", "Slug of a shop; all shops when left out", &[]),
            parameter("as_of", "Last day looked at; the last day of the data when left out", &[]),
        ],
        &json!({ "type": "object", "properties": {
            "recency": { "type": "integer" }, "frequency": { "type": "integer" },
            "monetary": { "type": "integer" }, "customers": { "type": "integer" } } }),
    )
}

/// Who may ask for figures: a token of the scope read, an account; nobody is asked on a server that does
/// without accounts.
fn read_by(mut asked: Value) -> Value {
    asked["security"] = json!([{ "bearer": [] }, { "token": [] }, {}]);
    asked["responses"]["401"] =
        problem("No token, or one that is unknown, withdrawn or has expired");
    asked["responses"]["403"] =
        problem("The token is of another scope, or the account sees no figures");
    asked
}

fn ingest() -> Value {
    json!({
        "summary": "Push one record or a batch of up to 1,000; see docs/ingest.md",
        // Where accounts are done without, no token is asked for.
        "security": [ { "bearer": [] }, { "token": [] }, {} ],
        "parameters": [
            { "name": "shop", "in": "query", "description": "Slug; may be left out with a token, or when there is one shop",
              "schema": { "type": "string" } },
        ],
        "requestBody": { "required": true, "content": { "application/json": { "schema": {
            "oneOf": [ { "type": "object" }, { "type": "array", "items": { "type": "object" } } ] } } } },
        "responses": {
            "200": { "description": "The accepted records are on disk", "content": { "application/json": {
                "schema": { "$ref": "#/components/schemas/Receipt" } } } },
            "400": problem("No record was accepted, or the token is of another shop"),
            "401": problem("The token opens no shop, or has expired"),
            "403": problem("The token is of another scope"),
        },
    })
}

fn problem(description: &str) -> Value {
    json!({ "description": description, "content": { "application/problem+json": {
        "schema": { "$ref": "#/components/schemas/Problem" } } } })
}

fn schemas() -> Value {
    let period = json!({ "type": "object", "required": ["from", "to"], "properties": {
        "from": { "type": "string", "format": "date" }, "to": { "type": "string", "format": "date" } } });
    json!({
        "Table": { "type": "object", "required": ["generation", "profile", "period", "comparison", "columns", "rows", "totals", "incomplete"],
            "properties": {
                "generation": { "type": "integer", "description": "Rises with each commit that changes sales" },
                "profile": { "type": "string" },
                "period": period,
                "comparison": { "oneOf": [ period, { "type": "null" } ] },
                "columns": { "type": "array", "items": { "type": "object", "required": ["id", "kind"], "properties": {
                    "id": { "type": "string" }, "kind": { "enum": ["dimension", "metric"] },
                    "unit": { "enum": ["money", "count", "ratio", "decimal", "days"] }, "currency": { "type": "string" } } } },
                "rows": { "type": "array", "items": { "$ref": "#/components/schemas/Row" } },
                "totals": { "$ref": "#/components/schemas/Row" },
                "incomplete": { "type": ["object", "null"], "properties": {
                    "orders_without_rate": { "type": "integer" }, "orders_without_tax": { "type": "integer" },
                    "history_from": { "type": "string", "format": "date", "description": "The platform tells nothing older: \
                        who is new, and all that depends on it, is known from this day on alone" } } },
            } },
        "Row": { "type": "object", "description": "One field per column: money as a decimal string in major units, counts as \
                 integers, ratios as fractions, no value as null; with a comparison, the same under “previous”" },
        "Receipt": { "type": "object", "required": ["accepted", "rejected"], "properties": {
            "accepted": { "type": "integer" },
            "rejected": { "type": "array", "items": { "$ref": "#/components/schemas/Reject" } } } },
        "Reject": { "type": "object", "properties": {
            "line": { "type": "integer", "description": "Position in the batch, from 1" },
            "field": { "type": "string" }, "value": { "type": "string" },
            "reason": { "type": "string" }, "remedy": { "type": "string" } } },
        "Problem": { "type": "object", "required": ["title", "status", "detail"], "properties": {
            "type": { "type": "string" }, "title": { "type": "string" }, "status": { "type": "integer" },
            "detail": { "type": "string" }, "parameter": { "type": "string" },
            "nearest": { "type": "string", "description": "The nearest valid value" },
            "rejected": { "type": "array", "items": { "$ref": "#/components/schemas/Reject" } } } },
    })
}

/// Every metric and dimension as a page of documentation.
pub fn reference() -> String {
    let mut page = String::from(
        "# Metrics and dimensions\n\nMade from the code by `make docs`; the definitions page of the program shows the same.\n\n\
         ## Metrics\n\n| id | Français | English | unit | definition |\n|--|--|--|--|--|\n",
    );
    for metric in METRICS {
        let _infallible = writeln!(
            page,
            "| `{}` | {} | {} | {} | {} |",
            metric.id,
            metric.label.fr,
            metric.label.en,
            metric.unit.id(),
            metric.definition.en
        );
    }
    page.push_str("\n## Dimensions\n\n| id | Français | English |\n|--|--|--|\n");
    for dimension in DIMENSIONS {
        let _infallible = writeln!(
            page,
            "| `{}` | {} | {} |",
            dimension.id, dimension.label.fr, dimension.label.en
        );
    }
    page.push_str("\n## Calculation profiles\n\n| id | Français | English |\n|--|--|--|\n");
    for profile in PROFILES {
        let _infallible =
            writeln!(page, "| `{}` | {} | {} |", profile.id, profile.label.fr, profile.label.en);
    }
    page
}

#[cfg(test)]
mod tests {
    /// `make docs` rewrites both files; a change of the API shows as a change of its document.
    #[test]
    fn generated_pages_are_up_to_date() {
        assert_eq!(
            super::document(),
            include_str!("../../../../docs/openapi.json"),
            "run `make docs`"
        );
        assert_eq!(
            super::reference(),
            include_str!("../../../../docs/metrics.md"),
            "run `make docs`"
        );
    }
}
