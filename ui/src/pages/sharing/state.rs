//! What *Gestion du partage* knows: what is kept, what is chosen, what another changed meanwhile. It decides no right.

use crate::backend::call;
use crate::state::app::App;
use crate::state::clock;
use crate::state::effect::{Practice, Shares};
use crate::state::period::{self, Faults, Period};
use crate::state::rebase::{self, Choice, Given};
use crate::text::sharing as words;
use bannette_api::sharing::{GetSharing, Grant, Grantee, Level, Motive, SetSharing, Sharing};
use bannette_api::{Failure, MailboxId, PersonId, Timestamp};
use leptos::prelude::*;
use leptos::task::spawn_local;

/// A right while it is being chosen.
#[derive(Clone, Copy, PartialEq)]
pub struct Line {
    /// To whom.
    pub to: Grantee,
    /// *Écriture / Envoi*.
    pub sends: RwSignal<bool>,
    /// First day, as typed.
    pub from: RwSignal<String>,
    /// Last day, as typed.
    pub until: RwSignal<String>,
    /// Why, as typed.
    pub motive: RwSignal<String>,
    /// What the dates were before they were typed.
    kept: Period,
}

impl Line {
    fn new(given: &Given) -> Self {
        let kept = (given.grant.begins, given.grant.ends);
        let (from, until) = period::written(kept, clock::local);
        Self {
            to: given.grant.to,
            sends: RwSignal::new(given.grant.level == Level::Send),
            from: RwSignal::new(from),
            until: RwSignal::new(until),
            motive: RwSignal::new(given.motive.clone()),
            kept,
        }
    }

    /// What.
    pub fn level(self) -> Level {
        if self.sends.get() { Level::Send } else { Level::Read }
    }

    fn period(self, now: Timestamp) -> Result<Period, Faults> {
        let (from, until) = (self.from.get(), self.until.get());
        period::read((&from, &until), self.kept, now, clock::local, clock::midnight)
    }

    /// The motive's length, when it is too long.
    pub fn too_long(self) -> bool {
        self.motive.with(|motive| motive.trim().chars().count()) > Motive::LONGEST as usize
    }

    /// What is wrong with its dates.
    pub fn faults(self, now: Timestamp) -> Faults {
        self.period(now).err().unwrap_or_default()
    }

    /// The right, unless something typed is wrong.
    pub fn given(self, now: Timestamp) -> Option<Given> {
        let (begins, ends) = self.period(now).ok()?;
        let grant = Grant { to: self.to, level: self.level(), begins, ends };
        (!self.too_long()).then(|| Given { grant, motive: self.motive.with(|motive| motive.trim().to_owned()) })
    }
}

/// What the dialog knows.
#[derive(Clone, Copy)]
pub struct State {
    /// The rest of the window.
    pub app: App,
    mailbox: MailboxId,
    /// The dialog: what is typed lives as long as it, not only as long as the row in which somebody was chosen.
    dialog: StoredValue<Option<Owner>>,
    /// Who owns the mailbox: the person at the window.
    pub owner: Option<PersonId>,
    /// What is kept, as last asked.
    pub before: RwSignal<Option<Sharing>>,
    /// *Partagé*, as chosen.
    pub shared: RwSignal<bool>,
    /// The rights, as chosen.
    pub lines: RwSignal<Vec<Line>>,
    /// Whose dates and motive are shown, in letters; empty: nobody's.
    pub open: RwSignal<String>,
    /// What another changed since one began: the state before it.
    pub overtaken: RwSignal<Option<Sharing>>,
    /// What is looked for.
    pub search: RwSignal<String>,
    /// What went wrong.
    pub complaint: RwSignal<Option<String>>,
    /// Whether it is being kept.
    pub busy: RwSignal<bool>,
}

