//! Who is asking: finds out from a request's cookie, token or link, before any route is looked at.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::http::request::Parts;
use axum::middleware::Next;
use axum::response::{IntoResponse, Redirect, Response};

use super::desk::Desk;
use super::visitor::{Visitor, Who};
use crate::api::problem::Problem;
use crate::state::{App, Door};
use crate::{accounts, limits, pages, tokens};

/// A request whose sender is known, and whose right is still to be checked.
#[derive(Clone)]
pub(super) struct Asking(pub Desk);

/// For requests that come by the address.
pub async fn admit(State(app): State<Arc<App>>, request: Request, next: Next) -> Response {
    let (parts, body) = request.into_parts();
    let asked = Arc::clone(&app);
    let known = tokio::task::spawn_blocking(move || {
        let visitor = identify(&asked, &parts);
        (parts, visitor)
    });
    let Ok((parts, visitor)) = known.await else {
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    };
    let request = Request::from_parts(parts, body);
    answered(app, visitor, request, next).await
}

/// Hands a request on with its question, which is given up when the sender leaves before the answer.
async fn answered(app: Arc<App>, visitor: Visitor, mut request: Request, next: Next) -> Response {
    let shell = visitor.who == Who::Shell;
    let asking = app.patience.with(request.method(), shell);
    let desk = Desk::new(app, visitor).asking(asking.question.clone());
    request.extensions_mut().insert(Asking(desk));
    let response = next.run(request).await;
    asking.answered();
    response
}

/// By session, else by token. A share link or a signed link opens its own page and no other, so that
/// nobody is known by one here: see [`crate::sharing`].
fn identify(app: &App, request: &Parts) -> Visitor {
    let from = limits::client(request);
    match app.door {
        Door::Demo | Door::Open => Visitor::open(from),
        Door::Accounts => accounts::by_session(app, &request.headers, from)
            .or_else(|| tokens::by_token(app, &request.headers, from))
            .unwrap_or_else(|| Visitor::nobody(from)),
    }
}

/// For requests that come by the data folder's socket: whoever can open that file may do everything.
pub async fn admit_local(State(app): State<Arc<App>>, request: Request, next: Next) -> Response {
    answered(app, Visitor::shell(), request, next).await
}

/// Too many questions wait already.
pub(super) async fn too_many(desk: Desk, request: Request) -> Response {
    let (request, _body) = request.into_parts();
    if request.uri.path().starts_with("/api/") {
        return Problem::unavailable("too many questions wait already; ask again in a minute")
            .into_response();
    }
    pages::busy(desk, request.uri, request.headers).await
}

/// Whoever is not known is asked to sign in; whoever is, is told that this is not theirs to see.
pub(super) async fn turned_away(desk: Desk, request: Request) -> Response {
    let (request, _body) = request.into_parts();
    let path = request.uri.path();
    let known = desk.visitor.is_known();
    if path.starts_with("/api/") {
        let problem = if known {
            Problem::forbidden("your account or token has no right to this")
        } else if tokens::sent(&request.headers).is_some() {
            Problem::unauthorized(
                "this token is unknown, withdrawn or has expired; make another one with comptoir token create",
            )
        } else {
            Problem::unauthorized(
                "send a token (Authorization: Bearer …; comptoir token create makes one) or sign in",
            )
        };
        return problem.into_response();
    }
    if known {
        // The first page of everybody is the first page of those who may see it; others have their own.
        if path == "/" && desk.home() != "/" {
            return Redirect::to(desk.home()).into_response();
        }
        return pages::forbidden(desk, request.headers).await;
    }
    if request.method.is_safe() {
        let here = request.uri.path_and_query().map_or("/", |here| here.as_str());
        let next = comptoir_metrics::query::encode(here);
        return Redirect::to(&format!("/sign-in?next={next}")).into_response();
    }
    StatusCode::UNAUTHORIZED.into_response()
}
