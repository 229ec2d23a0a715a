//! What went wrong, in the reader's language.

use comptoir_sources::FileError;

use super::reading::excerpt;
use super::uploads::Failure;
use crate::i18n::{Lang, t, t_args};

/// Why an upload was not taken.
#[derive(Debug)]
pub enum Trouble {
    NoFile,
    TooLarge,
    /// The form did not arrive whole.
    Broken,
    Disk(String),
    NoShop,
    NoName,
    ShopExists(String),
    Currency(String),
    Zone(String),
    File(FileError),
}

impl Trouble {
    pub fn words(&self, lang: Lang) -> String {
        match self {
            Self::NoFile => t(lang, "import-error-no-file"),
            Self::TooLarge => t(lang, "import-error-too-large"),
            Self::Broken => t(lang, "import-error-broken"),
            Self::Disk(problem) => t_args(lang, "import-error-disk", &[("problem", problem)]),
            Self::NoShop => t(lang, "import-error-shop"),
            Self::NoName => t(lang, "import-error-name"),
            Self::ShopExists(name) => t_args(lang, "import-error-exists", &[("name", name)]),
            Self::Currency(value) => t_args(lang, "import-error-currency", &[("value", value)]),
            Self::Zone(value) => t_args(lang, "import-error-zone", &[("value", value)]),
            Self::File(error) => file_error(lang, error),
        }
    }
}

/// Why a file can't be read, and what to do about it.
pub fn file_error(lang: Lang, error: &FileError) -> String {
    match error {
        FileError::Empty => t(lang, "import-error-empty"),
        FileError::Binary(_) => t(lang, "import-error-binary"),
        FileError::DuplicateHeaders(names) => {
            let names = match lang {
                Lang::Fr => names.replace('“', "«\u{a0}").replace('”', "\u{a0}»"),
                Lang::En => names.clone(),
            };
            t_args(lang, "import-error-duplicates", &[("names", &excerpt(&names, 300))])
        }
        FileError::HeaderTooLong => t(lang, "import-error-header"),
        FileError::Bomb(_) => t(lang, "import-error-bomb"),
        FileError::Sheet(_) => t(lang, "import-error-sheet"),
        FileError::Io(error) => t_args(
            lang,
            "import-error-unreadable",
            &[("problem", &excerpt(&error.to_string(), 200))],
        ),
    }
}

/// Why the last try ended.
pub fn failure(lang: Lang, failure: &Failure) -> String {
    match failure {
        Failure::Stopped => t(lang, "import-stopped"),
        Failure::Nothing => t(lang, "import-nothing"),
        Failure::Broken(error) => {
            let problem = match error.downcast_ref::<FileError>() {
                Some(error) => file_error(lang, error),
                None => excerpt(&format!("{error:#}"), 300),
            };
            t_args(lang, "import-failed", &[("problem", &problem)])
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_message_that_the_import_page_names_exists_in_both_languages() {
        let sources = [
            include_str!("words.rs"),
            include_str!("form.rs"),
            include_str!("mapping.rs"),
            include_str!("running.rs"),
            include_str!("report.rs"),
            include_str!("../import.rs"),
        ];
        let mut seen = 0;
        for source in sources {
            for (at, _) in source.match_indices("\"import-") {
                let id = source[at + 1..].split('"').next().unwrap();
                if id == "import-" {
                    continue;
                }
                for lang in Lang::ALL {
                    assert_ne!(t(lang, id), id, "{lang:?}");
                }
                seen += 1;
            }
        }
        assert!(seen > 40, "{seen}");
    }

    #[test]
    fn hostile_headers_are_quoted_in_french_and_cut() {
        let error = FileError::DuplicateHeaders(format!("“{}”", "x".repeat(1_000)));
        let words = file_error(Lang::Fr, &error);
        assert!(words.contains("«\u{a0}xxx"), "{words}");
        assert!(words.chars().count() < 500, "{words}");
    }
}
