//! Finds in a text from outside what may name somebody: an address, a telephone number, a name. A near
//! twin's is not taken for it: “anna@…” is not in “joanna@…”, nor “Anne Martin” in “Marianne Martin”.

use std::collections::BTreeSet;

/// Words of a name at most.
const WORDS: usize = 5;

/// Letters of a name that is one word at least: a shorter one is too many other words.
const LETTERS: usize = 5;

/// Whether a text in lower case has the address, and not a longer one of which it is a part.
pub(super) fn tells(text: &str, email: &str) -> bool {
    text.match_indices(email).any(|(from, _)| {
        let (before, after) = (&text[..from], &text[from + email.len()..]);
        let mut after = after.chars();
        let follows = match after.next() {
            Some('.') => after.next(),
            other => other.filter(|c| *c != '_'),
        };
        !before.chars().next_back().is_some_and(is_local)
            && !follows.is_some_and(|c| c.is_alphanumeric() || c == '-')
    })
}

/// Whether a character may stand before the @ of an address.
fn is_local(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '.' | '_' | '%' | '+' | '-')
}

/// The text with its percent signs read, as an address of a page has them; `None`: it has none.
pub(super) fn decoded(text: &str) -> Option<String> {
    if !text.contains('%') {
        return None;
    }
    let bytes = text.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        let read = (byte == b'%')
            .then(|| text.get(at + 1..at + 3))
            .flatten()
            .and_then(|digits| u8::from_str_radix(digits, 16).ok());
        out.push(read.unwrap_or(byte));
        at += if read.is_some() { 3 } else { 1 };
    }
    Some(String::from_utf8_lossy(&out).to_lowercase())
}

/// The digits that stand together, as those of a telephone number do.
pub(super) fn numbers(text: &str) -> impl Iterator<Item = String> + '_ {
    let belongs =
        |c: char| c.is_ascii_digit() || matches!(c, '+' | ' ' | '.' | '-' | '(' | ')' | '/');
    text.split(move |c: char| !belongs(c))
        .map(|run| run.chars().filter(char::is_ascii_digit).collect::<String>())
        .filter(|digits| digits.len() >= 6)
}

/// A name as two writings of it are compared: its words without accents, in alphabetical order, since
/// the last name stands first as often as not. `None`: too little to know anybody by.
pub(super) fn name(name: &str) -> Option<String> {
    let words = words(name);
    let enough = match words.as_slice() {
        [] => false,
        [one] => one.chars().count() >= LETTERS,
        several => several.len() <= WORDS,
    };
    enough.then(|| sorted(&words))
}

/// All that could be a name in a text.
pub(super) fn names(text: &str) -> BTreeSet<String> {
    let words = words(text);
    (1..=WORDS).flat_map(|length| words.windows(length).map(sorted)).collect()
}

fn sorted(words: &[String]) -> String {
    let mut words = words.to_vec();
    words.sort_unstable();
    words.join(" ")
}

fn words(text: &str) -> Vec<String> {
    text.split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(|word| word.chars().flat_map(char::to_lowercase).map(plain).collect())
        .collect()
}

/// A letter without its accent.
fn plain(letter: char) -> char {
    match letter {
        'à' | 'á' | 'â' | 'ã' | 'ä' | 'å' => 'a',
        'ç' => 'c',
        'è' | 'é' | 'ê' | 'ë' => 'e',
        'ì' | 'í' | 'î' | 'ï' => 'i',
        'ñ' => 'n',
        'ò' | 'ó' | 'ô' | 'õ' | 'ö' => 'o',
        'ù' | 'ú' | 'û' | 'ü' => 'u',
        'ý' | 'ÿ' => 'y',
        other => other,
    }
}
