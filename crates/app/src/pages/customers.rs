//! Customers: the list, and one of them in full.

use axum::extract::Form;
use axum::http::{HeaderMap, Uri};
use axum::response::Response;
use comptoir_metrics::customers::{Customer, Expected, Group, List, Sort, Wanted, list};
use comptoir_metrics::nearest::nearest;
use comptoir_metrics::rfm::Segment as Scored;
use comptoir_metrics::{QueryError, metric};
use jiff::civil::Date;
use maud::{Markup, html};

use super::export::file;
use super::form::Fields;
use super::frame::{PageError, page, shell};
use super::paging::{ROWS, anew, number, paging};
use super::segment::{self, Asked, Segment};
use super::view::{View, capital};
use crate::access::{Desk, Identities, Of, Right, Routes};
use crate::export::{Sheet, Value};
use crate::format;
use crate::i18n::{Lang, t, t_args};
use crate::ui::card::empty;
use crate::ui::filters::Choice;
use crate::ui::listing::{Listing, outside, outside_link};
use crate::ui::pages::Head;
use crate::ui::search::{Field, Search};
use crate::ui::table::{self, Column, Order};
use crate::ui::{Link, Segment as Tab, segments};

mod one;

const PATH: &str = "/customers";

const OWN: [&str; 5] = ["q", "group", "segment", "sort", "page"];

/// More customers than a file should hold.
const ALL: usize = 1_000_000;

pub fn routes() -> Routes {
    Routes::new()
        .get(PATH, Right::Customers, handle)
        .get("/customers.csv", (Right::Customers, Right::Export), export)
        .get("/customers.xlsx", (Right::Customers, Right::Export), export)
        .get(segment::CUSTOMERS, (Right::Customers, Right::SegmentExport), ask_purpose)
        .post(segment::CUSTOMERS, (Right::Customers, Right::SegmentExport), export_segment)
        .get("/customers/{person}", Right::Customers, one::handle)
}

async fn handle(app: Desk, uri: Uri, headers: HeaderMap) -> Response {
    page(app, headers, uri.to_string(), |app, lang, here| {
        let (snapshot, context) = app.read()?;
        let view = View::read(here, PATH, &OWN, &context, lang, app.visitor.rights)?;
        let number = number(&view)?;
        let mut wanted = wanted(&view)?;
        wanted.offset = (number - 1) * ROWS;
        wanted.limit = ROWS;
        let found = list(&snapshot, &view.query, &wanted, &context)?;
        let facts = app.facts(&snapshot)?;
        let filters = view.bar();
        let status = view.status(&facts, None);
        let title = t(lang, "nav-customers");
        let head = Head {
            title: title.clone(),
            sentence: Some(sentence(&view, &found)),
            filters: &filters,
            status: Some(&status),
        };
        let body = html! {
            (head.render())
            @if let Some(short) = view.short_history() { p.notice { (capital(&short)) "." } }
            (presets(&view, &wanted))
            (search(&view, &found).render())
            @if !view.query.filters.is_empty() { p.notice { (t(lang, "customers-no-conditions")) } }
            @if found.count == 0 {
                (nothing(&view))
            } @else {
                (table(&view, &wanted, &found, number).render())
                @if view.may(Right::SegmentExport) {
                    (segment::offer(lang, &view.here().replacen(PATH, segment::CUSTOMERS, 1)))
                }
            }
            @if let Some(note) = view.identities().note() { p.note { (t(lang, note)) } }
            (rules(lang, &found))
        };
        Ok(shell(app, lang, "nav-customers-list", &title, &view.here(), body))
    })
    .await
}

async fn export(app: Desk, uri: Uri, headers: HeaderMap) -> Response {
    file(app, headers, uri.to_string(), |app, lang, here| {
        let (snapshot, context) = app.read()?;
        let view = View::read(here, PATH, &OWN, &context, lang, app.visitor.rights)?;
        let mut wanted = wanted(&view)?;
        wanted.limit = ALL;
        let found = list(&snapshot, &view.query, &wanted, &context)?;
        Ok::<_, PageError>(sheet(&view, &found, view.identities()))
    })
    .await
}

/// The form that asks why the addresses of these customers are wanted.
async fn ask_purpose(app: Desk, uri: Uri, headers: HeaderMap) -> Response {
    segment::ask(app, uri, headers, segment::CUSTOMERS, persons).await
}

