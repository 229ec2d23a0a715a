//! `comptoir user add`, `list`, `reset`, `disable` and `enable`: accounts from the shell, also for whoever
//! can't sign in any more.

use std::io::BufRead;
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::{Context as _, Result, bail, ensure};
use clap::Subcommand;
use comptoir_store::accounts::{self as kept, NewUser, Purpose, User};
use comptoir_store::shops;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{Access, DataFolder, print, say};
use crate::access::{ROLES, Role, Visitor};
use crate::accounts::{first, mails, password};
use crate::audit::{self, Action};
use crate::clock;
use crate::i18n::Lang;
use crate::importing::visible;
use crate::state::{App, Door};

#[derive(Subcommand)]
pub(super) enum UserCommand {
    /// Add an account; without --password-stdin, a link to choose the password is printed, once
    Add {
        #[command(flatten)]
        data: DataFolder,
        /// Address they sign in with
        #[arg(long)]
        email: String,
        /// owner, administrator, marketing, sales, accountant, preparation or viewer
        #[arg(long)]
        role: String,
        /// Their name
        #[arg(long, default_value = "")]
        name: String,
        /// Shops they may see, by their slugs; none: all, also those to come
        #[arg(long, value_name = "SLUG", num_args = 1..)]
        shop: Vec<String>,
        /// Language of the mails they get: fr or en
        #[arg(long, default_value = "fr")]
        language: String,
        /// Read the password from the first line of standard input
        #[arg(long)]
        password_stdin: bool,
    },
    /// List the accounts
    List {
        #[command(flatten)]
        data: DataFolder,
        /// As JSON
        #[arg(long)]
        json: bool,
    },
    /// Print a link to a new password, once; or set the password, or take a lost second factor away
    Reset {
        #[command(flatten)]
        data: DataFolder,
        #[arg(long)]
        email: String,
        /// Read the new password from the first line of standard input
        #[arg(long)]
        password_stdin: bool,
        /// Take the second factor away instead: the telephone and the recovery codes are lost
        #[arg(long, conflicts_with = "password_stdin")]
        second_factor: bool,
    },
    /// Shut an account, and end its sessions
    Disable {
        #[command(flatten)]
        data: DataFolder,
        #[arg(long)]
        email: String,
    },
    /// Open a disabled account again
    Enable {
        #[command(flatten)]
        data: DataFolder,
        #[arg(long)]
        email: String,
    },
}

/// What is asked for, as it goes to a running server.
#[derive(Serialize, Deserialize)]
#[serde(tag = "do", rename_all = "snake_case")]
pub enum Asked {
    Add {
        email: String,
        role: String,
        name: String,
        shops: Vec<String>,
        language: String,
        password: Option<String>,
    },
    Reset {
        email: String,
        password: Option<String>,
    },
    SecondFactor {
        email: String,
    },
    Disable {
        email: String,
    },
    Enable {
        email: String,
    },
}

/// What was done.
#[derive(Debug, Serialize, Deserialize)]
pub struct Done {
    pub said: String,
    /// To be opened by the person, once.
    pub link: Option<String>,
}

/// An account as it is listed.
#[derive(Debug, Serialize, Deserialize)]
pub struct Listed {
    #[serde(flatten)]
    user: User,
    /// Slugs of the shops; `None`: all.
    shop_slugs: Option<Vec<String>>,
}

