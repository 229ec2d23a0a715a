//! Random texts that prove who somebody is, and what is kept of them.

use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;

use crate::error::StoreError;
use crate::seal;
use crate::secret::{self, hash, same};

/// What recovery codes are written with: no letter or digit that looks like another. 32 of them.
const ALPHABET: &[u8; 32] = b"abcdefghjkmnpqrstuvwxyz023456789";

/// Characters of a recovery code, 5 bits each; written in groups.
const CODE: usize = 16;
const GROUP: usize = 4;

/// Bytes of the salt of a recovery code.
const SALT: usize = 12;

/// A token of 256 random bits.
pub fn token() -> Result<String, StoreError> {
    secret::random("")
}

/// A recovery code of 80 random bits, as people are shown it: `k3wd-91xm-…`.
pub(super) fn code() -> Result<String, StoreError> {
    let mut text = String::new();
    for (index, byte) in seal::random::<CODE>()?.into_iter().enumerate() {
        if index > 0 && index % GROUP == 0 {
            text.push('-');
        }
        text.push(char::from(ALPHABET[usize::from(byte) % ALPHABET.len()]));
    }
    Ok(text)
}

/// What is kept of a recovery code: a salt and a hash.
pub(super) fn keep_code(code: &str) -> Result<String, StoreError> {
    let salt = BASE64_URL_SAFE_NO_PAD.encode(seal::random::<SALT>()?);
    let hash = salted(&salt, code);
    Ok(format!("{salt}.{hash}"))
}

/// Whether a typed code is the kept one; spaces, hyphens and capitals do not matter.
pub(super) fn is_code(kept: &str, typed: &str) -> bool {
    let Some((salt, hash)) = kept.split_once('.') else { return false };
    same(hash.as_bytes(), salted(salt, typed).as_bytes())
}

fn salted(salt: &str, code: &str) -> String {
    let plain: String = code
        .chars()
        .filter(|one| !one.is_whitespace() && *one != '-')
        .flat_map(char::to_lowercase)
        .collect();
    hash(&format!("{salt}.{plain}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_recognised_however_it_is_typed_and_no_other_is() {
        let code = code().expect("random");
        assert_eq!((code.len(), code.matches('-').count()), (19, 3));
        let kept = keep_code(&code).expect("random");
        assert!(is_code(&kept, &code) && is_code(&kept, &code.to_uppercase().replace('-', " ")));
        assert!(!is_code(&kept, "") && !is_code(&kept, &code[1..]) && !is_code("", &code));
        assert_ne!(kept, keep_code(&code).expect("random"), "the salt is another each time");
        assert!(!kept.contains(&code));
    }
}
