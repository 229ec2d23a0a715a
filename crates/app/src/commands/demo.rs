//! `comptoir demo`: two shops to look at. One is real, one is generated and goes on selling.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Result;
use clap::Args;
use comptoir_model::{Batch, Currency, Shop};
use comptoir_sources::demo::farm;
use comptoir_sources::{Language, Mapping, ReadOptions};
use comptoir_store::{Store, shops};

use super::import::{Begin, open_session};
use super::serve::{loopback, run};
use super::{PATIENCE, say};
use crate::accounts::first;
use crate::clock;
use crate::state::{App, Door};

/// The real shop: UCI Online Retail, CC BY 4.0 (see the attribution beside the file).
const ONLINE_RETAIL: &[u8] =
    include_bytes!("../../../sources/data/online-retail/online_retail.csv.zst");

/// The exchange rates the two shops need, in the European Central Bank's format.
const RATES: &str = include_str!("../../../sources/data/ecb/eurofxref-demo.csv");

/// The generated shop is the same everywhere.
const SEED: u64 = 2_026;

/// Records of the generated shop that are written together.
const CHUNK: usize = 50_000;

/// Seconds between two events of the live shop.
const PAUSES: std::ops::Range<u64> = 2..6;

#[derive(Args)]
pub struct Demo {
    /// Address to listen on; loopback only
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:8080")]
    listen: SocketAddr,
    /// Folder that holds the demo's data
    #[arg(long, value_name = "DIR", default_value = "demo-data")]
    data: PathBuf,
}

impl Demo {
    pub fn run(self) -> Result<ExitCode> {
        loopback(self.listen)?;
        let store = Store::open(&self.data, PATIENCE)?;
        first::refuse_open(&store)?;
        if shops::list(&store.read()?)?.is_empty() {
            fill(&store)?;
        }
        run(&App::new(store, Door::Demo), self.listen, &self.data, |app| {
            tokio::spawn(go_on_selling(Arc::clone(app)));
        })
    }
}

/// Fills an empty folder with the two shops.
fn fill(store: &Store) -> Result<()> {
    say("Filling the demo: a real shop, 541,909 lines");
    crate::rates::add(store, RATES)?;
    let shop = Shop {
        slug: "online-retail".into(),
        name: "Online Retail (UCI)".into(),
        platform: "file".into(),
        currency: Currency::GBP,
        timezone: "Europe/London".into(),
    };
    let begin = Begin {
        shop: shop.slug.clone(),
        create: Some(shop),
        mapping: Mapping::preset("online-retail")?,
        options: ReadOptions::default(),
        language: Language::default(),
    };
    let mut session = open_session(store, begin, true)?;
    session.add_file("online_retail.csv.zst", ONLINE_RETAIL)?;
    session.commit(store, false)?;
    say("Filling the demo: a generated farm shop, two years up to today");
    let now = clock::now();
    store.create_shop(farm::shop(), now)?;
    let mut history = farm::history(SEED, now);
    loop {
        let records: Vec<_> = history.by_ref().take(CHUNK).collect();
        if records.is_empty() {
            return Ok(());
        }
        store.write(Batch { shop: farm::SLUG.into(), source: farm::SOURCE.into(), records })?;
    }
}

/// An order or a cart every few seconds, while the server runs.
async fn go_on_selling(app: Arc<App>) {
    let mut live = farm::Live::new(SEED, clock::now());
    for pause in PAUSES.cycle() {
        tokio::time::sleep(Duration::from_secs(pause)).await;
        let record = live.next(clock::now());
        let batch =
            Batch { shop: farm::SLUG.into(), source: farm::SOURCE.into(), records: vec![record] };
        let (done, answer) = tokio::sync::oneshot::channel();
        let Ok(writer) = app.store.writer() else { return };
        writer.submit(batch, move |result| {
            let _gone = done.send(result);
        });
        match answer.await {
            Ok(Ok(())) => app.ring(),
            Ok(Err(error)) => say(&format!("comptoir: the live shop could not sell: {error}")),
            Err(_) => return,
        }
    }
}
