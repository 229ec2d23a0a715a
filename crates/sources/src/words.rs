//! What is said to a person, in both languages of the product. Each message stands in the code with
//! its French and its English side by side; which of the two is read is decided last.

use std::fmt;

use comptoir_model::{MoneyError, Reject, VisitFault};
use serde::{Deserialize, Serialize};

/// The language of whoever reads a message.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Language {
    #[default]
    Fr,
    En,
}

impl Language {
    /// A reason and its remedy in one sentence, punctuated as the language does.
    pub fn joined(self, reason: &str, remedy: &str) -> String {
        match self {
            Self::Fr => format!("{reason}\u{202f}; {remedy}"),
            Self::En => format!("{reason}; {remedy}"),
        }
    }
}

/// A fixed text in both languages.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Label {
    pub fr: &'static str,
    pub en: &'static str,
}

/// A text in both languages, its values filled in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Text {
    pub fr: String,
    pub en: String,
}

impl Text {
    /// The text in one language.
    pub fn in_words(self, language: Language) -> String {
        match language {
            Language::Fr => self.fr,
            Language::En => self.en,
        }
    }

    /// Several texts as one enumeration.
    pub(crate) fn list(texts: &[Self]) -> Self {
        let all = |part: fn(&Self) -> &str| texts.iter().map(part).collect::<Vec<_>>().join(", ");
        Self { fr: all(|text| &text.fr), en: all(|text| &text.en) }
    }
}

/// English, for logs and `{}`.
impl fmt::Display for Text {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.en)
    }
}

/// One message: French first, as everywhere in the product.
pub(crate) fn say(fr: impl Into<String>, en: impl Into<String>) -> Text {
    Text { fr: fr.into(), en: en.into() }
}

/// What is wrong with one value and what to do about it, before it is known where it stood.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Fault {
    /// Reason and remedy; boxed, so that a result stays small.
    texts: Box<(Text, Text)>,
    visit: Option<VisitFault>,
}

impl Fault {
    pub(crate) fn new(reason: Text, remedy: Text) -> Self {
        Self { texts: Box::new((reason, remedy)), visit: None }
    }

    /// A visit that carries what it must not.
    pub(crate) fn of_visit(fault: VisitFault, reason: Text, remedy: Text) -> Self {
        Self { texts: Box::new((reason, remedy)), visit: Some(fault) }
    }

    /// Reason and remedy, each in both languages.
    pub(crate) fn into_parts(self) -> (Text, Text) {
        *self.texts
    }

    /// The rejection of the row or record that carried the value, for a reader of that language.
    pub(crate) fn at(self, language: Language, line: u64, field: &str, value: &str) -> Reject {
        Reject {
            line,
            field: field.to_owned(),
            // What a visit must not carry is not written down anywhere else either.
            value: self.visit.map_or_else(|| crate::excerpt(value, 200), |_| String::new()),
            visit: self.visit,
            reason: self.texts.0.in_words(language),
            remedy: self.texts.1.in_words(language),
        }
    }
}

/// Reason and remedy in one.
impl From<Fault> for Text {
    fn from(fault: Fault) -> Self {
        let (reason, remedy) = fault.into_parts();
        Self {
            fr: Language::Fr.joined(&reason.fr, &remedy.fr),
            en: Language::En.joined(&reason.en, &remedy.en),
        }
    }
}

