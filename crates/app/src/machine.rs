//! The machine under the program: what it leaves us, and what we ask of it at the start.

use std::io;
use std::path::Path;

use rustix::fs::Mode;
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit, umask};

/// Connections and files that a busy server needs open at once.
const OPEN_FILES: u64 = 65_536;

/// Files that we make are our own, whatever the shell's habits; and as many as the machine allows may be open.
pub fn prepare() {
    let _was = umask(Mode::RWXG | Mode::RWXO);
    let limit = getrlimit(Resource::Nofile);
    let most = limit.maximum.unwrap_or(OPEN_FILES).min(OPEN_FILES);
    if limit.current.is_some_and(|current| current < most) {
        // Where it is refused, the doctor tells what there is.
        let _refused =
            setrlimit(Resource::Nofile, Rlimit { current: Some(most), maximum: limit.maximum });
    }
}

/// How many files may be open; `None`: as many as one likes.
pub fn open_files() -> Option<u64> {
    getrlimit(Resource::Nofile).current
}

/// Bytes that we may still write to the disk of a folder.
pub fn free_space(folder: &Path) -> io::Result<u64> {
    let disk = rustix::fs::statvfs(folder)?;
    Ok(disk.f_bavail.saturating_mul(disk.f_frsize))
}

/// Bytes of memory that programs may still take; `None` where the system does not tell.
pub fn free_memory() -> Option<u64> {
    let told = std::fs::read_to_string("/proc/meminfo").ok()?;
    let line = told.lines().find_map(|line| line.strip_prefix("MemAvailable:"))?;
    line.trim().strip_suffix("kB")?.trim().parse::<u64>().ok()?.checked_mul(1024)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_machine_tells_what_it_has() {
        assert!(free_space(Path::new("/")).expect("a disk") > 0);
        assert!(free_space(Path::new("/no/such/folder")).is_err());
        if cfg!(target_os = "linux") {
            assert!(free_memory().expect("told") > 1 << 20);
        }
    }
}
