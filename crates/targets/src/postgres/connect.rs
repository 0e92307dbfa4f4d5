//! The portal's address: read, kept and shown without its password.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use sqlx::ConnectOptions as _;
use sqlx::error::DatabaseError;
use sqlx::postgres::{PgConnectOptions, PgConnection, PgDatabaseError, PgSslMode};
use zeroize::Zeroizing;

use crate::Error;

/// Longest wait for a connection.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
const DEFAULT_PORT: u16 = 5432;

/// Address of a portal: `postgres://user:password@host:port/database?sslmode=verify-full`.
///
/// The host may be a socket folder, percent-encoded. Without `sslmode` a server elsewhere must show a
/// valid certificate (`verify-full`): these are children's records. The password is never shown.
#[derive(Clone)]
pub struct PortalUrl {
    user: String,
    password: Option<Zeroizing<String>>,
    host: String,
    port: u16,
    database: String,
    ssl: PgSslMode,
    root_cert: Option<String>,
}

impl PortalUrl {
    /// Reads `url`; `password` (for instance from `PGPASSWORD` or a keyring) is used where the URL has none.
    ///
    /// # Errors
    ///
    /// [`Error::BadUrl`] with the part that is not understood.
    pub fn parse(url: &str, password: Option<&str>) -> Result<Self, Error> {
        let mut parsed: Self = url.parse()?;
        if parsed.password.is_none() {
            parsed.password = password.map(|password| Zeroizing::new(password.to_owned()));
        }
        Ok(parsed)
    }

    /// The user name.
    #[must_use]
    pub fn user(&self) -> &str {
        &self.user
    }

    /// Host name or socket folder.
    #[must_use]
    pub fn host(&self) -> &str {
        &self.host
    }

    /// The database.
    #[must_use]
    pub fn database(&self) -> &str {
        &self.database
    }

    /// The address as PostgreSQL's own tools take it from their environment.
    pub(crate) fn environment(&self) -> Vec<(&'static str, String)> {
        let mut pairs = vec![
            ("PGHOST", self.host.clone()),
            ("PGPORT", self.port.to_string()),
            ("PGUSER", self.user.clone()),
            ("PGDATABASE", self.database.clone()),
            ("PGSSLMODE", ssl_word(self.ssl).to_owned()),
            ("PGCONNECT_TIMEOUT", CONNECT_TIMEOUT.as_secs().to_string()),
            ("PGAPPNAME", "Daftar".to_owned()),
        ];
        pairs.extend(self.password.as_ref().map(|password| ("PGPASSWORD", password.as_str().to_owned())));
        // Without a file of its own the tool shall trust whom the system trusts, as the driver does; only from version
        // 16 on it knows "system" for that.
        let checked = matches!(self.ssl, PgSslMode::VerifyCa | PgSslMode::VerifyFull);
        let roots = self.root_cert.clone().or_else(|| checked.then(system_roots));
        pairs.extend(roots.map(|roots| ("PGSSLROOTCERT", roots)));
        pairs
    }

    /// `text` as it may be shown: a tool does not print passwords, but nobody promises that.
    pub(crate) fn without_password(&self, text: &str) -> String {
        match &self.password {
            Some(password) if !password.is_empty() => text.replace(password.as_str(), "\u{2026}"),
            _ => text.to_owned(),
        }
    }

    fn options(&self) -> PgConnectOptions {
        // everything is set: the driver would otherwise look into the environment
        let options = PgConnectOptions::new_without_pgpass()
            .port(self.port)
            .username(&self.user)
            .password(self.password.as_ref().map_or("", |password| password.as_str()))
            .database(&self.database)
            .ssl_mode(self.ssl)
            .application_name("Daftar")
            .statement_cache_capacity(0);
        let options = match &self.root_cert {
            Some(path) => options.ssl_root_cert(path),
            None => options,
        };
        if self.host.starts_with('/') { options.socket(&self.host) } else { options.host(&self.host) }
    }

    /// Opens a connection.
    ///
    /// # Errors
    ///
    /// Typed by cause; [`Error::Unreachable`] after 10 seconds.
    pub(super) async fn open(&self) -> Result<PgConnection, Error> {
        self.must_have_roots()?;
        let options = self.options();
        match tokio::time::timeout(CONNECT_TIMEOUT, options.connect()).await {
            Ok(Ok(connection)) => Ok(connection),
            Ok(Err(error)) => Err(self.refusal(error)),
            Err(_) => Err(Error::Unreachable { host: self.host.clone(), cause: None }),
        }
    }

    /// A file that is not there would look like a server that does not answer.
    fn must_have_roots(&self) -> Result<(), Error> {
        let checked = matches!(self.ssl, PgSslMode::VerifyCa | PgSslMode::VerifyFull);
        match &self.root_cert {
            Some(path) if checked && fs_err::File::open(path).is_err() => Err(Error::NoRootCert { file: path.clone() }),
            _ => Ok(()),
        }
    }

