//! Programs that end as soon as their store is closed.
#![allow(clippy::unwrap_used, reason = "a test ends at the first surprise")]

mod support;

use bannette_store::{Act, Author};
use std::process::Command;
use support::{NOW, Place};

const PROGRAMS: usize = 60;
const CHILD: &str = "BANNETTE_ENDS";

/// SQLCipher takes itself down with the program, whoever still works with it: a program that ended before its store was
/// closed would end as if it had crashed, one time in ten. So closing has to wait for the last thread of the database.
#[test]
fn a_program_may_end_once_its_store_is_closed() {
    if std::env::var_os(CHILD).is_some() {
        end();
    }
    for _ in 0..PROGRAMS {
        // It leaves its files where they are.
        let folder = tempfile::tempdir().unwrap();
        let mut program = Command::new(std::env::current_exe().unwrap());
        let ended = program.env(CHILD, "1").env("TMPDIR", folder.path()).output().unwrap();
        assert!(ended.status.success(), "{}: {}", ended.status, String::from_utf8_lossy(&ended.stdout));
    }
}

fn end() -> ! {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        let place = Place::new().await;
        let (store, owner) = (place.store.clone(), place.owner);
        tokio::spawn(async move {
            while let Ok(mut write) = store.write().await {
                write.record(Author::Program, NOW, &Act::SignedIn { person: owner });
                write.commit().await.unwrap();
            }
        });
        for _ in 0..4 {
            place.store.read().await.unwrap().verify_journal().await.unwrap();
        }
        place.store.close().await;
        std::process::exit(0)
    })
}
