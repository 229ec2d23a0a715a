//! `docs/rights.md`: who may see and do what, made from the roles, the rights and the declared routes,
//! so that the page can't promise another thing than the server does.

use std::fmt::Write;

use crate::access::{Declared, Need, ROLES, Right, Role};
use crate::i18n::Lang;
use crate::server;

const HEAD: &str = "\
# Who may see and do what

Made from the code by `make docs`. Every route of the server declares the right that it needs, and a request without
it never reaches the handler. A role is a set of rights, limited to all or some of the shops: another shop’s orders,
customers and connections do not exist for whoever may not see it (404).

Where a role lacks “identities in clear”, names are shown as initials, e-mail addresses and telephone numbers by their
first and last characters, and places by region and country, on pages, in files and in live activity alike; and lists
are neither searched nor sorted by what is masked. Preparation sees the name and place of delivery of orders to ship,
on its own page only. The addresses of a segment’s persons leave as a file only after a form that asks for the purpose.

## Roles and rights

";

pub fn page() -> String {
    let mut page = HEAD.to_owned();
    page.push_str("| Right | Droit |");
    for role in &ROLES {
        let _infallible = write!(page, " {}<br>{} |", role.label(Lang::En), role.label(Lang::Fr));
    }
    page.push_str("\n|--|--|");
    page.push_str(&"--|".repeat(ROLES.len()));
    page.push('\n');
    for right in Right::ALL {
        let _infallible = write!(page, "| {} | {} |", right.label(Lang::En), right.label(Lang::Fr));
        for role in &ROLES {
            page.push_str(mark(role, right));
        }
        page.push('\n');
    }
    page.push_str("\n## First pages\n\n| Role | Rôle | Opens |\n|--|--|--|\n");
    for role in &ROLES {
        let _infallible = writeln!(
            page,
            "| {} | {} | `{}` |",
            role.label(Lang::En),
            role.label(Lang::Fr),
            role.first_page
        );
    }
    page.push_str(
        "\n## What each right allows\n\n| Right | In English | En français |\n|--|--|--|\n",
    );
    for right in Right::ALL {
        let _infallible = writeln!(
            page,
            "| `{}` | {} | {} |",
            right.id(),
            right.sentence(Lang::En),
            right.sentence(Lang::Fr)
        );
    }
    page.push_str("\n## Every route\n\n| Method | Path | Needs |\n|--|--|--|\n");
    let routes = server::routes();
    let mut all: Vec<&Declared> = routes.declared().iter().collect();
    all.sort_by_key(|route| (route.path.clone(), route.method));
    for route in all {
        let _infallible =
            writeln!(page, "| {} | `{}` | {} |", route.method, route.path, need(route.need));
    }
    page
}

fn mark(role: &Role, right: Right) -> &'static str {
    if role.rights.has(right) { " ✓ |" } else { " |" }
}

fn need(need: Need) -> String {
    match need {
        Need::Nothing => "nothing".to_owned(),
        Need::Account => "an account".to_owned(),
        Need::OwnProof => "its own proof (signature or token)".to_owned(),
        Need::May(right) => format!("`{}`", right.id()),
        Need::Both(one, other) => format!("`{}` and `{}`", one.id(), other.id()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn generated_pages_are_up_to_date() {
        assert_eq!(page(), include_str!("../../../../../docs/rights.md"), "run `make docs`");
    }
}
