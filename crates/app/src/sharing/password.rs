//! The password of a share link: hashed slowly, asked for patiently, remembered shortly.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv4Addr};
use std::sync::{LazyLock, Mutex, PoisonError};

use comptoir_store::sharing::Share;
use jiff::{Timestamp, ToSpan};
use ring::hmac;
use ring::rand::SystemRandom;

use crate::accounts::password;
use crate::accounts::throttle::network;
use crate::format::hexadecimal;

/// Letters of the shortest password.
pub const SHORTEST: usize = 8;

/// Letters of the longest: hashing takes time with the length.
pub const LONGEST: usize = 200;

/// How long a link stays open for the browser that gave the password, in minutes.
pub const OPEN_MINUTES: i64 = 120;

/// Wrong passwords that one client may send in a while, and all clients together.
const OF_ONE: u32 = 5;
const OF_ALL: u32 = 60;

/// The while, in minutes.
const WHILE: i64 = 15;

/// Everybody together counts under the address that nobody has.
const EVERYBODY: Option<IpAddr> = Some(IpAddr::V4(Ipv4Addr::UNSPECIFIED));

/// Of so many links and clients the attempts are remembered.
const REMEMBERED: usize = 10_000;

/// As the passwords of accounts are hashed.
pub fn hash(password: &str) -> anyhow::Result<String> {
    let _alone = HASHING.lock().unwrap_or_else(PoisonError::into_inner);
    password::hash(password)
}

/// Each hash takes 19 MiB and some time: one after the other, so that many at once can't fill the memory.
static HASHING: Mutex<()> = Mutex::new(());

fn is_right(password: &str, hash: &str) -> bool {
    let _alone = HASHING.lock().unwrap_or_else(PoisonError::into_inner);
    password.chars().count() <= LONGEST && password::verify(password, Some(hash))
}

/// What came of a password.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tried {
    Right,
    Wrong,
    /// Too many wrong ones: it was not even looked at.
    TooMany,
}

/// Who has tried how often, since when. Only whoever holds the link can try at all, so that the limit
/// for all clients together can lock out nobody but them.
#[derive(Default)]
pub struct Attempts {
    counts: Mutex<HashMap<(i64, Option<IpAddr>), (u32, Timestamp)>>,
}

/// Of this process; a restart forgets them, and takes longer than it gains.
static ATTEMPTS: LazyLock<Attempts> = LazyLock::new(Attempts::default);

/// Tries a password.
pub fn attempt(share: &Share, password: &str, from: Option<IpAddr>, now: Timestamp) -> Tried {
    ATTEMPTS.attempt(share, password, from, now)
}

impl Attempts {
    fn attempt(
        &self,
        share: &Share,
        password: &str,
        from: Option<IpAddr>,
        now: Timestamp,
    ) -> Tried {
        // Whoever has an IPv6 address has a whole network of them.
        let from = network(from);
        // Counted before it is looked at, so that many at once gain nothing.
        if !self.admits(share.id, from, now) {
            return Tried::TooMany;
        }
        if !share.password.as_ref().is_some_and(|hash| is_right(password, hash)) {
            return Tried::Wrong;
        }
        self.forget(share.id, from);
        Tried::Right
    }

    fn admits(&self, share: i64, from: Option<IpAddr>, now: Timestamp) -> bool {
        let mut counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        let recent = |since: Timestamp| {
            now >= since && now < since.saturating_add(WHILE.minutes()).unwrap_or(Timestamp::MAX)
        };
        counts.retain(|_, (_, since)| recent(*since));
        let keys = [((share, from), OF_ONE), ((share, EVERYBODY), OF_ALL)];
        if keys.iter().any(|(key, most)| counts.get(key).is_some_and(|(count, _)| count >= most))
            || counts.len() > REMEMBERED
        {
            return false;
        }
        for (key, _) in keys {
            counts.entry(key).or_insert((0, now)).0 += 1;
        }
        true
    }

    /// The last one was right: the client starts anew, and it counts for nobody.
    fn forget(&self, share: i64, from: Option<IpAddr>) {
        let mut counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        counts.remove(&(share, from));
        if let Some((count, _)) = counts.get_mut(&(share, EVERYBODY)) {
            *count = count.saturating_sub(1);
        }
    }
}

/// Of this process: after a restart the password is asked for again.
static KEY: LazyLock<Option<hmac::Key>> =
    LazyLock::new(|| hmac::Key::generate(hmac::HMAC_SHA256, &SystemRandom::new()).ok());

/// What a browser keeps once it gave the password: until when, and a signature of that for this link.
pub fn pass(share: &Share, now: Timestamp) -> Option<String> {
    let until = now.as_second() + OPEN_MINUTES * 60;
    let signature = hmac::sign(KEY.as_ref()?, said(share, until).as_bytes());
    Some(format!("{until}.{}", hexadecimal(signature.as_ref())))
}

