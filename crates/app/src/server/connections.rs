//! Connections by the address: how many there may be, how long they may take, and how they end.
//!
//! Whoever opens connections and sends nothing, or sends very slowly, or never reads the answer, loses
//! them; the others don't notice.

use std::collections::HashMap;
use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use axum::Router;
use axum::body::Body;
use axum::extract::Request;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::{Service, service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use hyper_util::service::TowerToHyperService;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::pace::{Pace, Paced, Patient};
use crate::commands::log;
use crate::limits::{Network, Peer};

/// Header lines of a request.
const HEADERS: usize = 100;
/// Bytes of a request's headers, its address among them.
const HEAD: usize = 32 * 1024;
/// Bytes of one connection that wait to be read by us, at most.
const BUFFER: usize = 128 * 1024;
/// Connections that are told at the same time that there are too many.
const TURNED_AWAY: usize = 64;
/// After an error of the system (no more files, no more memory), how long to let others finish.
const REST: Duration = Duration::from_secs(1);
/// Between two lines of the log about too many connections.
const QUIET: Duration = Duration::from_mins(1);

const FULL: &[u8] = b"HTTP/1.1 503 Service Unavailable\r\nconnection: close\r\nretry-after: 5\r\ncontent-length: 51\r\ncontent-type: text/plain\r\n\r\nToo many connections are open. Try again in a bit.\n";

/// How many, and how long.
#[derive(Debug, Clone, Copy)]
pub struct Allowance {
    /// Open connections; whoever comes then is told so (503) and hung up on.
    pub connections: usize,
    /// Open connections of one address, other than those of this machine and of trusted proxies.
    pub of_one: usize,
    /// For the head of a request to come whole: from the start of the connection, or from the end of the
    /// answer before, which makes it the time that a connection may lie idle.
    pub head: Duration,
    /// For an answer to be taken by whoever asked, piece by piece.
    pub taking: Duration,
    /// For bodies.
    pub pace: Pace,
    /// For requests under way when the server ends.
    pub farewell: Duration,
}

impl Default for Allowance {
    fn default() -> Self {
        Self {
            connections: 2_000,
            of_one: 200,
            head: Duration::from_secs(10),
            taking: Duration::from_mins(1),
            pace: Pace::default(),
            farewell: Duration::from_secs(2),
        }
    }
}

/// Serves connections until `end` comes, then lets requests under way finish for a moment.
pub async fn serve(
    listener: TcpListener,
    routes: Router,
    allowance: Allowance,
    network: &Network,
    end: impl Future<Output = ()>,
) {
    let open = Arc::new(Semaphore::new(allowance.connections));
    let turned_away = Arc::new(Semaphore::new(TURNED_AWAY));
    let counted = Arc::new(Counted::default());
    let ending = GracefulShutdown::new();
    let mut end = std::pin::pin!(end);
    let mut told: Option<Instant> = None;
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            () = &mut end => break,
        };
        let (stream, from) = match accepted {
            Ok(accepted) => accepted,
            Err(error) => {
                if !is_of_one_connection(&error) {
                    log(&format!("the address: {error}"));
                    tokio::time::sleep(REST).await;
                }
                continue;
            }
        };
        let peer = from.ip().to_canonical();
        let known = peer.is_loopback() || network.trusts(peer);
        let most = if known { usize::MAX } else { allowance.of_one };
        let place = Arc::clone(&open).try_acquire_owned().ok().zip(counted.enter(peer, most));
        let Some((place, counted)) = place else {
            if told.is_none_or(|told| told.elapsed() > QUIET) {
                log("too many connections are open; those that come now are turned away");
                told = Some(Instant::now());
            }
            if let Ok(place) = Arc::clone(&turned_away).try_acquire_owned() {
                tokio::spawn(turn_away(stream, place));
            }
            continue;
        };
        let routes = routes.clone();
        let service = service_fn(move |request| answer(&routes, request, peer, allowance.pace));
        // What is written in small pieces, as the live activity is, goes out at once.
        let _as_it_is = stream.set_nodelay(true);
        let connection = http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(allowance.head)
            .max_headers(HEADERS)
            .max_header_size(HEAD)
            .max_buf_size(BUFFER)
            .serve_connection(TokioIo::new(Patient::new(stream, allowance.taking)), service);
        let watched = ending.watch(connection);
        tokio::spawn(async move {
            // A client that breaks off is no fault of ours.
            let _ended = watched.await;
            drop((place, counted));
        });
    }
    drop(listener);
    let _all_gone = tokio::time::timeout(allowance.farewell, ending.shutdown()).await;
}

