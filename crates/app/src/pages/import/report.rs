//! The last step: what came in, what did not, and the way back.

use std::fs::File;
use std::path::{Path, PathBuf};

use axum::body::{Body, Bytes};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use comptoir_store::{Import, StoreError, imports};
use maud::{Markup, html};
use serde_json::json;
use tokio::io::AsyncReadExt;

use super::form::zone_of;
use super::reading::excerpt;
use crate::access::Desk;
use crate::audit::Action;
use crate::clock;
use crate::format;
use crate::i18n::{Lang, t, t_args};
use crate::pages::export::audited;
use crate::ui::Link;
use crate::ui::import::{RejectedRow, Report};
use crate::ui::pages::plain_head;

/// Rejected rows shown; the file has all of them.
const SHOWN: usize = 20;
/// Orders named that an undo left in place.
const KEPT: usize = 200;
/// Bytes of the list of rejected rows sent at a time.
const PIECE: usize = 64 * 1024;

/// An import by its number.
pub fn find(app: &Desk, id: i64) -> Result<Option<Import>, StoreError> {
    let known = super::shops_of(app)?;
    let found = imports::list(&app.store.read()?)?.into_iter().find(|import| import.id == id);
    Ok(found.filter(|import| known.iter().any(|stored| stored.shop.slug == import.shop)))
}

/// Undoes an import; once undone, it stays as it is.
pub fn undo(app: &Desk, import: &Import) -> Result<(), StoreError> {
    if import.undone.is_some() {
        return Ok(());
    }
    let undone = app.store.undo_import(import.id, clock::now())?;
    let shop = super::shops_of(app)?.into_iter().find(|stored| stored.shop.slug == import.shop);
    let detail = json!({ "import": import.id, "removed_orders": undone.removed_orders });
    app.audit(Action::ImportUndone, shop.map(|stored| stored.id), &detail)?;
    app.uploads.remember(import.id, undone);
    app.ring();
    Ok(())
}

/// The body of the report.
pub fn body(app: &Desk, lang: Lang, import: &Import) -> Result<Markup, StoreError> {
    let known = super::shops_of(app)?;
    let shop = known.iter().find(|stored| stored.shop.slug == import.shop);
    let zone = zone_of(shop);
    let count = |count: u64| format::integer(lang, i64::try_from(count).unwrap_or(i64::MAX));
    let mut figures = vec![
        (t(lang, "import-rows"), count(import.counts.rows)),
        (t(lang, "import-accepted"), count(import.counts.accepted)),
        (t(lang, "import-rejected-count"), count(import.counts.rejected)),
        (t(lang, "import-orders"), count(import.orders)),
        (t(lang, "import-refunds"), count(import.refunds)),
    ];
    let mut kept = Vec::new();
    if let Some(undone) = app.uploads.undone(import.id) {
        figures.push((t(lang, "import-removed-orders"), count(undone.removed_orders)));
        figures.push((t(lang, "import-removed-refunds"), count(undone.removed_refunds)));
        kept.extend(undone.kept.iter().take(KEPT).map(|number| excerpt(number, 60)));
        if undone.kept.len() > KEPT {
            let more = count((undone.kept.len() - KEPT) as u64);
            kept.push(t_args(lang, "import-kept-more", &[("count", &more)]));
        }
    }
    let rejected = rejected_path(app, import);
    let view = Report {
        lang,
        title: match import.undone {
            Some(at) => {
                t_args(lang, "import-undone-on", &[("date", &format::instant(lang, at, &zone))])
            }
            None => t(lang, "import-done"),
        },
        lede: t_args(
            lang,
            "import-report-lede",
            &[
                ("file", &excerpt(&import.files, 120)),
                ("shop", shop.map_or(import.shop.as_str(), |stored| &stored.shop.name)),
                ("date", &format::instant(lang, import.started, &zone)),
            ],
        ),
        figures,
        rejected: rejected.as_deref().map(first_rejected).unwrap_or_default(),
        rejected_file: rejected.map(|_| format!("/imports/{}/rejected.csv", import.id)),
        undo: import.undone.is_none().then(|| format!("/imports/{}/undo", import.id)),
        kept,
        next: Link::new(t(lang, "import-see"), "/"),
    };
    Ok(html! {
        (plain_head(&t(lang, "import-title"), None))
        (view.render())
    })
}

/// The list of rejected rows: only ever a file of that folder, whatever the record says.
fn rejected_path(app: &Desk, import: &Import) -> Option<PathBuf> {
    let folder = app.store.folder()?.join("rejected");
    let name = Path::new(import.counts.rejected_file.as_deref()?).file_name()?;
    let path = folder.join(name);
    path.symlink_metadata().is_ok_and(|meta| meta.is_file()).then_some(path)
}

fn first_rejected(path: &Path) -> Vec<RejectedRow> {
    // The list is a help: a report without it is still a report.
    let Ok(file) = File::open(path) else { return Vec::new() };
    csv::Reader::from_reader(std::io::BufReader::new(file))
        .records()
        .filter_map(Result::ok)
        .take(SHOWN)
        .map(|row| {
            let cell = |at: usize, most: usize| excerpt(row.get(at).unwrap_or_default(), most);
            RejectedRow {
                line: cell(1, 20),
                field: plain(&cell(2, 60)),
                value: plain(&cell(3, 60)),
                reason: cell(4, 300),
                remedy: cell(5, 300),
            }
        })
        .collect()
}

/// What stood in the file: the list marks what a spreadsheet would take for a formula.
fn plain(cell: &str) -> String {
    let marked = cell.strip_prefix('\'').filter(|rest| rest.starts_with(['=', '+', '-', '@', ' ']));
    marked.unwrap_or(cell).to_owned()
}

/// Writes in the audit log that the list of rejected rows leaves.
pub async fn leaves(app: &Desk, import: &Import) -> Result<(), StoreError> {
    let here = format!("/imports/{}/rejected.csv", import.id);
    let rows = usize::try_from(import.counts.rejected).unwrap_or(usize::MAX);
    let at_work = app.clone();
    super::blocking(move || audited(&at_work, &here, rows)).await
}

/// Sends the list of rejected rows, piece by piece.
pub async fn download(app: &Desk, import: &Import) -> Option<Response> {
    let path = rejected_path(app, import)?;
    let file = tokio::fs::File::open(path).await.ok()?;
    let pieces = futures_util::stream::unfold(file, |mut file| async move {
        let mut piece = vec![0; PIECE];
        match file.read(&mut piece).await {
            Ok(0) => None,
            Ok(read) => {
                piece.truncate(read);
                Some((Ok(Bytes::from(piece)), file))
            }
            Err(error) => Some((Err(error), file)),
        }
    });
    let name = format!("attachment; filename=\"comptoir-rejected-{}.csv\"", import.id);
    let head = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8".to_owned()),
        (header::CONTENT_DISPOSITION, name),
        (header::CACHE_CONTROL, "no-store".to_owned()),
    ];
    Some((head, Body::from_stream(pieces)).into_response())
}
