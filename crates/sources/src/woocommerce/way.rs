//! The way to a shop's API: where it answers, how the key proves itself, and what a refusal means.

use std::time::SystemTime;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::value::RawValue;
use url::Url;

use super::oauth;
use crate::connector::Access;
use crate::failure::{Failure, FailureKind};
use crate::http::{self, Answer, Ask, Http};
use crate::wire::Object;
use crate::words::say;

/// A clock that is this many seconds off the shop's makes signatures worthless.
const TOLERATED_SKEW: i64 = 120;

/// What the API answered.
pub(super) struct Reply {
    pub(super) text: String,
    /// How many records the whole question has, when the header says so.
    pub(super) total: Option<u64>,
}

impl Reply {
    /// The records of a list.
    pub(super) fn rows(&self) -> Result<Vec<&RawValue>, Failure> {
        serde_json::from_str(&self.text).map_err(|_| Failure::protocol("a list was expected"))
    }

    /// A single record.
    pub(super) fn object(&self) -> Result<Object<'_>, Failure> {
        Object::parse(&self.text).map_err(|_| Failure::protocol("an object was expected"))
    }
}

/// Requests to one shop. It learns on the way which address and which proof the shop accepts.
pub(super) struct Way {
    http: Http,
    /// Ends in `/`.
    site: Url,
    key: String,
    secret: String,
    /// The shop has no pretty addresses: routes are asked as `?rest_route=`.
    plain: bool,
    /// The API has answered where it is asked now.
    proven: bool,
    /// The host strips the header with the key: it goes into the address (over TLS only).
    in_query: bool,
    /// Seconds that the shop's clock is ahead of this machine's.
    skew: i64,
}

impl Way {
    pub(super) fn new(access: &Access) -> Result<Self, Failure> {
        let site = site(&access.url)?;
        let http = Http::new(site.clone(), access.pace, access.private);
        Ok(Self {
            http,
            site,
            key: access.credential("key").to_owned(),
            secret: access.credential("secret").to_owned(),
            plain: false,
            proven: false,
            in_query: false,
            skew: 0,
        })
    }

    /// Reads `route` (`wc/v3/orders`).
    pub(super) fn get(
        &mut self,
        route: &str,
        parameters: &[(&str, &str)],
    ) -> Result<Reply, Failure> {
        let answer = self.exchange("GET", route, parameters, None)?;
        let read = reply(&answer);
        if read.is_ok() || says(&answer).is_some() {
            self.proven = true;
        }
        let Err(failure) = read else { return read };
        if self.proven || !matches!(failure.kind, FailureKind::NotFound | FailureKind::NotTheApi) {
            return Err(failure);
        }
        // Something else answers there: perhaps the shop has no pretty addresses.
        self.plain = !self.plain;
        let second = self.exchange("GET", route, parameters, None);
        if let Ok(answer) = second {
            let read = reply(&answer);
            if read.is_ok() || says(&answer).is_some() {
                self.proven = true;
                return read.map_err(plain_addresses);
            }
        }
        self.plain = !self.plain;
        Err(failure)
    }

    /// Reads a resource that orders can do without. What passes by itself fails, to be tried again;
    /// what does not is inside: the shop, or this key, does not give it. A page that is no API, or a
    /// refusal of the key, is of the second kind only if orders are answered beside it, and it comes
    /// twice.
    pub(super) fn spare(
        &mut self,
        route: &str,
        parameters: &[(&str, &str)],
    ) -> Result<Result<Reply, Failure>, Failure> {
        let mut outcome = self.get(route, parameters);
        let doubtful = [FailureKind::NotTheApi, FailureKind::Unauthorized];
        if outcome.as_ref().is_err_and(|failure| doubtful.contains(&failure.kind)) {
            self.get("wc/v3/orders", &[("per_page", "1"), ("_fields", "id")])?;
            outcome = self.get(route, parameters);
        }
        match outcome {
            Err(failure) if failure.kind.passes() && failure.kind != FailureKind::NotTheApi => {
                Err(failure)
            }
            settled => Ok(settled),
        }
    }

    /// Writes JSON to `route`.
    pub(super) fn write(
        &mut self,
        method: &'static str,
        route: &str,
        json: &str,
    ) -> Result<Reply, Failure> {
        let answer = self.exchange(method, route, &[], Some(json.as_bytes()))?;
        reply(&answer)
    }

    /// The front door of the site's API, which needs no key.
    pub(super) fn index(&mut self) -> Result<Reply, Failure> {
        let url = self.url("", &[]);
        let answer = self.http.send(&mut |url| Ask::get(url.clone()), &url)?;
        reply(&answer)
    }

