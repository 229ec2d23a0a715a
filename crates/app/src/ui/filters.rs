//! The filter bar: shop, currency, period, comparison, in one form that is an ordinary `GET`.
//!
//! The page reads `period` first: `custom` means `from` and `to`, anything else overrides them. The same
//! goes for `compare` and `compare_from`/`compare_to`. That rule lets the form work without any script.

use maud::{Markup, html};

use crate::i18n::{Lang, t};
use crate::ui::words;

/// One entry of a list to choose from.
#[derive(Debug, Clone, Default)]
pub struct Choice {
    pub value: String,
    pub label: String,
    pub selected: bool,
}

impl Choice {
    pub fn new(value: impl Into<String>, label: impl Into<String>, selected: bool) -> Self {
        Self { value: value.into(), label: label.into(), selected }
    }
}

/// Two dates as `2026-11-21`, for a range chosen by hand.
#[derive(Debug, Clone, Default)]
pub struct DateRange {
    pub from: String,
    pub to: String,
}

/// The bar and the words under it.
pub struct Filters {
    pub lang: Lang,
    /// Address of the page itself.
    pub action: String,
    /// Parameters of the page that the bar does not show and must not lose.
    pub hidden: Vec<(String, String)>,
    /// Shops; the bar shows them even when there is one, so that it is known whose figures these are.
    pub shops: Vec<Choice>,
    /// Currencies; empty when there is only one.
    pub currencies: Vec<Choice>,
    /// Periods, with `custom` among them.
    pub periods: Vec<Choice>,
    pub custom: DateRange,
    /// Comparisons, with `none` and `custom` among them.
    pub comparisons: Vec<Choice>,
    pub custom_comparison: DateRange,
    /// « Du 23 octobre au 21 novembre 2026 ».
    pub range: String,
    /// « comparé à… »; none without comparison.
    pub comparison_range: Option<String>,
}

impl Filters {
    pub fn render(&self) -> Markup {
        let lang = self.lang;
        html! {
            form.filters method="get" action=(self.action) data-filters {
                @for (name, value) in &self.hidden {
                    input type="hidden" name=(name) value=(value);
                }
                @if !self.shops.is_empty() { (select("shop", &t(lang, "filter-shop"), &self.shops)) }
                @if !self.currencies.is_empty() { (select("currency", &t(lang, "filter-currency"), &self.currencies)) }
                (select("period", &t(lang, "filter-period"), &self.periods))
                (self.dates("from", "to", &self.custom, "filter-period"))
                (select("compare", &t(lang, "filter-compare"), &self.comparisons))
                (self.dates("compare_from", "compare_to", &self.custom_comparison, "filter-compare"))
                button.apply type="submit" { (t(lang, "filter-apply")) }
            }
        }
    }

    /// Both ranges in words; on paper they are the page's subtitle.
    pub fn words(&self) -> Markup {
        html! {
            p.ranges {
                span { (words(&self.range)) }
                @if let Some(comparison) = &self.comparison_range { " " span.against { (words(comparison)) } }
            }
        }
    }

    /// The comparison alone, for the corner of a chart: the same state as the bar's (S016).
    pub fn comparison_corner(&self) -> Markup {
        let chosen = |choices: &[Choice]| {
            choices.iter().find(|choice| choice.selected).map(|choice| choice.value.clone())
        };
        let kept = [
            ("shop", chosen(&self.shops)),
            ("currency", chosen(&self.currencies)),
            ("period", chosen(&self.periods)),
            ("from", Some(self.custom.from.clone())),
            ("to", Some(self.custom.to.clone())),
        ];
        let custom_period = chosen(&self.periods).is_some_and(|value| value == "custom");
        html! {
            form.corner method="get" action=(self.action) data-filters {
                @for (name, value) in &self.hidden { input type="hidden" name=(name) value=(value); }
                @for (name, value) in &kept {
                    @if let Some(value) = value.as_ref().filter(|_| custom_period || !matches!(*name, "from" | "to")) {
                        input type="hidden" name=(name) value=(value);
                    }
                }
                label {
                    span { (t(self.lang, "filter-compare")) } " "
                    select name="compare" {
                        // Two dates need the bar: here a custom comparison can only be left.
                        @for choice in self.comparisons.iter().filter(|choice| choice.selected || choice.value != "custom") {
                            option value=(choice.value) selected[choice.selected] { (choice.label) }
                        }
                    }
                }
                button.apply type="submit" { (t(self.lang, "filter-apply")) }
            }
        }
    }

    fn dates(&self, from: &str, to: &str, range: &DateRange, group: &str) -> Markup {
        let lang = self.lang;
        html! {
            span.dates role="group" aria-label=(t(lang, group)) {
                label.field { span { (t(lang, "filter-from")) } input type="date" name=(from) value=(range.from); }
                label.field { span { (t(lang, "filter-to")) } input type="date" name=(to) value=(range.to); }
            }
        }
    }
}

fn select(name: &str, label: &str, choices: &[Choice]) -> Markup {
    html! {
        label.field {
            span { (label) }
            select name=(name) {
                @for choice in choices {
                    option value=(choice.value) selected[choice.selected] { (choice.label) }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn filters(period: &str) -> Filters {
        Filters {
            lang: Lang::Fr,
            action: "/products".into(),
            hidden: vec![("sort".into(), "-revenue\"><b>".into())],
            shops: vec![Choice::new("ferme", "Ferme", true)],
            currencies: vec![],
            periods: ["30d", "custom"].map(|one| Choice::new(one, one, one == period)).to_vec(),
            custom: DateRange { from: "2026-10-23".into(), to: "2026-11-21".into() },
            comparisons: ["previous", "custom", "none"]
                .map(|one| Choice::new(one, one, one == "none"))
                .to_vec(),
            custom_comparison: DateRange::default(),
            range: "du 1er au 21 novembre 2026".into(),
            comparison_range: None,
        }
    }

    #[test]
    fn s004_the_bar_is_an_ordinary_form_that_keeps_other_parameters() {
        let bar = filters("30d").render().into_string();
        assert!(bar.starts_with("<form class=\"filters\" method=\"get\" action=\"/products\""));
        assert!(bar.contains("name=\"sort\" value=\"-revenue&quot;&gt;&lt;b&gt;\""));
        assert!(bar.contains("type=\"submit\""));
        // One currency: nothing to choose.
        assert!(!bar.contains("name=\"currency\""));
    }

    #[test]
    fn s016_the_corner_keeps_the_period_and_offers_no_dates() {
        let corner = filters("30d").comparison_corner().into_string();
        assert!(corner.contains("name=\"period\" value=\"30d\""));
        assert!(!corner.contains("name=\"from\"") && !corner.contains("value=\"custom\""));
        let corner = filters("custom").comparison_corner().into_string();
        assert!(corner.contains("name=\"from\" value=\"2026-10-23\""));
    }

    #[test]
    fn s008_without_comparison_only_one_range_is_said() {
        let said = filters("30d").words().into_string();
        assert_eq!(
            said,
            "<p class=\"ranges\"><span>du 1<sup>er</sup> au 21 novembre 2026</span></p>"
        );
    }
}
