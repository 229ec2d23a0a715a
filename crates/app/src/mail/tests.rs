//! Mails as a mail server receives them, from a server that plays one.

use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

use comptoir_store::Store;
use comptoir_store::mail::{MailServer, Password, Security};

use super::*;
use crate::state::{App, Door};

/// A mail as it came in.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Received {
    pub from: String,
    pub to: Vec<String>,
    pub account: String,
    pub data: String,
}

impl Received {
    pub fn header(&self, name: &str) -> Option<String> {
        let head = self.data.split("\r\n\r\n").next()?.replace("\r\n ", " ");
        let prefix = format!("{name}: ");
        head.lines().find_map(|line| line.strip_prefix(&prefix)).map(str::to_owned)
    }

    /// The text of a part, decoded.
    pub fn part(&self, kind: &str) -> String {
        let at = self.data.find(&format!("Content-Type: {kind}")).expect(kind);
        let rest = &self.data[at..];
        let (head, body) = rest.split_once("\r\n\r\n").expect("a body");
        let body = body.split("\r\n--").next().expect("one");
        if head.contains("quoted-printable") {
            return quoted_printable(body);
        }
        if head.contains("base64") {
            use base64::Engine as _;
            let joined: String = body.split_whitespace().collect();
            let bytes = base64::engine::general_purpose::STANDARD.decode(joined).expect("base64");
            return String::from_utf8(bytes).expect("UTF-8");
        }
        body.to_owned()
    }
}

fn quoted_printable(text: &str) -> String {
    let text = text.replace("=\r\n", "");
    let mut bytes = Vec::new();
    let mut rest = text.as_bytes();
    while let [first, tail @ ..] = rest {
        if *first == b'=' && tail.len() >= 2 {
            let hex = std::str::from_utf8(&tail[..2]).expect("hexadecimal");
            bytes.push(u8::from_str_radix(hex, 16).expect("hexadecimal"));
            rest = &tail[2..];
        } else {
            bytes.push(*first);
            rest = tail;
        }
    }
    String::from_utf8(bytes).expect("UTF-8")
}

/// How the server behaves.
#[derive(Clone, Copy, Default)]
pub struct Manners {
    /// Answer to the account.
    pub account: Option<&'static str>,
    /// Answer to a recipient.
    pub recipient: Option<&'static str>,
    /// Offers STARTTLS, and says rubbish after it.
    pub starttls: bool,
}

/// A mail server on this machine, in a thread of its own.
pub struct Post {
    pub port: u16,
    pub received: Arc<Mutex<Vec<Received>>>,
}

impl Post {
    pub fn open(manners: Manners) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let port = listener.local_addr().expect("an address").port();
        let received = Arc::new(Mutex::new(Vec::new()));
        let kept = Arc::clone(&received);
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let _gone = talk(stream.expect("a caller"), manners, &kept);
            }
        });
        Self { port, received }
    }

    pub fn server(&self) -> MailServer {
        MailServer {
            host: "127.0.0.1".into(),
            port: self.port,
            security: Security::None,
            user: String::new(),
            from_address: "boutique@exemple.fr".into(),
            from_name: "La Boutique d’été".into(),
            has_password: false,
        }
    }

    pub fn mails(&self) -> Vec<Received> {
        self.received.lock().expect("the mails").clone()
    }
}

