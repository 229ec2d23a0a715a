//! The one address that everything is asked at: queries in, JSON out. Shopify refuses inside an
//! answer of status 200 as often as by a status, and counts what a query costs instead of requests.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use serde_json::value::RawValue;
use serde_json::{Value, json};
use url::Url;

use super::token::Token;
use crate::connector::Access;
use crate::failure::{Failure, FailureKind};
use crate::http::{self, Answer, Ask, Http, Pace};
use crate::words::say;

/// The version of the API that is asked; Shopify supports each for a year at least.
pub(crate) const VERSION: &str = "2026-10";

/// What was answered to a query.
pub(crate) struct Told {
    /// The answer's `data`, an object.
    pub data: String,
    /// What it leaves out because the key may not read it.
    pub denied: Vec<Denied>,
    /// The platform's own clock.
    pub date: Option<String>,
    /// The version that answered.
    pub version: Option<String>,
}

/// A field that the key may not read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Denied {
    /// `orders.nodes.customer`, without positions.
    pub path: String,
    pub message: String,
}

/// Why a query was not answered.
#[derive(Debug)]
pub(crate) enum Refusal {
    /// More than one query may cost: ask for a smaller page.
    TooCostly,
    /// Nothing is left of the answer without what the key may not read.
    Denied(Denied),
    Failure(Failure),
}

impl From<Failure> for Refusal {
    fn from(failure: Failure) -> Self {
        Self::Failure(failure)
    }
}

impl Refusal {
    pub(crate) fn into_failure(self) -> Failure {
        match self {
            Self::TooCostly => Failure::protocol("MAX_COST_EXCEEDED on the smallest page"),
            Self::Denied(denied) => denied.failure(),
            Self::Failure(failure) => failure,
        }
    }
}

impl Denied {
    /// The right that is missing, when Shopify names it between backticks.
    pub(crate) fn scope(&self) -> Option<&str> {
        self.message.split('`').nth(1).filter(|scope| !scope.is_empty())
    }

    pub(crate) fn failure(&self) -> Failure {
        let told = crate::excerpt(&self.message, 160);
        let scope = self.scope().unwrap_or("read_orders");
        Failure::new(
            FailureKind::Forbidden,
            say(
                format!("Shopify refuse cette lecture (« {told} »)"),
                format!("Shopify refuses this (“{told}”)"),
            ),
            say(
                format!("donnez à l’application le droit `{scope}`, puis réinstallez-la"),
                format!("give the app the scope `{scope}`, then install it again"),
            ),
        )
    }
}

/// The way to a shop's GraphQL.
pub(crate) struct Door {
    http: Http,
    endpoint: Url,
    token: Token,
    pace: Pace,
    bucket: Option<Bucket>,
    /// What each query was last counted at before it ran.
    costs: BTreeMap<&'static str, f64>,
}

/// What Shopify said of its bucket of points, and when.
#[derive(Debug, Clone, Copy)]
struct Bucket {
    available: f64,
    restored_a_second: f64,
    at: Instant,
}

impl Bucket {
    /// How long until a query of that cost fits.
    fn wait(&self, cost: f64) -> Duration {
        let now = self.available + self.at.elapsed().as_secs_f64() * self.restored_a_second;
        if now >= cost || self.restored_a_second <= 0.0 {
            return Duration::ZERO;
        }
        let seconds = (cost - now) / self.restored_a_second;
        Duration::try_from_secs_f64(seconds).unwrap_or(Duration::MAX)
    }

    fn read(extensions: &Value) -> Option<Self> {
        let cost = extensions.get("cost")?;
        let status = cost.get("throttleStatus")?;
        Some(Self {
            available: status.get("currentlyAvailable")?.as_f64()?,
            restored_a_second: status.get("restoreRate")?.as_f64()?,
            at: Instant::now(),
        })
    }
}

/// An answer, before it is known what it says.
#[derive(serde::Deserialize)]
struct Envelope<'a> {
    #[serde(borrow, default)]
    data: Option<&'a RawValue>,
    #[serde(default)]
    errors: Value,
    #[serde(default)]
    extensions: Value,
}

