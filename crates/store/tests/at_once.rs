//! Stores that are opened by several threads as the first thing of their program.
#![allow(clippy::unwrap_used, reason = "a test ends at the first surprise")]

use bannette_api::failure::StoreTrouble;
use bannette_store::{KeyPlace, Keys, Store, StoreError};
use std::process::Command;
use std::sync::{Arc, Barrier};

const THREADS: usize = 16;
/// One program in some sixty met it.
const PROGRAMS: usize = 150;
const CHILD: &str = "BANNETTE_OPENS_AT_ONCE";

/// The cipher's own initialization comes after SQLite calls itself initialized: whoever opened in between found no
/// cipher, and took a whole store for a damaged one. Only the first connections of a process can meet it, therefore the
/// many programs.
#[test]
fn the_first_stores_of_a_program_may_be_opened_at_once() {
    if std::env::var_os(CHILD).is_some() {
        return open_at_once();
    }
    for _ in 0..PROGRAMS {
        let program = Command::new(std::env::current_exe().unwrap()).env(CHILD, "1").output().unwrap();
        assert!(program.status.success(), "{}", String::from_utf8_lossy(&program.stdout));
    }
}

fn open_at_once() {
    let barrier = Arc::new(Barrier::new(THREADS));
    let threads: Vec<_> = (0..THREADS)
        .map(|_| {
            let barrier = Arc::clone(&barrier);
            std::thread::spawn(move || {
                let folder = tempfile::tempdir().unwrap();
                let keys = Keys::create(&KeyPlace::File(folder.path().join("key")), folder.path()).unwrap();
                // Another key's, without its mark: the first use of the cipher says so. A store that was made here
                // would have woken the cipher.
                std::fs::write(folder.path().join("bannette.db"), [0x5a; 16384]).unwrap();
                let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
                barrier.wait();
                let opened = runtime.block_on(Store::open(folder.path(), keys, "poste"));
                assert!(matches!(opened, Err(StoreError::Trouble(StoreTrouble::WrongKey))), "{opened:?}");
            })
        })
        .collect();
    for thread in threads {
        thread.join().unwrap();
    }
}
