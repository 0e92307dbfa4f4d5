//! A wire between Daftar and a PostgreSQL that can be cut at any byte, and be away altogether.

use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::os::unix::net::UnixStream;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use anyhow::{Context as _, Result};

/// Listens on a port of this computer and passes everything on to a server's socket.
#[derive(Debug)]
pub struct Proxy {
    port: u16,
    wire: Arc<Wire>,
}

#[derive(Debug)]
struct Wire {
    socket: PathBuf,
    /// Bytes both ways since the last [`Proxy::cut_after`].
    passed: AtomicU64,
    /// Where the wire is cut, once.
    cut_at: AtomicU64,
    away: AtomicBool,
}

/// The socket of the server in an address such as `postgres://app@%2Ftmp%2Fsock/postgres`.
fn socket_of(url: &str) -> Option<PathBuf> {
    let host = url.split_once('@')?.1.split('/').next()?;
    Some(PathBuf::from(host.replace("%2F", "/")).join(".s.PGSQL.5432"))
}

impl Proxy {
    /// A wire to the server of `url`, which must name its socket's folder.
    ///
    /// # Errors
    ///
    /// Where no port is free.
    pub fn to(url: &str) -> Result<Self> {
        let socket = socket_of(url).context("the server's address names no socket")?;
        let listener = TcpListener::bind(("127.0.0.1", 0))?;
        let port = listener.local_addr()?.port();
        let wire = Arc::new(Wire {
            socket,
            passed: AtomicU64::new(0),
            cut_at: AtomicU64::new(u64::MAX),
            away: AtomicBool::new(false),
        });
        let serve = Arc::clone(&wire);
        std::thread::spawn(move || {
            for client in listener.incoming().flatten() {
                let _ = serve.join(client);
            }
        });
        Ok(Self { port, wire })
    }

    /// `url` by way of this wire.
    #[must_use]
    pub fn url(&self, url: &str) -> String {
        let database = url.rsplit('/').next().unwrap_or_default();
        format!("postgres://app@127.0.0.1:{}/{database}?sslmode=disable", self.port)
    }

    /// Cuts every connection when `bytes` more have gone by; later ones are whole.
    pub fn cut_after(&self, bytes: u64) {
        self.wire.passed.store(0, Ordering::SeqCst);
        self.wire.cut_at.store(bytes, Ordering::SeqCst);
    }

    /// Bytes since the last [`Proxy::cut_after`].
    #[must_use]
    pub fn passed(&self) -> u64 {
        self.wire.passed.load(Ordering::SeqCst)
    }

    /// Whether the server seems to be away: connections are closed at once.
    pub fn set_away(&self, away: bool) {
        self.wire.away.store(away, Ordering::SeqCst);
    }
}

impl Wire {
    fn join(self: &Arc<Self>, client: TcpStream) -> std::io::Result<()> {
        if self.away.load(Ordering::SeqCst) {
            return client.shutdown(Shutdown::Both);
        }
        let server = UnixStream::connect(&self.socket)?;
        let ends = Arc::new((client.try_clone()?, server.try_clone()?));
        let (from, to, one) = (client.try_clone()?, server.try_clone()?, Arc::clone(&ends));
        let wire = Arc::clone(self);
        std::thread::spawn(move || wire.pass(from, to, &one));
        let wire = Arc::clone(self);
        std::thread::spawn(move || wire.pass(server, client, &ends));
        Ok(())
    }

    fn pass(&self, mut from: impl Read, mut to: impl Write, ends: &(TcpStream, UnixStream)) {
        let mut buffer = [0; 4096];
        while let Ok(read) = from.read(&mut buffer) {
            let before = self.passed.fetch_add(read as u64, Ordering::SeqCst);
            let left = self.cut_at.load(Ordering::SeqCst).saturating_sub(before);
            let going = read.min(usize::try_from(left).unwrap_or(usize::MAX));
            if read == 0 || to.write_all(&buffer[..going]).is_err() {
                break;
            }
            if going < read {
                // once: whoever comes again has a whole wire
                self.cut_at.store(u64::MAX, Ordering::SeqCst);
                break;
            }
        }
        let _ = ends.0.shutdown(Shutdown::Both);
        let _ = ends.1.shutdown(Shutdown::Both);
    }
}
