//! Requests that no route sees, in words: a page for people, a problem document for programs.

use std::time::Duration;

use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use maud::html;

use crate::api::problem::Problem;
use crate::i18n::{Lang, t};
use crate::pages;
use crate::ui::shell::Shell;

/// Why a request went no further.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    /// Sent to a name that is not ours.
    Name,
    /// Sent by another site.
    Foreign,
    /// The address is too long.
    TooLong,
    /// The body is larger than anything of this kind.
    TooLarge,
    /// One request too many; the next may come after so long.
    TooOften(Duration),
}

impl Refusal {
    fn status(self) -> StatusCode {
        match self {
            Self::Name | Self::Foreign => StatusCode::FORBIDDEN,
            Self::TooLong => StatusCode::URI_TOO_LONG,
            Self::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::TooOften(_) => StatusCode::TOO_MANY_REQUESTS,
        }
    }

    fn title(self) -> &'static str {
        match self {
            Self::Name => "limit-name",
            Self::Foreign => "limit-foreign",
            Self::TooLong => "limit-long",
            Self::TooLarge => "limit-large",
            Self::TooOften(_) => "limit-often",
        }
    }

    /// The answer to a request with these headers.
    pub fn answer(self, asked: &HeaderMap, path: &str) -> Response {
        let accepted = asked.get(header::ACCEPT).and_then(|value| value.to_str().ok());
        let person = accepted.is_some_and(|accepted| accepted.contains("text/html"));
        let mut response = if person && !path.starts_with("/api/") {
            self.page(pages::lang(asked))
        } else {
            let detail = t(Lang::En, &format!("{}-text", self.title()));
            Problem::limited(self.status(), detail).into_response()
        };
        if let Self::TooOften(wait) = self {
            let seconds = wait.as_secs() + u64::from(wait.subsec_nanos() > 0);
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds.max(1)));
        }
        response
    }

    /// Without navigation: who asks is not known here.
    fn page(self, lang: Lang) -> Response {
        let title = t(lang, self.title());
        let body = html! {
            div.problem {
                p.code { (self.status().as_str()) }
                h1 { (title) }
                p.lede { (t(lang, &format!("{}-text", self.title()))) }
                a.button href="/" { (t(lang, "problem-home")) }
            }
        };
        let shell = Shell {
            lang,
            title,
            nav: Vec::new(),
            other_language: format!("/?lang={}", lang.other().code()),
            home: "/".to_owned(),
            share: None,
            account: None,
            footer: Vec::new(),
            body,
        };
        pages::html_page(self.status(), shell.render())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn people_get_a_page_in_their_language_and_programs_a_problem() {
        let mut asked = HeaderMap::new();
        let program = Refusal::TooOften(Duration::from_millis(1200)).answer(&asked, "/orders");
        assert_eq!(program.status(), StatusCode::TOO_MANY_REQUESTS);
        assert_eq!(program.headers().get(header::RETRY_AFTER).unwrap(), "2");
        assert_eq!(
            program.headers().get(header::CONTENT_TYPE).unwrap(),
            "application/problem+json"
        );
        asked.insert(header::ACCEPT, HeaderValue::from_static("text/html,*/*;q=0.8"));
        let person = Refusal::TooLong.answer(&asked, "/orders");
        assert_eq!(person.status(), StatusCode::URI_TOO_LONG);
        assert_eq!(person.headers().get(header::CONTENT_TYPE).unwrap(), "text/html; charset=utf-8");
        let script = Refusal::TooLarge.answer(&asked, "/api/v1/query");
        assert_eq!(script.headers().get(header::CONTENT_TYPE).unwrap(), "application/problem+json");
    }
}
