//! Passwords: what is asked of them, and how they are kept (Argon2id, OWASP's parameters).

use anyhow::{Result, anyhow};
use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use argon2::{Algorithm, Argon2, Params, Version};

/// Characters, at least and at most. Any character will do.
pub const SHORTEST: usize = 12;
const LONGEST: usize = 128;

/// Kibibytes, passes and lanes of a hash.
const MEMORY: u32 = 19_456;
const PASSES: u32 = 2;
const LANES: u32 = 1;

/// Verified where there is no account, or none with a password: it takes as long as a real one.
const DUMMY: &str = "$argon2id$v=19$m=19456,t=2,p=1$Y29tcHRvaXItbm9ib2R5$mUlG2dCDmI1WzMrR4nDqCw5+e4v0cSwTPrOPd0b3xPU";

/// The long passwords that people choose most, in French and English, in lower case.
const COMMON: &str = include_str!("common-passwords.txt");

/// Why a password is not taken. Its words are `password-ID` in the locales.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Weakness {
    Short,
    Long,
    /// It is the e-mail address, or its first part, or is made of them.
    Address,
    /// Everybody's, or one piece again and again.
    Common,
}

impl Weakness {
    pub fn id(self) -> &'static str {
        match self {
            Self::Short => "password-short",
            Self::Long => "password-long",
            Self::Address => "password-address",
            Self::Common => "password-common",
        }
    }

    /// For the terminal.
    pub fn words(self) -> &'static str {
        match self {
            Self::Short => "a password has at least 12 characters; a few words make a good one",
            Self::Long => "a password has at most 128 characters",
            Self::Address => "a password is not the e-mail address",
            Self::Common => "this password is one of those that everybody tries; choose another",
        }
    }
}

/// What is wrong with a password, if anything.
pub fn weakness(password: &str, email: &str) -> Option<Weakness> {
    let length = password.chars().count();
    if length < SHORTEST {
        return Some(Weakness::Short);
    }
    if length > LONGEST {
        return Some(Weakness::Long);
    }
    let plain = password.trim().to_lowercase();
    let own = email.split('@').next().unwrap_or_default();
    let left = plain.replace(&email.to_lowercase(), "");
    if left.is_empty() || plain == own || (own.len() > 3 && plain.replace(own, "").len() < 4) {
        return Some(Weakness::Address);
    }
    let common = COMMON.lines().any(|one| one == plain);
    (common || repeats(&plain) || runs(&plain)).then_some(Weakness::Common)
}

/// Whether a text is one piece of up to four characters, again and again.
fn repeats(text: &str) -> bool {
    let characters: Vec<char> = text.chars().collect();
    (1..=4).any(|piece| {
        characters.iter().enumerate().skip(piece).all(|(at, one)| characters[at - piece] == *one)
    })
}

/// Whether each character is the next of the one before: `abcdefghijkl`, `1234567890123`.
fn runs(text: &str) -> bool {
    let next = |one: char, two: char| {
        u32::from(two).abs_diff(u32::from(one)) == 1
            || matches!((one, two), ('9', '0') | ('0', '9'))
    };
    text.chars().zip(text.chars().skip(1)).all(|(one, two)| next(one, two))
}

/// Hashes a password, with a salt of its own. It takes a tenth of a second and 19 MiB.
pub fn hash(password: &str) -> Result<String> {
    let hashed: PasswordHash = hasher()?
        .hash_password(password.as_bytes())
        .map_err(|error| anyhow!("the password could not be hashed: {error}"))?;
    Ok(hashed.to_string())
}

/// Whether a password is the one of a hash. Without a hash it is not, and that takes as long to say.
pub fn verify(password: &str, hash: Option<&str>) -> bool {
    let Ok(parsed) = PasswordHash::new(hash.unwrap_or(DUMMY)) else { return false };
    let same =
        hasher().is_ok_and(|hasher| hasher.verify_password(password.as_bytes(), &parsed).is_ok());
    same && hash.is_some()
}

fn hasher() -> Result<Argon2<'static>> {
    let parameters = Params::new(MEMORY, PASSES, LANES, None)
        .map_err(|error| anyhow!("the parameters of the hash: {error}"))?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, parameters))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn s109_a_password_is_long_and_not_everybody_s() {
        let check = |password: &str| weakness(password, "ada@exemple.fr");
        for good in [
            "correct horse battery",
            "mâche-betterave 7",
            "🍯🍯🍇🍇miel et raisin",
            "ada aime le miel",
        ] {
            assert_eq!(check(good), None, "{good}");
        }
        assert_eq!(check("éàéùéçéàéùé"), Some(Weakness::Short));
        assert_eq!(check("éééééééééééè"), None, "characters are counted, not bytes");
        // OWASP ASVS 2.1.2: 64 characters are taken, more than 128 are not.
        let long: String = ('a'..='z').rev().chain('a'..='z').cycle().take(129).collect();
        assert_eq!(check(&long), Some(Weakness::Long));
        assert_eq!(check(&long[..128]), None);
        assert_eq!(check("Ada@Exemple.FR"), Some(Weakness::Address));
        assert_eq!(weakness("marie.dupont1", "marie.dupont@exemple.fr"), Some(Weakness::Address));
        for common in [
            "motdepasse123",
            "Password1234",
            "aaaaaaaaaaaa",
            "abcabcabcabc",
            "123456789012",
            "abcdefghijklm",
            "azertyuiop123",
            "0987654321098",
        ] {
            assert_eq!(check(common), Some(Weakness::Common), "{common}");
        }
    }

    #[test]
    fn s109_a_hash_is_argon2id_with_the_recommended_cost_and_opens_for_its_password_only() {
        let kept = hash("correct horse battery").unwrap();
        assert!(kept.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{kept}");
        assert!(verify("correct horse battery", Some(&kept)));
        assert!(!verify("correct horse batterY", Some(&kept)));
        // Where there is no hash, one of the same cost is worked out, and refused.
        let dummy = PasswordHash::new(DUMMY).unwrap();
        let real = PasswordHash::new(&kept).unwrap();
        assert_eq!(dummy.params.to_string(), real.params.to_string());
        assert!(dummy.hash.is_some() && dummy.salt.is_some());
        assert!(!verify("", None));
    }

    #[test]
    fn every_common_password_is_long_enough_to_be_chosen() {
        let all: Vec<&str> = COMMON.lines().collect();
        assert!(all.len() > 100, "{}", all.len());
        for one in &all {
            assert!(one.chars().count() >= SHORTEST && *one == one.to_lowercase(), "{one}");
        }
    }
}