impl UserCommand {
    pub fn run(self) -> Result<ExitCode> {
        let (data, asked) = match self {
            Self::List { data, json } => return list(&data, json),
            Self::Add { data, email, role, name, shop, language, password_stdin } => {
                let password = password_stdin.then(read_password).transpose()?;
                (data, Asked::Add { email, role, name, shops: shop, language, password })
            }
            Self::Reset { data, email, second_factor: true, .. } => {
                (data, Asked::SecondFactor { email })
            }
            Self::Reset { data, email, password_stdin, .. } => {
                let password = password_stdin.then(read_password).transpose()?;
                (data, Asked::Reset { email, password })
            }
            Self::Disable { data, email } => (data, Asked::Disable { email }),
            Self::Enable { data, email } => (data, Asked::Enable { email }),
        };
        // The first account may be made before the server was ever started.
        let way =
            if matches!(asked, Asked::Add { .. }) { data.access()? } else { data.existing()? };
        let done: Done = match way {
            Access::Server(client) => serde_json::from_slice(
                &client.post("/control/users", serde_json::to_vec(&asked)?)?,
            )?,
            Access::Folder(store) => {
                let done = asked.carry_out(&App::new(*store, Door::Accounts))?;
                if done.link.is_some() {
                    say(&format!(
                        "The link works once comptoir serve runs; it begins with {} there.",
                        first::DEFAULT_BASE
                    ));
                }
                done
            }
        };
        say(&visible(&done.said));
        if let Some(link) = done.link {
            print(&format!("{link}\n"));
        }
        Ok(ExitCode::SUCCESS)
    }
}

fn read_password() -> Result<String> {
    let mut line = String::new();
    std::io::stdin().lock().read_line(&mut line).context("standard input")?;
    let typed = line.strip_suffix('\n').unwrap_or(&line);
    let typed = typed.strip_suffix('\r').unwrap_or(typed);
    ensure!(!typed.is_empty(), "--password-stdin: standard input holds no password");
    Ok(typed.to_owned())
}

impl Asked {
    /// Does it, and notes it in the audit log.
    pub fn carry_out(self, app: &Arc<App>) -> Result<Done> {
        let now = clock::now();
        let said = |said: String| Done { said, link: None };
        match self {
            Self::Add { email, role, name, shops, language, password } => {
                let email = address(&email)?;
                let role = known_role(&role)?;
                let shops = known_shops(app, role, &shops)?;
                let language = Lang::parse(&language)
                    .with_context(|| format!("“{language}” is not a language; use fr or en"))?;
                let hash = password.map(|typed| strong(&typed, &email)).transpose()?;
                let waits = hash.is_none();
                let new = NewUser {
                    email: email.clone(),
                    name: kept::name(&name),
                    role: role.id.into(),
                    shops: shops.clone(),
                    language: language.code().into(),
                    password: hash,
                };
                let user = app.store.create_user(new, now)?;
                let detail = json!({ "user": user, "role": role.id, "shops": shops });
                let action = if waits { Action::UserInvited } else { Action::UserAdded };
                note(app, action, &detail)?;
                let link = waits
                    .then(|| app.store.make_link(user, Purpose::Invitation, now))
                    .transpose()?
                    .map(|token| mails::address(app, Purpose::Invitation, &token));
                Ok(Done {
                    said: format!("{email} is {} now", role.label(Lang::En).to_lowercase()),
                    link,
                })
            }
            Self::Reset { email, password: None } => {
                let user = account(app, &email)?;
                ensure!(
                    user.disabled.is_none(),
                    "{} is disabled; comptoir user enable comes first",
                    user.email
                );
                let purpose = if user.has_password { Purpose::Reset } else { Purpose::Invitation };
                let token = app.store.make_link(user.id, purpose, now)?;
                note(app, Action::PasswordReset, &json!({ "user": user.id, "by": "shell" }))?;
                let lasts = purpose.lasts().as_hours();
                let link = Some(mails::address(app, purpose, &token));
                Ok(Done { said: format!("within {lasts} h, once, for {}:", user.email), link })
            }
            Self::Reset { email, password: Some(typed) } => {
                let user = account(app, &email)?;
                app.store.change_password(user.id, strong(&typed, &user.email)?, None, now)?;
                note(app, Action::PasswordReset, &json!({ "user": user.id, "by": "shell" }))?;
                mails::warn(app, &user, mails::Changed::Password);
                Ok(said(format!("{} has a new password, and is signed out everywhere", user.email)))
            }
            Self::SecondFactor { email } => {
                let user = account(app, &email)?;
                ensure!(user.has_second_factor, "{} has no second factor", user.email);
                app.store.clear_second_factor(user.id)?;
                note(app, Action::SecondFactorOff, &json!({ "user": user.id, "by": "shell" }))?;
                mails::warn(app, &user, mails::Changed::FactorOff);
                Ok(said(format!("{} signs in with the password alone now", user.email)))
            }
            Self::Disable { email } => {
                let user = account(app, &email)?;
                app.store.disable_user(user.id, now)?;
                note(app, Action::UserDisabled, &json!({ "user": user.id }))?;
                Ok(said(format!("{} is disabled, and signed out everywhere", user.email)))
            }
            Self::Enable { email } => {
                let user = account(app, &email)?;
                app.store.enable_user(user.id)?;
                note(app, Action::UserChanged, &json!({ "user": user.id, "enabled": true }))?;
                Ok(said(format!("{} can sign in again", user.email)))
            }
        }
    }
}

