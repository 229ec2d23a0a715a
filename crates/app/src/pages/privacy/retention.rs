//! The rules of retention: each is shown what it would do before it can be switched on.

use axum::extract::Form;
use axum::http::{HeaderMap, StatusCode, Uri};
use axum::response::Response;
use comptoir_store::privacy::duties;
use comptoir_store::privacy::retention::{self as kept, Preview, Retention, Rule, YEARS};
use jiff::tz::TimeZone;
use maud::{Markup, html};
use serde_json::json;

use super::{Fields, PageError, Taken, asked, field, frame, page, take};
use crate::access::Desk;
use crate::audit::Action;
use crate::clock;
use crate::format;
use crate::i18n::{Lang, t, t_args};
use crate::privacy::retention::apply;
use crate::privacy::words::moment;
use crate::ui::privacy::{notice, problem};

const PATH: &str = "/privacy/retention";

/// Runs that the page shows.
const RUNS: usize = 5;

pub(super) async fn show(app: Desk, uri: Uri, headers: HeaderMap) -> Response {
    page(app, uri, headers, |app, lang, here| draw(app, lang, here, None)).await
}

fn draw(app: &Desk, lang: Lang, here: &str, fault: Option<&str>) -> Result<Markup, PageError> {
    let snapshot = app.store.read()?;
    let rules = kept::read(&snapshot)?;
    let zone = crate::privacy::zone(&snapshot)?;
    let runs = duties::audited(&snapshot, Action::RetentionApplied.id(), RUNS)?;
    let (title, lede) = (t(lang, "retention-title"), t(lang, "retention-lede"));
    let any = Rule::ALL.into_iter().any(|rule| rules.rule(rule).on);
    let body = html! {
        @if let Some(fault) = fault { (problem(fault)) }
        @if asked(here, "saved") { (notice(&t(lang, "retention-saved"))) }
        @if asked(here, "ran") { (notice(&t(lang, "retention-ran"))) }
        p.note { (t(lang, "retention-text")) }
        @for rule in Rule::ALL { (card(lang, &zone, &rules, rule)) }
        section.part aria-labelledby="retention-runs" {
            h2 id="retention-runs" { (t(lang, "retention-runs")) }
            p.note {
                (t(lang, if any { "retention-daily" } else { "retention-none-on" }))
                @if let Some(ran) = rules.ran {
                    " " (t_args(lang, "retention-last", &[("day", &moment(lang, ran, &zone))]))
                }
            }
            @if any {
                form method="post" action={ (PATH) "/run" } { button type="submit" { (t(lang, "retention-run")) } }
            }
            @if !runs.is_empty() {
                ul.plain {
                    @for run in &runs {
                        @let detail: serde_json::Value = serde_json::from_str(&run.detail).unwrap_or_default();
                        @let count = |name: &str| format::integer(lang, detail[name].as_i64().unwrap_or(0));
                        li {
                            (moment(lang, run.at, &zone)) " · "
                            (t_args(lang, "retention-result", &[("persons", &count("persons")), ("carts", &count("carts")), ("visits", &count("visits"))]))
                        }
                    }
                }
            }
        }
    };
    Ok(frame(app, lang, here, "privacy-tab-retention", (&title, &lede), &body))
}

/// A rule: what it does, what it would do today, and its switch once that was seen.
fn card(lang: Lang, zone: &TimeZone, rules: &Retention, rule: Rule) -> Markup {
    let ruled = rules.rule(rule);
    let id = rule.id();
    let heading = format!("retention-{id}");
    html! {
        section.part.rule aria-labelledby=(heading) {
            h2 id=(heading) {
                (t(lang, &format!("retention-{id}-title"))) " "
                span.mark { (t(lang, if ruled.on { "retention-on" } else { "retention-off" })) }
            }
            p.note { (t(lang, &format!("retention-{id}-text"))) }
            @if let Some(seen) = &ruled.seen { (preview_of(lang, zone, rule, seen)) }
            div.switches {
                form.inline method="post" action={ (PATH) "/preview" } {
                    input type="hidden" name="rule" value=(id);
                    @if rule == Rule::Customers {
                        label for="retention-years" { (t(lang, "retention-years")) }
                        select id="retention-years" name="years" {
                            @for years in YEARS {
                                option value=(years) selected[years == rules.years] { (t_args(lang, "retention-so-many", &[("years", &years.to_string())])) }
                            }
                        }
                    }
                    button type="submit" { (t(lang, if ruled.seen.is_some() { "retention-preview-again" } else { "retention-preview" })) }
                }
                @if ruled.seen.is_some() {
                    form.inline method="post" action=(PATH) {
                        input type="hidden" name="rule" value=(id);
                        input type="hidden" name="on" value=(if ruled.on { "0" } else { "1" });
                        button.button type="submit" { (t(lang, if ruled.on { "retention-switch-off" } else { "retention-switch-on" })) }
                    }
                } @else {
                    p.note { (t(lang, "retention-first-preview")) }
                }
            }
        }
    }
}

