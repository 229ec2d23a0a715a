//! GraphQL as ActiveCampaign's plugin writes it: bare mutations, commas left out, enums without quotes.
//! Arguments become JSON text, numbers with the digits they are written with, and are then read as
//! every platform's JSON is.

use std::collections::BTreeMap;

use apollo_parser::Parser;
use apollo_parser::cst::{self, CstNode, Definition, Selection};
use serde_json::value::RawValue;

/// Nothing a shop sends is nested deeper.
const MAX_DEPTH: usize = 64;

/// A thousand of the longest orders have fewer tokens.
const MAX_TOKENS: usize = 2_000_000;

/// The longest JSON that variables may make of a document.
const MAX_TEXT: usize = 64 * 1024 * 1024;

/// One field of a mutation: what is called, and what is to be answered under which names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Call {
    /// The name in the answer: the alias, else the field's own.
    pub key: String,
    pub name: String,
    /// Arguments by name, as JSON text.
    pub arguments: BTreeMap<String, String>,
    /// Key and name of each selected field.
    pub selected: Vec<(String, String)>,
}

/// The calls of a document, in order.
///
/// # Errors
/// What is wrong with it, in English: it is a program that reads this.
pub fn calls(
    document: &str,
    variables: Option<&str>,
    operation: Option<&str>,
) -> Result<Vec<Call>, String> {
    let tree = Parser::new(document).recursion_limit(MAX_DEPTH).token_limit(MAX_TOKENS).parse();
    if let Some(error) = tree.errors().next() {
        let at = document.get(..error.index()).map_or(1, |before| before.lines().count().max(1));
        return Err(format!("Syntax Error: {} (line {at})", error.message()));
    }
    let variables: BTreeMap<String, &RawValue> = match variables {
        None => BTreeMap::new(),
        Some(text) => serde_json::from_str(text)
            .map_err(|error| format!("variables are not a JSON object: {error}"))?,
    };
    let operation = chosen(&tree.document(), operation)?;
    let mutation = operation.operation_type().is_some_and(|kind| kind.mutation_token().is_some());
    if !mutation {
        return Err("only mutations are served here".to_owned());
    }
    let mut values = Values { known: BTreeMap::new(), written: 0 };
    for definition in
        operation.variable_definitions().into_iter().flat_map(|all| all.variable_definitions())
    {
        let Some(name) = definition.variable().and_then(|variable| variable.name()) else {
            continue;
        };
        let name = name.text().to_string();
        let told = variables.get(&name).map(|raw| raw.get().to_owned());
        let value = match (told, definition.default_value().and_then(|default| default.value())) {
            (Some(told), _) => told,
            (None, Some(default)) => values.json(&default)?,
            (None, None) => "null".to_owned(),
        };
        values.known.insert(name, value);
    }
    let mut calls = Vec::new();
    for selection in operation.selection_set().into_iter().flat_map(|set| set.selections()) {
        let Selection::Field(field) = selection else {
            return Err("fragments are not served here".to_owned());
        };
        calls.push(values.call(&field)?);
    }
    if calls.is_empty() { Err("the document calls nothing".to_owned()) } else { Ok(calls) }
}

fn chosen(
    document: &cst::Document,
    name: Option<&str>,
) -> Result<cst::OperationDefinition, String> {
    let mut operations: Vec<cst::OperationDefinition> = document
        .definitions()
        .filter_map(|definition| match definition {
            Definition::OperationDefinition(operation) => Some(operation),
            _ => None,
        })
        .collect();
    if let Some(name) = name {
        operations.retain(|one| one.name().is_some_and(|own| own.text() == name));
    }
    match operations.len() {
        1 => Ok(operations.remove(0)),
        0 => Err("there is no such operation in the document".to_owned()),
        _ => Err("the document has several operations; send operationName".to_owned()),
    }
}

/// Turns values into JSON text.
struct Values {
    known: BTreeMap<String, String>,
    /// A short document can repeat a long variable: what is written is bounded.
    written: usize,
}

impl Values {
    fn call(&mut self, field: &cst::Field) -> Result<Call, String> {
        let (key, name) = named(field);
        let mut arguments = BTreeMap::new();
        for argument in field.arguments().into_iter().flat_map(|all| all.arguments()) {
            let (Some(name), Some(value)) = (argument.name(), argument.value()) else { continue };
            arguments.insert(name.text().to_string(), self.json(&value)?);
        }
        let selected = field
            .selection_set()
            .into_iter()
            .flat_map(|set| set.selections())
            .filter_map(|selection| match selection {
                Selection::Field(field) => Some(named(&field)),
                _ => None,
            })
            .collect();
        Ok(Call { key, name, arguments, selected })
    }

