//! How platforms are asked: one blocking request at a time, bounded in size, time and reach.
//!
//! Only http(s). A shop on the Internet can't lead us into a private network, neither by a redirect
//! nor by what its name resolves to; a shop at a private address may be read, for whoever typed that
//! address wanted it, and nothing else beside it. Redirects stay on the shop's own host: credentials
//! go nowhere else. What passes by itself (429, 5xx, a lost connection) is tried again a few times,
//! `Retry-After` honoured; what would take longer is left to the next run.

use std::io::Read;
use std::time::{Duration, Instant};

use ureq::unversioned::resolver::DefaultResolver;
use ureq::unversioned::transport::DefaultConnector;
use ureq::{Agent, http};
use url::Url;

use crate::failure::{Failure, FailureKind};
use crate::words::say;

mod reach;
mod told;

use reach::Guarded;
pub use reach::leads_inside;
use told::{moved, timeout, told, truncated};

/// The largest answer that is read whole, in bytes.
const MAX_ANSWER: u64 = 64 * 1024 * 1024;

/// The least time between two requests to a shop in one's own network: nobody else waits there.
const BETWEEN_NEIGHBOURS: Duration = Duration::from_millis(10);

/// Redirects followed on the shop's own host.
const MAX_REDIRECTS: usize = 5;

/// How patiently a platform is asked.
#[derive(Debug, Clone, Copy)]
pub struct Pace {
    /// The least time between two requests.
    pub between: Duration,
    /// The most time for one request, its answer included.
    pub timeout: Duration,
    /// How often a request that may pass is sent in all.
    pub attempts: u32,
    /// The first wait before trying again; it doubles, with jitter.
    pub first_wait: Duration,
    /// A longer wait than this is left to the next run.
    pub longest_wait: Duration,
}

impl Default for Pace {
    /// Four requests a second: gentle on shared hosting.
    fn default() -> Self {
        Self {
            between: Duration::from_millis(250),
            timeout: Duration::from_mins(1),
            attempts: 4,
            first_wait: Duration::from_millis(500),
            longest_wait: Duration::from_secs(20),
        }
    }
}

impl Pace {
    /// For tests: no waiting worth the name.
    pub fn impatient() -> Self {
        Self {
            between: Duration::ZERO,
            timeout: Duration::from_millis(700),
            attempts: 2,
            first_wait: Duration::from_millis(5),
            longest_wait: Duration::from_millis(50),
        }
    }
}

/// An answer of a platform, read whole.
#[derive(Debug, Clone)]
pub struct Answer {
    pub status: u16,
    /// Names in lower case.
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

impl Answer {
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// The body as the JSON text that an API answers.
    ///
    /// # Errors
    /// A page instead of JSON (a proxy, a maintenance page), or bytes that are no text.
    pub fn json(&self) -> Result<&str, Failure> {
        let text = std::str::from_utf8(&self.body)
            .map_err(|_| Failure::protocol("the answer is not UTF-8"))?
            .trim_start_matches('\u{feff}');
        let first = text.trim_start().as_bytes().first().copied();
        if !matches!(first, Some(b'{' | b'[')) {
            let page = crate::excerpt(&title(text), 80);
            return Err(Failure::new(
                FailureKind::NotTheApi,
                say(
                    format!("une page a répondu à la place de l’API («\u{a0}{page}\u{a0}»)"),
                    format!("a page answered instead of the API (“{page}”)"),
                ),
                say(
                    "vérifiez l’adresse, et qu’aucun mot de passe, pare-feu ou page de maintenance ne se trouve devant la boutique",
                    "check the address, and that no password, firewall or maintenance page stands before the shop",
                ),
            ));
        }
        Ok(text)
    }

