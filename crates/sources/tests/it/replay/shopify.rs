//! Plays shopify.
