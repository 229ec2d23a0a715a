//! What happens when the machine fails: the server stays up, or stops with a clear message, and nothing
//! acknowledged is lost. docs/faults.md tells of each fault and its outcome.

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use crate::program::{self, Outcome};

mod compaction;
mod connections;
mod damage;
mod disk;
mod doctor;
mod migration;

/// A folder with one order of 1.00 in the shop `test`, imported.
fn folder(within: &Path) -> PathBuf {
    let data = within.join("data");
    let first = "order_id,created,sku,unit_price\nfirst,2024-02-01,P0,1.00\n";
    let file = program::file(within, "first.csv", first);
    assert_eq!(program::import(&data, &file, &[]).code, Some(0));
    data
}

/// Orders of a thousand different products each, so that they take room on disk.
fn bulky(name: &str, count: usize) -> serde_json::Value {
    let records: Vec<_> = (0..count)
        .map(|at| {
            // Nothing that compresses: a different text each time.
            let mut mixed = 0xcbf2_9ce4_8422_2325_u64;
            let words = (0..12).map(|part| {
                for byte in format!("{name}-{at}-{part}").bytes() {
                    mixed = (mixed ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
                }
                format!("{mixed:016x}")
            });
            let text = words.collect::<Vec<_>>().concat();
            serde_json::json!({ "type": "order", "id": format!("{name}-{at}"), "status": "paid",
                "modified": "2024-03-01T00:00:00Z", "created": "2024-02-28T10:00:00Z",
                "lines": [{ "sku": format!("P{at}"), "name": text, "quantity": 1, "unit_price": "1.00" }] })
        })
        .collect();
    serde_json::json!({ "records": records })
}

/// A shell script in a mount namespace of its own, so that what it mounts goes with it; `None` where the
/// system does not let us.
fn apart(script: &str) -> Option<Command> {
    let ways: [&[&str]; 2] = [&["--mount"], &["--map-root-user", "--mount"]];
    let allowed = |way: &&&[&str]| {
        let tried = Command::new("unshare")
            .args(**way)
            .args(["sh", "-c", "mount -t tmpfs -o size=1m tmpfs /mnt"])
            .stderr(Stdio::null())
            .status();
        tried.is_ok_and(|status| status.success())
    };
    let Some(way) = ways.iter().find(allowed) else {
        skipped();
        return None;
    };
    let mut command = Command::new("unshare");
    command.args(*way).args(["sh", "-c", script]).env("COMPTOIR", env!("CARGO_BIN_EXE_comptoir"));
    Some(command)
}

#[expect(clippy::print_stderr, reason = "whoever runs the tests is told what they did not see")]
fn skipped() {
    eprintln!("skipped: this system lets us mount nothing");
}

fn finished(mut command: Command) -> Outcome {
    let output = command.stdin(Stdio::null()).output().expect("it starts");
    Outcome {
        code: output.status.code(),
        out: output.stdout,
        err: String::from_utf8(output.stderr).expect("text"),
    }
}

/// Ends a program that a test started in a namespace.
struct Ended(Child);

impl Drop for Ended {
    fn drop(&mut self) {
        let _gone = self.0.kill();
        let _reaped = self.0.wait();
    }
}
