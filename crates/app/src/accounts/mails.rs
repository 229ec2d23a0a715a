//! The links that are mailed, and the words they come with.

use std::sync::Arc;

use comptoir_store::accounts::{Purpose, User};

use super::base;
use crate::i18n::{Lang, t, t_args};
use crate::mail::{self, MailError, Message};
use crate::state::App;

/// The address of a link.
pub fn address(app: &App, purpose: Purpose, token: &str) -> String {
    let path = match purpose {
        Purpose::Setup => "setup",
        Purpose::Invitation => "invitation",
        Purpose::Reset => "reset",
    };
    format!("{}/{path}?token={token}", base(app))
}

/// Mails a link to the person it is for, in their language, and waits for the mail server's answer.
pub fn send(app: &App, user: &User, purpose: Purpose, token: &str) -> Result<(), MailError> {
    mail::send(app, &letter(user, purpose, &address(app, purpose, token)))
}

/// Tells a person that what proves who they are was changed, where a mail server is set: it may not have
/// been them. Nobody waits for it.
pub fn warn(app: &Arc<App>, user: &User, what: Changed) {
    if !mail::is_configured(app) {
        return;
    }
    let (app, letter) = (Arc::clone(app), warning(user, what));
    std::thread::spawn(move || {
        if let Err(error) = mail::send(&app, &letter) {
            crate::commands::log(&format!("a warning to an account was not sent: {error}"));
        }
    });
}

/// What of an account was changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Changed {
    Password,
    FactorOn,
    FactorOff,
}

fn warning(user: &User, what: Changed) -> Message {
    let lang = Lang::parse(&user.language).unwrap_or_default();
    let changed = match what {
        Changed::Password => "mail-changed-password",
        Changed::FactorOn => "mail-changed-factor-on",
        Changed::FactorOff => "mail-changed-factor-off",
    };
    let name = if user.name.is_empty() { &user.email } else { &user.name };
    let changed = t(lang, changed);
    Message {
        to: user.email.clone(),
        subject: t(lang, "mail-changed-subject"),
        text: t_args(lang, "mail-changed-text", &[("name", name), ("changed", &changed)]),
        html: None,
    }
}

fn letter(user: &User, purpose: Purpose, link: &str) -> Message {
    let lang = Lang::parse(&user.language).unwrap_or_default();
    let what = if purpose == Purpose::Reset { "reset" } else { "invitation" };
    let name = if user.name.is_empty() { &user.email } else { &user.name };
    let values = [("name", name.as_str()), ("link", link)];
    let words = |part: &str| t_args(lang, &format!("mail-{what}-{part}"), &values);
    Message { to: user.email.clone(), subject: words("subject"), text: words("text"), html: None }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_letter_is_in_the_person_s_language_with_its_link_on_a_line_of_its_own() {
        let mut user = User {
            id: 1,
            email: "ada@exemple.fr".into(),
            name: "Ada".into(),
            role: "viewer".into(),
            shops: None,
            language: "fr".into(),
            has_password: true,
            has_second_factor: false,
            created: jiff::Timestamp::UNIX_EPOCH,
            changed: jiff::Timestamp::UNIX_EPOCH,
            last_sign_in: None,
            disabled: None,
            weekly_mail: false,
        };
        let link = "https://comptoir.example/reset?token=abc";
        let french = letter(&user, Purpose::Reset, link);
        assert!(
            french.text.contains("Bonjour Ada") && french.text.lines().any(|line| line == link)
        );
        user.language = "en".into();
        let english = letter(&user, Purpose::Invitation, link);
        assert!(
            english.text.contains("Hello Ada") && english.text.lines().any(|line| line == link)
        );
        assert_eq!(english.to, "ada@exemple.fr");
        let warned = warning(&user, Changed::FactorOff);
        assert!(
            warned.text.contains("The second factor was removed.") && !warned.text.contains("http")
        );
    }
}
