//! Carts as doors hear of them: piece by piece, where our record is whole.

use comptoir_model::{Cart, CartState};

/// What a telling adds to a cart that is known: it keeps its beginning, and what the telling leaves out.
pub fn grown(known: Option<&Cart>, mut told: Cart) -> Cart {
    let Some(known) = known else { return told };
    told.created = known.created.min(told.created);
    let silent = told.lines.is_empty() && told.total == 0;
    if silent && told.state != CartState::Open {
        told.lines.clone_from(&known.lines);
        told.total = known.total;
        told.currency = known.currency;
    }
    if told.customer.email.is_none() {
        told.customer = known.customer.clone();
    }
    told.order = told.order.or_else(|| known.order.clone());
    told
}
