//! What the product does, one module a use case. The only place where rights, store, mail, formats and PDF meet.
//!
//! Both faces of the product, the window and the command line, go through [`Handle`]: one implementation for each call of
//! the table in `bannette-api`. A call says nothing of who asks; that is the [`Session`], held here and never by a page.
//!
//! A use case that changes something has one shape: begin the store's change, take the rights inside it, ask for the
//! proof, change, record the act, commit, tell the windows.

mod accesses;
mod accounts;
mod certificates;
mod clock;
mod connection;
mod copies;
mod departure;
mod dispatch;
mod drawing;
mod earlier;
mod failures;
mod fetching;
mod fields;
mod glass;
mod groups;
mod history;
mod journal;
mod keeping;
mod mailboxes;
mod notices;
mod passwords;
mod people;
mod pro_sante;
mod reading;
mod searching;
mod senders;
mod servers;
mod session;
mod sharing;
mod signing_in;
mod thresholds;
mod triage;
mod versions;
mod visibility;
mod watching;

pub use bannette_mail::Network;
pub use bannette_pdf_process::serve_if_asked;
pub use bannette_store::KeyPlace;
pub use clock::{Clock, ManualClock, SystemClock};
pub use fetching::{FetchSummary, Fetched};
pub use pro_sante::Browser;
pub use session::{EventStream, Session};

use bannette_api::failure::StoreTrouble;
use bannette_api::report::ParsedFile;
use bannette_api::{Call, Failure, PersonId, Timestamp};
use bannette_mail::{MailError, Trust};
use bannette_pdf_process::Readers;
use bannette_store::{Keys, Read, Store, StoreError};
use std::path::PathBuf;
use std::sync::Arc;
use tokio::sync::RwLock;

/// Where a practice lives on this post.
#[derive(Clone, Debug)]
pub struct Place {
    /// The practice's folder. Authorities of one's own (IGC-Santé) stand in its `autorites` folder, as PEM files.
    pub data: PathBuf,
    /// Where its key is kept.
    pub key: KeyPlace,
    /// Where saved documents go.
    pub downloads: PathBuf,
    /// This post's name, for the journal.
    pub post: String,
}

/// The product without a face. Cheap to clone.
#[derive(Clone)]
pub struct Core(Arc<Inner>);

struct Inner {
    place: Place,
    clock: Arc<dyn Clock>,
    practice: RwLock<Opened>,
    /// One further try to open it at a time.
    trying_again: tokio::sync::Mutex<()>,
    sessions: session::Sessions,
    fetching: fetching::Supervisor,
    readers: Readers,
    pro_sante: pro_sante::ProSante,
    network: Network,
    thresholds: thresholds::Known,
}

/// What was found in the practice's folder.
enum Opened {
    /// No practice yet.
    None,
    /// A store that cannot be opened; it was left as it is.
    Unopenable {
        /// Why.
        trouble: StoreTrouble,
        /// Whether a window was told: whoever asks after that asks for another try.
        told: bool,
    },
    /// A practice.
    Practice(Store),
}

/// The implementation of a call.
pub trait Handle<C: Call> {
    /// Does what the call asks, for whoever holds the session, or says why not.
    fn handle(&self, session: &Session, call: C) -> impl Future<Output = Result<C::Reply, Failure>> + Send;
}

impl Core {
    /// Opens the practice of that place, or finds that there is none, or that it cannot be opened: the situation tells.
    pub async fn open(place: Place) -> Self {
        Self::open_with(place, Arc::new(SystemClock)).await
    }

    /// As [`Core::open`], with another clock.
    pub async fn open_with(place: Place, clock: Arc<dyn Clock>) -> Self {
        Self::open_within(place, clock, Network::System).await
    }

    /// As [`Core::open_with`], with another network to look for servers in: tests stay on this post.
    pub async fn open_within(place: Place, clock: Arc<dyn Clock>, network: Network) -> Self {
        let opened = find(&place).await;
        let inner = Inner {
            place,
            clock,
            practice: RwLock::new(opened),
            trying_again: tokio::sync::Mutex::default(),
            sessions: session::Sessions::default(),
            fetching: fetching::Supervisor::default(),
            readers: Readers::default(),
            pro_sante: pro_sante::ProSante::default(),
            network,
            thresholds: thresholds::Known::default(),
        };
        let core = Self(Arc::new(inner));
        watching::start(&core);
        core.tend_key_store();
        core
    }

    /// A new session, of nobody yet: one for each window.
    #[must_use]
    pub fn session(&self) -> Session {
        self.0.sessions.open()
    }

    /// What this session's window should be told.
    #[must_use]
    pub fn events(&self, session: &Session) -> EventStream {
        session.events()
    }