async fn export_segment(app: Desk, headers: HeaderMap, Form(fields): Form<Fields>) -> Response {
    segment::take(app, headers, fields, segment::CUSTOMERS, persons).await
}

/// The customers of the list, with their addresses.
fn persons(asked: &Asked<'_>) -> Result<Segment, PageError> {
    let context = asked.context;
    let view = View::read(asked.here, PATH, &OWN, context, asked.lang, asked.rights)?;
    let mut wanted = wanted(&view)?;
    wanted.limit = asked.most;
    let found = list(asked.snapshot, &view.query, &wanted, context)?;
    let parts = [wanted.group.map(Group::id), wanted.segment.map(Scored::id)];
    let label = [
        wanted.group.map(|group| group_label(asked.lang, group)),
        wanted.segment.map(|segment| segment_label(asked.lang, segment)),
    ];
    let id = parts.into_iter().flatten().collect::<Vec<_>>().join("+");
    Ok(Segment {
        id: if id.is_empty() { "all".to_owned() } else { id },
        label: label.into_iter().flatten().collect::<Vec<_>>().join(", "),
        count: found.count,
        back: view.here(),
        shop: view.query.shop.as_deref().and_then(|slug| context.shop(slug)).map(|shop| shop.id),
        sheet: sheet(&view, &found, Identities::WHOLE),
    })
}

fn wanted(view: &View<'_>) -> Result<Wanted, QueryError> {
    let own = |name: &str| view.own(name).map(str::trim).filter(|value| !value.is_empty());
    let unknown = |name: &str, value: &str, known: &[&'static str]| {
        QueryError::new(name, value, format!("use {}", known.join(", "))).with_nearest(
            nearest(value, known.iter().copied())
                .or_else(|| known.first().map(|one| (*one).to_owned())),
        )
    };
    let hidden = view.identities().hidden();
    if let Some(words) = own("q").filter(|_| hidden.names()) {
        return Err(QueryError::new("q", words, "names are masked for your role"));
    }
    let mut wanted = Wanted { search: own("q").map(str::to_owned), hidden, ..Wanted::default() };
    if let Some(value) = own("group") {
        let group = Group::ALL.into_iter().find(|group| group.id() == value);
        wanted.group =
            Some(group.ok_or_else(|| unknown("group", value, &Group::ALL.map(Group::id)))?);
    }
    if let Some(value) = own("segment") {
        let segment = Scored::ALL.into_iter().find(|segment| segment.id() == value);
        wanted.segment =
            Some(segment.ok_or_else(|| unknown("segment", value, &Scored::ALL.map(Scored::id)))?);
    }
    if let Some(text) = own("sort") {
        let (id, ascending) = text.strip_prefix('-').map_or((text, true), |id| (id, false));
        let sort = Sort::ALL.into_iter().find(|sort| sort.id() == id);
        wanted.sort = sort.ok_or_else(|| unknown("sort", id, &Sort::ALL.map(Sort::id)))?;
        wanted.ascending = ascending;
    }
    Ok(wanted)
}

fn sentence(view: &View<'_>, found: &List) -> String {
    let lang = view.lang;
    let count = match found.count {
        0 => t(lang, "customers-none-found"),
        1 => t(lang, "customers-one"),
        count => t_args(lang, "customers-count", &[("count", &format::integer(lang, count))]),
    };
    let day = t_args(lang, "customers-as-of", &[("day", &format::day(lang, found.as_of))]);
    format!("{count} · {day}")
}

/// Best customers and most loyal customers (S107), then whoever came last.
fn presets(view: &View<'_>, wanted: &Wanted) -> Markup {
    let lang = view.lang;
    let plain = wanted.group.is_none() && wanted.segment.is_none() && wanted.search.is_none();
    let tabs: Vec<Tab> = [
        ("customers-best", Sort::Revenue),
        ("customers-loyal", Sort::Orders),
        ("customers-latest", Sort::Last),
    ]
    .into_iter()
    .map(|(words, sort)| {
        let current = plain && wanted.sort == sort && !wanted.ascending;
        let href = format!("{PATH}?{}&sort=-{}", view.filters_text(), sort.id());
        Tab::new(t(lang, words), href, current)
    })
    .collect();
    html! { div.presets { (segments(&t(lang, "customers-presets"), &tabs)) } }
}

