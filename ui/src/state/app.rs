//! What every screen knows: where one stands, who is who, what waits, what was just said.
//!
//! It holds no dossier: those belong to [`crate::state::tray`]. When nobody is signed in it holds nothing of the practice.

use crate::backend::{self, Answer, call};
use crate::later::Module;
use crate::state::clock;
use crate::state::returning::Returning;
use crate::state::tray::Place;
use crate::text::{Advice, common, failure, inbox, mailbox, told as words};
use bannette_api::accesses::AccessOf;
use bannette_api::dossiers::{Counts, GetCounts, ValidateDossier};
use bannette_api::events::Event;
use bannette_api::mailboxes::{ListMailboxes, MailboxSummary};
use bannette_api::notices::{GetTold, Told};
use bannette_api::people::{Group, ListGroups, ListPeople, Me, Person};
use bannette_api::session::{GetSituation, LockWindow, SignOut, Situation};
use bannette_api::{DossierId, Failure, GroupId, PersonId, Timestamp};
use leptos::prelude::*;
use leptos::task::spawn_local;

/// The pages of somebody who is signed in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Page {
    /// Home.
    Home,
    /// In-tray.
    Inbox,
    /// Paramètre › Utilisateur.
    User,
    /// Paramètre › Application.
    Application,
}

impl Page {
    /// Whether it lies in the module that the start does not load.
    pub fn later(self) -> bool {
        matches!(self, Self::User | Self::Application)
    }
}

/// A way to leave the page that stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// To another page.
    To(Page),
    /// The window is locked.
    Lock,
    /// The person signs out, or another one takes their place.
    Out,
    /// The window is closed.
    Close,
}

/// What is said in passing, at the foot of the window.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Toast {
    /// Number, for the list.
    pub number: u32,
    /// What is said.
    pub text: String,
    /// Whether it tells of something that failed.
    pub bad: bool,
    /// What can be undone.
    pub undo: Option<DossierId>,
}

/// Numbers that grow when something was asked for again.
#[derive(Clone, Copy)]
pub struct Changes {
    /// Dossiers.
    pub dossiers: RwSignal<u32>,
    /// Rights.
    pub rights: RwSignal<u32>,
    /// Settings of mailboxes.
    pub mailboxes: RwSignal<u32>,
}

/// What every screen knows.
#[derive(Clone, Copy)]
pub struct App {
    /// Where this window stands; nothing before the first answer.
    pub situation: RwSignal<Option<Situation>>,
    /// Which page.
    pub page: RwSignal<Page>,
    /// Which list of the in-tray.
    pub place: RwSignal<Place>,
    /// Which tab of the person's settings.
    pub tab: RwSignal<&'static str>,
    /// The people.
    pub people: RwSignal<Vec<Person>>,
    /// The groups.
    pub groups: RwSignal<Vec<Group>>,
    /// The mailboxes one may read.
    pub mailboxes: RwSignal<Vec<MailboxSummary>>,
    /// Whether the mailboxes were asked for already.
    pub known: RwSignal<bool>,
    /// What waits.
    pub counts: RwSignal<Counts>,
    /// The time, once a second.
    pub now: RwSignal<Timestamp>,
    /// What one must be told of rights.
    pub told: RwSignal<Told>,
    /// The history of accesses that is shown, and of what in words.
    pub accesses: RwSignal<Option<(AccessOf, String)>>,
    /// What was just said.
    pub toasts: RwSignal<Vec<Toast>>,
    /// What a screen reader says when it has time.
    pub polite: RwSignal<String>,
    /// What a screen reader says at once.
    pub assertive: RwSignal<String>,
    /// What changed.
    pub changes: Changes,
    /// Settings are typed and not kept.
    pub unsaved: RwSignal<bool>,
    /// How the person wanted to leave meanwhile.
    pub leaving: RwSignal<Option<Way>>,
    /// Whether settings were lost because the window locked by itself.
    lost: RwSignal<bool>,
    /// Whether the key sheet is shown.
    pub key_sheet: RwSignal<bool>,
    /// Whether it is said, over a dialog, that nothing was printed.
    pub not_printed: RwSignal<bool>,
    /// Whether single letters act.
    pub single_keys: RwSignal<bool>,
    /// The validations of this session that Ctrl+Z takes back, the last one last.
    undoable: RwSignal<Vec<DossierId>>,
    /// Whether a decision is under way: the next one waits for its answer.
    deciding: RwSignal<bool>,
    /// How many times more the person wants to go back, once the decision that is under way is done.
    undo_again: RwSignal<u32>,
    /// The dossier that was put back among those that wait, for the in-tray to show.
    pub returned: RwSignal<Option<DossierId>>,
    /// The dossier that the in-tray is to open next.
    pub wanted: RwSignal<Option<DossierId>>,
    /// The module of the pages that the start does not need.
    pub later: RwSignal<Module>,
    /// Which tab of the practice's settings.
    pub practice_tab: RwSignal<&'static str>,
    /// What the lock takes away and the unlocking gives back.
    pub returning: Returning,
    /// Number of the next toast.
    next_toast: RwSignal<u32>,
}