    /// Stops fetching, lets what is being stored be stored, and closes the store.
    pub async fn stop(&self) {
        self.0.fetching.stop().await;
        if let Opened::Practice(store) = &*self.0.practice.read().await {
            if let Err(error) = store.keep_time(self.now()).await {
                tracing::warn!(%error, "the time could not be kept");
            }
            store.close().await;
        }
    }

    /// The authorities that count: the system's and the practice's own. Read at each connection, so that one put into the
    /// folder counts without a restart.
    async fn trust(&self) -> Result<Trust, MailError> {
        let folder = self.0.place.data.join("autorites");
        let load = move || Trust::load(Some(&folder));
        let (trust, unread) = tokio::task::spawn_blocking(load).await.map_err(|_| MailError::TlsFailed)??;
        for file in unread {
            tracing::warn!(file = %file.display(), "not a certificate: ignored");
        }
        Ok(trust)
    }

    fn now(&self) -> Timestamp {
        self.0.clock.now()
    }

    async fn store(&self) -> Result<Store, Failure> {
        match &*self.0.practice.read().await {
            Opened::None => Err(Failure::NoPractice),
            Opened::Unopenable { trouble, .. } => Err(Failure::Store { trouble: *trouble }),
            Opened::Practice(store) => Ok(store.clone()),
        }
    }

    /// The store; one that could not be opened is tried again when somebody asks who was told so: its key store may be
    /// unlocked now, its disk have room. Whoever asks meanwhile waits for that try and makes no other.
    async fn store_tried_again(&self) -> Result<Store, Failure> {
        let Ok(_one) = self.0.trying_again.try_lock() else {
            drop(self.0.trying_again.lock().await);
            return self.store().await;
        };
        match &mut *self.0.practice.write().await {
            Opened::None => return Err(Failure::NoPractice),
            Opened::Practice(store) => return Ok(store.clone()),
            Opened::Unopenable { told: true, .. } => {}
            Opened::Unopenable { trouble, told } => {
                *told = true;
                return Err(Failure::Store { trouble: *trouble });
            }
        }
        match find(&self.0.place).await {
            // A file that is being replaced: nobody is asked to begin a practice in its place.
            Opened::None => {}
            Opened::Unopenable { trouble, .. } => {
                *self.0.practice.write().await = Opened::Unopenable { trouble, told: true };
            }
            found @ Opened::Practice(_) => {
                *self.0.practice.write().await = found;
                self.tend_key_store();
            }
        }
        self.store().await
    }

    /// A snapshot of the store for the person who holds the session.
    async fn reading(&self, session: &Session) -> Result<(PersonId, Read), Failure> {
        let store = self.store().await?;
        let me = session.person(self.now())?;
        let mut read = store.read().await.map_err(failures::of_store)?;
        self.still_welcome(session, me, &mut read).await?;
        Ok((me, read))
    }

    /// Refuses a person who was suspended, who left the practice, or whose password must be changed, since they signed in.
    async fn still_welcome(&self, session: &Session, me: PersonId, read: &mut Read) -> Result<(), Failure> {
        let record = read.person(me).await.map_err(failures::of_store)?.ok_or(Failure::NotSignedIn)?;
        if !record.person.here() {
            session.end();
            return Err(Failure::NotSignedIn);
        }
        if record.person.suspended_since.is_some() {
            session.end();
            return Err(Failure::Suspended);
        }
        if record.password_must_change { Err(Failure::PasswordMustChange) } else { Ok(()) }
    }
}

async fn find(place: &Place) -> Opened {
    if !Store::exists(&place.data) {
        return Opened::None;
    }
    let opened = match Keys::load_in_time(&place.key, &place.data).await {
        Ok(keys) => Store::open(&place.data, keys, &place.post).await,
        Err(error) => Err(error),
    };
    let store = match opened {
        Ok(store) => store,
        Err(StoreError::Absent) => return Opened::None,
        Err(StoreError::Trouble(trouble)) => return unopenable(trouble),
        Err(error) => {
            tracing::error!(%error, "the store cannot be opened");
            return unopenable(StoreTrouble::Damaged);
        }
    };
    // A store without a practice: its creation was cut off.
    match named(&store).await {
        Ok(()) => Opened::Practice(store),
        Err(StoreError::NotFound) => Opened::None,
        Err(StoreError::Trouble(trouble)) => unopenable(trouble),
        Err(error) => {
            tracing::error!(%error, "the store cannot be read");
            unopenable(StoreTrouble::Damaged)
        }
    }
}

fn unopenable(trouble: StoreTrouble) -> Opened {
    Opened::Unopenable { trouble, told: false }
}

async fn named(store: &Store) -> Result<(), StoreError> {
    store.read().await?.practice_name().await.map(|_| ())
}

/// What a file is, as understood; needs no practice.
#[must_use]
pub fn parse(name: &str, bytes: &[u8]) -> ParsedFile {
    bannette_formats::parse_file(name, bytes)
}
