//! A page that stands still: what a page of figures says, without anything that leads elsewhere, sends
//! something or goes on by itself. It is done to the finished page, so that no link that a page has
//! tomorrow can be forgotten.

/// Parts that only lead elsewhere, by the name of their element.
const GONE: [&str; 3] = ["form", "nav", "template"];

/// The same, by a class of theirs: choices of a view, files, « Voir tout », menus, searches.
const GONE_CLASSES: [&str; 8] =
    ["all", "action", "button", "files", "filter-form", "menu-button", "product-tools", "segments"];

/// Attributes that make a browser go, fetch or send. Those of what the script does with what is there,
/// as the tooltip of a chart, stay.
const DEAD: [&str; 10] = [
    "action",
    "data-live",
    "data-poll",
    "data-upload",
    "formaction",
    "href",
    "ping",
    "src",
    "target",
    "xlink:href",
];

/// Elements without an end.
const VOID: [&str; 6] = ["br", "hr", "img", "input", "meta", "link"];

/// Takes the life out of a page that our own templates have drawn: their `<` and `>` are always those
/// of an element, since texts and values are escaped.
pub fn still(page: &str) -> String {
    let page = told(&placed(page));
    let mut kept = String::with_capacity(page.len());
    // The element that is being left out, and how deep in elements of its name one is.
    let mut gone: Option<(String, usize)> = None;
    let mut rest = page.as_str();
    while let Some(start) = rest.find('<') {
        let (text, tagged) = rest.split_at(start);
        let end = tagged.find('>').map_or(tagged.len(), |end| end + 1);
        let (tag, after) = tagged.split_at(end);
        if gone.is_none() {
            kept.push_str(text);
        }
        gone = match gone {
            Some((name, depth)) => left_out(name, depth, tag),
            // What takes a filter away has no other words.
            None if is_gone(tag) || (name(tag) == "a" && after.starts_with('×')) => {
                (!VOID.contains(&name(tag))).then(|| (name(tag).to_owned(), 1))
            }
            None => {
                kept.push_str(&stilled(tag));
                None
            }
        };
        rest = after;
    }
    kept.push_str(rest);
    kept
}

/// Where one is among the rows is told beside the links that turn the page: it is no navigation without
/// them.
fn placed(page: &str) -> String {
    const PAGING: &str = "<nav class=\"paging\"";
    let mut parts = page.split(PAGING);
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |page, part| {
        page + "<div class=\"paging\"" + &part.replacen("</nav>", "</div>", 1)
    })
}

/// The calculation mode is chosen in a form; here it is told.
fn told(page: &str) -> String {
    const STATUS: &str = "<div class=\"status\">";
    let Some((before, status)) = page.split_once(STATUS) else { return page.to_owned() };
    let Some((form, after)) = status.split_once("</form>") else { return page.to_owned() };
    let mut said = String::new();
    for label in form.split("<label>").skip(1) {
        let words = label.split_once("<span>").and_then(|(_, rest)| rest.split_once("</span>"));
        let chosen =
            label.split_once(" selected>").and_then(|(_, rest)| rest.split_once("</option>"));
        if let (Some((words, _)), Some((chosen, _))) = (words, chosen) {
            said.extend(["<span>", words, " ", chosen, "</span>"]);
        }
    }
    [before, STATUS, &said, after].concat()
}

/// Where one is after a tag inside of what is left out.
fn left_out(gone: String, depth: usize, tag: &str) -> Option<(String, usize)> {
    let depth = match tag.strip_prefix("</") {
        Some(end) if end.trim_end_matches('>') == gone => depth - 1,
        None if name(tag) == gone => depth + 1,
        _ => depth,
    };
    (depth > 0).then_some((gone, depth))
}

/// The element's name.
fn name(tag: &str) -> &str {
    let inner = tag.trim_start_matches('<');
    inner.split([' ', '>', '/', '\n']).next().unwrap_or("")
}

fn is_gone(tag: &str) -> bool {
    if tag.starts_with("</") {
        return false;
    }
    let classes = value(tag, "class").unwrap_or("");
    let turns = matches!(value(tag, "rel"), Some("prev" | "next"));
    turns
        || GONE.contains(&name(tag))
        || classes.split(' ').any(|class| GONE_CLASSES.contains(&class))
}

/// The value of an attribute.
fn value<'t>(tag: &'t str, attribute: &str) -> Option<&'t str> {
    let start = tag.find(&format!(" {attribute}=\""))? + attribute.len() + 3;
    tag.get(start..)?.split('"').next()
}

/// A tag without what makes a browser go; a place on the same page may still be gone to.
fn stilled(tag: &str) -> String {
    let mut tag = tag.to_owned();
    for attribute in DEAD {
        let Some(value) = value(&tag, attribute) else { continue };
        if attribute == "href" && value.starts_with('#') {
            continue;
        }
        tag = tag.replace(&format!(" {attribute}=\"{value}\""), "");
    }
    tag
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn s086_nothing_on_a_page_that_stands_still_leads_anywhere() {
        let check = |page: &str, kept: &str| assert_eq!(still(page), kept, "{page}");
        check("<p>12 480 €</p>", "<p>12 480 €</p>");
        check("<p><a href=\"/orders?x=1\">214</a></p>", "<p><a>214</a></p>");
        check("<a href=\"#orders\">214</a>", "<a href=\"#orders\">214</a>");
        check(
            "<a class=\"hit\" href=\"/explain\" tabindex=\"0\"></a>",
            "<a class=\"hit\" tabindex=\"0\"></a>",
        );
        check("<form action=\"/\"><p>x</p></form><p>y</p>", "<p>y</p>");
        check("<div class=\"segments wide\"><div>a</div></div><div>b</div>", "<div>b</div>");
        check("<details class=\"menu-button\" data-menu><summary>⋯</summary></details>z", "z");
        check("<ul data-live=\"/live\"><li>1</li></ul>", "<ul><li>1</li></ul>");
        check("<p>a &lt;form&gt; b</p>", "<p>a &lt;form&gt; b</p>");
        check("<a class=\"all\" href=\"/orders\">Voir tout</a>!", "!");
        check(
            "<div class=\"status\"><form><label><span>Mode :</span> <select><option>a</option><option selected>b</option></select></label></form><span>c</span></div>",
            "<div class=\"status\"><span>Mode : b</span><span>c</span></div>",
        );
        check(
            "<nav class=\"paging\"><span>1–50 sur 71</span><a rel=\"next\" href=\"/products?page=2\">Suivant</a></nav>",
            "<div class=\"paging\"><span>1–50 sur 71</span></div>",
        );
        check("<span>CA<a href=\"/products\">×</a></span>", "<span>CA</span>");
        check("text alone", "text alone");
        check("<p>cut", "<p>cut");
        check("<form>never closed <p>x</p>", "");
    }
}
