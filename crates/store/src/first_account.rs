//! Whether anybody has an account yet: before that, the server is for this machine alone.

use crate::engine::Snapshot;
use crate::error::StoreError;

/// Whether there is an owner who can sign in.
pub fn exists(snapshot: &Snapshot) -> Result<bool, StoreError> {
    let rows = snapshot.query(
        "SELECT count(*) FROM users
         WHERE role = 'owner' AND password IS NOT NULL AND disabled IS NULL",
        &[],
    )?;
    Ok(rows.rows.first().and_then(|cells| cells[0].int()).unwrap_or(0) > 0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::Store;

    #[test]
    fn an_owner_counts_once_they_can_sign_in() {
        let store = Store::in_memory().unwrap();
        let add = |role: &'static str, password: Option<&'static str>, disabled: bool| {
            let disabled = if disabled { "now()::TIMESTAMP" } else { "NULL" };
            let add = format!(
                "INSERT INTO users BY NAME SELECT 1 AS user_id, 'a@b.fr' AS email, '' AS name, ? AS role,
                 'fr' AS language, ? AS password, now()::TIMESTAMP AS created,
                 now()::TIMESTAMP AS changed, {disabled} AS disabled, false AS weekly_mail"
            );
            store
                .writer()
                .unwrap()
                .run(move |connection| {
                    connection.execute(&add, duckdb::params![role, password])?;
                    Ok(())
                })
                .unwrap();
            exists(&store.read().unwrap()).unwrap()
        };
        assert!(!exists(&store.read().unwrap()).unwrap());
        assert!(!add("viewer", Some("$argon2id$x"), false));
        assert!(!add("owner", None, false));
        assert!(!add("owner", Some("$argon2id$x"), true));
        assert!(add("owner", Some("$argon2id$x"), false));
    }
}
