//! What every page has around it: language, navigation, and its errors.

use axum::http::{HeaderMap, StatusCode, Uri, header};
use axum::response::{Html, IntoResponse, Response};
use comptoir_metrics::query::{encode, pairs};
use comptoir_metrics::{MetricsError, QueryError, dimension, metric, splits};
use comptoir_store::StoreError;
use maud::{Markup, html};

use crate::access::{Desk, Right, Who};
use crate::i18n::{Lang, t, t_args};
use crate::state::Door;
use crate::ui::gate::Gate;
use crate::ui::icons::Icon;
use crate::ui::problem::{Problem, problem};
use crate::ui::shell::{NavEntry, Shell};
use crate::ui::{Link, Segment, segments};

/// An entry of the navigation, and the pages that share it: words, address, right. A visitor sees the
/// pages that are theirs; the entry leads to the first of them.
struct Entry {
    id: &'static str,
    icon: Icon,
    pages: &'static [(&'static str, &'static str, Right)],
}

/// The navigation. Filters go along with all of it.
const NAV: &[Entry] = &[
    Entry {
        id: "nav-overview",
        icon: Icon::Overview,
        pages: &[("nav-overview", "/", Right::Figures)],
    },
    Entry {
        id: "nav-sales",
        icon: Icon::Sales,
        pages: &[
            ("nav-revenue-by", "/revenue", Right::Figures),
            ("nav-orders", "/orders", Right::Orders),
            ("nav-preparation", "/preparation", Right::Preparation),
            ("nav-why", "/why", Right::Figures),
        ],
    },
    Entry {
        id: "nav-products",
        icon: Icon::Products,
        pages: &[("nav-products", "/products", Right::Figures)],
    },
    Entry {
        id: "nav-customers",
        icon: Icon::Customers,
        pages: &[
            ("nav-customers-list", "/customers", Right::Customers),
            ("nav-loyalty", "/loyalty", Right::Figures),
        ],
    },
    Entry {
        id: "nav-connections",
        icon: Icon::Connections,
        pages: &[
            ("nav-connected", "/connections", Right::Connections),
            ("nav-import", "/import", Right::Import),
        ],
    },
    Entry {
        id: "nav-settings",
        icon: Icon::Settings,
        pages: &[
            ("nav-general", "/settings", Right::Settings),
            ("nav-team", "/team", Right::Users),
            ("nav-tokens", "/tokens", Right::Tokens),
            ("nav-sharing", "/sharing", Right::Sharing),
            ("nav-privacy", "/privacy", Right::Privacy),
            ("nav-backups", "/backups", Right::Operations),
            ("nav-audit", "/audit", Right::Audit),
        ],
    },
    Entry {
        id: "nav-definitions",
        icon: Icon::Definitions,
        pages: &[("nav-definitions", "/definitions", Right::Figures)],
    },
];

/// Parameters that are filters: what the navigation keeps.
const FILTERS: [&str; 10] =
    ["shop", "currency", "period", "from", "to", "compare", "profile", "date", "tax", "where"];

/// The language a request asks for: its cookie, else the browser's preference, else French.
pub fn lang(headers: &HeaderMap) -> Lang {
    let cookies = headers.get(header::COOKIE).and_then(|value| value.to_str().ok()).unwrap_or("");
    let chosen = cookies
        .split(';')
        .filter_map(|cookie| cookie.trim().strip_prefix("lang="))
        .find_map(Lang::parse);
    chosen.unwrap_or_else(|| {
        let accepted = headers.get(header::ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok());
        accepted.map_or(Lang::Fr, Lang::accepted)
    })
}

/// A whole page. `here` is its own address with its parameters; `current` the id of its navigation entry.
pub fn shell(
    app: &Desk,
    lang: Lang,
    current: &str,
    title: &str,
    here: &str,
    body: Markup,
) -> Markup {
    // Whoever came by a link has this page alone: `pages::sharing` puts its own frame around it.
    if matches!(app.visitor.who, Who::Share { .. } | Who::Embed { .. }) {
        return body;
    }
    if !app.visitor.is_known() {
        return plain(lang, title, here, body);
    }
    let filters = filters_of(here);
    let filtered = |path: &str| {
        if filters.is_empty() { path.to_owned() } else { format!("{path}?{filters}") }
    };
    let own = |entry: &'static Entry| entry.pages.iter().filter(|(_, _, right)| app.may(*right));
    let family = NAV.iter().find(|entry| entry.pages.iter().any(|(id, _, _)| *id == current));
    let nav = NAV
        .iter()
        .filter_map(|entry| {
            let (only, first, _) = own(entry).next()?;
            // An entry of several pages of which one is left is called as that page.
            let called = if own(entry).count() == 1 { only } else { &entry.id };
            Some(NavEntry {
                label: t(lang, called),
                href: filtered(first),
                icon: entry.icon,
                current: family.is_some_and(|family| family.id == entry.id),
            })
        })
        .collect();
    let tabs: Vec<Segment> = family
        .into_iter()
        .flat_map(own)
        .map(|(id, path, _)| Segment::new(t(lang, id), filtered(path), *id == current))
        .collect();
    let mut whole = html! {
        @if tabs.len() > 1 { div.tabs { (segments(&t(lang, "nav-tabs"), &tabs)) } }
    };
    whole.0.push_str(&body.into_string());
    let mut footer = vec![Link::new(concat!("Comptoir ", env!("CARGO_PKG_VERSION")), "")];
    footer.extend(help(app, lang));
    if app.door == Door::Demo {
        footer.push(Link::new(t(lang, "demo-note"), ""));
    }
    if app.door != Door::Accounts {
        footer.push(Link::new(t(lang, "open-note"), ""));
    }
    let account = match &app.visitor.who {
        Who::User { email, .. } => Some(email.clone()),
        _ => None,
    };
    Shell {
        lang,
        home: app.home().to_owned(),
        title: title.to_owned(),
        nav,
        share: super::sharing::invitation(app, lang, here),
        other_language: in_the_other(lang, here),
        footer,
        account,
        body: whole,
    }
    .render()
}

