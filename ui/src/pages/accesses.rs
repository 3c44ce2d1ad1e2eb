//! *Historique des accès*: who did what, when, from which post, under which right; filtered, and exported.

use crate::backend::call;
use crate::parts::button::{Button, Look, press};
use crate::parts::chip::Complaint;
use crate::parts::choice::choice;
use crate::parts::date::date_field;
use crate::parts::dialog::Dialog;
use crate::parts::element::{el, say, words as text};
use crate::parts::icon::{Icon, sign};
use crate::parts::live::live;
use crate::parts::table::{head, results_table, said};
use crate::state::app::App;
use crate::state::clock;
use crate::state::day::Day;
use crate::text::access as words;
use crate::text::{common, dossier, inbox, sharing};
use bannette_api::accesses::{
    AccessEntry, AccessFilter, AccessOf, AccessPage, ExportAccesses, ExportForm, ListAccesses,
};
use bannette_api::dossiers::Cursor;
use bannette_api::journal::{JournalReport, VerifyJournal};
use bannette_api::people::Person;
use bannette_api::sharing::Path;
use bannette_api::{Failure, PersonId, Timestamp};
use leptos::prelude::*;
use leptos::task::spawn_local;

/// Lines of a page.
const PAGE: u32 = 100;

/// What the dialog knows.
#[derive(Clone, Copy)]
struct State {
    app: App,
    of: AccessOf,
    /// The people as they stand in the list.
    people: StoredValue<Vec<PersonId>>,
    /// The places chosen in the lists; 0 is all.
    person: RwSignal<usize>,
    kind: RwSignal<usize>,
    from: RwSignal<String>,
    until: RwSignal<String>,
    wrong: (RwSignal<Option<String>>, RwSignal<Option<String>>),
    /// What is shown now.
    filter: RwSignal<AccessFilter>,
    entries: RwSignal<Vec<AccessEntry>>,
    next: RwSignal<Option<Cursor>>,
    whole: RwSignal<bool>,
    known: RwSignal<bool>,
    report: RwSignal<Option<JournalReport>>,
    saved: RwSignal<Option<String>>,
    complaint: RwSignal<Option<String>>,
    busy: RwSignal<bool>,
}

impl State {
    fn new(app: App, of: AccessOf) -> Self {
        let state = Self {
            app,
            of,
            people: StoredValue::new(app.people.with_untracked(|all| all.iter().map(|person| person.id).collect())),
            person: RwSignal::new(0),
            kind: RwSignal::new(0),
            from: RwSignal::new(String::new()),
            until: RwSignal::new(String::new()),
            wrong: (RwSignal::new(None), RwSignal::new(None)),
            filter: RwSignal::new(AccessFilter::default()),
            entries: RwSignal::new(Vec::new()),
            next: RwSignal::new(None),
            whole: RwSignal::new(true),
            known: RwSignal::new(false),
            report: RwSignal::new(None),
            saved: RwSignal::new(None),
            complaint: RwSignal::new(None),
            busy: RwSignal::new(false),
        };
        spawn_local(async move {
            state.load(None).await;
            match call(VerifyJournal::default()).await {
                Ok(report) => {
                    state.report.try_set(Some(report));
                }
                Err(failure) => state.refused(&failure),
            }
        });
        state
    }

    fn refused(self, failure: &Failure) {
        if !self.app.moves_away(failure) {
            self.complaint.try_set(Some(self.app.words_of(failure).sentence()));
        }
    }

    /// Asks for the first page, or for the one after what is shown.
    async fn load(self, after: Option<Cursor>) {
        let more = after.is_some();
        let Some(filter) = self.filter.try_get_untracked() else { return };
        match call(ListAccesses { of: self.of, filter, after, limit: PAGE }).await {
            Ok(AccessPage { entries, next, whole }) => {
                self.entries.try_update(|shown| {
                    if !more {
                        shown.clear();
                    }
                    shown.extend(entries);
                });
                self.next.try_set(next);
                self.whole.try_set(whole);
                self.known.try_set(true);
            }
            Err(failure) => self.refused(&failure),
        }
    }

    /// A date as typed: none, or its day's beginning (`later` days on); says what is wrong.
    fn date(text: RwSignal<String>, wrong: RwSignal<Option<String>>, later: i64) -> Result<Option<Timestamp>, ()> {
        wrong.set(None);
        let text = text.get_untracked();
        if text.trim().is_empty() {
            return Ok(None);
        }
        let found = Day::read(&text).map(|day| clock::midnight(day.year, day.month, day.day + later));
        if found.is_none() {
            wrong.set(Some(words::NO_DATE.to_owned()));
        }
        found.map(Some).ok_or(())
    }

    fn apply(self) {
        let from = Self::date(self.from, self.wrong.0, 0);
        let until = Self::date(self.until, self.wrong.1, 1);
        let (Ok(from), Ok(until)) = (from, until) else { return };
        let person = self.person.get_untracked().checked_sub(1);
        let person = person.and_then(|place| self.people.with_value(|all| all.get(place).copied()));
        let kind = self.kind.get_untracked().checked_sub(1).and_then(|place| words::KINDS.get(place).copied());
        self.filter.set(AccessFilter { person, kind, begins: from, ends: until });
        self.complaint.set(None);
        spawn_local(self.load(None));
    }

