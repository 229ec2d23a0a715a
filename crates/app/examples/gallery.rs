//! Every block of the interface with invented figures, to look at it: `cargo run --example gallery -- FOLDER`
//! writes one HTML file per page and language beside the style sheet.

use std::path::{Path, PathBuf};

use comptoir::format::{money, money_axis};
use comptoir::i18n::{Lang, t};
use comptoir::ui::card::{Card, Span, grid};
use comptoir::ui::filters::{Choice, DateRange, Filters};
use comptoir::ui::icons::Icon;
use comptoir::ui::import::{MappedField, Mapping, NewShop, Progress, RejectedRow, Report, Upload};
use comptoir::ui::live::{Kind, Row as LiveRow, live};
use comptoir::ui::pages::{Head as PageHead, plain_head};
use comptoir::ui::problem::{Problem, problem};
use comptoir::ui::quick::{Quick, quick};
use comptoir::ui::revenue::{Part, Revenue};
use comptoir::ui::sellers::{Seller, Stock, sellers};
use comptoir::ui::setup::{Route, setup};
use comptoir::ui::shell::{NavEntry, Shell};
use comptoir::ui::status::{Freshness, Source, Status};
use comptoir::ui::table::{Column, Order, Paging, Row, Sort, Table};
use comptoir::ui::tiles::{Change, Content, Direction, Figure, Tile, change, tiles};
use comptoir::ui::todo::{Todo, todo};
use comptoir::ui::{Link, Segment, definitions, segments};
use comptoir_charts::{
    Bucket, Cell, Columns, DataTable, Head, Paint, Previous, Series, Shape, Texts, Tone, spark,
};
use comptoir_model::Currency;
use maud::{Markup, html};

fn main() -> std::io::Result<()> {
    let folder = std::env::args().nth(1).map_or_else(|| PathBuf::from("gallery"), PathBuf::from);
    std::fs::create_dir_all(folder.join("assets"))?;
    for asset in ["app.css", "app.js", "favicon.svg"] {
        let from = Path::new(env!("CARGO_MANIFEST_DIR")).join("assets").join(asset);
        std::fs::copy(from, folder.join("assets").join(asset))?;
    }
    for lang in Lang::ALL {
        let pages: Vec<(&str, Markup)> = vec![
            ("overview", overview(lang, 30, Shape::Columns)),
            ("line", overview(lang, 90, Shape::Line)),
            ("year", overview(lang, 365, Shape::Columns)),
            ("few", overview(lang, 1, Shape::Columns)),
            ("orders", orders(lang)),
            ("definitions", definitions_page(lang)),
            ("setup", setup_page(lang)),
            ("import", import_page(lang)),
            ("problem", problem_page(lang)),
        ];
        for (name, body) in pages {
            let page = shell(lang, name, body).render().into_string();
            std::fs::write(
                folder.join(format!("{name}-{}.html", lang.code())),
                page.replace("\"/assets/", "\"assets/"),
            )?;
        }
    }
    Ok(())
}

fn shell(lang: Lang, name: &str, body: Markup) -> Shell {
    let nav = [
        ("nav-overview", "overview", Icon::Overview),
        ("nav-orders", "orders", Icon::Sales),
        ("nav-products", "year", Icon::Products),
        ("nav-customers", "line", Icon::Customers),
        ("nav-import", "import", Icon::Connections),
        ("nav-definitions", "definitions", Icon::Definitions),
    ];
    Shell {
        lang,
        home: "/".into(),
        title: t(lang, "nav-overview"),
        nav: nav
            .iter()
            .map(|(id, page, icon)| NavEntry {
                label: t(lang, id),
                href: format!("{page}-{}.html", lang.code()),
                icon: *icon,
                current: *page == name,
            })
            .collect(),
        share: None,
        other_language: format!("{name}-{}.html", lang.other().code()),
        footer: vec![
            Link::new("Comptoir 0.1.0", ""),
            Link::new(t(lang, "nav-definitions"), "definitions-fr.html"),
        ],
        account: None,
        body,
    }
}

