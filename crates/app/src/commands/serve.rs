//! `comptoir serve`: the server of a data folder.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Result, bail};
use clap::Args;
use comptoir_store::Store;

use super::{DataFolder, PATIENCE, print};
use crate::server;
use crate::state::App;

#[derive(Args)]
pub struct Serve {
    #[command(flatten)]
    data: DataFolder,
    /// Address to listen on; loopback only, until accounts exist
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:8080")]
    listen: SocketAddr,
}

impl Serve {
    pub fn run(self) -> Result<ExitCode> {
        loopback(self.listen)?;
        let store = Store::open(&self.data.data, PATIENCE)?;
        run(&App::new(store, false), self.listen, &self.data.data, |_| {})
    }
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
        server.run().await
    })?;
    Ok(ExitCode::SUCCESS)
}