    /// How long the answer asks to wait: `Retry-After` in seconds, or as a date by the platform's own
    /// clock.
    pub fn retry_after(&self) -> Option<Duration> {
        let asked = self.header("retry-after")?.trim();
        if let Ok(seconds) = asked.parse() {
            return Some(Duration::from_secs(seconds));
        }
        let instant = |text: &str| jiff::fmt::rfc2822::parse(text.trim()).ok();
        let wait = instant(asked)?.duration_since(&instant(self.header("date")?)?);
        Some(Duration::try_from(wait).unwrap_or_default())
    }

    /// The failure that the status stands for, with the message the API gives.
    pub fn failure(&self) -> Option<Failure> {
        let text = String::from_utf8_lossy(&self.body);
        let told = serde_json::from_str::<serde_json::Value>(&text).ok();
        let message = told
            .as_ref()
            .and_then(|told| told.get("message").or_else(|| told.get("errors")))
            .map(|told| told.as_str().map_or_else(|| told.to_string(), str::to_owned))
            .unwrap_or_default();
        Failure::of_status(self.status, &message, self.retry_after())
    }
}

/// The title of an HTML page, else its beginning.
fn title(text: &str) -> String {
    let lower = text.to_ascii_lowercase();
    let inside = lower.find("<title").and_then(|at| {
        let from = at + lower.get(at..)?.find('>')? + 1;
        let to = from + lower.get(from..)?.find("</title")?;
        text.get(from..to)
    });
    inside.map_or_else(|| crate::excerpt(text.trim(), 80), |inside| inside.trim().to_owned())
}

/// A request in the making.
#[derive(Debug, Clone)]
pub struct Ask {
    pub method: &'static str,
    pub url: Url,
    pub headers: Vec<(String, String)>,
    pub body: Option<Vec<u8>>,
}

impl Ask {
    pub fn get(url: Url) -> Self {
        Self { method: "GET", url, headers: Vec::new(), body: None }
    }

    pub fn post(url: Url, content_type: &str, body: Vec<u8>) -> Self {
        let headers = vec![("content-type".to_owned(), content_type.to_owned())];
        Self { method: "POST", url, headers, body: Some(body) }
    }

    #[must_use]
    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }
}

/// The way to one platform.
#[derive(Debug)]
pub struct Http {
    agent: Agent,
    home: Url,
    pace: Pace,
    last: Option<Instant>,
}

/// Reads the address of a shop as a person types it: `boutique.fr` is `https://boutique.fr`.
///
/// # Errors
/// It is no address, or not http(s).
pub fn address(typed: &str) -> Result<Url, Failure> {
    let typed = typed.trim();
    let whole = if typed.contains("://") { typed.to_owned() } else { format!("https://{typed}") };
    let wrong = || {
        let shown = crate::excerpt(typed, 80);
        Failure::new(
            FailureKind::Address,
            say(
                format!("«\u{a0}{shown}\u{a0}» n’est pas l’adresse d’une boutique"),
                format!("“{shown}” is not the address of a shop"),
            ),
            say(
                "écrivez-la comme dans le navigateur, par exemple https://www.ma-boutique.fr",
                "write it as in the browser, for example https://www.my-shop.com",
            ),
        )
    };
    let mut url = Url::parse(&whole).map_err(|_| wrong())?;
    if !matches!(url.scheme(), "http" | "https")
        || url.host_str().is_none_or(str::is_empty)
        || !url.username().is_empty()
        || url.password().is_some()
    {
        return Err(wrong());
    }
    url.set_fragment(None);
    Ok(url)
}

impl Http {
    /// `private`: the shop's own address is in a private network, and the person who typed it knows.
    pub fn new(home: Url, mut pace: Pace, private: bool) -> Self {
        if private {
            pace.between = pace.between.min(BETWEEN_NEIGHBOURS);
        }
        let config = Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .max_redirects_will_error(false)
            .timeout_global(Some(pace.timeout))
            .timeout_connect(Some(pace.timeout.min(Duration::from_secs(15))))
            .proxy(None)
            .user_agent(concat!("Comptoir/", env!("CARGO_PKG_VERSION")))
            .build();
        let home_host = private.then(|| home.host_str().unwrap_or_default().to_owned());
        let resolver = Guarded { inner: DefaultResolver::default(), private_host: home_host };
        let agent = Agent::with_parts(config, DefaultConnector::default(), resolver);
        Self { agent, home, pace, last: None }
    }

