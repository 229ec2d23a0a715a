//! The way to a shop's API: where it answers, how the key proves itself, and what a refusal means.

use serde_json::value::RawValue;
use url::Url;

use super::proof::{Proof, add, machine_seconds};
use super::refusal::{plain_addresses, refusal, says};
use crate::connector::Access;
use crate::failure::{Failure, FailureKind};
use crate::http::{self, Answer, Ask, Http};
use crate::wire::Object;

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
    proof: Proof,
    /// The shop has no pretty addresses: routes are asked as `?rest_route=`.
    plain: bool,
    /// The API has answered where it is asked now.
    proven: bool,
}

impl Way {
    pub(super) fn new(access: &Access) -> Result<Self, Failure> {
        let site = site(&access.url)?;
        let http = Http::new(site.clone(), access.pace, access.private);
        Ok(Self {
            http,
            site,
            proof: Proof::new(access.credential("key"), access.credential("secret")),
            plain: false,
            proven: false,
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
            self.proof.in_query = true;
            let again = self.once(method, &url, body)?;
            self.proof.in_query = again.status != 401;
            return Ok(if self.proof.in_query { again } else { answer });
        }
        if let Some(ahead) = ahead(&answer).filter(|ahead| ahead.abs() > TOLERATED_SKEW) {
            self.proof.skew = ahead;
            let again = self.once(method, &url, body)?;
            if again.status != 401 {
                return Ok(again);
            }
        }
        self.proof.home = says(&answer).and_then(|_| self.other_home());
        if self.proof.home.is_some() {
            let again = self.once(method, &url, body)?;
            if again.status != 401 {
                return Ok(again);
            }
            self.proof.home = None;
        }
        Ok(answer)
    }

    /// The address that the shop believes to be at, if it is not the one it was reached at.
    fn other_home(&mut self) -> Option<Url> {
        let index = self.index().ok()?;
        let index = index.object().ok()?;
        let mut home = site(&index.text("home").or_else(|| index.text("url"))?).ok()?;
        home.set_scheme("http").ok()?;
        Some(home).filter(|home| *home != self.site)
    }

    fn once(
        &mut self,
        method: &'static str,
        url: &Url,
        body: Option<&[u8]>,
    ) -> Result<Answer, Failure> {
        let Self { http, proof, site, .. } = self;
        http.send(&mut |url| proof.ask(method, url, site, body), url)
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

/// How many seconds the shop's clock is ahead, by the date of its answer.
fn ahead(answer: &Answer) -> Option<i64> {
    let date = jiff::fmt::rfc2822::parse(answer.header("date")?).ok()?;
    Some(date.timestamp().as_second() - machine_seconds())
}

fn reply(answer: &Answer) -> Result<Reply, Failure> {
    if let Some(failure) = refusal(answer) {
        return Err(failure);
    }
    let text = answer.json()?.to_owned();
    let total = answer.header("x-wp-total").and_then(|total| total.trim().parse().ok());
    Ok(Reply { text, total })
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
