//! What the portal's accounts are reached by: a message with a token must go nowhere else.

use std::collections::HashMap;

use model::Watch;
use sqlx::Row as _;
use uuid::Uuid;

use super::session::{End, Portal};
use crate::Error;

impl Portal {
    /// The e-mail addresses of those of `accounts` that the portal has and that carry one.
    ///
    /// # Errors
    ///
    /// Where the portal cannot be reached or read.
    pub fn addresses(&mut self, accounts: &[Uuid], watch: &dyn Watch) -> Result<HashMap<Uuid, String>, Error> {
        if accounts.is_empty() {
            return Ok(HashMap::new());
        }
        let ids: Vec<String> = accounts.iter().map(|account| format!("'{account}'")).collect();
        let sql =
            format!("SELECT id, email::text FROM auth.users WHERE email IS NOT NULL AND id IN ({})", ids.join(","));
        self.transaction(watch, |work| {
            let rows = work.rows(&sql)?;
            let found = rows.iter().map(|row| Ok((row.try_get(0)?, row.try_get(1)?)));
            Ok((found.collect::<Result<_, Error>>()?, End::TakeBack))
        })
    }
}
