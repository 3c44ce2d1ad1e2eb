//! The supervisor: which mailboxes are fetched on this post, their tasks, their states.

use super::beside::{Beside, Said};
use super::source::{Source, Task};
use super::state::{Effect, Event, Machine};
use super::{documents, indexing, judging, opening, purge};
use crate::session::Session;
use crate::{Core, Inner, failures};
use bannette_api::connection::{Doing, Trouble};
use bannette_api::events::Event as Told;
use bannette_api::{Failure, MailboxId};
use bannette_rights::{Read as ReadRight, SystemAccess};
use bannette_store::Store;
use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::Duration;
use tokio::sync::{Notify, mpsc};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use tokio_util::task::AbortOnDropHandle;

/// How often the list of mailboxes is compared with the tasks: another program may have added one.
const COMPARE_EVERY: Duration = Duration::from_secs(3);
/// How long a task may take to end what it is storing.
const STOP_WITHIN: Duration = Duration::from_secs(10);

/// How often a fetch of a folder looks again, at the most, for files that should soon be complete.
const SECOND_LOOKS: u32 = 5;

/// All tasks of this program.
#[derive(Default)]
pub(crate) struct Supervisor {
    tasks: Mutex<BTreeMap<MailboxId, Running>>,
    doing: Mutex<BTreeMap<MailboxId, Doing>>,
    beside: Said,
    fetches: Mutex<Fetches>,
    compare: Notify,
    cancel: CancellationToken,
    main: Mutex<Option<JoinHandle<()>>>,
}

/// Whether this program fetches.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
enum Fetches {
    #[default]
    No,
    Here,
    Elsewhere,
}

struct Running {
    cancel: CancellationToken,
    wake: Arc<Notify>,
    handle: JoinHandle<()>,
    settings: String,
}

/// What became of one mailbox that was fetched once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fetched {
    /// Which.
    pub mailbox: MailboxId,
    /// What was taken in, or why not.
    pub outcome: Result<FetchSummary, Trouble>,
    /// What else is wrong, that did not stop the reception.
    pub beside: Vec<Trouble>,
}

/// What was taken in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct FetchSummary {
    /// Messages. To whoever only reads the mailbox it is not told how many: some of them wait for its owner, or are
    /// confidential.
    pub messages: Option<u64>,
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Supervisor {
    /// What a mailbox's task is doing.
    pub(crate) fn doing(&self, mailbox: MailboxId) -> Doing {
        match *lock(&self.fetches) {
            Fetches::No => Doing::NotFetching,
            Fetches::Elsewhere => Doing::FetchedElsewhere,
            Fetches::Here => lock(&self.doing).get(&mailbox).cloned().unwrap_or(Doing::Connecting),
        }
    }

    /// What else is wrong with a mailbox.
    pub(crate) fn beside(&self, mailbox: MailboxId) -> Vec<Trouble> {
        self.beside.of(mailbox)
    }

    /// Whether this program is the one that fetches on this post.
    pub(super) fn fetches_here(&self) -> bool {
        *lock(&self.fetches) == Fetches::Here
    }

    /// Whether messages are being brought into some mailbox.
    pub(super) fn catches_up(&self) -> bool {
        lock(&self.doing).values().any(|doing| matches!(doing, Doing::CatchingUp { .. }))
    }

    /// Wakes a mailbox's task.
    pub(crate) fn fetch_now(&self, mailbox: MailboxId) {
        if let Some(task) = lock(&self.tasks).get(&mailbox) {
            task.wake.notify_one();
        }
    }

    /// Ends all tasks; what is being stored is stored first.
    pub(crate) async fn stop(&self) {
        self.cancel.cancel();
        let main = lock(&self.main).take();
        if let Some(main) = main
            && tokio::time::timeout(STOP_WITHIN, main).await.is_err()
        {
            tracing::warn!("the supervisor did not stop in time");
        }
        let tasks = std::mem::take(&mut *lock(&self.tasks));
        for (_, task) in tasks {
            end(task).await;
        }
    }
}

async fn end(task: Running) {
    task.cancel.cancel();
    let mut handle = task.handle;
    if tokio::time::timeout(STOP_WITHIN, &mut handle).await.is_err() {
        tracing::warn!("a task did not stop in time: it is cut off, its transaction is undone");
        handle.abort();
    }
}

