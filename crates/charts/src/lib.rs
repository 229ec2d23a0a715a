//! Series in, SVG and HTML out: the drawings of the dashboard.
//!
//! Nothing here reads a file, a clock or a database. Values are whole numbers (minor units or counts)
//! and serve geometry only; every text that a person reads arrives already formatted by the caller.
//! Each chart comes with its data table, and the tooltip of the page reads that table.

pub mod bars;
pub mod columns;
pub mod legend;
pub mod line;
pub mod lines;
pub mod paint;
pub mod ranks;
pub mod scale;
pub mod spark;
pub mod table;
pub mod waterfall;

pub use bars::bar;
pub use columns::{Bucket, Columns, Previous, Series, Shape, Texts};
pub use lines::{Lines, Point, Track};
pub use paint::Paint;
pub use ranks::{Rank, Ranks};
pub use spark::spark;
pub use table::{Cell, DataTable, Head, Tone};
pub use waterfall::Waterfall;
