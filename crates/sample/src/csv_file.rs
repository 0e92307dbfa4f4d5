//! `senarai_murid.csv`: title rows above the header, Windows line ends, UTF-8.

use std::io::Write as _;
use std::path::Path;

use crate::Error;
use crate::people::{Column, Pupil};
use crate::truth::Truth;

/// Rows above the first pupil: two title rows, a blank one and the header.
const ROWS_ABOVE: u32 = 4;

pub(crate) fn write(path: &Path, pupils: &[Pupil], truth: &mut Truth) -> Result<(), Error> {
    let file = |source| Error::File { path: path.to_owned(), source };
    let mut out = std::io::BufWriter::new(fs_err::File::create(path).map_err(file)?);
    out.write_all("SEKOLAH RENDAH AGAMA CONTOH\r\nSENARAI MURID MENGIKUT KELAS\r\n\r\n".as_bytes()).map_err(file)?;
    let mut csv = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(out);
    csv.write_record(std::iter::once("BIL").chain(Column::ALL.iter().map(|(_, header)| *header)))?;
    for (index, pupil) in pupils.iter().enumerate() {
        let number = index as u32 + 1;
        csv.write_field(number.to_string())?;
        csv.write_record(Column::ALL.iter().map(|(column, _)| pupil.cell(*column)))?;
        truth.place("senarai_murid.csv", number + ROWS_ABOVE, pupil);
    }
    csv.flush().map_err(file)?;
    truth.rows.push(("senarai_murid.csv".to_owned(), pupils.len() as u32));
    Ok(())
}