impl Core {
    /// Begins to fetch all mailboxes that are in use, for as long as the program runs.
    pub fn start_fetching(&self) {
        let mut main = lock(&self.0.fetching.main);
        if main.is_none() {
            let (inner, cancel) = (Arc::downgrade(&self.0), self.0.fetching.cancel.clone());
            *main = Some(tokio::spawn(async move {
                tokio::join!(
                    supervise(inner.clone(), cancel.clone()),
                    documents::run(inner.clone(), cancel.clone()),
                    purge::run(inner.clone(), cancel.clone()),
                    opening::run(inner.clone(), cancel.clone()),
                    judging::run(inner.clone(), cancel.clone()),
                    indexing::run(inner, cancel),
                );
            }));
        }
    }

    /// A mailbox was added or changed: its task begins anew at once.
    pub(crate) async fn refresh_fetching(&self, mailbox: Option<MailboxId>) {
        let task = mailbox.and_then(|mailbox| lock(&self.0.fetching.tasks).remove(&mailbox));
        if let Some(task) = task {
            end(task).await;
        }
        self.0.fetching.compare.notify_one();
    }

    /// Fetches once the mailboxes that the person may read, or one of them.
    ///
    /// # Errors
    /// When nobody is signed in, the mailbox is not theirs to read, or another program fetches.
    pub async fn fetch_once(&self, session: &Session, mailbox: Option<MailboxId>) -> Result<Vec<Fetched>, Failure> {
        let (me, mut read) = self.reading(session).await?;
        let rights = read.rights_of(me, self.now()).await.map_err(failures::of_store)?;
        let visible = match mailbox {
            None => rights.visible(),
            Some(mailbox) => {
                let proof = rights.grant::<ReadRight>(mailbox).map_err(failures::of_denied)?;
                rights.visible().only(proof.mailbox()).ok_or(Failure::NotFound)?
            }
        };
        let records = read.mailboxes(&visible).await.map_err(failures::of_store)?;
        drop(read);
        let held = self.take_lock()?.ok_or(Failure::Store { trouble: bannette_api::failure::StoreTrouble::Busy })?;
        let (core, store) = (self.clone(), self.store().await?);
        // On a task of its own, as the window's are: a caller that blocks its thread on this would be woken through another
        // thread for every few kilobytes that the network brings. The lock is the task's: it ends with it.
        let fetching = AbortOnDropHandle::new(tokio::spawn(async move {
            let _held = held;
            let (mut all, mut key_store) = (Vec::new(), opening::KeyStoreSeen::default());
            for record in records.into_iter().filter(|record| record.options.enabled) {
                let task = Task::new(core.clone(), store.clone(), record.id);
                let owner = record.owner == me;
                let outcome = once(&task).await.map(|messages| FetchSummary { messages: owner.then_some(messages) });
                let opened = opening::open_mailbox(&core, &store, record.id, &mut key_store).await;
                opened.map_err(failures::of_store)?;
                let beside = core.state_for(&record, owner).beside;
                all.push(Fetched { mailbox: record.id, outcome, beside });
            }
            // What changed while nobody fetched: it does not undo what came.
            if let Err(error) = judging::all(&core, &store, &CancellationToken::new()).await {
                tracing::warn!(%error, "dossiers could not be judged again: it goes on next time");
            }
            if let Err(error) = indexing::all(&core, &store, &CancellationToken::new()).await {
                tracing::warn!(%error, "words could not be made anew: it goes on next time");
            }
            Ok(all)
        }));
        fetching.await.map_err(|error| failures::internal(&error))?
    }

    /// Says what else is wrong with a mailbox, beside what is being done.
    pub(super) async fn say_beside(&self, mailbox: MailboxId, what: Beside, beside: Vec<Trouble>) {
        if self.0.fetching.beside.set(mailbox, what, beside) {
            self.tell_readers(mailbox, &[Told::Mailboxes]).await;
        }
    }

    /// The lock of the one program that fetches on this post; none when another has it.
    fn take_lock(&self) -> Result<Option<File>, Failure> {
        let path = self.0.place.data.join("fetching.lock");
        let file = File::options().create(true).truncate(false).write(true).open(path);
        let file = file.map_err(|error| failures::of_store(error.into()))?;
        match file.try_lock() {
            Ok(()) => Ok(Some(file)),
            Err(std::fs::TryLockError::WouldBlock) => Ok(None),
            Err(std::fs::TryLockError::Error(error)) => Err(failures::of_store(error.into())),
        }
    }
}

