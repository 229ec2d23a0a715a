//! A small HTTP server that plays a platform: one thread, one request a connection, faults on demand.
//!
//! The platforms themselves are in `replay/`: each answers as the recordings of the real system do.
//! The example `replay` serves them to the vendors' own clients.

#[path = "replay/shopify.rs"]
pub mod shopify;
#[path = "replay/woocommerce.rs"]
pub mod woocommerce;

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::Duration;

#[path = "replay/prestashop.rs"]
pub mod prestashop;

/// A request as it came in.
#[derive(Debug, Clone)]
pub struct Request {
    pub method: String,
    /// Path without the query.
    pub path: String,
    /// Decoded parameters, in order.
    pub query: Vec<(String, String)>,
    /// The address as it was written, path and query: what signatures are over.
    pub target: String,
    /// Names in lower case.
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

impl Request {
    pub fn parameter(&self, name: &str) -> Option<&str> {
        self.query.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }
}

/// An answer.
#[derive(Debug, Clone)]
pub struct Response {
    pub status: u16,
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

impl Response {
    pub fn json(status: u16, body: impl Into<String>) -> Self {
        Self {
            status,
            headers: vec![("Content-Type".into(), "application/json; charset=UTF-8".into())],
            body: body.into().into_bytes(),
        }
    }

    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.into(), value.into()));
        self
    }
}

/// What goes wrong with a request, instead of its answer.
#[derive(Debug, Clone)]
pub enum Fault {
    /// Nothing is ever answered.
    Silence,
    Status(u16, Vec<(String, String)>),
    /// Half the body, then the connection closes.
    Truncated,
    /// A proxy's page.
    Page,
    /// Success, and not one byte.
    Empty,
}

/// Decides on the fault of a request, by its number (from 1) and itself.
pub type Faults = Box<dyn FnMut(u64, &Request) -> Option<Fault> + Send>;

/// A running server; it ends with the value.
pub struct Replay {
    pub address: SocketAddr,
    seen: Arc<Mutex<Vec<Request>>>,
    faults: Arc<Mutex<Option<Faults>>>,
    stop: Arc<std::sync::atomic::AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Replay {
    /// Serves `answer` on a free port of 127.0.0.1.
    pub fn start(answer: impl FnMut(&Request) -> Response + Send + 'static) -> Self {
        Self::start_on(SocketAddr::from(([127, 0, 0, 1], 0)), answer)
    }

    pub fn start_on(
        address: SocketAddr,
        mut answer: impl FnMut(&Request) -> Response + Send + 'static,
    ) -> Self {
        let listener = TcpListener::bind(address).expect("a free port");
        let address = listener.local_addr().expect("an address");
        let seen = Arc::new(Mutex::new(Vec::new()));
        let faults: Arc<Mutex<Option<Faults>>> = Arc::new(Mutex::new(None));
        let stop = Arc::new(std::sync::atomic::AtomicBool::new(false));
        let (kept, broken, ended) = (Arc::clone(&seen), Arc::clone(&faults), Arc::clone(&stop));
        let thread = std::thread::spawn(move || {
            let mut count = 0;
            for stream in listener.incoming().flatten() {
                if ended.load(std::sync::atomic::Ordering::SeqCst) {
                    return;
                }
                let _idle = stream.set_read_timeout(Some(Duration::from_secs(5)));
                let Some(request) = read(&stream) else { continue };
                count += 1;
                let fault =
                    broken.lock().expect("faults").as_mut().and_then(|f| f(count, &request));
                kept.lock().expect("requests").push(request.clone());
                serve(stream, fault.as_ref(), || answer(&request));
            }
        });
        Self { address, seen, faults, stop, thread: Some(thread) }
    }

    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// What was asked so far.
    pub fn requests(&self) -> Vec<Request> {
        self.seen.lock().expect("requests").clone()
    }

    /// From now on.
    pub fn break_with(&self, faults: impl FnMut(u64, &Request) -> Option<Fault> + Send + 'static) {
        *self.faults.lock().expect("faults") = Some(Box::new(faults));
    }

    pub fn mend(&self) {
        *self.faults.lock().expect("faults") = None;
    }
}

impl Drop for Replay {
    fn drop(&mut self) {
        self.stop.store(true, std::sync::atomic::Ordering::SeqCst);
        let _wake = TcpStream::connect(self.address);
        if let Some(thread) = self.thread.take() {
            let _ended = thread.join();
        }
    }
}

fn read(stream: &TcpStream) -> Option<Request> {
    let mut reader = BufReader::new(stream);
    let mut line = String::new();
    reader.read_line(&mut line).ok().filter(|read| *read > 0)?;
    let mut words = line.split_whitespace();
    let (method, target) = (words.next()?.to_owned(), words.next()?.to_owned());
    let mut headers = Vec::new();
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).ok()?;
        let line = line.trim_end();
        if line.is_empty() {
            break;
        }
        let (name, value) = line.split_once(':')?;
        headers.push((name.to_lowercase(), value.trim().to_owned()));
    }
    let length = headers.iter().find(|(name, _)| name == "content-length");
    let length: usize = length.and_then(|(_, length)| length.parse().ok()).unwrap_or(0);
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    let (path, query) = target.split_once('?').unwrap_or((&target, ""));
    let query = url::form_urlencoded::parse(query.as_bytes())
        .map(|(name, value)| (name.into_owned(), value.into_owned()))
        .collect();
    Some(Request { method, path: path.to_owned(), query, target: target.clone(), headers, body })
}

fn serve(mut stream: TcpStream, fault: Option<&Fault>, answer: impl FnOnce() -> Response) {
    let response = match fault {
        Some(Fault::Silence) => {
            // The client gives up first; the next request is served meanwhile.
            std::thread::spawn(move || {
                std::thread::sleep(Duration::from_secs(3));
                drop(stream);
            });
            return;
        }
        Some(Fault::Status(status, headers)) => Response {
            status: *status,
            headers: headers.clone(),
            body: br#"{"code":"broken","message":"broken on purpose","data":{}}"#.to_vec(),
        },
        Some(Fault::Page) => Response {
            status: 200,
            headers: vec![("Content-Type".into(), "text/html".into())],
            body: b"<!doctype html><html><head><title>Maintenance</title></head></html>".to_vec(),
        },
        Some(Fault::Empty) => Response { status: 200, headers: Vec::new(), body: Vec::new() },
        Some(Fault::Truncated) | None => answer(),
    };
    let mut head = format!("HTTP/1.1 {} X\r\nConnection: close\r\n", response.status);
    for (name, value) in &response.headers {
        head.extend([name, ": ", value, "\r\n"]);
    }
    let length = response.body.len().to_string();
    head.extend(["Content-Length: ", &length, "\r\n\r\n"]);
    let body = match fault {
        Some(Fault::Truncated) => &response.body[..response.body.len() / 2],
        _ => &response.body[..],
    };
    let _gone = stream.write_all(head.as_bytes()).and_then(|()| stream.write_all(body));
}
