//! Plays prestashop.
