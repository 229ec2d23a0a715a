//! The Measurement Protocol.
