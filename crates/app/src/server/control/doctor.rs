//! The route of the socket about the state of the machine.

use std::sync::Arc;

use axum::extract::{Query, State};
use axum::routing::get;
use axum::{Json, Router};
use serde::Deserialize;

use super::blocking;
use crate::api::problem::Problem;
use crate::clock;
use crate::doctor::{Check, Depth, examine};
use crate::i18n::Lang;
use crate::state::App;

pub fn routes() -> Router<Arc<App>> {
    Router::new().route("/control/doctor", get(look))
}

#[derive(Deserialize)]
struct Asked {
    lang: String,
    /// Another address than the server's own.
    public: Option<String>,
}

async fn look(
    State(app): State<Arc<App>>,
    Query(asked): Query<Asked>,
) -> Result<Json<Vec<Check>>, Problem> {
    blocking(move || {
        let lang = Lang::parse(&asked.lang).unwrap_or_default();
        let public = asked.public.as_deref().or_else(|| app.sync.public_url());
        Ok(Json(examine(&app, lang, clock::now(), Depth::Whole, public)))
    })
    .await
}
