//! Products side by side: what each sells, to whom, and who comes back.
