//! The form of the workspace: what all shops share, and whom to ask for help.

use comptoir_store::settings::{ContactField, DEFAULT_THRESHOLD, THRESHOLDS};
use comptoir_store::{Contact, WeekStart, WorkspaceSettings};

use super::{Faults, Fields, fault, field};
use crate::i18n::{Lang, t};
use crate::settings::{currency, threshold};
use crate::ui::filters::Choice;
use crate::ui::settings::{Field, WorkspaceForm};

/// Currencies that are offered; any other can be typed.
const CURRENCIES: &[&str] = &["EUR", "CHF", "GBP", "USD", "CAD", "SEK", "DKK", "PLN"];

/// The fields of the two contacts: whose, and their names in the form.
const CONTACTS: [(&str, [&str; 4]); 2] = [
    ("support", ["support_name", "support_email", "support_phone", "support_url"]),
    ("agency", ["agency_name", "agency_email", "agency_phone", "agency_url"]),
];

pub fn form(
    lang: Lang,
    workspace: &WorkspaceSettings,
    sent: Option<(&Fields, &Faults)>,
) -> WorkspaceForm {
    let typed = |name: &str, is: &str| {
        sent.map_or_else(|| is.to_owned(), |(fields, _)| field(fields, name).to_owned())
    };
    let code = workspace.display_currency.map(|code| code.code().to_owned()).unwrap_or_default();
    let fields = vec![
        Field {
            name: "currency",
            label: t(lang, "settings-currency"),
            hint: Some(t(lang, "settings-currency-hint")),
            value: typed("currency", &code),
            suggestions: currencies(),
            error: fault(sent, "currency"),
            ..Field::default()
        },
        Field {
            name: "week_start",
            label: t(lang, "settings-week"),
            choices: days(lang, None, &typed("week_start", workspace.week_start.id())),
            error: fault(sent, "week_start"),
            ..Field::default()
        },
        Field {
            name: "threshold",
            label: t(lang, "settings-threshold"),
            hint: Some(t(lang, "settings-threshold-hint")),
            choices: thresholds(None, &typed("threshold", &workspace.threshold.to_string())),
            error: fault(sent, "threshold"),
            ..Field::default()
        },
    ];
    let contacts = CONTACTS
        .iter()
        .zip([&workspace.support, &workspace.agency])
        .map(|((who, names), contact)| {
            let fields = ContactField::ALL
                .into_iter()
                .zip(names)
                .map(|(part, name)| Field {
                    name,
                    label: t(lang, &format!("settings-contact-{}", part.id())),
                    value: typed(name, contact.get(part)),
                    error: fault(sent, name),
                    ..Field::default()
                })
                .collect();
            let words = |what: &str| t(lang, &format!("settings-{who}{what}"));
            (words(""), words("-hint"), fields)
        })
        .collect();
    WorkspaceForm { fields, contacts }
}

/// Reads the form; what is wrong is told field by field.
pub fn read(lang: Lang, fields: &Fields) -> (WorkspaceSettings, Faults) {
    let mut faults = Faults::new();
    let code = field(fields, "currency").trim();
    let display_currency = currency(code);
    if !code.is_empty() && display_currency.is_none() {
        faults.push(("currency", t(lang, "settings-fault-currency")));
    }
    let week_start = WeekStart::read(field(fields, "week_start"));
    if week_start.is_none() {
        faults.push(("week_start", t(lang, "settings-fault-choice")));
    }
    let limit = threshold(field(fields, "threshold"));
    if limit.is_none() {
        faults.push(("threshold", t(lang, "settings-fault-threshold")));
    }
    let mut contacts = [Contact::default(), Contact::default()];
    for ((_, names), contact) in CONTACTS.iter().zip(&mut contacts) {
        let named = |part: &str| {
            ContactField::ALL
                .iter()
                .zip(names)
                .find(|(known, _)| known.id() == part)
                .map(|(_, name)| *name)
        };
        *contact = Contact::read(|part| named(part).map(|name| field(fields, name)));
        for (part, name) in ContactField::ALL.into_iter().zip(names) {
            if !part.takes(contact.get(part)) {
                faults.push((name, t(lang, &format!("settings-fault-{}", part.id()))));
            }
        }
    }
    let [support, agency] = contacts;
    let read = WorkspaceSettings {
        display_currency,
        week_start: week_start.unwrap_or_default(),
        threshold: limit.unwrap_or(DEFAULT_THRESHOLD),
        support,
        agency,
    };
    (read, faults)
}

pub fn currencies() -> Vec<String> {
    CURRENCIES.iter().map(|&code| code.to_owned()).collect()
}

/// The two days that can begin a week, after the words for « as the workspace ».
pub fn days(lang: Lang, follow: Option<String>, chosen: &str) -> Vec<Choice> {
    let own = WeekStart::ALL.into_iter().map(|day| {
        Choice::new(day.id(), t(lang, &format!("settings-{}", day.id())), day.id() == chosen)
    });
    follow.map(|words| Choice::new("", words, chosen.is_empty())).into_iter().chain(own).collect()
}

/// Loyalty thresholds, after the words for « as the workspace ».
pub fn thresholds(follow: Option<String>, chosen: &str) -> Vec<Choice> {
    let own = THRESHOLDS.map(|number| {
        let number = number.to_string();
        let is = number == chosen;
        Choice::new(number.clone(), number, is)
    });
    follow.map(|words| Choice::new("", words, chosen.is_empty())).into_iter().chain(own).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn s033_contacts_are_read_and_checked() {
        let fields: Fields = [
            ("week_start", "sunday"),
            ("threshold", "3"),
            ("currency", "chf"),
            ("support_name", " Aide "),
            ("support_email", "aide@exemple.fr"),
            ("agency_email", "pas une adresse"),
            ("agency_url", "javascript:alert(1)"),
        ]
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .to_vec();
        let (read, faults) = read(Lang::Fr, &fields);
        assert_eq!(read.support.name, "Aide");
        assert_eq!((read.threshold, read.week_start), (3, WeekStart::Sunday));
        assert_eq!(
            read.display_currency.map(|code| code.code().to_owned()),
            Some("CHF".to_owned())
        );
        let names: Vec<&str> = faults.iter().map(|(name, _)| *name).collect();
        assert_eq!(names, ["agency_email", "agency_url"]);
    }
}
