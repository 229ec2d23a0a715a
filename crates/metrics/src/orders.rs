//! The list of orders.