    /// What the server or the driver says, by its cause: only what may pass by itself is "does not answer".
    fn refusal(&self, error: sqlx::Error) -> Error {
        let host = self.host.clone();
        match &error {
            // That is how the driver tells of a certificate that does not hold.
            sqlx::Error::Io(cause) if cause.kind() == std::io::ErrorKind::InvalidData => {
                Error::Unsafe { host, cause: error }
            }
            sqlx::Error::Tls(_) => Error::Unsafe { host, cause: error },
            sqlx::Error::Database(refusal) => {
                let (code, routine) = (refusal.code().unwrap_or_default().into_owned(), routine(&**refusal));
                self.server_refusal(&code, &routine, error)
            }
            _ => Error::Unreachable { host, cause: Some(error) },
        }
    }

    /// `routine` is the server's own function that refused: it tells apart what shares a code.
    fn server_refusal(&self, code: &str, routine: &str, error: sqlx::Error) -> Error {
        let (host, user) = (self.host.clone(), self.user.clone());
        match (code, routine) {
            ("28000", "ClientAuthentication") if self.in_the_clear() => Error::TlsRequired { host },
            ("28000", "ClientAuthentication") => Error::NotAdmitted { host },
            ("28P01" | "28000", _) => Error::AuthFailed { user },
            ("3D000", _) => Error::NoDatabase { database: self.database.clone() },
            ("42501", _) => Error::RightMissing { what: "connect to this database" },
            // The limit of the login or of the database; the whole server's passes when others go.
            ("53300", "InitializeSessionUserId" | "CheckMyDatabase") => Error::ConnectionLimit { user },
            (code, _) if ["08", "53", "57"].iter().any(|class| code.starts_with(class)) => {
                Error::Unreachable { host, cause: Some(error) }
            }
            _ => error.into(),
        }
    }

    /// Whether the driver never asks for encryption.
    fn in_the_clear(&self) -> bool {
        matches!(self.ssl, PgSslMode::Disable | PgSslMode::Allow)
    }
}

fn routine(refusal: &(dyn DatabaseError + 'static)) -> String {
    let refusal = refusal.try_downcast_ref::<PgDatabaseError>();
    refusal.and_then(PgDatabaseError::routine).unwrap_or_default().to_owned()
}

impl FromStr for PortalUrl {
    type Err = Error;

    fn from_str(url: &str) -> Result<Self, Error> {
        let rest = url
            .strip_prefix("postgres://")
            .or_else(|| url.strip_prefix("postgresql://"))
            .ok_or(Error::BadUrl { part: "postgres://" })?;
        let (rest, query) = rest.split_once('?').unwrap_or((rest, ""));
        let (server, database) = rest.split_once('/').ok_or(Error::BadUrl { part: "database" })?;
        let (login, server) = server.rsplit_once('@').ok_or(Error::BadUrl { part: "user" })?;
        let (user, password) = login.split_once(':').map_or((login, None), |(user, word)| (user, Some(word)));
        let (host, port) = host_and_port(server)?;
        let host = decode(host, "host")?;
        let parsed = Self {
            user: decode(user, "user")?,
            password: password.map(|word| decode(word, "password").map(Zeroizing::new)).transpose()?,
            ssl: default_ssl(&host),
            host,
            port,
            database: decode(database, "database")?,
            root_cert: None,
        };
        if parsed.user.is_empty() || parsed.database.is_empty() || parsed.host.is_empty() {
            return Err(Error::BadUrl { part: "user@host/database" });
        }
        parsed.with_query(query)
    }
}

impl PortalUrl {
    fn with_query(mut self, query: &str) -> Result<Self, Error> {
        for pair in query.split('&').filter(|pair| !pair.is_empty()) {
            match pair.split_once('=') {
                Some(("sslmode", mode)) => self.ssl = mode.parse().map_err(|_| Error::BadUrl { part: "sslmode" })?,
                Some(("sslrootcert", path)) => self.root_cert = Some(decode(path, "sslrootcert")?),
                Some(("host", socket)) => self.host = decode(socket, "host")?,
                _ => return Err(Error::BadUrl { part: "?" }),
            }
        }
        Ok(self)
    }
}

fn host_and_port(server: &str) -> Result<(&str, u16), Error> {
    let port_of = |port: &str| port.parse().map_err(|_| Error::BadUrl { part: "port" });
    if let Some(rest) = server.strip_prefix('[') {
        let (host, rest) = rest.split_once(']').ok_or(Error::BadUrl { part: "host" })?;
        return Ok((host, rest.strip_prefix(':').map_or(Ok(DEFAULT_PORT), port_of)?));
    }
    match server.rsplit_once(':') {
        Some((host, port)) => Ok((host, port_of(port)?)),
        None => Ok((server, DEFAULT_PORT)),
    }
}

/// Where the system keeps the certificate authorities that it trusts, in one file: Debian, Fedora, Alpine, SUSE.
const ROOTS: [&str; 4] = [
    "/etc/ssl/certs/ca-certificates.crt",
    "/etc/pki/tls/certs/ca-bundle.crt",
    "/etc/ssl/cert.pem",
    "/etc/ssl/ca-bundle.pem",
];

/// The file of the authorities that the driver trusts too, else the word of newer tools for the system's own.
fn system_roots() -> String {
    let named = std::env::var("SSL_CERT_FILE").ok();
    let files = named.into_iter().chain(ROOTS.map(str::to_owned));
    let mut there = files.filter(|file| std::path::Path::new(file).is_file());
    there.next().unwrap_or_else(|| "system".to_owned())
}

/// A socket needs no TLS; this machine's own server usually has no certificate; all others must show one.
fn default_ssl(host: &str) -> PgSslMode {
    match host {
        "localhost" | "127.0.0.1" | "::1" => PgSslMode::Prefer,
        socket if socket.starts_with('/') => PgSslMode::Disable,
        _ => PgSslMode::VerifyFull,
    }
}

/// The word of PostgreSQL's own tools.
fn ssl_word(mode: PgSslMode) -> &'static str {
    match mode {
        PgSslMode::Disable => "disable",
        PgSslMode::Allow => "allow",
        PgSslMode::Prefer => "prefer",
        PgSslMode::Require => "require",
        PgSslMode::VerifyCa => "verify-ca",
        PgSslMode::VerifyFull => "verify-full",
    }
}