fn talk(stream: TcpStream, manners: Manners, kept: &Mutex<Vec<Received>>) -> std::io::Result<()> {
    let mut out = stream.try_clone()?;
    let mut lines = BufReader::new(stream).lines();
    let mut mail = Received::default();
    write!(out, "220 poste ESMTP\r\n")?;
    while let Some(line) = lines.next() {
        let line = line?;
        let upper = line.to_uppercase();
        if upper.starts_with("EHLO") {
            let starttls = if manners.starttls { "250-STARTTLS\r\n" } else { "" };
            write!(out, "250-poste\r\n{starttls}250-8BITMIME\r\n250 AUTH PLAIN LOGIN\r\n")?;
        } else if upper.starts_with("STARTTLS") {
            write!(out, "220 go ahead\r\nthis is no TLS at all, whatever you say\r\n")?;
        } else if upper.starts_with("AUTH") {
            mail.account = line;
            write!(out, "{}\r\n", manners.account.unwrap_or("235 welcome"))?;
        } else if upper.starts_with("MAIL FROM:") {
            mail.from = line[10..].to_owned();
            write!(out, "250 ok\r\n")?;
        } else if upper.starts_with("RCPT TO:") {
            mail.to.push(line[8..].to_owned());
            write!(out, "{}\r\n", manners.recipient.unwrap_or("250 ok"))?;
        } else if upper == "DATA" {
            write!(out, "354 go ahead\r\n")?;
            for line in lines.by_ref() {
                let line = line?;
                if line == "." {
                    break;
                }
                mail.data.push_str(line.strip_prefix('.').unwrap_or(&line));
                mail.data.push_str("\r\n");
            }
            kept.lock().expect("the mails").push(std::mem::take(&mut mail));
            write!(out, "250 taken\r\n")?;
        } else if upper == "QUIT" {
            write!(out, "221 bye\r\n")?;
            return Ok(());
        } else {
            write!(out, "250 ok\r\n")?;
        }
    }
    Ok(())
}

pub fn app(server: Option<MailServer>, password: &str) -> Arc<App> {
    let store = Store::in_memory().expect("a store");
    if server.is_some() {
        store.set_mail_server(server, Password::Set(password.into())).expect("set");
    }
    App::new(store, Door::Open)
}

fn message() -> Message {
    Message {
        to: "ana@exemple.fr".into(),
        subject: "Votre semaine : 12\u{202f}480\u{a0}€, +8\u{a0}%".into(),
        text: "Bonjour,\n\nl’été s’achève : 12\u{202f}480\u{a0}€ « net ».\n.\nFin".into(),
        html: Some("<p>l’été s’achève : <b>12\u{202f}480\u{a0}€</b></p>".into()),
    }
}

