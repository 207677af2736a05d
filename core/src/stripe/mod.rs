//! Stripe links, tokens, identity.