impl Door {
    pub(crate) fn new(access: &Access) -> Result<Self, Failure> {
        let home = home(&access.url)?;
        let base = home.as_str().trim_end_matches('/').to_owned();
        let at = |path: &str| {
            Url::parse(&format!("{base}/{path}"))
                .map_err(|_| Failure::protocol("an address that can’t be built"))
        };
        let endpoint = at(&format!("admin/api/{VERSION}/graphql.json"))?;
        let token = Token::new(access, at("admin/oauth/access_token")?)?;
        let http = Http::new(home, access.pace, access.private);
        Ok(Self { http, endpoint, token, pace: access.pace, bucket: None, costs: BTreeMap::new() })
    }

    pub(crate) fn home(&self) -> &Url {
        self.http.home()
    }

    /// Sends a query, waiting where Shopify asks to, as far as the pace allows.
    pub(crate) fn ask(
        &mut self,
        document: &'static str,
        variables: &Value,
    ) -> Result<Told, Refusal> {
        let body = json!({"query": document, "variables": variables}).to_string().into_bytes();
        let mut renewed = false;
        let mut attempt = 1;
        loop {
            if let (Some(bucket), Some(cost)) = (self.bucket, self.costs.get(document)) {
                std::thread::sleep(bucket.wait(*cost).min(self.pace.longest_wait));
            }
            let answer = self.post(&body)?;
            if answer.status == 401 && !renewed && self.token.forget() {
                renewed = true;
                continue;
            }
            if let Some(failure) = refused(&answer) {
                return Err(failure.into());
            }
            let text = answer.json()?;
            let told: Envelope<'_> = serde_json::from_str(text)
                .map_err(|error| Failure::protocol(&format!("not a GraphQL answer: {error}")))?;
            self.bucket = Bucket::read(&told.extensions).or(self.bucket);
            let cost = told.extensions.pointer("/cost/requestedQueryCost").and_then(Value::as_f64);
            if let Some(cost) = cost {
                self.costs.insert(document, cost);
            }
            let Some(wait) = throttled(&told, self.bucket, cost) else {
                return understood(&told, &answer);
            };
            if attempt >= self.pace.attempts || wait > self.pace.longest_wait {
                let slow = Failure::of_status(429, "THROTTLED", Some(wait));
                return Err(slow.unwrap_or_else(|| Failure::protocol("THROTTLED")).into());
            }
            std::thread::sleep(wait);
            attempt += 1;
        }
    }

    fn post(&mut self, body: &[u8]) -> Result<Answer, Failure> {
        let token = self.token.current(&mut self.http)?;
        let mut signed = |url: &Url| {
            Ask::post(url.clone(), "application/json", body.to_vec())
                .header("accept", "application/json")
                .header("x-shopify-access-token", &token)
        };
        self.http.send(&mut signed, &self.endpoint)
    }
}

/// The shop's address: its own name is enough, and the administration's address is understood.
fn home(typed: &str) -> Result<Url, Failure> {
    let typed = typed.trim().trim_end_matches('/');
    let name = typed
        .split_once("admin.shopify.com/store/")
        .map(|(_, rest)| rest.split(['/', '?']).next().unwrap_or_default());
    let bare = !typed.is_empty() && typed.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
    let mut url = match name.or(bare.then_some(typed).filter(|typed| *typed != "localhost")) {
        Some(name) => http::address(&format!("{name}.myshopify.com"))?,
        None => http::address(typed)?,
    };
    if url.host_str().is_some_and(|host| host.ends_with(".myshopify.com")) {
        // The token never travels in the clear; a scheme that is http can become https.
        let _https = url.set_scheme("https");
    }
    url.set_query(None);
    // The address of a page of the administration is as good as the shop's own.
    let path = url.path().split("/admin").next().unwrap_or_default().to_owned();
    url.set_path(&path);
    Ok(url)
}

/// What a status means at Shopify.
fn refused(answer: &Answer) -> Option<Failure> {
    match answer.status {
        402 => Some(Failure::new(
            FailureKind::Forbidden,
            say("Shopify a gelé cette boutique", "Shopify has frozen this shop"),
            say(
                "réglez la facture en attente dans l’administration de Shopify",
                "pay the open invoice in Shopify’s administration",
            ),
        )),
        423 => Some(Failure::new(
            FailureKind::Forbidden,
            say("Shopify a verrouillé cette boutique", "Shopify has locked this shop"),
            say(
                "demandez à l’assistance de Shopify pourquoi elle l’est",
                "ask Shopify’s support why it is",
            ),
        )),
        _ => answer.failure(),
    }
}

