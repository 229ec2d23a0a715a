//! The queries, as files beside the code, each sent with the fragments that it names.

/// Queries that name fragments, ready to be sent.
pub(crate) const ORDERS: &str = concat!(
    include_str!("orders.graphql"),
    include_str!("order.graphql"),
    include_str!("line.graphql"),
    include_str!("refund.graphql")
);
pub(crate) const ORDERS_BY_ID: &str = concat!(
    include_str!("orders_by_id.graphql"),
    include_str!("order.graphql"),
    include_str!("line.graphql"),
    include_str!("refund.graphql")
);
pub(crate) const ORDER_BY_ID: &str = concat!(
    include_str!("order_by_id.graphql"),
    include_str!("order.graphql"),
    include_str!("line.graphql"),
    include_str!("refund.graphql")
);
pub(crate) const MORE_LINES: &str =
    concat!(include_str!("more_lines.graphql"), include_str!("line.graphql"));
pub(crate) const MORE_REFUND_LINES: &str = include_str!("more_refund_lines.graphql");
pub(crate) const PRODUCTS: &str = concat!(
    include_str!("products.graphql"),
    include_str!("product.graphql"),
    include_str!("variant.graphql")
);
pub(crate) const PRODUCTS_BY_ID: &str = concat!(
    include_str!("products_by_id.graphql"),
    include_str!("product.graphql"),
    include_str!("variant.graphql")
);
pub(crate) const MORE_VARIANTS: &str =
    concat!(include_str!("more_variants.graphql"), include_str!("variant.graphql"));
pub(crate) const CHECKOUTS: &str = include_str!("checkouts.graphql");
pub(crate) const SHOP: &str = include_str!("shop.graphql");
pub(crate) const OLDEST_ORDER: &str = include_str!("oldest_order.graphql");
pub(crate) const BEGIN: &str = include_str!("begin.graphql");
pub(crate) const BULK: &str = include_str!("bulk.graphql");
pub(crate) const BULK_RUN: &str = include_str!("bulk_run.graphql");
pub(crate) const BULK_STATE: &str = include_str!("bulk_state.graphql");
pub(crate) const HOOKS: &str = include_str!("hooks.graphql");
pub(crate) const HOOK_CREATE: &str = include_str!("hook_create.graphql");
