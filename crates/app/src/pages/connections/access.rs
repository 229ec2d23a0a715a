//! The questions that connect a shop: made from what a platform asks for, checked with the platform,
//! and sent back with what was wrong beside its field. Secrets are never sent back.

use std::collections::BTreeMap;

use comptoir_sources::connector::{Access, Facts};
use comptoir_sources::http::Pace;
use comptoir_sources::{Failure, FailureKind, Platform};
use comptoir_store::connections::Opened;

use super::ways::label;
use super::{Fields, field, sentence};
use crate::i18n::{Lang, t};
use crate::ui::platforms::Asked;

/// The name of the field with the shop's address.
pub const ADDRESS: &str = "url";

/// What is wrong with a field: its name, and words for it.
pub type Faults = Vec<(String, String)>;

/// What was typed, and what is kept of before where nothing was.
pub struct Typed<'t> {
    pub fields: &'t Fields,
    pub kept: Option<&'t BTreeMap<String, String>>,
}

impl Typed<'_> {
    /// What to ask the platform with.
    pub fn access(&self, platform: &Platform) -> Access {
        let mut credentials = BTreeMap::new();
        for one in platform.fields.iter().filter(|one| one.name != ADDRESS) {
            let typed = field(self.fields, one.name);
            let before = self.kept.and_then(|kept| kept.get(one.name)).map_or("", String::as_str);
            let value = if typed.is_empty() { before } else { typed };
            if !value.is_empty() {
                credentials.insert(one.name.to_owned(), value.to_owned());
            }
        }
        Access {
            url: field(self.fields, ADDRESS).to_owned(),
            credentials,
            private: field(self.fields, "private") == "1",
            pace: Pace::default(),
        }
    }

    /// Fields that have to be filled in and were not.
    pub fn missing(&self, lang: Lang, platform: &Platform) -> Faults {
        let kept = |name: &str| self.kept.is_some_and(|kept| kept.contains_key(name));
        platform
            .fields
            .iter()
            .filter(|one| {
                one.required && field(self.fields, one.name).is_empty() && !kept(one.name)
            })
            .map(|one| (one.name.to_owned(), t(lang, "connect-fault-required")))
            .collect()
    }
}

/// What a connection's platform is asked with.
pub fn of(opened: Opened) -> Access {
    Access {
        url: opened.url,
        credentials: opened.credentials,
        private: opened.private,
        pace: Pace::default(),
    }
}

/// Asks the platform who it is.
pub fn check(platform: &Platform, access: Access) -> Result<Facts, Failure> {
    (platform.connect)(access)?.check()
}

/// A failure beside the field that it is about.
pub fn fault(lang: Lang, platform: &Platform, failure: &Failure) -> (String, String) {
    let secret = || platform.fields.iter().find(|one| one.name != ADDRESS).map(|one| one.name);
    let name = match failure.kind {
        FailureKind::Unauthorized | FailureKind::Forbidden => secret().unwrap_or(ADDRESS),
        _ => ADDRESS,
    };
    let words =
        |text: &comptoir_sources::words::Text| sentence(&text.clone().in_words(lang.into()));
    // The box that allows a private network is on the same page.
    let remedy = match failure.kind {
        FailureKind::PrivateAddress => t(lang, "connect-fault-private"),
        _ => words(&failure.remedy),
    };
    (name.to_owned(), format!("{} {remedy}", words(&failure.reason)))
}

