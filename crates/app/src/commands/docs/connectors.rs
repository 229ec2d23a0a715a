//! `docs/connectors.md`: field by field what comes over from each platform, made from what each module
//! says of itself, so that the page can't promise more than the code.

use std::fmt::Write;

use comptoir_sources::connector::{Brought, FIELDS_BROUGHT};
use comptoir_sources::{PLATFORMS, Platform};

use crate::i18n::{Lang, t};
use crate::pages::connections::ways::{DOORS, TOKEN, answer, field_words};

pub fn page() -> String {
    let mut page = String::from(
        "# What comes over from where\n\nMade from the code by `make docs`. How to connect each platform, click by click, is in `docs/connectors/`.\n\n\
         ## Platforms that are read\n\n| Platform | Minimum version | What is proven | Webhooks | Missing order numbers are watched |\n|--|--|--|--|--|\n",
    );
    for platform in PLATFORMS {
        let _infallible = writeln!(
            page,
            "| {} | {} | {} | {} | {} |",
            platform.name,
            cell(platform.minimum),
            cell(platform.proven.en),
            yes(platform.webhooks),
            yes(platform.consecutive_numbers)
        );
    }
    page.push_str("\n## Field by field\n\nWhere each field comes from on the platform; “no” says why it does not come.\n\n| Field |");
    for platform in PLATFORMS {
        let _infallible = write!(page, " {} |", platform.name);
    }
    page.push_str("\n|--|");
    page.push_str(&"--|".repeat(PLATFORMS.len()));
    page.push('\n');
    for field in FIELDS_BROUGHT {
        let _infallible = write!(page, "| {} `{field}` |", field_words(Lang::En, field));
        for platform in PLATFORMS {
            let _infallible = write!(page, " {} |", told(answer(platform, field)));
        }
        page.push('\n');
    }
    page.push_str("\n## What each raw status means\n\nA status that is not here is kept and shown, counts as on hold does, and can be given a meaning in the settings.\n\n");
    for platform in PLATFORMS {
        let _infallible = writeln!(page, "**{}**: {}\n", platform.name, statuses(platform));
    }
    page.push_str("## Doors that are pushed to\n\nThe base address is swapped, and nothing else. The token decides the shop:\n\n```sh\n");
    page.push_str(TOKEN);
    page.push_str("\n```\n\n| Door | Address | What it takes | Described in |\n|--|--|--|--|\n");
    for door in &DOORS {
        let name = t(Lang::En, &format!("connections-door-{}", door.id));
        let text = t(Lang::En, &format!("connections-door-{}-text", door.id));
        let _infallible = writeln!(page, "| {name} | `{}` | {text} | `{}` |", door.path, door.docs);
    }
    page
}

fn statuses(platform: &Platform) -> String {
    let all: Vec<String> = platform
        .statuses
        .iter()
        .map(|(raw, class)| format!("`{}` {}", cell(raw), class.id().replace('_', " ")))
        .collect();
    if all.is_empty() { "none is known beforehand".to_owned() } else { all.join(", ") }
}

fn told(told: Option<&Brought>) -> String {
    let Some(Brought { from, note, .. }) = told else { return "not answered".to_owned() };
    match (cell(from), cell(note.en)) {
        (from, note) if from.is_empty() => format!("no: {note}"),
        (from, note) if note.is_empty() => from,
        (from, note) => format!("{from} ({note})"),
    }
}

/// A text that does not end its cell.
fn cell(text: &str) -> String {
    text.trim().replace('|', "\\|").replace('\n', " ")
}

fn yes(is: bool) -> &'static str {
    if is { "yes" } else { "no" }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn generated_pages_are_up_to_date() {
        assert_eq!(page(), include_str!("../../../../../docs/connectors.md"), "run `make docs`");
    }

    /// Each platform answers for each field exactly once, and says why where a field does not come.
    #[test]
    fn s036_every_platform_answers_for_every_field() {
        let mut faults = Vec::new();
        for platform in PLATFORMS {
            if platform.brought.is_empty() {
                faults.push(format!("{} answers for nothing: it is a stub", platform.name));
                continue;
            }
            for field in FIELDS_BROUGHT {
                let told: Vec<&Brought> =
                    platform.brought.iter().filter(|one| one.field == field).collect();
                match told.as_slice() {
                    [one] if one.from.is_empty() && one.note.en.is_empty() => {
                        faults.push(format!(
                            "{}: {field} does not come, and no word why",
                            platform.name
                        ));
                    }
                    [one] if one.note.fr.is_empty() != one.note.en.is_empty() => {
                        faults.push(format!("{}: {field} is told in one language", platform.name));
                    }
                    [_] => {}
                    several => {
                        faults.push(format!(
                            "{}: {field} is answered {} times",
                            platform.name,
                            several.len()
                        ));
                    }
                }
            }
            for one in platform.brought {
                if !FIELDS_BROUGHT.contains(&one.field) {
                    faults.push(format!("{}: {} is no field", platform.name, one.field));
                }
            }
            if platform.minimum.is_empty()
                || platform.proven.fr.is_empty()
                || platform.proven.en.is_empty()
            {
                faults.push(format!("{} does not say its version or its proof", platform.name));
            }
        }
        assert!(faults.is_empty(), "{}", faults.join("\n"));
    }

    #[test]
    fn a_cell_never_ends_its_row() {
        assert_eq!(cell(" a|b\nc "), "a\\|b c");
        assert_eq!(told(None), "not answered");
    }
}