/// What a rule would take away, as it was seen.
fn preview_of(lang: Lang, zone: &TimeZone, rule: Rule, seen: &Preview) -> Markup {
    let count = |number: i64| format::integer(lang, number);
    let day = moment(lang, seen.at, zone);
    let before = format::day(lang, zone.to_datetime(seen.before).date());
    let persons = count(seen.persons);
    let (visits, carts) = (count(seen.visits), count(seen.carts));
    let words = t_args(
        lang,
        &format!("retention-{}-seen", rule.id()),
        &[
            ("day", &day),
            ("before", &before),
            ("persons", &persons),
            ("visits", &visits),
            ("carts", &carts),
        ],
    );
    let first: Vec<String> = seen.first.iter().map(ToString::to_string).collect();
    html! {
        p.notice {
            (words)
            @if !first.is_empty() { " " (t_args(lang, "retention-first", &[("numbers", &first.join(", "))])) }
        }
    }
}

/// The rule that a form names.
fn rule_of(fields: &Fields) -> Result<Rule, PageError> {
    Rule::read(field(fields, "rule")).ok_or(PageError::NotFound)
}

pub(super) async fn preview(app: Desk, headers: HeaderMap, Form(fields): Form<Fields>) -> Response {
    take(app, headers, PATH.to_owned(), move |app, lang, here| {
        let rule = rule_of(&fields)?;
        let snapshot = app.store.read()?;
        let mut rules = kept::read(&snapshot)?;
        if rule == Rule::Customers {
            match field(&fields, "years").parse::<i64>() {
                Ok(years) if YEARS.contains(&years) => rules.years = years,
                _ => {
                    let page = draw(app, lang, here, Some(&t(lang, "retention-fault-years")))?;
                    return Ok(Taken::Page(StatusCode::BAD_REQUEST, page));
                }
            }
        }
        let seen = kept::preview(&snapshot, &rules, rule, clock::now())?;
        drop(snapshot);
        let years = rules.years;
        app.store.change_retention(move |rules| {
            if rules.years != years {
                // Other years forget others: what was on for the old ones is off until it is wanted again.
                rules.customers.on = false;
            }
            rules.years = years;
            rules.rule_mut(rule).seen = Some(seen);
        })?;
        Ok(Taken::Go(format!("{PATH}#retention-{}", rule.id())))
    })
    .await
}

pub(super) async fn switch(app: Desk, headers: HeaderMap, Form(fields): Form<Fields>) -> Response {
    take(app, headers, PATH.to_owned(), move |app, lang, here| {
        let rule = rule_of(&fields)?;
        let on = field(&fields, "on") == "1";
        let rules = app.store.change_retention(move |rules| rules.rule_mut(rule).on = on)?;
        if rules.rule(rule).on != on {
            let page = draw(app, lang, here, Some(&t(lang, "retention-first-preview")))?;
            return Ok(Taken::Page(StatusCode::BAD_REQUEST, page));
        }
        let detail = json!({ "rule": rule.id(), "on": on, "years": rules.years });
        app.audit(Action::RetentionChanged, None, &detail)?;
        Ok(Taken::Go(format!("{PATH}?saved=1")))
    })
    .await
}

pub(super) async fn run(app: Desk, headers: HeaderMap) -> Response {
    take(app, headers, PATH.to_owned(), |app, _, _| {
        apply(app, &app.visitor, clock::now())?;
        Ok(Taken::Go(format!("{PATH}?ran=1")))
    })
    .await
}
