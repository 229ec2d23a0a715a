//! Personal data (S126): what is listed, found, held, put right, erased, and stays erased.

mod columns;
mod compact;
mod elsewhere;
mod erase;
mod find;
mod rectify;