/// Undoes percent-encoding.
fn decode(text: &str, part: &'static str) -> Result<String, Error> {
    let bad = || Error::BadUrl { part };
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [first, tail @ ..] = rest {
        let (byte, tail) = match (first, tail) {
            (b'%', [high, low, tail @ ..]) => (hex_byte(*high, *low).ok_or_else(bad)?, tail),
            (b'%', _) => return Err(bad()),
            (byte, tail) => (*byte, tail),
        };
        bytes.push(byte);
        rest = tail;
    }
    String::from_utf8(bytes).map_err(|_| bad())
}

fn hex_byte(high: u8, low: u8) -> Option<u8> {
    let digit = |byte: u8| char::from(byte).to_digit(16);
    u8::try_from(digit(high)? * 16 + digit(low)?).ok()
}

impl fmt::Display for PortalUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "postgres://{}@{}", self.user, self.host)?;
        if self.port != DEFAULT_PORT {
            write!(f, ":{}", self.port)?;
        }
        write!(f, "/{}", self.database)
    }
}

impl fmt::Debug for PortalUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PortalUrl({self})")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_read_in_all_its_parts_and_shown_without_password() {
        let url =
            PortalUrl::parse("postgres://ali:s%40lam%3a@db.sekolah.my:6000/portal?sslmode=require", None).unwrap();
        assert_eq!(url.password.as_ref().unwrap().as_str(), "s@lam:");
        assert_eq!(format!("{url} {url:?}").matches("lam").count(), 0, "no password in {url:?}");
        assert_eq!(url.to_string(), "postgres://ali@db.sekolah.my:6000/portal");
        assert!(matches!(url.ssl, PgSslMode::Require), "as written");
        let socket = PortalUrl::parse("postgres://app@%2Ftmp%2Fsock/app", Some("word")).unwrap();
        assert_eq!((socket.host(), socket.password.as_ref().unwrap().as_str()), ("/tmp/sock", "word"));
        assert!(matches!(socket.ssl, PgSslMode::Disable), "a socket needs no certificate");
        let six = PortalUrl::parse("postgresql://a@[::1]:7/b", None).unwrap();
        assert_eq!((six.host(), six.port), ("::1", 7));
    }

    #[test]
    fn a_server_elsewhere_must_show_a_certificate() {
        let url = PortalUrl::parse("postgres://ali@db.sekolah.my/portal", None).unwrap();
        assert!(matches!(url.ssl, PgSslMode::VerifyFull), "children's records");
    }

    #[test]
    fn the_tool_trusts_whom_the_driver_trusts() {
        let roots = |url: &str| {
            let url = PortalUrl::parse(url, Some("rahsia")).unwrap();
            url.environment().into_iter().find(|(name, _)| *name == "PGSSLROOTCERT").map(|(_, value)| value)
        };
        let system = roots("postgres://ali@db.sekolah.my/portal").unwrap();
        assert!(system == "system" || std::path::Path::new(&system).is_file(), "{system}");
        assert_eq!(roots("postgres://ali@db.sekolah.my/portal?sslrootcert=/a.pem").as_deref(), Some("/a.pem"));
        assert_eq!(roots("postgres://ali@localhost/portal"), None);
        let url = PortalUrl::parse("postgres://ali:rahsia@db.sekolah.my/portal", None).unwrap();
        assert_eq!(url.without_password("connection with rahsia failed"), "connection with \u{2026} failed");
    }

    #[test]
    fn what_is_not_an_address_is_said_by_part() {
        for (url, part) in [
            ("mysql://a@b/c", "postgres://"),
            ("postgres://a@b", "database"),
            ("postgres://b/c", "user"),
            ("postgres://a@b:x/c", "port"),
            ("postgres://a@b/c?sslmode=maybe", "sslmode"),
            ("postgres://a@%2/c", "host"),
        ] {
            let error = PortalUrl::parse(url, None).unwrap_err();
            assert!(matches!(error, Error::BadUrl { part: found } if found == part), "{url}: {error}");
        }
    }
}