/// One whole cycle: how many messages were taken in.
async fn once(task: &Task) -> Result<u64, Trouble> {
    let (mut source, _) = task.connect().await?;
    let (progress, mut told) = mpsc::unbounded_channel();
    // A folder's file counts when it has stopped growing, which takes a second look.
    task.catch_up(&mut source, &progress).await?;
    for _ in 0..SECOND_LOOKS {
        match &source {
            Source::Folder(folder) if folder.expects_soon() => folder.wait().await,
            _ => break,
        }
        task.catch_up(&mut source, &progress).await?;
    }
    task.remove(&mut source).await?;
    if let Source::Imap { session, .. } = source {
        session.log_out().await;
    }
    let mut taken_in = 0;
    while let Ok(event) = told.try_recv() {
        if let Event::Stored { messages } = event {
            taken_in += messages;
        }
    }
    Ok(taken_in)
}

/// Keeps the tasks as the store's settings want them.
async fn supervise(core: Weak<Inner>, cancel: CancellationToken) {
    let mut held: Option<File> = None;
    let mut told: Option<Failure> = None;
    loop {
        let Some(inner) = core.upgrade() else { return };
        let core = Core(inner);
        let failure = compare(&core, &mut held).await.err().filter(|failure| *failure != Failure::NoPractice);
        // Once for each reason: it may last for days.
        if let Some(failure) = &failure
            && told.as_ref() != Some(failure)
        {
            tracing::warn!(?failure, "the tasks could not be compared with the settings");
        }
        told = failure;
        let compare = core.0.fetching.compare.notified();
        tokio::select! {
            () = cancel.cancelled() => return,
            () = compare => {}
            () = tokio::time::sleep(COMPARE_EVERY) => {}
        }
    }
}

async fn compare(core: &Core, held: &mut Option<File>) -> Result<(), Failure> {
    let store = core.store().await?;
    if held.is_none() {
        *held = core.take_lock()?;
        let fetches = if held.is_some() { Fetches::Here } else { Fetches::Elsewhere };
        let before = std::mem::replace(&mut *lock(&core.0.fetching.fetches), fetches);
        if before != fetches {
            core.tell_all(&[Told::Mailboxes]);
        }
        if fetches == Fetches::Elsewhere {
            return Ok(());
        }
    }
    let wanted = wanted(&store).await?;
    let unwanted: Vec<Running> = {
        let mut tasks = lock(&core.0.fetching.tasks);
        let stale = tasks.iter().filter(|(id, task)| {
            task.handle.is_finished() || wanted.get(id).is_none_or(|settings| *settings != task.settings)
        });
        let stale: BTreeSet<MailboxId> = stale.map(|(id, _)| *id).collect();
        stale.iter().filter_map(|id| tasks.remove(id)).collect()
    };
    for task in unwanted {
        end(task).await;
    }
    let mut tasks = lock(&core.0.fetching.tasks);
    for (mailbox, settings) in wanted {
        tasks.entry(mailbox).or_insert_with(|| begin(core, &store, mailbox, settings));
    }
    Ok(())
}

/// The mailboxes to fetch, with a text that changes whenever their task must begin anew. It holds no secret: a mark of it.
async fn wanted(store: &Store) -> Result<BTreeMap<MailboxId, String>, Failure> {
    let mut read = store.read().await.map_err(failures::of_store)?;
    let mut wanted = BTreeMap::new();
    for mailbox in read.mailboxes_to_fetch().await.map_err(failures::of_store)? {
        let proof = SystemAccess::for_fetching(mailbox);
        let (record, kept) = read.mailbox_to_fetch(&proof).await.map_err(failures::of_store)?;
        let mark = kept.mark();
        wanted.insert(mailbox, format!("{:?} {:?} {:?} {mark}", record.connection, record.apicrypt, record.options));
    }
    Ok(wanted)
}

fn begin(core: &Core, store: &Store, mailbox: MailboxId, settings: String) -> Running {
    let cancel = core.0.fetching.cancel.child_token();
    let wake = Arc::new(Notify::new());
    let driver = Driver {
        core: Arc::downgrade(&core.0),
        store: store.clone(),
        mailbox,
        cancel: cancel.clone(),
        wake: wake.clone(),
    };
    Running { cancel, wake, handle: tokio::spawn(driver.run()), settings }
}

/// Performs what the state machine asks for.
struct Driver {
    core: Weak<Inner>,
    store: Store,
    mailbox: MailboxId,
    cancel: CancellationToken,
    wake: Arc<Notify>,
}