fn filters(lang: Lang) -> Filters {
    let choice = |value: &str, label: &str, on: bool| Choice::new(value, label, on);
    Filters {
        lang,
        action: "/".into(),
        hidden: vec![("profile".into(), "comptoir".into())],
        shops: vec![
            choice("ferme", "Ferme des Tilleuls", true),
            choice("retail", "Online Retail", false),
        ],
        currencies: vec![choice("EUR", "EUR", true), choice("GBP", "GBP", false)],
        periods: vec![
            choice(
                "30d",
                if lang == Lang::Fr { "30 derniers jours" } else { "Last 30 days" },
                true,
            ),
            choice("custom", &t(lang, "period-custom"), false),
        ],
        custom: DateRange { from: "2026-10-23".into(), to: "2026-11-21".into() },
        comparisons: vec![
            choice("previous", &t(lang, "compare-previous"), true),
            choice("year", &t(lang, "compare-year"), false),
            choice("custom", &t(lang, "compare-custom"), false),
            choice("none", &t(lang, "compare-none"), false),
        ],
        custom_comparison: DateRange::default(),
        range: if lang == Lang::Fr {
            "Du 23 octobre au 21 novembre 2026".into()
        } else {
            "23 October – 21 November 2026".into()
        },
        comparison_range: Some(if lang == Lang::Fr {
            "comparé à : du 23 septembre au 22 octobre 2026".into()
        } else {
            "compared with 23 September – 22 October 2026".into()
        }),
    }
}

fn status(lang: Lang) -> Status {
    let fr = lang == Lang::Fr;
    Status {
        lang,
        action: "/".into(),
        hidden: vec![("period".into(), "30d".into())],
        modes: vec![
            Choice::new("comptoir", "Comptoir", true),
            Choice::new("brevo", "Brevo", false),
            Choice::new("woocommerce", "WooCommerce", false),
        ],
        amounts: Vec::new(),
        together: None,
        excluded: Some(Link::new(if fr { "3 statuts exclus" } else { "3 statuses excluded" }, "#")),
        sources: vec![
            Source {
                text: if fr {
                    "Ferme des Tilleuls : à l’instant".into()
                } else {
                    "Ferme des Tilleuls: just now".into()
                },
                title: "21 nov. 2026, 14 h 32".into(),
                state: Freshness::Fine,
            },
            Source {
                text: if fr {
                    "Visites : en retard de 3 h".into()
                } else {
                    "Visits: 3 h late".into()
                },
                title: String::new(),
                state: Freshness::Late,
            },
        ],
        incomplete: None,
    }
}

fn euros(lang: Lang, units: i64) -> String {
    if units.abs() < 1000 {
        // Whole euros read better in invented figures.
        return money_axis(lang, units * 100, Currency::EUR);
    }
    money(lang, units * 100, Currency::EUR)
}

/// A plausible shop: a weekly rhythm, a slow rise, and no random numbers so that pictures can be compared.
fn wave(day: i64, phase: i64) -> i64 {
    let weekly = [62, 70, 66, 74, 92, 118, 84][usize::try_from((day + phase) % 7).unwrap_or(0)];
    let noise = (day * 7919 + phase * 104_729) % 37 - 18;
    (weekly + noise + day / 6).max(4)
}

