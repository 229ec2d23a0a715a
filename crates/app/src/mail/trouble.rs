//! Why a mail did not leave, in words that say what to do.

use std::error::Error;
use std::fmt;
use std::io;

use comptoir_sources::words::Text;
use comptoir_store::mail::{MailServer, Security};
use lettre::transport::smtp::Error as SmtpError;

use crate::importing::visible;

/// The most of a mail server’s own words that is shown.
const SAID: usize = 200;

/// What went wrong. A password is in none of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Trouble {
    /// The settings can’t be read, the password among them.
    Unreadable(String),
    /// The sender’s address is none.
    Sender(String),
    /// The recipient’s address is none.
    Address,
    NoRandomness,
    UnknownHost(String),
    Refused(String, u16),
    TimedOut(String),
    /// Protection was asked for, and the server offers none on that port.
    NoStartTls(String, u16),
    Certificate(String),
    Handshake(String, u16),
    /// No protection was asked for, and the server is another machine.
    InTheClear(String),
    Password(String),
    /// It wants an account.
    AccountNeeded(String),
    /// The recipient or the sender is not accepted, with the server’s words.
    Recipient(String),
    /// A refusal for now.
    Later(String),
    Other(String),
}

impl Trouble {
    pub(super) fn told(error: &SmtpError, server: &MailServer) -> Self {
        let host = server.host.clone();
        let said = said(error);
        if let Some(code) = error.status() {
            let number = u16::from(code);
            return match number {
                534 | 535 | 538 => Self::Password(host),
                530 => Self::AccountNeeded(host),
                550 | 551 | 553 | 554 => Self::Recipient(said),
                400..=499 => Self::Later(said),
                _ => Self::Other(said),
            };
        }
        let chain = chain(error);
        if chain.contains("certificate") {
            return Self::Certificate(host);
        }
        if chain.contains("STARTTLS") {
            return Self::NoStartTls(host, server.port);
        }
        if chain.contains("uthentication mechanism") {
            return Self::Password(host);
        }
        match io_kind(error) {
            Some(io::ErrorKind::ConnectionRefused) => Self::Refused(host, server.port),
            Some(io::ErrorKind::TimedOut | io::ErrorKind::WouldBlock) => Self::TimedOut(host),
            // A server that speaks otherwise than it was asked to breaks off, or says what is no TLS.
            Some(io::ErrorKind::InvalidData | io::ErrorKind::UnexpectedEof)
                if server.security != Security::None =>
            {
                Self::Handshake(host, server.port)
            }
            _ if error.is_tls() => Self::Handshake(host, server.port),
            _ => Self::Other(said),
        }
    }

