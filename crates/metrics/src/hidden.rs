//! What stays hidden of persons from whoever asks: a list is neither searched nor sorted by what it may
//! not show, since what is found, and in which order, tells it all the same.

/// What is hidden.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Hidden {
    #[default]
    Nothing,
    /// E-mail addresses and telephone numbers.
    Contacts,
    /// Names too.
    Everything,
}

impl Hidden {
    pub fn names(self) -> bool {
        self == Self::Everything
    }

    pub fn contacts(self) -> bool {
        self != Self::Nothing
    }
}