    fn exchange(
        &mut self,
        method: &'static str,
        route: &str,
        parameters: &[(&str, &str)],
        body: Option<&[u8]>,
    ) -> Result<Answer, Failure> {
        let url = self.url(route, parameters);
        let answer = self.once(method, &url, body)?;
        if answer.status != 401 || self.proven {
            return Ok(answer);
        }
        if self.site.scheme() == "https" {
            self.in_query = true;
            let again = self.once(method, &url, body)?;
            self.in_query = again.status != 401;
            return Ok(if self.in_query { again } else { answer });
        }
        let Some(ahead) = ahead(&answer).filter(|ahead| ahead.abs() > TOLERATED_SKEW) else {
            return Ok(answer);
        };
        self.skew = ahead;
        self.once(method, &url, body)
    }

    fn once(
        &mut self,
        method: &'static str,
        url: &Url,
        body: Option<&[u8]>,
    ) -> Result<Answer, Failure> {
        let Self { http, key, secret, in_query, skew, .. } = self;
        http.send(
            &mut |url| {
                let mut ask = Ask {
                    method,
                    url: url.clone(),
                    headers: Vec::new(),
                    body: body.map(<[u8]>::to_vec),
                };
                if ask.body.is_some() {
                    ask = ask.header("content-type", "application/json");
                }
                if url.scheme() == "http" {
                    let nonce = format!("{:016x}{:016x}", fastrand::u64(..), fastrand::u64(..));
                    let seconds = machine_seconds() + *skew;
                    add(
                        &mut ask.url,
                        &oauth::parameters(method, url, key, secret, seconds, &nonce),
                    );
                    ask
                } else if *in_query {
                    let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
                    add(
                        &mut ask.url,
                        &[pair("consumer_key", key), pair("consumer_secret", secret)],
                    );
                    ask
                } else {
                    let basic = STANDARD.encode(format!("{key}:{secret}"));
                    ask.header("authorization", &format!("Basic {basic}"))
                }
            },
            url,
        )
    }

    fn url(&self, route: &str, parameters: &[(&str, &str)]) -> Url {
        let mut url = self.site.clone();
        let mut pairs: Vec<(String, String)> = Vec::new();
        if self.plain {
            pairs.push(("rest_route".to_owned(), format!("/{route}")));
        } else {
            url.set_path(&format!("{}wp-json/{route}", self.site.path()));
        }
        pairs.extend(
            parameters.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())),
        );
        add(&mut url, &pairs);
        url
    }
}

/// The shop's front page, from what was typed: the address of its API or of its administration will do.
fn site(typed: &str) -> Result<Url, Failure> {
    let mut url = http::address(typed)?;
    url.set_query(None);
    let path = url.path().to_owned();
    let end = ["/wp-json", "/wp-admin", "/index.php", "/wp-login.php"]
        .iter()
        .filter_map(|part| path.find(part))
        .min()
        .unwrap_or(path.len());
    let folder = path[..end].trim_end_matches('/');
    url.set_path(&format!("{folder}/"));
    Ok(url)
}

/// Adds parameters to an address, encoded as they are signed.
fn add(url: &mut Url, pairs: &[(String, String)]) {
    if pairs.is_empty() {
        return;
    }
    let mut query =
        url.query().filter(|query| !query.is_empty()).map(str::to_owned).unwrap_or_default();
    for (name, value) in pairs {
        if !query.is_empty() {
            query.push('&');
        }
        query.push_str(&oauth::percent(name));
        query.push('=');
        query.push_str(&oauth::percent(value));
    }
    url.set_query(Some(&query));
}

/// Seconds since 1970 on this machine: a signature is made of the time at which it travels.
#[expect(
    clippy::disallowed_methods,
    reason = "an OAuth signature proves when it was made; no figure depends on it"
)]
fn machine_seconds() -> i64 {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_secs()).unwrap_or_default()
}

/// How many seconds the shop's clock is ahead, by the date of its answer.
fn ahead(answer: &Answer) -> Option<i64> {
    let date = jiff::fmt::rfc2822::parse(answer.header("date")?).ok()?;
    Some(date.timestamp().as_second() - machine_seconds())
}

/// Code and message of an error that the API itself tells.
fn says(answer: &Answer) -> Option<(String, String)> {
    let body: serde_json::Value = serde_json::from_slice(&answer.body).ok()?;
    let text =
        |name: &str| body.get(name).and_then(|value| value.as_str()).unwrap_or_default().to_owned();
    Some((text("code"), text("message"))).filter(|(code, _)| !code.is_empty())
}

