//! A server whose answers are damaged on the way: what a real one said is recorded once and played back with
//! changes, hundreds of times. `DAFTAR_FUZZ` says how often, `DAFTAR_FUZZ_PART` which part of a long run it is.

use std::io::{Read as _, Write as _};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::os::unix::net::UnixStream;
use std::thread;
use std::time::{Duration, Instant};

use sources::{Error, Source};

use super::support::{Kind, Scratch, open, read};

/// A small generator of numbers, the same in every run.
struct Dice(u64);

impl Dice {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % limit.max(1) as u64) as usize
    }
}

fn listen() -> (TcpListener, u16) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let port = listener.local_addr().expect("bound").port();
    (listener, port)
}

/// Stands between one client and the server at `socket`; gives what the server said.
fn record(listener: &TcpListener, socket: &str) -> Vec<u8> {
    let (mut client, _) = listener.accept().expect("the client comes");
    let mut server = UnixStream::connect(socket).expect("the server answers");
    let (mut asks, mut hears) = (client.try_clone().unwrap(), server.try_clone().unwrap());
    let asking = thread::spawn(move || {
        drop(std::io::copy(&mut asks, &mut hears));
        drop(hears.shutdown(Shutdown::Both));
    });
    let (mut said, mut buffer) = (Vec::new(), [0; 4096]);
    while let Ok(count @ 1..) = server.read(&mut buffer) {
        said.extend_from_slice(&buffer[..count]);
        if client.write_all(&buffer[..count]).is_err() {
            break;
        }
    }
    drop(client.shutdown(Shutdown::Both));
    asking.join().expect("the other direction ends");
    said
}

/// Says `bytes` to one client, whatever it asks.
fn play(listener: &TcpListener, bytes: &[u8]) {
    let (mut client, _) = listener.accept().expect("the client comes");
    let mut asks: TcpStream = client.try_clone().unwrap();
    let reader = thread::spawn(move || std::io::copy(&mut asks, &mut std::io::sink()));
    drop(client.write_all(bytes));
    drop(client.shutdown(Shutdown::Write));
    drop(reader.join());
}

fn mutate(bytes: &mut Vec<u8>, dice: &mut Dice) {
    let length = bytes.len();
    let (from, other) = (dice.below(length), dice.below(length));
    match dice.below(5) {
        0 => bytes.truncate(from),
        1 => bytes[from..length.min(from + 64)].fill(other as u8),
        2 if from != other => bytes[from.min(other)..from.max(other)].rotate_left(1),
        3 => bytes[from] ^= 1 << dice.below(8),
        _ => {
            for _ in 0..=dice.below(12) {
                let at = dice.below(length);
                bytes[at] = dice.below(256) as u8;
            }
        }
    }
}

fn read_everything(address: &str) -> Result<usize, Error> {
    let mut source: Box<dyn Source> = open(address)?;
    let tables = source.probe().tables.len();
    let mut rows = 0;
    for table in 0..tables {
        let mut sink = |block: &model::RowBlock| {
            rows += block.len();
            Ok(())
        };
        source.read(table, &mut sink, &model::Silent)?;
    }
    Ok(rows)
}

/// The number that the environment sets as `name`.
fn wish(name: &str) -> Option<u64> {
    std::env::var(name).ok().and_then(|number| number.parse().ok())
}

/// Records one conversation about the table `murid` and plays it back damaged.
fn attack(scratch: &Scratch, socket: &str, address: impl Fn(u16) -> String, seed: u64) {
    scratch.run(&[
        "CREATE TABLE murid (id INT PRIMARY KEY, nama VARCHAR(40), yuran DECIMAL(8,2))",
        "INSERT INTO murid VALUES (1, 'Nur ''Aisyah 😀', 12.50), (2, NULL, NULL), (3, '', -1)",
    ]);
    let (listener, port) = listen();
    let said = thread::scope(|scope| {
        let said = scope.spawn(|| record(&listener, socket));
        assert_eq!(read(open(&address(port)).expect("a whole answer").as_mut(), "murid").len(), 3);
        said.join().expect("recorded")
    });
    let (rounds, part) = (wish("DAFTAR_FUZZ").unwrap_or(300), wish("DAFTAR_FUZZ_PART").unwrap_or(0));
    let (mut dice, mut good) = (Dice(seed + part * 1_000_003), 0);
    for round in 0..rounds {
        let mut bytes = said.clone();
        mutate(&mut bytes, &mut dice);
        let start = Instant::now();
        let result = thread::scope(|scope| {
            scope.spawn(|| play(&listener, &bytes));
            read_everything(&address(port))
        });
        good += u64::from(result.is_ok());
        assert!(start.elapsed() < Duration::from_secs(30), "round {round} has no end");
    }
    println!("{rounds} damaged conversations: {good} read to the end, {} refused", rounds - good);
    assert!(good < rounds, "every damage went unseen: the test shows nothing");
}

#[test]
fn damaged_answers_of_mysql_end_in_rows_or_an_error() {
    let Some(scratch) = Scratch::new(Kind::MySql) else { return };
    let own = url::Url::parse(&scratch.address()).unwrap();
    let socket = own.query_pairs().find(|(key, _)| key == "socket").expect("a socket").1.into_owned();
    let address = |port| format!("mysql://app:app@127.0.0.1:{port}/{}?ssl-mode=disabled", scratch.name);
    attack(&scratch, &socket, address, 41);
}

#[test]
fn damaged_answers_of_postgres_end_in_rows_or_an_error() {
    let Some(scratch) = Scratch::new(Kind::Postgres) else { return };
    let own = url::Url::parse(&scratch.address()).unwrap();
    let folder = percent_encoding::percent_decode_str(own.host_str().unwrap()).decode_utf8().unwrap();
    let address = |port| format!("postgres://app@127.0.0.1:{port}/{}?sslmode=disable", scratch.name);
    attack(&scratch, &format!("{folder}/.s.PGSQL.5432"), address, 42);
}
