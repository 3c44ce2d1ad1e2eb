//! Reading in a process of its own, with this very test as the program that is started again: documents that do well, and
//! processes that do everything they should not.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "a test fails by panicking, and tells what it does"
)]

use bannette_pdf_process::{ARGUMENT, PdfTrouble, Program, Readers, Refusal, confine, serve, serve_if_asked};
use bannette_synthetic::Generator;
use std::hint::black_box;
use std::io::{Read as _, Write as _};
use std::process::{Command, ExitCode, Stdio};
use std::time::{Duration, Instant};
use tokio::time::{sleep, timeout};

/// As both products do: it counts differently against the limit of memory than the systems' own.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if let [first, trick] = arguments.as_slice()
        && first == ARGUMENT
    {
        return play(trick);
    }
    if let Some(ended) = serve_if_asked() {
        return ended;
    }
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    // One thread for all that the core does: were it ever blocked, nothing here would end.
    macro_rules! run {
        ($($name:ident),* $(,)?) => {
            $(
                let began = Instant::now();
                runtime.block_on($name());
                println!("{} … ok ({:.1?})", stringify!($name), began.elapsed());
            )*
        };
    }
    run![
        a_page_and_words_come_back,
        a_process_that_anybody_started_reads_as_well,
        a_picture_that_lacks_signs_says_so,
        what_is_no_pdf_is_refused,
        the_next_page_comes_from_the_same_process_and_another_document_from_another,
        a_process_that_never_answers_is_killed_and_the_others_go_on,
        a_process_that_is_killed_in_the_middle_fails_its_page_only,
        a_kept_process_that_is_gone_is_replaced,
        rubbish_fails,
        too_much_memory_fails,
        what_was_started_can_open_nothing,
        words_survive_whatever_happens,
        two_windows_draw_at_once_and_a_third_waits_for_a_place,
        nobody_waits_any_more,
        the_process_ends_with_its_parent,
    ];
    ExitCode::SUCCESS
}

/// What a process does that should not.
fn play(trick: &str) -> ExitCode {
    match trick {
        "hang" => loop {
            std::thread::sleep(Duration::from_secs(60));
        },
        // Reads everything, works for ever: the standard input is listened to all the same.
        "loop" => {
            std::thread::spawn(|| {
                loop {
                    black_box(1);
                }
            });
            let mut all = Vec::new();
            black_box(std::io::stdin().read_to_end(&mut all).unwrap());
            ExitCode::SUCCESS
        }
        "crash" => std::process::abort(),
        "rubbish" => say(&[b'x'; 4096]),
        // A head that promises a picture of 4 GB.
        "huge" => say(&[head(17, [1, 900, 900], u64::from(u32::MAX)), vec![0; 4096]].concat()),
        // A picture that is none.
        "no-picture" => say(&[head(17, [1, 900, 900], 5), b"GIF89".to_vec()].concat()),
        // A picture of another size than it says.
        "lie" => say(&[head(17, [1, 900, 900], 24), png(9000)].concat()),
        "cut" => say(&head(17, [1, 900, 900], 5)),
        "other-words" => say(&head(18, [0; 3], 0)),
        "no-text" => say(&[head(18, [0; 3], 2), vec![0xff, 0xfe]].concat()),
        "memory" => {
            confine().unwrap();
            let mut all = Vec::new();
            // Asked for and never touched: should it be given, no post suffers.
            for _ in 0..64 {
                all.push(black_box(vec![0u8; 256 * 1024 * 1024]));
            }
            say(&[head(17, [1, 900, 900], 24), png(900)].concat())
        }
        "confined" => confined(),
        "parent" => parent(),
        _ => serve(),
    }
}

fn head(kind: u64, numbers: [u64; 3], length: u64) -> Vec<u8> {
    let kind = kind | u64::from(u32::from_le_bytes(*b"BNP1")) << 32;
    [kind, numbers[0], numbers[1], numbers[2], length].iter().flat_map(|number| number.to_le_bytes()).collect()
}

