//! The weekly mail as text: everything that the drawn one says.

use super::{Links, notes, shops, unsubscribe};
use crate::i18n::{t, t_args};
use crate::pages::overview::summary::{Summary, SummaryPart};

pub fn write(summary: &Summary, links: Option<&Links>) -> String {
    let lang = summary.lang;
    let mut lines = vec![
        t_args(lang, "weekly-subject", &[("range", &summary.range)]),
        shops(summary),
        String::new(),
        summary.sentence.clone(),
    ];
    lines.extend(summary.year.clone());
    lines.push(String::new());
    for figure in &summary.figures {
        let mut value = figure.value.clone();
        if let Some(small) = &figure.small_sample {
            value = format!("{value} ({small})");
        }
        let mut line = t_args(lang, "weekly-line", &[("label", &figure.label), ("value", &value)]);
        if let Some(change) = &figure.change {
            line.extend([", ", &change.text]);
        }
        if let Some(previous) = &figure.previous {
            line.extend([" (", &t_args(lang, "weekly-before", &[("value", previous)]), ")"]);
        }
        lines.push(line);
    }
    lines.extend([String::new(), t(lang, "weekly-days")]);
    for day in &summary.days {
        let parts: Vec<String> = day.parts.iter().map(SummaryPart::words).collect();
        let parts =
            if parts.is_empty() { String::new() } else { format!(" ({})", parts.join(", ")) };
        let value = format!("{}{parts}", day.amount);
        lines.push(t_args(lang, "weekly-line", &[("label", &day.label), ("value", &value)]));
    }
    if !summary.parts.is_empty() {
        lines.extend([String::new(), t(lang, "weekly-kinds")]);
    }
    for part in &summary.parts {
        let value = format!("{} ({})", part.amount, part.share);
        lines.push(t_args(lang, "weekly-line", &[("label", &part.label), ("value", &value)]));
    }
    lines.push(String::new());
    lines.extend(notes(summary));
    if let Some(links) = links {
        lines.extend([
            String::new(),
            t_args(
                lang,
                "weekly-line",
                &[("label", &t(lang, "weekly-open")), ("value", &links.page)],
            ),
        ]);
    }
    lines.extend([String::new(), "-- ".to_owned(), unsubscribe(lang)]);
    lines.extend(links.map(|links| links.account.clone()));
    lines.push(String::new());
    lines.join("\n")
}
