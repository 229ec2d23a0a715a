//! The engine on a platform that lives in the test.

mod compare;
mod connecting;
mod fake;
mod reading;
mod webhooks;
