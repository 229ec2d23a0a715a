//! The forms of outgoing mail: the server, a test, and how the weekly mail goes.

use comptoir_sources::words::Text;
use comptoir_store::Snapshot;
use comptoir_store::mail::weekly::{last_week, readers};
use comptoir_store::mail::{MailServer, Password, Security};

use super::{Faults, Fields, fault, field, own_address};
use crate::access::Desk;
use crate::format;
use crate::i18n::{Lang, t, t_args};
use crate::mail;
use crate::pages::frame::PageError;
use crate::ui::backups::{MailForm, TestForm, Weekly};
use crate::ui::filters::Choice;
use crate::ui::settings::Field;

pub fn form(lang: Lang, server: Option<&MailServer>, sent: Option<(&Fields, &Faults)>) -> MailForm {
    let typed =
        |name: &str, is: String| sent.map_or(is, |(fields, _)| field(fields, name).to_owned());
    let of = |read: fn(&MailServer) -> String| server.map(read).unwrap_or_default();
    let text = |name: &'static str, hint: Option<&str>, is: String| Field {
        name,
        label: t(lang, &format!("mail-{}", name.replace('_', "-"))),
        hint: hint.map(|hint| t(lang, hint)),
        value: typed(name, is),
        error: fault(sent, name),
        ..Field::default()
    };
    let security = typed("security", of(|server| server.security.id().to_owned()));
    let ways = Security::ALL.into_iter().map(|way| {
        let chosen = way.id() == security;
        Choice::new(way.id(), t(lang, &format!("mail-{}", way.id())), chosen)
    });
    let port = server.map_or_else(|| "587".to_owned(), |server| server.port.to_string());
    MailForm {
        on: server.is_some(),
        fields: vec![
            text("host", Some("mail-host-hint"), of(|server| server.host.clone())),
            text("port", Some("mail-port-hint"), port),
            Field {
                name: "security",
                label: t(lang, "mail-security"),
                choices: ways.collect(),
                error: fault(sent, "security"),
                ..Field::default()
            },
            text("user", None, of(|server| server.user.clone())),
        ],
        sender: vec![
            text("from_address", None, of(|server| server.from_address.clone())),
            text("from_name", None, of(|server| server.from_name.clone())),
        ],
        password_hint: t(
            lang,
            if server.is_some_and(|server| server.has_password) {
                "mail-password-kept"
            } else {
                "mail-password-hint"
            },
        ),
    }
}

/// Reads the form; what is wrong is told field by field.
pub fn read(lang: Lang, fields: &Fields) -> Result<(MailServer, Password), Faults> {
    let text = |name: &str| field(fields, name).trim().to_owned();
    let mut faults = Faults::new();
    let host = text("host");
    if !mail::is_host(&host) {
        faults.push(("host", t(lang, "mail-fault-host")));
    }
    let port = text("port").parse::<u16>().ok().filter(|port| *port > 0);
    if port.is_none() {
        faults.push(("port", t(lang, "mail-fault-port")));
    }
    let security = Security::read(&text("security"));
    match security {
        None => faults.push(("security", t(lang, "settings-fault-choice"))),
        Some(Security::None) if !is_here(&host) => {
            faults.push(("security", t(lang, "mail-fault-clear")));
        }
        Some(_) => {}
    }
    let from_address = text("from_address");
    if !mail::is_address(&from_address) {
        faults.push(("from_address", t(lang, "settings-fault-email")));
    }
    if !faults.is_empty() {
        return Err(faults);
    }
    let server = MailServer {
        host,
        port: port.unwrap_or_default(),
        security: security.unwrap_or_default(),
        user: text("user"),
        from_address,
        from_name: text("from_name"),
        has_password: false,
    };
    let password = match field(fields, "password") {
        "" if server.user.is_empty() => Password::Set(String::new()),
        "" => Password::Keep,
        typed => Password::Set(typed.to_owned()),
    };
    Ok((server, password))
}

fn is_here(host: &str) -> bool {
    host.eq_ignore_ascii_case("localhost")
        || host.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback())
}

pub fn test(lang: Lang, app: &Desk, sent: Option<(&str, Text)>) -> TestForm {
    let (to, problem) = match sent {
        Some((to, why)) => (to.to_owned(), Some(why.in_words(lang.into()))),
        None => (own_address(app), None),
    };
    TestForm { to, problem }
}

pub fn weekly(lang: Lang, snapshot: &Snapshot) -> Result<Weekly, PageError> {
    let many = i64::try_from(readers(snapshot)?.len()).unwrap_or(i64::MAX);
    let words = match many {
        0 => t(lang, "weekly-nobody"),
        1 => t(lang, "weekly-one-reader"),
        _ => t_args(lang, "weekly-readers", &[("count", &format::integer(lang, many))]),
    };
    let last = last_week(snapshot)?;
    let why = last.as_ref().and_then(|week| week.failure.as_deref()).and_then(|failure| {
        serde_json::from_str::<Text>(failure).ok().map(|words| words.in_words(lang.into()))
    });
    let told = last.map(|week| {
        let day = format::day(lang, week.week);
        let (sent, failed) =
            (format::integer(lang, week.sent), format::integer(lang, week.failed + week.unknown));
        let words = [("day", day.as_str()), ("sent", &sent), ("failed", &failed)];
        t_args(
            lang,
            if week.failed + week.unknown > 0 { "weekly-last-failed" } else { "weekly-last" },
            &words,
        )
    });
    Ok(Weekly { words, last: told, why })
}