fn search(view: &View<'_>, found: &List) -> Search {
    let lang = view.lang;
    let chosen = |name: &str| view.own(name).unwrap_or_default().to_owned();
    let with_count = |label: String, count: i64| {
        t_args(
            lang,
            "customers-choice",
            &[("label", &label), ("count", &format::integer(lang, count))],
        )
    };
    let (group, segment) = (chosen("group"), chosen("segment"));
    let any = |empty: bool| Choice::new("", t(lang, "list-any"), empty);
    let groups = found.groups.iter().map(|(one, count)| {
        Choice::new(one.id(), with_count(group_label(lang, *one), *count), one.id() == group)
    });
    let parts = found.segments.iter().map(|(one, count)| {
        Choice::new(one.id(), with_count(segment_label(lang, *one), *count), one.id() == segment)
    });
    let fields = vec![
        Field::Select(
            "group",
            t(lang, "customers-group"),
            std::iter::once(any(group.is_empty())).chain(groups).collect(),
        ),
        Field::Select(
            "segment",
            t(lang, "customers-segment"),
            std::iter::once(any(segment.is_empty())).chain(parts).collect(),
        ),
    ];
    let narrowed = !chosen("q").is_empty() || !group.is_empty() || !segment.is_empty();
    Search {
        lang,
        action: PATH.to_owned(),
        hidden: view.hidden(&["q", "group", "segment", "page"]),
        words: chosen("q"),
        placeholder: (!view.identities().hidden().names())
            .then(|| t(lang, "customers-search-hint")),
        fields,
        clear: narrowed
            .then(|| Link::new(t(lang, "list-clear"), format!("{PATH}?{}", view.filters_text()))),
    }
}

fn group_label(lang: Lang, group: Group) -> String {
    t(lang, &format!("customer-group-{}", group.id().replace('_', "-")))
}

/// The same of one customer: « Client fidèle ».
fn group_of_one(lang: Lang, group: Group) -> String {
    t(lang, &format!("customer-one-{}", group.id().replace('_', "-")))
}

fn segment_label(lang: Lang, segment: Scored) -> String {
    let label = segment.label();
    match lang {
        Lang::Fr => label.fr,
        Lang::En => label.en,
    }
    .to_owned()
}

fn nothing(view: &View<'_>) -> Markup {
    let lang = view.lang;
    let narrowing = [
        ("q", view.own("q").map(str::to_owned)),
        (
            "group",
            view.own("group").and_then(|id| {
                Group::ALL
                    .into_iter()
                    .find(|group| group.id() == id)
                    .map(|group| group_label(lang, group))
            }),
        ),
        (
            "segment",
            view.own("segment").and_then(|id| {
                let found = Scored::ALL.into_iter().find(|segment| segment.id() == id);
                found.map(|segment| segment_label(lang, segment))
            }),
        ),
    ];
    let wider: Vec<Link> = narrowing
        .into_iter()
        .filter_map(|(name, words)| Some((name, words.filter(|words| !words.is_empty())?)))
        .map(|(name, words)| {
            let words = t_args(lang, "list-quoted", &[("words", &words)]);
            let label = t_args(lang, "list-without", &[("filter", &words)]);
            Link::new(label, anew(&view.href_with(name, "")))
        })
        .collect();
    let text = if wider.is_empty() { "customers-none" } else { "customers-none-filters" };
    empty(&t(lang, text), &wider)
}

/// A column: words, sort, whether it holds numbers.
const COLUMNS: [(&str, Option<Sort>, bool); 9] = [
    ("order-customer", None, false),
    ("customers-segment", None, false),
    ("customers-rfm", None, false),
    ("customers-revenue", Some(Sort::Revenue), true),
    ("customers-orders", Some(Sort::Orders), true),
    ("customers-average", Some(Sort::Average), true),
    ("customers-first", Some(Sort::First), false),
    ("customers-last", Some(Sort::Last), false),
    ("customers-gap", Some(Sort::Gap), true),
];

