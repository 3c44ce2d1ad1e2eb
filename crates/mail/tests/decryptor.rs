//! The external program that opens encrypted contents: what it is given, what it may do, what is left of it. The program is
//! this very test, started again: it is no decryptor of anything real.
#![cfg(unix)]
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test fails by panicking")]

use bannette_api::connection::OpeningFault;
use bannette_mail::{Secret, Tool, wipe_leftovers};
use std::fs;
use std::io::Read as _;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};
use tempfile::TempDir;

const CODE: &str = "code-d-usage-secret";

/// Not a test but the tool of the tests. The values of `--skip`, which the test harness takes for names, are: what to do, the
/// file to open, the file to write.
#[test]
fn the_tool_of_the_tests() {
    let arguments: Vec<String> = std::env::args().collect();
    let skipped: Vec<&String> = arguments.windows(2).filter(|two| two[0] == "--skip").map(|two| &two[1]).collect();
    let [what, input, output] = skipped[..] else { return };
    let given = fs::read(input).unwrap();
    match what.as_str() {
        "open" => fs::write(output, [b"clear: ".as_slice(), &given].concat()).unwrap(),
        // What it sees of the world.
        "look" => {
            let mut code = String::new();
            std::io::stdin().read_to_string(&mut code).unwrap();
            let here = std::env::current_dir().unwrap();
            let mode = fs::metadata(&here).unwrap().permissions().mode() & 0o777;
            let file = fs::metadata(input).unwrap().permissions().mode() & 0o777;
            let mut variables: Vec<String> = std::env::vars().map(|(name, _)| name).collect();
            variables.sort();
            let seen = format!("{code}|{mode:o} {file:o}|{}|{}", variables.join(","), arguments.join(" "));
            fs::write(output, seen).unwrap();
            fs::write(here.join("laissé"), "clear text beside").unwrap();
            fs::create_dir(here.join("sous")).unwrap();
            fs::write(here.join("sous/autre"), "clear text below").unwrap();
        }
        "refuse" => std::process::exit(3),
        "nothing" => {}
        "empty" => fs::write(output, "").unwrap(),
        "large" => loop {
            use std::io::Write as _;
            let mut file = fs::File::options().append(true).create(true).open(output).unwrap();
            file.write_all(&[b'x'; 100_000]).unwrap();
            std::thread::sleep(Duration::from_millis(1));
        },
        "large_at_once" => fs::write(output, vec![b'x'; 1_000_001]).unwrap(),
        "slow" => std::thread::sleep(Duration::from_secs(60)),
        "child" => {
            // Goes on in the background and would write where we look, a while after.
            let mark = given.iter().map(|byte| char::from(*byte)).collect::<String>();
            let later = format!("sleep 2; echo late > {mark}");
            let child = std::process::Command::new("/bin/sh").args(["-c", &later]).spawn().unwrap();
            // Left running on purpose.
            std::mem::forget(child);
            fs::write(output, "clear").unwrap();
        }
        "link" => std::os::unix::fs::symlink("/etc/hostname", output).unwrap(),
        other => panic!("{other}"),
    }
}

struct Place {
    folder: TempDir,
}

impl Place {
    fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap() }
    }

    fn workplace(&self) -> PathBuf {
        self.folder.path().join("ouverture")
    }

    fn tool(&self, what: &str) -> Tool {
        let program = std::env::current_exe().unwrap().to_string_lossy().into_owned();
        let arguments = ["--exact", "the_tool_of_the_tests", "--skip", what, "--skip", "{input}", "--skip", "{output}"];
        let arguments = arguments.map(str::to_owned).to_vec();
        let code = Some(Secret::new(CODE.to_owned()));
        Tool::new(self.workplace(), program, arguments, "prenom.NOM".to_owned(), code)
            .within(Duration::from_secs(20), 1_000_000)
    }

    /// Nothing of any content is left.
    fn is_clean(&self) -> bool {
        fs::read_dir(self.workplace()).unwrap().count() == 0
    }
}

