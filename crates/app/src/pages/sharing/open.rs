//! `/s/…`: the page of a share link, as it was filtered when the link was made, and nothing else.

use axum::extract::{Form, Path, RawQuery};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use comptoir_metrics::Context;
use comptoir_store::sharing::{self as kept, Share};
use maud::PreEscaped;

use super::super::frame::{self, PageError};
use super::super::tokens::day;
use super::Shareable;
use crate::access::Desk;
use crate::clock;
use crate::commands::log;
use crate::i18n::{Lang, t, t_args};
use crate::sharing::password::{self, Tried};
use crate::sharing::{by_link, still};
use crate::ui::Link;
use crate::ui::still::{Still, Words};

/// What a browser keeps that has given the password.
const COOKIE: &str = "comptoir_link";

pub async fn show(
    app: Desk,
    Path(word): Path<String>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Response {
    let answered = answer(app, headers.clone(), move |app, lang| {
        match query.as_deref().unwrap_or_default() {
            "" => page(app, lang, &word, &headers),
            // Only the language may be chosen: what the link shows was chosen when it was made.
            asked => match asked.strip_prefix("lang=").and_then(Lang::parse) {
                Some(chosen) if is_word(&word) => {
                    Err(PageError::Language(chosen, format!("/s/{word}")))
                }
                _ => Err(PageError::NotFound),
            },
        }
    })
    .await;
    finish(answered, true)
}

/// Whether it may be the word of a link: nothing else goes into an address or a cookie.
fn is_word(word: &str) -> bool {
    word.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte))
}

fn page(app: &Desk, lang: Lang, word: &str, headers: &HeaderMap) -> Result<Response, PageError> {
    let share = match known(app, lang, word)? {
        Ok(share) => share,
        Err(gone) => return Ok(gone),
    };
    let now = clock::now();
    if share.password.is_some()
        && !cookie(headers).is_some_and(|pass| password::passes(&share, pass, now))
    {
        return Ok(ask(lang, word, StatusCode::UNAUTHORIZED, None));
    }
    let Some(shareable) = Shareable::at(&share.page) else { return Err(PageError::NotFound) };
    let desk = app.seen_by(by_link(&share, app.visitor.from));
    let drawn = match shareable.draw(&desk, lang, &share.query) {
        Ok(drawn) => drawn,
        Err(error @ (PageError::Failed(_) | PageError::Slow(_) | PageError::Busy)) => {
            return Err(error);
        }
        // A shop is gone, or a filter that there was.
        Err(_) => return Ok(said(lang, StatusCode::GONE, "share-unshown")),
    };
    let (_, context) = desk.read()?;
    app.store.share_opened(share.id, now)?;
    let other = Link::new(lang.other().name(), format!("?lang={}", lang.other().code()));
    let still = Still {
        lang,
        title: t(lang, shareable.words),
        banner: Some(banner(lang, &share, &context)),
        conditions: super::conditions(lang, &context, &share.query),
        other_language: Some(other),
        framed: false,
        body: PreEscaped(still::still(&drawn.into_string())),
    };
    Ok(frame::html_page(StatusCode::OK, still.render()))
}

/// The link of a word, if it is in force; else what is said about it.
fn known(app: &Desk, lang: Lang, word: &str) -> Result<Result<Share, Response>, PageError> {
    let found = if is_word(word) { kept::find(&app.store.read()?, word)? } else { None };
    Ok(match found {
        None => Err(said(lang, StatusCode::NOT_FOUND, "share-unknown")),
        Some(share) if share.is_in_force(clock::now()) => Ok(share),
        Some(_) => Err(said(lang, StatusCode::GONE, "share-over")),
    })
}

/// « Page partagée par Ferme des Tilleuls jusqu’au 22 déc. 2026. »
fn banner(lang: Lang, share: &Share, context: &Context) -> String {
    let names: Vec<&str> = context.shops.iter().map(|shop| shop.shop.name.as_str()).collect();
    let known = [("who", names.join(", ")), ("day", day(lang, share.expires))];
    let known: Vec<(&str, &str)> =
        known.iter().map(|(name, value)| (*name, value.as_str())).collect();
    t_args(lang, "share-banner", &known)
}

fn ask(lang: Lang, word: &str, status: StatusCode, wrong: Option<&str>) -> Response {
    let words = Words {
        lang,
        title: t(lang, "share-locked"),
        text: t(lang, "share-locked-text"),
        password: Some((format!("/s/{word}"), wrong.map(|wrong| t(lang, wrong)))),
    };
    let mut answer = alone(&words, status, false);
    // A form sent from a page without a referrer has no origin either, and would be taken for another
    // site's.
    answer.headers_mut().insert(header::REFERRER_POLICY, HeaderValue::from_static("same-origin"));
    answer
}