impl State {
    /// Before the first answer.
    pub fn new(app: App, mailbox: MailboxId) -> Self {
        let state = Self {
            app,
            mailbox,
            dialog: StoredValue::new(Owner::current()),
            owner: untrack(move || app.my_id()),
            before: RwSignal::new(None),
            shared: RwSignal::new(false),
            lines: RwSignal::new(Vec::new()),
            open: RwSignal::new(String::new()),
            overtaken: RwSignal::new(None),
            search: RwSignal::new(String::new()),
            complaint: RwSignal::new(None),
            busy: RwSignal::new(false),
        };
        spawn_local(async move {
            if let Some(sharing) = state.ask().await {
                state.show(&Choice::of(&sharing));
                state.before.try_set(Some(sharing));
            }
        });
        state
    }

    async fn ask(self) -> Option<Sharing> {
        // People may have come or gone since the window last asked.
        self.app.load_people().await;
        match call(GetSharing { mailbox: self.mailbox }).await {
            Ok(sharing) => Some(sharing),
            Err(failure) => {
                self.refused(&failure);
                None
            }
        }
    }

    fn show(self, choice: &Choice) {
        self.shared.try_set(choice.shared);
        let Some(dialog) = self.dialog.try_get_value().flatten() else { return };
        self.lines.try_set(dialog.with(|| choice.given.iter().map(Line::new).collect()));
    }

    fn refused(self, failure: &Failure) {
        if !self.app.moves_away(failure) {
            self.complaint.try_set(Some(self.app.words_of(failure).sentence()));
        }
    }

    /// The moment at which rights are computed: this window's time, or the later one that the practice has seen.
    pub fn now(self) -> Timestamp {
        let seen = self.before.with(|before| before.as_ref().map(|before| before.now));
        seen.unwrap_or(Timestamp(0)).max(self.app.now.get_untracked())
    }

    /// What is chosen, unless something typed is wrong.
    pub fn choice(self) -> Option<Choice> {
        let now = self.now();
        let given = self.lines.get().into_iter().map(|line| line.given(now)).collect::<Option<Vec<_>>>()?;
        Some(Choice { shared: self.shared.get(), given })
    }

    /// Whether something differs from what is kept.
    pub fn changed(self) -> bool {
        let kept = self.before.with(|before| before.as_ref().map(Choice::of));
        kept.is_some_and(|kept| self.choice().is_none_or(|choice| !choice.same(&kept)))
    }

    /// The name of a grantee.
    pub fn name(self, to: Grantee) -> String {
        match to {
            Grantee::Everyone => words::EVERYONE.to_owned(),
            Grantee::Group(id) => self.app.group_name(id),
            Grantee::Person(id) => self.app.listed(id),
        }
    }

    /// Authorises somebody.
    pub fn add(self, to: Grantee) {
        let grant = Grant { to, level: Level::Read, begins: None, ends: None };
        let Some(dialog) = self.dialog.get_value() else { return };
        let line = dialog.with(|| Line::new(&Given { grant, motive: String::new() }));
        self.lines.update(|lines| {
            if lines.iter().all(|other| other.to != to) {
                lines.push(line);
            }
        });
    }

    /// The line of somebody who is authorised.
    pub fn line(self, to: Grantee) -> Option<Line> {
        self.lines.with(|lines| lines.iter().find(|line| line.to == to).copied())
    }

