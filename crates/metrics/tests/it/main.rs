//! What every number means, checked against figures worked out by hand.

mod bad_input;
mod basket;
mod behaviour;
mod beside;
mod bridge;
mod clocks;
mod cohorts;
mod cumulative;
mod currencies;
mod drills;
mod figures;
mod fixture;
mod ladder;
mod laws;
mod order_list;
mod performance;
mod profiles;
mod rfm;
mod settings;
mod several;
mod shopify_mode;
mod short_history;
mod splits;
mod watch;
