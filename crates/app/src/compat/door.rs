//! An open door: the shop that a token stands for, and the way its records take.

use std::sync::Arc;

use anyhow::{Context as _, Result};
use axum::body::Bytes;
use axum::extract::rejection::BytesRejection;
use comptoir_model::{Batch, Record};
use comptoir_sources::Refused;
use comptoir_sources::connector::Setting;
use comptoir_store::StoredShop;
use comptoir_store::tokens;
use jiff::tz::TimeZone;

use crate::clock;
use crate::commands::log;
use crate::state::App;

/// A shop that a program may push into.
#[derive(Clone)]
pub struct Door {
    pub app: Arc<App>,
    pub shop: StoredShop,
    pub setting: Setting,
}

impl Door {
    /// The shop of a token; `None` when it opens none.
    pub async fn open(app: &Arc<App>, token: Option<&str>) -> Result<Option<Self>> {
        let Some(token) = token.map(str::to_owned) else { return Ok(None) };
        let app = Arc::clone(app);
        blocking(move || {
            let now = clock::now();
            let opened = tokens::find_for(&app.store.read()?, &token, tokens::INGEST, now)?;
            let opened = match opened {
                Ok(opened) => opened,
                Err(refused) => {
                    // Vendors' answers know no such words: they go where the operator reads them.
                    if refused != tokens::Refused::Unknown {
                        log(&format!("a push was refused: {refused}"));
                    }
                    return Ok(None);
                }
            };
            app.store.token_used(&opened, now)?;
            // A token that pushes has one shop.
            let Some(shop) = opened.shop else { return Ok(None) };
            let timezone =
                TimeZone::get(&shop.shop.timezone).context("the shop’s time zone is unknown")?;
            let setting = Setting { now, currency: shop.shop.currency, timezone };
            Ok(Some(Self { app, shop, setting }))
        })
        .await
    }

    /// Runs blocking work beside the door.
    pub async fn work<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Self) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let door = self.clone();
        blocking(move || work(&door)).await
    }

    /// Keeps records for good; when this returns, they are on disk.
    pub async fn keep(&self, source: &str, records: Vec<Record>) -> Result<()> {
        if records.is_empty() {
            return Ok(());
        }
        let batch = Batch { shop: self.shop.shop.slug.clone(), source: source.to_owned(), records };
        let (done, answer) = tokio::sync::oneshot::channel();
        self.app.store.writer()?.submit(batch, move |result| {
            // A client that hung up meanwhile is not told; the records are kept all the same.
            let _gone = done.send(result);
        });
        answer.await??;
        self.app.ring();
        Ok(())
    }

    /// Writes a refused record where the operator reads it: some vendors' answers can't tell. Values
    /// stay out of the log: they may be personal.
    pub fn note(&self, source: &str, refused: &Refused) {
        log(&format!(
            "{source}, shop {}: {} {} was refused: {}: {}; {}",
            self.shop.shop.slug,
            refused.kind,
            refused.id,
            refused.field,
            without_quoted(&refused.reason.to_string()),
            refused.remedy
        ));
    }
}

/// A reason without what it quotes.
fn without_quoted(reason: &str) -> String {
    let mut out = String::new();
    let mut rest = reason;
    while let Some((before, quoted)) = rest.split_once('“') {
        out.push_str(before);
        out.push('…');
        rest = quoted.split_once('”').map_or("", |(_, after)| after);
    }
    out.push_str(rest);
    out
}

/// Runs blocking work away from the threads that serve requests.
async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T> + Send + 'static,
) -> Result<T> {
    tokio::task::spawn_blocking(work).await?
}

/// A body as text; why it is none.
pub fn text(body: Result<Bytes, BytesRejection>) -> Result<String, String> {
    let bytes = body.map_err(|error| error.to_string())?;
    String::from_utf8(bytes.into()).map_err(|_| "the body is not UTF-8 text".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn s126_what_a_push_said_wrongly_stays_out_of_the_log() {
        let reason = "“Ada@Example.com” is not a date, nor is “Ada”";
        assert_eq!(without_quoted(reason), "… is not a date, nor is …");
        assert_eq!(without_quoted("cut “ada@example.com"), "cut …");
        assert_eq!(without_quoted("is missing"), "is missing");
    }
}
