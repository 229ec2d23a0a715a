//! What each role reaches and sees, on every route that is declared: asked of the very routes that the
//! server answers with, as a visitor of each role. A route that another change adds is tested by being
//! declared.

mod exports;
mod leaks;
mod matrix;
mod scene;
mod shops;