    pub fn home(&self) -> &Url {
        &self.home
    }

    /// Sends a request, again if it may pass, and reads its answer whole; a failure status is an
    /// answer too. `signed` is asked anew for each attempt and for each redirect: a signature with a
    /// nonce may be used once.
    pub fn send(
        &mut self,
        signed: &mut dyn FnMut(&Url) -> Ask,
        url: &Url,
    ) -> Result<Answer, Failure> {
        let mut wait = self.pace.first_wait;
        let mut attempt = 1;
        loop {
            let outcome = self.follow(signed, url);
            let (passes, asked) = match &outcome {
                Ok(answer) => (matches!(answer.status, 429 | 500..=599), answer.retry_after()),
                Err(failure) => (
                    failure.kind.passes() && failure.kind != FailureKind::UnknownHost,
                    failure.retry_after,
                ),
            };
            let jitter = wait.mul_f64(0.5 + fastrand::f64());
            let pause = asked.unwrap_or(jitter);
            if !passes || attempt >= self.pace.attempts || pause > self.pace.longest_wait {
                return outcome;
            }
            std::thread::sleep(pause);
            wait *= 2;
            attempt += 1;
        }
    }

    fn follow(
        &mut self,
        signed: &mut dyn FnMut(&Url) -> Ask,
        url: &Url,
    ) -> Result<Answer, Failure> {
        let mut url = url.clone();
        for _ in 0..=MAX_REDIRECTS {
            let answer = self.once(&signed(&url))?;
            let Some(target) = answer
                .header("location")
                .filter(|_| matches!(answer.status, 301 | 302 | 303 | 307 | 308))
            else {
                return Ok(answer);
            };
            let next = url.join(target).map_err(|_| Failure::protocol("a redirect to nowhere"))?;
            let upgrade = url.scheme() == "http" && next.scheme() == "https";
            let same = next.host_str() == url.host_str()
                && (next.port_or_known_default() == url.port_or_known_default()
                    || upgrade && next.port().is_none() && url.port().is_none())
                && (next.scheme() == url.scheme() || upgrade);
            if !same {
                return Err(moved(&next));
            }
            url = next;
        }
        Err(Failure::protocol("too many redirects"))
    }