fn reply(answer: &Answer) -> Result<Reply, Failure> {
    if let Some(failure) = refusal(answer) {
        return Err(failure);
    }
    let text = answer.json()?.to_owned();
    let total = answer.header("x-wp-total").and_then(|total| total.trim().parse().ok());
    Ok(Reply { text, total })
}

/// `WooCommerce` looks for keys only in requests to pretty addresses.
fn plain_addresses(failure: Failure) -> Failure {
    if failure.kind != FailureKind::Unauthorized {
        return failure;
    }
    Failure::new(
        FailureKind::Unauthorized,
        say(
            "la clé est refusée, et cette boutique a des permaliens « simples », avec lesquels WooCommerce ne reconnaît pas les clés",
            "the key is refused, and this shop has plain permalinks, with which WooCommerce does not recognise keys",
        ),
        say(
            "dans WordPress, Réglages, Permaliens, choisissez « Titre de la publication » et enregistrez",
            "in WordPress, Settings, Permalinks, choose “Post name” and save",
        ),
    )
}

/// What a refusal means here, and what to do in `WooCommerce`'s own words.
fn refusal(answer: &Answer) -> Option<Failure> {
    let failure = answer.failure()?;
    let told = says(answer);
    let (code, message) = told.clone().unwrap_or_default();
    let lower = message.to_lowercase();
    let shown = crate::excerpt(&message, 120);
    let better = match answer.status {
        404 if code == "rest_no_route" => Failure::new(
            FailureKind::NotFound,
            say(
                "WordPress répond à cette adresse, mais WooCommerce n’y est pas",
                "WordPress answers at this address, but WooCommerce is not there",
            ),
            say(
                "vérifiez l’adresse de la boutique, et que l’extension WooCommerce est activée",
                "check the shop’s address, and that the WooCommerce plugin is active",
            ),
        ),
        401 if lower.contains("permission") => Failure::new(
            FailureKind::Forbidden,
            say(
                format!("la clé n’a pas ce droit (« {shown} »)"),
                format!("the key lacks this permission (“{shown}”)"),
            ),
            say(
                "dans WooCommerce, Réglages, Avancé, API REST, donnez à la clé le droit de lecture (et d’écriture pour les webhooks)",
                "in WooCommerce, Settings, Advanced, REST API, give the key read permission (and write, for webhooks)",
            ),
        ),
        401 if lower.contains("timestamp") || lower.contains("horodatage") => Failure::new(
            FailureKind::Unauthorized,
            say(
                "l’horloge de cette machine et celle de la boutique ne sont pas d’accord",
                "this machine’s clock and the shop’s disagree",
            ),
            say(
                "réglez l’horloge de cette machine, ou connectez la boutique en https",
                "set this machine’s clock, or connect the shop over https",
            ),
        ),
        401 => Failure::new(
            FailureKind::Unauthorized,
            failure.reason.clone(),
            say(
                "recopiez la clé client (ck_…) et son secret (cs_…), ou créez-en dans WooCommerce, Réglages, Avancé, API REST",
                "copy the consumer key (ck_…) and its secret (cs_…) again, or make new ones in WooCommerce, Settings, Advanced, REST API",
            ),
        ),
        403 if told.is_none() => Failure::new(
            FailureKind::Forbidden,
            say(
                "le serveur de la boutique, ou un pare-feu devant elle, refuse l’accès à son API",
                "the shop’s server, or a firewall before it, refuses access to its API",
            ),
            say(
                "demandez à son hébergeur d’autoriser l’API REST de WooCommerce pour cette machine",
                "ask its host to allow WooCommerce’s REST API for this machine",
            ),
        ),
        403 => Failure::new(
            FailureKind::Forbidden,
            failure.reason.clone(),
            say(
                "la clé doit appartenir à un administrateur ou à un gestionnaire de boutique, avec le droit de lecture",
                "the key must belong to an administrator or a shop manager, with read permission",
            ),
        ),
        _ => return Some(failure),
    };
    Some(better.after(failure.retry_after))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_address_may_be_of_a_folder_of_the_api_or_of_the_administration() {
        for (typed, read) in [
            ("boutique.fr", "https://boutique.fr/"),
            ("http://boutique.fr/magasin", "http://boutique.fr/magasin/"),
            ("https://boutique.fr/magasin/wp-json/wc/v3/", "https://boutique.fr/magasin/"),
            ("https://boutique.fr/wp-admin/admin.php?page=wc-settings", "https://boutique.fr/"),
            ("https://boutique.fr/?rest_route=/wc/v3/", "https://boutique.fr/"),
        ] {
            assert_eq!(site(typed).expect(typed).as_str(), read);
        }
    }
}