fn trouble(app: &App, message: &Message) -> Trouble {
    match send(app, message) {
        Err(MailError::Failed(trouble)) => trouble,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_mail_arrives_whole_with_both_parts_and_its_typography() {
    let post = Post::open(Manners::default());
    let server = MailServer { user: "boutique".into(), ..post.server() };
    send(&app(Some(server), "sésame"), &message()).expect("sent");
    let mails = post.mails();
    let [mail] = mails.as_slice() else { panic!("{mails:?}") };
    assert!(mail.from.starts_with("<boutique@exemple.fr>"), "{}", mail.from);
    assert_eq!(mail.to, ["<ana@exemple.fr>"]);
    // AUTH PLAIN: an empty name, the account, the password, each after a zero byte.
    use base64::Engine as _;
    let account = base64::engine::general_purpose::STANDARD.encode("\0boutique\0sésame");
    assert!(mail.account.ends_with(&account), "{}", mail.account);
    assert_eq!(mail.header("To").as_deref(), Some("ana@exemple.fr"));
    assert!(mail.header("From").expect("a sender").ends_with("<boutique@exemple.fr>"));
    assert!(mail.header("Date").is_some_and(|date| date.ends_with("+0000")));
    assert!(mail.header("Message-ID").is_some_and(|id| id.ends_with("@exemple.fr>")));
    assert_eq!(mail.header("Auto-Submitted").as_deref(), Some("auto-generated"));
    assert!(mail.header("Subject").expect("one").starts_with("Votre semaine"));
    assert!(mail.data.is_ascii(), "everything else is encoded");
    let text = mail.part("text/plain").replace("\r\n", "\n");
    assert!(text.contains("l’été s’achève : 12\u{202f}480\u{a0}€ « net ».\n.\nFin"), "{text}");
    assert!(mail.part("text/html").contains("<b>12\u{202f}480\u{a0}€</b>"));
}

#[test]
fn no_text_becomes_a_header_or_another_recipient() {
    let post = Post::open(Manners::default());
    let server =
        MailServer { from_name: "La Boutique\r\nBcc: mallory@example.org".into(), ..post.server() };
    let app = app(Some(server), "");
    let evil = Message {
        subject: "Bonjour\r\nBcc: mallory@example.org\r\n\r\n<script>".into(),
        ..message()
    };
    send(&app, &evil).expect("sent");
    for to in [
        "ana@exemple.fr\r\nRCPT TO:<mallory@example.org>",
        "ana@exemple.fr, m@example.org",
        "ana",
        "",
    ] {
        let mail = Message { to: to.into(), ..message() };
        assert_eq!(trouble(&app, &mail), Trouble::Address, "{to}");
        assert!(!is_address(to), "{to}");
    }
    let mails = post.mails();
    let [mail] = mails.as_slice() else { panic!("{mails:?}") };
    assert_eq!(mail.to, ["<ana@exemple.fr>"]);
    assert_eq!(mail.header("Bcc"), None);
    let head = mail.data.split("\r\n\r\n").next().expect("a head");
    assert!(!head.lines().any(|line| line.starts_with("Bcc")), "{head}");
}

#[test]
fn what_goes_wrong_is_told_in_words_and_never_with_the_password() {
    let none = app(None, "");
    assert!(matches!(send(&none, &message()), Err(MailError::NotConfigured)));

    let closed = {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        listener.local_addr().expect("an address").port()
    };
    let post = Post::open(Manners::default());
    let refused = MailServer { port: closed, ..post.server() };
    assert_eq!(
        trouble(&app(Some(refused), ""), &message()),
        Trouble::Refused("127.0.0.1".into(), closed)
    );
    let unknown = MailServer { host: "no-such-host.invalid".into(), ..post.server() };
    assert_eq!(
        trouble(&app(Some(unknown), ""), &message()),
        Trouble::UnknownHost("no-such-host.invalid".into())
    );
    // 192.0.2.1 is nobody’s: nothing is connected to, the settings alone are refused.
    let clear = MailServer { host: "192.0.2.1".into(), ..post.server() };
    assert_eq!(trouble(&app(Some(clear), ""), &message()), Trouble::InTheClear("192.0.2.1".into()));
    let protected = MailServer { security: Security::StartTls, ..post.server() };
    assert_eq!(
        trouble(&app(Some(protected.clone()), ""), &message()),
        Trouble::NoStartTls("127.0.0.1".into(), post.port)
    );
    let rubbish = Post::open(Manners { starttls: true, ..Manners::default() });
    let protected = MailServer { port: rubbish.port, ..protected };
    assert_eq!(
        trouble(&app(Some(protected), ""), &message()),
        Trouble::Handshake("127.0.0.1".into(), rubbish.port)
    );
    let wrong = Post::open(Manners { account: Some("535 5.7.8 no"), ..Manners::default() });
    let account = MailServer { user: "boutique".into(), ..wrong.server() };
    let told = trouble(&app(Some(account), "sésame"), &message());
    assert_eq!(told, Trouble::Password("127.0.0.1".into()));
    assert!(!format!("{told:?} {told} {}", told.words().fr).contains("sésame"));
    let strict = Post::open(Manners {
        recipient: Some("550 5.1.1 \u{1b}[31mno such person"),
        ..Manners::default()
    });
    let told = trouble(&app(Some(strict.server()), ""), &message());
    assert!(
        matches!(&told, Trouble::Recipient(said) if said.contains("no such person")),
        "{told:?}"
    );
    assert!(!told.to_string().contains('\u{1b}'));
    assert!(post.mails().is_empty() && rubbish.mails().is_empty());
    assert!(strict.mails().is_empty());
}
