//! The sync engine: reads connected platforms on time, one beside the other.