/// A few words in place of the page: a title by that id, and its text.
pub fn said(lang: Lang, status: StatusCode, words: &str) -> Response {
    alone(&plain(lang, words), status, false)
}

pub fn plain(lang: Lang, words: &str) -> Words {
    Words { lang, title: t(lang, words), text: t(lang, &format!("{words}-text")), password: None }
}

pub fn alone(words: &Words, status: StatusCode, framed: bool) -> Response {
    let still = Still {
        lang: words.lang,
        title: words.title.clone(),
        banner: None,
        conditions: None,
        other_language: None,
        framed,
        body: words.render(),
    };
    frame::html_page(status, still.render())
}

pub async fn unlock(
    app: Desk,
    Path(word): Path<String>,
    headers: HeaderMap,
    Form(fields): Form<Vec<(String, String)>>,
) -> Response {
    let typed = fields.into_iter().find(|(name, _)| name == "password");
    let typed = typed.map(|(_, value)| value).unwrap_or_default();
    let from = app.visitor.from;
    let secure = super::base(&app, &headers).starts_with("https://");
    let answered = answer(app, headers, move |app, lang| {
        let share = match known(app, lang, &word)? {
            Ok(share) => share,
            Err(gone) => return Ok(gone),
        };
        let here = format!("/s/{word}");
        if share.password.is_none() {
            return Ok(Redirect::to(&here).into_response());
        }
        let now = clock::now();
        Ok(match password::attempt(&share, &typed, from, now) {
            Tried::Right => match password::pass(&share, now) {
                Some(pass) => opened(&here, &pass, secure),
                None => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
            },
            Tried::Wrong => {
                ask(lang, &word, StatusCode::UNAUTHORIZED, Some("share-password-wrong"))
            }
            Tried::TooMany => {
                ask(lang, &word, StatusCode::TOO_MANY_REQUESTS, Some("share-password-too-many"))
            }
        })
    })
    .await;
    finish(answered, true)
}

fn opened(here: &str, pass: &str, secure: bool) -> Response {
    let age = password::OPEN_MINUTES * 60;
    let secure = if secure { "; Secure" } else { "" };
    let cookie =
        format!("{COOKIE}={pass}; Path={here}; Max-Age={age}; HttpOnly; SameSite=Lax{secure}");
    (StatusCode::SEE_OTHER, [(header::SET_COOKIE, cookie), (header::LOCATION, here.to_owned())])
        .into_response()
}

fn cookie(headers: &HeaderMap) -> Option<&str> {
    let cookies = headers.get(header::COOKIE)?.to_str().ok()?;
    let mut named = cookies.split(';').filter_map(|cookie| cookie.trim().split_once('='));
    named.find(|(name, _)| *name == COOKIE).map(|(_, value)| value)
}

/// Answers on a thread that may block. What goes wrong is said in few words, without a way elsewhere.
pub async fn answer(
    app: Desk,
    headers: HeaderMap,
    work: impl FnOnce(&Desk, Lang) -> Result<Response, PageError> + Send + 'static,
) -> Response {
    let lang = frame::lang(&headers);
    let done = tokio::task::spawn_blocking(move || match work(&app, lang) {
        Ok(answer) => answer,
        Err(PageError::Language(chosen, rest)) => {
            frame::refused(&app, lang, "/", PageError::Language(chosen, rest))
        }
        Err(PageError::Failed(detail)) => {
            log(&format!("a shared or embedded page: {detail}"));
            said(lang, StatusCode::INTERNAL_SERVER_ERROR, "problem-failed")
        }
        Err(PageError::Slow(_) | PageError::Busy) => {
            said(lang, StatusCode::SERVICE_UNAVAILABLE, "problem-busy")
        }
        Err(_) => said(lang, StatusCode::NOT_FOUND, "share-unknown"),
    })
    .await;
    done.unwrap_or_else(|_panicked| StatusCode::INTERNAL_SERVER_ERROR.into_response())
}

/// What every answer by a link says: keep it nowhere, list it nowhere, tell nobody where it was read.
pub fn finish(mut answer: Response, shared: bool) -> Response {
    let headers = answer.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert("x-robots-tag", HeaderValue::from_static("noindex, nofollow"));
    let quiet = HeaderValue::from_static("no-referrer");
    if shared {
        headers.entry(header::REFERRER_POLICY).or_insert(quiet);
    } else {
        headers.insert(header::REFERRER_POLICY, quiet);
    }
    answer
}
