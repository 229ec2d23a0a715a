//! M29, S107, S222: scores, groups and lists of customers, against figures worked out by hand.

use comptoir_metrics::customers::{Group, Sort, Wanted, list, person};
use comptoir_metrics::drill::Page;
use comptoir_metrics::{Context, Query, rfm};
use comptoir_model::Record;
use comptoir_store::Store;

use crate::fixture::{NOW, at, empty, fixture, line, order, totals, write};

/// `recency frequency monetary customers`, best first.
fn scores(store: &Store, text: &str) -> Vec<String> {
    let snapshot = store.read().expect("a snapshot");
    let context = Context::load(&snapshot, at(NOW)).expect("a context");
    let answer = rfm::answer(&snapshot, text, &context).unwrap_or_else(|error| panic!("{error}"));
    let row = |row: &rfm::Row| {
        format!("{} {} {} {}", row.recency, row.frequency, row.monetary, row.customers)
    };
    answer.rows.iter().map(row).collect()
}

fn customers(store: &Store, text: &str, wanted: &Wanted) -> Vec<String> {
    let snapshot = store.read().expect("a snapshot");
    let context = Context::load(&snapshot, at(NOW)).expect("a context");
    let query = Query::parse(&format!("metrics=revenue&{text}"), &context).expect("a query");
    let found = list(&snapshot, &query, wanted, &context).expect("a list");
    assert_eq!(Ok(found.count), i64::try_from(found.rows.len()));
    found
        .rows
        .iter()
        .map(|row| {
            let name = row.known.name.clone().or(row.known.email.clone()).unwrap_or("-".into());
            let scores =
                row.scores.map_or("-".to_owned(), |all| all.map(|one| one.to_string()).concat());
            format!("{name} {} {} {scores}", row.orders, row.revenue)
        })
        .collect()
}

fn all() -> Wanted {
    Wanted { limit: 100, ..Wanted::default() }
}

/// Six customers with a counted order by 25 June, in the shop's own rule, in euros:
///
/// | who | last | orders | net sales (gross − discount − refunded goods)      | revenue |
/// |-----|------|--------|----------------------------------------------------|---------|
/// | ada | 15   | 3      | 20.00 + 5.00 + nothing known of order 10 − 4.00 = 21.00 | 21.00 + 5.00 − 1.00 = 25.00 |
/// | bob | 3    | 2      | 27.00 + 5.00 − 9.00 = 23.00                        | 27.50 |
/// | cyd | 8    | 1      | 10.00                                              | 10.00 |
/// | dan | 10   | 1      | 0.00                                               | 0.00  |
/// | fay | 20   | 1      | 16.00 (20 USD at 1.25)                             | 16.00 |
/// | gus | 25   | 1      | 10.00 + 2.00 = 12.00                               | 13.50 |
///
/// Strictly worse: recency bob 0, cyd 1, dan 2, ada 3, fay 4, gus 5; frequency 0 four times, bob 4,
/// ada 5; monetary dan 0, cyd 1, gus 2, fay 3, ada 4, bob 5. Score = 1 + floor(5 × worse ÷ 6): 0 → 1,
/// 1 → 1, 2 → 2, 3 → 3, 4 → 4, 5 → 5.
#[test]
fn m29_scores_are_the_hand_worked_ones() {
    let expected = ["5 1 2 1", "4 1 3 1", "3 5 4 1", "2 1 1 1", "1 4 5 1", "1 1 1 1"];
    assert_eq!(scores(&fixture(), ""), expected);
    assert_eq!(scores(&fixture(), "shop=ferme&as_of=2026-06-30"), expected);
}

/// By 3 June: ada (31 May UTC is 1 June in Paris; 2 orders, 25.00) and bob (3 June; 2 orders, 32.00).
/// Recency 0 and 1 worse of 2: 1 and 3. Frequency: both 0 worse. Monetary: ada 1, bob 3.
#[test]
fn m29_scores_on_an_earlier_day_know_nothing_of_what_comes_later() {
    assert_eq!(scores(&fixture(), "as_of=2026-06-03"), ["3 1 3 1", "1 1 1 1"]);
    assert!(scores(&fixture(), "as_of=2026-01-01").is_empty());
}

