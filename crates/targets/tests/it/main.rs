//! The portal's work on a real PostgreSQL. `DAFTAR_TEST_PG` names a server on which databases may be
//! made, `postgres://app@%2Ftmp%2Fpg%2Fsock/postgres`; `scripts/test` starts one.

#![allow(clippy::expect_used, clippy::unwrap_used)]

mod bad_server;
mod constraints;
mod known;
mod money;
mod moved;
mod own;
mod policy;
mod prepare;
mod push;
mod rollback;
mod school;
mod server;
mod taken;
mod together;
mod trouble;
mod upload;
mod verify;
mod whole;
