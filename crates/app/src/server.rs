//! The HTTP server: the same routes on the address and on the data folder's socket, and a few more on
//! the socket, which is the command line's right.

use std::net::SocketAddr;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context as _, Result};
use axum::middleware;
use tokio::net::{TcpListener, UnixListener};
use tokio::signal::unix::{Signal, SignalKind, signal};
use tower_http::compression::CompressionLayer;

use crate::access::{self, Routes};
use crate::state::App;
use crate::{api, compat, pages, sync};

mod connections;
pub(crate) mod control;
mod guard;
mod headers;
mod pace;
mod refusal;
mod rescue;

use connections::Allowance;

/// All that the server answers, each with the right that it needs.
pub fn routes() -> Routes {
    Routes::new()
        .merge(pages::routes())
        .merge(api::routes())
        .merge(compat::routes())
        .merge(sync::hooks::routes())
}

/// A bound server, not yet serving.
pub struct Server {
    app: Arc<App>,
    address: TcpListener,
    socket: UnixListener,
    socket_path: PathBuf,
    ends: Ends,
}

impl Server {
    /// Takes the address and the socket. From here on a signal ends the server in good order.
    pub async fn bind(app: &Arc<App>, listen: SocketAddr, socket_path: &Path) -> Result<Self> {
        let ends = Ends::listen()?;
        let address = TcpListener::bind(listen).await.with_context(|| {
            format!("cannot listen on {listen}; stop what does, or choose another --listen")
        })?;
        // The folder's lock is ours: a socket that is still there belongs to a server that was killed.
        if socket_path.exists() {
            std::fs::remove_file(socket_path)?;
        }
        let socket = UnixListener::bind(socket_path)
            .with_context(|| format!("cannot create {}", socket_path.display()))?;
        std::fs::set_permissions(socket_path, std::fs::Permissions::from_mode(0o600))?;
        Ok(Self {
            app: Arc::clone(app),
            address,
            socket,
            socket_path: socket_path.to_owned(),
            ends,
        })
    }

    pub fn address(&self) -> Result<SocketAddr> {
        Ok(self.address.local_addr()?)
    }

    /// Serves until the process is asked to end.
    pub async fn run(mut self) -> Result<()> {
        let compressed = CompressionLayer::new();
        let everyone = routes().into_router().layer(middleware::from_fn(rescue::rescue));
        let admitted = everyone
            .clone()
            .layer(middleware::from_fn_with_state(Arc::clone(&self.app), access::admit));
        let guarded = guard::guarded(admitted, &self.app).layer(compressed);
        let local = middleware::from_fn_with_state(Arc::clone(&self.app), access::admit_local);
        let trusted = everyone.layer(local).merge(control::routes());
        let most = connections::affordable(Allowance::default().connections, self.address()?);
        let allowance = Allowance { connections: most, ..Allowance::default() };
        let private = axum::serve(self.socket, trusted.with_state(Arc::clone(&self.app)));
        let routes = guarded.with_state(Arc::clone(&self.app));
        let public = connections::serve(
            self.address,
            routes,
            allowance,
            self.app.network(),
            self.ends.come(),
        );
        let outcome = tokio::select! {
            () = public => Ok(()),
            served = async { private.await } => served.context("the socket"),
        };
        let _gone = std::fs::remove_file(&self.socket_path);
        outcome
    }
}

/// The signals that ask the program to end.
struct Ends {
    terminate: Signal,
    interrupt: Signal,
}

impl Ends {
    fn listen() -> Result<Self> {
        Ok(Self {
            terminate: signal(SignalKind::terminate())?,
            interrupt: signal(SignalKind::interrupt())?,
        })
    }

    async fn come(&mut self) {
        tokio::select! {
            _ = self.terminate.recv() => {}
            _ = self.interrupt.recv() => {}
        }
    }
}