/// Whether that is such a pass, for this link, and still good.
pub fn passes(share: &Share, pass: &str, now: Timestamp) -> bool {
    let Some((until, signature)) = pass.split_once('.') else { return false };
    let (Ok(until), Some(signature)) = (until.parse::<i64>(), bytes(signature)) else {
        return false;
    };
    let signed = KEY
        .as_ref()
        .is_some_and(|key| hmac::verify(key, said(share, until).as_bytes(), &signature).is_ok());
    signed && now.as_second() < until
}

/// What is signed: a pass of one link opens no other one, nor this one with another password.
fn said(share: &Share, until: i64) -> String {
    format!("share {} {until} {}", share.id, share.password.as_deref().unwrap_or_default())
}

/// Bytes of small hexadecimal digits; `None` when they are none.
pub(super) fn bytes(digits: &str) -> Option<Vec<u8>> {
    let digit = |byte: u8| match byte {
        b'0'..=b'9' => Some(byte - b'0'),
        b'a'..=b'f' => Some(byte - b'a' + 10),
        _ => None,
    };
    if !digits.len().is_multiple_of(2) {
        return None;
    }
    digits.as_bytes().chunks(2).map(|pair| Some(digit(pair[0])? << 4 | digit(pair[1])?)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn now() -> Timestamp {
        "2026-11-22T10:00:00Z".parse().expect("an instant")
    }

    fn share(id: i64, password: Option<String>) -> Share {
        Share {
            id,
            name: String::new(),
            page: "/".into(),
            query: String::new(),
            shops: Vec::new(),
            password,
            made_by: None,
            created: now(),
            expires: now() + 24.hours(),
            revoked: None,
            last_opened: None,
            openings: 0,
        }
    }

    #[test]
    fn s086_a_password_is_hashed_by_argon2id_and_tried_a_few_times_only() {
        let kept = hash("mot de passe").expect("hashed");
        assert!(kept.starts_with("$argon2id$"), "{kept}");
        let (share, attempts) = (share(1, Some(kept)), Attempts::default());
        let one = Some(IpAddr::from([192, 0, 2, 1]));
        let other = Some(IpAddr::from([192, 0, 2, 2]));
        assert_eq!(attempts.attempt(&share, "autre chose", one, now()), Tried::Wrong);
        assert_eq!(attempts.attempt(&share, "mot de passe", one, now()), Tried::Right);
        // A right one forgets the wrong ones before it.
        for count in 0..OF_ONE {
            assert!(attempts.admits(1, one, now()), "{count}");
        }
        assert_eq!(attempts.attempt(&share, "mot de passe", one, now()), Tried::TooMany);
        assert!(attempts.admits(1, other, now()), "another client may still try");
        assert!(attempts.admits(2, one, now()), "and another link");
        assert!(!attempts.admits(1, one, now() + 14.minutes()));
        assert!(attempts.admits(1, one, now() + 15.minutes()));
    }

    #[test]
    fn s086_many_clients_together_may_not_try_more_than_a_number_of_times() {
        let attempts = Attempts::default();
        let admitted = (0..200_u8)
            .filter(|client| attempts.admits(1, Some(IpAddr::from([10, 0, 0, *client])), now()))
            .count();
        assert_eq!(admitted, 60);
    }

    #[test]
    fn s086_right_passwords_keep_nobody_out_and_a_network_is_one_client() {
        let attempts = Attempts::default();
        for client in 0..200_u8 {
            let from = Some(IpAddr::from([10, 0, 0, client]));
            assert!(attempts.admits(1, from, now()), "{client}");
            attempts.forget(1, from);
        }
        let kept = hash("mot de passe").expect("hashed");
        let share = share(2, Some(kept));
        for last in 0..5_u16 {
            let from = Some(IpAddr::from([0x2001, 0xdb8, 0, 0, 0, 0, 0, last]));
            // Too long to be it, so that no hash is worked out.
            let long = "x".repeat(LONGEST + 1);
            assert_eq!(attempts.attempt(&share, &long, from, now()), Tried::Wrong, "{last}");
        }
        let from = Some(IpAddr::from([0x2001, 0xdb8, 0, 0, 9, 9, 9, 9]));
        assert_eq!(attempts.attempt(&share, "mot de passe", from, now()), Tried::TooMany);
    }

    #[test]
    fn s086_a_pass_is_of_one_link_and_of_a_while() {
        let (one, two) = (share(1, Some("x".into())), share(2, Some("x".into())));
        let given = pass(&one, now()).expect("a pass");
        assert!(passes(&one, &given, now()));
        assert!(!passes(&two, &given, now()), "another link");
        assert!(!passes(&share(1, Some("y".into())), &given, now()), "another password");
        assert!(passes(&one, &given, now() + 119.minutes()));
        assert!(!passes(&one, &given, now() + 120.minutes()));
        let (until, signature) = given.split_once('.').expect("two parts");
        let longer: i64 = until.parse::<i64>().expect("a number") + 1;
        assert!(!passes(&one, &format!("{longer}.{signature}"), now()), "made longer");
        for rubbish in ["", ".", "1.", "1.zz", "x.00", &format!("{until}.{signature}00")] {
            assert!(!passes(&one, rubbish, now()), "{rubbish}");
        }
    }
}