impl App {
    /// Before the first answer.
    pub fn new() -> Self {
        let changes = Changes { dossiers: RwSignal::new(0), rights: RwSignal::new(0), mailboxes: RwSignal::new(0) };
        Self {
            situation: RwSignal::new(None),
            page: RwSignal::new(Page::Home),
            place: RwSignal::new(Place::start()),
            tab: RwSignal::new("messaging"),
            people: RwSignal::new(Vec::new()),
            groups: RwSignal::new(Vec::new()),
            mailboxes: RwSignal::new(Vec::new()),
            known: RwSignal::new(false),
            counts: RwSignal::new(Counts::default()),
            now: RwSignal::new(clock::now()),
            told: RwSignal::new(Told::default()),
            accesses: RwSignal::new(None),
            toasts: RwSignal::new(Vec::new()),
            polite: RwSignal::new(String::new()),
            assertive: RwSignal::new(String::new()),
            changes,
            unsaved: RwSignal::new(false),
            leaving: RwSignal::new(None),
            lost: RwSignal::new(false),
            key_sheet: RwSignal::new(false),
            not_printed: RwSignal::new(false),
            single_keys: RwSignal::new(true),
            undoable: RwSignal::new(Vec::new()),
            deciding: RwSignal::new(false),
            undo_again: RwSignal::new(0),
            returned: RwSignal::new(None),
            wanted: RwSignal::new(None),
            later: RwSignal::new(Module::Awaited),
            practice_tab: RwSignal::new("users"),
            returning: Returning::new(),
            next_toast: RwSignal::new(0),
        }
    }

    /// The one that all components share.
    pub fn get() -> Self {
        expect_context::<Self>()
    }

    /// Who is signed in.
    pub fn me(self) -> Option<Me> {
        self.situation.with(|situation| match situation {
            Some(Situation::SignedIn { me, .. } | Situation::Locked { me, .. }) => Some(me.clone()),
            _ => None,
        })
    }

    /// The identifier of who is signed in.
    pub fn my_id(self) -> Option<PersonId> {
        self.me().map(|me| me.person.id)
    }

    /// The practice's name.
    pub fn practice(self) -> String {
        self.situation.with(|situation| match situation {
            Some(
                Situation::SignedIn { practice, .. }
                | Situation::Locked { practice, .. }
                | Situation::SignedOut { practice },
            ) => practice.clone(),
            _ => String::new(),
        })
    }

    /// Asks where this window stands, and forgets everything when nobody is in.
    pub async fn look(self) {
        let situation = match call(GetSituation {}).await {
            Ok(situation) => situation,
            Err(Failure::Store { trouble }) => Situation::Unopenable { trouble },
            Err(failure) => return self.complain(&failure),
        };
        let inside = matches!(situation, Situation::SignedIn { .. });
        let entering = at_work(Some(&situation)) && !self.situation.with_untracked(|before| at_work(before.as_ref()));
        if entering {
            // Before the page stands: what comes after it would push its content from under the pointer.
            self.load_people().await;
            self.load_told().await;
        }
        if !inside {
            self.forget(matches!(situation, Situation::Locked { .. }));
        }
        if self.situation.with_untracked(|before| before.as_ref() != Some(&situation)) {
            self.situation.set(Some(situation));
        }
        if entering {
            self.load_mailboxes().await;
            self.load_counts(false).await;
            if self.lost.get_untracked() {
                self.lost.set(false);
                self.say(common::leaving::LOST);
            }
        }
    }

