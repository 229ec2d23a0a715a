//! `comptoir shop list`.

use std::process::ExitCode;

use anyhow::Result;
use clap::Subcommand;
use comptoir_model::Shop;
use comptoir_store::shops;

use super::{Access, DataFolder, print};
use crate::importing::visible;

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
}

impl ShopCommand {
    pub fn run(self) -> Result<ExitCode> {
        let Self::List { data, json } = self;
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
}
