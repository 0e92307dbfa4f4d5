//! The address of a database server: read into its parts, and shown without user and password.

use std::fmt;

use percent_encoding::percent_decode_str;
use url::Url;

use crate::error::Error;
use crate::source::Secret;

/// What speaks at the other end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// MySQL and MariaDB.
    MySql,
    Postgres,
}

/// The beginnings of an address.
const SCHEMES: [(&str, Kind); 4] = [
    ("mysql://", Kind::MySql),
    ("mariadb://", Kind::MySql),
    ("postgres://", Kind::Postgres),
    ("postgresql://", Kind::Postgres),
];

impl Kind {
    /// What `text` begins like, if it is an address at all.
    pub(super) fn of(text: &str) -> Option<Self> {
        let begins = |scheme: &str| text.get(..scheme.len()).is_some_and(|start| start.eq_ignore_ascii_case(scheme));
        SCHEMES.into_iter().find(|(scheme, _)| begins(scheme)).map(|(_, kind)| kind)
    }

    fn scheme(self) -> &'static str {
        match self {
            Self::MySql => "mysql",
            Self::Postgres => "postgres",
        }
    }
}

/// What the address demands of the connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Tls {
    Off,
    /// Encrypted where the server can; a note says where it is not.
    Preferred,
    Required,
    /// The certificate must come from a known authority.
    VerifyCa,
    /// It must also be for this very host.
    VerifyFull,
}

/// Where the database is and who asks.
pub(super) struct Address {
    pub(super) kind: Kind,
    pub(super) host: String,
    pub(super) port: Option<u16>,
    /// File or folder of a local socket, as the server has it.
    pub(super) socket: Option<String>,
    pub(super) user: String,
    pub(super) password: Option<Secret>,
    pub(super) database: String,
    pub(super) tls: Tls,
    /// File with the authority that signs the server's certificate.
    pub(super) authority: Option<String>,
}

impl Address {
    /// Reads `text`, as in `mysql://user:password@host:port/database?ssl-mode=VERIFY_CA&ssl-ca=FILE`.
    ///
    /// # Errors
    ///
    /// [`Error::BadAddress`] with the part that is not understood; never with the text itself.
    pub(super) fn parse(text: &str) -> Result<Self, Error> {
        let bad = |part| Error::BadAddress { part };
        let kind = Kind::of(text.trim()).ok_or(bad("mysql://"))?;
        let url = Url::parse(text.trim()).map_err(|_| bad("user:password@host"))?;
        let part = |text: &str, part| decoded(text).ok_or(bad(part));
        let host = part(url.host_str().unwrap_or_default(), "host")?;
        let password = url.password().map(|word| part(word, "password").map(Secret::new)).transpose()?;
        let address = Self {
            kind,
            host: host.trim_start_matches('[').trim_end_matches(']').to_owned(),
            port: url.port(),
            socket: None,
            user: part(url.username(), "user")?,
            password,
            database: part(url.path().trim_start_matches('/'), "database")?,
            tls: Tls::Preferred,
            authority: None,
        };
        address.with_query(&url)?.complete()
    }

    fn with_query(mut self, url: &Url) -> Result<Self, Error> {
        for (key, value) in url.query_pairs() {
            match key.as_ref() {
                "ssl-mode" | "sslmode" => self.tls = tls(&value).ok_or(Error::BadAddress { part: "ssl-mode" })?,
                "ssl-ca" | "sslrootcert" => self.authority = Some(value.into_owned()),
                "socket" | "host" => self.socket = Some(value.into_owned()),
                _ => return Err(Error::BadAddress { part: "?" }),
            }
        }
        Ok(self)
    }

    fn complete(mut self) -> Result<Self, Error> {
        if self.host.starts_with('/') {
            self.socket = Some(std::mem::take(&mut self.host));
        }
        if self.host.is_empty() && self.socket.is_some() {
            self.host.push_str("localhost");
        }
        let parts = [("host", &self.host), ("user", &self.user), ("database", &self.database)];
        let missing = parts.iter().find(|(_, value)| value.is_empty()).map(|(part, _)| *part);
        match missing {
            Some(part) => Err(Error::BadAddress { part }),
            None => Ok(self),
        }
    }