    /// What happened and what to do.
    pub fn words(&self) -> Text {
        let text = |fr: String, en: String| Text { fr, en };
        match self {
            Self::Unreadable(why) => text(
                format!("Le message n’a pas pu être préparé : {why}."),
                format!("The mail could not be prepared: {why}."),
            ),
            Self::Sender(address) => text(
                format!(
                    "« {address} » n’est pas une adresse d’expéditeur. Corrigez-la dans les réglages du courrier."
                ),
                format!("“{address}” is no sender’s address. Correct it in the mail settings."),
            ),
            Self::Address => text(
                "L’adresse du destinataire n’est pas valable.".into(),
                "The recipient’s address is not valid.".into(),
            ),
            Self::NoRandomness => text(
                "Le système ne fournit pas de nombres aléatoires ; rien n’est parti.".into(),
                "The system gives no random bytes; nothing was sent.".into(),
            ),
            Self::UnknownHost(host) => text(
                format!(
                    "Le serveur « {host} » est introuvable. Vérifiez son nom et la connexion à Internet."
                ),
                format!(
                    "There is no server called “{host}”. Check its name and this machine’s network."
                ),
            ),
            Self::Refused(host, port) => text(
                format!(
                    "« {host} » refuse la connexion sur le port {port}. Vérifiez le port : souvent 587 avec STARTTLS, 465 avec TLS."
                ),
                format!(
                    "“{host}” refuses connections on port {port}. Check the port: often 587 with STARTTLS, 465 with TLS."
                ),
            ),
            Self::TimedOut(host) => text(
                format!(
                    "« {host} » n’a pas répondu en dix secondes. Vérifiez le port, et que le pare-feu laisse sortir le courrier."
                ),
                format!(
                    "“{host}” did not answer within ten seconds. Check the port, and that the firewall lets mail out."
                ),
            ),
            Self::NoStartTls(host, port) => text(
                format!(
                    "« {host} » ne propose pas STARTTLS sur le port {port} ; rien n’a été envoyé en clair. Essayez TLS sur le port 465, ou demandez le bon port à votre hébergeur."
                ),
                format!(
                    "“{host}” does not offer STARTTLS on port {port}; nothing was sent in the clear. Try TLS on port 465, or ask your provider for the right port."
                ),
            ),
            Self::Certificate(host) => text(
                format!(
                    "Le certificat de « {host} » n’est pas reconnu. Écrivez le nom exact que donne votre hébergeur : un certificat ne vaut que pour son nom."
                ),
                format!(
                    "The certificate of “{host}” is not accepted. Write the very name that your provider tells: a certificate holds for its name only."
                ),
            ),
            Self::Handshake(host, port) => text(
                format!(
                    "La connexion protégée avec « {host} » sur le port {port} a échoué. Essayez l’autre protection : STARTTLS sur le port 587, TLS sur le port 465."
                ),
                format!(
                    "The protected connection to “{host}” on port {port} failed. Try the other protection: STARTTLS on port 587, TLS on port 465."
                ),
            ),
            Self::InTheClear(host) => text(
                format!(
                    "« {host} » est une autre machine : sans protection, le mot de passe et les messages seraient lisibles en chemin. Choisissez STARTTLS ou TLS."
                ),
                format!(
                    "“{host}” is another machine: without protection, password and mails could be read on the way. Choose STARTTLS or TLS."
                ),
            ),
            Self::Password(host) => text(
                format!(
                    "« {host} » refuse l’identifiant ou le mot de passe. Certains hébergeurs demandent un mot de passe réservé aux applications."
                ),
                format!(
                    "“{host}” refuses the account or the password. Some providers want a password made for applications."
                ),
            ),
            Self::AccountNeeded(host) => text(
                format!(
                    "« {host} » demande un identifiant et un mot de passe. Renseignez-les dans les réglages du courrier."
                ),
                format!(
                    "“{host}” wants an account and a password. Fill them in in the mail settings."
                ),
            ),
            Self::Recipient(said) => text(
                format!(
                    "Le serveur refuse ce message. Vérifiez l’adresse du destinataire, et que celle de l’expéditeur appartient à votre compte. Sa réponse : {said}"
                ),
                format!(
                    "The server refuses this mail. Check the recipient’s address, and that the sender’s belongs to your account. It says: {said}"
                ),
            ),
            Self::Later(said) => text(
                format!(
                    "Le serveur ne prend pas ce message pour l’instant ; réessayez plus tard. Sa réponse : {said}"
                ),
                format!(
                    "The server does not take this mail for now; try again later. It says: {said}"
                ),
            ),
            Self::Other(said) => text(
                format!("Le serveur d’envoi a interrompu l’échange. Sa réponse : {said}"),
                format!("The mail server broke off. It says: {said}"),
            ),
        }
    }
}

impl fmt::Display for Trouble {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.words().en)
    }
}

/// The server’s own words, in one line, or the library’s where it said nothing.
fn said(error: &SmtpError) -> String {
    let source = error.source().map_or_else(|| error.to_string(), ToString::to_string);
    let line = source.split_whitespace().collect::<Vec<_>>().join(" ");
    visible(&line).chars().take(SAID).collect()
}

fn chain(error: &SmtpError) -> String {
    let mut all = error.to_string();
    let mut source = error.source();
    while let Some(one) = source {
        all.extend(["; ", &one.to_string()]);
        source = one.source();
    }
    all
}

fn io_kind(error: &SmtpError) -> Option<io::ErrorKind> {
    let mut source = error.source();
    while let Some(one) = source {
        if let Some(io) = one.downcast_ref::<io::Error>() {
            return Some(io.kind());
        }
        source = one.source();
    }
    None
}
