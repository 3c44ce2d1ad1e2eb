//! What becomes of a file once its copy is kept: deleted or moved, never another file than the one that was kept, and never
//! over a file that is there.

use super::look;
use bannette_api::mailboxes::AfterTaking;
use sha2::{Digest as _, Sha256};
use std::ffi::OsString;
use std::fs::{self, File};
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

/// What became of a file that was to be put away.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PutAway {
    /// It is gone from the folder.
    Done,
    /// It is not the file that was kept any more, or is gone: left alone.
    Other,
    /// It could not be moved or deleted: to be tried again later.
    Failed,
}

/// Deletes or moves a file, if its bytes are still those of this hash (SHA-256). Blocks.
#[must_use]
pub fn put_away(file: &Path, sha256: &[u8; 32], after: &AfterTaking) -> PutAway {
    match look::open(file).and_then(|mut open| hash(&mut open)) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return PutAway::Other,
        Err(error) => return failed(&error),
        Ok(now) if now != *sha256 => return PutAway::Other,
        Ok(_) if look::look_at(file).is_none() => return PutAway::Other,
        Ok(_) => {}
    }
    let done = match after {
        AfterTaking::Leave => Ok(()),
        AfterTaking::Delete => fs::remove_file(file),
        AfterTaking::Move { to } => move_into(file, Path::new(to), sha256),
    };
    match done {
        Ok(()) => PutAway::Done,
        Err(error) => failed(&error),
    }
}

fn failed(error: &io::Error) -> PutAway {
    tracing::debug!(kind = ?error.kind(), "a file could not be put away");
    PutAway::Failed
}

fn hash(from: &mut File) -> io::Result<[u8; 32]> {
    let mut hash = Sha256::new();
    let mut piece = vec![0; 64 * 1024];
    loop {
        let read = from.read(&mut piece)?;
        match piece.get(..read) {
            None | Some([]) => return Ok(hash.finalize().into()),
            Some(some) => hash.update(some),
        }
    }
}

fn move_into(file: &Path, folder: &Path, sha256: &[u8; 32]) -> io::Result<()> {
    let (place, reserved) = reserve(file, folder)?;
    drop(reserved);
    // Over the empty file that holds the name for us, and over nothing else.
    let moved = match fs::rename(file, &place) {
        Err(error) if error.kind() == io::ErrorKind::CrossesDevices => copy_over(file, &place, sha256),
        moved => moved,
    };
    if moved.is_err() && look::look_at(&place).is_some_and(|look| look.size == 0) {
        fs::remove_file(&place)?;
    }
    moved
}

/// To another drive: written, read back and compared before the first one goes.
fn copy_over(file: &Path, place: &Path, sha256: &[u8; 32]) -> io::Result<()> {
    let copied = io::copy(&mut look::open(file)?, &mut File::create(place)?)
        .and_then(|_| File::options().write(true).open(place)?.sync_all())
        .and_then(|()| hash(&mut File::open(place)?));
    match copied {
        Ok(written) if written == *sha256 => fs::remove_file(file),
        other => {
            // What was written here is ours and wrong; the file itself is still where it was.
            fs::remove_file(place)?;
            other.and(Err(io::Error::from(io::ErrorKind::InvalidData)))
        }
    }
}

/// An empty file under the first free name: `a.hpr`, `a (2).hpr`, …
fn reserve(file: &Path, folder: &Path) -> io::Result<(PathBuf, File)> {
    let nameless = || io::Error::from(io::ErrorKind::InvalidInput);
    let stem = file.file_stem().ok_or_else(nameless)?;
    for number in 1..10_000 {
        let mut name = OsString::from(stem);
        if number > 1 {
            name.push(format!(" ({number})"));
        }
        if let Some(ending) = file.extension() {
            name.push(".");
            name.push(ending);
        }
        let place = folder.join(name);
        match File::options().write(true).create_new(true).open(&place) {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            opened => return opened.map(|open| (place, open)),
        }
    }
    Err(io::Error::from(io::ErrorKind::AlreadyExists))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hash_of(bytes: &[u8]) -> [u8; 32] {
        Sha256::digest(bytes).into()
    }

    #[test]
    fn a_move_takes_the_next_free_name() {
        let folder = tempfile::tempdir().unwrap();
        let archive = folder.path().join("archive");
        fs::create_dir(&archive).unwrap();
        let after = AfterTaking::Move { to: archive.to_string_lossy().into_owned() };
        for (number, name) in ["a.hpr", "a (2).hpr", "a (3).hpr"].into_iter().enumerate() {
            let bytes = format!("report {number}");
            fs::write(folder.path().join("a.hpr"), &bytes).unwrap();
            assert_eq!(put_away(&folder.path().join("a.hpr"), &hash_of(bytes.as_bytes()), &after), PutAway::Done);
            assert_eq!(fs::read_to_string(archive.join(name)).unwrap(), bytes);
            assert!(!folder.path().join("a.hpr").exists());
        }
        assert_eq!(fs::read_to_string(archive.join("a.hpr")).unwrap(), "report 0");
    }

    #[test]
    fn another_file_under_the_name_is_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("a.hpr");
        fs::write(&file, b"corrected").unwrap();
        assert_eq!(put_away(&file, &hash_of(b"first"), &AfterTaking::Delete), PutAway::Other);
        assert_eq!(fs::read(&file).unwrap(), b"corrected");
        assert_eq!(put_away(&folder.path().join("none"), &hash_of(b""), &AfterTaking::Delete), PutAway::Other);
        assert_eq!(put_away(&file, &hash_of(b"corrected"), &AfterTaking::Delete), PutAway::Done);
        assert!(!file.exists());
    }

    #[test]
    fn what_cannot_be_moved_stays_and_nothing_is_left_behind() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("a.hpr");
        fs::write(&file, b"one").unwrap();
        let gone = AfterTaking::Move { to: folder.path().join("gone").to_string_lossy().into_owned() };
        assert_eq!(put_away(&file, &hash_of(b"one"), &gone), PutAway::Failed);
        assert_eq!(fs::read(&file).unwrap(), b"one");
    }

    #[test]
    fn to_another_drive_the_copy_is_compared_first() {
        let folder = tempfile::tempdir().unwrap();
        let (file, place) = (folder.path().join("a.hpr"), folder.path().join("b.hpr"));
        fs::write(&file, b"one").unwrap();
        assert!(copy_over(&file, &place, &hash_of(b"other")).is_err());
        assert_eq!((file.exists(), place.exists()), (true, false));
        copy_over(&file, &place, &hash_of(b"one")).unwrap();
        assert_eq!((file.exists(), fs::read(&place).unwrap()), (false, b"one".to_vec()));
    }
}
