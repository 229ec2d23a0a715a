//! The bank's file of reference rates, fetched from where it publishes it. Only where the merchant has
//! switched that on: by itself Comptoir calls nobody.

use std::io::{Cursor, Read};

use crate::failure::{Failure, FailureKind};
use crate::http::{Ask, Http, Pace, address, leads_inside};
use crate::words::say;

/// Where the bank publishes all days since 1999, in one file of some 650 kB.
pub const PUBLISHED: &str = "https://www.ecb.europa.eu/stats/eurofxref/eurofxref-hist.zip";

/// The unpacked file is some 3 MB; a hundred times the growth of a year is not believed.
const MAX_TEXT: u64 = 64 * 1024 * 1024;

/// Fetches the file and unpacks it: the text that [`super::read`] reads. `url` names a copy elsewhere,
/// packed or not; whoever names one in a private network means it.
///
/// # Errors
/// The bank can't be reached, or something else answers than its file.
pub fn download(url: Option<&str>) -> Result<String, Failure> {
    download_at(url, Pace::default())
}

/// The same, as patiently as told.
///
/// # Errors
/// As [`download`].
pub fn download_at(url: Option<&str>, pace: Pace) -> Result<String, Failure> {
    let home = address(url.unwrap_or(PUBLISHED))?;
    let private = url.is_some() && leads_inside(&home);
    let mut http = Http::new(home.clone(), pace, private);
    let answer = http.send(&mut |url| Ask::get(url.clone()), &home)?;
    if let Some(failure) = answer.failure() {
        return Err(failure);
    }
    let text = if answer.body.starts_with(b"PK") {
        unpacked(&answer.body).ok_or_else(not_the_file)?
    } else {
        String::from_utf8(answer.body).map_err(|_| not_the_file())?
    };
    let text = text.trim_start_matches('\u{feff}');
    if text.starts_with("Date,") { Ok(text.to_owned()) } else { Err(not_the_file()) }
}

/// The first table in the archive, bounded whatever size it claims.
fn unpacked(bytes: &[u8]) -> Option<String> {
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).ok()?;
    let names: Vec<String> = archive.file_names().map(str::to_owned).collect();
    let name = names.iter().find(|name| name.to_ascii_lowercase().ends_with(".csv"))?;
    let file = archive.by_name(name).ok()?;
    let mut text = String::new();
    file.take(MAX_TEXT + 1).read_to_string(&mut text).ok()?;
    (text.len() as u64 <= MAX_TEXT).then_some(text)
}

fn not_the_file() -> Failure {
    Failure::new(
        FailureKind::NotTheApi,
        say(
            "ce n’est pas le fichier de cours de la Banque centrale européenne",
            "this is not the European Central Bank’s file of rates",
        ),
        say(
            "téléchargez eurofxref-hist.zip sur son site et importez-le à la main",
            "download eurofxref-hist.zip from its site and import it by hand",
        ),
    )
}
