//! The way to a PrestaShop: its webservice, asked resource by resource.
//!
//! Its errors are XML even where JSON is asked for, and an empty list is `[]`. Some hosts drop the
//! header that carries the key: it goes into the address then, once it was refused in the header.

use std::collections::{BTreeMap, BTreeSet};

use base64::Engine as _;
use serde_json::value::RawValue;
use url::Url;

use crate::connector::Access;
use crate::failure::{Failure, FailureKind};
use crate::http::{self, Answer, Ask, Http};
use crate::words::{Text, say};

/// The largest number an id may have, for filters without an upper end.
pub(super) const LAST_ID: u64 = 2_147_483_647;

/// A record as the webservice wrote it.
pub(super) type Row = Box<RawValue>;

/// The parameters of a request.
pub(super) type Query<'a> = &'a [(&'a str, String)];

pub(super) struct Webservice {
    http: Http,
    base: Url,
    key: String,
    /// The key goes into the address: the header was refused, the address was not.
    in_address: bool,
    /// The key was accepted once: a refusal is about a resource from now on.
    accepted: bool,
    /// What the shop says of its version in a header.
    pub(super) version: Option<String>,
    /// Resources that this key or version does not have.
    absent: BTreeSet<String>,
    /// What was found missing since it was last asked.
    pub(super) notes: Vec<Text>,
}

impl Webservice {
    pub(super) fn new(access: &Access) -> Result<Self, Failure> {
        let mut base = http::address(&access.url)?;
        base.set_query(None);
        let path = base.path().trim_end_matches('/').to_owned();
        let path = if path.ends_with("/api") { path } else { format!("{path}/api") };
        base.set_path(&path);
        let key = access.credential("key").to_owned();
        if key.is_empty() {
            return Err(Failure::new(
                FailureKind::Unauthorized,
                say("il manque la clé du service web", "the webservice key is missing"),
                say(
                    "créez-la dans PrestaShop, sous Paramètres avancés > Webservice",
                    "make one in PrestaShop, under Advanced Parameters > Webservice",
                ),
            ));
        }
        let http = Http::new(base.clone(), access.pace, access.private);
        Ok(Self {
            http,
            base,
            key,
            in_address: false,
            accepted: false,
            version: None,
            absent: BTreeSet::new(),
            notes: Vec::new(),
        })
    }

    /// The answer for one resource (none: the list of resources), failures included.
    pub(super) fn get(&mut self, resource: &str, query: Query<'_>) -> Result<Answer, Failure> {
        let mut answer = self.send(resource, query)?;
        if answer.status == 401 && !self.accepted && !self.in_address {
            self.in_address = true;
            let second = self.send(resource, query)?;
            self.in_address = second.status != 401;
            if self.in_address {
                answer = second;
            }
        }
        if let Some(version) = answer.header("psws-version") {
            self.version = Some(crate::excerpt(version.trim(), 40));
        }
        match failure(&answer, resource) {
            None => {
                self.accepted = true;
                Ok(answer)
            }
            Some(failure) => Err(failure),
        }
    }

    fn send(&mut self, resource: &str, query: Query<'_>) -> Result<Answer, Failure> {
        let mut url = self.base.clone();
        url.set_path(&format!("{}/{resource}", self.base.path()));
        {
            let mut pairs = url.query_pairs_mut();
            for (name, value) in query {
                pairs.append_pair(name, value);
            }
            if self.in_address {
                pairs.append_pair("ws_key", &self.key);
            }
        }
        if url.query() == Some("") {
            url.set_query(None);
        }
        let login = base64::engine::general_purpose::STANDARD.encode(format!("{}:", self.key));
        let header = (!self.in_address).then(|| format!("Basic {login}"));
        let mut signed = |url: &Url| {
            let ask = Ask::get(url.clone());
            match &header {
                Some(header) => ask.header("authorization", header),
                None => ask,
            }
        };
        self.http.send(&mut signed, &url)
    }

    /// Whether a resource was found missing.
    pub(super) fn is_absent(&self, resource: &str) -> bool {
        self.absent.contains(resource)
    }

    /// The records of a resource.
    pub(super) fn list(&mut self, resource: &str, query: Query<'_>) -> Result<Vec<Row>, Failure> {
        let mut all = query.to_vec();
        all.push(("output_format", "JSON".to_owned()));
        let answer = self.get(resource, &all)?;
        if answer.body.iter().all(u8::is_ascii_whitespace) {
            // An empty list is `[]`. Nothing at all is a program that died, or a record that JSON can't
            // hold: taken for the end of a list it would cost what comes after it.
            return Err(nothing_answered(resource));
        }
        rows(answer.json()?)
    }

    /// The records of a resource that can be done without; `None` when this key or this version does
    /// not have it, which is noted once. What only lasts a moment is a failure all the same.
    pub(super) fn optional(
        &mut self,
        resource: &str,
        query: Query<'_>,
    ) -> Result<Option<Vec<Row>>, Failure> {
        if self.absent.contains(resource) {
            return Ok(None);
        }
        let mut outcome = self.list(resource, query);
        let doubtful = [FailureKind::NotTheApi, FailureKind::Unauthorized];
        if outcome.as_ref().is_err_and(|failure| doubtful.contains(&failure.kind)) {
            // Perhaps all of the shop answers so for now: then nothing is known of this resource.
            self.list("orders", &newest_order())?;
            outcome = self.list(resource, query);
        }
        let failure = match outcome {
            Ok(rows) => return Ok(Some(rows)),
            Err(failure) => failure,
        };
        // Without its slips an order is wrong, not poorer: a server that fails is asked again later.
        let lasts = match failure.kind {
            FailureKind::Server | FailureKind::Truncated => resource != super::rights::SLIPS,
            FailureKind::NotTheApi => true,
            kind => !kind.passes(),
        };
        if !lasts {
            return Err(failure);
        }
        self.absent.insert(resource.to_owned());
        if let Some(cost) = super::rights::cost(resource) {
            let why = &failure.reason;
            self.notes.push(say(
                format!("{resource}\u{a0}: {}\u{202f}; {}", why.fr, cost.fr),
                format!("{resource}: {}; {}", why.en, cost.en),
            ));
        }
        Ok(None)
    }
}

/// The cheapest question that only a key which may read orders gets an answer to.
pub(super) fn newest_order() -> [(&'static str, String); 3] {
    [("display", "[id]".to_owned()), ("sort", "[id_DESC]".to_owned()), ("limit", "0,1".to_owned())]
}

fn nothing_answered(resource: &str) -> Failure {
    Failure::new(
        FailureKind::Truncated,
        say(
            format!("la boutique n’a rien répondu pour «\u{a0}{resource}\u{a0}»"),
            format!("the shop answered nothing for “{resource}”"),
        ),
        say(
            "si cela dure, faites chercher dans le journal de PHP\u{a0}: le service web s’arrête en chemin",
            "if it lasts, have PHP’s log looked at: the webservice stops on its way",
        ),
    )
}

/// The parameters of a list: which records, and which of their fields.
pub(super) fn of_ids<'a>(field: &'a str, ids: &[String], display: &str) -> [(&'a str, String); 2] {
    [(field, format!("[{}]", ids.join("|"))), ("display", display.to_owned())]
}

fn rows(text: &str) -> Result<Vec<Row>, Failure> {
    let unread = |_| Failure::protocol("the answer is no JSON");
    if text.trim_start().starts_with('[') {
        return serde_json::from_str(text).map_err(unread);
    }
    let members: BTreeMap<String, Row> = serde_json::from_str(text).map_err(unread)?;
    if members.contains_key("errors") {
        return Err(Failure::protocol(&crate::excerpt(text, 160)));
    }
    let Some(inside) = members.into_values().next() else { return Ok(Vec::new()) };
    if inside.get().starts_with('[') {
        return serde_json::from_str(inside.get()).map_err(unread);
    }
    if !inside.get().starts_with('{') {
        return Ok(Vec::new());
    }
    // One record by itself, or records by their ids.
    let inner: BTreeMap<String, Row> = serde_json::from_str(inside.get()).map_err(unread)?;
    if inner.contains_key("id") { Ok(vec![inside]) } else { Ok(inner.into_values().collect()) }
}

/// What an answer failed with, in the webservice's own words.
fn failure(answer: &Answer, resource: &str) -> Option<Failure> {
    if (200..300).contains(&answer.status) {
        return None;
    }
    let text = String::from_utf8_lossy(&answer.body);
    let message = message(&text).unwrap_or_default();
    let told = message.to_lowercase();
    let shown = if resource.is_empty() { "api" } else { resource };
    if answer.status == 503 && told.contains("disabled") {
        return Some(Failure::new(
            FailureKind::NotFound,
            say(
                "le service web de la boutique est désactivé",
                "the shop’s webservice is switched off",
            ),
            say(
                "activez-le dans PrestaShop, sous Paramètres avancés > Webservice",
                "switch it on in PrestaShop, under Advanced Parameters > Webservice",
            ),
        ));
    }
    if answer.status == 405 || told.contains("is not allowed") || told.contains("no permission") {
        return Some(Failure::new(
            FailureKind::Forbidden,
            say(
                format!("la clé n’a pas le droit de lire «\u{a0}{shown}\u{a0}»"),
                format!("the key may not read “{shown}”"),
            ),
            say(
                format!("cochez GET pour {shown} dans les permissions de la clé"),
                format!("tick GET for {shown} in the key’s permissions"),
            ),
        ));
    }
    if answer.status == 400 && told.contains("does not exist") {
        return Failure::of_status(404, &message, None);
    }
    Failure::of_status(answer.status, &message, answer.retry_after())
}

/// The message of an error, in XML or in JSON.
fn message(text: &str) -> Option<String> {
    if let Some(at) = text.find("<message>") {
        let inside = text.get(at + "<message>".len()..)?.split("</message>").next()?;
        let inside = inside.trim().trim_start_matches("<![CDATA[").trim_end_matches("]]>");
        return Some(crate::excerpt(inside.trim(), 160));
    }
    if let Some(at) = text.find("\"message\"") {
        let inside = text.get(at + "\"message\"".len()..)?.split('"').nth(1)?;
        return Some(crate::excerpt(inside, 160));
    }
    let plain = text.trim();
    (!plain.is_empty() && !plain.starts_with(['<', '{'])).then(|| crate::excerpt(plain, 160))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_is_read_in_each_of_its_shapes() {
        for (text, count) in [
            ("[]", 0),
            ("{}", 0),
            (r#"{"orders":[]}"#, 0),
            (r#"{"orders":[{"id":1},{"id":2}]}"#, 2),
            (r#"{"order_slip":{"id":3,"id_order":"1"}}"#, 1),
            (r#"{"carts":{"4":{"id":4},"7":{"id":7}}}"#, 2),
        ] {
            assert_eq!(rows(text).expect(text).len(), count, "{text}");
        }
        assert!(rows(r#"{"errors":[{"code":1,"message":"x"}]}"#).is_err());
        assert!(rows(r#"{"orders":[{"id":1}"#).is_err());
    }

    #[test]
    fn errors_say_their_message_in_xml_and_in_json() {
        let xml = "<?xml version=\"1.0\"?><prestashop><errors><error><code><![CDATA[32]]></code>\n<message><![CDATA[Date filter needs date=1]]></message></error></errors></prestashop>";
        assert_eq!(message(xml).as_deref(), Some("Date filter needs date=1"));
        let json = r#"{"errors":[{"code":26,"message":"Resource is not allowed"}]}"#;
        assert_eq!(message(json).as_deref(), Some("Resource is not allowed"));
        assert_eq!(message("<html></html>"), None);
    }
}
