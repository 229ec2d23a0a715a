//! Random words that open something: who holds one may. Only their hash is kept, so that a stolen
//! database opens no door.

use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use ring::digest;

use crate::error::StoreError;
use crate::seal;

/// 256 bits.
const BYTES: usize = 32;

/// A new word, after what says what it is.
pub(crate) fn random(prefix: &str) -> Result<String, StoreError> {
    let bytes: [u8; BYTES] = seal::random()?;
    Ok(format!("{prefix}{}", BASE64_URL_SAFE_NO_PAD.encode(bytes)))
}

/// Whether a text can be such a word without a prefix: what can't is not looked up.
pub(crate) fn is_random(text: &str) -> bool {
    BASE64_URL_SAFE_NO_PAD.decode(text).is_ok_and(|bytes| bytes.len() == BYTES)
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hash_is_the_one_of_the_standard() {
        // FIPS 180-2, appendix B.1.
        let abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        assert_eq!(hash("abc"), abc);
        let word = random("").expect("random");
        assert!(is_random(&word) && !is_random("abc") && !is_random(""));
        assert!(same(b"abc", b"abc") && !same(b"abc", b"abd") && !same(b"abc", b"ab"));
    }
}
