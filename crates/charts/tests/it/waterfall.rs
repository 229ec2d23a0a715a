//! Waterfalls: where bars stand, that nothing escapes, and that colour is never alone.

use comptoir_charts::waterfall::{Bar, Kind, Step, Texts, Waterfall};
use comptoir_charts::{DataTable, Head};
use proptest::prelude::*;

fn plain(value: i64) -> String {
    value.to_string()
}

fn step(kind: Kind, value: i64) -> Step {
    Step {
        kind,
        value,
        label: "Panier <moyen>".into(),
        text: value.to_string(),
        href: format!("/explain?value={value}&metric=orders"),
    }
}

/// A walk from a total over some changes to where they lead.
fn walk(before: i64, changes: &[i64]) -> Waterfall<'static> {
    let now = changes.iter().fold(before, |sum, change| sum.saturating_add(*change));
    let mut steps = vec![step(Kind::Total, before)];
    steps.extend(changes.iter().map(|change| step(Kind::Change, *change)));
    steps.push(step(Kind::Total, now));
    Waterfall {
        id: "w",
        title: "Pourquoi".into(),
        summary: "Phrase.".into(),
        table: DataTable {
            head: vec![Head::text("Étape"), Head::number("Effet")],
            rows: steps
                .iter()
                .map(|step| vec![step.label.clone().into(), step.text.clone().into()])
                .collect(),
            foot: None,
        },
        steps,
        axis: &plain,
        texts: Texts { empty: "rien".into(), cut: "axe coupé".into(), ..Texts::default() },
    }
}

#[test]
fn each_step_starts_where_the_last_one_ended() {
    let bar = |from, to| Bar { from, to };
    assert_eq!(
        walk(100, &[40, -90]).bars(),
        [bar(0, 100), bar(100, 140), bar(140, 50), bar(0, 50)]
    );
    // A refund larger than everything: the walk goes on below zero.
    let down = walk(10, &[-30]);
    assert_eq!(down.bars(), [bar(0, 10), bar(10, -20), bar(0, -20)]);
    assert_eq!(down.start(), 0);
}

#[test]
fn small_steps_beside_large_totals_cut_the_axis_and_say_so() {
    let small = walk(100_000, &[1_200, -300]);
    // Ends are 100,000 to 101,200: the axis starts a third of 1,200 lower, on a round thousand.
    assert_eq!(small.start(), 99_000);
    let drawn = small.render().into_string();
    assert!(drawn.contains("axe coupé") && drawn.contains("class=\"cut-mark\""));
    let large = walk(100, &[40, -90]).render().into_string();
    assert!(!large.contains("axe coupé") && !large.contains("class=\"cut-mark\""));
}

#[test]
fn bars_stand_at_their_values() {
    // Lines up to 150, every 50: 100 is two thirds of the width, the step from there to 140 a fifteenth times four.
    let drawn = walk(100, &[40, -90]).render().into_string();
    assert!(drawn.contains("class=\"s step whole\" x=\"0%\" width=\"66.667%\""), "{drawn}");
    assert!(drawn.contains("class=\"s step up\" x=\"66.667%\" width=\"26.667%\""), "{drawn}");
    assert!(drawn.contains("class=\"s step down\" fill=\"url(#w-down)\" x=\"33.334%\""), "{drawn}");
}

#[test]
fn one_tab_stop_a_link_and_a_row_for_each_step() {
    let drawn = walk(100, &[40, -90]).render().into_string();
    let rows = &drawn[drawn.find("<ol").unwrap()..drawn.find("</ol>").unwrap()];
    assert_eq!(rows.matches("<a ").count(), 4);
    assert_eq!(rows.matches("tabindex=\"0\"").count(), 1);
    assert_eq!(drawn.matches("<th scope=\"row\">").count(), 4);
    assert!(drawn.contains("Panier &lt;moyen&gt;") && !drawn.contains("<moyen>"));
    for forbidden in [" style=", " onclick", "<script", "javascript:"] {
        assert!(!drawn.contains(forbidden), "{forbidden}");
    }
    let none = Waterfall { steps: Vec::new(), ..walk(0, &[]) }.render().into_string();
    assert!(none.contains("rien") && !none.contains("<ol"));
}

proptest! {
    #[test]
    fn anything_is_drawn_soundly(
        before in any::<i64>(),
        changes in proptest::collection::vec(any::<i64>(), 0..14),
    ) {
        let drawn = walk(before, &changes).render().into_string();
        for wrong in ["NaN", "=\"--", "width=\"-", "height=\"-", " x=\"-", "x1=\"-"] {
            prop_assert!(!drawn.contains(wrong), "{} in {}", wrong, drawn);
        }
    }

    #[test]
    fn the_walk_ends_at_the_last_total(before in -1_000_000_i64..1_000_000, changes in proptest::collection::vec(-500_000_i64..500_000, 1..14)) {
        let chart = walk(before, &changes);
        let bars = chart.bars();
        prop_assert_eq!(bars[bars.len() - 2].to, bars[bars.len() - 1].to);
        let start = chart.start();
        prop_assert!(start == 0 || bars.iter().all(|bar| bar.to >= start && start > 0));
    }
}
