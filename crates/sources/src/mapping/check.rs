//! Reading a mapping's TOML, with errors that name the key, the problem and the nearest valid key.

use comptoir_model::Currency;
use jiff::tz::TimeZone;
use toml::{Table, Value};

use super::field::Field;
use super::{FIELDS, Mapping, MappingError, condition};
use crate::words::{Fault, Text, say};

const KEYS: &[&str] = &[
    "name",
    "reads",
    "group_by",
    "currency",
    "timezone",
    "encoding",
    "delimiter",
    "decimal",
    "dates",
    "prices_include_tax",
    "upper",
    "required",
    "columns",
    "refund_columns",
    "constants",
    "values",
    "rows",
    "status",
    "services",
];

pub(super) fn parse(text: &str) -> Result<Mapping, MappingError> {
    let table: Table = text.parse().map_err(|error| syntax(text, &error))?;
    known("", &table, KEYS)?;
    for key in ["columns", "refund_columns", "constants", "values"] {
        if let Some(Value::Table(fields)) = table.get(key) {
            let ids: Vec<&str> = FIELDS.iter().map(|def| def.id).collect();
            known(key, fields, &ids)?;
        }
    }
    rules(&table, "rows", &["as", "when", "reason", "remedy", "reason_fr", "remedy_fr"])?;
    rules(&table, "status", &["class", "when"])?;
    rules(&table, "services", condition::KEYS)?;
    // Each part is read alone, so that an error can name it.
    for (key, value) in &table {
        let part = Table::from_iter([(key.clone(), value.clone())]);
        if let Err(error) = part.try_into::<Mapping>() {
            let detail = crate::excerpt(error.message(), 200);
            return Err(invalid(
                key,
                say(format!("cette valeur n’est pas admise ({detail})"), detail),
            ));
        }
    }
    let mapping: Mapping = toml::from_str(text).map_err(|error| syntax(text, &error))?;
    fields(&mapping)?;
    Ok(mapping)
}

/// Checks what the types can't: field names, the currency, the zone.
pub(super) fn fields(mapping: &Mapping) -> Result<(), MappingError> {
    if mapping.name.trim().is_empty() || mapping.name.chars().count() > 60 {
        return Err(invalid(
            "name",
            say(
                "donnez-lui un nom de 1 à 60 caractères, par exemple `name = \"ma-boutique\"`",
                "give the source a name of 1 to 60 characters, for example `name = \"my-shop\"`",
            ),
        ));
    }
    let lists = [("upper", &mapping.upper), ("required", &mapping.required)];
    let named = lists.iter().flat_map(|(key, list)| list.iter().map(move |field| (*key, field)));
    let mapped = mapping.columns.keys().map(|field| ("columns", field));
    for (key, field) in
        named.chain(mapped).chain(mapping.group_by.iter().map(|field| ("group_by", field)))
    {
        if Field::from_id(field).is_none() {
            return Err(unknown(key, field, FIELDS.iter().map(|def| def.id)));
        }
    }
    if let Some(currency) = &mapping.currency
        && let Err(error) = currency.parse::<Currency>()
    {
        return Err(invalid("currency", Fault::from(error).into()));
    }
    if let Some(zone) = &mapping.timezone
        && TimeZone::get(zone).is_err()
    {
        return Err(invalid(
            "timezone",
            say(
                "ce n’est pas un fuseau horaire IANA ; écrivez-le comme Europe/Paris",
                "this is not an IANA zone; write it like Europe/Paris",
            ),
        ));
    }
    if mapping.delimiter.is_some_and(|delimiter| !delimiter.is_ascii()) {
        return Err(invalid(
            "delimiter",
            say(
                "un séparateur est un seul caractère ASCII, par exemple `\";\"`",
                "a delimiter is one ASCII character, for example \";\"",
            ),
        ));
    }
    Ok(())
}

fn rules(table: &Table, key: &str, keys: &[&str]) -> Result<(), MappingError> {
    let Some(Value::Array(rules)) = table.get(key) else { return Ok(()) };
    for rule in rules.iter().filter_map(Value::as_table) {
        known(key, rule, keys)?;
        if let Some(Value::Table(when)) = rule.get("when") {
            for (field, condition) in when {
                if let Value::Table(condition) = condition {
                    known(
                        &format!("{key}.when.{}", crate::excerpt(field, 60)),
                        condition,
                        condition::KEYS,
                    )?;
                }
            }
        }
    }
    Ok(())
}

fn known(path: &str, table: &Table, keys: &[&str]) -> Result<(), MappingError> {
    match table.keys().find(|key| !keys.contains(&key.as_str())) {
        Some(key) => Err(unknown(path, key, keys.iter().copied())),
        None => Ok(()),
    }
}

fn unknown<'a>(path: &str, key: &str, valid: impl Iterator<Item = &'a str>) -> MappingError {
    let key = crate::excerpt(key, 60);
    let nearest = crate::nearest(&key, valid).unwrap_or_default().to_owned();
    let full = if path.is_empty() { key.clone() } else { format!("{path}.{key}") };
    MappingError::Unknown { key: full, word: key, nearest }
}

fn invalid(key: &str, problem: Text) -> MappingError {
    MappingError::Invalid { key: key.to_owned(), problem }
}

fn syntax(text: &str, error: &toml::de::Error) -> MappingError {
    let before = error.span().and_then(|span| text.get(..span.start)).unwrap_or_default();
    MappingError::Syntax {
        line: before.matches('\n').count() + 1,
        detail: crate::excerpt(error.message(), 300),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(toml: &str, expected: &str) {
        let error = parse(toml).expect_err(toml).to_string();
        assert!(error.contains(expected), "{toml}\n{error}");
    }

    #[test]
    fn errors_name_the_key_the_problem_and_the_nearest_key() {
        check(
            "name = 'x'\ncolums = {}",
            "`colums`: there is no `colums` here; did you mean `columns`?",
        );
        check(
            "name = 'x'\n[columns]\nquantite = 'Q'",
            "`columns.quantite`: there is no `quantite` here; did you mean `quantity`?",
        );
        check("name = 'x'\nupper = ['skuu']", "did you mean `sku`?");
        check(
            "name = 'x'\n[[rows]]\nas = 'sale'\nwhen = { sku = { start = ['C'] } }",
            "did you mean `starts_with`?",
        );
        check("name = 'x'\n[[rows]]\nas = 'gift'\nwhen = {}", "mapping key `rows`");
        check("name = 'x'\ndates = 'ydm'", "mapping key `dates`");
        check("name = 'x'\ncurrency = 'EURO'", "mapping key `currency`");
        check("name = 'x'\ntimezone = 'Paris'", "mapping key `timezone`");
        check("currency = 'EUR'", "mapping key `name`");
        check("name = ", "not valid TOML");
    }

    #[test]
    fn every_preset_parses_and_survives_writing() {
        for preset in super::super::PRESETS {
            let mapping = Mapping::preset(preset.name).expect(preset.name);
            assert_eq!(mapping.name, preset.name);
            assert_eq!(parse(&mapping.to_toml()).expect("written"), mapping);
        }
        let error = Mapping::preset("shopfy").expect_err("unknown").to_string();
        assert!(error.contains("did you mean “shopify”?"), "{error}");
    }
}
