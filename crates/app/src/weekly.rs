//! The weekly mail: on Monday morning, what last week brought, to those who want it.
//!
//! Each reader gets it once a week and in their language, with the figures and the shops that they may
//! see on the page, and no others. A machine that slept on Monday sends it until Wednesday.

use std::sync::Arc;

use comptoir_metrics::Period;
use comptoir_sources::words::Text;
use comptoir_store::StoreError;
use comptoir_store::mail::weekly::{Reader, readers};
use jiff::civil::{Date, time};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, ToSpan};
use serde::{Deserialize, Serialize};

use crate::access::{Desk, Right, Role, Visitor, Who};
use crate::commands::log;
use crate::i18n::{Lang, t, t_args};
use crate::mail::{self, MailError, Message};
use crate::pages::PageError;
use crate::pages::overview::summary::{Summary, summary};
use crate::state::App;

mod html;
mod text;

/// A mail that failed is tried again after so long.
const AGAIN: SignedDuration = SignedDuration::from_hours(1);

/// The mail of a week, to whomever.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Letter {
    pub subject: String,
    pub text: String,
    pub html: String,
}

/// Where a mail's links lead, when the server's address is known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Links {
    pub page: String,
    pub account: String,
}

/// Sends the mails that are due.
pub fn look(app: &Arc<App>, now: Timestamp) -> Result<(), StoreError> {
    if !mail::is_configured(app) {
        return Ok(());
    }
    let (snapshot, context) = app.read_all()?;
    let Some(monday) = due(now, &context.zone()) else { return Ok(()) };
    let waiting = readers(&snapshot)?;
    drop(snapshot);
    deliver(app, monday, waiting, now)
}

/// Sends the mail of a Monday to each reader who has not had it.
fn deliver(
    app: &Arc<App>,
    monday: Date,
    waiting: Vec<Reader>,
    now: Timestamp,
) -> Result<(), StoreError> {
    for reader in waiting {
        if app.timetable.is_stopping() {
            return Ok(());
        }
        let Some(desk) = desk_of(app, &reader) else { continue };
        if app.store.claim_weekly(reader.user, monday, now, now - AGAIN)? {
            let failure = send(app, &desk, &reader, monday).err().map(|words| {
                log(&format!("weekly mail of {monday} to user {}: {}", reader.user, words.en));
                serde_json::to_string(&words).unwrap_or_default()
            });
            app.store.settle_weekly(reader.user, monday, now, failure)?;
        }
    }
    Ok(())
}

/// The Monday whose mail is due: from 07:00 on that day to the end of Wednesday.
fn due(now: Timestamp, zone: &TimeZone) -> Option<Date> {
    let today = zone.to_datetime(now).date();
    let since = i64::from(today.weekday().to_monday_zero_offset());
    let monday = today.checked_sub(since.days()).ok()?;
    let morning = monday.to_datetime(time(7, 0, 0, 0)).to_zoned(zone.clone()).ok()?.timestamp();
    (since < 3 && morning <= now).then_some(monday)
}

/// The week before a Monday.
pub fn week_before(monday: Date) -> Period {
    Period { from: monday.saturating_sub(7.days()), to: monday.saturating_sub(1.day()) }
}

/// The program as that reader sees it; `None`: they have no right to any figure.
fn desk_of(app: &Arc<App>, reader: &Reader) -> Option<Desk> {
    let role = Role::of(&reader.role).filter(|role| role.rights.has(Right::Figures))?;
    let visitor = Visitor {
        who: Who::User { id: reader.user, email: reader.email.clone(), session: 0 },
        role: Some(role),
        rights: role.rights,
        shops: reader.shops.clone().map(Into::into),
        from: None,
    };
    Some(Desk::new(Arc::clone(app), visitor))
}

fn send(app: &App, desk: &Desk, reader: &Reader, monday: Date) -> Result<(), Text> {
    let lang = Lang::parse(&reader.language).unwrap_or_default();
    let letter = letter(desk, lang, week_before(monday)).map_err(|error| said(&error))?;
    // Shops without a single order yet have nothing to tell.
    let Some(letter) = letter else { return Ok(()) };
    let message = Message {
        to: reader.email.clone(),
        subject: letter.subject,
        text: letter.text,
        html: Some(letter.html),
    };
    mail::send(app, &message).map_err(|error: MailError| error.words())
}

fn said(error: &PageError) -> Text {
    let why = match error {
        PageError::Failed(why) => why.clone(),
        PageError::Query(error) => error.to_string(),
        _ => String::new(),
    };
    Text {
        fr: format!("Les chiffres n’ont pas pu être lus ({why})."),
        en: format!("The figures could not be read ({why})."),
    }
}

/// The mail of a week as one visitor may read it; `None` where there is nothing yet.
pub fn letter(desk: &Desk, lang: Lang, week: Period) -> Result<Option<Letter>, PageError> {
    let Some(summary) = summary(desk, lang, week)? else { return Ok(None) };
    let links = desk.sync.public_url().map(|base| Links {
        page: format!("{base}{}", summary.page),
        account: format!("{base}/account"),
    });
    Ok(Some(Letter {
        subject: subject(&summary),
        text: text::write(&summary, links.as_ref()),
        html: html::write(&summary, links.as_ref()),
    }))
}

fn subject(summary: &Summary) -> String {
    t_args(summary.lang, "weekly-subject", &[("range", &summary.range)])
}

/// « La Ferme », « La Ferme et Online Retail », « 5 boutiques ».
fn shops(summary: &Summary) -> String {
    let lang = summary.lang;
    match summary.shops.as_slice() {
        [] => String::new(),
        [one] => one.clone(),
        [one, other] => t_args(lang, "weekly-two-shops", &[("one", one), ("other", other)]),
        more => t_args(lang, "weekly-shops", &[("count", &more.len().to_string())]),
    }
}

/// What every figure is compared with, and what was left out.
fn notes(summary: &Summary) -> Vec<String> {
    let compared = t_args(summary.lang, "weekly-compared", &[("range", &summary.compared)]);
    std::iter::once(compared).chain(summary.left_out.clone()).collect()
}

/// How to get no more of them.
fn unsubscribe(lang: Lang) -> String {
    t(lang, "weekly-unsubscribe")
}

#[cfg(test)]
mod tests;