    fn export(self, form: ExportForm) {
        if self.busy.get_untracked() {
            return;
        }
        self.busy.set(true);
        self.saved.set(None);
        self.complaint.set(None);
        spawn_local(async move {
            match call(ExportAccesses { of: self.of, filter: self.filter.get_untracked(), form }).await {
                Ok(file) => {
                    self.saved.try_set(Some(inbox::saved(&file.path)));
                    // The export is an act of the history itself.
                    self.load(None).await;
                }
                Err(failure) => self.refused(&failure),
            }
            self.busy.try_set(false);
        });
    }
}

/// Person, kind, from, until.
#[inline(never)]
fn filters(state: State) -> AnyView {
    let everybody = std::iter::once(words::EVERYBODY.to_owned());
    let names = state.app.people.with_untracked(|all| all.iter().map(Person::listed).collect::<Vec<_>>());
    let kinds = std::iter::once(words::EVERYTHING.to_owned());
    let kinds = kinds.chain(words::KINDS.iter().map(|kind| words::kind(*kind).to_owned())).collect();
    let look = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        state.apply();
    };
    let date = |id: &str, label: &'static str, value, fault: RwSignal<Option<String>>| {
        date_field((id.to_owned(), label, words::DATE_HINT), value, fault.into(), clock::today())
    };
    let parts = vec![
        choice("access-person", words::PERSON, everybody.chain(names).collect(), state.person),
        choice("access-kind", words::KIND, kinds, state.kind),
        date("access-from", words::FROM, state.from, state.wrong.0),
        date("access-until", words::UNTIL, state.until, state.wrong.1),
        view! { <Button label=words::FILTER id="access-filter" submit=true /> }.into_any(),
    ];
    view! { <form class="filters" on:submit=look>{parts}</form> }.into_any()
}

#[inline(never)]
fn row(app: App, entry: &AccessEntry) -> AnyView {
    let person = entry.person.map_or_else(|| words::PROGRAM.to_owned(), |id| app.listed(id));
    let right = entry.path.map(|path| {
        let group = if let Path::Group(id) = path { app.group_name(id) } else { String::new() };
        sharing::path(path, &group)
    });
    let of = if entry.dossier.is_some() { dossier::row_patient(entry.patient.as_ref()) } else { String::new() };
    let cells = vec![
        said("", &words::moment(clock::local(entry.at))),
        said("", &person),
        said("", words::act(entry)),
        said("", &of),
        said("", &right.unwrap_or_default()),
        said("", &entry.post),
    ];
    el("tr", &[("data-test", "access"), ("data-act", &entry.act)], cells)
}

/// The lines, the newest first; how many; where the export went.
#[inline(never)]
fn lines(state: State) -> AnyView {
    let more = state.next.with(Option::is_some);
    let mut parts = Vec::new();
    state.entries.with(|entries| {
        if entries.is_empty() {
            let said = if state.known.get() { words::NOTHING } else { common::LOADING };
            parts.push(el("p", &[("class", "hint"), ("role", "status")], vec![text(said)]));
            return;
        }
        let heads = words::COLUMNS.iter().map(|name| head("", name)).collect();
        let rows = entries.iter().map(|entry| row(state.app, entry)).collect();
        let table = results_table("", words::HISTORY, heads, rows);
        let around = [("class", "accesses"), ("tabindex", "0"), ("role", "region"), ("aria-label", words::HISTORY)];
        parts.push(el("div", &around, vec![table]));
        parts.push(say("p", "hint", &words::count(entries.len(), more)));
    });
    el("div", &[], parts)
}

/// What the check of the journal found, and whose acts are shown.
#[inline(never)]
fn verified(state: State) -> AnyView {
    let mut parts = Vec::new();
    state.report.with(|report| match report {
        None => parts.push(say("p", "hint", words::VERIFYING)),
        Some(report) => {
            let bad = !report.faults.is_empty();
            let (class, icon) = if bad { ("verified bad", Icon::Warning) } else { ("verified", Icon::Check) };
            let said = vec![sign(icon), say("span", "", &words::verified(report))];
            parts.push(el("p", &[("class", class), ("data-test", "verified")], said));
        }
    });
    if !state.whole.get() {
        parts.push(say("p", "banner info", words::OWN_ONLY));
    }
    if let Some(saved) = state.saved.get() {
        parts.push(el("p", &[("id", "access-saved")], vec![text(&saved)]));
    }
    el("div", &[("role", "status"), ("class", "said")], parts)
}

/// *Historique des accès*.
#[inline(never)]
pub fn dialog(app: App, of: AccessOf, name: &str) -> AnyView {
    let state = State::new(app, of);
    let close = Callback::new(move |()| app.accesses.set(None));
    let next = Signal::derive(move || state.next.with(Option::is_none));
    let more = Callback::new(move |()| spawn_local(state.load(state.next.get_untracked())));
    let save = |form| Callback::new(move |()| state.export(form));
    let actions = vec![
        press(words::MORE, Look::Quiet, "access-more", next, more),
        press(words::CSV, Look::Normal, "access-csv", state.busy.into(), save(ExportForm::Csv)),
        press(words::PDF, Look::Normal, "access-pdf", state.busy.into(), save(ExportForm::Pdf)),
        press(common::CLOSE, Look::Primary, "access-close", Signal::stored(false), close),
    ];
    view! {
        <Dialog id="access-dialog" title=words::title(name) cancel=close wide=true>
            {live(move || verified(state))}
            <Complaint text=state.complaint />
            {filters(state)}
            {live(move || lines(state))}
            {el("div", &[("class", "actions")], actions)}
        </Dialog>
    }
    .into_any()
}
