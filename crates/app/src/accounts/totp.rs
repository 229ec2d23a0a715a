//! The second factor: codes that change every thirty seconds (RFC 6238), as authenticator apps make them.

use anyhow::{Result, anyhow};
use jiff::Timestamp;
use subtle::ConstantTimeEq;
use totp_rs::{Builder, Secret, Totp};

/// Seconds of a time step.
const STEP: i64 = 30;

/// Steps before and after the present one whose codes are taken: clocks differ, and people type.
const SKEW: i64 = 1;

/// A secret and what is made of it.
pub struct Factor(Totp);

impl Factor {
    /// A new one, of 160 random bits.
    pub fn generate(email: &str) -> Result<Self> {
        use ring::rand::{SecureRandom, SystemRandom};
        let mut bytes = [0; 20];
        SystemRandom::new()
            .fill(&mut bytes)
            .map_err(|_| anyhow!("the system gives no random bytes"))?;
        Self::of(Secret::new_stack(bytes), email)
    }

    /// One that was kept, in base 32.
    pub fn read(secret: &str, email: &str) -> Result<Self> {
        let secret = Secret::try_from_base32(secret)
            .map_err(|_| anyhow!("the secret of a second factor can't be read"))?;
        Self::of(secret, email)
    }

    fn of(secret: Secret, email: &str) -> Result<Self> {
        let built = Builder::new()
            .with_secret(secret)
            .with_account_name(email)
            .with_issuer(Some("Comptoir"))
            .build()
            .map_err(|error| anyhow!("the second factor: {error}"))?;
        Ok(Self(built))
    }

    /// In base 32, as it is kept and as it can be typed.
    pub fn secret(&self) -> String {
        self.0.secret().to_base32()
    }

    /// The address that authenticator apps read from the QR code.
    pub fn url(&self) -> Result<String> {
        self.0.to_url().map_err(|error| anyhow!("the second factor: {error}"))
    }

    /// The time step that a typed code belongs to, if it is one of now.
    pub fn step(&self, typed: &str, now: Timestamp) -> Option<i64> {
        let typed: String = typed.chars().filter(|one| !one.is_whitespace()).collect();
        let present = now.as_second().div_euclid(STEP);
        let mut found = None;
        for step in present - SKEW..=present + SKEW {
            let Ok(seconds) = u64::try_from(step * STEP) else { continue };
            let code = self.0.generate(seconds).to_string();
            if bool::from(code.as_bytes().ct_eq(typed.as_bytes())) {
                found = Some(step);
            }
        }
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn s109_codes_are_those_of_the_standard() {
        // RFC 6238, appendix B: the secret “12345678901234567890”; the last six of its eight digits.
        let factor = Factor::read("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ", "ada@exemple.fr").unwrap();
        let at = |second| Timestamp::from_second(second).unwrap();
        for (second, code) in [(59, "287082"), (1_111_111_109, "081804"), (1_234_567_890, "005924")]
        {
            assert_eq!(factor.step(code, at(second)), Some(second / 30), "{code}");
        }
        assert_eq!(factor.step("287 082", at(59)), Some(1));
        // One step early or late will do, two will not.
        assert_eq!(factor.step("287082", at(89)), Some(1));
        assert_eq!(factor.step("287082", at(90)), None);
        assert_eq!(factor.step("287082", at(0)), Some(1));
        assert_eq!(factor.step("287083", at(59)), None);
        assert_eq!(factor.step("", at(59)), None);
        let url = factor.url().unwrap();
        assert!(
            url.starts_with("otpauth://totp/Comptoir:ada%40exemple.fr?secret=GEZDGNBV"),
            "{url}"
        );
        assert_ne!(
            Factor::generate("a@b.fr").unwrap().secret(),
            Factor::generate("a@b.fr").unwrap().secret()
        );
    }
}
