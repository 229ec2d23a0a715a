//! What a change of revenue is made of: each effect in a sentence; a comparison to choose when there is none.

use comptoir_metrics::bridge::Effect;
use maud::{Markup, html};

use crate::i18n::{Lang, t};
use crate::ui::Link;

/// The effects of a chart, each with what it means.
pub fn meanings(lang: Lang, effects: impl Iterator<Item = Effect>) -> Markup {
    html! {
        dl.meanings aria-label=(t(lang, "why-meanings")) {
            @for effect in effects {
                div {
                    dt { (t(lang, &format!("why-effect-{}", effect.id()))) }
                    dd { (t(lang, &format!("why-means-{}", effect.id()))) }
                }
            }
        }
    }
}

/// Nothing to compare with: what to do about it.
pub fn offer(lang: Lang, choices: &[Link]) -> Markup {
    html! {
        div.empty.offer {
            h2 { (t(lang, "why-none")) }
            p { (t(lang, "why-none-text")) }
            p { @for choice in choices { a.button href=(choice.href) { (choice.label) } " " } }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_effect_has_a_name_and_a_meaning_in_both_languages() {
        for lang in Lang::ALL {
            for effect in [
                Effect::Orders,
                Effect::Basket,
                Effect::Refunds,
                Effect::NewCustomers,
                Effect::ExistingCustomers,
                Effect::UnidentifiedCustomers,
                Effect::NewProducts,
                Effect::DroppedProducts,
                Effect::Volume,
                Effect::Mix,
                Effect::Price,
                Effect::Unpriced,
                Effect::OtherLines,
                Effect::Discounts,
                Effect::Shipping,
                Effect::Fees,
                Effect::Tax,
                Effect::TotalOnly,
            ] {
                for kind in ["effect", "means"] {
                    let id = format!("why-{kind}-{}", effect.id());
                    assert_ne!(t(lang, &id), id);
                }
            }
        }
    }

    #[test]
    fn effects_are_told_in_their_order() {
        let drawn = meanings(Lang::Fr, [Effect::Volume, Effect::Mix].into_iter()).into_string();
        assert!(drawn.find("Effet volume").unwrap() < drawn.find("Effet mix").unwrap());
    }
}