fn chart(lang: Lang, id: &str, days: i64, shape: Shape, stacked: bool) -> Markup {
    let fr = lang == Lang::Fr;
    let values = |scale: i64, phase: i64| -> Vec<i64> {
        (0..days).map(|day| wave(day, phase) * scale).collect()
    };
    let (new, existing, unknown) = (values(150, 3), values(290, 0), values(32, 5));
    let mut new = new;
    if let Some(refund) = new.get_mut(9).filter(|_| stacked) {
        *refund = -4_200;
    }
    let total = |day: usize| new[day] + existing[day] + unknown[day];
    let series = if stacked {
        vec![
            Series { label: t(lang, "revenue-new"), paint: Paint::New, values: new.clone() },
            Series {
                label: t(lang, "revenue-existing"),
                paint: Paint::Existing,
                values: existing.clone(),
            },
            Series {
                label: t(lang, "revenue-unidentified"),
                paint: Paint::Unknown,
                values: unknown.clone(),
            },
        ]
    } else {
        vec![Series {
            label: t(lang, "orders-title"),
            paint: if id.starts_with("new") { Paint::New } else { Paint::Accent },
            values: values(1, 2).iter().map(|value| value / 9).collect(),
        }]
    };
    let previous: Vec<Option<i64>> = (0..days)
        .map(|day| Some(if stacked { wave(day, 4) * 430 } else { wave(day, 4) / 10 }))
        .collect();
    let month = |day: i64| {
        if day < 9 {
            (23 + day, if fr { "oct." } else { "Oct" })
        } else {
            ((day - 9) % 30 + 1, if fr { "nov." } else { "Nov" })
        }
    };
    let rows = (0..usize::try_from(days).unwrap_or(0))
        .map(|day| {
            let (number, name) = month(i64::try_from(day).unwrap_or(0));
            let date = format!("{number} {name} 2026");
            let was = previous[day].unwrap_or(0) / 100;
            let now = if stacked { total(day) / 100 } else { series[0].values[day] };
            let up = now >= was;
            let mut cells = vec![
                Cell::new(date.clone()),
                Cell::new(if stacked { euros(lang, now) } else { now.to_string() }),
                Cell::new(date.replace("2026", "2025")),
                Cell::new(if stacked {
                    euros(lang, was)
                } else {
                    previous[day].unwrap_or(0).to_string()
                }),
                Cell::new(format!("{}8\u{a0}%", if up { '+' } else { '−' })).toned(if up {
                    Tone::Good
                } else {
                    Tone::Bad
                }),
            ];
            if stacked {
                for part in [&new, &existing, &unknown] {
                    cells.push(Cell::new(format!(
                        "{}\u{a0}% · {}",
                        part[day] / 100 * 100 / now.max(1),
                        euros(lang, part[day] / 100)
                    )));
                }
            }
            cells
        })
        .collect();
    let mut head = vec![
        Head::text(t(lang, "table-date")),
        Head::number(if stacked { t(lang, "revenue-title") } else { t(lang, "orders-title") }),
        Head::text(t(lang, "table-compared-date")),
        Head::number(t(lang, "table-compared-value")),
        Head::number(t(lang, "table-change")),
    ];
    if stacked {
        head.push(Head::number(t(lang, "revenue-new")).keyed(Paint::New));
        head.push(Head::number(t(lang, "revenue-existing")).keyed(Paint::Existing));
        head.push(Head::number(t(lang, "revenue-unidentified")).keyed(Paint::Unknown));
    }
    let axis = move |value: i64| if stacked { euros(lang, value / 100) } else { value.to_string() };
    Columns {
        id,
        title: t(lang, "revenue-title"),
        summary: "30 jours".into(),
        series,
        previous: Some(Previous { label: t(lang, "compare-previous"), values: previous }),
        buckets: (0..days)
            .map(|day| {
                let (number, name) = month(day);
                Bucket {
                    label_short: format!("{number} {name}"),
                    label_long: format!("{number} {name} 2026"),
                    href: format!("orders-{}.html", lang.code()),
                    weekend: matches!((day + 5) % 7, 1 | 2) && days < 100,
                    partial: day + 1 == days,
                }
            })
            .collect(),
        table: DataTable { head, rows, foot: None },
        axis: &axis,
        texts: Texts {
            legend: t(lang, "chart-legend"),
            table: t(lang, "chart-table"),
            empty: t(lang, "chart-empty"),
        },
        shape,
        height: if stacked { 270 } else { 170 },
    }
    .render()
}

fn up(text: &str, tone: Tone) -> Change {
    Change { text: text.into(), direction: Direction::Up, tone }
}

fn down(text: &str, tone: Tone) -> Change {
    Change { text: text.into(), direction: Direction::Down, tone }
}

