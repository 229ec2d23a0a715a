//! Random texts that prove who somebody is, and what is kept of them.

use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use ring::digest;
use ring::rand::{SecureRandom, SystemRandom};

use crate::error::StoreError;
use crate::seal::SealError;

/// Bytes of a token: 256 bits.
const TOKEN: usize = 32;

/// What recovery codes are written with: no letter or digit that looks like another. 32 of them.
const ALPHABET: &[u8; 32] = b"abcdefghjkmnpqrstuvwxyz023456789";

/// Characters of a recovery code, 5 bits each; written in groups.
const CODE: usize = 16;
const GROUP: usize = 4;

/// Bytes of the salt of a recovery code.
const SALT: usize = 12;

pub(super) fn random<const N: usize>() -> Result<[u8; N], StoreError> {
    let mut bytes = [0; N];
    SystemRandom::new().fill(&mut bytes).map_err(|_| SealError::NoRandomness)?;
    Ok(bytes)
}

/// A token of 256 random bits.
pub fn token() -> Result<String, StoreError> {
    Ok(BASE64_URL_SAFE_NO_PAD.encode(random::<TOKEN>()?))
}

/// Whether a text can be a token at all: what can't is not looked up.
pub(super) fn is_token(text: &str) -> bool {
    BASE64_URL_SAFE_NO_PAD.decode(text).is_ok_and(|bytes| bytes.len() == TOKEN)
}

/// SHA-256 in hexadecimal: nobody can guess what has 256 random bits, so it needs no slower hash.
pub(super) fn hash(text: &str) -> String {
    use std::fmt::Write as _;
    let digest = digest::digest(&digest::SHA256, text.as_bytes());
    digest.as_ref().iter().fold(String::with_capacity(64), |mut hex, byte| {
        let _infallible = write!(hex, "{byte:02x}");
        hex
    })
}

/// A recovery code of 80 random bits, as people are shown it: `k3wd-91xm-…`.
pub(super) fn code() -> Result<String, StoreError> {
    let mut text = String::new();
    for (index, byte) in random::<CODE>()?.into_iter().enumerate() {
        if index > 0 && index % GROUP == 0 {
            text.push('-');
        }
        text.push(char::from(ALPHABET[usize::from(byte) % ALPHABET.len()]));
    }
    Ok(text)
}

/// What is kept of a recovery code: a salt and a hash.
pub(super) fn keep_code(code: &str) -> Result<String, StoreError> {
    let salt = BASE64_URL_SAFE_NO_PAD.encode(random::<SALT>()?);
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

/// Compares without stopping at the first difference.
fn same(one: &[u8], other: &[u8]) -> bool {
    let difference = one.iter().zip(other).fold(0, |found, (a, b)| found | (a ^ b));
    one.len() == other.len() && std::hint::black_box(difference) == 0
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

    #[test]
    fn a_hash_is_the_one_of_the_standard() {
        // FIPS 180-2, appendix B.1.
        let abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        assert_eq!(hash("abc"), abc);
        assert!(is_token(&token().expect("random")) && !is_token("abc") && !is_token(""));
    }
}
