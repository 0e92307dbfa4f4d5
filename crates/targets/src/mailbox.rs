//! The portal's Redis, where it has one: messages for its mailer, and cached accounts that a push made old.
//!
//! The plan's keys (4.3): `queue:email` is a list, first in, first out: Daftar puts at its right end, the mailer takes
//! from its left. `user:{id}` is an account kept for an hour. Sessions (`session:…`) are never touched. A push never
//! waits for any of it.

use std::time::Duration;

use redis::{Commands as _, Connection, ConnectionLike as _, IntoConnectionInfo as _};
use uuid::Uuid;
use zeroize::Zeroizing;

/// The list that the portal's mailer empties.
const QUEUE: &str = "queue:email";
/// Remembers, under a message's own number, that it was put: a message sent again after a crash is put once.
const SENT: &str = "daftar:sent:";
/// How long that is remembered, in seconds: longer than any message is worth sending.
const REMEMBERED: u32 = 30 * 24 * 3600;
/// Oldest Redis that will do.
const OLDEST: u32 = 6;
/// Longest wait for the connection or an answer.
const PATIENCE: Duration = Duration::from_secs(5);
/// Accounts dropped from the cache with one command.
const PORTION: usize = 1_000;

/// Puts a message unless its number was put before; one step for Redis, whatever happens to the connection. A script
/// that fails halfway keeps what it wrote, so a number is struck again where its message could not be put; where the
/// login may not delete, the number runs out at once instead.
const PUT: &str = "local noted = redis.pcall('SET', KEYS[1], '1', 'NX', 'EX', ARGV[2]) \
                   if not noted then return 0 end \
                   if noted.err then return noted end \
                   local put = redis.pcall('RPUSH', KEYS[2], ARGV[1]) \
                   if type(put) == 'number' then return 1 end \
                   local struck = redis.pcall('DEL', KEYS[1]) \
                   if type(struck) ~= 'number' then redis.call('SET', KEYS[1], '1', 'PX', '1') end \
                   return put";

/// The mailbox cannot be used. Nothing that was put before is lost.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum MailboxError {
    /// The address is not understood.
    #[error("the address of Redis is not understood")]
    BadUrl,
    /// A server elsewhere without encryption: the messages carry tokens.
    #[error("no safe connection to Redis")]
    Unsafe,
    /// The server does not answer.
    #[error("Redis does not answer")]
    Unreachable(#[source] redis::RedisError),
    /// The server refuses the login.
    #[error("Redis refuses the login")]
    AuthFailed,
    /// The login may not do what handing over needs.
    #[error("the login lacks a right in Redis")]
    RightMissing,
    /// What the mailer's queue should be is something else.
    #[error("{QUEUE} is no list")]
    WrongType,
    /// The server answers, and takes nothing: it is full, only follows another, or is set so.
    #[error("Redis refuses the message")]
    Refused(#[source] redis::RedisError),
    /// The server is too old.
    #[error("Redis {found} is too old")]
    TooOld {
        /// Its version.
        found: String,
    },
}

impl MailboxError {
    /// The word in documents; `mailbox.CODE` is the sentence.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::BadUrl => "bad-url",
            Self::Unsafe => "unsafe",
            Self::Unreachable(_) => "unreachable",
            Self::AuthFailed => "auth-failed",
            Self::RightMissing => "right-missing",
            Self::WrongType => "wrong-type",
            Self::Refused(_) => "refused",
            Self::TooOld { .. } => "too-old",
        }
    }
}

impl From<redis::RedisError> for MailboxError {
    fn from(error: redis::RedisError) -> Self {
        if error.kind() == redis::ErrorKind::AuthenticationFailed {
            return Self::AuthFailed;
        }
        match error.code() {
            Some("NOAUTH" | "WRONGPASS") => Self::AuthFailed,
            Some("NOPERM") => Self::RightMissing,
            Some("WRONGTYPE") => Self::WrongType,
            // Redis 6 and 7.0 tell of a missing right inside a script without its code.
            Some(_) if error.detail().is_some_and(|said| said.contains("user executing the script can't")) => {
                Self::RightMissing
            }
            // The server has just started, or works on a long script: it will answer.
            None | Some("LOADING" | "BUSY" | "TRYAGAIN") => Self::Unreachable(error),
            Some(_) => Self::Refused(error),
        }
    }
}

