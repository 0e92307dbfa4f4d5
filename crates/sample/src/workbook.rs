//! `murid_tahfiz.xlsx`: a sheet of pupils with real dates, and a sheet of teachers.

use std::path::Path;

use rust_xlsxwriter::{ExcelDateTime, Format, Workbook, Worksheet};

use crate::Error;
use crate::people::{Column, Pupil, Teacher, TeacherColumn};
use crate::truth::Truth;

pub(crate) fn write(path: &Path, pupils: &[Pupil], teachers: &[Teacher], truth: &mut Truth) -> Result<(), Error> {
    let mut book = Workbook::new();
    let dates = Format::new().set_num_format("dd/mm/yyyy");
    pupil_sheet(book.add_worksheet_with_constant_memory()?.set_name("Murid")?, pupils, &dates, truth)?;
    teacher_sheet(book.add_worksheet_with_constant_memory()?.set_name("Guru")?, teachers, &dates, truth)?;
    book.save(path)?;
    truth.rows.push(("murid_tahfiz.xlsx".to_owned(), pupils.len() as u32));
    Ok(())
}

fn pupil_sheet(sheet: &mut Worksheet, pupils: &[Pupil], dates: &Format, truth: &mut Truth) -> Result<(), Error> {
    for (at, (_, header)) in Column::ALL.iter().enumerate() {
        sheet.write_string(0, at as u16, *header)?;
    }
    for (index, pupil) in pupils.iter().enumerate() {
        let row = index as u32 + 1;
        for (at, (column, _)) in Column::ALL.iter().enumerate() {
            write_cell(sheet, (row, at as u16), pupil, *column, dates)?;
        }
        truth.place("murid_tahfiz.xlsx", row + 1, pupil);
    }
    Ok(())
}

/// Dates that are as they should be are real dates; everything else is text, as a clerk types it.
fn write_cell(
    sheet: &mut Worksheet,
    at: (u32, u16),
    pupil: &Pupil,
    column: Column,
    dates: &Format,
) -> Result<(), Error> {
    let planted = pupil.written.iter().any(|planted| planted.column == column);
    let date = match column {
        Column::Born if !planted => Some(pupil.born),
        Column::Admitted if !planted => Some(pupil.admitted),
        _ => None,
    };
    match date {
        Some(date) => {
            let date = ExcelDateTime::parse_from_str(&date.to_string())?;
            sheet.write_datetime_with_format(at.0, at.1, &date, dates)?;
        }
        None => {
            sheet.write_string(at.0, at.1, pupil.cell(column))?;
        }
    }
    Ok(())
}

fn teacher_sheet(sheet: &mut Worksheet, teachers: &[Teacher], dates: &Format, truth: &mut Truth) -> Result<(), Error> {
    for (at, (_, header)) in TeacherColumn::ALL.iter().enumerate() {
        sheet.write_string(0, at as u16, *header)?;
    }
    for (index, teacher) in teachers.iter().enumerate() {
        let row = index as u32 + 1;
        for (at, (column, _)) in TeacherColumn::ALL.iter().enumerate() {
            let planted = teacher.written.iter().any(|planted| planted.column == *column);
            if *column == TeacherColumn::Hired && !planted {
                let hired = ExcelDateTime::parse_from_str(&teacher.hired.to_string())?;
                sheet.write_datetime_with_format(row, at as u16, &hired, dates)?;
            } else {
                sheet.write_string(row, at as u16, teacher.cell(*column))?;
            }
        }
        truth.place_teacher("murid_tahfiz.xlsx", row + 1, teacher);
    }
    Ok(())
}
