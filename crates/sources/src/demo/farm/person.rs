//! A customer: who they are follows from the seed and their rank of arrival alone, so that the live
//! shop meets the same people as its history.

use comptoir_model::{Identity, Place};

use super::people::{FIRST_NAMES, LAST_NAMES, TOWNS, Town};
use super::{chance, weighted};

/// An invented customer.
#[derive(Debug, Clone)]
pub struct Person {
    pub rank: u64,
    pub first_name: &'static str,
    pub last_name: &'static str,
    /// Ordered with an account the first time.
    pub account: bool,
    pub phone: Option<String>,
    pub town: Town,
    /// Buys a basket every week or two rather than now and then.
    pub weekly: bool,
    /// Has the order delivered at work.
    pub at_work: bool,
}

impl Person {
    pub fn new(seed: u64, rank: u64) -> Self {
        let mut rng = fastrand::Rng::with_seed(seed ^ rank.wrapping_mul(0x9E37_79B9_7F4A_7C15));
        let town = weighted(&mut rng, &TOWNS).copied().unwrap_or(TOWNS[0].0);
        let local = town.0 == "FR" && town.3.starts_with("49");
        Self {
            rank,
            first_name: FIRST_NAMES[rng.usize(..FIRST_NAMES.len())],
            last_name: LAST_NAMES[rng.usize(..LAST_NAMES.len())],
            account: chance(&mut rng, 660),
            // 06 39 98 is the range that Arcep keeps for fiction.
            phone: chance(&mut rng, 450)
                .then(|| format!("+33 6 39 98 {:02} {:02}", rng.u32(..100), rng.u32(..100))),
            town,
            weekly: chance(&mut rng, if local { 260 } else { 60 }),
            at_work: local && chance(&mut rng, 120),
        }
    }

    pub fn id(&self) -> String {
        format!("C{}", 1000 + self.rank)
    }

    pub fn email(&self) -> String {
        let domain = ["example.com", "example.org", "example.net"]
            [usize::try_from(self.rank % 3).unwrap_or(0)];
        format!("{}.{}{}@{domain}", plain(self.first_name), plain(self.last_name), self.rank)
    }

    /// What an order says of them: with their account's id, or as a guest.
    pub fn identity(&self, account: bool) -> Identity {
        Identity {
            id: account.then(|| self.id()),
            email: Some(self.email()),
            phone: self.phone.clone(),
            first_name: Some(self.first_name.to_owned()),
            last_name: Some(self.last_name.to_owned()),
        }
    }

    pub fn place(&self) -> Place {
        place(self.town)
    }

    pub fn abroad(&self) -> bool {
        self.town.0 != "FR"
    }
}

pub fn place((country, region, city, postcode): Town) -> Place {
    Place {
        country: Some(country.to_owned()),
        region: Some(region.to_owned()),
        city: Some(city.to_owned()),
        postcode: Some(postcode.to_owned()),
    }
}

/// A name as an e-mail address spells it.
fn plain(name: &str) -> String {
    name.to_lowercase()
        .chars()
        .filter_map(|letter| match letter {
            'é' | 'è' | 'ê' | 'ë' => Some('e'),
            'ï' | 'î' => Some('i'),
            'ô' | 'ö' => Some('o'),
            'ç' => Some('c'),
            letter => letter.is_ascii_alphabetic().then_some(letter),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_person_is_the_same_whenever_they_are_met() {
        let (one, two) = (Person::new(7, 42), Person::new(7, 42));
        assert_eq!(one.identity(true), two.identity(true));
        assert!(one.email().is_ascii());
        assert_ne!(one.email(), Person::new(7, 43).email());
    }
}
