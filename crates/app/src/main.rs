//! The program `comptoir`: see `comptoir --help`.

use std::process::ExitCode;

fn main() -> ExitCode {
    comptoir::commands::main()
}