/// The routes' answer to a request of a connection.
fn answer(
    routes: &Router,
    request: hyper::Request<Incoming>,
    peer: IpAddr,
    pace: Pace,
) -> <TowerToHyperService<Router> as Service<Request>>::Future {
    let mut request = request.map(|body| Body::new(Paced::new(body, pace)));
    request.extensions_mut().insert(Peer(peer));
    TowerToHyperService::new(routes.clone()).call(request)
}

/// Says that there are too many connections, and takes in what was sent, lest the answer be lost.
async fn turn_away(mut stream: TcpStream, place: OwnedSemaphorePermit) {
    let saying = async {
        stream.write_all(FULL).await?;
        stream.shutdown().await?;
        let mut sent = [0; 1024];
        while stream.read(&mut sent).await? > 0 {}
        std::io::Result::Ok(())
    };
    let _said = tokio::time::timeout(REST, saying).await;
    drop(place);
}

/// Whether an error is of the connection that was about to be, and of no other.
fn is_of_one_connection(error: &std::io::Error) -> bool {
    use std::io::ErrorKind;
    matches!(
        error.kind(),
        ErrorKind::ConnectionRefused | ErrorKind::ConnectionAborted | ErrorKind::ConnectionReset
    )
}

/// How many connections each address has.
#[derive(Debug, Default)]
struct Counted {
    open: Mutex<HashMap<IpAddr, usize>>,
}

impl Counted {
    /// Counts a connection while the answer lives; `None` when the address has enough.
    fn enter(self: &Arc<Self>, peer: IpAddr, most: usize) -> Option<Entered> {
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        let count = open.entry(peer).or_insert(0);
        if *count >= most {
            return None;
        }
        *count += 1;
        Some(Entered { counted: Arc::clone(self), peer })
    }
}

#[derive(Debug)]
struct Entered {
    counted: Arc<Counted>,
    peer: IpAddr,
}

impl Drop for Entered {
    fn drop(&mut self) {
        let mut open = self.counted.open.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = open.get_mut(&self.peer) {
            *count -= 1;
            if *count == 0 {
                open.remove(&self.peer);
            }
        }
    }
}

/// As many connections as the system gives files for, some being left to the database.
pub fn affordable(wanted: usize, listen: SocketAddr) -> usize {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
    /// Files of the database, of uploads and downloads.
    const OTHERS: u64 = 256;
    let needed = wanted as u64 + OTHERS;
    let limit = getrlimit(Resource::Nofile);
    let Some(current) = limit.current.filter(|current| *current < needed) else { return wanted };
    let possible = limit.maximum.map_or(needed, |most| most.min(needed));
    let raised = Rlimit { current: Some(possible), maximum: limit.maximum };
    let files = if setrlimit(Resource::Nofile, raised).is_ok() { possible } else { current };
    let left = usize::try_from(files.saturating_sub(OTHERS)).unwrap_or(wanted).max(16);
    if left < wanted {
        log(&format!(
            "{listen}: the system allows {files} open files, so {left} connections at most; \
             raise it (ulimit -n, LimitNOFILE=) for {wanted}"
        ));
    }
    left.min(wanted)
}

#[cfg(test)]
mod tests {
    use axum::routing::{get, post};

    use super::*;

    /// Short enough for a test, long enough for a busy machine.
    const SHORT: Duration = Duration::from_millis(300);

