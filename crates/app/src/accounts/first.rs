//! The first run: a link to the set-up page, told on the terminal while there is no account.

use comptoir_store::StoreError;
use comptoir_store::accounts as kept;

use super::{base, has_owner};
use crate::clock;
use crate::commands::say;
use crate::state::{App, Door};

/// Where `comptoir serve` listens unless it is told otherwise.
pub const DEFAULT_BASE: &str = "http://127.0.0.1:8080";

/// Once the server answers at an address: says where the first account is made, if there is none.
pub fn announce(app: &App, address: &str) -> Result<(), StoreError> {
    let _said_before = app.accounts.base.set(format!("http://{address}"));
    match app.door {
        Door::Demo | Door::Open => {
            say("Open without sign-in: whoever is at this machine sees everything.");
        }
        Door::Accounts if has_owner(app)? => {}
        Door::Accounts => {
            let token = app.store.make_setup_link(clock::now())?;
            say(&format!(
                "Create the first account (once, within 24 hours): {}/setup?token={token}",
                base(app)
            ));
        }
    }
    Ok(())
}

/// Refuses to open a folder to everybody when somebody has an account there.
pub fn refuse_open(store: &comptoir_store::Store) -> anyhow::Result<()> {
    anyhow::ensure!(
        !kept::any(&store.read()?)?,
        "this data folder has accounts, so it is not opened without sign-in; \
         serve it without --open, or choose another --data"
    );
    Ok(())
}
