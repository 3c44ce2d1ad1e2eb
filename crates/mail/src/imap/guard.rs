//! Stands between TLS and the reader of responses, and limits what a server can make this post hold: the size of one
//! response, the nesting of its parentheses, the length of a silence. The reader below would take 512 MiB a response and
//! follow any nesting. Must never change a byte of a message.

use std::future::Future;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::{Instant, Sleep, sleep};

/// The largest ordinary response: capabilities, flags, sizes.
pub(crate) const ORDINARY: usize = 64 * 1024;
/// Deeper than any response to a command of ours.
const DEEPEST: u32 = 32;

/// A stream under guard.
#[derive(Debug)]
pub(crate) struct Guarded<S> {
    inner: S,
    scanner: Scanner,
    silence: Silence,
}

impl<S> Guarded<S> {
    pub(crate) fn new(inner: S, longest_silence: Duration) -> Self {
        Self { inner, scanner: Scanner::new(), silence: Silence::new(longest_silence) }
    }

    /// How many bytes one response may have from now on.
    pub(crate) fn allow(&mut self, bytes: usize) {
        self.scanner.allowed = bytes;
    }

    /// How long the server may say nothing while we read; `None` where it is meant to be silent (IDLE).
    pub(crate) fn limit_silence(&mut self, longest: Option<Duration>) {
        self.silence = Silence { longest, ..Silence::new(Duration::ZERO) };
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Guarded<S> {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, into: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let this = &mut *self;
        let before = into.filled().len();
        match Pin::new(&mut this.inner).poll_read(cx, into) {
            Poll::Ready(read) => {
                read?;
                this.silence.end();
                let fresh = into.filled_mut().get_mut(before..).unwrap_or_default();
                Poll::Ready(this.scanner.pass(fresh))
            }
            Poll::Pending => {
                ready!(this.silence.poll(cx));
                Poll::Ready(Err(io::ErrorKind::TimedOut.into()))
            }
        }
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Guarded<S> {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, from: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.inner).poll_write(cx, from)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_shutdown(cx)
    }
}

/// Measures a silence. The clock runs only while we wait for the server, not while the caller is busy.
#[derive(Debug)]
struct Silence {
    longest: Option<Duration>,
    running: Option<Pin<Box<Sleep>>>,
    /// The timer is kept between silences: making one for every read costs more.
    counts: bool,
}

impl Silence {
    fn new(longest: Duration) -> Self {
        Self { longest: Some(longest), running: None, counts: false }
    }

    fn end(&mut self) {
        self.counts = false;
    }

    fn poll(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        let Some(longest) = self.longest else { return Poll::Pending };
        let timer = self.running.get_or_insert_with(|| Box::pin(sleep(longest)));
        if !self.counts {
            self.counts = true;
            if let Some(end) = Instant::now().checked_add(longest) {
                timer.as_mut().reset(end);
            }
        }
        timer.as_mut().poll(cx)
    }
}

/// Follows responses byte by byte outside literals, and jumps over literals.
#[derive(Debug)]
struct Scanner {
    allowed: usize,
    /// Bytes of the response so far, announced literals included.
    counted: usize,
    /// Bytes of a literal that are still to come.
    literal: usize,
    depth: u32,
    /// The first bytes of the line: they tell whether it is a status, whose text is free.
    head: Head,
    /// A literal's announcement, `{123}`, as far as it was read.
    announced: Announced,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Announced {
    No,
    Digits(usize),
    Closed(usize),
    Returned(usize),
}

impl Scanner {
    fn new() -> Self {
        Self { allowed: ORDINARY, counted: 0, literal: 0, depth: 0, head: Head::new(), announced: Announced::No }
    }

    fn pass(&mut self, mut fresh: &mut [u8]) -> io::Result<()> {
        while !fresh.is_empty() {
            if self.literal > 0 {
                let skipped = self.literal.min(fresh.len());
                self.literal -= skipped;
                fresh = std::mem::take(&mut fresh).get_mut(skipped..).unwrap_or_default();
                continue;
            }
            let Some((byte, rest)) = std::mem::take(&mut fresh).split_first_mut() else { break };
            self.count(1)?;
            self.head.push(*byte);
            if self.head.is_status() {
                // The reader of responses cuts a status text after its first byte and panics inside a longer
                // character. Nobody reads these texts.
                if !byte.is_ascii() {
                    *byte = b'?';
                }
                if *byte == b'\n' {
                    self.end();
                }
            } else {
                self.structure(*byte)?;
            }
            fresh = rest;
        }
        Ok(())
    }

    fn structure(&mut self, byte: u8) -> io::Result<()> {
        match byte {
            b'(' => self.depth += 1,
            b')' => self.depth = self.depth.saturating_sub(1),
            _ => {}
        }
        if self.depth > DEEPEST {
            return Err(refused());
        }
        self.announced = match (self.announced, byte) {
            (_, b'{') => Announced::Digits(0),
            (Announced::Digits(so_far), b'0'..=b'9') => {
                Announced::Digits(so_far.saturating_mul(10).saturating_add(usize::from(byte - b'0')))
            }
            (Announced::Digits(size), b'}') => Announced::Closed(size),
            (Announced::Closed(size), b'\r') => Announced::Returned(size),
            (Announced::Returned(size), b'\n') => {
                self.announced = Announced::No;
                self.count(size)?;
                self.literal = size;
                return Ok(());
            }
            _ => Announced::No,
        };
        if byte == b'\n' {
            self.end();
        }
        Ok(())
    }

