//! One file per portal: page to rows.
