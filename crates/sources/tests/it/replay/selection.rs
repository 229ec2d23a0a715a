//! Leaves of an answer what its query asks: whole records go in, only selected fields come out. So a
//! field that the query forgets is missing here as it would be at the platform.

use std::collections::BTreeMap;

use apollo_parser::Parser;
use apollo_parser::cst::{self, CstNode as _, Definition, Selection, SelectionSet};
use serde_json::{Map, Value};

/// A query with its fragments.
pub struct Query {
    selection: SelectionSet,
    fragments: BTreeMap<String, SelectionSet>,
}

impl Query {
    /// Reads a document of one operation.
    pub fn parse(text: &str) -> Result<Self, String> {
        let tree = Parser::new(text).parse();
        if let Some(error) = tree.errors().next() {
            return Err(format!("Parse error: {}", error.message()));
        }
        let (mut selection, mut fragments) = (None, BTreeMap::new());
        for definition in tree.document().definitions() {
            match definition {
                Definition::OperationDefinition(operation) => selection = operation.selection_set(),
                Definition::FragmentDefinition(fragment) => {
                    let name = fragment.fragment_name().and_then(|name| name.name());
                    let name = name.ok_or("a fragment without a name")?.text().to_string();
                    fragments.insert(name, fragment.selection_set().ok_or("an empty fragment")?);
                }
                _ => return Err("only operations and fragments".to_owned()),
            }
        }
        Ok(Self { selection: selection.ok_or("no operation")?, fragments })
    }

    /// What of `data` the query asks; a field that is not there is null.
    pub fn select(&self, data: &Value, variables: &Value) -> Value {
        self.within(&self.selection, data, variables)
    }

    /// The selection under a path of fields (`orders`, `edges`, `node`).
    pub fn under(&self, path: &[&str]) -> Option<Self> {
        let mut set = self.selection.clone();
        for name in path {
            set = set.selections().find_map(|selection| match selection {
                Selection::Field(field) if called(&field) == *name => field.selection_set(),
                _ => None,
            })?;
        }
        Some(Self { selection: set, fragments: BTreeMap::new() })
    }

    fn within(&self, set: &SelectionSet, data: &Value, variables: &Value) -> Value {
        match data {
            Value::Array(items) => {
                items.iter().map(|item| self.within(set, item, variables)).collect()
            }
            Value::Object(members) => {
                let mut chosen = Map::new();
                self.choose(set, members, variables, &mut chosen);
                Value::Object(chosen)
            }
            other => other.clone(),
        }
    }

    fn choose(
        &self,
        set: &SelectionSet,
        members: &Map<String, Value>,
        variables: &Value,
        chosen: &mut Map<String, Value>,
    ) {
        for selection in set.selections() {
            match selection {
                Selection::Field(field) => {
                    if field.directives().is_some_and(|given| left_out(&given, variables)) {
                        continue;
                    }
                    let name = called(&field);
                    let value = members.get(&name).unwrap_or(&Value::Null);
                    let value = match field.selection_set() {
                        Some(set) => self.within(&set, value, variables),
                        None => value.clone(),
                    };
                    chosen.insert(name, value);
                }
                Selection::FragmentSpread(spread) => {
                    let name = spread.fragment_name().and_then(|name| name.name());
                    let name = name.expect("a name").text().to_string();
                    self.choose(&self.fragments[&name], members, variables, chosen);
                }
                Selection::InlineFragment(fragment) => {
                    let set = fragment.selection_set().expect("a selection");
                    self.choose(&set, members, variables, chosen);
                }
            }
        }
    }
}

fn called(field: &cst::Field) -> String {
    field.name().expect("a name").text().to_string()
}

/// `@include(if: $variable)` with a variable that is false.
fn left_out(given: &cst::Directives, variables: &Value) -> bool {
    given.directives().any(|directive| {
        let argument = directive.arguments().and_then(|given| given.arguments().next());
        let value = argument.and_then(|argument| argument.value()).expect("a value");
        let text = value.source_string();
        variables[text.trim().trim_start_matches('$')] == false
    })
}