fn png(width: u32) -> Vec<u8> {
    [b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR".as_slice(), &width.to_be_bytes(), &900u32.to_be_bytes()].concat()
}

fn say(bytes: &[u8]) -> ExitCode {
    // The question is taken first, so that the answer and not the broken pipe is what is met.
    let mut question = [0; 48];
    let _ = std::io::stdin().read(&mut question);
    let _ = std::io::stdout().write_all(bytes);
    let _ = std::io::stdout().flush();
    std::thread::sleep(Duration::from_millis(200));
    ExitCode::SUCCESS
}

/// All that a reading process may know of its surroundings.
const KEPT: [&str; 3] = ["LD_LIBRARY_PATH", "SystemRoot", "MIMALLOC_ARENA_EAGER_COMMIT"];

/// Fails if anything may still be opened.
fn confined() -> ExitCode {
    let own = std::env::current_exe().unwrap();
    let file = std::env::temp_dir().join("bannette-confined");
    confine().unwrap();
    let opened = [
        std::fs::File::open(own).is_ok(),
        std::fs::File::create(file).is_ok(),
        std::net::UdpSocket::bind("127.0.0.1:0").is_ok(),
        std::net::TcpListener::bind("127.0.0.1:0").is_ok(),
        std::env::vars_os().any(|(name, _)| !KEPT.iter().any(|kept| name == *kept)),
    ];
    // One bit for each, so that a failing test says which.
    ExitCode::from(opened.iter().fold(0, |bits, opened| bits << 1 | u8::from(*opened)))
}

fn readers(trick: &str) -> Readers {
    Readers::new(Some(Program::new(std::env::current_exe().unwrap(), [ARGUMENT, trick])))
}

fn report(pages: usize) -> Vec<u8> {
    Generator::new(1).pdf_report(pages, true).bytes
}

/// A program that draws a page, keeps the process for the next one, and waits.
fn parent() -> ExitCode {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let readers = readers("well");
        readers.page(report(2), 0, 300).await.unwrap();
        println!("now");
        sleep(Duration::from_secs(60)).await;
    });
    ExitCode::FAILURE
}

/// The processes that this one started and that live.
fn children() -> Vec<String> {
    children_of(std::process::id())
}

fn children_of(parent: u32) -> Vec<String> {
    let output = Command::new("ps").args(["-o", "pid=,stat=", "--ppid", &parent.to_string()]).output().unwrap();
    let lines = String::from_utf8(output.stdout).unwrap();
    let alive = lines.lines().map(|line| line.split_whitespace().collect::<Vec<_>>());
    let alive = alive.filter(|fields| !fields[1].starts_with('Z')).map(|fields| fields[0].to_owned());
    // `ps` itself is one of them, and gone by now.
    alive.filter(|id| std::fs::exists(format!("/proc/{id}")).unwrap()).collect()
}

/// Until so many are left.
async fn left(wanted: usize) {
    for _ in 0..200 {
        if children().len() == wanted {
            return;
        }
        sleep(Duration::from_millis(20)).await;
    }
    panic!("{} processes live, and not {wanted}", children().len());
}

async fn a_page_and_words_come_back() {
    // Of this program: what the products do.
    let readers = Readers::default();
    let picture = readers.page(report(2), 1, 300).await.unwrap();
    assert_eq!((picture.pages, picture.width), (2, 300));
    let here = bannette_pdf::render(&report(2), 1, 300, &|| true).unwrap();
    assert_eq!(picture, here, "the same as is drawn in this process");
    let words = readers.words(&report(2), Duration::from_secs(5)).await.unwrap();
    assert_eq!(words, bannette_pdf::text(&report(2), &bannette_pdf::Limits::default(), &|| true).text);
    drop(readers);
    left(0).await;
}

/// Started by hand, from a shell, by another version: without any variable, or with those of a person's session.
async fn a_process_that_anybody_started_reads_as_well() {
    for surroundings in [&[][..], &[("LANG", "fr_FR.UTF-8")], &[("MIMALLOC_ARENA_EAGER_COMMIT", "0")]] {
        let mut process = Command::new(std::env::current_exe().unwrap());
        let process = process.arg(ARGUMENT).env_clear().envs(surroundings.iter().copied());
        let mut process = process.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        let document = report(2);
        let length = u64::try_from(document.len()).unwrap();
        let asked = [head(1, [0; 3], length), document, head(2, [1, 300, 0], 0), head(3, [5000, 0, 0], 0)].concat();
        // Kept open: the end of its input is the end of the process.
        let (mut input, mut output) = (process.stdin.take().unwrap(), process.stdout.take().unwrap());
        input.write_all(&asked).unwrap();
        let mut answer = || {
            let mut head = [0; 40];
            output.read_exact(&mut head).unwrap_or_else(|error| panic!("{surroundings:?}: {error}"));
            let mut bytes = vec![0; u64::from_le_bytes(head[32..].try_into().unwrap()).try_into().unwrap()];
            output.read_exact(&mut bytes).unwrap();
            (head[0], bytes)
        };
        assert_eq!(answer().0, 17, "{surroundings:?}: a picture");
        let here = bannette_pdf::text(&report(2), &bannette_pdf::Limits::default(), &|| true).text;
        assert_eq!(answer(), (18, here.into_bytes()), "{surroundings:?}: the words");
        drop(input);
        assert_eq!(process.wait().unwrap().code(), Some(0), "{surroundings:?}");
    }
}