/// A message for the portal's mailer.
#[derive(Clone, Debug)]
pub struct Mail {
    /// Number of the message; the same message has it always.
    pub id: Uuid,
    /// The JSON document that the mailer reads.
    pub body: Zeroizing<String>,
}

/// A connection to the portal's Redis.
pub struct Mailbox {
    connection: Connection,
    version: String,
}

impl Mailbox {
    /// Connects to `url` (`redis://host:6379/0`, `rediss://…` with TLS) and asks after its health. `password` is used
    /// where the address has none.
    ///
    /// # Errors
    ///
    /// [`MailboxError`]; a server elsewhere must be reached by `rediss://`.
    pub fn connect(url: &str, password: Option<&str>) -> Result<Self, MailboxError> {
        let info = url.into_connection_info().map_err(|_| MailboxError::BadUrl)?;
        if matches!(info.addr(), redis::ConnectionAddr::Tcp(host, _) if !is_here(host)) {
            return Err(MailboxError::Unsafe);
        }
        let mut login = info.redis_settings().clone();
        if let (None, Some(password)) = (login.password(), password) {
            login = login.set_password(password);
        }
        let client = redis::Client::open(info.set_redis_settings(login)).map_err(|_| MailboxError::BadUrl)?;
        let connection = client.get_connection_with_timeout(PATIENCE)?;
        connection.set_read_timeout(Some(PATIENCE))?;
        connection.set_write_timeout(Some(PATIENCE))?;
        let mut mailbox = Self { connection, version: String::new() };
        mailbox.version = mailbox.health()?;
        Ok(mailbox)
    }

    /// Version of the server.
    #[must_use]
    pub fn version(&self) -> &str {
        &self.version
    }

    fn health(&mut self) -> Result<String, MailboxError> {
        if !self.connection.check_connection() {
            redis::cmd("PING").query::<String>(&mut self.connection)?;
        }
        let info: String = redis::cmd("INFO").arg("server").query(&mut self.connection)?;
        let version = info.lines().find_map(|line| line.strip_prefix("redis_version:")).unwrap_or_default().trim();
        let major = version.split('.').next().and_then(|major| major.parse::<u32>().ok());
        // Servers that speak Redis's language under another name tell no version of Redis.
        if major.is_some_and(|major| major < OLDEST) {
            return Err(MailboxError::TooOld { found: version.to_owned() });
        }
        Ok(version.to_owned())
    }

    /// Puts `mail` into the mailer's queue; `false` where it was put before.
    ///
    /// # Errors
    ///
    /// [`MailboxError`]; asking again with the same number never puts it twice.
    pub fn put(&mut self, mail: &Mail) -> Result<bool, MailboxError> {
        let mut put = redis::cmd("EVAL");
        put.arg(PUT).arg(2).arg(format!("{SENT}{}", mail.id)).arg(QUEUE).arg(mail.body.as_str()).arg(REMEMBERED);
        Ok(put.query::<i64>(&mut self.connection)? == 1)
    }

    /// Drops accounts from the portal's cache; gives how many were in it.
    ///
    /// # Errors
    ///
    /// [`MailboxError`].
    pub fn forget(&mut self, accounts: &[Uuid]) -> Result<u64, MailboxError> {
        let mut dropped = 0;
        for portion in accounts.chunks(PORTION) {
            let keys: Vec<String> = portion.iter().map(|account| format!("user:{account}")).collect();
            dropped += self.connection.unlink::<_, u64>(keys)?;
        }
        Ok(dropped)
    }
}

fn is_here(host: &str) -> bool {
    matches!(host, "localhost" | "127.0.0.1" | "::1")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_elsewhere_is_not_spoken_to_in_the_clear() {
        let code = |url| Mailbox::connect(url, None).map(|_| ()).map_err(|error| error.code());
        assert_eq!(code("redis://portal.example:6379"), Err("unsafe"));
        assert_eq!(code("http://portal.example"), Err("bad-url"));
        assert_eq!(code("redis://127.0.0.1:1"), Err("unreachable"), "nobody listens there");
    }
}