    /// Takes the person who just signed in or changed.
    pub async fn enter(self) {
        self.look().await;
    }

    fn forget(self, keep_place: bool) {
        // What was said of a patient or a mailbox must not stay in the page for whoever comes next.
        self.polite.set(String::new());
        self.assertive.set(String::new());
        self.key_sheet.set(false);
        if keep_place {
            self.returning.locks();
        } else {
            self.returning.forgets();
        }
        self.people.set(Vec::new());
        self.groups.set(Vec::new());
        self.mailboxes.set(Vec::new());
        self.known.set(false);
        self.counts.set(Counts::default());
        self.told.set(Told::default());
        self.accesses.set(None);
        self.toasts.set(Vec::new());
        self.not_printed.set(false);
        self.undoable.set(Vec::new());
        self.undo_again.set(0);
        self.returned.set(None);
        self.wanted.set(None);
        // The page goes with all that was typed in it, secrets too; who comes back is told.
        self.lost.set(keep_place && (self.unsaved.get_untracked() || self.lost.get_untracked()));
        self.unsaved.set(false);
        self.leaving.set(None);
        if !keep_place {
            self.page.set(Page::Home);
            self.place.set(Place::start());
            self.tab.set("messaging");
            self.practice_tab.set("users");
        }
    }

    /// Asks what one must be told of rights; says aloud, at once, that a mailbox was opened without a right.
    pub async fn load_told(self) {
        match call(GetTold {}).await {
            Ok(told) => {
                let (opened, changed) = self.told.with_untracked(|known| {
                    let old = |id| known.glass.iter().any(|old| old.id == id);
                    let opened = told.glass.iter().any(|one| one.mine && !one.acknowledged && !old(one.id));
                    (opened, known.notices.is_empty() && !told.notices.is_empty())
                });
                if opened {
                    self.assertive.set(words::GLASS.to_owned());
                }
                if changed {
                    self.polite.set(words::CHANGED.to_owned());
                }
                set_if_changed(self.told, told);
            }
            Err(failure) => self.complain(&failure),
        }
    }

    /// Asks for the people and the groups.
    pub async fn load_people(self) {
        match call(ListPeople {}).await {
            Ok(people) => set_if_changed(self.people, people),
            Err(failure) => return self.complain(&failure),
        }
        match call(ListGroups {}).await {
            Ok(groups) => set_if_changed(self.groups, groups),
            Err(failure) => self.complain(&failure),
        }
    }

    /// Asks for the mailboxes.
    pub async fn load_mailboxes(self) {
        match call(ListMailboxes {}).await {
            Ok(mailboxes) => {
                set_if_changed(self.mailboxes, mailboxes);
                self.known.set(true);
            }
            Err(failure) => self.complain(&failure),
        }
    }

    /// Asks for the counts; says aloud what arrived. What was taken back or shown again waits once more, and is no arrival:
    /// only a dossier that is newer than all that were known is one.
    pub async fn load_counts(self, aloud: bool) {
        match call(GetCounts {}).await {
            Ok(counts) => {
                let before = self.counts.get_untracked();
                // What is to be sorted arrived too: a critical result is told wherever it waits.
                let critical = |counts: &Counts| counts.critical + counts.to_sort_critical;
                let all = |counts: &Counts| counts.team + counts.to_sort;
                let more = |of: &dyn Fn(&Counts) -> u64| of(&counts).saturating_sub(of(&before));
                let arrived = aloud && counts.newest > before.newest;
                if arrived && more(&critical) > 0 {
                    self.assertive.set(inbox::critical_arrived(more(&critical)));
                } else if arrived && more(&all) > 0 {
                    self.polite.set(inbox::arrived(more(&all)));
                }
                set_if_changed(self.counts, counts);
            }
            Err(failure) => self.complain(&failure),
        }
    }

