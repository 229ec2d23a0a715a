//! `comptoir serve`: the server of a data folder.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use anyhow::Result;
use clap::Args;
use comptoir_store::{Store, StoreError, accounts};

use super::{DataFolder, PATIENCE, print};
use crate::accounts::first;
use crate::limits::{Block, Network, Public};
use crate::state::{App, Door};
use crate::{rates, server, sync, timetable};

mod exposure;

use exposure::Exposure;
pub use exposure::loopback;

#[derive(Args)]
pub struct Serve {
    #[command(flatten)]
    data: DataFolder,
    /// Address to listen on. One that other machines reach takes an account, and a proxy with TLS
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:8080")]
    listen: SocketAddr,
    /// Address under which people and shops' platforms reach this server through a proxy, for example
    /// `https://comptoir.example`. Without it, only this machine's own names are answered, and shops are read
    /// at regular intervals
    #[arg(long, value_name = "URL")]
    public_url: Option<String>,
    /// Do without accounts: whoever is at this machine sees everything. Loopback only
    #[arg(long)]
    open: bool,
    /// Proxy whose X-Forwarded-For, -Proto and -Host are believed: an address, or a network such as
    /// 10.0.0.0/8. May be repeated
    #[arg(long, value_name = "ADDR")]
    trusted_proxy: Vec<Block>,
    /// Let other machines in without TLS: passwords and figures can be read on the way
    #[arg(long)]
    insecure_http: bool,
}

impl Serve {
    pub fn run(self) -> Result<ExitCode> {
        let public = self.public_url.as_deref().map(public_address).transpose()?;
        let network = Network {
            trusted: self.trusted_proxy,
            public: public.as_deref().and_then(Public::of),
            by_number: !self.listen.ip().is_loopback(),
        };
        let exposure = Exposure::of(self.listen, self.open, &network, self.insecure_http);
        // A refusal leaves nothing behind: a folder that isn't there has no account either.
        if !self.data.data.is_dir() {
            exposure.check(false)?;
        }
        let store = Store::open(&self.data.data, PATIENCE)?;
        exposure.check(accounts::has_owner(&store.read()?)?)?;
        if self.open {
            first::refuse_open(&store)?;
        }
        let app = App::new(store, if self.open { Door::Open } else { Door::Accounts });
        if let Some(public) = public {
            app.sync.reached_at(public);
        }
        app.reached_by(network);
        run(&app, self.listen, &self.data.data, |_| {})
    }
}

/// The address as platforms are told it.
fn public_address(typed: &str) -> Result<String> {
    let url = comptoir_sources::http::address(typed)
        .map_err(|failure| anyhow::anyhow!("--public-url: {failure}"))?;
    Ok(url.as_str().trim_end_matches('/').to_owned())
}

/// How often the database is asked whether it lives.
const LOOK: Duration = Duration::from_secs(5);

/// Comes back when the database has stopped itself, or could not be opened again after a compaction: only a
/// new start opens it, and a program that ends is started by its keeper, where one that answers nothing but
/// errors is left alone.
async fn stopped(app: &std::sync::Arc<App>) -> StoreError {
    loop {
        tokio::time::sleep(LOOK).await;
        let asked = std::sync::Arc::clone(app);
        let answer = tokio::task::spawn_blocking(move || asked.store.read().map(|_| ())).await;
        if let Ok(Err(error @ (StoreError::Stopped(_) | StoreError::WriterGone))) = answer {
            return error;
        }
    }
}

/// Serves until interrupted; `ready` runs once the address answers.
pub fn run(
    app: &std::sync::Arc<App>,
    listen: SocketAddr,
    folder: &std::path::Path,
    ready: impl FnOnce(&std::sync::Arc<App>),
) -> Result<ExitCode> {
    let socket: PathBuf = folder.join("comptoir.sock");
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(async {
        let server = server::Server::bind(app, listen, &socket).await?;
        print(&format!("http://{}/\n", server.address()?));
        first::announce(app, &server.address()?.to_string())?;
        ready(app);
        let reading = sync::start(app)?;
        rates::start(app)?;
        timetable::start(app)?;
        let outcome = tokio::select! {
            outcome = server.run() => outcome,
            error = stopped(app) => Err(error.into()),
        };
        // What a run commits is whole: one that is amid a request may be cut.
        app.sync.stop();
        app.rates.stop();
        app.timetable.stop();
        let _ended = reading.join();
        outcome
    })?;
    Ok(ExitCode::SUCCESS)
}
