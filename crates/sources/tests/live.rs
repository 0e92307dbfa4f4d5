//! Reading real database servers. `scripts/test` starts them; where one is missing its tests say so and end.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod live {
    #[cfg(unix)]
    mod damage;
    mod mysql;
    mod postgres;
    pub(crate) mod support;
}
