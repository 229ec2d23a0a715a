//! Data without a platform behind it: a French farm shop for the demo, and files of any size for
//! the bench. Both follow from a seed alone, so that two runs show the same figures.

pub mod bench;
pub mod farm;
