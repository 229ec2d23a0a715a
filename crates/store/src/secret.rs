//! Random words that open something: who holds one may. Only their hash is kept, so that a stolen
//! database opens no door.

use base64::Engine as _;
use ring::digest;
use ring::rand::{SecureRandom, SystemRandom};

use crate::error::StoreError;

/// 256 bits.
const BYTES: usize = 32;

/// A new word, after what says what it is.
pub(crate) fn random(prefix: &str) -> Result<String, StoreError> {
    let mut bytes = [0; BYTES];
    SystemRandom::new()
        .fill(&mut bytes)
        .map_err(|_| StoreError::Invalid("the system gives no random bytes".into()))?;
    Ok(format!("{prefix}{}", base64::prelude::BASE64_URL_SAFE_NO_PAD.encode(bytes)))
}

/// SHA-256 in hexadecimal: a random word needs no slower hash, nobody can guess one.
pub(crate) fn hash(word: &str) -> String {
    hexadecimal(digest::digest(&digest::SHA256, word.as_bytes()).as_ref())
}

pub(crate) fn hexadecimal(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes.iter().fold(String::with_capacity(2 * bytes.len()), |mut text, byte| {
        let _infallible = write!(text, "{byte:02x}");
        text
    })
}

/// Compares without stopping at the first difference.
pub(crate) fn same(one: &[u8], other: &[u8]) -> bool {
    let difference = one.iter().zip(other).fold(0, |found, (a, b)| found | (a ^ b));
    one.len() == other.len() && std::hint::black_box(difference) == 0
}
