//! The self-check: each condition with its state, what shows it, and what to do.

use axum::http::{HeaderMap, Uri};
use axum::response::Response;
use maud::html;

use super::{frame, page};
use crate::access::Desk;
use crate::clock;
use crate::i18n::{t, t_args};
use crate::privacy::check::{Check, State, checks};
use crate::ui::privacy::{Condition, conditions};

pub(super) async fn show(app: Desk, uri: Uri, headers: HeaderMap) -> Response {
    page(app, uri, headers, |app, lang, here| {
        let all = checks(app, lang, clock::now())?;
        let count = |state: State| all.iter().filter(|one| one.state == state).count().to_string();
        let title = t(lang, "check-title");
        let lede = t_args(
            lang,
            "check-lede",
            &[
                ("pass", &count(State::Pass)),
                ("fail", &count(State::Fail)),
                ("unknown", &count(State::NotVerified)),
            ],
        );
        let of = |group: &str| -> Vec<Condition> {
            all.iter().filter(|one| one.group == group).map(condition).collect()
        };
        let body = html! {
            p.note { (t(lang, "check-text")) }
            @for group in ["audience", "general"] {
                section.part {
                    h2 { (t(lang, &format!("check-group-{group}"))) }
                    p.note { (t(lang, &format!("check-group-{group}-text"))) }
                    (conditions(lang, &of(group)))
                }
            }
        };
        Ok(frame(app, lang, here, "privacy-tab-check", (&title, &lede), &body))
    })
    .await
}

fn condition(one: &Check) -> Condition {
    Condition {
        state: one.state.id(),
        title: one.title.clone(),
        evidence: one.evidence.clone(),
        remedy: one.remedy.clone(),
    }
}
