//! `comptoir bench`: what this machine does with a large shop. Prints; judges nothing.

use std::fs::File;
use std::io::{BufRead, BufReader, Write};
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, Command, ExitCode, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, anyhow};
use clap::Args;
use comptoir_metrics::{Context, run};
use comptoir_model::{Currency, Shop};
use comptoir_sources::demo::bench;
use comptoir_sources::{Mapping, ReadOptions};
use comptoir_store::{Store, activity};

use super::import::{Begin, open_session};
use super::{PATIENCE, print};
use crate::client::Client;
use crate::clock;
use crate::pages::overview;

/// Measurements of each time; the first of a restart is told apart.
const TIMES: usize = 40;

/// The pages and analyses that are measured right after a commit, besides the overview.
const PAGES: &[&str] = &[
    "/products?period=30d",
    "/products?period=12m",
    "/products/SKU1?period=12m",
    "/loyalty?period=30d",
    "/loyalty?period=12m",
    "/loyalty?view=cohorts&period=12m",
    "/loyalty?view=cohorts&period=all",
    "/loyalty?view=cohorts&period=all&measure=cumulative_revenue_per_customer",
    "/loyalty?view=cohorts&period=12m&cohort=product",
    "/loyalty?view=orders&period=12m",
    "/loyalty?view=orders&period=12m&measure=revenue",
    "/revenue?period=30d&by=country",
    "/revenue?period=12m&by=product",
    "/revenue?period=12m&by=country&then=city",
    "/orders?period=30d",
    "/orders?period=12m&q=client",
    "/customers",
    "/why?period=30d",
    "/settings",
    "/api/v1/cohorts?shop=bench",
    "/api/v1/cohorts?shop=bench&measure=revenue",
    "/api/v1/basket?shop=bench&period=12m&limit=100",
    "/api/v1/rfm?shop=bench",
];

#[derive(Args)]
pub struct Bench {
    /// Orders to generate, of 2.5 lines each
    #[arg(long, default_value_t = 1_000_000)]
    orders: u64,
    /// Folder for the generated file and the data; emptied first
    #[arg(long, default_value = "target/bench")]
    folder: std::path::PathBuf,
}

impl Bench {
    pub fn run(self) -> Result<ExitCode> {
        if self.folder.exists() {
            std::fs::remove_dir_all(&self.folder)?;
        }
        std::fs::create_dir_all(&self.folder)?;
        let file = self.folder.join("orders.csv");
        let data = self.folder.join("data");
        let mut out = std::io::BufWriter::with_capacity(1 << 20, File::create(&file)?);
        let lines = bench::write_csv(self.orders, &mut out)?;
        out.flush()?;
        // On disk before the clock starts: the import is measured, not the writing of its file.
        out.get_ref().sync_all()?;
        line("orders", &self.orders.to_string());
        line("lines", &lines.to_string());
        import(&file, &data, lines)?;
        queries(&data)?;
        pages(&data)?;
        Ok(ExitCode::SUCCESS)
    }
}

fn line(what: &str, value: &str) {
    print(&format!("{what:<44} {value}\n"));
}

fn milliseconds(time: Duration) -> String {
    format!("{:.1} ms", time.as_secs_f64() * 1000.0)
}

fn import(file: &Path, data: &Path, lines: u64) -> Result<()> {
    let store = Store::open(data, PATIENCE)?;
    let shop = Shop {
        slug: "bench".into(),
        name: "Bench".into(),
        platform: "file".into(),
        currency: Currency::EUR,
        timezone: "Europe/Paris".into(),
    };
    let begin = Begin {
        shop: shop.slug.clone(),
        create: Some(shop),
        mapping: Mapping::preset("comptoir")?,
        options: ReadOptions::default(),
        language: comptoir_sources::Language::En,
    };
    let started = Instant::now();
    let mut session = open_session(&store, begin, false)?;
    session.add_file("orders.csv", File::open(file)?)?;
    let read = started.elapsed();
    let report = session.commit(&store, false)?;
    let written = started.elapsed().saturating_sub(read);
    let all = read + written;
    anyhow::ensure!(report.rejected == 0, "{} generated rows were rejected", report.rejected);
    drop(store);
    line("import: read and staged", &format!("{:.1} s", read.as_secs_f64()));
    line("import: grouped and written", &format!("{:.1} s", written.as_secs_f64()));
    line(
        "import: lines per second",
        &(u128::from(lines) * 1000 / all.as_millis().max(1)).to_string(),
    );
    line("import: peak memory", &peak_memory(std::process::id())?);
    let size = std::fs::metadata(data.join("comptoir.duckdb"))?.len();
    line("database", &format!("{} MB", size / 1_000_000));
    Ok(())
}

/// The most memory a process has had, as the kernel counts it.
fn peak_memory(process: u32) -> Result<String> {
    let status = std::fs::read_to_string(format!("/proc/{process}/status"))?;
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).context("no VmHWM")?;
    let kilobytes: u64 = peak.trim().trim_end_matches(" kB").parse()?;
    Ok(format!("{} MB", kilobytes / 1000))
}

/// Half of the times are under the first, nineteen of twenty under the second.
fn percentiles(mut times: Vec<Duration>) -> String {
    times.sort_unstable();
    let at =
        |percent: usize| times.get((times.len() * percent / 100).min(times.len() - 1)).copied();
    format!(
        "p50 {}  p95 {}",
        milliseconds(at(50).unwrap_or_default()),
        milliseconds(at(95).unwrap_or_default())
    )
}

