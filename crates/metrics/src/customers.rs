//! The list of customers, and one customer in full.
