//! What a refusal of the API means, in words that name `WooCommerce`'s own screens.

use crate::failure::{Failure, FailureKind};
use crate::http::Answer;
use crate::words::say;

/// Code and message of an error that the API itself tells.
pub(super) fn says(answer: &Answer) -> Option<(String, String)> {
    let body: serde_json::Value = serde_json::from_slice(&answer.body).ok()?;
    let text =
        |name: &str| body.get(name).and_then(|value| value.as_str()).unwrap_or_default().to_owned();
    Some((text("code"), text("message"))).filter(|(code, _)| !code.is_empty())
}

/// `WooCommerce` looks for keys only in requests to pretty addresses.
pub(super) fn plain_addresses(failure: Failure) -> Failure {
    if failure.kind != FailureKind::Unauthorized {
        return failure;
    }
    Failure::new(
        FailureKind::Unauthorized,
        say(
            "la clé est refusée, et cette boutique a des permaliens « simples », avec lesquels WooCommerce ne reconnaît pas les clés",
            "the key is refused, and this shop has plain permalinks, with which WooCommerce does not recognise keys",
        ),
        say(
            "dans WordPress, Réglages, Permaliens, choisissez « Titre de la publication » et enregistrez",
            "in WordPress, Settings, Permalinks, choose “Post name” and save",
        ),
    )
}

/// What a refusal means here, and what to do in `WooCommerce`'s own words.
pub(super) fn refusal(answer: &Answer) -> Option<Failure> {
    let failure = answer.failure()?;
    let told = says(answer);
    let (code, message) = told.clone().unwrap_or_default();
    let lower = message.to_lowercase();
    let shown = crate::excerpt(&message, 120);
    let better = match answer.status {
        404 if code == "rest_no_route" => Failure::new(
            FailureKind::NotFound,
            say(
                "WordPress répond à cette adresse, mais WooCommerce n’y est pas",
                "WordPress answers at this address, but WooCommerce is not there",
            ),
            say(
                "vérifiez l’adresse de la boutique, et que l’extension WooCommerce est activée",
                "check the shop’s address, and that the WooCommerce plugin is active",
            ),
        ),
        401 if lower.contains("permission") || lower.contains("autorisation") => Failure::new(
            FailureKind::Forbidden,
            say(
                format!("la clé n’a pas ce droit (« {shown} »)"),
                format!("the key lacks this permission (“{shown}”)"),
            ),
            say(
                "dans WooCommerce, Réglages, Avancé, API REST, donnez à la clé le droit de lecture (et d’écriture pour les webhooks)",
                "in WooCommerce, Settings, Advanced, REST API, give the key read permission (and write, for webhooks)",
            ),
        ),
        401 if lower.contains("timestamp") || lower.contains("horodatage") => Failure::new(
            FailureKind::Unauthorized,
            say(
                "l’horloge de cette machine et celle de la boutique ne sont pas d’accord",
                "this machine’s clock and the shop’s disagree",
            ),
            say(
                "réglez l’horloge de cette machine, ou connectez la boutique en https",
                "set this machine’s clock, or connect the shop over https",
            ),
        ),
        401 => Failure::new(
            FailureKind::Unauthorized,
            failure.reason.clone(),
            say(
                "recopiez la clé client (ck_…) et son secret (cs_…), ou créez-en dans WooCommerce, Réglages, Avancé, API REST",
                "copy the consumer key (ck_…) and its secret (cs_…) again, or make new ones in WooCommerce, Settings, Advanced, REST API",
            ),
        ),
        403 if told.is_none() => Failure::new(
            FailureKind::Forbidden,
            say(
                "le serveur de la boutique, ou un pare-feu devant elle, refuse l’accès à son API",
                "the shop’s server, or a firewall before it, refuses access to its API",
            ),
            say(
                "demandez à son hébergeur d’autoriser l’API REST de WooCommerce pour cette machine",
                "ask its host to allow WooCommerce’s REST API for this machine",
            ),
        ),
        403 => Failure::new(
            FailureKind::Forbidden,
            failure.reason.clone(),
            say(
                "la clé doit appartenir à un administrateur ou à un gestionnaire de boutique, avec le droit de lecture",
                "the key must belong to an administrator or a shop manager, with read permission",
            ),
        ),
        _ => return Some(failure),
    };
    Some(better.after(failure.retry_after))
}
