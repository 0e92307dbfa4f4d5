//! One-time codes for new accounts that no e-mail reaches: made when somebody prints the letters, not before.

use chrono::{DateTime, Utc};
use model::Watch;
use sqlx::Row as _;
use uuid::Uuid;
use zeroize::Zeroizing;

use super::session::{End, Portal, Work};
use super::sql::BATCH;
use crate::Error;
use crate::report::State;
use crate::secrets::Dice;
use crate::source::SinkError;

/// Days for which a code can be used: a letter goes home in a school bag.
pub const LETTER_DAYS: u16 = 30;
/// Accounts looked at together.
const PORTION: i64 = 5_000;

/// A code for the first password of one account.
pub struct FirstPassword {
    /// Number of the account's record in the project.
    pub record: i64,
    /// What the person types as user name: the account's own, or the school's number of the pupil or teacher.
    pub login: String,
    /// 25 characters of Crockford's base 32, 125 random bits. The portal holds the SHA-256 of just these characters;
    /// it must take hyphens out and turn small letters into large ones before it compares.
    pub code: Zeroizing<String>,
}

/// What keeps codes before they count: it gets them and the moment until which they are good.
pub type KeepLetters<'k> = dyn FnMut(&[FirstPassword], DateTime<Utc>) -> Result<(), SinkError> + 'k;

impl Portal {
    /// Makes a code for every account that `batch` made, that has no e-mail address and still waits for its first
    /// password. Codes made before for these accounts stop working. Rolling the batch back takes the codes out too.
    ///
    /// `keep` gets the codes, with the moment until which they are good by the server's clock, before the portal
    /// commits: what it cannot keep must not make letters worthless that were printed before. Nobody needs a code where
    /// none comes back; `keep` is not called then.
    ///
    /// # Errors
    ///
    /// [`Error::NoBatch`] where the batch is not in the portal, [`Error::Receipt`] where `keep` fails, and as
    /// [`Portal::check`]; nothing is written then.
    pub fn letters(
        &mut self,
        batch: Uuid,
        watch: &dyn Watch,
        keep: &mut KeepLetters<'_>,
    ) -> Result<Vec<FirstPassword>, Error> {
        self.transaction(watch, |work| {
            work.begin_letters(batch)?;
            let mut letters = Vec::new();
            let (mut dice, mut last) = (Dice::new(), i64::MIN);
            loop {
                let people = work.without_address(last)?;
                let Some(end) = people.last().map(|person| person.0) else { break };
                work.write_codes(people, &mut dice, &mut letters)?;
                work.watch.progress(letters.len() as u64, None);
                work.watch.check()?;
                last = end;
            }
            if letters.is_empty() {
                return Ok((letters, End::TakeBack));
            }
            work.replace_tokens()?;
            let until = format!("SELECT now() + interval '{LETTER_DAYS} days'");
            let until: DateTime<Utc> = work.row(&until)?.try_get(0)?;
            keep(&letters, until).map_err(Error::Receipt)?;
            Ok((letters, End::Commit))
        })
    }
}

impl Work<'_> {
    fn begin_letters(&mut self, batch: Uuid) -> Result<(), Error> {
        self.must_fit()?;
        self.run("SELECT pg_advisory_xact_lock(hashtextextended('daftar push', 0))")?;
        self.set("daftar.batch", &batch.to_string())?;
        let found = self.rows(&format!("SELECT state FROM migration.batches WHERE id = {BATCH}"))?;
        let state = found.first().map(|row| row.try_get::<String, _>(0)).transpose()?;
        if state.as_deref() != Some(State::Applied.code()) {
            return Err(Error::NoBatch { batch });
        }
        self.run("CREATE TEMP TABLE x_letters (record bigint, user_id uuid, token_hash text) ON COMMIT DROP").map(drop)
    }

    /// Record, account and user name of the next people, in order of record.
    fn without_address(&mut self, after: i64) -> Result<Vec<(i64, Uuid, String)>, Error> {
        let rows = self.rows(&format!(
            "SELECT j.record_no, u.id, coalesce(u.username, s.student_number, t.employee_number)
             FROM migration.journal j
             JOIN auth.users u ON u.id = j.target_id
             LEFT JOIN academic.students s ON s.user_id = u.id
             LEFT JOIN academic.teachers t ON t.user_id = u.id
             WHERE j.batch_id = {BATCH} AND j.entity = 'users' AND j.outcome = 'inserted' AND j.record_no > {after}
               AND u.email IS NULL AND u.must_reset_password
               AND coalesce(u.username, s.student_number, t.employee_number) IS NOT NULL
             ORDER BY 1 LIMIT {PORTION}"
        ))?;
        rows.iter().map(|row| Ok((row.try_get(0)?, row.try_get(1)?, row.try_get(2)?))).collect()
    }

    fn write_codes(
        &mut self,
        people: Vec<(i64, Uuid, String)>,
        dice: &mut Dice,
        letters: &mut Vec<FirstPassword>,
    ) -> Result<(), Error> {
        let mut lines = String::new();
        for (record, account, login) in people {
            let (code, hash) = dice.letter_code()?;
            lines += &format!("{record}\t{account}\t{hash}\n");
            letters.push(FirstPassword { record, login, code });
        }
        self.copy_lines("COPY pg_temp.x_letters FROM STDIN", lines.as_bytes())
    }

    /// Old codes of the batch for these accounts go, with what the journal notes of them, and the new ones come.
    fn replace_tokens(&mut self) -> Result<(), Error> {
        self.run(&format!(
            "DELETE FROM auth.password_reset_tokens t USING migration.journal j, x_letters x
             WHERE j.batch_id = {BATCH} AND j.entity = 'password_reset_tokens' AND j.record_no = x.record
               AND t.id = j.target_id"
        ))?;
        self.run(&format!(
            "DELETE FROM migration.journal j USING x_letters x
             WHERE j.batch_id = {BATCH} AND j.entity = 'password_reset_tokens' AND j.record_no = x.record"
        ))?;
        self.run(&format!(
            "WITH w AS (
               INSERT INTO auth.password_reset_tokens AS t (user_id, token_hash, expires_at)
               SELECT user_id, token_hash, now() + interval '{LETTER_DAYS} days' FROM x_letters
               RETURNING t.id, t.user_id, md5(t::text) AS hash)
             INSERT INTO migration.journal (batch_id, entity, record_no, target_id, outcome, after_hash)
             SELECT {BATCH}, 'password_reset_tokens', x.record, w.id, 'inserted', w.hash
             FROM w JOIN x_letters x ON x.user_id = w.user_id"
        ))
        .map(drop)
    }
}
