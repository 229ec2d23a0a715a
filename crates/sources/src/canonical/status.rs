//! Status words that need no mapping: our nine classes, and what shops usually write.

use comptoir_model::Class;

const WORDS: &[(&str, Class)] = &[
    ("paid", Class::Paid),
    ("payé", Class::Paid),
    ("payée", Class::Paid),
    ("paye", Class::Paid),
    ("payee", Class::Paid),
    ("payment accepted", Class::Paid),
    ("paiement accepté", Class::Paid),
    ("processing", Class::Paid),
    ("en cours", Class::Paid),
    ("en préparation", Class::Paid),
    ("completed", Class::Fulfilled),
    ("complete", Class::Fulfilled),
    ("terminé", Class::Fulfilled),
    ("terminée", Class::Fulfilled),
    ("shipped", Class::Fulfilled),
    ("expédié", Class::Fulfilled),
    ("expédiée", Class::Fulfilled),
    ("delivered", Class::Fulfilled),
    ("livré", Class::Fulfilled),
    ("livrée", Class::Fulfilled),
    ("unpaid", Class::Pending),
    ("en attente", Class::Pending),
    ("en attente de paiement", Class::Pending),
    ("on-hold", Class::OnHold),
    ("on hold", Class::OnHold),
    ("canceled", Class::Cancelled),
    ("annulé", Class::Cancelled),
    ("annulée", Class::Cancelled),
    ("échoué", Class::Failed),
    ("échouée", Class::Failed),
    ("refusé", Class::Failed),
    ("refusée", Class::Failed),
    ("remboursé", Class::Refunded),
    ("remboursée", Class::Refunded),
    ("brouillon", Class::Draft),
    ("trash", Class::Deleted),
    ("supprimée", Class::Deleted),
];

/// The class of a raw status, when the word leaves no doubt.
pub(crate) fn class_of(raw: &str) -> Option<Class> {
    let word = raw.trim().to_lowercase();
    let word = word.strip_prefix("wc-").unwrap_or(&word);
    word.parse()
        .ok()
        .or_else(|| WORDS.iter().find(|(known, _)| *known == word).map(|(_, class)| *class))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn usual_words_have_a_class_and_others_none() {
        assert_eq!(class_of("on_hold"), Some(Class::OnHold));
        assert_eq!(class_of(" Payée "), Some(Class::Paid));
        assert_eq!(class_of("wc-completed"), Some(Class::Fulfilled));
        assert_eq!(class_of("mystère"), None);
    }
}