    /// The computation of what changes for whom, on what is known now.
    fn with_practice<T>(self, then: impl FnOnce(Practice<'_>) -> T) -> Option<T> {
        let owner = self.owner?;
        let now = self.now();
        Some(
            self.app.people.with(|people| self.app.groups.with(|groups| then(Practice { people, groups, owner, now }))),
        )
    }

    /// What changes, in words.
    pub fn effect(self) -> String {
        let said = self.before.with(|before| {
            let before = before.as_ref()?;
            let Some(after) = self.choice() else { return Some(words::EFFECT_UNKNOWN.to_owned()) };
            let effect = self.with_practice(|practice| {
                let old = Shares { shared: before.shared, grants: &before.grants };
                practice.effect(old, Shares { shared: after.shared, grants: &after.grants() })
            })?;
            let name = |change: &crate::state::effect::Change| self.app.name(change.person);
            Some(words::effect(&effect, self.now(), clock::local, name))
        });
        said.unwrap_or_default()
    }

    /// Those who will have access, in words.
    pub fn access(self) -> String {
        let now = self.now();
        let choice = self.choice().unwrap_or_default();
        let grants = choice.grants();
        let names = self.with_practice(|practice| {
            let shares = Shares { shared: choice.shared, grants: &grants };
            let access = |person: &bannette_api::people::Person| {
                let begins = practice.access(shares, person.id)?;
                let name = person.said_among(practice.people);
                Some(if begins > now { words::from_day(&name, begins, now, clock::local) } else { name })
            };
            practice.concerned().filter_map(access).collect::<Vec<_>>()
        });
        let others = words::enumerated(&names.unwrap_or_default());
        if others.is_empty() { words::YOU_OWNER.to_owned() } else { format!("{others}, {}", words::YOU_OWNER) }
    }

    /// What another changed since one began, each beside one's own choice; empty when nobody did.
    pub fn meanwhile(self) -> Vec<String> {
        let of = |sharing: RwSignal<Option<Sharing>>| sharing.with(|sharing| sharing.as_ref().map(Choice::of));
        let (Some(base), Some(theirs)) = (of(self.overtaken), of(self.before)) else {
            return Vec::new();
        };
        let now = self.now();
        let mine = self.choice();
        let switched = (base.shared != theirs.shared).then(|| words::switched(theirs.shared, self.shared.get()));
        let told = rebase::differences(&base, &theirs).into_iter().map(|what| {
            let own = mine.as_ref().map_or(what.after.as_ref(), |mine| mine.to(what.to));
            words::difference(&self.name(what.to), &what, own, now, clock::local)
        });
        switched.into_iter().chain(told).collect()
    }

    /// The first thing that is wrong: opens its line and puts the focus on its field.
    fn point_out(self) {
        let now = self.now();
        let Some(line) = self.lines.get_untracked().into_iter().find(|line| line.given(now).is_none()) else { return };
        self.open.set(super::details::id(line.to));
        let field = match line.faults(now) {
            (Some(_), _) => "from",
            (None, Some(_)) => "until",
            (None, None) => "motive",
        };
        request_animation_frame(move || {
            use wasm_bindgen::JsCast;
            let found = document().get_element_by_id(&super::details::field_id(field, line.to));
            if let Some(element) = found.and_then(|found| found.dyn_into::<web_sys::HtmlElement>().ok()) {
                drop(element.focus());
            }
        });
    }

    /// **Valider**.
    pub fn validate(self, done: Callback<()>) {
        let Some(before) = self.before.get_untracked() else { return };
        if self.busy.get_untracked() {
            return;
        }
        self.complaint.set(None);
        let Some(mine) = untrack(move || self.choice()) else { return untrack(move || self.point_out()) };
        self.busy.set(true);
        let (grants, motives) = (mine.grants(), mine.motives());
        let ask = SetSharing { mailbox: self.mailbox, shared: mine.shared, grants, motives, version: before.version };
        spawn_local(async move {
            match call(ask).await {
                Ok(_) => {
                    self.app.say(words::DONE);
                    self.app.load_mailboxes().await;
                    done.try_run(());
                }
                Err(Failure::Conflict) => self.overtake(before, &mine).await,
                Err(failure) => self.refused(&failure),
            }
            self.busy.try_set(false);
        });
    }

    /// Another was quicker: one's own choices are put upon the new state, to be looked at and decided again.
    async fn overtake(self, before: Sharing, mine: &Choice) {
        let Some(sharing) = self.ask().await else { return };
        let (base, theirs) = (Choice::of(&before), Choice::of(&sharing));
        self.show(&rebase::rebase(&base, mine, &theirs));
        self.before.try_set(Some(sharing));
        if base.same(&theirs) {
            // Somebody validated what was there already, or a right of another mailbox changed: nothing to look at.
            self.complaint.try_set(Some(words::CONFLICT_EMPTY.to_owned()));
        } else {
            self.overtaken.try_set(Some(before));
            self.complaint.try_set(Some(words::CONFLICT.to_owned()));
        }
    }
}
