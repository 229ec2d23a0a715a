//! The import page: a file is dropped, its mapping corrected and confirmed, its import watched, and
//! undone if need be.

use std::collections::HashMap;
use std::sync::Arc;

use axum::extract::{Form as PostedForm, Multipart, Path, Query};
use axum::http::{HeaderMap, StatusCode, Uri};
use axum::response::{IntoResponse, Redirect, Response};
use comptoir_store::{Import, StoreError, StoredShop};
use maud::Markup;

use super::frame::{self, PageError};
use crate::access::{Desk, Right, Routes};
use crate::clock;
use crate::i18n::{Lang, t};

mod choices;
mod form;
mod mapping;
mod reading;
mod receive;
mod report;
mod running;
mod uploads;
mod words;

pub use receive::slug;
pub use uploads::Uploads;

use choices::Choices;
use receive::{Form, receive};
use uploads::{Failure, Stage, Upload};
use words::Trouble;

pub fn routes() -> Routes {
    Routes::new()
        .get("/import", Right::Import, ask)
        .post_up_to("/import", Right::Import, None, take)
        .get("/import/{upload}", Right::Import, show)
        .post("/import/{upload}", Right::Import, choose)
        .get("/import/{upload}/progress", Right::Import, watch)
        .post("/import/{upload}/stop", Right::Import, stop)
        .post("/import/{upload}/cancel", Right::Import, cancel)
        .get("/imports/{import}", Right::Import, look_back)
        .post("/imports/{import}/undo", Right::Import, undo)
        .get("/imports/{import}/rejected.csv", Right::Import, rejected)
}

/// The form; `?shop=` chooses the shop.
async fn ask(
    app: Desk,
    uri: Uri,
    Query(asked): Query<HashMap<String, String>>,
    headers: HeaderMap,
) -> Response {
    let form = Form { shop: asked.get("shop").cloned().unwrap_or_default(), ..Form::default() };
    frame::page(app, headers, uri.to_string(), move |app, lang, here| {
        Ok(framed(app, lang, here, form::body(app, lang, &form, None)?))
    })
    .await
}

/// The file itself.
async fn take(app: Desk, headers: HeaderMap, parts: Multipart) -> Response {
    let lang = frame::lang(&headers);
    let now = clock::now();
    app.uploads.sweep(now);
    let received = match receive(&app.uploads, parts).await {
        Ok(received) => received,
        Err((form, trouble)) => return refused(app, lang, form, trouble).await,
    };
    let form = received.form.clone();
    let at_work = app.clone();
    let taken = blocking(move || {
        let mut received = received;
        let known = shops_of(&at_work)?;
        let target = match received.form.target(&known) {
            // A shop to come belongs to whoever sees all shops.
            Ok(target) if target.new && !at_work.sees_all_shops() => {
                return Ok(Err(Trouble::NoShop));
            }
            Ok(target) => target,
            Err(trouble) => return Ok(Err(trouble)),
        };
        let choices = received.form.choices();
        if let Err(error) = reading::check(&received.path, &received.name, &choices) {
            return Ok(Err(Trouble::File(error)));
        }
        let (name, size) = (received.name.clone(), received.size);
        let upload = Upload::new(received.keep(), name, size, target, choices, now);
        Ok(Ok(at_work.uploads.keep(upload).address()))
    })
    .await;
    match taken {
        Ok(Ok(address)) => Redirect::to(&address).into_response(),
        Ok(Err(trouble)) => refused(app, lang, form, trouble).await,
        Err(error) => failed(app, headers, "/import".into(), error).await,
    }
}

