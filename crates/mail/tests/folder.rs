//! A watched folder: what is given, what waits, what is left alone.
#![allow(missing_docs)]

use anyhow::Result;
use bannette_api::connection::{StepName, Trouble};
use bannette_mail::{Folder, Found, Left, MailError, is_writable, real_folder, test_folder};
use std::fs::{self, File};
use std::io::Write as _;
use std::path::Path;
use std::time::{Duration, SystemTime};
use tempfile::tempdir;

/// Puts a file there that has not changed for a minute.
fn put(folder: &Path, name: &str, bytes: &[u8]) -> Result<()> {
    fs::write(folder.join(name), bytes)?;
    age(&folder.join(name), Duration::from_secs(60))
}

fn age(file: &Path, by: Duration) -> Result<()> {
    Ok(File::options().append(true).open(file)?.set_modified(SystemTime::now() - by)?)
}

/// A watch for which every file is complete at the first look.
fn at_once(folder: &Path) -> Folder {
    Folder::new(folder.to_owned()).settled_within(Duration::ZERO)
}

fn names(found: &[Found]) -> Vec<&str> {
    found.iter().map(|one| one.name.as_str()).collect()
}

#[tokio::test]
async fn gives_each_file_once_and_leaves_it_there() -> Result<()> {
    let folder = tempdir()?;
    put(folder.path(), "b.hpr", b"two")?;
    put(folder.path(), "a.hpr", b"one")?;
    let mut watch = at_once(folder.path());
    let found = watch.look().await?;
    assert_eq!(names(&found), ["a.hpr", "b.hpr"]);
    assert_eq!(
        (found[0].bytes.as_slice(), found[0].path.as_path()),
        (b"one".as_slice(), &*folder.path().join("a.hpr"))
    );
    assert_eq!(names(&watch.look().await?), Vec::<&str>::new());
    assert_eq!(fs::read(folder.path().join("a.hpr"))?, b"one");

    // The same name with other bytes is another file.
    put(folder.path(), "a.hpr", b"three")?;
    put(folder.path(), "c.hpr", b"four")?;
    assert_eq!(names(&watch.look().await?), ["a.hpr", "c.hpr"]);
    // Another watch knows nothing of what this one gave.
    assert_eq!(at_once(folder.path()).look().await?.len(), 3);
    Ok(())
}

#[tokio::test]
async fn waits_until_a_file_has_stopped_growing() -> Result<()> {
    let folder = tempdir()?;
    let path = folder.path().join("a.hpr");
    let mut file = File::create(&path)?;
    let pause = Duration::from_millis(50);
    let mut watch = Folder::new(folder.path().to_owned()).settled_within(pause);
    for piece in 0..3 {
        file.write_all(b"piece")?;
        // As old as a copy that keeps the times of its original.
        file.set_modified(SystemTime::now() - Duration::from_secs(900 - piece))?;
        assert_eq!(watch.look().await?, []);
        // Two looks at once say nothing: only a pause without a change does.
        assert_eq!(watch.look().await?, []);
        assert!(watch.expects_soon());
    }
    watch.wait().await;
    assert_eq!(watch.look().await?[0].bytes, b"piecepiecepiece");
    Ok(())
}

#[tokio::test]
async fn a_time_of_change_in_the_future_says_nothing() -> Result<()> {
    let folder = tempdir()?;
    put(folder.path(), "a.hpr", b"one")?;
    File::options()
        .append(true)
        .open(folder.path().join("a.hpr"))?
        .set_modified(SystemTime::now() + Duration::from_secs(9_999))?;
    assert_eq!(names(&at_once(folder.path()).look().await?), ["a.hpr"]);
    Ok(())
}

#[tokio::test]
async fn an_empty_file_waits_for_its_bytes_and_is_told_of() -> Result<()> {
    let folder = tempdir()?;
    let mut file = File::create(folder.path().join("a.hpr"))?;
    let mut watch = at_once(folder.path());
    assert_eq!(watch.look().await?, []);
    assert_eq!(watch.left(), Left { empty: 1, ..Left::default() });
    file.write_all(b"one")?;
    assert_eq!(names(&watch.look().await?), ["a.hpr"]);
    assert_eq!(watch.left(), Left::default());
    Ok(())
}

#[tokio::test]
async fn a_change_is_told_at_once() -> Result<()> {
    let folder = tempdir()?;
    let mut watch = at_once(folder.path());
    assert!(watch.watch().await);
    assert_eq!(watch.look().await?, []);
    fs::write(folder.path().join("a.hpr"), b"one")?;
    tokio::time::timeout(Duration::from_secs(10), watch.wait()).await?;
    assert_eq!(names(&watch.look().await?), ["a.hpr"]);
    // Our own reading tells nothing; another wait is over only by what others do.
    while tokio::time::timeout(Duration::from_millis(800), watch.wait()).await.is_ok() {
        assert_eq!(watch.look().await?, []);
    }
    Ok(())
}

