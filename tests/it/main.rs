//! Journeys through the whole product, and what must hold of it whatever happens.
//!
//! One program, so that it is linked once. `scripts/test` sets the environment that it needs.

mod bad_input;
mod cuts;
mod desk;
mod every_source;
mod journeys;
mod kill;
mod kit;
mod plaintext;
mod recipe;

mod tidy;
mod truth;
