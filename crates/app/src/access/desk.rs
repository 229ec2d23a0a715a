//! The program as one visitor may see it: what a handler works with. It can only be had from a request
//! that a declared right has let in.

use std::ops::Deref;
use std::sync::Arc;

use axum::extract::FromRequestParts;
use axum::http::StatusCode;
use axum::http::request::Parts;
use comptoir_metrics::Context;
use comptoir_store::{Question, Snapshot, StoreError};

use super::right::Right;
use super::visitor::Visitor;
use crate::state::App;

/// The program and who is asking.
#[derive(Clone)]
pub struct Desk {
    app: Arc<App>,
    pub visitor: Visitor,
    /// What is read here belongs to it.
    question: Question,
}

impl Desk {
    pub fn new(app: Arc<App>, visitor: Visitor) -> Self {
        Self { app, visitor, question: Question::unlimited() }
    }

    /// The same desk for one question.
    pub(super) fn asking(self, question: Question) -> Self {
        Self { question, ..self }
    }

    /// The same desk for what goes on after the answer: a stream of news.
    pub fn lasting(self) -> Self {
        self.asking(Question::unlimited())
    }

    /// The program itself, for work that goes on after the request.
    pub fn app(&self) -> &Arc<App> {
        &self.app
    }

    pub fn may(&self, right: Right) -> bool {
        self.visitor.may(right)
    }

    /// A consistent view of the data, and the context to read queries against it: the visitor's shops,
    /// and no others, are all the shops there are.
    pub fn read(&self) -> Result<(Snapshot, Context), StoreError> {
        let (snapshot, mut context) = self.app.read_all_for(&self.question)?;
        context.shops.retain(|shop| self.visitor.may_see(shop.id));
        Ok((snapshot, context))
    }
}

impl Deref for Desk {
    type Target = App;

    fn deref(&self) -> &App {
        &self.app
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Desk {
    type Rejection = StatusCode;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, StatusCode> {
        // Only a declared route puts it there: see `routes`.
        parts.extensions.get::<Self>().cloned().ok_or(StatusCode::INTERNAL_SERVER_ERROR)
    }
}
