//! Why revenue moved: the exact split of a change.
