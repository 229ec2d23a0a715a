//! The weekly mail as mail programs draw it: tables, colours written out, no picture, nothing fetched.

use comptoir_charts::Tone;
use comptoir_charts::paint::LIGHT;
use maud::{DOCTYPE, Markup, html};

use super::{Links, notes, shops, subject, unsubscribe};
use crate::i18n::{Lang, t};
use crate::pages::overview::summary::{Summary, SummaryDay, SummaryFigure};

/// The widest bar.
const BAR: i64 = 300;

const FONT: &str =
    "font-family:system-ui,-apple-system,'Segoe UI',Roboto,Helvetica,Arial,sans-serif";

pub fn write(summary: &Summary, links: Option<&Links>) -> String {
    let lang = summary.lang;
    let body = format!("margin:0;padding:0;background:{};color:{};{FONT}", LIGHT.paper, LIGHT.ink);
    let card = format!(
        "width:100%;max-width:600px;background:{};border:1px solid {}",
        LIGHT.card, LIGHT.line
    );
    let quiet = format!("margin:0 0 6px;font-size:13px;line-height:1.5;color:{}", LIGHT.ink_2);
    html! {
        (DOCTYPE)
        html lang=(lang.code()) {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light only";
                meta name="supported-color-schemes" content="light only";
                title { (subject(summary)) }
            }
            body style=(body) {
                table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0" bgcolor=(LIGHT.paper) {
                    tr { td align="center" style="padding:16px 8px" {
                        table role="presentation" cellpadding="0" cellspacing="0" border="0" width="600" style=(card) {
                            tr { td style="padding:24px 20px 20px" {
                                p style=(quiet) { (shops(summary)) }
                                h1 style="margin:0 0 12px;font-size:20px;line-height:1.3" { (subject(summary)) }
                                p style="margin:0 0 8px;font-size:17px;line-height:1.45" { (summary.sentence) }
                                @if let Some(year) = &summary.year { p style=(quiet) { (year) } }
                                (figures(summary))
                                (columns(summary))
                                @for note in notes(summary) { p style=(quiet) { (note) } }
                                @if let Some(links) = links {
                                    p style="margin:18px 0 4px;font-size:15px" {
                                        a href=(links.page) style={ "color:" (LIGHT.accent) ";font-weight:600" } { (t(lang, "weekly-open")) }
                                    }
                                }
                            } }
                        }
                        p style={ (quiet) ";max-width:600px;padding:14px 8px 0" } {
                            (unsubscribe(lang))
                            @if let Some(links) = links {
                                " " a href=(links.account) style={ "color:" (LIGHT.ink_2) } { (t(lang, "weekly-account")) }
                            }
                        }
                    } }
                }
            }
        }
    }
    .into_string()
}

/// Two a row: a phone has room for two.
fn figures(summary: &Summary) -> Markup {
    html! {
        table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0" style="margin:14px 0 6px" {
            @for pair in summary.figures.chunks(2) {
                tr {
                    @for one in pair { (figure(summary.lang, one)) }
                    @if pair.len() == 1 { td width="50%" {} }
                }
            }
        }
    }
}

fn figure(lang: Lang, one: &SummaryFigure) -> Markup {
    let tone = |tone: Tone| match tone {
        Tone::Good => LIGHT.good,
        Tone::Bad => LIGHT.bad,
        Tone::Neutral => LIGHT.ink_2,
    };
    html! {
        td width="50%" valign="top" style={ "padding:10px 8px 10px 0;border-top:1px solid " (LIGHT.line) } {
            div style={ "font-size:13px;line-height:1.35;color:" (LIGHT.ink_2) } { (one.label) }
            div style="font-size:21px;line-height:1.3;font-weight:600" { (one.value) }
            div style={ "font-size:13px;line-height:1.4;color:" (LIGHT.ink_2) } {
                @if let Some(small) = &one.small_sample { (small) " " }
                @if let Some(change) = &one.change {
                    span style={ "font-weight:600;color:" (tone(change.tone)) } { (change.text) }
                }
                @if let Some(previous) = &one.previous {
                    @if one.change.is_some() { " · " }
                    (crate::i18n::t_args(lang, "weekly-before", &[("value", previous)]))
                }
            }
        }
    }
}

/// Revenue by day: a bar in its parts, and the amount in words beside it.
fn columns(summary: &Summary) -> Markup {
    let lang = summary.lang;
    let longest = summary.days.iter().map(length).max().unwrap_or(0);
    let cell = "padding:4px 8px 4px 0;font-size:14px;line-height:1.3;white-space:nowrap";
    html! {
        table width="100%" cellpadding="0" cellspacing="0" border="0" style={ "margin:10px 0 14px;border-top:1px solid " (LIGHT.line) } {
            caption style="text-align:left;padding:14px 0 8px;font-size:15px;font-weight:600" { (t(lang, "weekly-days")) }
            @for day in &summary.days {
                tr {
                    th scope="row" align="left" width="1%" style={ (cell) ";font-weight:400" } { (day.label) }
                    td style="padding:4px 8px 4px 0" { (bar(day, longest)) }
                    td align="right" width="1%" style={ (cell) ";padding-right:0;font-variant-numeric:tabular-nums" } { (day.amount) }
                }
            }
        }
        p style={ "margin:0 0 14px;font-size:13px;line-height:1.6;color:" (LIGHT.ink_2) } {
            @for part in &summary.parts {
                span style="white-space:nowrap" {
                    span style={ "color:" (part.paint.fixed()) } { "\u{25a0}" }
                    "\u{a0}"
                    (crate::i18n::t_args(lang, "weekly-line", &[("label", &part.label), ("value", &part.amount)]))
                    " (" (part.share) ")"
                }
                br;
            }
        }
    }
}

/// What is drawn of a day: parts below zero have no length.
fn length(day: &SummaryDay) -> i64 {
    day.parts.iter().map(|part| part.minor.max(0)).sum()
}

fn bar(day: &SummaryDay, longest: i64) -> Markup {
    let share = |amount: i64, of: i64| if longest > 0 { amount.max(0) * of / longest } else { 0 };
    let whole = share(length(day), 100);
    html! {
        @if whole > 0 {
            table role="presentation" cellpadding="0" cellspacing="0" border="0" width={ (whole) "%" } style={ "width:" (whole) "%" } {
                tr {
                    @for part in &day.parts {
                        @let (width, colour) = (share(part.minor, BAR), part.paint.fixed());
                        @if width > 0 {
                            td height="16" width=(width) bgcolor=(colour) title=(part.words())
                                style={ "height:16px;font-size:1px;line-height:1px;background:" (colour) } { "\u{a0}" }
                        }
                    }
                }
            }
        }
    }
}
