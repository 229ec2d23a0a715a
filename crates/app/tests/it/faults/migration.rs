//! A kill while the schema of an older program is brought up to date.

use std::fs;
use std::path::Path;
use std::time::Duration;

use crate::program::{self, Program, Starting};

/// A folder as the program before accounts left it: 400 orders, schema 7.
const BEFORE: &[u8] = include_bytes!("../fixtures/before_accounts.tar.zst");

/// What that program answered.
const FIGURES: [(&str, &str); 3] =
    [("revenue", "\"47841.28\""), ("tax", "\"4695.87\""), ("units", "1485")];

fn unpack(to: &Path) {
    let _none = fs::remove_dir_all(to);
    let plain = zstd::stream::read::Decoder::new(BEFORE).expect("compressed");
    tar::Archive::new(plain).unpack(to).expect("unpacked");
}

fn same_figures(data: &Path) {
    let question = "metrics=orders,revenue,tax,units,customers,returning_customers&period=all";
    let told = program::answer(data, question);
    let totals = &told["totals"];
    for (metric, figure) in FIGURES {
        assert_eq!(totals[metric].to_string(), figure, "{metric}");
    }
    let counts =
        ["orders", "customers", "returning_customers"].map(|metric| totals[metric].as_i64());
    assert_eq!(counts, [Some(386), Some(252), Some(88)]);
}

#[test]
fn a_kill_during_migration_loses_nothing() {
    let here = tempfile::tempdir().expect("a folder");
    let data = here.path().join("data");
    unpack(&data);
    // How long it takes here, from the start to the first answer.
    let started = std::time::Instant::now();
    drop(Program::serve(&data));
    let whole = u64::try_from(started.elapsed().as_micros()).expect("short");
    for kill in 0..20 {
        unpack(&data);
        // Twice in the same life: what the first kill left is killed again.
        for part in [kill, 20 - kill] {
            let time = Duration::from_micros(whole * (part + 1) / 22);
            // Dropped, it is killed, on its feet or not.
            drop(Starting::serve(&data).ready_within(time));
        }
        same_figures(&data);
    }
}