fn table(view: &View<'_>, wanted: &Wanted, found: &List, number: usize) -> Listing {
    let lang = view.lang;
    let several = view.query.shops(view.context).len() > 1;
    let mut columns: Vec<Column> = COLUMNS
        .iter()
        .map(|(words, sort, numeric)| {
            let column = Column { numeric: *numeric, ..Column::text(said(view, words)) };
            match sort {
                Some(sort) => column.sorted(sorting(view, wanted, *sort)),
                None => column,
            }
        })
        .collect();
    columns.push(Column::text(t(lang, "customers-next-short")));
    if several {
        columns.push(Column::text(t(lang, "customers-shops")));
    }
    Listing {
        lang,
        caption: t(lang, "nav-customers"),
        columns,
        rows: found.rows.iter().map(|row| cells(view, row, found, several)).collect(),
        sum: None,
        paging: Some(paging(view, usize::try_from(found.count).unwrap_or(0), number)),
        csv: view.file(view.here().replacen(PATH, "/customers.csv", 1)),
        xlsx: view.file(view.here().replacen(PATH, "/customers.xlsx", 1)),
    }
}

/// The words of a column; amounts say so when they are shown with tax.
fn said(view: &View<'_>, words: &str) -> String {
    let name = t(view.lang, words);
    let of = match words {
        "customers-revenue" => metric("revenue"),
        "customers-average" => metric("average_order_value"),
        _ => None,
    };
    of.map_or_else(|| name.clone(), |metric| view.named(metric, &name))
}

fn sorting(view: &View<'_>, wanted: &Wanted, sort: Sort) -> table::Sort {
    let current = wanted.sort == sort;
    let descending = current && !wanted.ascending;
    let value = if descending { sort.id().to_owned() } else { format!("-{}", sort.id()) };
    let order = if wanted.ascending { Order::Ascending } else { Order::Descending };
    table::Sort { href: anew(&view.href_with("sort", &value)), order: current.then_some(order) }
}

fn cells(view: &View<'_>, row: &Customer, found: &List, several: bool) -> Vec<Markup> {
    let lang = view.lang;
    let money = |minor: i64| format::money_exact(lang, minor, found.currency);
    let day = |day: Option<Date>| {
        day.map_or_else(|| format::NO_VALUE.to_owned(), |day| format::day(lang, day))
    };
    let name = name(view, row);
    let href = format!("{PATH}/{}?{}", row.person, view.filters_text());
    let identities = view.identities();
    let second = identities
        .email(row.known.email.as_deref())
        .or_else(|| identities.phone(row.known.phone.as_deref()))
        .filter(|one| *one != name);
    let mut cells = vec![
        html! {
            (outside_link(&name, &href))
            @if let Some(second) = &second { br; span.second { (outside(second)) } }
        },
        html! {
            (row.segment().map_or_else(|| group_of_one(lang, row.group), |segment| segment_label(lang, segment)))
        },
        html! { (scores(row)) },
        html! { (if row.orders > 0 { money(row.revenue) } else { format::NO_VALUE.to_owned() }) },
        html! { (format::integer(lang, row.orders)) },
        html! { (average(lang, row, found)) },
        html! { (day(row.first)) },
        html! { (day(row.last)) },
        html! { (gap_bare(lang, row)) },
        html! { (expected(lang, row.expected)) },
    ];
    if several {
        cells.push(outside(&shops(view, row)));
    }
    cells
}

/// How someone is called: by name, else by what else is known of them.
fn name(view: &View<'_>, row: &Customer) -> String {
    let (known, identities) = (&row.known, view.identities());
    identities
        .name(Of::Person, known.name.as_deref())
        .or_else(|| identities.email(known.email.as_deref()))
        .or_else(|| identities.phone(known.phone.as_deref()))
        .or_else(|| {
            let number = identities.reference(known.reference.as_deref())?;
            Some(t_args(view.lang, "customer-number", &[("number", &number)]))
        })
        .unwrap_or_else(|| t(view.lang, "customer-unnamed"))
}

/// « 5 · 4 · 5 ».
fn scores(row: &Customer) -> String {
    match row.scores {
        Some([recency, frequency, monetary]) => format!("{recency} · {frequency} · {monetary}"),
        None => format::NO_VALUE.to_owned(),
    }
}

fn average(lang: Lang, row: &Customer, found: &List) -> String {
    row.average().map_or_else(
        || format::NO_VALUE.to_owned(),
        |minor| format::money_exact(lang, minor, found.currency),
    )
}

/// In a column whose head says that these are days.
fn gap_bare(lang: Lang, row: &Customer) -> String {
    format::number::mean(lang, row.gaps())
}

