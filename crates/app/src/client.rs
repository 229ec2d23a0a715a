//! The command line's way to a running server: HTTP over the data folder's socket.

use std::fmt::Write as _;
use std::io::Read;
use std::path::Path;

use anyhow::{Context as _, Result, anyhow, bail};
use http_body_util::{BodyExt, Full, StreamBody};
use hyper::body::{Body, Bytes, Frame};
use hyper::{Method, Request};
use hyper_util::rt::TokioIo;
use tokio::net::UnixStream;
use tokio::runtime::Runtime;

/// Bytes of a file sent in one piece.
const PIECE: usize = 256 * 1024;

/// A connection to the server of a data folder.
pub struct Client {
    runtime: Runtime,
    socket: std::path::PathBuf,
}

impl Client {
    /// Connects when a server answers on the folder's socket; `None` when none does.
    pub fn connect(folder: &Path) -> Result<Option<Self>> {
        let socket = folder.join("comptoir.sock");
        if !socket.exists() {
            return Ok(None);
        }
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        // A socket that nobody listens on was left by a server that was killed.
        match runtime.block_on(UnixStream::connect(&socket)) {
            Ok(_) => Ok(Some(Self { runtime, socket })),
            Err(_) => Ok(None),
        }
    }

    pub fn get(&self, path: &str) -> Result<Vec<u8>> {
        self.send(Method::GET, path, Full::new(Bytes::new()))
    }

    pub fn post(&self, path: &str, body: Vec<u8>) -> Result<Vec<u8>> {
        self.send(Method::POST, path, Full::new(Bytes::from(body)))
    }

    /// Writes an answer as it comes. One that breaks off is an error, whatever came before.
    pub fn download(&self, path: &str, out: &mut dyn std::io::Write) -> Result<()> {
        self.runtime.block_on(async {
            let stream = UnixStream::connect(&self.socket).await.context("the server's socket")?;
            let (mut sender, connection) =
                hyper::client::conn::http1::handshake(TokioIo::new(stream)).await?;
            let driving = tokio::spawn(connection);
            let request = Request::builder()
                .uri(escaped(path))
                .header("host", "localhost")
                .body(Full::new(Bytes::new()))?;
            let response = sender.send_request(request).await.context("the server hung up")?;
            let success = response.status().is_success();
            let mut body = response.into_body();
            if !success {
                bail!(problem(&body.collect().await?.to_bytes()));
            }
            while let Some(frame) = body.frame().await {
                let frame = frame.context("the server broke off; its log says why")?;
                if let Ok(piece) = frame.into_data() {
                    out.write_all(&piece)?;
                }
            }
            driving.abort();
            Ok(())
        })
    }

    /// Sends a file as it is read.
    pub fn stream(&self, path: &str, mut reader: impl Read + Send + 'static) -> Result<Vec<u8>> {
        let (pieces, body) = tokio::sync::mpsc::channel::<std::io::Result<Frame<Bytes>>>(4);
        let reading = std::thread::spawn(move || {
            let mut buffer = vec![0; PIECE];
            loop {
                let piece = match reader.read(&mut buffer) {
                    Ok(0) => return,
                    Ok(read) => Ok(Frame::data(Bytes::copy_from_slice(&buffer[..read]))),
                    Err(error) => Err(error),
                };
                if pieces.blocking_send(piece).is_err() {
                    return;
                }
            }
        });
        let body = StreamBody::new(tokio_stream_of(body));
        let answer = self.send(Method::POST, path, Box::pin(body));
        if answer.is_ok() {
            let _ended = reading.join();
        }
        answer
    }

    fn send<B>(&self, method: Method, path: &str, body: B) -> Result<Vec<u8>>
    where
        B: Body<Data = Bytes> + Send + 'static + Unpin,
        B::Error: std::error::Error + Send + Sync + 'static,
    {
        self.runtime.block_on(async {
            let stream = UnixStream::connect(&self.socket).await.context("the server's socket")?;
            let (mut sender, connection) =
                hyper::client::conn::http1::handshake(TokioIo::new(stream)).await?;
            let driving = tokio::spawn(connection);
            let request = Request::builder()
                .method(method)
                .uri(escaped(path))
                .header("host", "localhost")
                .header("content-type", "application/json")
                .body(body)?;
            let response = sender.send_request(request).await.context("the server hung up")?;
            let status = response.status();
            let bytes = response.into_body().collect().await?.to_bytes().to_vec();
            driving.abort();
            if status.is_success() { Ok(bytes) } else { bail!(problem(&bytes)) }
        })
    }
}

/// An address as people type it, with what may not stand in one escaped: spaces, accents, `#`.
fn escaped(path: &str) -> String {
    let mut address = String::with_capacity(path.len());
    for byte in path.bytes() {
        if byte.is_ascii_graphic() && !b"\"#<>[]\\^`{|}".contains(&byte) {
            address.push(char::from(byte));
        } else {
            let _infallible = write!(address, "%{byte:02X}");
        }
    }
    address
}

/// The message of a problem document.
fn problem(bytes: &[u8]) -> anyhow::Error {
    let document: Option<serde_json::Value> = serde_json::from_slice(bytes).ok();
    let detail = document
        .as_ref()
        .and_then(|document| document.get("detail"))
        .and_then(|detail| detail.as_str());
    anyhow!("{}", detail.unwrap_or("the server refused, without saying why"))
}

/// A channel as the stream that a body wants.
fn tokio_stream_of<T: Send + 'static>(
    mut receiver: tokio::sync::mpsc::Receiver<T>,
) -> impl futures_util::Stream<Item = T> + Send {
    futures_util::stream::poll_fn(move |context| receiver.poll_recv(context))
}