impl Driver {
    async fn run(self) {
        let (mut machine, mut effect) = Machine::begin();
        let mut source = None;
        loop {
            // A strong hold only while something is done: a core that nobody holds ends its tasks.
            let Some(core) = self.core.upgrade().map(Core) else { return };
            self.show(&core, &machine).await;
            let Some(event) = self.perform(core, &mut machine, &effect, &mut source).await else { return };
            let Some(core) = self.core.upgrade().map(Core) else { return };
            if matches!(event, Event::Failed(_)) {
                source = None;
            }
            (machine, effect) = machine.step(event, core.now(), rand::random());
        }
    }

    async fn show(&self, core: &Core, machine: &Machine) {
        let doing = machine.doing();
        let changed = lock(&core.0.fetching.doing).insert(self.mailbox, doing.clone()) != Some(doing);
        if changed {
            core.tell_readers(self.mailbox, &[Told::Mailboxes]).await;
        }
    }

    /// Does it, and says what happened; none when the task is to end.
    async fn perform(
        &self,
        core: Core,
        machine: &mut Machine,
        effect: &Effect,
        source: &mut Option<Source>,
    ) -> Option<Event> {
        let task = Task::new(core.clone(), self.store.clone(), self.mailbox);
        match effect {
            Effect::Connect => {
                let connected = self.unless_cancelled(task.connect()).await?;
                Some(match connected {
                    Ok((opened, event)) => {
                        *source = Some(opened);
                        event
                    }
                    Err(trouble) => Event::Failed(trouble),
                })
            }
            Effect::CatchUp => self.catch_up(&core, &task, machine, source.as_mut()?).await,
            // Not cut off midway: what was removed is noted.
            Effect::Remove => Some(task.remove(source.as_mut()?).await.map_or_else(Event::Failed, |()| Event::Removed)),
            Effect::Listen => {
                drop(core);
                let heard = async {
                    tokio::select! {
                        () = self.wake.notified() => None,
                        heard = task.listen(source.as_mut()?) => Some(heard),
                    }
                };
                match self.unless_cancelled(heard).await? {
                    Some(Ok(())) => Some(Event::Woken),
                    Some(Err(trouble)) => Some(Event::Failed(trouble)),
                    None if matches!(source, Some(Source::Folder(_))) => Some(Event::AskedNow),
                    None => {
                        // The session was in the middle of IDLE: a new one is surer than guessing where it stands.
                        *source = None;
                        self.reconnect(&task, source).await
                    }
                }
            }
            Effect::WaitUntil(until) => {
                *source = None;
                let wait = u64::try_from(until.since(core.now())).unwrap_or(0);
                drop((core, task));
                let waited = async {
                    tokio::select! {
                        () = self.wake.notified() => Event::AskedNow,
                        () = tokio::time::sleep(Duration::from_millis(wait)) => Event::WaitOver,
                    }
                };
                self.unless_cancelled(waited).await
            }
            Effect::WaitForPerson => {
                *source = None;
                drop((core, task));
                self.unless_cancelled(self.wake.notified()).await.map(|()| Event::AskedNow)
            }
            Effect::GoOn => Some(Event::Woken),
        }
    }

    /// After a wake-up in the middle of IDLE: connects again and goes on as if told.
    async fn reconnect(&self, task: &Task, source: &mut Option<Source>) -> Option<Event> {
        match self.unless_cancelled(task.connect()).await? {
            Ok((opened, _)) => {
                *source = Some(opened);
                Some(Event::AskedNow)
            }
            Err(trouble) => Some(Event::Failed(trouble)),
        }
    }

    /// Catches up, showing each step of the way. The work goes on while a step is shown: it may hold one of the store's
    /// connections, for which the showing would wait, in as many mailboxes as there are connections.
    async fn catch_up(&self, core: &Core, task: &Task, machine: &mut Machine, source: &mut Source) -> Option<Event> {
        let (progress, mut told) = mpsc::unbounded_channel();
        let showing = async {
            while let Some(event) = told.recv().await {
                (*machine, _) = machine.clone().step(event, core.now(), 0);
                self.show(core, machine).await;
            }
        };
        tokio::select! {
            biased;
            () = self.cancel.cancelled() => None,
            done = task.catch_up(source, &progress) => Some(done.map_or_else(Event::Failed, |()| Event::CaughtUp)),
            // It ends with `progress` only; the last step is shown by whoever called.
            () = showing => None,
        }
    }

    async fn unless_cancelled<T>(&self, work: impl Future<Output = T>) -> Option<T> {
        tokio::select! {
            biased;
            () = self.cancel.cancelled() => None,
            done = work => Some(done),
        }
    }
}
