//! A platform that tells nothing before some day: every figure that depends on who bought before says so.

use comptoir_metrics::{Context, METRICS, Query, cohorts, rfm, run};

use super::fixture::{NOW, at, fixture};

const JUNE: &str = "from=2026-06-01&to=2026-06-30&where=currency:EUR";

/// Asks with a limit at 2 June in Paris, in JSON.
fn ask(question: &str) -> serde_json::Value {
    let store = fixture();
    let snapshot = store.read().expect("a snapshot");
    let mut context = Context::load(&snapshot, at(NOW)).expect("a context");
    // 23:00 in UTC is the next day in Paris.
    context.history_limits.insert(context.shops[0].id, at("2026-06-01T23:00:00Z"));
    let query = Query::parse(question, &context).unwrap_or_else(|error| panic!("{error}"));
    let table = run(&snapshot, &query, &context).expect("an answer");
    serde_json::from_str(&table.to_json()).expect("JSON")
}

#[test]
fn new_and_existing_figures_name_the_day_and_others_do_not() {
    let told = ask(&format!("metrics=new_customers&{JUNE}"))["incomplete"].clone();
    assert_eq!(told["history_from"], "2026-06-02");
    assert_eq!(
        (told["orders_without_rate"].clone(), told["orders_without_tax"].clone()),
        (0.into(), 0.into())
    );
    assert!(ask(&format!("metrics=orders&{JUNE}"))["incomplete"].is_null());
    // What is left out for other reasons is said as before.
    let tax = ask(&format!("metrics=gross_sales&{JUNE}"))["incomplete"].clone();
    assert_eq!(tax["orders_without_tax"], 1);
    assert!(tax.get("history_from").is_none());
    let both = ask(&format!("metrics=new_customer_revenue&{JUNE}"))["incomplete"].clone();
    assert_eq!(
        (both["orders_without_tax"].clone(), both["history_from"].clone()),
        (1.into(), "2026-06-02".into())
    );
    // A split or a filter by customer type makes any figure one of them.
    for question in ["metrics=orders&by=customer_type", "metrics=orders&where=customer_type:new"] {
        let question = format!("{question}&from=2026-06-01&to=2026-06-30");
        assert_eq!(ask(&question)["incomplete"]["history_from"], "2026-06-02", "{question}");
    }
}

#[test]
fn the_metrics_that_depend_on_history_are_these() {
    let found: Vec<&str> = METRICS
        .iter()
        .filter(|metric| metric.formula.by_history())
        .map(|metric| metric.id)
        .collect();
    assert_eq!(
        found,
        [
            "new_customers",
            "returning_customers",
            "new_customer_revenue",
            "existing_customer_revenue",
            "existing_customer_share",
            "returning_customer_rate",
            "existing_new_ratio",
            "lifetime_value",
            "new_customer_sales_share",
        ]
    );
}

#[test]
fn cohorts_and_scores_name_the_day() {
    let store = fixture();
    let snapshot = store.read().expect("a snapshot");
    let mut context = Context::load(&snapshot, at(NOW)).expect("a context");
    let told = |context: &Context| {
        let cohorts = cohorts::answer(&snapshot, "shop=ferme", context).expect("cohorts");
        let scores = rfm::answer(&snapshot, "shop=ferme", context).expect("scores");
        [serde_json::to_value(cohorts), serde_json::to_value(scores)]
            .map(|answer| answer.expect("JSON").get("history_from").cloned())
    };
    assert_eq!(told(&context), [None, None]);
    context.history_limits.insert(context.shops[0].id, at("2026-06-01T23:00:00Z"));
    assert_eq!(told(&context), [Some("2026-06-02".into()), Some("2026-06-02".into())]);
}