    /// The core says that something changed.
    pub async fn heard(self, event: Event) {
        let inside = self.situation.with_untracked(|situation| at_work(situation.as_ref()));
        match event {
            Event::Session => self.look().await,
            _ if !inside => {}
            Event::Dossiers => {
                self.load_told().await;
                self.load_counts(true).await;
                bump(self.changes.dossiers);
            }
            Event::Mailboxes => {
                self.load_mailboxes().await;
                bump(self.changes.mailboxes);
            }
            Event::People => {
                self.load_people().await;
                self.look().await;
            }
            Event::Rights => {
                self.load_told().await;
                self.load_mailboxes().await;
                self.load_counts(false).await;
                bump(self.changes.rights);
                self.load_people().await;
            }
        }
    }

    /// The words of a failure.
    pub fn words_of(self, what: &Failure) -> Advice {
        failure::failure(what, clock::local)
    }

    /// Whether a failure means that another screen is due; if so, goes there.
    pub fn moves_away(self, failure: &Failure) -> bool {
        let moves = matches!(
            failure,
            Failure::NotSignedIn | Failure::WindowLocked | Failure::PasswordMustChange | Failure::NoPractice
        );
        if moves {
            spawn_local(self.look());
        }
        moves
    }

    /// Says what failed, unless another screen is due.
    pub fn complain(self, failure: &Failure) {
        if !self.moves_away(failure) {
            self.toast(self.words_of(failure).sentence(), true, None);
        }
    }

    /// Says something in passing.
    pub fn say(self, text: impl Into<String>) {
        self.toast(text.into(), false, None);
    }

    /// Says something in passing, with a way back.
    pub fn toast(self, text: String, bad: bool, undo: Option<DossierId>) {
        let number = self.next_toast.get_untracked();
        self.next_toast.set(number.wrapping_add(1));
        self.toasts.update(|toasts| {
            toasts.retain(|toast| toast.text != text && (undo.is_none() || toast.undo.is_none()));
            toasts.push(Toast { number, text, bad, undo });
            if toasts.len() > 3 {
                toasts.remove(0);
            }
        });
        let stay = std::time::Duration::from_secs(if bad { 15 } else { 8 });
        set_timeout(move || self.dismiss(number), stay);
    }

    /// Takes a toast away.
    pub fn dismiss(self, number: u32) {
        self.toasts.try_update(|toasts| toasts.retain(|toast| toast.number != number));
    }

    /// Whether a decision may begin now: then it has begun.
    pub fn begins_deciding(self) -> bool {
        !self.deciding.get_untracked() && {
            self.deciding.set(true);
            true
        }
    }

    /// A decision is done.
    pub fn ends_deciding(self) {
        self.deciding.set(false);
    }

    /// Takes back what the person asked for while a decision was under way.
    pub fn undo_waiting(self) {
        let more = self.undo_again.get_untracked();
        if more > 0 && !self.deciding.get_untracked() {
            self.undo_again.set(more - 1);
            self.undo();
        }
    }

    /// A dossier was validated in this window.
    pub fn may_undo(self, dossier: DossierId) {
        self.undoable.update(|all| {
            all.retain(|one| *one != dossier);
            all.push(dossier);
        });
    }

    /// It was put back in another way.
    pub fn no_longer_undo(self, dossier: DossierId) {
        self.undoable.update(|all| all.retain(|one| *one != dossier));
        self.toasts.update(|toasts| toasts.retain(|toast| toast.undo != Some(dossier)));
    }

    /// Takes the last validation of this window back, then the one before it, and so on.
    pub fn undo(self) {
        if !self.begins_deciding() {
            self.undo_again.update(|more| *more = more.saturating_add(1));
            return;
        }
        let Some(dossier) = self.undoable.try_update(Vec::pop).flatten() else {
            self.undo_again.set(0);
            return self.deciding.set(false);
        };
        self.toasts.update(|toasts| toasts.retain(|toast| toast.undo.is_none()));
        spawn_local(async move {
            let done = call(ValidateDossier { dossier, validated: false }).await;
            self.ends_deciding();
            match done {
                Ok(row) => {
                    self.say(inbox::reopened(&crate::text::dossier::row_patient(row.patient.as_ref())));
                    self.returned.set(Some(dossier));
                    self.undo_waiting();
                    self.load_counts(false).await;
                    bump(self.changes.dossiers);
                }
                Err(failure) => self.complain(&failure),
            }
            self.undo_waiting();
        });
    }