    fn count(&mut self, bytes: usize) -> io::Result<()> {
        self.counted = self.counted.saturating_add(bytes);
        if self.counted > self.allowed { Err(refused()) } else { Ok(()) }
    }

    /// The response is complete.
    fn end(&mut self) {
        *self = Self { allowed: self.allowed, ..Self::new() };
    }
}

fn refused() -> io::Error {
    io::ErrorKind::InvalidData.into()
}

/// What kind of line a response begins with: `* OK …` and the like, `+ …` and tagged lines carry free text, all else is
/// structure.
#[derive(Debug)]
struct Head {
    bytes: [u8; 10],
    used: usize,
    status: Option<bool>,
}

impl Head {
    fn new() -> Self {
        Self { bytes: [0; 10], used: 0, status: None }
    }

    fn push(&mut self, byte: u8) {
        if self.status.is_some() {
            return;
        }
        if let Some(place) = self.bytes.get_mut(self.used) {
            *place = byte;
            self.used += 1;
        }
        self.status = self.decide();
    }

    fn is_status(&self) -> bool {
        self.status == Some(true)
    }

    fn decide(&self) -> Option<bool> {
        let line = self.bytes.get(..self.used).unwrap_or_default();
        let Some(rest) = line.strip_prefix(b"* ") else {
            // `*` alone may still become `* `; everything else is a tag or `+`.
            return (line != b"*").then_some(true);
        };
        let word_ends = rest.iter().position(|byte| !byte.is_ascii_alphabetic());
        match word_ends.and_then(|end| rest.get(..end)) {
            Some(word) => Some(is_status_word(word)),
            None if line.len() == self.bytes.len() => Some(false),
            None => None,
        }
    }
}

fn is_status_word(word: &[u8]) -> bool {
    [b"OK".as_slice(), b"NO", b"BAD", b"BYE", b"PREAUTH"].iter().any(|status| word.eq_ignore_ascii_case(status))
}

#[cfg(test)]
mod tests {
    use super::{ORDINARY, Scanner};

    fn pass(scanner: &mut Scanner, text: &str) -> Result<Vec<u8>, ()> {
        let mut bytes = text.as_bytes().to_vec();
        // In pieces of every size: what a read brings is chance.
        for piece in bytes.chunks_mut(3) {
            scanner.pass(piece).map_err(|_| ())?;
        }
        Ok(bytes)
    }

    #[test]
    fn a_response_may_have_what_was_allowed_and_no_more() {
        let mut scanner = Scanner::new();
        scanner.allowed = 60;
        let response = "* 1 FETCH (UID 7 BODY[] {10}\r\n0123456789)\r\n";
        for _ in 0..100 {
            assert!(pass(&mut scanner, response).is_ok());
        }
        assert!(pass(&mut scanner, "* 1 FETCH (UID 7 BODY[] {999}\r\n").is_err());
    }

    #[test]
    fn an_announced_literal_is_refused_before_it_comes() {
        let mut scanner = Scanner::new();
        assert!(pass(&mut scanner, "* 1 FETCH (BODY[] {500000000}\r\n").is_err());
        let mut scanner = Scanner::new();
        assert!(pass(&mut scanner, "* 1 FETCH (BODY[] {99999999999999999999999999}\r\n").is_err());
    }

    #[test]
    fn a_line_without_end_is_refused() {
        assert!(pass(&mut Scanner::new(), &"x".repeat(ORDINARY)).is_ok());
        assert!(pass(&mut Scanner::new(), &"x".repeat(ORDINARY + 1)).is_err());
        assert!(pass(&mut Scanner::new(), &format!("* OK {}", "x".repeat(ORDINARY))).is_err());
    }

    #[test]
    fn nesting_is_refused_where_it_is_structure() {
        assert!(pass(&mut Scanner::new(), &format!("* 1 FETCH {}", "(".repeat(40))).is_err());
        assert!(pass(&mut Scanner::new(), &format!("* OK {}\r\n", "(".repeat(40))).is_ok());
        assert!(pass(&mut Scanner::new(), &format!("a1 OK {}\r\n", "(".repeat(40))).is_ok());
        let literal = format!("* 1 FETCH (BODY[] {{40}}\r\n{})\r\n", "(".repeat(40));
        assert!(pass(&mut Scanner::new(), &literal).is_ok());
    }

    #[test]
    fn status_texts_are_ascii_and_messages_are_left_alone() {
        let mut scanner = Scanner::new();
        let status = pass(&mut scanner, "* OK [ALERT]é {3}\r\n").unwrap();
        assert_eq!(status, b"* OK [ALERT]?? {3}\r\n");
        let message = "* 1 FETCH (BODY[] {4}\r\néé)\r\n";
        assert_eq!(pass(&mut scanner, message).unwrap(), message.as_bytes());
        assert_eq!(pass(&mut scanner, "+ é\r\n").unwrap(), b"+ ??\r\n");
        assert_eq!(pass(&mut scanner, "t3 NO [ALERT]é\r\n").unwrap(), b"t3 NO [ALERT]??\r\n");
    }
}
