//! Where visitors come from, and with what in their hands.

use super::weighted;

/// Source, medium, campaign and channel of a visit and of the order it ends in.
#[derive(Debug, Clone, Copy)]
pub struct Origin {
    pub source: Option<&'static str>,
    pub medium: Option<&'static str>,
    pub campaign: Option<&'static str>,
    pub channel: &'static str,
}

const fn origin(
    source: Option<&'static str>,
    medium: Option<&'static str>,
    campaign: Option<&'static str>,
    channel: &'static str,
) -> Origin {
    Origin { source, medium, campaign, channel }
}

const DIRECT: Origin = origin(None, None, None, "Accès direct");

/// Every origin with how often a visit, a first order and a later order come from it: existing
/// customers answer the newsletter, new ones search.
const ORIGINS: [(Origin, [u32; 3]); 9] = [
    (origin(Some("google"), Some("organic"), None, "Recherche naturelle"), [330, 300, 170]),
    (origin(Some("google"), Some("cpc"), Some("paniers-bio"), "Recherche payante"), [120, 150, 40]),
    (origin(Some("bing"), Some("organic"), None, "Recherche naturelle"), [30, 20, 10]),
    (
        origin(Some("newsletter"), Some("email"), Some("panier-de-la-semaine"), "E-mail"),
        [90, 20, 330],
    ),
    (origin(Some("newsletter"), Some("email"), Some("panier-oublie"), "E-mail"), [20, 20, 60]),
    (
        origin(Some("facebook"), Some("social"), Some("marche-du-samedi"), "Réseaux sociaux"),
        [90, 110, 40],
    ),
    (origin(Some("instagram"), Some("social"), None, "Réseaux sociaux"), [110, 120, 40]),
    (origin(Some("producteurs.example"), Some("referral"), None, "Sites référents"), [50, 70, 20]),
    (DIRECT, [160, 190, 290]),
];

/// Who comes.
#[derive(Debug, Clone, Copy)]
pub enum Visitor {
    Anyone,
    NewCustomer,
    ExistingCustomer,
}

pub fn pick(rng: &mut fastrand::Rng, visitor: Visitor) -> Origin {
    let column = match visitor {
        Visitor::Anyone => 0,
        Visitor::NewCustomer => 1,
        Visitor::ExistingCustomer => 2,
    };
    let total: u32 = ORIGINS.iter().map(|(_, weights)| weights[column]).sum();
    let mut left = rng.u32(..total);
    for (origin, weights) in &ORIGINS {
        if left < weights[column] {
            return *origin;
        }
        left -= weights[column];
    }
    DIRECT
}

pub fn device(rng: &mut fastrand::Rng) -> &'static str {
    const DEVICES: [(&str, u32); 3] = [("mobile", 56), ("desktop", 38), ("tablet", 6)];
    weighted(rng, &DEVICES).copied().unwrap_or("mobile")
}