#[test]
fn m29_ties_share_the_lower_score() {
    let store = empty();
    // Ten customers with the same order on the same day: nobody is worse than anyone.
    let orders = (0..10).map(|index| {
        let who = format!("client{index}");
        let one = order(
            &index.to_string(),
            "2026-06-03T08:00:00Z",
            Some(&who),
            vec![line("MIEL", 1, 1000)],
        );
        Record::Order(Box::new(one))
    });
    write(&store, "ferme", orders.collect());
    assert_eq!(scores(&store, ""), ["1 1 1 10"]);
}

#[test]
fn m29_a_bad_day_is_refused_with_a_good_one() {
    let store = fixture();
    let snapshot = store.read().unwrap();
    let context = Context::load(&snapshot, at(NOW)).unwrap();
    for bad in
        ["as_of=hier", "as_of=2026-02-30", "asof=2026-01-01", "as_of=2026-01-01&as_of=2026-01-02"]
    {
        assert!(rfm::answer(&snapshot, bad, &context).is_err(), "{bad}");
    }
    let error = rfm::answer(&snapshot, "as_of=hier", &context).unwrap_err().to_string();
    assert!(error.contains("2026-06-25"), "{error}");
}

#[test]
fn s107_best_customers_by_revenue_and_most_loyal_by_orders() {
    let store = fixture();
    let period = "from=2026-05-01&to=2026-06-30";
    assert_eq!(
        customers(&store, period, &all()),
        [
            "bob 2 2750 145",
            "ada 3 2500 354",
            "fay 1 1600 413",
            "gus 1 1350 512",
            "cyd 1 1000 111",
            "dan 1 0 211"
        ]
    );
    let loyal = Wanted { sort: Sort::Orders, limit: 2, ..all() };
    let snapshot = store.read().unwrap();
    let context = Context::load(&snapshot, at(NOW)).unwrap();
    let query = Query::parse(&format!("metrics=revenue&{period}"), &context).unwrap();
    let found = list(&snapshot, &query, &loyal, &context).unwrap();
    assert_eq!(found.count, 6);
    assert_eq!(
        found.groups,
        [(Group::Leads, 0), (Group::OneTime, 4), (Group::Repeat, 2), (Group::Loyal, 0)]
    );
    let names: Vec<_> = found.rows.iter().filter_map(|row| row.known.name.as_deref()).collect();
    assert_eq!(names, ["ada", "bob"]);
    // 10 May to 15 June is 36 days, two gaps.
    assert_eq!(found.rows[0].gaps(), Some((36, 2)));
}

#[test]
fn what_customers_bring_is_the_revenue_of_those_who_are_known() {
    let store = fixture();
    // WooCommerce takes every refund: 50.00 of cyd's cancelled order, which made cyd neither new nor
    // existing, are cyd's all the same.
    for (rule, apart) in [
        ("", 0),
        ("&profile=comptoir", 0),
        ("&profile=brevo", 0),
        ("&profile=shopify", 0),
        ("&profile=woocommerce&date=created", 5000),
        ("&date=completed", 0),
        ("&currency=USD", 0),
    ] {
        let period = format!("from=2026-01-01&to=2026-12-31{rule}");
        let snapshot = store.read().unwrap();
        let context = Context::load(&snapshot, at(NOW)).unwrap();
        let query = Query::parse(&format!("metrics=revenue&{period}"), &context).unwrap();
        let found = list(&snapshot, &query, &all(), &context).unwrap();
        let sum: i64 = found.rows.iter().map(|row| row.revenue).sum();
        let known =
            totals(&store, &format!("metrics=revenue&{period}&where=customer_type:new|existing"));
        let minor = found.currency.parse(&known[0]).unwrap_or(0);
        assert_eq!(sum, minor - apart, "{rule}");
    }
}

