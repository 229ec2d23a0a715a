//! The program as one visitor may see it: what a handler works with. It can only be had from a request
//! that a declared right has let in.

use std::ops::Deref;
use std::sync::Arc;

use axum::extract::FromRequestParts;
use axum::http::StatusCode;
use axum::http::request::Parts;
use comptoir_metrics::Context;
use comptoir_store::activity::Facts;
use comptoir_store::{Question, Snapshot, StoreError};

use super::identity::Identities;
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

    /// The same question at the desk of somebody else: a page as whoever has a link sees it.
    pub fn seen_by(&self, visitor: Visitor) -> Self {
        Self { app: Arc::clone(&self.app), visitor, question: self.question.clone() }
    }

    /// The program itself, for work that goes on after the request.
    pub fn app(&self) -> &Arc<App> {
        &self.app
    }

    pub fn may(&self, right: Right) -> bool {
        self.visitor.may(right)
    }

    /// How persons are shown.
    pub fn identities(&self) -> Identities {
        Identities::of(self.visitor.rights)
    }

    pub fn may_see(&self, shop: i64) -> bool {
        self.visitor.may_see(shop)
    }

    /// Whether the visitor may change what all shops share.
    pub fn sees_all_shops(&self) -> bool {
        self.visitor.shops.is_none()
    }

    /// The page on which the visitor's day begins.
    pub fn home(&self) -> &'static str {
        self.visitor.role.map_or("/", |role| role.first_page)
    }

    /// A consistent view of the data, and the context to read queries against it: the visitor's shops,
    /// and no others, are all the shops there are.
    pub fn read(&self) -> Result<(Snapshot, Context), StoreError> {
        let (snapshot, mut context) = self.app.read_all_for(&self.question)?;
        context.shops.retain(|shop| self.may_see(shop.id));
        context.contents.retain(|found| self.may_see(found.shop_id));
        context.settings.shops.retain(|shop| self.may_see(shop.id));
        context.history_limits.retain(|shop, _| self.may_see(*shop));
        Ok((snapshot, context))
    }

    /// What is known of the visitor's shops beside their figures.
    pub fn facts(&self, snapshot: &Snapshot) -> Result<Facts, StoreError> {
        let mut facts = self.app.facts_of_all(snapshot)?;
        facts.fresh.retain(|(shop, _)| self.may_see(*shop));
        facts.statuses.retain(|(shop, _, _)| self.may_see(*shop));
        Ok(facts)
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
