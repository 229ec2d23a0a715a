//! What is worth remembering of what people did: one line in the audit log each.

use comptoir_store::StoreError;
use comptoir_store::audit::NewEntry;
use serde_json::Value;

use crate::access::{Desk, Visitor, Who};
use crate::clock;
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
    let (kind, who) = match &visitor.who {
        Who::Nobody => ("nobody", String::new()),
        Who::Open => ("open", String::new()),
        Who::Shell => ("shell", String::new()),
        Who::User { email, .. } => ("user", email.clone()),
        Who::Token { id, name } => ("token", format!("{id} {name}")),
        Who::Share { id } => ("share", id.to_string()),
        Who::Embed { token } => ("embed", token.to_string()),
    };
    app.store.audit(NewEntry {
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