fn key_figures(lang: Lang) -> Vec<Tile> {
    let fr = lang == Lang::Fr;
    let line =
        |phase: i64| -> Vec<Option<i64>> { (0..30).map(|day| Some(wave(day, phase))).collect() };
    let tile = |label: &str, value: String, one: Change, was: &str, phase: i64| Tile {
        label: label.into(),
        content: Content::Figure(Box::new(Figure {
            value,
            exact: None,
            change: Some(one),
            previous: Some(was.into()),
            small_sample: None,
            spark: Some(spark(&line(phase), &line(phase + 2))),
            href: "orders-fr.html".into(),
        })),
        definition: "Articles, livraison et taxes payés, moins les remboursements de la période."
            .into(),
        formula: Some("ventes nettes + livraison + taxes".into()),
    };
    let missing = |label: &str, text: &str, action: &str| Tile {
        label: label.into(),
        content: Content::Missing {
            text: t(lang, text),
            action: Some(Link::new(t(lang, action), "setup-fr.html")),
        },
        definition: "Part des visites qui se terminent par une commande.".into(),
        formula: None,
    };
    let mut small = tile(
        if fr { "Taux de remboursement" } else { "Refund rate" },
        "4,2\u{a0}%".into(),
        down("−0,3\u{a0}pt", Tone::Good),
        "4,5\u{a0}%",
        5,
    );
    if let Content::Figure(figure) = &mut small.content {
        figure.small_sample = Some("n\u{a0}=\u{a0}12".into());
    }
    vec![
        tile(
            if fr { "Chiffre d’affaires" } else { "Revenue" },
            euros(lang, 12_480),
            up("+8\u{a0}%", Tone::Good),
            &euros(lang, 11_540),
            0,
        ),
        tile(
            if fr { "Commandes" } else { "Orders" },
            "214".into(),
            up("+11\u{a0}%", Tone::Good),
            "193",
            1,
        ),
        tile(
            if fr { "Panier moyen" } else { "Average order value" },
            "58,32\u{a0}€".into(),
            down("−3\u{a0}%", Tone::Bad),
            "59,79\u{a0}€",
            2,
        ),
        tile(
            if fr { "Nouveaux clients" } else { "New customers" },
            "61".into(),
            up("+5", Tone::Good),
            "56",
            3,
        ),
        tile(
            if fr {
                "Part du CA des clients existants"
            } else {
                "Existing customers’ share of revenue"
            },
            "64\u{a0}%".into(),
            up("+2\u{a0}pt", Tone::Neutral),
            "62\u{a0}%",
            4,
        ),
        small,
        missing(
            if fr { "Taux de conversion" } else { "Conversion rate" },
            "tile-visits-missing",
            "tile-visits-action",
        ),
        tile(
            if fr { "Abandons de panier" } else { "Cart abandonment" },
            "68\u{a0}%".into(),
            down("−4\u{a0}pt", Tone::Good),
            "72\u{a0}%",
            6,
        ),
    ]
}

