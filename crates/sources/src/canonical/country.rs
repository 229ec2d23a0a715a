//! Countries: ISO codes, and the names people write instead, in French and English.

use std::collections::HashMap;
use std::sync::LazyLock;

const TABLE: &str = include_str!("countries.tsv");

/// Names in use beside those of the table.
const ALIASES: &[(&str, &str)] = &[
    ("usa", "US"),
    ("u.s.a.", "US"),
    ("united states of america", "US"),
    ("etats-unis", "US"),
    ("uk", "GB"),
    ("great britain", "GB"),
    ("england", "GB"),
    ("angleterre", "GB"),
    ("grande-bretagne", "GB"),
    ("czech republic", "CZ"),
    ("république tchèque", "CZ"),
    ("hong kong", "HK"),
    ("hong-kong", "HK"),
    ("macau", "MO"),
    ("turkey", "TR"),
    ("holland", "NL"),
    ("pays bas", "NL"),
    ("hollande", "NL"),
    ("the netherlands", "NL"),
    ("russian federation", "RU"),
    ("korea", "KR"),
    ("viet nam", "VN"),
    ("ivory coast", "CI"),
    ("cote d'ivoire", "CI"),
    ("reunion", "RE"),
    ("france métropolitaine", "FR"),
    ("la réunion", "RE"),
    ("allemagne (de)", "DE"),
    ("luxemburg", "LU"),
    ("el", "GR"),
];

static NAMES: LazyLock<HashMap<String, &'static str>> = LazyLock::new(|| {
    let mut names = HashMap::new();
    for line in TABLE.lines() {
        let mut parts = line.split('\t');
        if let (Some(code), Some(french), Some(english)) =
            (parts.next(), parts.next(), parts.next())
        {
            for name in [code, french, english] {
                names.insert(key(name), code);
            }
        }
    }
    names.extend(ALIASES.iter().map(|(name, code)| (key(name), *code)));
    names
});

/// The ISO 3166-1 alpha-2 code of a code or a name; `None` when it is neither.
pub(crate) fn code(text: &str) -> Option<&'static str> {
    let text = text.trim();
    NAMES.get(text).or_else(|| NAMES.get(&key(text))).copied()
}

fn key(name: &str) -> String {
    name.trim().to_lowercase().replace('’', "'")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_and_names_in_both_languages_are_known() {
        for (text, expected) in [
            ("FR", Some("FR")),
            ("fr", Some("FR")),
            ("Allemagne", Some("DE")),
            ("GERMANY", Some("DE")),
            ("Côte d'Ivoire", Some("CI")),
            ("Côte d’Ivoire", Some("CI")),
            ("Czech Republic", Some("CZ")),
            ("Narnia", None),
            ("", None),
        ] {
            assert_eq!(code(text), expected, "{text}");
        }
    }
}
