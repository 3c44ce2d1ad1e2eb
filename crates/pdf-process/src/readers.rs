//! The reading processes of this program: few at once, each with its time.

use crate::frame::Ask;
use crate::program::Program;
use crate::reader::{Read, Reader};
use bannette_pdf::{FILE_BYTES, PdfTrouble, Picture};
use std::io;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use thiserror::Error;
use tokio::sync::Semaphore;
use tokio::time::timeout;

/// How long a page may take, waiting for a place included.
const PAGE: Duration = Duration::from_secs(10);
/// How long the words of one document may take, the start of a process included.
const WORDS: Duration = Duration::from_secs(5);
/// How long a process waits for the next page of its document.
const KEPT: Duration = Duration::from_secs(30);
/// Processes that draw pages, those that wait for the next page included.
const PLACES: usize = 2;
/// Documents whose words one process reads before another takes its place.
const DOCUMENTS: u32 = 64;

/// Why a document was not read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum Refusal {
    /// The document's own trouble.
    #[error(transparent)]
    Trouble(#[from] PdfTrouble),
    /// It took too long and was killed, or no place came free.
    #[error("it took too long")]
    TooSlow,
    /// The process ended or said what cannot be, or there is no program to start.
    #[error("the reading process failed")]
    Failed,
}

impl From<io::Error> for Refusal {
    fn from(error: io::Error) -> Self {
        tracing::warn!(%error, "a process that read a document failed");
        Self::Failed
    }
}

/// The reading processes. Pages have their places, and words one of their own: what is read in the background never keeps
/// a person waiting.
pub struct Readers {
    program: Option<Program>,
    patience: Duration,
    places: Semaphore,
    kept: Arc<Mutex<Vec<Kept>>>,
    words: tokio::sync::Mutex<Option<(Reader, u32)>>,
}

/// A process that waits for the next page of its document. It never sees a document of somebody else.
struct Kept {
    reader: Reader,
    document: Arc<Vec<u8>>,
}

impl Default for Readers {
    /// Of this program.
    fn default() -> Self {
        Self::new(None)
    }
}

impl Readers {
    /// Of another program; of this one where there is none.
    #[must_use]
    pub fn new(program: Option<Program>) -> Self {
        Self {
            program,
            patience: PAGE,
            places: Semaphore::new(PLACES),
            kept: Arc::default(),
            words: tokio::sync::Mutex::default(),
        }
    }

    /// The same, with another time for a page.
    #[must_use]
    pub fn with_patience(self, patience: Duration) -> Self {
        Self { patience, ..self }
    }

    /// Draws a page (the first is 0), about so many pixels wide. To be called inside a runtime of tokio.
    ///
    /// # Errors
    ///
    /// [`Refusal`], whatever the document does. Where nobody waits any more the process is killed.
    pub async fn page(&self, document: Vec<u8>, page: u32, width: u32) -> Result<Picture, Refusal> {
        if document.len() > FILE_BYTES {
            return Err(PdfTrouble::TooLarge.into());
        }
        timeout(self.patience, self.draw(Arc::new(document), Ask::Page { page, width }))
            .await
            .unwrap_or(Err(Refusal::TooSlow))
    }

    async fn draw(&self, document: Arc<Vec<u8>>, ask: Ask) -> Result<Picture, Refusal> {
        let _place = self.places.acquire().await.map_err(|_| Refusal::Failed)?;
        // One that waited too long in between may be gone: then another is started.
        if let Some(mut kept) = self.kept_for(&document)
            && let Ok(read) = kept.ask(ask).await
        {
            return self.drawn(kept, document, read);
        }
        let mut reader = self.start()?;
        reader.take(&document).await?;
        let read = reader.ask(ask).await?;
        self.drawn(reader, document, read)
    }

    fn drawn(&self, reader: Reader, document: Arc<Vec<u8>>, read: Read) -> Result<Picture, Refusal> {
        match read {
            Read::Picture(picture) => {
                self.keep(Kept { reader, document });
                Ok(picture)
            }
            Read::Trouble(trouble) => Err(trouble.into()),
            Read::Words(_) => Err(Refusal::Failed),
        }
    }

    /// The process that has this document already. Others give way, so that there are never more than there are places.
    fn kept_for(&self, document: &Arc<Vec<u8>>) -> Option<Reader> {
        let mut kept = self.kept();
        let found = kept.iter().position(|kept| kept.document == *document).map(|at| kept.remove(at).reader);
        let surplus = kept.len().saturating_sub(self.places.available_permits());
        kept.drain(..surplus);
        found
    }

    /// Keeps the process for a while.
    fn keep(&self, one: Kept) {
        let (mark, kept) = (Arc::downgrade(&one.document), Arc::downgrade(&self.kept));
        self.kept().push(one);
        tokio::spawn(async move {
            tokio::time::sleep(KEPT).await;
            if let (Some(mark), Some(kept)) = (mark.upgrade(), kept.upgrade()) {
                lock(&kept).retain(|one| !Arc::ptr_eq(&one.document, &mark));
            }
        });
    }

    fn kept(&self) -> MutexGuard<'_, Vec<Kept>> {
        lock(&self.kept)
    }

    /// The words of a document, as many as are read in that time.
    ///
    /// # Errors
    ///
    /// [`Refusal`], whatever the document does.
    pub async fn words(&self, document: &[u8], within: Duration) -> Result<String, Refusal> {
        if document.len() > FILE_BYTES {
            return Err(PdfTrouble::TooLarge.into());
        }
        let mut place = self.words.lock().await;
        // Whatever goes wrong, it is gone from its place: nothing more is asked of it.
        let kept = place.take().filter(|(_, used)| *used < DOCUMENTS);
        let read = match kept {
            // One that was ended in between is no fault of this document.
            Some((reader, used)) => match timeout(WORDS, read_words(reader, document, within)).await {
                Ok(Ok((reader, read))) => Some((reader, used, read)),
                Ok(Err(_)) => None,
                Err(_) => return Err(Refusal::TooSlow),
            },
            None => None,
        };
        let (reader, used, read) = match read {
            Some(read) => read,
            None => {
                let fresh = timeout(WORDS, read_words(self.start()?, document, within)).await;
                let (reader, read) = fresh.map_err(|_| Refusal::TooSlow)??;
                (reader, 0, read)
            }
        };
        *place = Some((reader, used + 1));
        match read {
            Read::Words(words) => Ok(words),
            Read::Trouble(PdfTrouble::Stopped) => Err(Refusal::TooSlow),
            Read::Trouble(trouble) => Err(trouble.into()),
            Read::Picture(_) => Err(Refusal::Failed),
        }
    }

    /// Lets the process go that reads words: there are none to be read for now.
    pub async fn rest(&self) {
        self.words.lock().await.take();
    }

    fn start(&self) -> Result<Reader, Refusal> {
        let Some(program) = self.program.clone().or_else(Program::own) else {
            tracing::error!("this program does not answer for documents: none is read");
            return Err(Refusal::Failed);
        };
        Ok(Reader::start(&program)?)
    }
}

async fn read_words(mut reader: Reader, document: &[u8], within: Duration) -> io::Result<(Reader, Read)> {
    let millis = u64::try_from(within.as_millis()).unwrap_or(u64::MAX);
    reader.take(document).await?;
    let read = reader.ask(Ask::Words { millis }).await?;
    Ok((reader, read))
}

fn lock(kept: &Mutex<Vec<Kept>>) -> MutexGuard<'_, Vec<Kept>> {
    // A panic elsewhere leaves whole entries behind.
    kept.lock().unwrap_or_else(PoisonError::into_inner)
}
