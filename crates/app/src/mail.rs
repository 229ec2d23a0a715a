//! Outgoing mail: invitations, links for a new password, the weekly overview. Nothing is sent unless the
//! merchant has named a mail server.

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

/// Hands a mail to the mail server and waits for its answer: call it where blocking is allowed.
pub fn send(_app: &App, _message: &Message) -> Result<(), MailError> {
    Err(MailError::NotConfigured)
}
