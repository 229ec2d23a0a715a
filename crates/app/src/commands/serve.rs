//! `comptoir serve`: the server of a data folder.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use anyhow::{Result, bail};
use clap::Args;
use comptoir_store::{Store, StoreError};

use super::{DataFolder, PATIENCE, print};
use crate::state::{App, Door};
use crate::{compacting, rates, server, sync};

#[derive(Args)]
pub struct Serve {
    #[command(flatten)]
    data: DataFolder,
    /// Address to listen on; loopback only, until accounts exist
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:8080")]
    listen: SocketAddr,
    /// Address under which shops' platforms reach this server, for their webhooks: through a proxy that
    /// passes /hooks/ on. Without it, shops are read at regular intervals
    #[arg(long, value_name = "URL")]
    public_url: Option<String>,
    /// Do without accounts: whoever is at this machine sees everything. Loopback only
    #[arg(long)]
    open: bool,
}

impl Serve {
    pub fn run(self) -> Result<ExitCode> {
        loopback(self.listen)?;
        let public = self.public_url.as_deref().map(public_address).transpose()?;
        let store = Store::open(&self.data.data, PATIENCE)?;
        let app = App::new(store, if self.open { Door::Open } else { Door::Accounts });
        if let Some(public) = public {
            app.sync.reached_at(public);
        }
        run(&app, self.listen, &self.data.data, |_| {})
    }
}

/// The address as platforms are told it.
fn public_address(typed: &str) -> Result<String> {
    let url = comptoir_sources::http::address(typed)
        .map_err(|failure| anyhow::anyhow!("--public-url: {failure}"))?;
    Ok(url.as_str().trim_end_matches('/').to_owned())
}

/// Without accounts, whoever reaches the address reads everything.
pub fn loopback(listen: SocketAddr) -> Result<()> {
    if !listen.ip().is_loopback() {
        bail!(
            "{listen} can be reached from other machines, and there are no accounts yet; \
             listen on 127.0.0.1 and put a proxy with its own sign-in before it"
        );
    }
    Ok(())
}

/// How often the database is asked whether it lives.
const LOOK: Duration = Duration::from_secs(5);

/// Comes back when the database has stopped itself: only a new start opens it again, and a program that
/// ends is started by its keeper, where one that answers nothing but errors is left alone.
async fn stopped(app: &std::sync::Arc<App>) -> StoreError {
    loop {
        tokio::time::sleep(LOOK).await;
        let asked = std::sync::Arc::clone(app);
        let answer = tokio::task::spawn_blocking(move || asked.store.read().map(|_| ())).await;
        if let Ok(Err(error @ StoreError::Stopped(_))) = answer {
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
        ready(app);
        let reading = sync::start(app)?;
        rates::start(app)?;
        compacting::start(app)?;
        let outcome = tokio::select! {
            outcome = server.run() => outcome,
            error = stopped(app) => Err(error.into()),
        };
        // What a run commits is whole: one that is amid a request may be cut.
        app.sync.stop();
        app.rates.stop();
        let _ended = reading.join();
        outcome
    })?;
    Ok(ExitCode::SUCCESS)
}