#[test]
fn searching_takes_words_as_they_are() {
    let store = empty();
    let mut odd = order("1", "2026-06-03T08:00:00Z", Some("zoe"), vec![line("MIEL", 1, 1000)]);
    odd.customer.first_name = Some("Zoé \"100 %\" d'Ô_ü 🍯".into());
    odd.customer.phone = Some("06 12 34 56 78".into());
    let plain = order("2", "2026-06-03T09:00:00Z", Some("bob"), vec![line("THE", 1, 500)]);
    let nobody = order("3", "2026-06-03T10:00:00Z", None, vec![line("THE", 1, 500)]);
    write(
        &store,
        "ferme",
        [odd, plain, nobody].into_iter().map(|one| Record::Order(Box::new(one))).collect(),
    );
    let period = "from=2026-06-01&to=2026-06-30";
    let found = |words: &str| {
        let wanted = Wanted { search: Some(words.to_owned()), ..all() };
        customers(&store, period, &wanted).len()
    };
    for (words, count) in [
        ("zoe", 1),
        ("ZOÉ", 1),
        ("100 %", 1),
        ("d'ô", 1),
        ("o_u", 1),
        ("\"", 1),
        ("🍯", 1),
        ("%", 1),
        ("_", 1),
        ("0612345678", 1),
        ("12345678", 1),
        ("+33 6", 0),
        ("bob@example", 1),
        ("x' OR '1'='1", 0),
        ("example.com", 2),
    ] {
        assert_eq!(found(words), count, "{words}");
    }
}

#[test]
fn s003_a_person_has_everything_in_time_order() {
    let store = fixture();
    let snapshot = store.read().unwrap();
    let context = Context::load(&snapshot, at(NOW)).unwrap();
    let query = Query::parse("metrics=revenue&from=2026-05-01&to=2026-06-30", &context).unwrap();
    let found = list(&snapshot, &query, &all(), &context).unwrap();
    let id = |name: &str| {
        found.rows.iter().find(|row| row.known.name.as_deref() == Some(name)).unwrap().person
    };
    let page = Page { offset: 0, limit: 50 };
    let ada = person(&snapshot, &query, id("ada"), page, &context).unwrap().unwrap();
    let words: Vec<&str> = ada.events.iter().map(|event| event.words.as_str()).collect();
    // Orders 10, 2 and 1; the refund of 1 (11 June) between 10 and 2.
    assert_eq!(words, ["10", "", "2", "1"]);
    assert_eq!(ada.count, 4);
    assert_eq!(ada.products[0].code, "MIEL");
    assert_eq!((ada.products[0].units, ada.products[0].orders), (2, 1));
    let second = person(&snapshot, &query, id("ada"), Page { offset: 3, limit: 1 }, &context)
        .unwrap()
        .unwrap();
    assert_eq!(second.events[0].words, "1");
    assert_eq!(person(&snapshot, &query, 999_999, page, &context).unwrap(), None);
}

/// Gaps of the shop up to 30 June: ada's 22 and 14 days; bob's two orders are of one day. With every
/// order that Brevo counts, cyd's 6 and 8 June make one of 2.
#[test]
fn s222_the_next_order_is_expected_by_the_rhythm_of_the_shop() {
    let store = fixture();
    let snapshot = store.read().unwrap();
    let context = Context::load(&snapshot, at(NOW)).unwrap();
    for (rule, quartiles) in [("", (14, 14, 22)), ("&profile=brevo", (2, 14, 22))] {
        let text = format!("metrics=revenue&from=2026-06-01&to=2026-06-30{rule}");
        let query = Query::parse(&text, &context).unwrap();
        let found = list(&snapshot, &query, &all(), &context).unwrap();
        let rhythm = found.rhythm.unwrap();
        assert_eq!((rhythm.lower, rhythm.middle, rhythm.upper), quartiles, "{rule}");
        let gus = found.rows.iter().find(|row| row.known.name.as_deref() == Some("gus")).unwrap();
        let next = gus.expected.unwrap();
        // 25 June and 14 days.
        assert_eq!(next.day.to_string(), "2026-07-09");
        assert_eq!(next.to.to_string(), "2026-07-17");
        assert!(!next.own && !next.late);
    }
}