impl From<MoneyError> for Fault {
    fn from(error: MoneyError) -> Self {
        match error {
            MoneyError::NotAnAmount(text) => {
                let text = crate::excerpt(&text, 60);
                Self::new(
                    say(
                        format!("« {text} » n’est pas un montant"),
                        format!("“{text}” is not an amount"),
                    ),
                    say(
                        "écrivez des chiffres avec un point décimal, par exemple 12.50",
                        "write digits with a decimal point, for example 12.50",
                    ),
                )
            }
            MoneyError::TooLarge(text) => {
                let text = crate::excerpt(&text, 60);
                Self::new(
                    say(
                        format!("« {text} » est trop grand pour un montant"),
                        format!("“{text}” is too large for an amount"),
                    ),
                    say(
                        "vérifiez le montant et son séparateur décimal",
                        "check the amount and its decimal mark",
                    ),
                )
            }
            MoneyError::NotACurrency(text) => {
                let text = crate::excerpt(&text, 60);
                Self::new(
                    say(
                        format!("« {text} » n’est pas un code de devise ISO 4217"),
                        format!("“{text}” is not an ISO 4217 currency code"),
                    ),
                    say(
                        "écrivez trois lettres, par exemple EUR",
                        "write three letters, for example EUR",
                    ),
                )
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::mapping::{FIELDS, Mapping, PRESETS};

    /// The program's own text of every source file of the crate, without its tests.
    fn sources(folder: &Path, found: &mut Vec<String>) {
        for entry in std::fs::read_dir(folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                sources(&path, found);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let text = std::fs::read_to_string(&path).expect("a source");
                found.push(text.split("#[cfg(test)]").next().unwrap_or_default().to_owned());
            }
        }
    }

    /// The literal that a piece of source begins with, be it inside a `format!`.
    fn literal(source: &str) -> Option<String> {
        let mut rest = source.trim_start();
        while let Some(comment) = rest.strip_prefix("//") {
            rest = comment.split_once('\n')?.1.trim_start();
        }
        rest = rest.strip_prefix("format!(").unwrap_or(rest).trim_start().strip_prefix('"')?;
        let mut text = String::new();
        let mut characters = rest.chars();
        loop {
            match characters.next()? {
                '"' => return Some(text),
                '\\' => match characters.next()? {
                    'u' => text.push(escaped(&mut characters)?),
                    other => text.push(other),
                },
                other => text.push(other),
            }
        }
    }

    /// The character of an escape such as `\u{a0}`, after its `u`.
    fn escaped(characters: &mut std::str::Chars<'_>) -> Option<char> {
        let digits: String = characters.take_while(|one| *one != '}').collect();
        char::from_u32(u32::from_str_radix(digits.trim_start_matches('{'), 16).ok()?)
    }

    fn french() -> Vec<String> {
        let mut files = Vec::new();
        sources(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut files);
        let mut texts = Vec::new();
        for file in &files {
            for start in ["say(", "fr: "] {
                texts.extend(
                    file.match_indices(start)
                        .filter_map(|(at, _)| literal(&file[at + start.len()..])),
                );
            }
        }
        assert!(texts.len() > 90, "only {} texts were found", texts.len());
        for preset in PRESETS {
            for rule in Mapping::preset(preset.name).expect(preset.name).rows {
                for (english, french) in
                    [(rule.reason, rule.reason_fr), (rule.remedy, rule.remedy_fr)]
                {
                    assert_eq!(english.is_some(), french.is_some(), "{}: {english:?}", preset.name);
                    texts.extend(french);
                }
            }
        }
        texts.extend(FIELDS.iter().flat_map(|def| [def.label.fr, def.doc.fr]).map(str::to_owned));
        texts
    }

    /// What is wrong with the typography of a French text; code between backticks is left alone.
    fn fault(text: &str) -> Option<&'static str> {
        let prose: String = text.split('`').step_by(2).collect::<Vec<_>>().join("x");
        let characters: Vec<char> = prose.chars().collect();
        for (at, one) in characters.iter().enumerate() {
            let before = at.checked_sub(1).map(|at| characters[at]);
            let after = characters.get(at + 1).copied();
            let unit = prose.chars().skip(at + 1).take(2).collect::<String>();
            let wrong = match one {
                '\'' | '"' | '“' | '”' => Some("a straight or English quotation mark"),
                ';' | '!' | '?' if before != Some('\u{202f}') => Some("no U+202F before ; ! ?"),
                // A time, an offset and an address have a colon too.
                ':' if before != Some('\u{a0}')
                    && after != Some('/')
                    && !before.is_some_and(|one| one.is_ascii_digit()) =>
                {
                    Some("no U+00A0 before a colon")
                }
                '%' | '€' | '»' if before != Some('\u{a0}') => Some("no U+00A0 before % € »"),
                '«' if after != Some('\u{a0}') => Some("no U+00A0 after «"),
                ' ' if unit == "Mo" || unit == "Go" => Some("no U+00A0 before a unit"),
                _ => None,
            };
            if wrong.is_some() {
                return wrong;
            }
        }
        // French and English are one argument apart.
        let english = ["the ", "write ", "check ", " is ", " not "];
        english.iter().any(|word| prose.contains(word)).then_some("English where French belongs")
    }

    #[test]
    fn french_texts_are_french_and_well_typeset() {
        for text in french() {
            assert_eq!(fault(&text), None, "{text:?}");
        }
    }

    #[test]
    fn faults_of_typography_are_found() {
        for wrong in
            ["l'en-tête", "a ; b", "a: b", "« a »", "20 %", "dit \"a\"", "1 Mo", "check it"]
        {
            assert!(fault(wrong).is_some(), "{wrong}");
        }
        let right = "l’en-tête « a » : `\"b\"` à 14:05, 20 %, 1 Mo ; d’accord ?";
        let right =
            right.replace(" »", "\u{a0}»").replace("« ", "«\u{a0}").replace(" :", "\u{a0}:");
        let right = right.replace(" %", "\u{a0}%").replace(" Mo", "\u{a0}Mo");
        let right = right.replace(" ;", "\u{202f};").replace(" ?", "\u{202f}?");
        assert_eq!(fault(&right), None);
    }

    #[test]
    fn a_reason_and_its_remedy_are_joined_as_the_language_does() {
        let fault = Fault::from(MoneyError::NotACurrency("EURO".into()));
        let text = Text::from(fault.clone());
        assert_eq!(
            text.fr,
            "«\u{a0}EURO\u{a0}» n’est pas un code de devise ISO 4217\u{202f}; écrivez trois lettres, par exemple EUR"
        );
        assert_eq!(
            text.to_string(),
            "“EURO” is not an ISO 4217 currency code; write three letters, for example EUR"
        );
        let reject = fault.at(Language::Fr, 214, "currency", "EURO");
        assert_eq!((reject.line, reject.value.as_str()), (214, "EURO"));
        assert_eq!(reject.remedy, "écrivez trois lettres, par exemple EUR");
    }

    /// A header is hostile: it is cut where it enters, and a long amount too.
    #[test]
    fn texts_from_outside_are_cut() {
        let fault = Fault::from(MoneyError::NotAnAmount("9".repeat(10_000)));
        assert!(Text::from(fault).fr.chars().count() < 200);
    }
}
