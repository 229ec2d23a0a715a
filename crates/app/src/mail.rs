//! Outgoing mail: invitations, links for a new password, the weekly overview. Nothing is sent unless the
//! merchant has named a mail server.

use comptoir_sources::words::Text;
use comptoir_store::StoreError;

use crate::clock;
use crate::state::App;

mod letter;
#[cfg(test)]
pub(crate) mod tests;
mod transport;
mod trouble;

pub use trouble::Trouble;

/// A mail to one person.
#[derive(Debug, Clone)]
pub struct Message {
    pub to: String,
    pub subject: String,
    pub text: String,
    pub html: Option<String>,
}

/// Why a mail was not sent.
#[derive(Debug, thiserror::Error)]
pub enum MailError {
    #[error("no mail server is set")]
    NotConfigured,
    #[error("{0}")]
    Failed(Trouble),
}

impl MailError {
    /// What happened and what to do, in both languages.
    pub fn words(&self) -> Text {
        match self {
            Self::NotConfigured => Text {
                fr: "Aucun serveur d’envoi n’est réglé : renseignez-le à la page « Sauvegardes et courrier »."
                    .into(),
                en: "No mail server is set: name one on the page “Backups and mail”.".into(),
            },
            Self::Failed(trouble) => trouble.words(),
        }
    }
}

impl From<StoreError> for MailError {
    fn from(error: StoreError) -> Self {
        Self::Failed(Trouble::Unreadable(error.to_string()))
    }
}

/// Whether there is a mail server to hand mails to.
pub fn is_configured(app: &App) -> bool {
    app.store
        .read()
        .and_then(|snapshot| comptoir_store::mail::server(&snapshot))
        .is_ok_and(|server| server.is_some())
}

/// Hands a mail to the mail server and waits for its answer: call it where blocking is allowed.
pub fn send(app: &App, message: &Message) -> Result<(), MailError> {
    let Some((server, password)) = app.store.mail_server()? else {
        return Err(MailError::NotConfigured);
    };
    let letter = letter::letter(message, &server, clock::now()).map_err(MailError::Failed)?;
    transport::hand_over(&letter, &server, password.as_deref()).map_err(MailError::Failed)
}

/// Whether an address can be written to: one mailbox, without a name.
pub fn is_address(text: &str) -> bool {
    text.len() <= 254 && text.parse::<lettre::Address>().is_ok()
}

/// Whether a text can be a server's name: letters, digits, dots and hyphens, or an address.
pub fn is_host(text: &str) -> bool {
    let letters = |one: char| one.is_ascii_alphanumeric() || matches!(one, '.' | '-');
    (!text.is_empty() && text.len() <= 253 && text.chars().all(letters))
        || text.parse::<std::net::IpAddr>().is_ok()
}
