//! The whole figure as markup: its anatomy, its safety, one reviewed example.

use comptoir_charts::{
    Bucket, Cell, Columns, DataTable, Head, Paint, Previous, Series, Shape, Texts, Tone, bar,
};

fn euros(value: i64) -> String {
    format!("{} €", value / 100)
}

fn small(shape: Shape) -> String {
    let bucket = |day: &str, weekend, partial| Bucket {
        label_short: day.into(),
        label_long: format!("{day} nov. 2026"),
        href: format!("/orders?from=2026-11-{day}&to=2026-11-{day}"),
        weekend,
        partial,
    };
    Columns {
        id: "revenue",
        title: "Chiffre d’affaires".into(),
        summary: "Deux jours.".into(),
        series: vec![
            Series { label: "Nouveaux".into(), paint: Paint::New, values: vec![30_000, -10_000] },
            Series {
                label: "Existants".into(),
                paint: Paint::Existing,
                values: vec![20_000, 40_000],
            },
        ],
        previous: Some(Previous {
            label: "Avant".into(),
            values: vec![Some(25_000), Some(60_000)],
        }),
        buckets: vec![bucket("20", false, false), bucket("21", true, true)],
        table: DataTable {
            head: vec![
                Head::text("Date"),
                Head::number("CA"),
                Head::number("Nouveaux").keyed(Paint::New),
            ],
            rows: vec![
                vec!["20 nov. 2026".into(), "500 €".into(), "60 %".into()],
                vec![
                    "21 nov. 2026".into(),
                    Cell::new("300 €").toned(Tone::Bad),
                    "<script>alert(1)</script>".into(),
                ],
            ],
            foot: Some(vec!["Total".into(), "800 €".into(), "".into()]),
        },
        axis: &euros,
        texts: Texts {
            legend: "Légende".into(),
            table: "Voir les chiffres".into(),
            empty: "Rien".into(),
        },
        shape,
        height: 200,
    }
    .render()
    .into_string()
}

#[test]
fn s015_s017_s019_the_figure_reads_like_this() {
    insta::assert_snapshot!(small(Shape::Columns).replace("><", ">\n<"));
}

#[test]
fn s014_the_same_series_as_lines() {
    let drawn = small(Shape::Line);
    assert!(drawn.contains("l-existing"));
    // 300 € on a scale up to 600 € (and 200 € below zero) of 200 pixels: (600 − 300) / 800 × 200 = 75.
    assert!(drawn.contains("M250.0 75L"), "{drawn}");
}

#[test]
fn the_content_security_policy_is_kept() {
    for shape in [Shape::Columns, Shape::Line] {
        let drawn = small(shape);
        for forbidden in [" style=", " onclick", " onmouse", "<script", "javascript:"] {
            assert!(!drawn.contains(forbidden), "{forbidden}");
        }
        assert!(drawn.contains("&lt;script&gt;"));
    }
    assert!(!bar(1, 2, Paint::Accent).into_string().contains("style="));
}

#[test]
fn one_tab_stop_and_one_link_per_bucket() {
    let drawn = small(Shape::Columns);
    let svg = &drawn[drawn.find("class=\"hits\"").unwrap()..drawn.find("<details").unwrap()];
    assert_eq!(svg.matches("<a ").count(), 2);
    assert_eq!(svg.matches("tabindex=\"0\"").count(), 1);
    assert!(svg.contains("href=\"/orders?from=2026-11-20&amp;to=2026-11-20\""));
}
