//! Files that were there before us.

use std::error::Error;

use rusqlite::Connection;

use super::*;

#[test]
fn file_that_is_no_database_is_told_with_its_name_and_cause() {
    let home = Home::new(Kind::Sqlite);
    std::fs::write(home.database().file().unwrap(), "dear diary, ".repeat(100)).unwrap();
    let error = home.open().err().unwrap();
    assert_eq!(error.to_string(), format!("the database {} cannot be opened", home.database()));
    assert_eq!(error.source().unwrap().to_string(), "file is not a database");
}

#[test]
fn database_of_the_first_version_is_brought_to_the_present() {
    let home = Home::new(Kind::Sqlite);
    let old = Connection::open(home.database().file().unwrap()).unwrap();
    old.execute_batch(sql::MIGRATIONS[0]).unwrap();
    old.execute_batch(sql::MAKE_SCHEMA).unwrap();
    old.execute_batch("INSERT INTO schema VALUES (1); INSERT INTO rooms VALUES ('attic', 0, 1, 0, 1)")
        .unwrap();
    drop(old);
    let store = home.open().unwrap();
    assert_eq!(store.public_rooms().unwrap(), [room("attic")]);
    assert_eq!(store.silent_rooms(None, false, NOW).unwrap(), [room("attic")]);
}
