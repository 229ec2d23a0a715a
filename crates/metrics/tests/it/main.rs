//! What every number means, checked against figures worked out by hand.

mod bad_input;
mod basket;
mod behaviour;
mod clocks;
mod currencies;
mod drills;
mod figures;
mod fixture;
mod laws;
mod performance;
mod profiles;
mod splits;
