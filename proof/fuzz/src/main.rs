//! One parser under libFuzzer: `COMPTOIR_FUZZ=NAME fuzz [CORPUS…] [-libFuzzer options]`; or, with
//! `COMPTOIR_SEEDS=FOLDER`, what all of them begin with.

#![no_main]

use std::path::Path;
use std::sync::OnceLock;

use comptoir_fuzz::{TARGETS, Target, seeds};

/// `None`: only the seeds were asked for.
static TARGET: OnceLock<Option<&'static Target>> = OnceLock::new();

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    if let Some(target) = TARGET.get_or_init(begin) {
        (target.run)(data);
    }
});

fn begin() -> Option<&'static Target> {
    if let Some(folder) = std::env::var_os("COMPTOIR_SEEDS") {
        seeds::write(Path::new(&folder)).expect("the seeds are written");
        return None;
    }
    let name = std::env::var("COMPTOIR_FUZZ").unwrap_or_default();
    let found = TARGETS.iter().find(|target| target.name == name);
    Some(found.unwrap_or_else(|| panic!("there is no target “{name}”; set COMPTOIR_FUZZ")))
}
