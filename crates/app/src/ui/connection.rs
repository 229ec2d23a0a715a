//! One connection in full: what the platform says of the shop, what was refused, how our figures stand
//! beside its own, and what can be set.

use maud::{Markup, html};

use crate::i18n::{Lang, t};
use crate::ui::Link;
use crate::ui::connections::Connection;
use crate::ui::platforms::{Asked, private_box};

/// A table of texts, and the columns that hold numbers.
#[derive(Debug, Clone, Default)]
pub struct Plain {
    pub caption: String,
    pub head: Vec<String>,
    pub rows: Vec<Vec<String>>,
    /// From this column on, numbers.
    pub numbers_from: usize,
}

impl Plain {
    fn render(&self) -> Markup {
        html! {
            div.scroll tabindex="0" role="region" aria-label=(self.caption) {
                table.data.plain.said {
                    caption.sr { (self.caption) }
                    thead { tr {
                        @for (index, one) in self.head.iter().enumerate() {
                            th scope="col" class=[(index >= self.numbers_from).then_some("n")] { (one) }
                        }
                    } }
                    tbody { @for row in &self.rows { tr {
                        @for (index, cell) in row.iter().enumerate() {
                            @if index == 0 {
                                th scope="row" dir="auto" { (cell) }
                            } @else {
                                td dir="auto" class=[(index >= self.numbers_from).then_some("n")] { (cell) }
                            }
                        }
                    } } }
                }
            }
        }
    }
}

/// A part of the page: words, a table, and what can be asked for.
#[derive(Debug, Clone, Default)]
pub struct Part {
    pub id: &'static str,
    pub title: String,
    pub text: String,
    /// Facts in two columns.
    pub facts: Vec<(String, String)>,
    pub lines: Vec<String>,
    pub table: Option<Plain>,
    pub under: Vec<String>,
    pub link: Option<Link>,
    /// Words of a button and where it posts.
    pub ask: Option<(String, String)>,
}

impl Part {
    fn render(&self) -> Markup {
        html! {
            section aria-labelledby=(self.id) {
                h2 id=(self.id) { (self.title) }
                @if !self.text.is_empty() { p.note { (self.text) } }
                @if !self.facts.is_empty() {
                    dl.platform-says {
                        @for (label, value) in &self.facts { div { dt { (label) } dd dir="auto" { (value) } } }
                    }
                }
                @for line in &self.lines { p dir="auto" { (line) } }
                @if let Some(table) = &self.table { (table.render()) }
                @for line in &self.under { p.note { (line) } }
                @if let Some(link) = &self.link { p { a.action href=(link.href) { (link.label) } } }
                @if let Some((words, action)) = &self.ask {
                    form.actions method="post" action=(action) { button type="submit" { (words) } }
                }
            }
        }
    }
}

/// What can be set.
#[derive(Debug, Clone, Default)]
pub struct Settings {
    /// `/connections/7`.
    pub action: String,
    pub minutes: Asked,
    pub access: Vec<Asked>,
    pub private: Option<bool>,
    /// The part that was sent and came back with a fault stands open.
    pub access_open: bool,
    pub remove_open: bool,
    pub remove_fault: Option<String>,
}

impl Settings {
    fn render(&self, lang: Lang) -> Markup {
        html! {
            section aria-labelledby="set" {
                h2 id="set" { (t(lang, "connection-settings")) }
                form.connect method="post" action={ (self.action) "/settings" } {
                    (self.minutes.render())
                    p.actions { button type="submit" { (t(lang, "connection-save")) } }
                }
                details open[self.access_open] {
                    summary.action { (t(lang, "connection-replace")) }
                    form.connect method="post" action={ (self.action) "/access" } {
                        p.note { (t(lang, "connection-replace-text")) }
                        @for field in &self.access { (field.render()) }
                        @if let Some(private) = self.private { (private_box(lang, private)) }
                        p.actions { button type="submit" { (t(lang, "connection-replace-do")) } }
                    }
                }
                details open[self.remove_open] {
                    summary.action { (t(lang, "connection-remove")) }
                    form.connect method="post" action={ (self.action) "/remove" } {
                        p.note { (t(lang, "connection-remove-text")) }
                        @if let Some(fault) = &self.remove_fault { p.error role="alert" { (fault) } }
                        label.check {
                            input type="checkbox" name="sure" value="1" required;
                            span { (t(lang, "connection-remove-sure")) }
                        }
                        p.actions { button type="submit" { (t(lang, "connection-remove-do")) } }
                    }
                }
            }
        }
    }
}

/// The whole page.
pub struct Page {
    pub lang: Lang,
    pub notice: Option<String>,
    pub problem: Option<String>,
    pub card: Connection,
    /// One under the other, over the whole width.
    pub parts: Vec<Part>,
    /// Beneath them: on one side these and the settings, on the other what came in.
    pub asides: Vec<Part>,
    pub past: Part,
    pub settings: Settings,
}

impl Page {
    pub fn render(&self) -> Markup {
        html! {
            @if let Some(notice) = &self.notice { p.saved role="status" { (notice) } }
            @if let Some(problem) = &self.problem { p.error role="alert" { (problem) } }
            div.connections { (self.card.render(self.lang)) }
            div.connection-parts {
                @for part in &self.parts { (part.render()) }
                div.two-sides {
                    div { @for part in &self.asides { (part.render()) } (self.settings.render(self.lang)) }
                    div { (self.past.render()) }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_platform_sent_is_text() {
        let part = Part {
            id: "refused",
            table: Some(Plain {
                caption: "Refusés".into(),
                head: vec!["Champ".into()],
                rows: vec![vec!["<b>total</b>".into(), "<script>".into()]],
                numbers_from: 9,
            }),
            ..Part::default()
        };
        let drawn = part.render().into_string();
        assert!(!drawn.contains("<script>") && drawn.contains("&lt;b&gt;total"), "{drawn}");
    }

    #[test]
    fn removing_asks_to_be_confirmed() {
        let settings = Settings { action: "/connections/7".into(), ..Settings::default() };
        let drawn = settings.render(Lang::Fr).into_string();
        assert!(drawn.contains("name=\"sure\" value=\"1\" required"), "{drawn}");
    }
}
