//! `comptoir token create`, `token list` and `token revoke`.

use std::process::ExitCode;

use anyhow::{Context as _, Result, anyhow, bail};
use clap::Subcommand;
use comptoir_model::{Currency, Shop};
use comptoir_store::Store;
use comptoir_store::tokens::{self, EMBED, INGEST, Token};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{Access, DataFolder, print};
use crate::audit::{self, Action};
use crate::clock;
use crate::importing::visible;
use crate::tokens::{USUAL_DAYS, expiry, in_days};

#[derive(Subcommand)]
pub(super) enum TokenCommand {
    /// Make a token; it is shown this once, only its hash is kept
    Create {
        #[command(flatten)]
        data: DataFolder,
        /// Slug of the shop that the token opens; without it a token that reads or signs is good for all
        #[arg(long)]
        shop: Option<String>,
        /// Create the shop if it does not exist
        #[arg(long)]
        create: bool,
        /// Name of a new shop
        #[arg(long)]
        name: Option<String>,
        /// Platform of a new shop
        #[arg(long)]
        platform: Option<String>,
        /// Currency of a new shop, ISO 4217
        #[arg(long)]
        currency: Option<String>,
        /// Time zone of a new shop, for example Europe/Paris
        #[arg(long)]
        timezone: Option<String>,
        /// What the token may do: ingest pushes records, read asks for figures, embed signs links to
        /// embedded pages
        #[arg(long, default_value = INGEST)]
        scope: String,
        /// What the token is for, as the list shows it
        #[arg(long, default_value = "")]
        label: String,
        /// When it ends: 90d, 2027-01-31 or never. Without it a token that pushes never ends, the others
        /// do after a year
        #[arg(long)]
        expires: Option<String>,
        /// As JSON
        #[arg(long)]
        json: bool,
    },
    /// List the tokens, without what opens a shop
    List {
        #[command(flatten)]
        data: DataFolder,
        /// As JSON
        #[arg(long)]
        json: bool,
    },
    /// Withdraw a token by its number in the list
    Revoke {
        #[command(flatten)]
        data: DataFolder,
        /// The number that `comptoir token list` shows
        number: i64,
    },
}

/// What a token is asked for.
#[derive(Debug, Serialize, Deserialize)]
pub struct NewToken {
    pub shop: Option<String>,
    pub create: Option<Shop>,
    pub scope: String,
    pub label: String,
    /// As it was typed.
    #[serde(default)]
    pub expires: Option<String>,
}

/// A token, told once.
#[derive(Debug, Serialize, Deserialize)]
pub struct MadeToken {
    pub token: String,
    pub shop: Option<String>,
    /// Its number, for a token that signs: links name it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expires: Option<Timestamp>,
}

impl NewToken {
    pub fn make(self, store: &Store) -> Result<MadeToken> {
        let Self { shop, create, scope, label, expires } = self;
        let now = clock::now();
        let expires = match expires {
            Some(text) => expiry(&text, now).map_err(|error| anyhow!("--expires: {error}"))?,
            // What pushes orders must not stop by itself one day.
            None if scope == INGEST => None,
            None => Some(in_days(USUAL_DAYS, now)),
        };
        let new = tokens::NewToken { shop, create, scope, name: label, expires };
        let (id, token) = store.create_token(new.clone(), now)?;
        let detail = json!({ "token": id, "scope": new.scope });
        audit::by_shell(store, Action::TokenCreated, None, &detail)?;
        let signs = new.scope == EMBED;
        Ok(MadeToken { token, shop: new.shop, id: signs.then_some(id), expires })
    }
}

/// Withdraws a token; `false` when none in force has that number.
pub fn revoke(store: &Store, number: i64) -> Result<bool> {
    let now = clock::now();
    let revoked = store.revoke_token(number, now)?;
    if revoked {
        audit::by_shell(store, Action::TokenRevoked, None, &json!({ "token": number }))?;
    }
    Ok(revoked)
}

impl TokenCommand {
    pub fn run(self) -> Result<ExitCode> {
        match self {
            Self::Create {
                data,
                shop,
                create,
                name,
                platform,
                currency,
                timezone,
                scope,
                label,
                expires,
                json,
            } => {
                if shop.is_none() && (create || scope == INGEST) {
                    bail!("a token that pushes is for one shop; add --shop SLUG");
                }
                let new = match &shop {
                    Some(shop) if create => {
                        Some(new_shop(shop, name, platform, currency.as_deref(), timezone)?)
                    }
                    _ => None,
                };
                let asked = NewToken { shop, create: new, scope, label, expires };
                let way = if create { data.access()? } else { data.existing()? };
                let made: MadeToken = match way {
                    Access::Server(client) => {
                        let sent = serde_json::to_vec(&asked)?;
                        serde_json::from_slice(&client.post("/control/tokens", sent)?)?
                    }
                    Access::Folder(store) => asked.make(&store)?,
                };
                print(&if json {
                    format!("{}\n", serde_json::to_string(&made)?)
                } else {
                    format!("{}\n", made.token)
                });
                Ok(ExitCode::SUCCESS)
            }
            Self::List { data, json } => list(&data, json),
            Self::Revoke { data, number } => {
                let revoked: bool = match data.existing()? {
                    Access::Server(client) => {
                        let path = format!("/control/tokens/{number}/revoke");
                        serde_json::from_slice(&client.post(&path, Vec::new())?)?
                    }
                    Access::Folder(store) => revoke(&store, number)?,
                };
                if !revoked {
                    bail!(
                        "no token in force has the number {number}; comptoir token list shows them"
                    );
                }
                print("revoked\n");
                Ok(ExitCode::SUCCESS)
            }
        }
    }
}

fn new_shop(
    slug: &str,
    name: Option<String>,
    platform: Option<String>,
    currency: Option<&str>,
    timezone: Option<String>,
) -> Result<Shop> {
    let currency = currency
        .context("a new shop needs a currency; add --currency, for example --currency EUR")?;
    let timezone = timezone.context(
        "a new shop needs a time zone; add --timezone, for example --timezone Europe/Paris",
    )?;
    Ok(Shop {
        slug: slug.to_owned(),
        name: name.unwrap_or_else(|| slug.to_owned()),
        platform: platform.unwrap_or_else(|| "file".to_owned()),
        currency: currency.parse::<Currency>()?,
        timezone,
    })
}

fn list(data: &DataFolder, json: bool) -> Result<ExitCode> {
    let tokens: Vec<Token> = match data.existing()? {
        Access::Server(client) => serde_json::from_slice(&client.get("/control/tokens")?)?,
        Access::Folder(store) => tokens::list(&store.read()?)?,
    };
    if json {
        print(&format!("{}\n", serde_json::to_string(&tokens)?));
        return Ok(ExitCode::SUCCESS);
    }
    for token in tokens {
        let mut state = match (token.revoked, token.last_used) {
            (Some(at), _) => format!("revoked {at}"),
            (None, Some(at)) => format!("last used {at}"),
            (None, None) => "never used".to_owned(),
        };
        if let Some(expires) = token.expires {
            let word = if token.has_expired(clock::now()) { "expired" } else { "expires" };
            state = format!("{state}\t{word} {expires}");
        }
        print(&format!(
            "{}\t{}\t{}\t{}\t{}\t{state}\n",
            token.id,
            visible(token.shop.as_deref().unwrap_or("*")),
            visible(&token.scope),
            visible(&token.name),
            token.created
        ));
    }
    Ok(ExitCode::SUCCESS)
}
