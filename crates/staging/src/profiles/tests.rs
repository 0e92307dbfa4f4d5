//! Documents of a profile live as long as what they count.

use model::Silent;

use super::*;
use crate::landing::fixture::{act, bring_in, project};
use crate::landing::{self, remove_batch};

#[test]
fn a_tables_document_goes_with_its_table() {
    let project = project();
    let conn = project.connection();
    bring_in(conn, "murid.csv", "students", &["full_name"], &[&["Ali Rekaan"]]);
    let one = landing::tables(conn, None).expect("reads").remove(0);
    save_table(conn, one.id, 1, &vec![1, 2]).expect("keeps");
    save_table(conn, one.id, 1, &vec![3]).expect("keeps the newer one");
    assert_eq!(table::<Vec<u8>>(conn, one.id, 1).expect("reads"), Some(vec![3]));
    assert_eq!(table::<Vec<u8>>(conn, one.id, 2).expect("reads"), None, "of another version");
    assert_eq!((tables(conn, 1).expect("reads"), tables(conn, 2).expect("reads")), (vec![one.id], vec![]));
    remove_batch(conn, one.batch, &act(), &Silent).expect("takes the import out");
    assert_eq!(tables(conn, 1).expect("reads"), Vec::<i64>::new());
}

#[test]
fn a_profile_is_stale_once_records_change() {
    let project = project();
    let conn = project.connection();
    assert_eq!(last_run(conn).expect("reads"), None);
    let version = records::version(conn).expect("reads");
    finish(conn, &[("students", 7_u8), ("teachers", 2)], version, &act()).expect("finishes");
    assert!(!last_run(conn).expect("reads").expect("a run").stale);
    finish(conn, &[("students", 8_u8)], version, &act()).expect("finishes again");
    assert_eq!(entity::<u8>(conn, "students").expect("reads"), Some(8));
    assert_eq!(entity::<u8>(conn, "teachers").expect("reads"), None, "the profile before is gone");
    bring_in(conn, "murid.csv", "students", &["full_name"], &[&["Ali Rekaan"]]);
    assert!(last_run(conn).expect("reads").expect("a run").stale);
}
