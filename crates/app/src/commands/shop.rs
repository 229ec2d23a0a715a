//! `comptoir shop list`, `shop show` and `shop set`.

use std::process::ExitCode;

use anyhow::Result;
use clap::Subcommand;
use comptoir_metrics::query::encode;
use comptoir_model::Shop;
use comptoir_store::shops;
use serde_json::Value;

use super::{Access, DataFolder, print};
use crate::importing::visible;
use crate::settings::{ShopChange, read, shown};

#[derive(Subcommand)]
pub enum ShopCommand {
    /// List the shops: slug, name, platform, currency, time zone
    List {
        #[command(flatten)]
        data: DataFolder,
        /// As JSON
        #[arg(long)]
        json: bool,
    },
    /// Show the settings of a shop; what is null follows the workspace
    Show {
        #[command(flatten)]
        data: DataFolder,
        /// Slug of the shop
        #[arg(long)]
        shop: String,
        /// As JSON
        #[arg(long)]
        json: bool,
    },
    /// Change settings of a shop; every figure of the past follows at once
    Set {
        #[command(flatten)]
        data: DataFolder,
        /// Slug of the shop
        #[arg(long)]
        shop: String,
        #[command(flatten)]
        change: Box<ShopChange>,
    },
}

impl ShopCommand {
    pub fn run(self) -> Result<ExitCode> {
        match self {
            Self::List { data, json } => list(&data, json),
            Self::Show { data, shop, json } => {
                let settings: Value = match data.existing()? {
                    Access::Server(client) => {
                        serde_json::from_slice(&client.get(&address(&shop))?)?
                    }
                    Access::Folder(store) => read(&store, &shop)?,
                };
                show(&settings, json);
                Ok(ExitCode::SUCCESS)
            }
            Self::Set { data, shop, change } => {
                let settings: Value = match data.existing()? {
                    Access::Server(client) => {
                        let sent = serde_json::to_vec(&change)?;
                        serde_json::from_slice(&client.post(&address(&shop), sent)?)?
                    }
                    Access::Folder(store) => shown(&change.apply_by_shell(&store, &shop)?),
                };
                show(&settings, false);
                Ok(ExitCode::SUCCESS)
            }
        }
    }
}

fn address(shop: &str) -> String {
    format!("/control/settings?shop={}", encode(shop))
}

fn show(settings: &Value, json: bool) {
    if json {
        print(&format!("{settings}\n"));
        return;
    }
    for (name, value) in settings.as_object().into_iter().flatten() {
        let value = match value {
            Value::Null => "(workspace)".to_owned(),
            Value::String(text) => visible(text),
            other => visible(&other.to_string()),
        };
        let value =
            if name == "statuses" && value == "(workspace)" { "(profile)".into() } else { value };
        print(&format!("{name}\t{value}\n"));
    }
}

fn list(data: &DataFolder, json: bool) -> Result<ExitCode> {
    let shops: Vec<Shop> = match data.existing()? {
        Access::Server(client) => serde_json::from_slice(&client.get("/control/shops")?)?,
        Access::Folder(store) => {
            shops::list(&store.read()?)?.into_iter().map(|stored| stored.shop).collect()
        }
    };
    if json {
        print(&format!("{}\n", serde_json::to_string(&shops)?));
        return Ok(ExitCode::SUCCESS);
    }
    for shop in shops {
        print(&format!(
            "{}\t{}\t{}\t{}\t{}\n",
            shop.slug,
            visible(&shop.name),
            visible(&shop.platform),
            shop.currency,
            shop.timezone
        ));
    }
    Ok(ExitCode::SUCCESS)
}
