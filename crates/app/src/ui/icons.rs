//! The few pictograms of the interface, drawn with one stroke so that they follow the text's colour.

use maud::{Markup, html};

/// A pictogram of the navigation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Icon {
    #[default]
    Overview,
    Sales,
    Products,
    Customers,
    Journey,
    Marketing,
    Goals,
    Reports,
    Connections,
    Settings,
    Definitions,
    More,
}

impl Icon {
    fn path(self) -> &'static str {
        match self {
            Self::Overview => "M3 10.5 10 4l7 6.5M5 9v8h10V9",
            Self::Sales => "M4 17V9M10 17V4M16 17v-6",
            Self::Products => "M3 7l7-4 7 4v7l-7 4-7-4zM3 7l7 4 7-4M10 11v7",
            Self::Customers => {
                "M10 10a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7zM3.5 17c.8-3.4 3.4-5 6.5-5s5.7 1.6 6.5 5"
            }
            Self::Journey => "M3 4h14l-5.5 6.500V16l-3 1.500v-7z",
            Self::Marketing => "M3 8v4h3l7 4V4L6 8zM16 8v4",
            Self::Goals => "M5 17V3M5 4h10l-2 3 2 3H5",
            Self::Reports => "M5 3h7l3 3v11H5zM8 9h4M8 12h4",
            Self::Connections => "M7 3v4M13 3v4M5 7h10v3a5 5 0 0 1-10 0zM10 15v3",
            Self::Settings => "M3 6h8M15 6h2M3 14h2M9 14h8M13 4v4M7 12v4",
            Self::Definitions => {
                "M4 4h5a1 1 0 0 1 1 1v12a1 1 0 0 0-1-1H4zM16 4h-5a1 1 0 0 0-1 1v12a1 1 0 0 1 1-1h5z"
            }
            Self::More => "M3.5 10h1M9.5 10h1M15.5 10h1",
        }
    }

    /// The drawing, hidden from screen readers: a label always stands beside it.
    pub fn draw(self) -> Markup {
        html! {
            svg.icon width="20" height="20" viewBox="0 0 20 20" aria-hidden="true" { path d=(self.path()) {} }
        }
    }
}
