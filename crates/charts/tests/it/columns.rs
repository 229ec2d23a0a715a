//! Laws of the geometry: whatever the values, columns add up and stay inside the drawing.

use comptoir_charts::columns::Part;
use comptoir_charts::{Bucket, Columns, DataTable, Paint, Previous, Series, Shape, Texts};
use proptest::prelude::*;

const PAINTS: [Paint; 3] = [Paint::New, Paint::Existing, Paint::Unknown];

fn plain(value: i64) -> String {
    value.to_string()
}

fn chart(series: Vec<Vec<i64>>, previous: Option<Vec<Option<i64>>>) -> Columns<'static> {
    let buckets = series.first().map_or(0, Vec::len);
    Columns {
        id: "c",
        title: "t".into(),
        summary: "s".into(),
        series: series
            .into_iter()
            .zip(PAINTS)
            .map(|(values, paint)| Series { label: paint.name().into(), paint, values })
            .collect(),
        previous: previous.map(|values| Previous { label: "p".into(), values }),
        buckets: vec![Bucket { href: "/x".into(), ..Bucket::default() }; buckets],
        table: DataTable::default(),
        axis: &plain,
        texts: Texts { empty: "nothing here".into(), ..Texts::default() },
        shape: Shape::Columns,
        height: 200,
    }
}

fn sound(columns: &Columns<'_>) {
    for shape in [Shape::Columns, Shape::Line] {
        let drawn = Columns { shape, series: columns.series.clone(), ..rebuilt(columns) }
            .render()
            .into_string();
        // Figures are whole numbers with at most three decimals: nothing else can be drawn.
        for wrong in ["NaN", "inf", "=\"--", "height=\"-", "width=\"-"] {
            assert!(!drawn.contains(wrong), "{wrong}");
        }
    }
}

fn rebuilt<'a>(columns: &Columns<'a>) -> Columns<'a> {
    Columns {
        id: columns.id,
        title: columns.title.clone(),
        summary: columns.summary.clone(),
        series: columns.series.clone(),
        previous: columns.previous.clone(),
        buckets: columns.buckets.clone(),
        table: columns.table.clone(),
        axis: columns.axis,
        texts: columns.texts.clone(),
        shape: columns.shape,
        height: columns.height,
    }
}

#[test]
fn no_bucket_says_so_instead_of_drawing() {
    let drawn = chart(vec![], None).render().into_string();
    assert!(drawn.contains("nothing here"));
    assert!(!drawn.contains("class=\"area\""));
}

#[test]
fn one_bucket_all_zero_and_all_negative_are_drawn() {
    sound(&chart(vec![vec![5]], None));
    sound(&chart(vec![vec![0, 0], vec![0, 0]], Some(vec![Some(0), None])));
    sound(&chart(vec![vec![-3, -9]], Some(vec![Some(-20), Some(4)])));
    sound(&chart(vec![(0..400).collect(), (0..400).rev().collect()], Some(vec![Some(300); 400])));
    sound(&chart(vec![vec![i64::MAX, i64::MIN], vec![i64::MAX, i64::MIN]], None));
}

#[test]
fn many_columns_are_few_elements() {
    let drawn = chart(vec![(1..=400).collect(), (1..=400).collect()], Some(vec![Some(300); 400]))
        .render()
        .into_string();
    let ground =
        &drawn[drawn.find("class=\"ground\"").unwrap()..drawn.find("class=\"labels\"").unwrap()];
    assert!(ground.matches('<').count() < 60);
    // Both series draw every column: 400 closed boxes each.
    assert_eq!(ground.matches('z').count() - ground.matches("zero").count(), 800);
}

#[test]
fn a_column_of_two_parts_stands_where_it_should() {
    // 60 and 20 on a scale up to 80 (lines every 20), 200 pixels high: 150 and 50 pixels, stacked.
    let columns = chart(vec![vec![60], vec![20]], None);
    let scale = columns.scale();
    assert_eq!(scale.ticks(), [0, 20, 40, 60, 80]);
    let part = |series, top, bottom, outer, stacked| Part {
        bucket: 0,
        series,
        top,
        bottom,
        outer,
        negative: false,
        stacked,
    };
    assert_eq!(
        columns.parts(&scale),
        [part(1, 0, 500, true, true), part(0, 500, 2000, false, false)]
    );
}

#[test]
fn a_refund_hangs_below_zero_and_takes_nothing_from_the_column() {
    let columns = chart(vec![vec![-40], vec![60]], None);
    let parts = columns.parts(&columns.scale());
    let zero = columns.scale().y(0).0;
    assert!(parts.iter().any(|part| part.series == 0 && part.top == zero && part.negative));
    assert!(parts.iter().any(|part| part.series == 1 && part.bottom == zero && !part.negative));
}

proptest! {
    #[test]
    fn heights_add_up(
        rows in proptest::collection::vec(proptest::array::uniform3(-1_000_000_i64..1_000_000), 1..40),
    ) {
        let series: Vec<Vec<i64>> = (0..3).map(|at| rows.iter().map(|row| row[at]).collect()).collect();
        let columns = chart(series, None);
        let scale = columns.scale();
        let parts = columns.parts(&scale);
        for (bucket, row) in rows.iter().enumerate() {
            let up: i64 = row.iter().filter(|value| **value > 0).sum();
            let down: i64 = row.iter().filter(|value| **value < 0).sum();
            for (total, negative) in [(up, false), (down, true)] {
                let drawn: i64 = parts
                    .iter()
                    .filter(|part| part.bucket == bucket && part.negative == negative)
                    .map(|part| part.bottom - part.top)
                    .sum();
                let expected = (scale.y(i128::from(total)).0 - scale.y(0).0).abs();
                prop_assert_eq!(drawn, expected);
            }
        }
        for part in &parts {
            prop_assert!(0 <= part.top && part.top <= part.bottom && part.bottom <= scale.height().0);
        }
    }

    #[test]
    fn anything_is_drawn_soundly(
        rows in proptest::collection::vec(proptest::array::uniform2(any::<i64>()), 0..70),
        before in proptest::collection::vec(any::<Option<i64>>(), 0..80),
    ) {
        let series = (0..2).map(|at| rows.iter().map(|row| row[at]).collect()).collect();
        sound(&chart(series, Some(before)));
    }
}