/// Each query of the overview, and the bare statements behind it.
fn queries(data: &Path) -> Result<()> {
    let store = Store::open(data, PATIENCE)?;
    let timed = |what: &str, work: &mut dyn FnMut() -> Result<()>| -> Result<()> {
        let mut times = Vec::with_capacity(TIMES);
        for _ in 0..TIMES {
            let started = Instant::now();
            work()?;
            times.push(started.elapsed());
        }
        line(what, &percentiles(times));
        Ok(())
    };
    let now = clock::now();
    let mut snapshot = store.read()?;
    timed("query: shops and range of data", &mut || Ok(Context::load(&snapshot, now).map(drop)?))?;
    timed("query: statuses and freshness", &mut || Ok(activity::facts(&snapshot).map(drop)?))?;
    let context = Context::load(&snapshot, now)?;
    snapshot.trace();
    for (name, query) in overview::queries(&context).map_err(|error| anyhow!("{error}"))? {
        snapshot.traced();
        run(&snapshot, &query, &context).map_err(|error| anyhow!("{error}"))?;
        let statements = snapshot.traced();
        timed(&format!("query: {name}"), &mut || {
            run(&snapshot, &query, &context).map(drop).map_err(|error| anyhow!("{error}"))
        })?;
        timed(&format!("  bare SQL ({} statements)", statements.len()), &mut || {
            for (sql, values) in &statements {
                snapshot.query(sql, values)?;
            }
            Ok(())
        })?;
    }
    Ok(())
}

/// The server as a merchant starts it: start-up, then the overview right after each commit.
fn pages(data: &Path) -> Result<()> {
    let started = Instant::now();
    let mut server = Command::new(std::env::current_exe()?)
        .args(["serve", "--open", "--listen", "127.0.0.1:0", "--data"])
        .arg(data)
        .stdout(Stdio::piped())
        .spawn()?;
    let outcome = measure(&mut server, data, started);
    let stopped = server.kill();
    server.wait()?;
    stopped?;
    outcome
}

fn measure(server: &mut Child, data: &Path, started: Instant) -> Result<()> {
    let mut ready = String::new();
    BufReader::new(server.stdout.take().context("no output")?).read_line(&mut ready)?;
    line("start-up", &milliseconds(started.elapsed()));
    let address: SocketAddr =
        ready.trim().trim_start_matches("http://").trim_end_matches('/').parse()?;
    let client = Client::connect(data)?.with_context(|| format!("{address} does not answer"))?;
    let page = |path: &str| -> Result<Duration> {
        let started = Instant::now();
        client.get(path)?;
        Ok(started.elapsed())
    };
    line("overview: first page after a restart", &milliseconds(page("/")?));
    let mut commits = Vec::with_capacity(TIMES);
    let mut pages = Vec::with_capacity(TIMES);
    for number in 0..TIMES {
        let started = Instant::now();
        client.post("/api/v1/ingest?shop=bench", order(number).into_bytes())?;
        commits.push(started.elapsed());
        pages.push(page("/")?);
    }
    line("one order pushed, until it is on disk", &percentiles(commits));
    line("overview, 30 days, right after a commit", &percentiles(pages));
    let mut unchanged = Vec::with_capacity(TIMES);
    for _ in 0..TIMES {
        unchanged.push(page("/?period=30d&compare=previous")?);
    }
    line("overview, 30 days, nothing new", &percentiles(unchanged));
    let mut all = Vec::with_capacity(TIMES / 4);
    for _ in 0..TIMES / 4 {
        all.push(page("/?period=all&compare=none")?);
    }
    line("overview, all history", &percentiles(all));
    for (number, path) in (TIMES..).step_by(TIMES).zip(PAGES) {
        let mut times = Vec::with_capacity(TIMES / 2);
        for turn in 0..TIMES / 2 {
            client.post("/api/v1/ingest?shop=bench", order(number + turn).into_bytes())?;
            times.push(page(path)?);
        }
        line(&format!("right after a commit: {path}"), &percentiles(times));
    }
    let html = client.get("/?period=30d")?;
    line("overview, uncompressed", &format!("{} KB", html.len() / 1000));
    line("overview, gzip", &format!("{} KB", gzip_size(address)? / 1000));
    line("server: peak memory", &peak_memory(server.id())?);
    Ok(())
}

/// An order as a shop pushes it.
fn order(number: usize) -> String {
    format!(
        "{{\"type\":\"order\",\"id\":\"bench-{number}\",\"created\":\"{}\",\"status\":\"paid\",\
         \"customer\":{{\"email\":\"client{number}@example.com\"}},\
         \"lines\":[{{\"sku\":\"SKU1\",\"name\":\"Produit 1\",\"quantity\":1,\"unit_price\":\"10.00\"}}]}}",
        clock::now()
    )
}

/// Bytes of the overview's body as a browser receives it.
fn gzip_size(address: SocketAddr) -> Result<usize> {
    use std::io::Read;
    let mut stream = std::net::TcpStream::connect(address)?;
    write!(
        stream,
        "GET /?period=30d HTTP/1.1\r\nHost: {address}\r\nAccept-Encoding: gzip\r\nConnection: close\r\n\r\n"
    )?;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer)?;
    let head = answer.windows(4).position(|window| window == b"\r\n\r\n").context("no answer")?;
    Ok(answer.len() - head - 4)
}
