//! Reads filters; what is wrong names the nearest thing that would be right.

use super::{Against, Condition, Number, Part, Test};
use crate::metric::Unit;
use crate::nearest::nearest;
use crate::performance::column::{COLUMNS, Column, Kind, column};
use crate::query::QueryError;

/// More tests than anyone writes.
const MOST_TESTS: usize = 50;

/// Longer than an address can be.
const LONGEST: usize = 8000;

pub(super) fn condition(text: &str) -> Result<Condition, QueryError> {
    let mut reader = Reader { whole: text, rest: text, tests: 0 };
    if text.len() > LONGEST {
        return Err(reader.refused("a filter has at most 8,000 letters"));
    }
    reader.skip();
    if reader.rest.is_empty() {
        return Ok(Condition::default());
    }
    let condition = reader.list(0)?;
    if !reader.rest.is_empty() {
        return Err(reader.refused("a parenthesis is closed that was not opened"));
    }
    Ok(condition)
}

pub(super) fn test_of(
    id: &str,
    operator: &str,
    value: &str,
    upper: &str,
) -> Result<Test, QueryError> {
    let column = known(id, id)?;
    let number = |text: &str| {
        let text = text.trim();
        // In a form, shares are percentages.
        let percent = column.unit() == Some(Unit::Ratio) && !text.ends_with('%');
        let text = if percent { format!("{text}%") } else { text.to_owned() };
        number(&text).ok_or_else(|| {
            QueryError::new("value", &text, "write a number").with_nearest(Some("1".to_owned()))
        })
    };
    let against = match (column.kind, operator) {
        (Kind::Text, "is") => Against::Is(value.to_owned()),
        (Kind::Text, _) => Against::Contains(value.to_owned()),
        (Kind::Figure(_), "le") => Against::AtMost(number(value)?),
        (Kind::Figure(_), "between") => Against::Between(number(value)?, number(upper)?),
        (Kind::Figure(_), _) => Against::AtLeast(number(value)?),
    };
    Ok(Test { column, against })
}

struct Reader<'t> {
    whole: &'t str,
    rest: &'t str,
    tests: usize,
}