/// A page for whoever is not known: nothing of the shops is on it.
pub fn plain(lang: Lang, title: &str, here: &str, body: Markup) -> Markup {
    Gate { lang, title: title.to_owned(), other_language: in_the_other(lang, here), body }.render()
}

fn in_the_other(lang: Lang, here: &str) -> String {
    let mark = if here.contains('?') { '&' } else { '?' };
    format!("{here}{mark}lang={}", lang.other().code())
}

/// Whom to ask, by name where there is one (S033).
fn help(app: &Desk, lang: Lang) -> Option<Link> {
    // Whoever has not signed in learns no names.
    if !app.visitor.is_known() {
        return None;
    }
    let (_, context) = app.read().ok()?;
    let workspace = context.settings.workspace;
    let names: Vec<String> = [workspace.support, workspace.agency]
        .into_iter()
        .filter(|contact| !contact.is_empty())
        .map(|contact| [contact.name, contact.email, contact.phone, contact.url])
        .filter_map(|fields| fields.into_iter().find(|field| !field.is_empty()))
        .map(|name| name.chars().take(80).collect())
        .collect();
    let words = t_args(lang, "help-asked", &[("names", &names.join(", "))]);
    let href = if app.may(Right::Figures) { "/definitions#contacts" } else { "" };
    (!names.is_empty()).then(|| Link::new(words, href))
}

/// The filters of an address that every page understands: without the parameters that belong to its
/// own page, and without conditions on lines, which the revenue of whole orders does not have.
pub fn filters_of(here: &str) -> String {
    let query = here.split_once('?').map_or("", |(_, query)| query);
    let of_orders = |condition: &str| {
        let of = condition.split_once(':').and_then(|(id, _)| dimension(id));
        of.zip(metric("revenue")).is_some_and(|(of, revenue)| splits(revenue, of))
    };
    let kept =
        pairs(query).filter_map(|(name, value)| Some((name?, value?))).filter(|(name, value)| {
            FILTERS.contains(&name.as_str()) && (name != "where" || of_orders(value))
        });
    kept.map(|(name, value)| format!("{name}={}", encode(&value))).collect::<Vec<_>>().join("&")
}

/// A page that could not be made, in the reader's language.
pub enum PageError {
    Query(QueryError),
    NotFound,
    /// Not theirs to see.
    Forbidden,
    /// A page that says why itself.
    Drawn(StatusCode, Markup),
    /// The question takes more than so many seconds.
    Slow(u64),
    /// Too many questions wait already.
    Busy,
    /// Ours; written to the log.
    Failed(String),
    /// Not an error: the reader chose a language, and goes on where they were.
    Language(Lang, String),
}

impl From<QueryError> for PageError {
    fn from(error: QueryError) -> Self {
        Self::Query(error)
    }
}

impl From<StoreError> for PageError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::TooLong(seconds) => Self::Slow(seconds),
            // Nobody reads this page: no line in the log is needed.
            StoreError::GivenUp => Self::Busy,
            error => Self::Failed(error.to_string()),
        }
    }
}

impl From<MetricsError> for PageError {
    fn from(error: MetricsError) -> Self {
        match error {
            MetricsError::Query(error) => Self::Query(error),
            MetricsError::Store(error) => error.into(),
        }
    }
}

/// Makes a page on a thread that may block, and answers with it or with what went wrong.
pub async fn page(
    app: Desk,
    headers: HeaderMap,
    here: String,
    make: impl FnOnce(&Desk, Lang, &str) -> Result<Markup, PageError> + Send + 'static,
) -> Response {
    let lang = lang(&headers);
    let made = tokio::task::spawn_blocking(move || {
        let outcome = without_lang(&here).and_then(|()| make(&app, lang, &here));
        match outcome {
            Ok(markup) => html_page(StatusCode::OK, markup),
            Err(error) => refused(&app, lang, &here, error),
        }
    })
    .await;
    made.unwrap_or_else(|_panicked| StatusCode::INTERNAL_SERVER_ERROR.into_response())
}