async fn a_picture_that_lacks_signs_says_so() {
    let readers = readers("well");
    for (font, missing) in [("Helvetica", false), ("SymbolMT", false), ("Wingdings", true)] {
        let document = format!(
            "%PDF-1.4\n1 0 obj <</Type/Catalog/Pages 2 0 R>> endobj\n2 0 obj <</Type/Pages/Kids[3 0 R]/Count 1>> endobj\n\
             3 0 obj <</Type/Page/MediaBox[0 0 200 60]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>> endobj\n\
             4 0 obj <</Length 33>>\nstream\nBT /F1 24 Tf 10 20 Td (\\263) Tj ET\nendstream endobj\n\
             5 0 obj <</Type/Font/Subtype/TrueType/BaseFont/{font}/Encoding/WinAnsiEncoding>> endobj\n\
             trailer <</Root 1 0 R>>\n"
        );
        let picture = readers.page(document.into_bytes(), 0, 300).await.unwrap();
        assert_eq!(picture.signs_missing, missing, "{font}");
    }
}

async fn what_is_no_pdf_is_refused() {
    let readers = readers("well");
    let refused = readers.page(b"****FIN****".to_vec(), 0, 300).await;
    assert_eq!(refused, Err(Refusal::Trouble(PdfTrouble::NotPdf)));
    assert_eq!(readers.page(report(2), 2, 300).await, Err(Refusal::Trouble(PdfTrouble::NoSuchPage)));
    let large = vec![b' '; bannette_pdf::FILE_BYTES + 1];
    assert_eq!(readers.page(large.clone(), 0, 300).await, Err(Refusal::Trouble(PdfTrouble::TooLarge)));
    assert_eq!(readers.words(&large, Duration::from_secs(1)).await, Err(Refusal::Trouble(PdfTrouble::TooLarge)));
    let words = readers.words(b"****FIN****", Duration::from_secs(1)).await;
    assert_eq!(words, Err(Refusal::Trouble(PdfTrouble::NotPdf)));
}

async fn the_next_page_comes_from_the_same_process_and_another_document_from_another() {
    let readers = readers("well");
    readers.page(report(3), 0, 300).await.unwrap();
    let first = children();
    readers.page(report(3), 1, 300).await.unwrap();
    assert_eq!(children(), first);
    readers.page(report(2), 0, 300).await.unwrap();
    let both = children();
    assert_eq!(both.len(), 2, "no process sees two documents");
    readers.page(report(1), 0, 300).await.unwrap();
    left(2).await;
    assert!(!children().contains(&first[0]), "the oldest gave way");
}

async fn a_process_that_never_answers_is_killed_and_the_others_go_on() {
    for trick in ["hang", "loop"] {
        let readers = readers(trick).with_patience(Duration::from_millis(400));
        let began = Instant::now();
        let mut ticks = 0;
        let ticking = async {
            loop {
                sleep(Duration::from_millis(10)).await;
                ticks += 1;
            }
        };
        tokio::select! {
            drawn = readers.page(report(1), 0, 300) => assert_eq!(drawn, Err(Refusal::TooSlow)),
            () = ticking => {}
        }
        assert!(ticks > 10, "{trick}: the rest stood still ({ticks})");
        assert!(began.elapsed() < Duration::from_secs(3));
        left(0).await;
    }
}

async fn a_process_that_is_killed_in_the_middle_fails_its_page_only() {
    let slow = readers("loop");
    let kill = async {
        left(1).await;
        let id = children().remove(0);
        assert!(Command::new("kill").args(["-KILL", &id]).status().unwrap().success());
    };
    let (drawn, ()) = tokio::join!(slow.page(report(1), 0, 300), kill);
    assert_eq!(drawn, Err(Refusal::Failed));
    assert_eq!(readers("crash").page(report(1), 0, 300).await, Err(Refusal::Failed));
    assert!(readers("well").page(report(1), 0, 300).await.is_ok());
}

