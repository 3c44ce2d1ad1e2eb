//! One reading process, as its parent holds it. It dies with this value.

use crate::frame::{Answer, Ask, HEAD, is_png};
use crate::program::Program;
use bannette_pdf::{PdfTrouble, Picture};
use std::io;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::process::{Child, ChildStdin, ChildStdout};

/// What came back.
#[derive(Debug)]
pub(crate) enum Read {
    Picture(Picture),
    Words(String),
    Trouble(PdfTrouble),
}

/// A running process.
#[derive(Debug)]
pub(crate) struct Reader {
    /// Killed when it is dropped.
    _child: Child,
    input: ChildStdin,
    output: ChildStdout,
}

impl Reader {
    pub(crate) fn start(program: &Program) -> io::Result<Self> {
        let mut child = program.command().spawn()?;
        let (Some(input), Some(output)) = (child.stdin.take(), child.stdout.take()) else {
            return Err(io::ErrorKind::BrokenPipe.into());
        };
        Ok(Self { _child: child, input, output })
    }

    /// Gives it a document instead of the one before.
    pub(crate) async fn take(&mut self, document: &[u8]) -> io::Result<()> {
        let length = u64::try_from(document.len()).unwrap_or(u64::MAX);
        self.input.write_all(&Ask::Document { length }.head()).await?;
        self.input.write_all(document).await
    }

    /// Asks for something of it. An error means that nothing this process says is to be believed any more.
    pub(crate) async fn ask(&mut self, ask: Ask) -> io::Result<Read> {
        self.input.write_all(&ask.head()).await?;
        self.input.flush().await?;
        let mut head = [0; HEAD];
        self.output.read_exact(&mut head).await?;
        let answer = Answer::read(&head).ok_or(io::ErrorKind::InvalidData)?;
        let mut bytes = vec![0; usize::try_from(answer.length()).map_err(|_| io::ErrorKind::InvalidData)?];
        self.output.read_exact(&mut bytes).await?;
        match (ask, answer) {
            (_, Answer::Trouble(trouble)) => Ok(Read::Trouble(trouble)),
            (Ask::Page { .. }, Answer::Picture { pages, width, height, signs_missing, .. })
                if is_png(&bytes, width, height) =>
            {
                Ok(Read::Picture(Picture { pages, width, height, signs_missing, png: bytes }))
            }
            (Ask::Words { .. }, Answer::Words { .. }) => {
                Ok(Read::Words(String::from_utf8(bytes).map_err(|_| io::ErrorKind::InvalidData)?))
            }
            _ => Err(io::ErrorKind::InvalidData.into()),
        }
    }
}
