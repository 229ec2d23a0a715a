//! Sizes of files.

use super::number::decimal;
use crate::i18n::Lang;

/// « 12,5 Mo », “12.5 MB”: in thousands, as disks are sold.
pub fn bytes(lang: Lang, bytes: u64) -> String {
    const UNITS: [(&str, &str); 4] = [("o", "bytes"), ("ko", "kB"), ("Mo", "MB"), ("Go", "GB")];
    let mut unit = 0;
    let mut scale = 1_u64;
    while unit + 1 < UNITS.len() && bytes >= scale * 1000 {
        unit += 1;
        scale *= 1000;
    }
    // One decimal under a hundred, none from there on.
    let tenths = bytes.saturating_mul(10).saturating_add(scale / 2) / scale;
    let shown = if tenths < 1000 && unit > 0 { tenths } else { (tenths + 5) / 10 * 10 };
    #[expect(clippy::cast_precision_loss, reason = "shown with one decimal, never added up")]
    let number = decimal(lang, shown as f64 / 10.0, 1);
    let (fr, en) = UNITS[unit];
    let unit = match lang {
        Lang::Fr => fr,
        Lang::En => en,
    };
    format!("{number}\u{a0}{unit}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_read_as_people_write_them() {
        for (size, fr, en) in [
            (0, "0\u{a0}o", "0\u{a0}bytes"),
            (999, "999\u{a0}o", "999\u{a0}bytes"),
            (1_000, "1\u{a0}ko", "1\u{a0}kB"),
            (12_450_000, "12,5\u{a0}Mo", "12.5\u{a0}MB"),
            (165_425_152, "165\u{a0}Mo", "165\u{a0}MB"),
            (2_040_000_000, "2\u{a0}Go", "2\u{a0}GB"),
        ] {
            assert_eq!(
                (bytes(Lang::Fr, size), bytes(Lang::En, size)),
                (fr.to_owned(), en.to_owned())
            );
        }
    }
}