    /// Goes to a page, unless settings would be lost: then it asks.
    pub fn go(self, page: Page) {
        self.leave(Way::To(page));
    }

    /// Goes to the in-tray and opens a dossier there.
    pub fn open_dossier(self, dossier: DossierId) {
        self.wanted.set(Some(dossier));
        self.go(Page::Inbox);
    }

    /// Leaves, unless settings would be lost: then it asks.
    pub fn leave(self, way: Way) {
        let stays = way == Way::To(self.page.get_untracked());
        if self.unsaved.get_untracked() && !stays {
            self.leaving.set(Some(way));
        } else {
            self.left(way);
        }
    }

    /// What was searched for is not any more: its list is another one's, and its words are a patient's.
    pub fn ends_search(self) {
        if !self.place.with_untracked(|place| place.words.is_empty()) {
            self.place.set(Place::start());
        }
    }

    /// Leaves, whatever is lost by it.
    pub fn left(self, way: Way) {
        let unsaved = self.unsaved.get_untracked();
        self.leaving.set(None);
        self.unsaved.set(false);
        let call: Answer<()> = match way {
            Way::To(page) => {
                self.page.set(page);
                if page != Page::Inbox {
                    self.ends_search();
                }
                return;
            }
            Way::Lock => call(LockWindow {}),
            Way::Out => call(SignOut {}),
            Way::Close => Box::pin(backend::close_window()),
        };
        spawn_local(async move {
            match call.await {
                Ok(()) => self.look().await,
                Err(failure) => {
                    self.unsaved.set(unsaved);
                    self.complain(&failure);
                }
            }
        });
    }

    /// A person's name inside a sentence; « vous » for oneself.
    pub fn said(self, id: PersonId) -> String {
        if self.my_id() == Some(id) {
            return common::YOU.to_owned();
        }
        self.name(id)
    }

    /// A person's name inside a sentence, oneself's too.
    pub fn name(self, id: PersonId) -> String {
        self.people
            .with(|people| people.iter().find(|person| person.id == id).map(|person| person.said_among(people)))
            .unwrap_or_else(|| common::SOMEBODY.to_owned())
    }

    /// A person's name in a list.
    pub fn listed(self, id: PersonId) -> String {
        self.named(id, Person::listed)
    }

    /// A person's name in a given form.
    pub fn named(self, id: PersonId, form: fn(&Person) -> String) -> String {
        self.people
            .with(|people| people.iter().find(|person| person.id == id).map(form))
            .unwrap_or_else(|| common::SOMEBODY.to_owned())
    }

    /// « MSSanté – moi », « MSSanté – Dr Toubib ».
    pub fn mailbox_name(self, summary: &MailboxSummary) -> String {
        let owner = if summary.my_right.owner { mailbox::MINE.to_owned() } else { self.name(summary.owner) };
        format!("{}\u{a0}– {owner}", mailbox::kind(summary.kind))
    }

    /// A group's name.
    pub fn group_name(self, id: GroupId) -> String {
        self.groups
            .with(|groups| groups.iter().find(|group| group.id == id).map(|group| group.name.clone()))
            .unwrap_or_default()
    }
}

/// Whether somebody is signed in who has nothing to do before (a password to change).
fn at_work(situation: Option<&Situation>) -> bool {
    matches!(situation, Some(Situation::SignedIn { me, .. }) if !me.password_must_change)
}

/// Adds one.
pub fn bump(signal: RwSignal<u32>) {
    signal.update(|number| *number = number.wrapping_add(1));
}

/// Sets a signal only when its value differs, so that nothing is drawn anew for nothing.
fn set_if_changed<T: PartialEq + Send + Sync + 'static>(signal: RwSignal<T>, value: T) {
    if signal.with_untracked(|before| *before != value) {
        signal.set(value);
    }
}
