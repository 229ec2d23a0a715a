//! The third step: an import at work, watched from the page.

use std::fs::File;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Instant;

use anyhow::{Result, anyhow};
use comptoir_sources::Table;
use comptoir_store::StoreError;
use maud::{Markup, html};
use serde_json::{Value, json};

use super::uploads::{Failure, Stage, Upload};
use crate::access::Desk;
use crate::audit::Action;
use crate::commands::import::{Begin, open_session};
use crate::commands::log;
use crate::format;
use crate::i18n::{Lang, t, t_args};
use crate::importing::{Progress, Session, Stopped};
use crate::ui::import::Progress as ProgressView;
use crate::ui::pages::plain_head;

/// How much of the bar the reading takes; grouping and writing take the rest.
const READING: u64 = 80;

/// Starts the import of a confirmed upload; does nothing when it is under way or has ended.
pub fn start(app: &Desk, upload: &Arc<Upload>, lang: Lang) -> Result<()> {
    let choices = {
        let state = upload.state();
        if !matches!(state.stage, Stage::Waiting) {
            return Ok(());
        }
        state.choices.clone()
    };
    let table = Table::open(File::open(&upload.path)?, &upload.name, &choices.options)?;
    let (_, mapping) = choices.mapping(table.sniffed());
    drop(table);
    let shop = &upload.target.shop;
    let begin = Begin {
        shop: shop.slug.clone(),
        // A new shop is created with what the file brings: stopping before that leaves nothing.
        create: upload.target.new.then(|| shop.clone()),
        mapping,
        options: choices.options,
        language: lang.into(),
    };
    let session = open_session(&app.store, begin, true)?;
    {
        let mut state = upload.state();
        if !matches!(state.stage, Stage::Waiting) {
            return Ok(());
        }
        state.failure = None;
        state.stage =
            Stage::Reading { progress: Arc::clone(&session.progress), since: Instant::now() };
    }
    let (app, upload) = (app.clone(), Arc::clone(upload));
    std::thread::spawn(move || {
        let worker = {
            let (app, upload) = (app.clone(), Arc::clone(&upload));
            std::thread::spawn(move || run(&app, &upload, session))
        };
        let outcome = worker
            .join()
            .unwrap_or_else(|_panicked| Err(anyhow!("a fault in Comptoir; its log says which")));
        settle(&app, &upload, outcome);
    });
    Ok(())
}

fn run(app: &Desk, upload: &Upload, mut session: Session) -> Result<Option<i64>> {
    let progress = Arc::clone(&session.progress);
    session.add_file(&upload.name, File::open(&upload.path)?)?;
    {
        // Stopping and writing exclude each other: whichever takes the state first.
        let mut state = upload.state();
        if progress.stop.load(Ordering::Relaxed) {
            return Err(Stopped.into());
        }
        state.stage = Stage::Writing { rows: progress.rows.load(Ordering::Relaxed) };
    }
    let report = session.commit(&app.store, false)?;
    // Without a number nothing was written: no row was fit to be.
    let import: Option<i64> = report.import.parse().ok();
    if let Some(import) = import {
        let detail =
            json!({ "import": import, "rows": report.accepted, "rejected": report.rejected });
        // What came in stays in, whatever becomes of the line about it.
        if let Err(error) = written_down(app, upload, &detail) {
            log(&format!("the audit log: {error}"));
        }
    }
    Ok(import)
}

fn settle(app: &Desk, upload: &Upload, outcome: Result<Option<i64>>) {
    let mut state = upload.state();
    match outcome {
        Ok(Some(import)) => {
            state.stage = Stage::Done(import);
            upload.delete();
            app.ring();
        }
        Ok(None) => {
            state.stage = Stage::Waiting;
            state.failure = Some(Failure::Nothing);
        }
        Err(error) => {
            state.stage = Stage::Waiting;
            state.failure = Some(if error.is::<Stopped>() {
                Failure::Stopped
            } else {
                Failure::Broken(Arc::new(error))
            });
        }
    }
}

