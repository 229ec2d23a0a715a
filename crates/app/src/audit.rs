//! What is worth remembering of what people did: one line in the audit log each.

use comptoir_store::audit::NewEntry;
use comptoir_store::{Store, StoreError, shops};
use serde_json::Value;

use crate::access::{Desk, Visitor, Who};
use crate::clock;
use crate::i18n::{Lang, t};
use crate::state::App;

macro_rules! actions {
    ($($name:ident $id:literal),+ $(,)?) => {
        /// Something that somebody did. Its words are `audit-ID` in the locales.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum Action { $($name),+ }

        impl Action {
            pub const ALL: &'static [Self] = &[$(Self::$name),+];

            pub fn id(self) -> &'static str {
                match self { $(Self::$name => $id),+ }
            }

            /// The action of that id.
            pub fn of(id: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|action| action.id() == id)
            }

            pub fn words(self, lang: Lang) -> String {
                t(lang, &format!("audit-{}", self.id()))
            }
        }
    };
}

actions! {
    OwnerCreated "owner_created",
    SignedIn "signed_in",
    SignInRefused "sign_in_refused",
    SignedOut "signed_out",
    SessionsEnded "sessions_ended",
    PasswordChanged "password_changed",
    SecondFactorOn "second_factor_on",
    SecondFactorOff "second_factor_off",
    UserAdded "user_added",
    UserInvited "user_invited",
    UserChanged "user_changed",
    UserDisabled "user_disabled",
    PasswordReset "password_reset",
    Exported "exported",
    SegmentExported "segment_exported",
    Imported "imported",
    ImportUndone "import_undone",
    SettingsChanged "settings_changed",
    ConnectionAdded "connection_added",
    ConnectionChanged "connection_changed",
    ConnectionRemoved "connection_removed",
    TokenCreated "token_created",
    TokenRevoked "token_revoked",
    ShareCreated "share_created",
    ShareRevoked "share_revoked",
    PersonSeen "person_seen",
    PersonExported "person_exported",
    PersonRectified "person_rectified",
    PersonErased "person_erased",
    Compacted "compacted",
    RetentionChanged "retention_changed",
    RetentionApplied "retention_applied",
    RegisterExported "register_exported",
    AuditExported "audit_exported",
    BackupMade "backup_made",
    BackupRestored "backup_restored",
    MailChanged "mail_changed",
}

/// Writes a line: who, what, when, from where. `detail` names things by their number or slug, never a
/// customer. It waits for the disk: call it where blocking is allowed.
pub fn record(
    app: &App,
    visitor: &Visitor,
    action: Action,
    shop: Option<i64>,
    detail: &Value,
) -> Result<(), StoreError> {
    write(&app.store, visitor, action, shop, detail)
}

/// Writes a line about what the command line did, whether a server runs or not. `shop` is a slug.
pub fn by_shell(
    store: &Store,
    action: Action,
    shop: Option<&str>,
    detail: &Value,
) -> Result<(), StoreError> {
    let shop = match shop {
        Some(slug) => {
            let known = shops::list(&store.read()?)?;
            known.into_iter().find(|shop| shop.shop.slug == slug).map(|shop| shop.id)
        }
        None => None,
    };
    write(store, &Visitor::shell(), action, shop, detail)
}

fn write(
    store: &Store,
    visitor: &Visitor,
    action: Action,
    shop: Option<i64>,
    detail: &Value,
) -> Result<(), StoreError> {
    let (kind, who) = match &visitor.who {
        Who::Nobody => ("nobody", String::new()),
        Who::Open => ("open", String::new()),
        Who::Shell => ("shell", String::new()),
        Who::User { email, .. } => ("user", email.clone()),
        Who::Token { id, name } => ("token", format!("{id} {name}")),
        Who::Share { id } => ("share", id.to_string()),
        Who::Embed { token } => ("embed", token.to_string()),
    };
    store.audit(NewEntry {
        at: clock::now(),
        kind,
        who,
        action: action.id(),
        shop,
        detail: detail.to_string(),
        from: visitor.from.map(|address| address.to_string()),
    })
}

impl Desk {
    /// Writes a line about what this visitor did. See [`record`].
    pub fn audit(
        &self,
        action: Action,
        shop: Option<i64>,
        detail: &Value,
    ) -> Result<(), StoreError> {
        record(self, &self.visitor, action, shop, detail)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn s109_every_action_has_words_in_both_languages() {
        for action in Action::ALL {
            for lang in Lang::ALL {
                let id = format!("audit-{}", action.id());
                assert_ne!(action.words(lang), id, "{lang:?}");
            }
            assert_eq!(Action::of(action.id()), Some(*action));
        }
        assert_eq!(Action::of("nothing"), None);
    }
}