    fn quick() -> Allowance {
        Allowance {
            head: SHORT,
            taking: SHORT,
            pace: Pace { pause: SHORT, grace: SHORT, least: 1_000_000 },
            ..Allowance::default()
        }
    }

    /// A server that ends with the test.
    async fn start(allowance: Allowance) -> (SocketAddr, tokio::sync::oneshot::Sender<()>) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let routes = Router::new()
            .route("/", get(|| async { "here" }))
            .route("/large", get(|| async { vec![b'x'; 64 << 20] }))
            .route("/body", post(|body: axum::body::Bytes| async move { body.len().to_string() }))
            .layer(axum::extract::DefaultBodyLimit::disable());
        let (end, ended) = tokio::sync::oneshot::channel::<()>();
        tokio::spawn(async move {
            serve(listener, routes, allowance, &Network::default(), async {
                let _dropped = ended.await;
            })
            .await;
        });
        (address, end)
    }

    async fn ask(address: SocketAddr, request: &str) -> String {
        let mut stream = TcpStream::connect(address).await.unwrap();
        let _closed_early = stream.write_all(request.as_bytes()).await;
        all(&mut stream).await
    }

    /// All that comes until the server hangs up.
    async fn all(stream: &mut TcpStream) -> String {
        let mut answer = Vec::new();
        let reading = stream.read_to_end(&mut answer);
        let _reset = tokio::time::timeout(Duration::from_secs(20), reading).await.expect("an end");
        String::from_utf8(answer).unwrap()
    }

    const HERE: &str = "GET / HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n";

    #[tokio::test]
    async fn s109_a_head_that_does_not_come_ends_its_connection() {
        let (address, _end) = start(quick()).await;
        let started = Instant::now();
        let mut silent = TcpStream::connect(address).await.unwrap();
        assert_eq!(all(&mut silent).await, "");
        // A byte now and then gains no time.
        let mut slow = TcpStream::connect(address).await.unwrap();
        let (mut reading, mut writing) = slow.split();
        let writes = async {
            for byte in "GET / HTTP/1.1\r\nx-many: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa".bytes() {
                if writing.write_all(&[byte]).await.is_err() {
                    return;
                }
                tokio::time::sleep(SHORT / 5).await;
            }
            panic!("the server never hung up");
        };
        let mut answer = Vec::new();
        tokio::select! {
            () = writes => {},
            _hung_up = reading.read_to_end(&mut answer) => {},
        }
        assert!(started.elapsed() < Duration::from_secs(10));
        // One that was used and then lies idle is closed too.
        let mut idle = TcpStream::connect(address).await.unwrap();
        idle.write_all(b"GET / HTTP/1.1\r\nhost: a\r\n\r\n").await.unwrap();
        assert!(all(&mut idle).await.ends_with("here"));
        assert!(ask(address, HERE).await.ends_with("here"));
    }

    #[tokio::test]
    async fn s109_a_body_that_crawls_is_given_up_and_a_steady_one_is_not() {
        let (address, _end) = start(quick()).await;
        let head = "POST /body HTTP/1.1\r\nhost: a\r\nconnection: close\r\ncontent-length: 4000000\r\n\r\n";
        let mut silent = TcpStream::connect(address).await.unwrap();
        silent.write_all(head.as_bytes()).await.unwrap();
        assert!(all(&mut silent).await.starts_with("HTTP/1.1 400"));
        // Each piece in time, but too few of them: 10 bytes every 60 ms where a million a second are asked.
        let mut crawling = TcpStream::connect(address).await.unwrap();
        crawling.write_all(head.as_bytes()).await.unwrap();
        let (mut reading, mut writing) = crawling.split();
        let mut answer = Vec::new();
        let writes = async {
            while writing.write_all(&[b'x'; 10]).await.is_ok() {
                tokio::time::sleep(SHORT / 5).await;
            }
            std::future::pending::<()>().await;
        };
        tokio::select! {
            () = writes => {},
            _hung_up = reading.read_to_end(&mut answer) => {},
        }
        assert!(String::from_utf8_lossy(&answer).starts_with("HTTP/1.1 400"));
        let whole = format!("{head}{}", "x".repeat(4_000_000));
        let answer = ask(address, &whole).await;
        assert!(answer.ends_with("4000000"), "{answer}");
    }

    #[tokio::test]
    async fn s109_an_answer_that_nobody_takes_ends_its_connection() {
        let allowance = Allowance { connections: 1, ..quick() };
        let (address, _end) = start(allowance).await;
        let mut lazy = TcpStream::connect(address).await.unwrap();
        lazy.write_all(b"GET /large HTTP/1.1\r\nhost: a\r\n\r\n").await.unwrap();
        // Its place is free again once the server has waited long enough.
        let mut tries = 0;
        while !ask(address, HERE).await.ends_with("here") {
            tries += 1;
            assert!(tries < 200, "the connection is still open");
            tokio::time::sleep(SHORT / 5).await;
        }
        drop(lazy);
    }

    #[tokio::test]
    async fn s109_one_connection_too_many_is_told_so_at_once_and_heads_have_a_size() {
        let allowance =
            Allowance { connections: 2, head: Duration::from_mins(1), ..Allowance::default() };
        let (address, _end) = start(allowance).await;
        let mut kept = Vec::new();
        for _ in 0..2 {
            let mut stream = TcpStream::connect(address).await.unwrap();
            stream.write_all(b"GET / HTTP/1.1\r\nhost: a\r\n\r\n").await.unwrap();
            let mut first = [0; 12];
            stream.read_exact(&mut first).await.unwrap();
            assert_eq!(&first, b"HTTP/1.1 200");
            kept.push(stream);
        }
        let told = ask(address, HERE).await;
        assert!(told.starts_with("HTTP/1.1 503"), "{told}");
        let (head, body) = told.split_once("\r\n\r\n").unwrap();
        assert!(head.contains(&format!("content-length: {}\r\n", body.len())), "{head}");
        kept.clear();
        let mut tries = 0;
        while !ask(address, HERE).await.ends_with("here") {
            tries += 1;
            assert!(tries < 200, "no place came free");
        }
        let wide = format!("GET / HTTP/1.1\r\nhost: a\r\nx: {}\r\n\r\n", "a".repeat(2 * HEAD));
        assert!(ask(address, &wide).await.starts_with("HTTP/1.1 431"));
        let many = format!("GET / HTTP/1.1\r\nhost: a\r\n{}\r\n", "x: 1\r\n".repeat(HEADERS + 1));
        assert!(ask(address, &many).await.starts_with("HTTP/1.1 431"));
    }

    #[test]
    fn s109_one_address_has_its_share() {
        let counted = Arc::new(Counted::default());
        let (one, other) = (IpAddr::from([203, 0, 113, 7]), IpAddr::from([203, 0, 113, 8]));
        let first = counted.enter(one, 2).unwrap();
        let _second = counted.enter(one, 2).unwrap();
        assert!(counted.enter(one, 2).is_none());
        assert!(counted.enter(other, 2).is_some());
        drop(first);
        assert!(counted.enter(one, 2).is_some());
        assert_eq!(counted.open.lock().unwrap().len(), 1);
    }

    #[tokio::test]
    async fn s109_a_request_under_way_is_finished_when_the_server_ends() {
        let (address, end) = start(Allowance::default()).await;
        let mut stream = TcpStream::connect(address).await.unwrap();
        stream
            .write_all(b"POST /body HTTP/1.1\r\nhost: a\r\ncontent-length: 4\r\n\r\nab")
            .await
            .unwrap();
        // The request has reached its handler once its connection is seen to be open.
        tokio::time::sleep(SHORT).await;
        drop(end);
        tokio::time::sleep(SHORT / 3).await;
        stream.write_all(b"cd").await.unwrap();
        assert!(all(&mut stream).await.ends_with('4'));
        assert!(TcpStream::connect(address).await.is_err());
    }
}
