//! How large the portal's database is.

use model::Watch;
use sqlx::Row as _;

use super::session::{End, Portal};
use crate::Error;

impl Portal {
    /// Size of the whole database in bytes, indexes included.
    ///
    /// # Errors
    ///
    /// As [`Portal::check`].
    pub fn bytes(&mut self, watch: &dyn Watch) -> Result<u64, Error> {
        self.transaction(watch, |work| {
            let row = work.row("SELECT pg_database_size(current_database())")?;
            Ok((row.try_get::<i64, _>(0)?.unsigned_abs(), End::TakeBack))
        })
    }
}
