//! Brevo's e-commerce API, as its SDKs push it.