/// What came in is in the audit log too: by whom, and into which shop.
fn written_down(app: &Desk, upload: &Upload, detail: &Value) -> Result<(), StoreError> {
    let shop = app.read()?.1.shop(&upload.target.shop.slug).map(|shop| shop.id);
    app.audit(Action::Imported, shop, detail)
}

/// Asks an import to stop, if nothing of it is being written yet.
pub fn stop(upload: &Upload) {
    if let Stage::Reading { progress, .. } = &upload.state().stage {
        progress.stop.store(true, Ordering::Relaxed);
    }
}

/// Where an upload's page is now, when that is not the progress page.
pub fn elsewhere(upload: &Upload) -> Option<String> {
    match upload.state().stage {
        Stage::Waiting => Some(upload.address()),
        Stage::Done(import) => Some(format!("/imports/{import}")),
        Stage::Reading { .. } | Stage::Writing { .. } => None,
    }
}

/// The body of the progress page.
pub fn body(lang: Lang, upload: &Upload) -> Markup {
    let (percent, words) = match &upload.state().stage {
        Stage::Reading { progress, since } => reading(lang, progress, *since, upload.size),
        Stage::Writing { rows } => (
            READING + 10,
            t_args(lang, "import-progress-writing", &[("rows", &count(lang, *rows))]),
        ),
        Stage::Waiting | Stage::Done(_) => (100, t(lang, "import-done")),
    };
    let view = ProgressView {
        lang,
        percent: u8::try_from(percent.min(100)).unwrap_or(100),
        words,
        state: format!("{}/progress", upload.address()),
        stop: format!("{}/stop", upload.address()),
    };
    html! {
        (plain_head(&t(lang, "import-title"), Some(&upload.name)))
        (view.render())
    }
}

fn reading(lang: Lang, progress: &Progress, since: Instant, size: u64) -> (u64, String) {
    let rows = progress.rows.load(Ordering::Relaxed);
    if rows == 0 {
        return (0, t(lang, "import-progress-opening"));
    }
    let bytes = progress.bytes.load(Ordering::Relaxed).min(size);
    let spent = u64::try_from(since.elapsed().as_millis()).unwrap_or(u64::MAX).max(1);
    let values =
        [("rows", &*count(lang, rows)), ("rate", &*count(lang, rows.saturating_mul(1000) / spent))];
    let mut words = t_args(lang, "import-progress-reading", &values);
    // A spreadsheet is read whole before its first row: then the bytes tell nothing of what is left.
    if bytes > 0 && bytes < size {
        let left =
            (u128::from(spent) * u128::from(size - bytes) / u128::from(bytes)).div_ceil(1000);
        let left = u64::try_from(left).unwrap_or(u64::MAX);
        let (id, n) = if left < 100 {
            ("import-left-seconds", left)
        } else {
            ("import-left-minutes", left.div_ceil(60))
        };
        words = format!("{words}, {}", t_args(lang, id, &[("n", &count(lang, n))]));
    }
    (bytes * READING / size.max(1), words)
}

fn count(lang: Lang, count: u64) -> String {
    format::integer(lang, i64::try_from(count).unwrap_or(i64::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[test]
    fn progress_tells_rows_rate_and_time_left() {
        let progress = Progress::default();
        let since = Instant::now().checked_sub(Duration::from_secs(10)).unwrap();
        assert_eq!(reading(Lang::En, &progress, since, 4_000).0, 0);
        progress.rows.store(50_000, Ordering::Relaxed);
        progress.bytes.store(1_000, Ordering::Relaxed);
        // A quarter in 10 s: 30 s are left, 5,000 rows a second, 20 of the 80 % of reading.
        let (percent, words) = reading(Lang::En, &progress, since, 4_000);
        assert_eq!(percent, 20);
        assert!(
            words.starts_with("50,000 rows read, 4,99")
                || words.starts_with("50,000 rows read, 5,000"),
            "{words}"
        );
        assert!(words.contains("30\u{a0}s") || words.contains("31\u{a0}s"), "{words}");
        progress.bytes.store(4_000, Ordering::Relaxed);
        assert_eq!(reading(Lang::Fr, &progress, since, 4_000).0, 80);
    }
}