/// The form again, filled in, with what was wrong.
async fn refused(app: Desk, lang: Lang, form: Form, trouble: Trouble) -> Response {
    let made = blocking(move || {
        let body = form::body(&app, lang, &form, Some(trouble.words(lang)))?;
        Ok(framed(&app, lang, "/import", body))
    })
    .await;
    match made {
        Ok(page) => frame::html_page(StatusCode::BAD_REQUEST, page),
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}

/// The mapping, to correct.
async fn show(app: Desk, uri: Uri, Path(id): Path<String>, headers: HeaderMap) -> Response {
    let upload = mine(&app, &id);
    if let Some(upload) = &upload
        && !matches!(upload.state().stage, Stage::Waiting)
    {
        let progress = format!("{}/progress", upload.address());
        return Redirect::to(&running::elsewhere(upload).unwrap_or(progress)).into_response();
    }
    frame::page(app, headers, uri.to_string(), move |app, lang, here| {
        let upload = upload.ok_or(PageError::NotFound)?;
        let body = match mapping::body(lang, &upload) {
            Ok(body) => body,
            // Read otherwise, a file can turn out to be unreadable: the form says so, and what was
            // chosen is forgotten, so that the page can be opened again.
            Err(error) => {
                upload.state().choices = Choices::default();
                form::body(app, lang, &Form::default(), Some(words::file_error(lang, &error)))?
            }
        };
        Ok(framed(app, lang, here, body))
    })
    .await
}

/// What was chosen: read again with it, or begin.
async fn choose(
    app: Desk,
    Path(id): Path<String>,
    headers: HeaderMap,
    PostedForm(form): PostedForm<Vec<(String, String)>>,
) -> Response {
    let Some(upload) = mine(&app, &id) else { return gone(app, headers).await };
    let address = upload.address();
    {
        let mut state = upload.state();
        if !matches!(state.stage, Stage::Waiting) {
            return Redirect::to(&format!("{address}/progress")).into_response();
        }
        state.choices = Choices::from_form(&form);
        state.failure = None;
    }
    if !form.iter().any(|(name, value)| name == "step" && value == "confirm") {
        return Redirect::to(&address).into_response();
    }
    let lang = frame::lang(&headers);
    let begun = tokio::task::spawn_blocking(move || {
        let choices = upload.state().choices.clone();
        // The page shows why a mapping doesn't fit.
        let fits = reading::look(&upload, &choices, lang.into(), clock::now())
            .is_ok_and(|reading| reading.trial.is_ok());
        if !fits {
            return upload.address();
        }
        if let Err(error) = running::start(&app, &upload, lang) {
            upload.state().failure = Some(Failure::Broken(Arc::new(error)));
            return upload.address();
        }
        format!("{}/progress", upload.address())
    })
    .await;
    Redirect::to(&begun.unwrap_or(address)).into_response()
}

async fn watch(app: Desk, uri: Uri, Path(id): Path<String>, headers: HeaderMap) -> Response {
    let upload = mine(&app, &id);
    if let Some(elsewhere) = upload.as_deref().and_then(running::elsewhere) {
        return Redirect::to(&elsewhere).into_response();
    }
    frame::page(app, headers, uri.to_string(), move |app, lang, here| {
        let upload = upload.ok_or(PageError::NotFound)?;
        Ok(framed(app, lang, here, running::body(lang, &upload)))
    })
    .await
}

async fn stop(app: Desk, Path(id): Path<String>, headers: HeaderMap) -> Response {
    let Some(upload) = mine(&app, &id) else { return gone(app, headers).await };
    running::stop(&upload);
    Redirect::to(&format!("{}/progress", upload.address())).into_response()
}

/// Gives an upload up; one that is being imported must be stopped first.
async fn cancel(app: Desk, Path(id): Path<String>) -> Redirect {
    if let Some(upload) = mine(&app, &id) {
        if matches!(upload.state().stage, Stage::Reading { .. } | Stage::Writing { .. }) {
            return Redirect::to(&format!("{}/progress", upload.address()));
        }
        app.uploads.remove(&id);
    }
    Redirect::to("/import")
}

/// An upload for one of the visitor's shops.
fn mine(app: &Desk, id: &str) -> Option<Arc<Upload>> {
    app.uploads.get(id).filter(|upload| match upload.target.id {
        Some(shop) => app.may_see(shop),
        None => app.sees_all_shops(),
    })
}

/// The visitor's shops.
fn shops_of(app: &Desk) -> Result<Vec<StoredShop>, StoreError> {
    let mut all = comptoir_store::shops::list(&app.store.read()?)?;
    all.retain(|shop| app.may_see(shop.id));
    Ok(all)
}

async fn look_back(app: Desk, uri: Uri, Path(id): Path<String>, headers: HeaderMap) -> Response {
    frame::page(app, headers, uri.to_string(), move |app, lang, here| {
        let import = known(app, &id)?.ok_or(PageError::NotFound)?;
        Ok(framed(app, lang, here, report::body(app, lang, &import)?))
    })
    .await
}

async fn undo(app: Desk, Path(id): Path<String>, headers: HeaderMap) -> Response {
    let at_work = app.clone();
    let undone = blocking(move || match known(&at_work, &id)? {
        Some(import) => report::undo(&at_work, &import).map(|()| Some(import.id)),
        None => Ok(None),
    })
    .await;
    match undone {
        Ok(Some(id)) => Redirect::to(&format!("/imports/{id}")).into_response(),
        Ok(None) => gone(app, headers).await,
        Err(error) => failed(app, headers, "/import".into(), error).await,
    }
}

async fn rejected(app: Desk, Path(id): Path<String>, headers: HeaderMap) -> Response {
    let at_work = app.clone();
    let import = blocking(move || known(&at_work, &id)).await.ok().flatten();
    let sent = match &import {
        Some(import) => match report::leaves(&app, import).await {
            Ok(()) => report::download(&app, import).await,
            Err(error) => return failed(app, headers, "/import".into(), error).await,
        },
        None => None,
    };
    match sent {
        Some(response) => response,
        None => gone(app, headers).await,
    }
}

fn known(app: &Desk, id: &str) -> Result<Option<Import>, StoreError> {
    id.parse().ok().map_or(Ok(None), |id| report::find(app, id))
}

fn framed(app: &Desk, lang: Lang, here: &str, body: Markup) -> Markup {
    frame::shell(app, lang, "nav-import", &t(lang, "import-title"), here, body)
}

async fn gone(app: Desk, headers: HeaderMap) -> Response {
    frame::page(app, headers, "/import".into(), |_, _, _| Err(PageError::NotFound)).await
}

async fn failed(app: Desk, headers: HeaderMap, here: String, error: StoreError) -> Response {
    frame::page(app, headers, here, move |_, _, _| Err(error.into())).await
}

/// Runs work that reads or writes the store on a thread that may block.
async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, StoreError> + Send + 'static,
) -> Result<T, StoreError> {
    tokio::task::spawn_blocking(work).await.unwrap_or(Err(StoreError::WriterGone))
}