fn overview(lang: Lang, days: i64, shape: Shape) -> Markup {
    let fr = lang == Lang::Fr;
    let menu = || {
        vec![
            Link::new(t(lang, "card-table"), "#"),
            Link::new(t(lang, "card-csv"), "#"),
            Link::new(t(lang, "card-link"), "#"),
        ]
    };
    let part = |id: &str, paint, amount, share: &str| Part {
        label: t(lang, id),
        paint,
        amount: euros(lang, amount),
        share: share.into(),
        href: "orders-fr.html".into(),
        change: Some(up("+6\u{a0}%", Tone::Good)),
    };
    let revenue = Revenue {
        lang,
        total: euros(lang, 12_480),
        total_href: "orders-fr.html".into(),
        change: Some(up("+8\u{a0}%", Tone::Good)),
        previous: Some(euros(lang, 11_540)),
        parts: vec![
            part("revenue-new", Paint::New, 3_870, "31\u{a0}%"),
            part("revenue-existing", Paint::Existing, 7_987, "64\u{a0}%"),
            part("revenue-unidentified", Paint::Unknown, 623, "5\u{a0}%"),
        ],
        chart: chart(lang, "revenue-chart", days, shape, true),
        corner: Some(filters(lang).comparison_corner()),
    };
    let mut revenue_card =
        Card::new(lang, "revenue", t(lang, "revenue-title"), Span::Full, revenue.render());
    revenue_card.summary = Some(if fr {
        "Le samedi 14 a été votre meilleur jour, avec 684 €.".into()
    } else {
        "Saturday 14 was your best day, with €684.".into()
    });
    revenue_card.tools = Some(segments(
        &t(lang, "granularity-label"),
        &[
            Segment::new(t(lang, "granularity-day"), "#", true),
            Segment::new(t(lang, "granularity-week"), "#", false),
            Segment::new(t(lang, "granularity-month"), "#", false),
        ],
    ));
    revenue_card.menu = menu();
    revenue_card.see_all = Some("orders-fr.html".into());

    let simple = |id: &str, title: &str, figure: &str, one: &Change| {
        let mut card = Card::new(
            lang,
            id,
            t(lang, title),
            Span::Half,
            chart(lang, &format!("{id}-chart"), days, shape, false),
        );
        card.figure = Some(html! { b { (figure) } (change(lang, one)) });
        card.summary = Some(if fr {
            "7 commandes par jour en moyenne.".into()
        } else {
            "7 orders a day on average.".into()
        });
        card.menu = menu();
        card.see_all = Some("orders-fr.html".into());
        card
    };
    let quick_card = |id: &str, title: &str, label: &str, was: &str| {
        Card::new(
            lang,
            id,
            t(lang, title),
            Span::Half,
            quick(
                lang,
                &Quick {
                    label: label.into(),
                    value: euros(lang, 412),
                    href: "#".into(),
                    previous_label: was.into(),
                    previous: euros(lang, 367),
                    previous_href: "#".into(),
                    change: Some(up("+12\u{a0}%", Tone::Good)),
                    note: Some(if fr {
                        "8 commandes contre 6".into()
                    } else {
                        "8 orders against 6".into()
                    }),
                },
            ),
        )
    };
    let mut sellers_card = Card::new(
        lang,
        "sellers",
        t(lang, "sellers-title"),
        Span::Half,
        sellers(lang, &t(lang, "sellers-revenue"), &best()),
    );
    sellers_card.tools = Some(segments(
        &t(lang, "sellers-by"),
        &[
            Segment::new(t(lang, "sellers-revenue"), "#", true),
            Segment::new(t(lang, "sellers-quantity"), "#", false),
        ],
    ));
    sellers_card.see_all = Some("#".into());
    let live_card = Card::new(
        lang,
        "live",
        t(lang, "live-title"),
        Span::Half,
        live(lang, "/live", &activity(fr)),
    );
    let todo_card = Card::new(
        lang,
        "todo",
        t(lang, "todo-title"),
        Span::Full,
        todo(
            lang,
            &[
                Todo {
                    count: "4".into(),
                    label: t(lang, "todo-ship"),
                    amount: euros(lang, 214),
                    href: "#".into(),
                    urgent: false,
                },
                Todo {
                    count: "1".into(),
                    label: t(lang, "todo-transfer"),
                    amount: euros(lang, 58),
                    href: "#".into(),
                    urgent: false,
                },
                Todo {
                    count: "2".into(),
                    label: t(lang, "todo-stock"),
                    amount: String::new(),
                    href: "#".into(),
                    urgent: true,
                },
            ],
        ),
    );
    let (filters, status) = (filters(lang), status(lang));
    html! {
        (PageHead {
            title: t(lang, "nav-overview"),
            sentence: Some(if fr {
                "12\u{202f}480\u{a0}€ sur 30\u{a0}jours, +8\u{a0}%\u{a0}: davantage de commandes (+11\u{a0}%), panier moyen en léger recul (−3\u{a0}%)".into()
            } else {
                "€12,480 in 30 days, +8%: more orders (+11%), average order value slightly down (−3%)".into()
            }),
            filters: &filters,
            status: Some(&status),
        }.render())
        (tiles(lang, &key_figures(lang)))
        (grid(&[
            revenue_card,
            quick_card("today", "quick-today", if fr { "Aujourd’hui, jusqu’à 14\u{a0}h" } else { "Today, until 2 pm" }, if fr { "Samedi 14, jusqu’à 14\u{a0}h" } else { "Saturday 14, until 2 pm" }),
            quick_card("month", "quick-month", if fr { "Du 1er au 21 novembre" } else { "1–21 November" }, if fr { "La même période en 2025" } else { "The same days of 2025" }),
            simple("orders", "orders-title", "214", &up("+11\u{a0}%", Tone::Good)),
            simple("new-customers", "new-customers-title", "61", &up("+5", Tone::Good)),
            sellers_card,
            live_card,
            todo_card,
        ]))
    }
}

