//! Google Analytics' Measurement Protocol, as shops push it.
