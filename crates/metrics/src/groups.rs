//! Groups of customers by how often they have bought.