/// A page shows what its reader may see: no cache keeps it for anybody, the next user of this browser
/// included.
pub fn html_page(status: StatusCode, markup: Markup) -> Response {
    (status, [(header::CACHE_CONTROL, "no-store")], Html(markup.into_string())).into_response()
}

/// `?lang=` sets the cookie and leaves the address.
pub(super) fn without_lang(here: &str) -> Result<(), PageError> {
    let Some((path, query)) = here.split_once('?') else { return Ok(()) };
    let chosen = query.split('&').filter_map(|one| one.strip_prefix("lang=")).find_map(Lang::parse);
    let Some(chosen) = chosen else { return Ok(()) };
    // Two slashes would begin another site's name.
    let path = format!("/{}", path.trim_start_matches(['/', '\\']));
    let rest: Vec<&str> = query.split('&').filter(|one| !one.starts_with("lang=")).collect();
    let rest = if rest.is_empty() { path } else { format!("{path}?{}", rest.join("&")) };
    Err(PageError::Language(chosen, rest))
}

pub fn refused(app: &Desk, lang: Lang, here: &str, error: PageError) -> Response {
    let (status, what) = match error {
        PageError::Language(chosen, rest) => {
            let cookie = format!("lang={}; Path=/; Max-Age=31536000; SameSite=Lax", chosen.code());
            return (
                StatusCode::SEE_OTHER,
                [(header::SET_COOKIE, cookie), (header::LOCATION, rest)],
            )
                .into_response();
        }
        PageError::Query(error) => (StatusCode::BAD_REQUEST, bad_parameter(here, error)),
        PageError::Drawn(status, page) => return html_page(status, page),
        PageError::NotFound => (StatusCode::NOT_FOUND, Problem::NotFound),
        PageError::Forbidden => (StatusCode::FORBIDDEN, Problem::Forbidden),
        PageError::Slow(seconds) => {
            (StatusCode::SERVICE_UNAVAILABLE, Problem::Slow { seconds, retry: here.to_owned() })
        }
        PageError::Busy => {
            (StatusCode::SERVICE_UNAVAILABLE, Problem::Busy { retry: here.to_owned() })
        }
        PageError::Failed(detail) => {
            // What is asked for may be a person's address, or a link's secret.
            let path = here.split('?').next().unwrap_or_default();
            crate::commands::log(&format!("{path}: {detail}"));
            (StatusCode::INTERNAL_SERVER_ERROR, Problem::Failed { retry: here.to_owned() })
        }
    };
    let title = status.as_str().to_owned();
    html_page(status, shell(app, lang, "", &title, app.home(), problem(lang, app.home(), &what)))
}

fn bad_parameter(here: &str, error: QueryError) -> Problem {
    let nearest = error.nearest.map(|nearest| {
        let path = here.split_once('?').map_or(here, |(path, _)| path);
        let query = here.split_once('?').map_or("", |(_, query)| query);
        let prefix = format!("{}=", error.parameter);
        let kept = query.split('&').filter(|one| !one.is_empty() && !one.starts_with(&prefix));
        let all: Vec<String> =
            kept.map(str::to_owned).chain([format!("{prefix}{}", encode(&nearest))]).collect();
        Link::new(nearest, format!("{path}?{}", all.join("&")))
    });
    Problem::BadParameter { name: error.parameter, value: error.value, nearest }
}

/// The page for whoever is known, and has no right to what they asked for.
pub async fn forbidden(app: Desk, headers: HeaderMap) -> Response {
    page(app, headers, "/".to_owned(), |_, _, _| Err(PageError::Forbidden)).await
}

/// The page for whoever would have to wait too long for their turn.
pub async fn busy(app: Desk, uri: Uri, headers: HeaderMap) -> Response {
    page(app, headers, uri.to_string(), |_, _, _| Err(PageError::Busy)).await
}

pub async fn not_found(app: Desk, uri: Uri, headers: HeaderMap) -> Response {
    page(app, headers, uri.to_string(), |_, _, _| Err(PageError::NotFound)).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn s109_choosing_a_language_leads_to_no_other_site() {
        let leads = |here: &str| match without_lang(here) {
            Err(PageError::Language(_, rest)) => rest,
            _ => String::new(),
        };
        assert_eq!(leads("/orders?shop=ferme&lang=fr"), "/orders?shop=ferme");
        assert_eq!(leads("/?lang=en"), "/");
        for here in
            ["//evil.example/", "///evil.example", "/\\evil.example", "https://evil.example/"]
        {
            let to = leads(&format!("{here}?lang=fr"));
            assert!(to.starts_with('/'), "{to}");
            assert!(!to.starts_with("//") && !to.starts_with("/\\"), "{to}");
        }
    }
}
