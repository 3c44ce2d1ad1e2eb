//! The reading process: it gives up what it does not need, then reads what comes by its standard input until that ends.
//! One thread listens, so that the end of the parent is the end of the process in the middle of any work; another works.

use crate::confine;
use crate::frame::{Answer, Ask, HEAD};
use bannette_pdf::{Defect, Limits, PdfTrouble, Picture};
use std::io::{self, Read, Write};
use std::process::ExitCode;
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::{Duration, Instant};

/// Forms in forms and patterns in patterns, as deep as the renderer goes.
const STACK: usize = 16 * 1024 * 1024;

/// One thing to do.
enum Work {
    Document(Vec<u8>),
    Page { page: u32, width: u32 },
    Words { millis: u64 },
}

/// Reads documents until the standard input ends.
#[must_use]
pub fn serve() -> ExitCode {
    // Where the system gives less, the parent's clock remains.
    if confine().is_err() && cfg!(target_os = "linux") {
        return ExitCode::FAILURE;
    }
    // What the crates beneath would print could hold a piece of the document.
    std::panic::set_hook(Box::new(|_| {}));
    let (give, take) = channel();
    let worker = thread::Builder::new().stack_size(STACK).spawn(move || {
        let ended = work(&take, &mut io::stdout().lock());
        // Nobody listens any more, or it panicked outside of all guards: the other thread must not go on waiting.
        std::process::exit(if ended.is_ok() { 0 } else { 1 });
    });
    if worker.is_err() {
        return ExitCode::FAILURE;
    }
    let mut input = io::stdin().lock();
    loop {
        match next(&mut input) {
            Ok(Some(work)) => {
                if give.send(work).is_err() {
                    return ExitCode::FAILURE;
                }
            }
            // Work that is being done for nobody ends with this process.
            Ok(None) => return ExitCode::SUCCESS,
            Err(_) => return ExitCode::FAILURE,
        }
    }
}

/// The next thing to do; none at the end.
fn next(input: &mut impl Read) -> io::Result<Option<Work>> {
    let mut head = [0; HEAD];
    if let Err(error) = input.read_exact(&mut head) {
        return if error.kind() == io::ErrorKind::UnexpectedEof { Ok(None) } else { Err(error) };
    }
    let ask = Ask::read(&head).ok_or(io::ErrorKind::InvalidData)?;
    Ok(Some(match ask {
        Ask::Document { length } => {
            let mut bytes = vec![0; usize::try_from(length).map_err(|_| io::ErrorKind::InvalidData)?];
            input.read_exact(&mut bytes)?;
            Work::Document(bytes)
        }
        Ask::Page { page, width } => Work::Page { page, width },
        Ask::Words { millis } => Work::Words { millis },
    }))
}

fn work(take: &Receiver<Work>, output: &mut impl Write) -> io::Result<()> {
    let mut document = Vec::new();
    while let Ok(work) = take.recv() {
        match work {
            Work::Document(bytes) => document = bytes,
            // No clock here: whoever waits kills.
            Work::Page { page, width } => match bannette_pdf::render(&document, page, width, &|| true) {
                Ok(picture) => {
                    let Picture { pages, width, height, signs_missing, png } = picture;
                    say(output, |length| Answer::Picture { pages, width, height, signs_missing, length }, &png)?;
                }
                Err(trouble) => say(output, |_| Answer::Trouble(trouble), &[])?,
            },
            Work::Words { millis } => {
                let until = Instant::now().checked_add(Duration::from_millis(millis));
                let go_on = || until.is_none_or(|until| Instant::now() < until);
                let text = bannette_pdf::text(&document, &Limits::default(), &go_on);
                let trouble = text.defects.iter().find_map(|defect| match defect {
                    Defect::Trouble(trouble) => Some(*trouble),
                    _ => None,
                });
                match trouble.filter(|_| text.text.is_empty()) {
                    // Of what could not be read, or took too long, nobody is to think that it has no words.
                    Some(trouble) => say(output, |_| Answer::Trouble(trouble), &[])?,
                    None => say(output, |length| Answer::Words { length }, text.text.as_bytes())?,
                }
            }
        }
    }
    Ok(())
}

fn say(output: &mut impl Write, answer: impl FnOnce(u64) -> Answer, bytes: &[u8]) -> io::Result<()> {
    let length = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
    let head = answer(length).head();
    // The other side would not believe it.
    let head = Answer::read(&head).map_or_else(|| Answer::Trouble(PdfTrouble::TooLarge).head(), |_| head);
    output.write_all(&head)?;
    if Answer::read(&head).is_some_and(|answer| answer.length() == length) {
        output.write_all(bytes)?;
    }
    output.flush()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_asked_is_understood_and_a_cut_ends_it() {
        let mut bytes = Ask::Document { length: 3 }.head().to_vec();
        bytes.extend_from_slice(b"abc");
        bytes.extend_from_slice(&Ask::Page { page: 1, width: 900 }.head());
        let mut input = bytes.as_slice();
        assert!(matches!(next(&mut input), Ok(Some(Work::Document(document))) if document == b"abc"));
        assert!(matches!(next(&mut input), Ok(Some(Work::Page { page: 1, width: 900 }))));
        assert!(matches!(next(&mut input), Ok(None)));
        assert!(next(&mut &bytes[..HEAD + 1]).is_err(), "a document that ends before its length");
        assert!(next(&mut [7; HEAD].as_slice()).is_err(), "another language");
    }

    #[test]
    fn what_would_not_be_believed_is_not_said() {
        let mut said = Vec::new();
        say(
            &mut said,
            |length| Answer::Picture { pages: 1, width: 9000, height: 1, signs_missing: false, length },
            b"png",
        )
        .unwrap();
        assert_eq!(said, Answer::Trouble(PdfTrouble::TooLarge).head());
    }
}