impl Reader<'_> {
    fn skip(&mut self) {
        self.rest = self.rest.trim_start();
    }

    fn refused(&self, reason: &str) -> QueryError {
        QueryError::new("filter", self.whole, reason)
    }

    /// Tests joined by one of `AND` and `OR`, up to a closing parenthesis or the end.
    fn list(&mut self, depth: usize) -> Result<Condition, QueryError> {
        let mut parts = Vec::new();
        let mut joint: Option<bool> = None;
        loop {
            self.skip();
            if let Some(rest) = self.rest.strip_prefix('(') {
                if depth > 0 {
                    return Err(self.refused("parentheses go one level deep"));
                }
                self.rest = rest;
                let inner = self.list(1)?;
                self.skip();
                self.rest = self
                    .rest
                    .strip_prefix(')')
                    .ok_or_else(|| self.refused("a parenthesis is not closed"))?;
                parts.push(grouped(inner));
            } else {
                parts.push(Part::Test(self.test()?));
            }
            self.skip();
            let (word, any) = if word(self.rest, "AND") {
                ("AND", false)
            } else if word(self.rest, "OR") {
                ("OR", true)
            } else {
                break;
            };
            if joint.is_some_and(|joint| joint != any) {
                return Err(self.refused("put parentheses where AND and OR mix"));
            }
            joint = Some(any);
            self.rest = &self.rest[word.len()..];
        }
        if depth == 0 && !self.rest.is_empty() {
            let reason = if self.rest.starts_with(')') {
                "a parenthesis is closed that was not opened"
            } else {
                "join tests with AND or OR"
            };
            return Err(self.refused(reason));
        }
        Ok(Condition { any: joint.unwrap_or(false), parts })
    }

    fn test(&mut self) -> Result<Test, QueryError> {
        self.tests += 1;
        if self.tests > MOST_TESTS {
            return Err(self.refused("a filter has at most 50 tests"));
        }
        let end =
            self.rest.find(['>', '<', '=', '~', '(', ')', '"', ' ']).unwrap_or(self.rest.len());
        let id = &self.rest[..end];
        if id.is_empty() {
            return Err(self.refused("write a column, a sign and a value, for example units>=5"));
        }
        let column = known(id, self.whole)?;
        self.rest = self.rest[end..].trim_start();
        let sign = [">=", "<=", "=", "~"]
            .into_iter()
            .find(|sign| self.rest.starts_with(sign))
            .ok_or_else(|| {
                let reason = match column.kind {
                    Kind::Text => format!("after {id} write = or ~"),
                    Kind::Figure(_) => format!("after {id} write >=, <= or ="),
                };
                self.refused(&reason)
            })?;
        self.rest = &self.rest[sign.len()..];
        let value = self.value()?;
        self.against(column, sign, &value).map(|against| Test { column, against })
    }

    fn against(
        &self,
        column: &'static Column,
        sign: &str,
        value: &str,
    ) -> Result<Against, QueryError> {
        let id = column.id;
        let read = |text: &str| {
            number(text).ok_or_else(|| {
                self.refused(&format!("{id} is compared with a number, for example {id}>=5"))
            })
        };
        match (column.kind, sign) {
            (Kind::Text, "=") => Ok(Against::Is(value.to_owned())),
            (Kind::Text, "~") => Ok(Against::Contains(value.to_owned())),
            (Kind::Text, _) => Err(self.refused(&format!("{id} is a text: write {id}= or {id}~"))),
            (Kind::Figure(_), ">=") => Ok(Against::AtLeast(read(value)?)),
            (Kind::Figure(_), "<=") => Ok(Against::AtMost(read(value)?)),
            (Kind::Figure(_), "=") => {
                let (low, high) = value.split_once("..").unwrap_or((value, value));
                Ok(Against::Between(read(low)?, read(high)?))
            }
            (Kind::Figure(_), _) => {
                Err(self.refused(&format!("{id} is a figure: write {id}>=, {id}<= or {id}=")))
            }
        }
    }

    /// A value in quotes, else up to `AND`, `OR`, a closing parenthesis or the end.
    fn value(&mut self) -> Result<String, QueryError> {
        self.skip();
        if let Some(inside) = self.rest.strip_prefix('"') {
            let mut value = String::new();
            let mut letters = inside.char_indices();
            while let Some((at, letter)) = letters.next() {
                match letter {
                    '"' => {
                        self.rest = &inside[at + 1..];
                        return Ok(value);
                    }
                    '\\' => value.extend(letters.next().map(|(_, letter)| letter)),
                    _ => value.push(letter),
                }
            }
            return Err(self.refused("quotes are not closed"));
        }
        let mut end = self.rest.len();
        for (at, letter) in self.rest.char_indices() {
            let after = &self.rest[at..];
            let ends = letter == ')'
                || (letter.is_whitespace()
                    && (word(after.trim_start(), "AND") || word(after.trim_start(), "OR")));
            if ends {
                end = at;
                break;
            }
        }
        let value = self.rest[..end].trim();
        if value.is_empty() {
            return Err(self.refused("a value is missing"));
        }
        self.rest = &self.rest[end..];
        Ok(value.to_owned())
    }
}

/// Parentheses around one test say nothing.
fn grouped(inner: Condition) -> Part {
    let mut tests: Vec<Test> = inner
        .parts
        .into_iter()
        .filter_map(|part| match part {
            Part::Test(test) => Some(test),
            Part::Group { .. } => None,
        })
        .collect();
    if tests.len() == 1 {
        Part::Test(tests.remove(0))
    } else {
        Part::Group { any: inner.any, tests }
    }
}

/// Whether a text begins with a word of its own.
fn word(text: &str, word: &str) -> bool {
    text.strip_prefix(word)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with([' ', '(', '\t', '\n']))
}

/// The column of that id; else the whole filter with the nearest one in its place.
fn known(id: &str, whole: &str) -> Result<&'static Column, QueryError> {
    column(id).ok_or_else(|| {
        let near = nearest(id, COLUMNS.iter().map(|column| column.id));
        let all: Vec<&str> = COLUMNS.iter().map(|column| column.id).collect();
        QueryError::new(
            "filter",
            id,
            format!("there is no such column; there are {}", all.join(", ")),
        )
        .with_nearest(near.map(|near| whole.replacen(id, &near, 1)))
    })
}

