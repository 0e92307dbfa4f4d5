//! Journeys through the whole product; see `it/main.rs`.
