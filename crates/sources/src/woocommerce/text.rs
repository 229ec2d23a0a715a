//! Names as people read them: `WordPress` keeps some with HTML entities (`Thés &amp; cafés`).

use crate::wire::Object;

/// Entities that titles and term names carry.
const NAMED: &[(&str, char)] = &[
    ("amp", '&'),
    ("lt", '<'),
    ("gt", '>'),
    ("quot", '"'),
    ("apos", '\''),
    ("nbsp", ' '),
    ("times", '×'),
];

/// A text member of a record, its entities read.
pub(super) fn name_of(row: &Object<'_>, name: &str) -> Option<String> {
    row.text(name).map(|text| plain(&text))
}

pub(super) fn plain(text: &str) -> String {
    let mut read = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        read.push_str(&rest[..at]);
        rest = &rest[at..];
        let entity = rest.find(';').filter(|end| *end < 12);
        let found = entity.and_then(|end| character(&rest[1..end]).map(|one| (one, end)));
        let (one, end) = found.unwrap_or(('&', 0));
        read.push(one);
        rest = &rest[end + 1..];
    }
    read.push_str(rest);
    read
}

fn character(entity: &str) -> Option<char> {
    if let Some(number) = entity.strip_prefix('#') {
        let code = match number.strip_prefix(['x', 'X']) {
            Some(hex) => u32::from_str_radix(hex, 16).ok()?,
            None => number.parse().ok()?,
        };
        return char::from_u32(code).filter(|one| !one.is_control());
    }
    NAMED.iter().find(|(name, _)| *name == entity).map(|(_, one)| *one)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entities_are_read_once_and_other_ampersands_stay() {
        for (written, read) in [
            ("Thés &amp; cafés", "Thés & cafés"),
            ("L&#8217;été &#xe9;", "L’été é"),
            ("A & B; C&D", "A & B; C&D"),
            ("&amp;amp; &unknown;", "&amp; &unknown;"),
            ("fin &", "fin &"),
        ] {
            assert_eq!(plain(written), read);
        }
    }
}
