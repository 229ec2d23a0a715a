//! Tells the program where DuckDB's library is: beside it when it runs from `target/release` or
//! anywhere it is moved to, in the build machine's folder while it is developed.

fn main() {
    println!("cargo:rerun-if-env-changed=DUCKDB_LIB_DIR");
    println!("cargo:rustc-link-arg=-Wl,-rpath,$ORIGIN");
    // A released program must not look into a folder that exists on the build machine only.
    if std::env::var("PROFILE").is_ok_and(|profile| profile == "debug")
        && let Ok(folder) = std::env::var("DUCKDB_LIB_DIR")
    {
        println!("cargo:rustc-link-arg=-Wl,-rpath,{folder}");
    }
}