    fn once(&mut self, ask: &Ask) -> Result<Answer, Failure> {
        if let Some(last) = self.last {
            let due = last + self.pace.between;
            let now = Instant::now();
            if due > now {
                std::thread::sleep(due - now);
            }
        }
        self.last = Some(Instant::now());
        let mut request = http::Request::builder().method(ask.method).uri(ask.url.as_str());
        for (name, value) in &ask.headers {
            request = request.header(name, value);
        }
        let body = ask.body.clone().unwrap_or_default();
        let request =
            request.body(body).map_err(|_| Failure::protocol("a request that can’t be sent"))?;
        let response = self.agent.run(request).map_err(|error| told(&error))?;
        let (parts, body) = response.into_parts();
        let headers = parts
            .headers
            .iter()
            .map(|(name, value)| {
                (name.as_str().to_owned(), String::from_utf8_lossy(value.as_bytes()).into_owned())
            })
            .collect();
        let expected = body.content_length();
        let mut bytes = Vec::new();
        body.into_reader().take(MAX_ANSWER + 1).read_to_end(&mut bytes).map_err(|error| {
            let inside = error.get_ref().and_then(|inside| inside.downcast_ref());
            let late = matches!(inside, Some(ureq::Error::Timeout(_)))
                || error.kind() == std::io::ErrorKind::TimedOut;
            if late { timeout() } else { truncated() }
        })?;
        if bytes.len() as u64 > MAX_ANSWER {
            return Err(Failure::new(
                FailureKind::TooLarge,
                say("la réponse dépasse 64\u{a0}Mo", "the answer is larger than 64 MB"),
                say(
                    "vérifiez l’adresse\u{a0}: une API de boutique ne répond pas cela",
                    "check the address: no shop’s API answers that",
                ),
            ));
        }
        let compressed = parts.headers.contains_key("content-encoding");
        if !compressed && expected.is_some_and(|expected| bytes.len() as u64 != expected) {
            return Err(truncated());
        }
        Ok(Answer { status: parts.status.as_u16(), headers, body: bytes })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_read_as_people_type_them() {
        for (typed, read) in [
            ("boutique.fr", "https://boutique.fr/"),
            (" http://127.0.0.1:8088 ", "http://127.0.0.1:8088/"),
            ("https://www.boutique.fr/magasin/#x", "https://www.boutique.fr/magasin/"),
        ] {
            assert_eq!(address(typed).expect(typed).as_str(), read);
        }
        for wrong in ["", "ftp://boutique.fr", "file:///etc/passwd", "https://", "http://a:b@c.fr"]
        {
            assert_eq!(address(wrong).expect_err(wrong).kind, FailureKind::Address, "{wrong}");
        }
    }

    #[test]
    fn a_wait_is_told_in_seconds_or_as_a_date() {
        let asks = |asked: &str| {
            let headers = [("retry-after", asked), ("date", "Sun, 22 Nov 2026 03:00:00 GMT")];
            let headers = headers.map(|(name, value)| (name.to_owned(), value.to_owned())).to_vec();
            Answer { status: 429, headers, body: Vec::new() }.retry_after().map(|w| w.as_secs())
        };
        assert_eq!(asks("120"), Some(120));
        assert_eq!(asks("Sun, 22 Nov 2026 03:02:00 GMT"), Some(120));
        assert_eq!(asks("Sun, 22 Nov 2026 02:00:00 GMT"), Some(0));
        assert_eq!(asks("soon"), None);
    }

    /// Addresses that only look like public names.
    /// One byte now and then never ends: the time of a request bounds its whole answer.
    #[test]
    fn an_answer_that_drips_is_given_up_in_time() {
        use std::io::Write;
        let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a free port");
        let home = address(&format!("http://{}", listener.local_addr().expect("an address")));
        let home = home.expect("an address");
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let mut stream = stream;
                let head = b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n";
                let mut sent = stream.write_all(head);
                while sent.is_ok() {
                    std::thread::sleep(Duration::from_millis(40));
                    sent = stream.write_all(b"x");
                }
            }
        });
        let pace = Pace { timeout: Duration::from_millis(300), attempts: 1, ..Pace::impatient() };
        let mut http = Http::new(home.clone(), pace, true);
        let begun = Instant::now();
        let failure = http.send(&mut |url| Ask::get(url.clone()), &home).expect_err("too slow");
        assert_eq!(failure.kind, FailureKind::Timeout);
        assert!(begun.elapsed() < Duration::from_millis(1500), "{:?}", begun.elapsed());
    }

    #[test]
    fn a_port_without_tls_is_told_as_such() {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
        let address = listener.local_addr().expect("an address");
        let answering = std::thread::spawn(move || {
            use std::io::Write as _;
            let (mut stream, _) = listener.accept().expect("a client");
            stream.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n").expect("written");
            // The client must be done reading before the connection is reset.
            let _gone = stream.read(&mut [0; 4096]);
        });
        let home = Url::parse(&format!("https://{address}/")).expect("an address");
        let mut http = Http::new(home.clone(), Pace { attempts: 1, ..Pace::impatient() }, true);
        let failure = http.send(&mut |url| Ask::get(url.clone()), &home).expect_err("no TLS");
        assert_eq!(failure.kind, FailureKind::Certificate);
        assert!(failure.remedy.en.contains("http://"), "{failure}");
        answering.join().expect("answered");
    }
}
