//! The replica portals, and the end-to-end tests that use them.