    /// Whether what is read crosses a network.
    pub(super) fn is_elsewhere(&self) -> bool {
        let here = self.host == "localhost" || self.host == "::1" || self.host.starts_with("127.");
        self.socket.is_none() && !here
    }

    /// Whether the server has to prove who it is.
    pub(super) fn verifies(&self) -> bool {
        matches!(self.tls, Tls::VerifyCa | Tls::VerifyFull)
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let six = self.host.contains(':');
        let host = if six { format!("[{}]", self.host) } else { self.host.clone() };
        write!(f, "{}://{host}", self.kind.scheme())?;
        if let Some(port) = self.port {
            write!(f, ":{port}")?;
        }
        write!(f, "/{}", self.database)
    }
}

fn decoded(text: &str) -> Option<String> {
    percent_decode_str(text).decode_utf8().ok().map(std::borrow::Cow::into_owned)
}

/// The words of both kinds of server for the same thing.
fn tls(mode: &str) -> Option<Tls> {
    Some(match mode.to_ascii_lowercase().replace('_', "-").as_str() {
        "disabled" | "disable" => Tls::Off,
        "preferred" | "prefer" | "allow" => Tls::Preferred,
        "required" | "require" => Tls::Required,
        "verify-ca" => Tls::VerifyCa,
        "verify-identity" | "verify-full" => Tls::VerifyFull,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bad(text: &str) -> &'static str {
        match Address::parse(text) {
            Err(Error::BadAddress { part }) => part,
            other => panic!("{text}: {:?}", other.map(|address| address.to_string())),
        }
    }

    #[test]
    fn an_address_is_read_in_all_its_parts_and_shown_without_its_login() {
        let text = "MariaDB://aini:s%40lam%3A@db.sekolah.my:3307/e%20hadir?ssl-mode=VERIFY_CA&ssl-ca=%2Fca.pem";
        let address = Address::parse(text).unwrap();
        assert_eq!(address.to_string(), "mysql://db.sekolah.my:3307/e hadir");
        assert_eq!((address.kind, address.user.as_str(), address.port), (Kind::MySql, "aini", Some(3307)));
        assert_eq!(address.password.as_ref().unwrap().expose(), "s@lam:");
        assert_eq!((address.tls, address.authority.as_deref()), (Tls::VerifyCa, Some("/ca.pem")));
        assert!(address.is_elsewhere() && address.verifies());
    }

    #[test]
    fn a_socket_and_the_short_forms_are_understood() {
        let address = Address::parse("postgres://app@%2Ftmp%2Fsock/app").unwrap();
        assert_eq!((address.socket.as_deref(), address.host.as_str()), (Some("/tmp/sock"), "localhost"));
        assert_eq!((address.to_string().as_str(), address.is_elsewhere()), ("postgres://localhost/app", false));
        let address = Address::parse(" mysql://a@localhost/b?socket=/run/my.sock&ssl-mode=disabled ").unwrap();
        assert_eq!((address.socket.as_deref(), address.tls), (Some("/run/my.sock"), Tls::Off));
        let address = Address::parse("postgresql://a@[::1]:7/b?sslmode=verify-full").unwrap();
        assert_eq!((address.to_string().as_str(), address.tls), ("postgres://[::1]:7/b", Tls::VerifyFull));
    }

    #[test]
    fn what_is_not_understood_is_said_by_part_and_never_repeated() {
        assert_eq!(bad("oracle://a:rahsia@b/c"), "mysql://");
        assert_eq!(bad("mysql://a:rahsia@b:port/c"), "user:password@host");
        assert_eq!(bad("mysql://a:rahsia@b"), "database");
        assert_eq!(bad("mysql://b/c"), "user");
        assert_eq!(bad("mysql:///c"), "host");
        assert_eq!(bad("mysql://a:%ff@b/c"), "password");
        assert_eq!(bad("mysql://a@b/c?ssl-mode=maybe"), "ssl-mode");
        assert_eq!(bad("mysql://a@b/c?rahsia=1"), "?");
    }
}