/// `12`, `-3.5`, `12,5`, `30%`.
pub(super) fn number(text: &str) -> Option<Number> {
    let text: String = text.chars().filter(|letter| !letter.is_whitespace()).collect();
    let text = text.replace(',', ".").replace('−', "-");
    let percent = text.ends_with('%');
    let bare = text.trim_end_matches('%');
    let (whole, rest) = bare.split_once('.').unwrap_or((bare, ""));
    let digits = whole.trim_start_matches('-');
    let all_digits = |text: &str| text.bytes().all(|letter| letter.is_ascii_digit());
    if digits.is_empty()
        || digits.len() + rest.len() > 18
        || !all_digits(digits)
        || !all_digits(rest)
    {
        return None;
    }
    let size: i128 = format!("{digits}{rest}").parse().ok()?;
    let mut denominator = 10_i128.pow(u32::try_from(rest.len()).ok()?);
    if percent {
        denominator *= 100;
    }
    let numerator = if whole.starts_with('-') { -size } else { size };
    Some(Number { text, numerator, denominator })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, written: &str) {
        let read = condition(text).unwrap_or_else(|error| panic!("{text}: {error}"));
        assert_eq!(read.write(), written);
        assert_eq!(condition(written).unwrap(), read, "{written}");
    }

    #[test]
    fn s205_filters_are_read_and_written() {
        check("", "");
        check(
            "revenue >= 100 AND (category=Thé OR units>=5)",
            "revenue>=100 AND (category=Thé OR units>=5)",
        );
        check("units=5..10 OR share<=12,5 %", "units=5..10 OR share<=12.5%");
        check("units=3", "units=3..3");
        check(
            "name~\"a \\\"b\\\" AND (c)\" AND code=null",
            "name~\"a \\\"b\\\" AND (c)\" AND code=null",
        );
        check("category=Thés et ORANGES AND units>=1", "category=Thés et ORANGES AND units>=1");
        check("(units>=1)", "units>=1");
        check("name~🍯 שלום", "name~🍯 שלום");
    }

    #[test]
    fn what_is_wrong_is_said() {
        for (text, reason) in [
            ("revenu>=1", "did you mean “revenue>=1”?"),
            ("units>=many", "units is compared with a number"),
            ("units>=1 AND share<=1 OR stock<=2", "put parentheses where AND and OR mix"),
            ("((units>=1))", "parentheses go one level deep"),
            ("(units>=1", "a parenthesis is not closed"),
            ("units>=1)", "a parenthesis is closed that was not opened"),
            ("units", "after units write"),
            ("units>=", "a value is missing"),
            ("name>=3", "name is a text"),
            ("name~\"x", "quotes are not closed"),
            ("AND", "there is no such column"),
            (">=3", "write a column, a sign and a value"),
            ("units>=99999999999999999999999", "units is compared with a number"),
        ] {
            let error = condition(text).unwrap_err().to_string();
            assert!(error.contains(reason), "{text}: {error}");
        }
        assert!(condition(&"(".repeat(100_000)).is_err());
        assert!(condition(&"units>=1 AND ".repeat(60)).is_err());
    }

    #[test]
    fn tests_are_added_and_taken_away() {
        let test = |column, value| test_of(column, "ge", value, "").unwrap();
        let one = Condition::default().with(test("units", "5"), true);
        assert_eq!(one.write(), "units>=5");
        let two = one.with(test("retention", "30"), false);
        assert_eq!(two.write(), "units>=5 AND retention>=30%");
        let three = two.with(test("revenue", "10,5"), true);
        assert_eq!(three.write(), "units>=5 AND (retention>=30% OR revenue>=10.5)");
        assert_eq!(
            three.clone().joined(true).write(),
            "units>=5 OR (retention>=30% AND revenue>=10.5)"
        );
        assert_eq!(three.clone().without(1, Some(0)).write(), "units>=5 AND revenue>=10.5");
        assert_eq!(three.without(1, None).write(), "units>=5");
    }
}