fn gap(lang: Lang, row: &Customer) -> String {
    format::days_of(lang, row.gaps())
}

/// « 12 déc. 2026 », and under it « du 1er déc. au 24 déc. 2026 »: a year is said once.
fn expected(lang: Lang, expected: Option<Expected>) -> Markup {
    html! {
        @match expected {
            None => span.quiet { (format::NO_VALUE) },
            Some(next) => {
                (format::day(lang, next.day))
                @if next.late { " " span.mark { (t(lang, "customers-late")) } }
                br;
                span.second { (between(lang, next)) }
            }
        }
    }
}

fn between(lang: Lang, next: Expected) -> String {
    let from = if next.from.year() == next.to.year() {
        format::date::day_axis(lang, next.from)
    } else {
        format::day(lang, next.from)
    };
    let to = format::day(lang, next.to);
    t_args(lang, "customers-between", &[("from", &from), ("to", &to)])
}

fn shops(view: &View<'_>, row: &Customer) -> String {
    let known = row.known.shops.iter().filter_map(|id| view.context.shop_by_id(*id));
    known.map(|shop| shop.shop.name.as_str()).collect::<Vec<_>>().join(", ")
}

/// The rules behind groups, scores and expected orders, in words.
fn rules(lang: Lang, found: &List) -> Markup {
    let threshold = format::integer(lang, found.threshold);
    html! {
        details.rules {
            summary { (t(lang, "customers-rules")) }
            dl {
                dt { (t(lang, "customers-revenue")) } dd { (t(lang, "customers-rule-revenue")) }
                dt { (t(lang, "customers-group")) } dd { (t_args(lang, "customers-rule-groups", &[("threshold", &threshold)])) }
                dt { (t(lang, "customers-rfm")) } dd { (t(lang, "customers-rule-rfm")) }
                dt { (t(lang, "customers-segment")) } dd { (t(lang, "customers-rule-segments")) }
                dt { (t(lang, "customers-gap-mean")) } dd { (t(lang, "customers-rule-gap")) }
                dt { (t(lang, "customers-next")) } dd { (t(lang, "customers-rule-next")) }
            }
        }
    }
}

fn sheet(view: &View<'_>, found: &List, identities: Identities) -> Sheet {
    let lang = view.lang;
    let words = [
        "order-customer",
        "list-email",
        "list-phone",
        "customers-group",
        "customers-segment",
        "customers-recency",
        "customers-frequency",
        "customers-monetary",
        "customers-revenue",
        "filter-currency",
        "customers-orders",
        "customers-average",
        "customers-first",
        "customers-last",
        "customers-gap-days",
        "customers-next",
        "customers-next-from",
        "customers-next-to",
        "customers-shops",
    ];
    let day = |day: Option<Date>| day.map_or(Value::Empty, Value::Day);
    let rows = found
        .rows
        .iter()
        .map(|row| {
            let score = |at: usize| row.scores.map_or(Value::Empty, |all| Value::Count(all[at]));
            let money = |minor: Option<i64>| {
                minor.map_or(Value::Empty, |minor| Value::Money(minor, found.currency))
            };
            vec![
                Value::text(identities.name(Of::Person, row.known.name.as_deref()).as_deref()),
                Value::text(identities.email(row.known.email.as_deref()).as_deref()),
                Value::text(identities.phone(row.known.phone.as_deref()).as_deref()),
                Value::Text(group_of_one(lang, row.group)),
                row.segment().map_or(Value::Empty, |one| Value::Text(segment_label(lang, one))),
                score(0),
                score(1),
                score(2),
                money((row.orders > 0).then_some(row.revenue)),
                Value::Text(found.currency.code().to_owned()),
                Value::Count(row.orders),
                money(row.average()),
                day(row.first),
                day(row.last),
                row.gaps().map_or(Value::Empty, |(days, gaps)| Value::Fraction {
                    numerator: days.into(),
                    denominator: gaps.into(),
                    decimals: 1,
                }),
                day(row.expected.map(|next| next.day)),
                day(row.expected.map(|next| next.from)),
                day(row.expected.map(|next| next.to)),
                Value::Text(shops(view, row)),
            ]
        })
        .collect();
    Sheet {
        name: t(lang, "customers-file"),
        columns: words.into_iter().map(|word| said(view, word)).collect(),
        rows,
    }
}
