//! Outgoing mail: invitations, links for a new password, the weekly overview. Nothing is sent unless the
//! merchant has named a mail server.

use comptoir_sources::words::Text;

use crate::state::App;

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
    Failed(String),
}

impl MailError {
    /// What happened and what to do, in both languages.
    pub fn words(&self) -> Text {
        Text { fr: self.to_string(), en: self.to_string() }
    }
}

/// Whether there is a mail server to hand mails to.
pub fn is_configured(_app: &App) -> bool {
    false
}

/// Hands a mail to the mail server and waits for its answer: call it where blocking is allowed.
pub fn send(_app: &App, _message: &Message) -> Result<(), MailError> {
    Err(MailError::NotConfigured)
}