fn best() -> Vec<Seller> {
    [
        ("Panier de légumes de saison", "PAN-05", 1_842, "15\u{a0}%", Some(("42 en stock", false))),
        ("Tomates anciennes, 1 kg", "TOM-01", 1_210, "10\u{a0}%", Some(("Rupture de stock", true))),
        ("Fromage de chèvre frais", "FRO-12", 987, "8\u{a0}%", Some(("18 en stock", false))),
        ("Miel de tilleul, 500 g", "MIE-02", 864, "7\u{a0}%", None),
        ("Jus de pomme, 1 L", "JUS-03", 722, "6\u{a0}%", Some(("120 en stock", false))),
        ("Œufs plein air, 12", "OEU-12", 655, "5\u{a0}%", Some(("64 en stock", false))),
        ("Huile de colza vierge, 75 cl", "HUI-01", 540, "4\u{a0}%", None),
        ("Farine de blé T80, 2 kg", "FAR-80", 418, "3\u{a0}%", Some(("31 en stock", false))),
        ("Basilic frais", "BAS-01", 377, "3\u{a0}%", None),
        ("Confiture de fraises, 370 g", "CON-04", 301, "2\u{a0}%", Some(("9 en stock", false))),
    ]
    .into_iter()
    .map(|(name, reference, value, share, stock)| Seller {
        name: name.into(),
        reference: reference.into(),
        href: "#".into(),
        value: euros(Lang::Fr, value),
        weight: value,
        share: share.into(),
        stock: stock.map(|(text, out)| Stock { text: text.into(), out }),
    })
    .collect()
}

fn activity(fr: bool) -> Vec<LiveRow> {
    let row =
        |key: &str, kind, who: &str, what: &str, amount: i64, ago: &str, minute: u8| LiveRow {
            key: key.into(),
            kind,
            who: who.into(),
            what: what.into(),
            amount: euros(Lang::Fr, amount),
            href: (kind == Kind::Order).then(|| "orders-fr.html".into()),
            at: format!("2026-11-21T13:{minute:02}:00Z"),
            at_words: "21 nov. 2026, 14 h 32".into(),
            ago: ago.into(),
        };
    let visitor = if fr { "Visiteur" } else { "Visitor" };
    vec![
        row("o1", Kind::Order, "Claire Martin", "Commande nº\u{a0}1042", 64, "à l’instant", 32),
        row(
            "c1",
            Kind::Cart,
            visitor,
            "Au panier\u{a0}: Tomates anciennes, Basilic frais, Fromage de chèvre frais, Œufs plein air",
            31,
            "il y a 2\u{a0}min",
            30,
        ),
        row(
            "o2",
            Kind::Order,
            "Hugo Lefèvre",
            "Commande nº\u{a0}1041",
            118,
            "il y a 4\u{a0}min",
            28,
        ),
        row(
            "c2",
            Kind::Cart,
            "Amélie B.",
            "Au panier\u{a0}: Panier de légumes de saison",
            24,
            "il y a 9\u{a0}min",
            23,
        ),
        row(
            "c3",
            Kind::Cart,
            visitor,
            "Au panier\u{a0}: Jus de pomme, 1 L",
            12,
            "il y a 11\u{a0}min",
            21,
        ),
        row(
            "o3",
            Kind::Order,
            "Nadia Benali",
            "Commande nº\u{a0}1040",
            47,
            "il y a 16\u{a0}min",
            16,
        ),
        row(
            "o4",
            Kind::Order,
            "Jean-Baptiste Delacourt-Montmorency",
            "Commande nº\u{a0}1039",
            86,
            "il y a 21\u{a0}min",
            11,
        ),
        row(
            "c4",
            Kind::Cart,
            visitor,
            "Au panier\u{a0}: Miel de tilleul",
            9,
            "il y a 24\u{a0}min",
            8,
        ),
        row("o5", Kind::Order, "李小龙", "Commande nº\u{a0}1038", 52, "il y a 28\u{a0}min", 4),
        row("o6", Kind::Order, "Paul R.", "Commande nº\u{a0}1037", 33, "il y a 31\u{a0}min", 1),
    ]
}

