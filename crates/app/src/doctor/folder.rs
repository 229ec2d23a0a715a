//! The data folder: whose it is, what it may grow to, what was left in it.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use super::Report;

/// The database and its log of changes.
const DATABASE: [&str; 2] = ["comptoir.duckdb", "comptoir.duckdb.wal"];

/// Endings of files that something interrupted leaves behind.
const LEFTOVERS: [&str; 4] = ["new", "old", "tmp", "part"];

/// A disk with less is as good as full.
const LEAST: u64 = 100 << 20;

pub(super) fn examine(report: &mut Report, folder: &Path) {
    rights(report, folder);
    space(report, folder);
    leftovers(report, folder);
}

fn rights(report: &mut Report, folder: &Path) {
    let shown = folder.display().to_string();
    let trial = folder.join("doctor.new");
    if let Err(error) = fs::write(&trial, b"").and_then(|()| fs::remove_file(&trial)) {
        let problem = error.to_string();
        report.faulty("folder", "folder-closed", &[("folder", &shown), ("problem", &problem)]);
        return;
    }
    // In a folder that is one's own, nobody else reaches the files.
    let open =
        |path: &Path| fs::metadata(path).is_ok_and(|found| found.permissions().mode() & 0o077 != 0);
    if !open(folder) {
        report.ok("folder", "folder-ok", &[("folder", &shown)]);
        return;
    }
    let names: Vec<String> = entries(folder)
        .into_iter()
        .filter(|name| !Path::new(name).is_dir() && open(&folder.join(name)))
        .collect();
    if names.is_empty() {
        report.attention("folder", "folder-open", &[("folder", &shown)]);
    } else {
        let names = names.join(", ");
        report.attention("folder", "folder-read", &[("folder", &shown), ("names", &names)]);
    }
}

fn space(report: &mut Report, folder: &Path) {
    let size: u64 = DATABASE
        .iter()
        .filter_map(|name| fs::metadata(folder.join(name)).ok())
        .map(|found| found.len())
        .sum();
    let free = match crate::machine::free_space(folder) {
        Ok(free) => free,
        Err(error) => {
            let problem = error.to_string();
            report.attention("disk", "disk-unknown", &[("problem", &problem)]);
            return;
        }
    };
    // A compaction and a backup write the database anew beside it, and it goes on growing meanwhile.
    let wanted = size.saturating_mul(3).max(LEAST);
    let words = [report.size(free), report.size(size), report.size(wanted)];
    let values = [("free", &*words[0]), ("size", &*words[1]), ("wanted", &*words[2])];
    if free < LEAST {
        report.faulty("disk", "disk-full", &values);
    } else if free < wanted {
        report.attention("disk", "disk-short", &values);
    } else {
        report.ok("disk", "disk-ok", &values);
    }
}

fn leftovers(report: &mut Report, folder: &Path) {
    let left: Vec<String> = entries(folder)
        .into_iter()
        .filter(|name| {
            let ending = Path::new(name).extension().and_then(|ending| ending.to_str());
            ending.is_some_and(|ending| LEFTOVERS.contains(&ending))
        })
        .collect();
    if left.is_empty() {
        report.ok("leftovers", "leftovers-ok", &[]);
    } else {
        report.attention("leftovers", "leftovers-found", &[("names", &left.join(", "))]);
    }
}

fn entries(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> = fs::read_dir(folder)
        .into_iter()
        .flatten()
        .filter_map(|entry| Some(entry.ok()?.file_name().to_string_lossy().into_owned()))
        .collect();
    names.sort();
    names
}
