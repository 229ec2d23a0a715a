//! A mail as it travels: headers, a text part and, where there is one, the same in HTML.

use comptoir_store::mail::MailServer;
use jiff::Timestamp;
use lettre::Address;
use lettre::message::header::{HeaderName, HeaderValue};
use lettre::message::{Mailbox, MultiPart, SinglePart};

use super::{Message, Trouble};

/// Writes the mail. Whatever a text holds, it stays within its header: no line of it can become another.
pub fn letter(
    message: &Message,
    server: &MailServer,
    now: Timestamp,
) -> Result<lettre::Message, Trouble> {
    let from: Address =
        server.from_address.parse().map_err(|_| Trouble::Sender(server.from_address.clone()))?;
    let to: Address = message.to.parse().map_err(|_| Trouble::Address)?;
    let name = one_line(&server.from_name);
    let number = number().ok_or(Trouble::NoRandomness)?;
    let id = format!("<{number}@{}>", from.domain());
    let builder = lettre::Message::builder()
        .from(Mailbox::new((!name.is_empty()).then_some(name), from))
        .to(Mailbox::new(None, to))
        .subject(one_line(&message.subject))
        .date(now.into())
        .message_id(Some(id))
        // Nobody’s absence note answers a machine.
        .raw_header(HeaderValue::new(
            HeaderName::new_from_ascii_str("Auto-Submitted"),
            "auto-generated".to_owned(),
        ));
    let text = message.text.clone();
    let built = match &message.html {
        Some(html) => builder.multipart(MultiPart::alternative_plain_html(text, html.clone())),
        None => builder.singlepart(SinglePart::plain(text)),
    };
    built.map_err(|error| Trouble::Unreadable(error.to_string()))
}

fn one_line(text: &str) -> String {
    let kept: String =
        text.chars().map(|one| if one.is_control() { ' ' } else { one }).take(300).collect();
    kept.trim().to_owned()
}

/// Nobody else’s, and nothing about this machine.
fn number() -> Option<String> {
    use ring::rand::SecureRandom as _;
    let mut bytes = [0_u8; 16];
    ring::rand::SystemRandom::new().fill(&mut bytes).ok()?;
    Some(format!("{:032x}", u128::from_be_bytes(bytes)))
}