async fn a_kept_process_that_is_gone_is_replaced() {
    let readers = readers("well");
    readers.page(report(2), 0, 300).await.unwrap();
    readers.words(&report(2), Duration::from_secs(5)).await.unwrap();
    for id in children() {
        assert!(Command::new("kill").args(["-KILL", &id]).status().unwrap().success());
    }
    assert!(readers.page(report(2), 1, 300).await.is_ok());
    assert!(readers.words(&report(2), Duration::from_secs(5)).await.is_ok());
    readers.rest().await;
    left(1).await;
}

async fn rubbish_fails() {
    for trick in ["rubbish", "huge", "no-picture", "lie", "cut", "other-words"] {
        let drawn = timeout(Duration::from_secs(3), readers(trick).page(report(1), 0, 300)).await;
        assert_eq!(drawn.unwrap(), Err(Refusal::Failed), "{trick}");
    }
    left(0).await;
}

async fn too_much_memory_fails() {
    if cfg!(target_os = "linux") {
        let drawn = readers("memory").page(report(1), 0, 300).await;
        assert_eq!(drawn, Err(Refusal::Failed));
    }
}

async fn what_was_started_can_open_nothing() {
    if cfg!(target_os = "linux") {
        let mut confined = Command::new(std::env::current_exe().unwrap());
        let confined = confined.args([ARGUMENT, "confined"]).env_clear().env("MIMALLOC_ARENA_EAGER_COMMIT", "0");
        let status = confined.status().unwrap();
        assert_eq!(status.code(), Some(0));
    }
}

async fn words_survive_whatever_happens() {
    for trick in ["rubbish", "crash", "no-text", "no-picture"] {
        let read = timeout(Duration::from_secs(3), readers(trick).words(&report(1), Duration::from_secs(1))).await;
        assert_eq!(read.unwrap(), Err(Refusal::Failed), "{trick}");
    }
    let nowhere = Readers::new(Some(Program::new("/nowhere/at/all", [ARGUMENT])));
    assert_eq!(nowhere.words(b"%PDF", Duration::from_secs(1)).await, Err(Refusal::Failed));
    left(0).await;
}

async fn two_windows_draw_at_once_and_a_third_waits_for_a_place() {
    let readers = readers("hang").with_patience(Duration::from_millis(500));
    let (one, two) = (report(1), report(2));
    let most = async {
        let mut most = 0;
        for _ in 0..10 {
            most = most.max(children().len());
            sleep(Duration::from_millis(30)).await;
        }
        most
    };
    let (first, second, third, most) =
        tokio::join!(readers.page(one.clone(), 0, 300), readers.page(two, 0, 300), readers.page(one, 0, 300), most);
    assert_eq!([first, second, third], [Err(Refusal::TooSlow), Err(Refusal::TooSlow), Err(Refusal::TooSlow)]);
    assert_eq!(most, 2);
    let well = self::readers("well");
    let (first, second) = tokio::join!(well.page(report(1), 0, 300), well.page(report(2), 0, 300));
    assert!(first.is_ok() && second.is_ok());
}

async fn nobody_waits_any_more() {
    left(0).await;
    let readers = readers("hang");
    let waited = timeout(Duration::from_millis(300), readers.page(report(1), 0, 300)).await;
    assert!(waited.is_err());
    left(0).await;
}

async fn the_process_ends_with_its_parent() {
    let mut parent = Command::new(std::env::current_exe().unwrap());
    let mut parent = parent.args([ARGUMENT, "parent"]).stdout(Stdio::piped()).spawn().unwrap();
    let mut line = [0; 3];
    parent.stdout.take().unwrap().read_exact(&mut line).unwrap();
    let kept = children_of(parent.id());
    assert_eq!(kept.len(), 1);
    parent.kill().unwrap();
    parent.wait().unwrap();
    for _ in 0..100 {
        if !std::fs::exists(format!("/proc/{}", kept[0])).unwrap() {
            return;
        }
        sleep(Duration::from_millis(20)).await;
    }
    assert!(Command::new("kill").args(["-KILL", &kept[0]]).status().unwrap().success());
    panic!("it lives on");
}