fn orders(lang: Lang) -> Markup {
    let (filters, status) = (filters(lang), status(lang));
    let rows = (0..14)
        .map(|index| Row {
            href: Some("#".into()),
            cells: vec![
                Cell::new(format!("{}", 1042 - index)),
                Cell::new("21 nov. 2026"),
                Cell::new("Claire Martin"),
                Cell::new(if index == 3 { "Remboursée" } else { "Payée" }),
                Cell::new(format!("{}", 1 + index % 5)),
                Cell::new(if index == 3 {
                    "−18,40\u{a0}€".to_owned()
                } else {
                    format!("{},90\u{a0}€", 24 + index * 7)
                })
                .toned(if index == 3 { Tone::Bad } else { Tone::Neutral }),
            ],
        })
        .collect();
    let table = Table {
        lang,
        caption: t(lang, "orders-title"),
        columns: vec![
            Column::text("Commande"),
            Column::text("Date").sorted(Sort { href: "#".into(), order: Some(Order::Descending) }),
            Column::text("Client"),
            Column::text("Statut"),
            Column::number("Articles"),
            Column::number("CA").sorted(Sort { href: "#".into(), order: None }),
        ],
        rows,
        sum: Some(vec![
            "Somme".into(),
            "".into(),
            "".into(),
            "".into(),
            "1\u{202f}214".into(),
            "12\u{202f}480,50\u{a0}€".into(),
        ]),
        paging: Some(Paging {
            words: "1–50 sur 214".into(),
            previous: None,
            next: Some("#".into()),
        }),
        csv: Some("#".into()),
        xlsx: Some("#".into()),
    };
    html! {
        (PageHead { title: t(lang, "orders-title"), sentence: Some("214 commandes, +11\u{a0}%".into()), filters: &filters, status: Some(&status) }.render())
        (table.render())
    }
}

fn definitions_page(lang: Lang) -> Markup {
    let one = |id: &str, label: &str| {
        definitions::Definition {
        id: id.into(),
        label: label.into(),
        definition: "Ce que les clients ont payé pour les commandes comptées : articles, livraison et taxes, moins les remboursements de la période.".into(),
        formula: "ventes nettes + livraison + frais + taxes".into(),
        unit: t(lang, "unit-money"),
    }
    };
    html! {
        (plain_head(&t(lang, "definitions-title"), Some(&t(lang, "definitions-lede"))))
        (definitions::definitions(lang, &[
            definitions::Group { title: t(lang, "revenue-title"), definitions: vec![one("revenue", "Chiffre d’affaires"), one("net_sales", "Ventes nettes")] },
            definitions::Group { title: t(lang, "nav-customers"), definitions: vec![one("customers", "Clients")] },
        ]))
    }
}

fn setup_page(lang: Lang) -> Markup {
    setup(
        lang,
        &[
            Route {
                title: t(lang, "setup-import"),
                text: t(lang, "setup-import-text"),
                actions: vec![Link::new(t(lang, "setup-import"), "import-fr.html")],
                works_with: "CSV, JSON Lines, Excel, Shopify".into(),
            },
            Route {
                title: t(lang, "setup-connect"),
                text: t(lang, "setup-connect-text"),
                actions: vec![Link::new(t(lang, "setup-connect"), "#")],
                works_with: "WooCommerce, PrestaShop, Shopify".into(),
            },
        ],
    )
}