#[cfg(unix)]
#[tokio::test]
async fn a_circle_of_links_has_its_own_name() -> Result<()> {
    let parent = tempdir()?;
    let (one, other) = (parent.path().join("one"), parent.path().join("other"));
    std::os::unix::fs::symlink(&one, &other)?;
    std::os::unix::fs::symlink(&other, &one)?;
    assert_eq!(at_once(&one).look().await, Err(MailError::FolderLoop));
    assert_eq!(real_folder(&one), Err(MailError::FolderLoop));
    assert_eq!(test_folder(&one).steps[0].trouble, Some(Trouble::FolderLoop));
    // A link in the folder that leads back to it is not gone into.
    let folder = parent.path().join("folder");
    fs::create_dir(&folder)?;
    put(&folder, "a.hpr", b"one")?;
    std::os::unix::fs::symlink(&folder, folder.join("again"))?;
    assert_eq!(names(&at_once(&folder).look().await?), ["a.hpr"]);
    Ok(())
}

#[cfg(target_os = "linux")]
#[test]
fn a_folder_that_takes_no_file_is_known() {
    assert!(!is_writable(Path::new("/proc")));
    let folder = tempdir().unwrap();
    assert!(is_writable(folder.path()));
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
}

#[tokio::test]
async fn passes_over_what_is_not_a_finished_file() -> Result<()> {
    let folder = tempdir()?;
    for name in [".hidden", "~$report.doc", "a.tmp", "a.TMP", "a.hpr.part", "a.crdownload", "good.hpr"] {
        put(folder.path(), name, b"x")?;
    }
    fs::create_dir(folder.path().join("folder.hpr"))?;
    let elsewhere = tempdir()?;
    put(elsewhere.path(), "secret", b"not yours")?;
    #[cfg(unix)]
    std::os::unix::fs::symlink(elsewhere.path().join("secret"), folder.path().join("link.hpr"))?;
    let mut watch = at_once(folder.path());
    assert_eq!(names(&watch.look().await?), ["good.hpr"]);
    assert_eq!(test_folder(folder.path()).messages, Some(1));
    Ok(())
}

#[tokio::test]
async fn looks_are_limited_and_lose_nothing() -> Result<()> {
    let folder = tempdir()?;
    for number in 0..250 {
        put(folder.path(), &format!("{number:03}.hpr"), b"small")?;
    }
    for number in 0..3 {
        put(folder.path(), &format!("large{number}.hpr"), &vec![0; 9_000_000])?;
    }
    put(folder.path(), "larger.hpr", &vec![0; 20_000_000])?;
    let mut watch = at_once(folder.path());
    let mut counts = Vec::new();
    while counts.is_empty() || (watch.has_more() && counts.len() < 10) {
        counts.push(watch.look().await?.len());
    }
    assert_eq!(counts, [100, 100, 51, 1, 1, 1]);
    assert_eq!(watch.look().await?, []);
    Ok(())
}

#[tokio::test]
async fn a_file_that_is_too_large_is_left_alone() -> Result<()> {
    let folder = tempdir()?;
    let path = folder.path().join("huge.bin");
    File::create(&path)?.set_len(1024 * 1024 * 1024)?;
    age(&path, Duration::from_secs(60))?;
    put(folder.path(), "small.hpr", b"x")?;
    let mut watch = at_once(folder.path());
    assert_eq!(names(&watch.look().await?), ["small.hpr"]);
    assert_eq!((watch.look().await?, watch.has_more()), (Vec::new(), false));
    assert_eq!((watch.left(), path.exists()), (Left { too_large: 1, ..Left::default() }, true));
    Ok(())
}

#[tokio::test]
async fn a_folder_that_goes_away_and_comes_back() -> Result<()> {
    let parent = tempdir()?;
    let path = parent.path().join("drive");
    let mut watch = at_once(&path);
    assert_eq!(watch.look().await, Err(MailError::FolderMissing));
    let report = test_folder(&path);
    assert_eq!((report.steps[0].step, &report.steps[0].trouble), (StepName::Folder, &Some(Trouble::FolderMissing)));
    fs::create_dir(&path)?;
    put(&path, "a.hpr", b"one")?;
    assert_eq!(names(&watch.look().await?), ["a.hpr"]);
    // An unplugged drive that comes back does not bring everything again.
    fs::rename(&path, parent.path().join("away"))?;
    assert_eq!(watch.look().await, Err(MailError::FolderMissing));
    fs::rename(parent.path().join("away"), &path)?;
    assert_eq!(watch.look().await?, []);

    let file = parent.path().join("file");
    fs::write(&file, b"x")?;
    assert_eq!(at_once(&file).look().await, Err(MailError::FolderUnreadable));
    assert_eq!(test_folder(&file).steps[0].trouble, Some(Trouble::FolderUnreadable));
    Ok(())
}
