//! `comptoir mail set`, `mail show`, `mail test`, `mail remove` and `mail weekly`.

use std::io::Read as _;
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::{Context as _, Result, anyhow, bail, ensure};
use clap::{Subcommand, ValueEnum};
use comptoir_metrics::query::encode;
use comptoir_store::Store;
use comptoir_store::mail::{MailServer, Password, Security, server};
use jiff::ToSpan;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{Access, DataFolder, print};
use crate::access::{Desk, Visitor};
use crate::audit::{self, Action};
use crate::clock;
use crate::i18n::{Lang, t};
use crate::importing::visible;
use crate::mail::{self, Message};
use crate::pages::PageError;
use crate::state::{App, Door};
use crate::weekly::{self, Letter};

#[derive(Subcommand)]
pub(super) enum MailCommand {
    /// Name the mail server that invitations and the weekly mail go through
    Set {
        #[command(flatten)]
        data: DataFolder,
        /// Its name, for example smtp.example.com
        #[arg(long)]
        host: String,
        /// Its port; without it 587 for starttls, 465 for tls, 25 for none
        #[arg(long)]
        port: Option<u16>,
        /// How the way there is protected: starttls, tls, or none (a mail server on this machine only)
        #[arg(long, default_value = "starttls")]
        security: String,
        /// The account, where it wants one
        #[arg(long, default_value = "")]
        user: String,
        /// Read the password from standard input; without it the password that is kept stays
        #[arg(long)]
        password_stdin: bool,
        /// The sender's address
        #[arg(long)]
        from: String,
        /// The sender's name
        #[arg(long, default_value = "Comptoir")]
        from_name: String,
    },
    /// Show the mail server, without its password
    Show {
        #[command(flatten)]
        data: DataFolder,
    },
    /// Send a mail to see whether one arrives
    Test {
        #[command(flatten)]
        data: DataFolder,
        /// Where to
        #[arg(long)]
        to: String,
        /// In which language: fr or en
        #[arg(long, default_value = "fr")]
        lang: String,
    },
    /// Forget the mail server and its password
    Remove {
        #[command(flatten)]
        data: DataFolder,
    },
    /// Print the weekly mail, of all shops
    Weekly {
        #[command(flatten)]
        data: DataFolder,
        /// Print it; nothing is sent
        #[arg(long, required = true)]
        preview: bool,
        /// In which language: fr or en
        #[arg(long, default_value = "fr")]
        lang: String,
        /// A day of the week that it tells of; without it, last week
        #[arg(long, value_name = "DAY")]
        week: Option<Date>,
        /// The drawn part or the text
        #[arg(long, value_enum, default_value_t = Part::Html)]
        part: Part,
    },
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Part {
    Html,
    Text,
}

/// What is asked of `/control/mail`.
#[derive(Serialize, Deserialize)]
pub struct AskedServer {
    pub host: String,
    pub port: u16,
    pub security: String,
    pub user: String,
    /// `None`: the one that is kept stays.
    pub password: Option<String>,
    pub from_address: String,
    pub from_name: String,
}

impl AskedServer {
    /// Checks what was asked, and keeps it.
    pub fn keep(self, store: &Store) -> Result<()> {
        let security = Security::read(&self.security).with_context(|| {
            format!("“{}” is no protection; use starttls, tls or none", self.security)
        })?;
        ensure!(mail::is_host(&self.host), "“{}” is no server’s name", visible(&self.host));
        ensure!(self.port > 0, "the port is a number from 1 to 65535");
        ensure!(
            mail::is_address(&self.from_address),
            "“{}” is no e-mail address",
            visible(&self.from_address)
        );
        let server = MailServer {
            host: self.host,
            port: self.port,
            security,
            user: self.user,
            from_address: self.from_address,
            from_name: self.from_name,
            has_password: false,
        };
        store.set_mail_server(Some(server), self.password.map_or(Password::Keep, Password::Set))?;
        Ok(())
    }
}

/// What the mail server is, for people and programs; never its password.
pub fn shown(store: &Store) -> Result<Value> {
    Ok(server(&store.read()?)?.map_or(Value::Null, |server| {
        json!({
            "host": server.host, "port": server.port, "security": server.security.id(), "user": server.user,
            "password": if server.has_password { "kept" } else { "none" },
            "from": server.from_address, "from_name": server.from_name,
        })
    }))
}

/// Sends a mail to see whether one arrives.
pub fn send_test(app: &App, to: &str, lang: Lang) -> Result<(), mail::MailError> {
    let message = Message {
        to: to.to_owned(),
        subject: t(lang, "mail-test-subject"),
        text: t(lang, "mail-test-text"),
        html: None,
    };
    mail::send(app, &message)
}

/// The weekly mail of the week that holds a day, of all shops.
pub fn preview(app: &Arc<App>, lang: Lang, day: Option<Date>) -> Result<Letter> {
    let zone = app.read_all()?.1.zone();
    let day = day.unwrap_or_else(|| zone.to_datetime(clock::now()).date().saturating_sub(7.days()));
    let since = i64::from(day.weekday().to_monday_zero_offset());
    let monday = day.saturating_sub(since.days()).saturating_add(7.days());
    let desk = Desk::new(Arc::clone(app), Visitor::shell());
    match weekly::letter(&desk, lang, weekly::week_before(monday)) {
        Ok(Some(letter)) => Ok(letter),
        Ok(None) => bail!("there is no order yet, so there is nothing to tell"),
        Err(PageError::Failed(why)) => bail!(why),
        Err(_) => bail!("the figures of this week can’t be read"),
    }
}

impl MailCommand {
    pub fn run(self) -> Result<ExitCode> {
        match self {
            Self::Set { data, host, port, security, user, password_stdin, from, from_name } => {
                let port = port.unwrap_or(match security.as_str() {
                    "tls" => 465,
                    "none" => 25,
                    _ => 587,
                });
                let password = password_stdin.then(read_password).transpose()?;
                let asked = AskedServer {
                    host,
                    port,
                    security,
                    user,
                    password,
                    from_address: from,
                    from_name,
                };
                change(&data, Some(asked))
            }
            Self::Remove { data } => change(&data, None),
            Self::Show { data } => {
                let is: Value = match data.existing()? {
                    Access::Server(client) => {
                        serde_json::from_slice(&client.get("/control/mail")?)?
                    }
                    Access::Folder(store) => shown(&store)?,
                };
                show(&is);
                Ok(ExitCode::SUCCESS)
            }
            Self::Test { data, to, lang } => {
                let lang = language(&lang)?;
                match data.existing()? {
                    Access::Server(client) => {
                        let path =
                            format!("/control/mail/test?to={}&lang={}", encode(&to), lang.code());
                        client.post(&path, Vec::new())?;
                    }
                    Access::Folder(store) => {
                        let app = App::new(*store, Door::Accounts);
                        send_test(&app, &to, lang).map_err(|error| anyhow!("{error}"))?;
                    }
                }
                print("the mail server took it\n");
                Ok(ExitCode::SUCCESS)
            }
            Self::Weekly { data, preview: _, lang, week, part } => {
                let lang = language(&lang)?;
                let letter: Letter = match data.existing()? {
                    Access::Server(client) => {
                        let week = week.map(|day| format!("&week={day}")).unwrap_or_default();
                        let path = format!("/control/mail/weekly?lang={}{week}", lang.code());
                        serde_json::from_slice(&client.get(&path)?)?
                    }
                    Access::Folder(store) => {
                        preview(&App::new(*store, Door::Accounts), lang, week)?
                    }
                };
                print(match part {
                    Part::Html => &letter.html,
                    Part::Text => &letter.text,
                });
                Ok(ExitCode::SUCCESS)
            }
        }
    }
}

fn change(data: &DataFolder, asked: Option<AskedServer>) -> Result<ExitCode> {
    let is: Value = match data.existing()? {
        Access::Server(client) => {
            let sent = serde_json::to_vec(&asked)?;
            serde_json::from_slice(&client.post("/control/mail", sent)?)?
        }
        Access::Folder(store) => {
            let app = App::new(*store, Door::Accounts);
            keep(&app, asked)?;
            shown(&app.store)?
        }
    };
    show(&is);
    Ok(ExitCode::SUCCESS)
}

/// Keeps or forgets the mail server, and writes that down.
pub fn keep(app: &App, asked: Option<AskedServer>) -> Result<()> {
    let detail =
        asked.as_ref().map_or(json!({ "removed": true }), |asked| json!({ "host": asked.host }));
    match asked {
        Some(asked) => asked.keep(&app.store)?,
        None => app.store.set_mail_server(None, Password::Keep)?,
    }
    audit::record(app, &Visitor::shell(), Action::MailChanged, None, &detail)?;
    Ok(())
}

fn show(is: &Value) {
    let Some(fields) = is.as_object() else {
        print("no mail server is set\n");
        return;
    };
    for (name, value) in fields {
        let text = value.as_str().map_or_else(|| value.to_string(), visible);
        print(&format!("{name}\t{text}\n"));
    }
}

fn language(code: &str) -> Result<Lang> {
    Lang::parse(code).with_context(|| format!("“{}” is no language; use fr or en", visible(code)))
}

fn read_password() -> Result<String> {
    let mut text = String::new();
    std::io::stdin().take(4096).read_to_string(&mut text).context("the password")?;
    Ok(text.trim_end_matches(['\r', '\n']).to_owned())
}
