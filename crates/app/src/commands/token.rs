//! `comptoir token create`, `token list` and `token revoke`.

use std::process::ExitCode;

use anyhow::{Context as _, Result, bail};
use clap::Subcommand;
use comptoir_model::{Currency, Shop};
use comptoir_store::Store;
use comptoir_store::tokens::{self, INGEST, Token};
use serde::{Deserialize, Serialize};

use super::{Access, DataFolder, print};
use crate::clock;
use crate::importing::visible;

#[derive(Subcommand)]
pub(super) enum TokenCommand {
    /// Make a token; it is shown this once, only its hash is kept
    Create {
        #[command(flatten)]
        data: DataFolder,
        /// Slug of the shop that the token opens
        #[arg(long)]
        shop: String,
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
        /// What the token may do
        #[arg(long, default_value = INGEST)]
        scope: String,
        /// What the token is for, as the list shows it
        #[arg(long, default_value = "")]
        label: String,
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
    pub shop: String,
    pub create: Option<Shop>,
    pub scope: String,
    pub label: String,
}

/// A token, told once.
#[derive(Debug, Serialize, Deserialize)]
pub struct MadeToken {
    pub token: String,
    pub shop: String,
}

impl NewToken {
    pub fn make(self, store: &Store) -> Result<MadeToken> {
        let Self { shop, create, scope, label } = self;
        let token = store.create_token(&shop, create, &scope, &label, clock::now())?;
        Ok(MadeToken { token, shop })
    }
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
                json,
            } => {
                let new = if create {
                    Some(new_shop(&shop, name, platform, currency.as_deref(), timezone)?)
                } else {
                    None
                };
                let asked = NewToken { shop, create: new, scope, label };
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
                    Access::Folder(store) => store.revoke_token(number, clock::now())?,
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
        let state = match (token.revoked, token.last_used) {
            (Some(at), _) => format!("revoked {at}"),
            (None, Some(at)) => format!("last used {at}"),
            (None, None) => "never used".to_owned(),
        };
        print(&format!(
            "{}\t{}\t{}\t{}\t{}\t{state}\n",
            token.id,
            visible(&token.shop),
            visible(&token.scope),
            visible(&token.name),
            token.created
        ));
    }
    Ok(ExitCode::SUCCESS)
}
