//! Plays woocommerce.
