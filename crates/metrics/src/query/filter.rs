//! Filters: `country:FR|BE`. A value may itself hold `|` or `\` when a `\` stands before; an empty
//! value and `null` mean unknown, so a product that is really called “null” is written `\null`.

use crate::context::Context;
use crate::dimension::{DIMENSIONS, Dimension, dimension};
use crate::nearest::nearest;
use crate::query::QueryError;
use comptoir_store::Value;

/// Keeps what has one of some values in a dimension.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Filter {
    pub dimension: &'static Dimension,
    /// As they are written in addresses; `None` is unknown.
    pub values: Vec<Option<String>>,
}

/// More values than this in one filter are refused.
const MOST_VALUES: usize = 1000;

impl Filter {
    pub fn new(dimension: &'static Dimension, value: Option<String>) -> Self {
        Self { dimension, values: vec![value] }
    }

    pub(super) fn parse(text: &str, context: &Context) -> Result<Self, QueryError> {
        let refuse = |reason: &str| QueryError::new("where", text, reason);
        let Some((id, values)) = text.split_once(':') else {
            return Err(refuse("write a dimension, a colon and values, for example country:FR|BE"));
        };
        let Some(dimension) = dimension(id) else {
            let known = DIMENSIONS.iter().map(|dimension| dimension.id);
            return Err(QueryError::new("where", id, "there is no such dimension")
                .with_nearest(nearest(id, known)));
        };
        let filter = Self { dimension, values: split(values) };
        if filter.values.len() > MOST_VALUES {
            return Err(refuse("a filter holds at most 1000 values"));
        }
        filter.stored(context)?;
        Ok(filter)
    }

    /// The values as the database holds them.
    pub(crate) fn stored(&self, context: &Context) -> Result<Vec<Value>, QueryError> {
        self.values
            .iter()
            .map(|value| match value {
                None => Ok(Value::Null),
                Some(value) => self.dimension.read(value, context).map_err(|nearest| {
                    let reason = format!("this is no value of the dimension {}", self.dimension.id);
                    QueryError::new("where", value, reason).with_nearest(nearest)
                }),
            })
            .collect()
    }

    pub(super) fn write(&self) -> String {
        let values: Vec<String> =
            self.values.iter().map(|value| escape(value.as_deref())).collect();
        format!("{}:{}", self.dimension.id, values.join("|"))
    }
}

fn escape(value: Option<&str>) -> String {
    match value {
        None => "null".to_owned(),
        Some("null") => "\\null".to_owned(),
        Some(value) => value.replace('\\', "\\\\").replace('|', "\\|"),
    }
}

fn split(text: &str) -> Vec<Option<String>> {
    let mut values = Vec::new();
    let mut value = String::new();
    let mut escaped = false;
    let mut characters = text.chars();
    let mut finish = |value: &mut String, escaped: &mut bool| {
        let unknown = !*escaped && (value.is_empty() || value == "null");
        values.push((!unknown).then(|| std::mem::take(value)));
        value.clear();
        *escaped = false;
    };
    while let Some(character) = characters.next() {
        match character {
            '\\' => {
                escaped = true;
                value.extend(characters.next());
            }
            '|' => finish(&mut value, &mut escaped),
            _ => value.push(character),
        }
    }
    finish(&mut value, &mut escaped);
    values
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_with_bars_backslashes_and_the_word_null_survive() {
        let values =
            vec![Some("a|b\\c".to_owned()), None, Some("null".to_owned()), Some("é'".to_owned())];
        let written: Vec<String> = values.iter().map(|value| escape(value.as_deref())).collect();
        assert_eq!(written.join("|"), "a\\|b\\\\c|null|\\null|é'");
        assert_eq!(split(&written.join("|")), values);
        assert_eq!(split(""), [None]);
    }
}
