//! The mail server that the merchant named. Its password is sealed.

use std::collections::BTreeMap;

use crate::engine::{Snapshot, query};
use crate::error::StoreError;
use crate::settings::put;
use crate::store::Store;
use crate::value::Rows;
use crate::writer;

pub mod weekly;

/// How the way to the mail server is protected.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Security {
    /// In the clear first, then protected before anything is said: port 587.
    #[default]
    StartTls,
    /// Protected from the first byte: port 465.
    Tls,
    /// Not at all: a mail server on this machine.
    None,
}

impl Security {
    pub const ALL: [Self; 3] = [Self::StartTls, Self::Tls, Self::None];

    pub fn id(self) -> &'static str {
        match self {
            Self::StartTls => "starttls",
            Self::Tls => "tls",
            Self::None => "none",
        }
    }

    pub fn read(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.id() == text)
    }
}

/// The mail server, without its password.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct MailServer {
    pub host: String,
    pub port: u16,
    pub security: Security,
    /// Empty: it asks for no account.
    pub user: String,
    pub from_address: String,
    pub from_name: String,
    /// A password is kept.
    pub has_password: bool,
}

/// What becomes of the password.
#[derive(Clone, PartialEq, Eq)]
pub enum Password {
    /// It stays, unless the server or the account is another one: a password is never sent elsewhere
    /// than where it was meant to go.
    Keep,
    Set(String),
}

/// What a sealed password is bound to.
const SEALED: (i64, &str) = (0, "mail_password");

/// The names of the settings, without the password's.
const NAMES: [&str; 6] =
    ["mail_host", "mail_port", "mail_security", "mail_user", "mail_from", "mail_from_name"];

const PASSWORD: &str = "mail_password";

const KEPT: &str =
    "SELECT name, value FROM settings WHERE shop_id = 0 AND starts_with(name, 'mail_')";

/// The mail server; `None`: none was named.
pub fn server(snapshot: &Snapshot) -> Result<Option<MailServer>, StoreError> {
    Ok(read(&kept(&snapshot.query(KEPT, &[])?)))
}

impl Store {
    /// The mail server and its password, for whoever sends.
    pub fn mail_server(&self) -> Result<Option<(MailServer, Option<String>)>, StoreError> {
        let kept = kept(&self.read()?.query(KEPT, &[])?);
        let Some(server) = read(&kept) else { return Ok(None) };
        let password = kept.get(PASSWORD);
        let open = |sealed: &String| self.seals().open(SEALED.0, SEALED.1, sealed);
        Ok(Some((server, password.map(open).transpose()?)))
    }

    /// Names the mail server, or forgets it.
    pub fn set_mail_server(
        &self,
        server: Option<MailServer>,
        password: Password,
    ) -> Result<(), StoreError> {
        let sealed = match password {
            Password::Set(password) if !password.is_empty() => {
                Some(Some(self.seals().seal(SEALED.0, SEALED.1, &password)?))
            }
            Password::Set(_) => Some(None),
            Password::Keep => None,
        };
        self.writer()?.run(move |connection| {
            writer::transaction(connection, |connection| {
                let before = kept(&query(connection, KEPT, &[])?);
                let same = read(&before).zip(server.as_ref()).is_some_and(|(was, is)| {
                    (was.host, was.port, was.user) == (is.host.clone(), is.port, is.user.clone())
                });
                let sealed = match sealed {
                    Some(sealed) => sealed,
                    None => before.get(PASSWORD).filter(|_| same).cloned(),
                };
                let Some(server) = server else {
                    for name in NAMES.into_iter().chain([PASSWORD]) {
                        put(connection, 0, name, None)?;
                    }
                    return Ok(());
                };
                let port = server.port.to_string();
                let values = [
                    server.host.as_str(),
                    &port,
                    server.security.id(),
                    &server.user,
                    &server.from_address,
                    &server.from_name,
                ];
                for (name, value) in NAMES.into_iter().zip(values) {
                    put(connection, 0, name, Some(value))?;
                }
                put(connection, 0, PASSWORD, sealed.as_deref())
            })
        })
    }
}

fn kept(rows: &Rows) -> BTreeMap<String, String> {
    let pair = |cells: &Vec<crate::Value>| {
        Some((cells[0].text()?.to_owned(), cells[1].text()?.to_owned()))
    };
    rows.rows.iter().filter_map(pair).collect()
}

fn read(kept: &BTreeMap<String, String>) -> Option<MailServer> {
    let get = |name: &str| kept.get(name).cloned().unwrap_or_default();
    Some(MailServer {
        host: kept.get("mail_host")?.clone(),
        port: get("mail_port").parse().ok()?,
        security: Security::read(&get("mail_security"))?,
        user: get("mail_user"),
        from_address: get("mail_from"),
        from_name: get("mail_from_name"),
        has_password: kept.contains_key(PASSWORD),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named() -> MailServer {
        MailServer {
            host: "smtp.exemple.fr".into(),
            port: 587,
            security: Security::StartTls,
            user: "boutique".into(),
            from_address: "boutique@exemple.fr".into(),
            from_name: "La Boutique d’été".into(),
            has_password: true,
        }
    }

    #[test]
    fn the_password_is_sealed_and_goes_nowhere_else() {
        let store = Store::in_memory().expect("a store");
        let is = || store.mail_server().expect("read");
        assert_eq!(is(), None);
        store.set_mail_server(Some(named()), Password::Set("sésame".into())).expect("set");
        assert_eq!(is(), Some((named(), Some("sésame".into()))));
        let rows = store.read().expect("a snapshot").query("SELECT value FROM settings", &[]);
        let all = format!("{:?}", rows.expect("read"));
        assert!(!all.contains("sésame") && all.contains("c1:"), "{all}");

        let renamed = MailServer { from_name: "Boutique".into(), ..named() };
        store.set_mail_server(Some(renamed), Password::Keep).expect("set");
        assert_eq!(is().and_then(|(_, password)| password), Some("sésame".into()));
        let elsewhere = MailServer { host: "smtp.ailleurs.example".into(), ..named() };
        store.set_mail_server(Some(elsewhere), Password::Keep).expect("set");
        assert_eq!(is().and_then(|(_, password)| password), None, "another server");
        store.set_mail_server(None, Password::Keep).expect("forgotten");
        assert_eq!(is(), None);
        let rows = store.read().expect("a snapshot").query("SELECT value FROM settings", &[]);
        assert!(rows.expect("read").rows.is_empty());
    }
}
