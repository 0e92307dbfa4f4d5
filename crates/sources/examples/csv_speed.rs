//! Measures how fast a CSV file is opened and read: `csv_speed FILE`, or without a file a million
//! made-up rows of ten columns.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::Instant;

/// Rows of the made-up file.
const ROWS: u64 = 1_000_000;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    match std::env::args_os().nth(1) {
        Some(path) => measure(&PathBuf::from(path)),
        None => {
            let path = std::env::temp_dir().join(format!("csv_speed_{}.csv", std::process::id()));
            make(&path)?;
            let result = measure(&path);
            fs_err::remove_file(&path)?;
            result
        }
    }
}

fn make(path: &Path) -> std::io::Result<()> {
    let mut file = std::io::BufWriter::new(fs_err::File::create(path)?);
    writeln!(file, "BIL,NAMA,NO KP,TARIKH LAHIR,JANTINA,KELAS,TELEFON,ALAMAT,POSKOD,CATATAN")?;
    for n in 0..ROWS {
        let kp = 100_000_000_000 + n;
        writeln!(
            file,
            "{n},Murid Contoh {n} bin Ujian,{kp},12/03/2014,L,5 Amanah,012-345 6789,\"No {n}, Jalan Satu\",43000,"
        )?;
    }
    file.flush()
}

fn measure(path: &Path) -> Result<(), Box<dyn std::error::Error>> {
    let megabytes = fs_err::metadata(path)?.len() as f64 / 1e6;
    let start = Instant::now();
    let mut source = sources::open(path, &sources::Options::default())?;
    let opened = start.elapsed();
    let (mut rows, start) = (0, Instant::now());
    let mut sink = |block: &model::RowBlock| {
        rows += block.len();
        Ok(())
    };
    source.read(0, &mut sink, &model::Silent)?;
    let read = start.elapsed();
    let speed = rows as f64 / read.as_secs_f64();
    let out = &mut std::io::stdout();
    writeln!(out, "{megabytes:.0} MB, opened in {opened:.2?}, {rows} rows read in {read:.2?}, {speed:.0} rows/s")?;
    Ok(())
}
