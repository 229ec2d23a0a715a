//! Names of countries, from their codes.

use crate::i18n::Lang;

/// One country a line: its ISO 3166-1 code, its name in French, its name in English.
const NAMES: &str = include_str!("../../locales/countries.tsv");

/// The name of a country in the reader's language; a code that is no country's stays as it is.
pub fn country(lang: Lang, code: &str) -> String {
    let named = NAMES.lines().find_map(|line| {
        let mut fields = line.split('\t');
        (fields.next()? == code).then_some(())?;
        let (fr, en) = (fields.next()?, fields.next()?);
        Some(match lang {
            Lang::Fr => fr,
            Lang::En => en,
        })
    });
    named.unwrap_or(code).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_become_names_in_both_languages() {
        assert_eq!(country(Lang::Fr, "DE"), "Allemagne");
        assert_eq!(country(Lang::En, "DE"), "Germany");
        assert_eq!(country(Lang::Fr, "CI"), "Côte d’Ivoire");
        assert_eq!(country(Lang::Fr, "ZQ"), "ZQ");
        assert_eq!(NAMES.lines().count(), 250);
        assert!(NAMES.lines().all(|line| line.split('\t').count() == 3 && !line.contains('\'')));
    }
}