fn note(app: &App, action: Action, detail: &serde_json::Value) -> Result<()> {
    Ok(audit::record(app, &Visitor::shell(), action, None, detail)?)
}

fn address(typed: &str) -> Result<String> {
    let shown: String = typed.chars().take(60).collect();
    kept::email(typed).with_context(|| format!("“{shown}” is not an e-mail address"))
}

fn account(app: &App, typed: &str) -> Result<User> {
    let email = address(typed)?;
    kept::by_email(&app.store.read()?, &email)?.with_context(|| {
        format!("no account has the address {email}; comptoir user list shows them")
    })
}

fn known_role(id: &str) -> Result<&'static Role> {
    Role::of(id).with_context(|| {
        let roles: Vec<&str> = ROLES.iter().map(|role| role.id).collect();
        let shown: String = id.chars().take(60).collect();
        format!("“{shown}” is not a role; use {}", roles.join(", "))
    })
}

/// The numbers of shops; `None`: all.
fn known_shops(app: &App, role: &Role, slugs: &[String]) -> Result<Option<Vec<i64>>> {
    if slugs.is_empty() {
        return Ok(None);
    }
    ensure!(!role.is_everything(), "an {} has all shops; leave --shop out", role.id);
    let known = shops::list(&app.store.read()?)?;
    let mut ids = Vec::new();
    for slug in slugs {
        let Some(shop) = known.iter().find(|shop| shop.shop.slug == *slug) else {
            bail!("no shop is called “{slug}”; comptoir shop list shows them");
        };
        ids.push(shop.id);
    }
    Ok(Some(ids))
}

fn strong(typed: &str, email: &str) -> Result<String> {
    if let Some(weakness) = password::weakness(typed, email) {
        bail!(weakness.words());
    }
    password::hash(typed)
}

/// All accounts, as they are listed.
pub fn listed(app: &App) -> Result<Vec<Listed>> {
    let snapshot = app.store.read()?;
    let known = shops::list(&snapshot)?;
    let slug =
        |id: &i64| known.iter().find(|shop| shop.id == *id).map(|shop| shop.shop.slug.clone());
    let listed = kept::list(&snapshot)?.into_iter().map(|user| Listed {
        shop_slugs: user.shops.as_ref().map(|ids| ids.iter().filter_map(slug).collect()),
        user,
    });
    Ok(listed.collect())
}

fn list(data: &DataFolder, json: bool) -> Result<ExitCode> {
    let users: Vec<Listed> = match data.existing()? {
        Access::Server(client) => serde_json::from_slice(&client.get("/control/users")?)?,
        Access::Folder(store) => listed(&App::new(*store, Door::Accounts))?,
    };
    if json {
        print(&format!("{}\n", serde_json::to_string(&users)?));
        return Ok(ExitCode::SUCCESS);
    }
    for Listed { user, shop_slugs } in users {
        let state = match (user.disabled, user.has_password, user.last_sign_in) {
            (Some(at), _, _) => format!("disabled {at}"),
            (None, false, _) => "invited".to_owned(),
            (None, true, Some(at)) => format!("last signed in {at}"),
            (None, true, None) => "never signed in".to_owned(),
        };
        let shops = shop_slugs.map_or_else(|| "all shops".to_owned(), |slugs| slugs.join(","));
        print(&format!(
            "{}\t{}\t{}\t{}\t{state}\n",
            visible(&user.email),
            visible(&user.name),
            visible(&user.role),
            visible(&shops)
        ));
    }
    Ok(ExitCode::SUCCESS)
}
