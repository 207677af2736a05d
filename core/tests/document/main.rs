//! Fields from pages that are typed as text: a column of text is six points, two spaces part two cells.

mod drawn;
mod stripe;