/// The platform's own questions; `before` is the address that is known.
pub fn questions(
    lang: Lang,
    platform: &Platform,
    sent: Option<(&Fields, &Faults)>,
    before: Option<&str>,
) -> Vec<Asked> {
    platform
        .fields
        .iter()
        .map(|one| {
            let is_address = one.name == ADDRESS;
            let error = sent.map_or("", |(_, faults)| fault_of(faults, one.name)).to_owned();
            let again =
                one.secret && before.is_none() && sent.is_some_and(|(_, all)| !all.is_empty());
            let mut hints = vec![label(lang, one.hint).to_owned()];
            if again {
                hints.push(t(lang, "connect-new-secret-again"));
            }
            hints.retain(|hint| !hint.is_empty());
            let mut words = label(lang, one.label).to_owned();
            if !one.required && before.is_none() {
                words = format!("{words} ({})", t(lang, "connect-new-optional"));
            }
            let known = if is_address { before.unwrap_or_default() } else { "" };
            Asked {
                name: one.name.to_owned(),
                label: words,
                hint: hints.join(". "),
                value: match sent {
                    Some((fields, _)) if !one.secret => field(fields, one.name).to_owned(),
                    _ => known.to_owned(),
                },
                secret: one.secret,
                required: one.required && (before.is_none() || is_address),
                placeholder: before
                    .filter(|_| one.secret)
                    .map(|_| t(lang, "connection-kept-secret"))
                    .unwrap_or_default(),
                error,
                ..Asked::default()
            }
        })
        .collect()
}

pub fn fault_of<'f>(faults: &'f Faults, name: &str) -> &'f str {
    faults.iter().find(|(known, _)| known == name).map_or("", |(_, words)| words.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;
    use comptoir_model::Class;
    use comptoir_sources::connector::{Connector, FormField};
    use comptoir_sources::words::{Label, Text};

    const WORD: Label = Label { fr: "Mot", en: "Word" };

    const fn asked(name: &'static str, secret: bool, required: bool) -> FormField {
        FormField { name, label: WORD, hint: WORD, secret, required }
    }

    fn refuse(_: Access) -> Result<Box<dyn Connector>, Failure> {
        Err(Failure::protocol("nobody is there"))
    }

    static PLATFORM: Platform = Platform {
        id: "test",
        name: "Test",
        minimum: "1",
        proven: WORD,
        fields: &[
            asked(ADDRESS, false, true),
            asked("key", true, true),
            asked("area", false, false),
        ],
        consecutive_numbers: false,
        profile: "comptoir",
        statuses: &[("paid", Class::Paid)],
        brought: &[],
        webhooks: false,
        connect: refuse,
    };

    fn fields(all: &[(&str, &str)]) -> Fields {
        all.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
    }

    #[test]
    fn typed_values_come_back_and_secrets_do_not() {
        let sent = fields(&[("url", "ferme.example"), ("key", "s3cr3t"), ("area", "fr")]);
        let faults = vec![("key".to_owned(), "Refusée.".to_owned())];
        let asked = questions(Lang::Fr, &PLATFORM, Some((&sent, &faults)), None);
        assert_eq!((asked[0].value.as_str(), asked[2].value.as_str()), ("ferme.example", "fr"));
        assert_eq!((asked[1].value.as_str(), asked[1].error.as_str()), ("", "Refusée."));
        assert!(asked[1].hint.contains("jamais réaffichée") && asked[1].required);
        assert_eq!(asked[2].label, "Mot (facultatif)");
    }

    #[test]
    fn what_is_left_empty_stays_as_it_was() {
        let kept = BTreeMap::from([("key".to_owned(), "old".to_owned())]);
        let sent = fields(&[("url", " https://a.example "), ("key", ""), ("private", "1")]);
        let typed = Typed { fields: &sent, kept: Some(&kept) };
        let access = typed.access(&PLATFORM);
        assert_eq!((access.url.as_str(), access.credential("key")), ("https://a.example", "old"));
        assert!(access.private && typed.missing(Lang::Fr, &PLATFORM).is_empty());
        let first = Typed { fields: &sent, kept: None };
        assert_eq!(
            first.missing(Lang::Fr, &PLATFORM),
            [("key".into(), "Remplissez ce champ.".into())]
        );
    }

    #[test]
    fn failures_stand_beside_the_field_they_are_about() {
        let text = |words: &str| Text { fr: words.into(), en: words.into() };
        let told = |kind| fault(Lang::En, &PLATFORM, &Failure::new(kind, text("no"), text("do")));
        assert_eq!(told(FailureKind::Forbidden), ("key".into(), "No. Do.".into()));
        assert_eq!(told(FailureKind::Certificate).0, "url");
        assert!(
            check(&PLATFORM, Typed { fields: &fields(&[]), kept: None }.access(&PLATFORM)).is_err()
        );
    }
}