fn import_page(lang: Lang) -> Markup {
    let choices = |names: &[&str]| {
        names
            .iter()
            .enumerate()
            .map(|(index, name)| Choice::new(*name, *name, index == 0))
            .collect::<Vec<_>>()
    };
    let rejected = vec![RejectedRow {
        line: "214".into(),
        field: "date".into(),
        value: "31/02/2026".into(),
        reason: "la date n’existe pas".into(),
        remedy: "Corrigez-la dans le fichier ou ignorez cette ligne.".into(),
    }];
    html! {
        (plain_head(&t(lang, "import-title"), None))
        (Upload { lang, action: "/import".into(), shops: choices(&["Ferme des Tilleuls"]), new_shop: NewShop::default(), formats: choices(&["Détecter", "Shopify"]), error: None }.render())
        hr;
        (Mapping {
            lang,
            action: "/import/1".into(),
            hidden: vec![],
            file: "commandes-2026.csv, 12\u{202f}480 lignes".into(),
            problem: None,
            others: vec![],
            unused: Some("Colonnes non utilisées\u{a0}: notes".into()),
            importable: true,
            fields: [("order", "Commande", true), ("date", "Date", true), ("email", "E-mail", false), ("sku", "Référence", false), ("quantity", "Quantité", true), ("price", "Prix", true)]
                .iter()
                .map(|(name, label, required)| MappedField { name: (*name).into(), label: (*label).into(), required: *required, columns: choices(&["order_id", "created", "email"]) })
                .collect(),
            options: vec![
                (t(lang, "import-delimiter"), "delimiter".into(), choices(&[";", ",", "tab"])),
                (t(lang, "import-encoding"), "encoding".into(), choices(&["UTF-8", "Windows-1252"])),
                (t(lang, "import-decimal"), "decimal".into(), choices(&["12,50", "12.50"])),
                (t(lang, "import-dates"), "dates".into(), choices(&["31/12/2026", "12/31/2026", "2026-12-31"])),
            ],
            preview_head: ["order_id", "created", "email", "sku", "qty", "price"].map(Into::into).to_vec(),
            preview: (0..5).map(|index| vec![format!("{}", 1042 + index), "21/11/2026 14:32".into(), "claire@example.org".into(), "TOM-01".into(), "2".into(), "4,90".into()]).collect(),
            rejected: rejected.clone(),
            summary: "12\u{202f}479 lignes acceptées, 1 rejetée".into(),
            cancel: "/".into(),
        }.render())
        hr;
        (Progress { lang, percent: 64, words: "8\u{202f}200 lignes sur 12\u{202f}480, 104\u{202f}000 lignes par seconde".into(), state: "/import/1".into(), stop: "/import/1/stop".into() }.render())
        hr;
        (Report {
            lang,
            title: t(lang, "import-done"),
            lede: "commandes-2026.csv".into(),
            figures: vec![(t(lang, "import-rows"), "12\u{202f}480".into()), (t(lang, "import-accepted"), "12\u{202f}479".into()), (t(lang, "import-rejected-count"), "1".into()), (t(lang, "import-orders"), "4\u{202f}992".into())],
            rejected,
            rejected_file: Some("#".into()),
            undo: Some("/import/1/undo".into()),
            kept: vec![],
            next: Link::new(t(lang, "import-see"), "/"),
        }.render())
    }
}

fn problem_page(lang: Lang) -> Markup {
    html! {
        (problem(lang, "/", &Problem::BadParameter { name: "period".into(), value: "30j".into(), nearest: Some(Link::new("30d", "?period=30d")) }))
        (problem(lang, "/", &Problem::NotFound))
        (problem(lang, "/", &Problem::Failed { retry: "/".into() }))
    }
}