fn code(error: &Value) -> &str {
    error.pointer("/extensions/code").and_then(Value::as_str).unwrap_or_default()
}

fn message(error: &Value) -> String {
    error.get("message").and_then(Value::as_str).unwrap_or_default().to_owned()
}

/// How long to wait when the query came too early.
fn throttled(told: &Envelope<'_>, bucket: Option<Bucket>, cost: Option<f64>) -> Option<Duration> {
    let errors = told.errors.as_array()?;
    let early = errors.iter().any(|error| code(error) == "THROTTLED");
    // Without a bucket in the answer a second passes: Shopify restores points every second.
    let second = Duration::from_secs(1);
    early.then(|| bucket.map_or(second, |bucket| bucket.wait(cost.unwrap_or_default())))
}

fn understood(told: &Envelope<'_>, answer: &Answer) -> Result<Told, Refusal> {
    let data = told.data.map(RawValue::get).filter(|data| data.starts_with('{'));
    let mut denied = Vec::new();
    let single = [told.errors.clone()];
    let errors: &[Value] = match &told.errors {
        Value::Null => &[],
        Value::Array(errors) => errors,
        _ => &single,
    };
    for error in errors {
        match code(error) {
            "MAX_COST_EXCEEDED" => return Err(Refusal::TooCostly),
            "ACCESS_DENIED" => denied.push(Denied { path: path(error), message: message(error) }),
            "SHOP_INACTIVE" => {
                let closed = Failure::of_status(403, &message(error), None);
                return Err(closed.unwrap_or_else(|| Failure::protocol("SHOP_INACTIVE")).into());
            }
            "INTERNAL_SERVER_ERROR" | "TIMEOUT" => {
                let failed = Failure::of_status(500, &message(error), None);
                return Err(failed.unwrap_or_else(|| Failure::protocol("INTERNAL")).into());
            }
            _ => {
                let text = error.as_str().map_or_else(|| message(error), str::to_owned);
                return Err(Failure::protocol(&text).into());
            }
        }
    }
    let Some(data) = data else {
        return Err(match denied.into_iter().next() {
            Some(denied) => Refusal::Denied(denied),
            None => Failure::protocol("an answer without data").into(),
        });
    };
    Ok(Told {
        data: data.to_owned(),
        denied,
        date: answer.header("date").map(str::to_owned),
        version: answer.header("x-shopify-api-version").map(str::to_owned),
    })
}

/// The names on the way to a field.
fn path(error: &Value) -> String {
    let steps = error.get("path").and_then(Value::as_array);
    let names = steps.into_iter().flatten().filter_map(Value::as_str);
    names.collect::<Vec<_>>().join(".")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shop_is_known_by_its_name_its_address_or_its_administration() {
        for (typed, read) in [
            ("ma-boutique", "https://ma-boutique.myshopify.com/"),
            ("ma-boutique.myshopify.com", "https://ma-boutique.myshopify.com/"),
            (
                "https://ma-boutique.myshopify.com/admin/orders?x=1",
                "https://ma-boutique.myshopify.com/",
            ),
            (
                "https://admin.shopify.com/store/ma-boutique/orders",
                "https://ma-boutique.myshopify.com/",
            ),
            ("http://ma-boutique.myshopify.com", "https://ma-boutique.myshopify.com/"),
            ("http://127.0.0.1:8088/", "http://127.0.0.1:8088/"),
        ] {
            assert_eq!(home(typed).expect(typed).as_str(), read, "{typed}");
        }
        assert!(home("ftp://ma-boutique.fr").is_err());
    }

    #[test]
    fn the_wait_is_what_is_missing_over_what_comes_back() {
        let bucket = |available| Bucket { available, restored_a_second: 50.0, at: Instant::now() };
        // 400 asked, 100 there, 50 a second: six seconds.
        let wait = bucket(100.0).wait(400.0).as_secs_f64();
        assert!((5.9..=6.0).contains(&wait), "{wait}");
        assert_eq!(bucket(400.0).wait(400.0), Duration::ZERO);
    }
}
