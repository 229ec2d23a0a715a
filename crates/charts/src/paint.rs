//! The palette: what a colour means, its name in the style sheet, and its fixed values for paper and mail.
//!
//! The page uses the CSS custom properties (`--new`, `--existing`…); a printed report or a mail cannot,
//! so the same colours exist here as numbers. The tests keep every pair legible in light and dark.

/// The meaning of a drawn series. A meaning, not a colour: the theme decides the colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Paint {
    /// New customers: pink.
    New,
    /// Existing customers: violet, hatched so that colour is never the only cue.
    Existing,
    /// Customers nobody could identify: grey.
    Unknown,
    /// A single series with no customer meaning: the accent.
    Accent,
    /// Earlier years or months beside the current one: told apart by their dashes.
    Previous,
}

impl Paint {
    /// The suffix of the classes and of the custom property of this paint.
    pub fn name(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Existing => "existing",
            Self::Unknown => "unknown",
            Self::Accent => "accent",
            Self::Previous => "previous",
        }
    }

    /// Whether the series is also hatched.
    pub fn hatched(self) -> bool {
        self == Self::Existing
    }

    /// The colour on paper and in mail, where custom properties do not exist.
    pub fn fixed(self) -> &'static str {
        let light = &LIGHT;
        match self {
            Self::New => light.new,
            Self::Existing => light.existing,
            Self::Unknown => light.unknown,
            Self::Accent => light.accent,
            Self::Previous => light.previous,
        }
    }
}

/// One theme's colours, as `#rrggbb`. The field names are the custom properties of the style sheet.
#[derive(Debug, Clone, Copy)]
pub struct Palette {
    pub ink: &'static str,
    pub ink_2: &'static str,
    pub line: &'static str,
    pub paper: &'static str,
    pub card: &'static str,
    pub accent: &'static str,
    pub new: &'static str,
    pub existing: &'static str,
    pub unknown: &'static str,
    pub previous: &'static str,
    pub good: &'static str,
    pub bad: &'static str,
    pub warn: &'static str,
}

/// Ink on warm white.
pub const LIGHT: Palette = Palette {
    ink: "#1c1b20",
    ink_2: "#5d5a64",
    line: "#e3e0da",
    paper: "#faf9f6",
    card: "#ffffff",
    accent: "#2b5797",
    new: "#dd4a92",
    existing: "#6d52cf",
    unknown: "#85828c",
    previous: "#47444e",
    good: "#17744a",
    bad: "#b93232",
    warn: "#8a5600",
};

/// The same page at night.
pub const DARK: Palette = Palette {
    ink: "#ebe9ee",
    ink_2: "#a9a5b2",
    line: "#322f39",
    paper: "#131216",
    card: "#1a191e",
    accent: "#8db4ee",
    new: "#f27bb4",
    existing: "#9783f2",
    unknown: "#8a8793",
    previous: "#c9c6d0",
    good: "#55c592",
    bad: "#f58285",
    warn: "#e3aa4a",
};

impl Palette {
    /// Every custom property with its value, in the order of the style sheet.
    pub fn tokens(&self) -> [(&'static str, &'static str); 13] {
        [
            ("--ink", self.ink),
            ("--ink-2", self.ink_2),
            ("--line", self.line),
            ("--paper", self.paper),
            ("--card", self.card),
            ("--accent", self.accent),
            ("--new", self.new),
            ("--existing", self.existing),
            ("--unknown", self.unknown),
            ("--previous", self.previous),
            ("--good", self.good),
            ("--bad", self.bad),
            ("--warn", self.warn),
        ]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Relative luminance, WCAG 2.2 (<https://www.w3.org/TR/WCAG22/#dfn-relative-luminance>).
    fn luminance(colour: &str) -> f64 {
        let channel = |at: usize| {
            let value = f64::from(u8::from_str_radix(&colour[at..at + 2], 16).unwrap()) / 255.0;
            if value <= 0.04045 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
        };
        0.2126 * channel(1) + 0.7152 * channel(3) + 0.0722 * channel(5)
    }

    fn contrast(one: &str, other: &str) -> f64 {
        let (a, b) = (luminance(one), luminance(other));
        (a.max(b) + 0.05) / (a.min(b) + 0.05)
    }

    #[test]
    fn contrast_follows_wcag() {
        assert!((contrast("#000000", "#ffffff") - 21.0).abs() < 0.001);
        // The grey that WCAG tutorials call the lightest with 4.5:1 on white.
        assert!((contrast("#767676", "#ffffff") - 4.54).abs() < 0.01);
    }

    #[test]
    fn s019_series_stand_out_from_their_background_in_both_themes() {
        for (theme, palette) in [("light", LIGHT), ("dark", DARK)] {
            for ground in [palette.card, palette.paper] {
                for series in [
                    palette.new,
                    palette.existing,
                    palette.unknown,
                    palette.previous,
                    palette.accent,
                ] {
                    let found = contrast(series, ground);
                    assert!(found >= 3.0, "{theme}: {series} on {ground} is {found:.2}:1");
                }
            }
        }
    }

    #[test]
    fn text_is_legible_in_both_themes() {
        for (theme, palette) in [("light", LIGHT), ("dark", DARK)] {
            for ground in [palette.card, palette.paper] {
                for text in [
                    palette.ink,
                    palette.ink_2,
                    palette.accent,
                    palette.good,
                    palette.bad,
                    palette.warn,
                ] {
                    let found = contrast(text, ground);
                    assert!(found >= 4.5, "{theme}: {text} on {ground} is {found:.2}:1");
                }
            }
        }
    }
}
