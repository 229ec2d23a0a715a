//! `/embed/…`: a page of figures inside of a back office, by a link that the back office signed
//! (docs/embed.md). The page is one still view: it sets no cookie, and nothing on it leads elsewhere.

use axum::extract::{Path, RawQuery};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::Response;
use comptoir_store::sharing::embedding_origins;
use comptoir_store::tokens::Signer;
use maud::PreEscaped;

use super::super::frame::{self, PageError};
use super::Shareable;
use super::open::{alone, answer, finish, plain};
use crate::access::Desk;
use crate::clock;
use crate::i18n::{Lang, t, t_args};
use crate::sharing::embed::{Malformed, Signed};
use crate::sharing::{by_signature, still};
use crate::ui::still::{Still, Words};

pub async fn show(
    app: Desk,
    Path(page): Path<String>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Response {
    let answered = answer(app, headers, move |app, lang| {
        let query = query.unwrap_or_default();
        let mut answer = draw(app, lang, &page, &query)?;
        let frames = frames(&embedding_origins(&app.store.read()?)?);
        answer.headers_mut().insert(header::CONTENT_SECURITY_POLICY, frames);
        // Whose frame it is shown in is told by the policy; to be shown there at all is not denied.
        let anywhere = HeaderValue::from_static("cross-origin");
        let resource = HeaderName::from_static("cross-origin-resource-policy");
        answer.headers_mut().insert(resource, anywhere);
        Ok(answer)
    })
    .await;
    finish(answered, false)
}

/// The policy of an embedded page: the sites that were said, else none.
fn frames(origins: &[String]) -> HeaderValue {
    let who = if origins.is_empty() { "'none'".to_owned() } else { origins.join(" ") };
    let policy = format!(
        "default-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors {who}; object-src 'none'"
    );
    HeaderValue::from_str(&policy)
        .unwrap_or_else(|_| HeaderValue::from_static("default-src 'none'; frame-ancestors 'none'"))
}

fn draw(app: &Desk, lang: Lang, page: &str, query: &str) -> Result<Response, PageError> {
    let refuse = |lang, status, words: &str| Ok(alone(&plain(lang, words), status, true));
    let Some(shareable) = Shareable::of(page) else {
        return refuse(lang, StatusCode::NOT_FOUND, "embed-no-page");
    };
    let link = match Signed::read(&format!("/embed/{page}"), query) {
        Ok(link) => link,
        Err(malformed) => return refuse(lang, StatusCode::BAD_REQUEST, words(malformed)),
    };
    let lang = link.lang.unwrap_or(lang);
    let now = clock::now();
    let signer = app.store.signer(&app.store.read()?, link.token, now)?;
    // Which of these it is, is none of a stranger's business.
    let Some(Signer { opened, .. }) = signer.ok().filter(|signer| link.is_signed_with(&signer.key))
    else {
        return refuse(lang, StatusCode::FORBIDDEN, "embed-refused");
    };
    if link.has_expired(now) {
        return refuse(lang, StatusCode::GONE, "embed-over");
    }
    if link.is_too_far(now) {
        return refuse(lang, StatusCode::FORBIDDEN, "embed-too-far");
    }
    app.store.token_used(&opened, now)?;
    let desk = app.seen_by(by_signature(&opened, app.visitor.from));
    match shareable.draw(&desk, lang, &link.query) {
        Ok(drawn) => {
            let still = Still {
                lang,
                title: t(lang, shareable.words),
                banner: None,
                conditions: super::conditions(lang, &desk.read()?.1, &link.query),
                other_language: None,
                framed: true,
                body: PreEscaped(still::still(&drawn.into_string())),
            };
            Ok(frame::html_page(StatusCode::OK, still.render()))
        }
        Err(PageError::Query(error)) => {
            let value: String = error.value.chars().take(60).collect();
            let known = [("name", error.parameter.as_str()), ("value", value.as_str())];
            let words = Words {
                lang,
                title: t(lang, "problem-parameter"),
                text: t_args(lang, "problem-parameter-text", &known),
                password: None,
            };
            Ok(alone(&words, StatusCode::BAD_REQUEST, true))
        }
        Err(PageError::Slow(_) | PageError::Busy) => {
            refuse(lang, StatusCode::SERVICE_UNAVAILABLE, "problem-busy")
        }
        Err(PageError::Failed(detail)) => Err(PageError::Failed(detail)),
        Err(_) => refuse(lang, StatusCode::NOT_FOUND, "embed-no-page"),
    }
}

fn words(malformed: Malformed) -> &'static str {
    match malformed {
        Malformed::Doubled => "embed-doubled",
        Malformed::Text | Malformed::Missing | Malformed::Language => "embed-malformed",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn s128_nobody_frames_an_embedded_page_until_a_site_is_said() {
        let policy = |origins: &[&str]| {
            let origins: Vec<String> = origins.iter().map(|one| (*one).to_owned()).collect();
            frames(&origins).to_str().expect("text").to_owned()
        };
        assert!(policy(&[]).contains("frame-ancestors 'none';"));
        let two = policy(&["https://a.example", "https://b.example:8443"]);
        assert!(two.contains("frame-ancestors https://a.example https://b.example:8443;"), "{two}");
    }
}
