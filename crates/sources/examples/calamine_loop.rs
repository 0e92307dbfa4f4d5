//! What `scripts/bench` holds the reading of workbooks against: `calamine` alone, cell by cell over the first
//! sheet of a workbook, with nothing made of the cells. Usage: `calamine_loop FILE`

use std::io::Write;

use calamine::{DataRef, Reader, Xlsx, open_workbook};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let path = std::env::args_os().nth(1).ok_or("which workbook?")?;
    let mut book: Xlsx<_> = open_workbook(std::path::PathBuf::from(path))?;
    let sheet = book.sheet_names().first().cloned().ok_or("no sheet")?;
    let mut cells = book.worksheet_cells_reader(&sheet)?;
    let (mut count, mut rows) = (0_u64, 0);
    while let Some(cell) = cells.next_cell()? {
        count += u64::from(!matches!(cell.get_value(), DataRef::Empty));
        rows = cell.get_position().0 + 1;
    }
    writeln!(std::io::stdout(), "{rows} rows, {count} cells")?;
    Ok(())
}