#[tokio::test]
async fn a_content_is_opened_and_nothing_is_left() {
    let place = Place::new();
    let clear = place.tool("open").open(b"sealed", false).await.unwrap();
    assert_eq!(clear, b"clear: sealed");
    assert!(place.is_clean());
    assert_eq!(fs::metadata(place.workplace()).unwrap().permissions().mode() & 0o777, 0o700);
}

#[tokio::test]
async fn the_tool_sees_its_folder_its_code_and_no_more() {
    let place = Place::new();
    let seen = String::from_utf8(place.tool("look").open(b"sealed", false).await.unwrap()).unwrap();
    let parts: Vec<&str> = seen.split('|').collect();
    assert_eq!((parts[0], parts[1], parts[2]), (&*format!("{CODE}\n"), "700 600", "HOME,TEMP,TMP,TMPDIR"));
    assert!(!parts[3].contains(CODE), "the code is an argument");
    assert!(place.is_clean(), "files beside the one that was asked for stay");
}

#[tokio::test]
async fn each_failure_has_its_reason() {
    let place = Place::new();
    for (what, fault) in [
        ("refuse", OpeningFault::Refused { code: Some(3) }),
        ("nothing", OpeningFault::NothingGiven),
        ("empty", OpeningFault::NothingGiven),
        ("link", OpeningFault::NothingGiven),
        ("large", OpeningFault::TooLarge),
        ("large_at_once", OpeningFault::TooLarge),
    ] {
        assert_eq!(place.tool(what).open(b"sealed", true).await, Err(fault), "{what}");
        assert!(place.is_clean(), "{what}");
    }
    let begun = Instant::now();
    let slow = place.tool("slow").within(Duration::from_millis(500), 1_000_000);
    assert_eq!(slow.open(b"sealed", true).await, Err(OpeningFault::TimedOut));
    assert!(begun.elapsed() < Duration::from_secs(10));
    assert!(place.is_clean());
    let absent = Tool::new(place.workplace(), "/nowhere/at/all".to_owned(), Vec::new(), String::new(), None);
    assert!(!absent.is_there());
    assert_eq!(absent.open(b"sealed", true).await, Err(OpeningFault::ToolMissing));
    assert!(place.is_clean());
}

#[tokio::test]
async fn what_the_tool_started_ends_with_it() {
    let place = Place::new();
    let mark = place.folder.path().join("late");
    let given = mark.to_string_lossy().into_owned().into_bytes();
    assert_eq!(place.tool("child").open(&given, false).await, Ok(b"clear".to_vec()));
    tokio::time::sleep(Duration::from_secs(3)).await;
    assert!(!mark.exists(), "a process of the tool's went on");
}

#[tokio::test]
async fn a_task_that_is_ended_midway_leaves_nothing() {
    let place = Place::new();
    let tool = place.tool("slow");
    let cut = tokio::time::timeout(Duration::from_millis(500), tool.open(b"sealed", false)).await;
    assert!(cut.is_err());
    assert!(place.is_clean());
}

#[test]
fn leftovers_of_a_program_that_was_killed_are_wiped() {
    let place = Place::new();
    let left = place.workplace().join("123-0");
    fs::create_dir_all(&left).unwrap();
    fs::write(left.join("sortie"), "clear").unwrap();
    wipe_leftovers(&place.workplace());
    assert!(place.is_clean());
    wipe_leftovers(Path::new("/nowhere/at/all"));
}

#[test]
fn the_two_programs_of_version_1_are_one_setting() {
    let place = Place::new();
    let program = place.folder.path().join("apiuncrypt{pj}").to_string_lossy().into_owned();
    let tool = Tool::new(place.workplace(), program, Vec::new(), String::new(), None);
    fs::write(place.folder.path().join("apiuncrypt"), "").unwrap();
    assert!(!tool.is_there());
    fs::write(place.folder.path().join("apiuncryptpj"), "").unwrap();
    assert!(tool.is_there());
}
