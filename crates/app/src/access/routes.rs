//! Routes that say what right they need. A handler can't be mounted without: the server takes nothing
//! but [`Routes`], and its router is nobody's to reach.

use std::sync::Arc;

use axum::Router;
use axum::extract::{DefaultBodyLimit, Request};
use axum::handler::Handler;
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use axum::routing::{MethodRouter, any, get, post};

use super::admit;
use super::desk::Desk;
use super::right::Right;
use super::visitor::{Visitor, Who};
use crate::state::App;

/// What a route asks of whoever calls it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Need {
    /// Nothing: sign-in, assets, health.
    Nothing,
    /// An account, whatever its role: one's own password, one's own sessions.
    Account,
    /// The request brings its own proof, which the handler checks: a webhook's signature, a door's token.
    OwnProof,
    May(Right),
    /// Two rights at once: a file of what a page shows needs the page's right too.
    Both(Right, Right),
}

impl From<Right> for Need {
    fn from(right: Right) -> Self {
        Self::May(right)
    }
}

impl From<(Right, Right)> for Need {
    fn from((one, other): (Right, Right)) -> Self {
        Self::Both(one, other)
    }
}

impl Need {
    /// Whether a visitor has what it takes.
    pub fn is_met_by(self, visitor: &Visitor) -> bool {
        match self {
            Self::Nothing | Self::OwnProof => true,
            Self::Account => matches!(visitor.who, Who::User { .. }),
            Self::May(right) => visitor.may(right),
            Self::Both(one, other) => visitor.may(one) && visitor.may(other),
        }
    }
}

/// A route as it was declared.
#[derive(Debug, Clone)]
pub struct Declared {
    pub method: &'static str,
    pub path: String,
    pub need: Need,
}

/// Routes with their needs.
#[derive(Default)]
pub struct Routes {
    router: Router<Arc<App>>,
    declared: Vec<Declared>,
}

impl Routes {
    pub fn new() -> Self {
        Self::default()
    }

    pub fn get<H, T>(self, path: &str, need: impl Into<Need>, handler: H) -> Self
    where
        H: Handler<T, Arc<App>>,
        T: 'static,
    {
        self.route("GET", path, need.into(), get(handler))
    }

    pub fn post<H, T>(self, path: &str, need: impl Into<Need>, handler: H) -> Self
    where
        H: Handler<T, Arc<App>>,
        T: 'static,
    {
        self.route("POST", path, need.into(), post(handler))
    }

    /// Takes bodies of that many bytes at most; `None`: a stream that the handler measures itself.
    pub fn post_up_to<H, T>(
        self,
        path: &str,
        need: impl Into<Need>,
        most: Option<usize>,
        handler: H,
    ) -> Self
    where
        H: Handler<T, Arc<App>>,
        T: 'static,
    {
        self.route("POST", path, need.into(), post(handler).layer(limit(most)))
    }

    /// Every method, with bodies of that many bytes at most: the imitated APIs of vendors.
    pub fn any_up_to<H, T>(self, path: &str, need: impl Into<Need>, most: usize, handler: H) -> Self
    where
        H: Handler<T, Arc<App>>,
        T: 'static,
    {
        self.route("ANY", path, need.into(), any(handler).layer(limit(Some(most))))
    }

    pub fn merge(mut self, other: Self) -> Self {
        self.router = self.router.merge(other.router);
        self.declared.extend(other.declared);
        self
    }

    /// What answers where there is no route.
    pub fn fallback<H, T>(mut self, need: impl Into<Need>, handler: H) -> Self
    where
        H: Handler<T, Arc<App>>,
        T: 'static,
    {
        let need = need.into();
        let guard = middleware::from_fn(move |request: Request, next: Next| {
            check(need, false, request, next)
        });
        self.router = self.router.fallback(any(handler).layer(guard));
        self
    }

    /// All that was declared.
    pub fn declared(&self) -> &[Declared] {
        &self.declared
    }

    pub(crate) fn into_router(self) -> Router<Arc<App>> {
        self.router
    }

    fn route(
        mut self,
        method: &'static str,
        path: &str,
        need: Need,
        handler: MethodRouter<Arc<App>>,
    ) -> Self {
        // What asks the database for figures or lists; who somebody is, and what a machine tells, is quick.
        let asks = method == "GET" && !matches!(need, Need::Nothing | Need::Account);
        let guard = middleware::from_fn(move |request: Request, next: Next| {
            check(need, asks, request, next)
        });
        self.router = self.router.route(path, handler.layer(guard));
        self.declared.push(Declared { method, path: path.to_owned(), need });
        self
    }
}

fn limit(most: Option<usize>) -> DefaultBodyLimit {
    most.map_or_else(DefaultBodyLimit::disable, DefaultBodyLimit::max)
}

/// Lets a request in, or answers why not.
async fn check(need: Need, asks: bool, mut request: Request, next: Next) -> Response {
    let Some(admit::Asking(desk)) = request.extensions_mut().remove::<admit::Asking>() else {
        return axum::http::StatusCode::INTERNAL_SERVER_ERROR.into_response();
    };
    if !need.is_met_by(&desk.visitor) {
        return admit::turned_away(desk, request).await;
    }
    let app = Arc::clone(desk.app());
    let _turn = match asks.then(|| app.patience.turn()) {
        None => None,
        Some(turn) => match turn.await {
            Some(turn) => Some(turn),
            None => return admit::too_many(desk, request).await,
        },
    };
    request.extensions_mut().insert::<Desk>(desk);
    next.run(request).await
}