    fn json(&mut self, value: &cst::Value) -> Result<String, String> {
        let text = match value {
            cst::Value::Variable(variable) => {
                let name = variable.name().map(|name| name.text().to_string()).unwrap_or_default();
                match self.known.get(&name) {
                    Some(value) => value.clone(),
                    None => return Err(format!("Variable \"${name}\" is not defined")),
                }
            }
            cst::Value::StringValue(text) => quoted(&String::from(text)),
            cst::Value::FloatValue(number) => number.source_string().trim().to_owned(),
            cst::Value::IntValue(number) => number.source_string().trim().to_owned(),
            cst::Value::BooleanValue(value) => value.true_token().is_some().to_string(),
            cst::Value::NullValue(_) => "null".to_owned(),
            cst::Value::EnumValue(name) => {
                quoted(&name.name().map(|name| name.text().to_string()).unwrap_or_default())
            }
            cst::Value::ListValue(list) => {
                let items: Result<Vec<String>, String> =
                    list.values().map(|value| self.json(&value)).collect();
                format!("[{}]", items?.join(","))
            }
            cst::Value::ObjectValue(object) => {
                let mut members = Vec::new();
                for field in object.object_fields() {
                    let (Some(name), Some(value)) = (field.name(), field.value()) else { continue };
                    members.push(format!("{}:{}", quoted(&name.text()), self.json(&value)?));
                }
                format!("{{{}}}", members.join(","))
            }
        };
        self.written += text.len();
        if self.written > MAX_TEXT {
            return Err("the document is too large".to_owned());
        }
        Ok(text)
    }
}

fn named(field: &cst::Field) -> (String, String) {
    let name = field.name().map(|name| name.text().to_string()).unwrap_or_default();
    let alias = field.alias().and_then(|alias| alias.name()).map(|name| name.text().to_string());
    (alias.unwrap_or_else(|| name.clone()), name)
}

fn quoted(text: &str) -> String {
    serde_json::to_string(text).unwrap_or_else(|_| "\"\"".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_keep_their_digits_and_enums_become_texts() {
        let text = r#"mutation { a: upsertOrder(order: {n: 14.575 i: 007, e: COMPLETED s: "a\/é\n" l: [1 2,3] z: null b: true}) { id x: recordId } }"#;
        // A leading zero is no GraphQL number.
        assert!(calls(text, None, None).is_err());
        let made = calls(&text.replace("007", "7"), None, None).expect("read");
        assert_eq!((made[0].key.as_str(), made[0].name.as_str()), ("a", "upsertOrder"));
        assert_eq!(
            made[0].arguments["order"],
            "{\"n\":14.575,\"i\":7,\"e\":\"COMPLETED\",\"s\":\"a/é\\n\",\"l\":[1,2,3],\"z\":null,\"b\":true}"
        );
        let selected: Vec<(&str, &str)> =
            made[0].selected.iter().map(|(key, name)| (key.as_str(), name.as_str())).collect();
        assert_eq!(selected, [("id", "id"), ("x", "recordId")]);
    }

    #[test]
    fn variables_are_put_in_with_their_defaults() {
        let text = "mutation Push($o: OrderInput!, $n: Float = 1.50) { upsertOrder(order: $o) { id } b: upsertOrder(order: {n: $n}) { id } }";
        let made =
            calls(text, Some(r#"{"o": {"finalAmount": 67.490}}"#), Some("Push")).expect("read");
        assert_eq!(made[0].arguments["order"], r#"{"finalAmount": 67.490}"#);
        assert_eq!(made[1].arguments["order"], r#"{"n":1.50}"#);
        assert!(calls("mutation { a(order: $x) { id } }", None, None).is_err());
    }

    #[test]
    fn what_is_no_mutation_or_too_deep_is_refused() {
        for wrong in
            ["", "{ orders { id } }", "mutation {", "fragment F on X { id }", "mutation { ...F }"]
        {
            assert!(calls(wrong, None, None).is_err(), "{wrong}");
        }
        let deep =
            format!("mutation {{ a(x: {}1{}) {{ id }} }}", "[".repeat(5000), "]".repeat(5000));
        assert!(calls(&deep, None, None).is_err());
    }
}
