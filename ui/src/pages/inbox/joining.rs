//! « C’est une version de… »: a person says whose place the open report takes, where no rule saw it. The other report is
//! looked for, chosen, and only then joined: it leaves the queue.

use crate::backend::call;
use crate::parts::button::{Button, Look, plain};
use crate::parts::chip::Complaint;
use crate::parts::dialog::Dialog;
use crate::parts::element::{el, say, words as text};
use crate::parts::field::Field;
use crate::parts::live::live;
use crate::state::app::App;
use crate::state::clock;
use crate::state::tray::Tray;
use crate::text::version::join as words;
use crate::text::{common, dossier, inbox};
use bannette_api::DossierId;
use bannette_api::dossiers::{DossierRow, DossierView, ListDossiers, PatientLine, PersonsRelation, View};
use leptos::prelude::*;
use leptos::task::spawn_local;
use std::sync::Arc;

/// Reports that are listed: whoever needs more types more of what is looked for.
const MOST: u32 = 60;

/// The words by which the reports of this patient are found.
fn patient_words(line: Option<&PatientLine>) -> String {
    line.map(|line| format!("{} {}", line.last_name, line.first_name)).unwrap_or_default().trim().to_owned()
}

/// A report in one line: when, from whom, what.
fn said(row: &DossierRow) -> String {
    let when = inbox::dated(row.dated.as_ref(), clock::local(row.received_at));
    words::line(&dossier::row_patient(row.patient.as_ref()), &when, &row.sender, row.results)
}

/// A report that can be chosen.
fn line(row: &Arc<DossierRow>, chosen: RwSignal<Option<Arc<DossierRow>>>) -> AnyView {
    let (id, of) = (row.id, Arc::clone(row));
    let mark = move || {
        let on = chosen.with(|chosen| chosen.as_ref().is_some_and(|one| one.id == id));
        on.then(|| say("span", "chip good", words::CHOSEN))
    };
    let act = Callback::new(move |()| chosen.set(Some(Arc::clone(&of))));
    let button = plain("link", "join-choose", None, text(&said(row)), act);
    el("li", &[("data-test", "join-line")], vec![button, text(" "), live(mark).into_any()])
}

/// What is listed: the reports of these words that lie in a mailbox of the open one, that one left out.
fn list(app: App, view: &Arc<DossierView>, words: String, asked: (u32, StoredValue<u32>), into: Listed) {
    let here = Arc::clone(view);
    let words = Some(words).filter(|words| !words.trim().is_empty());
    let ask = ListDossiers { view: View::Team, mailbox: None, words, after: None, limit: MOST };
    spawn_local(async move {
        let answer = call(ask).await;
        // Somebody typed on meanwhile: what comes now is of other words.
        if asked.1.try_get_value() != Some(asked.0) {
            return;
        }
        match answer {
            Ok(page) => {
                let other = |row: &DossierRow| {
                    row.id != here.row.id && row.mailboxes.iter().any(|mailbox| here.row.mailboxes.contains(mailbox))
                };
                let rows = page.rows.into_iter().filter(other).map(Arc::new).collect();
                drop(into.rows.try_set(Some(rows)));
                drop(into.complaint.try_set(None));
            }
            Err(failure) if app.moves_away(&failure) => {}
            Err(failure) => drop(into.complaint.try_set(Some(app.words_of(&failure).sentence()))),
        }
    });
}

/// Where what is found goes.
#[derive(Clone, Copy)]
struct Listed {
    rows: RwSignal<Option<Vec<Arc<DossierRow>>>>,
    complaint: RwSignal<Option<String>>,
}

/// What the choice does, before it is done.
fn consequence(view: &DossierView, other: &DossierRow) -> AnyView {
    let mut told = vec![say("p", "", &words::consequence(&said(other)))];
    let (here, there) = (view.row.patient.as_ref(), other.patient.as_ref());
    if here != there {
        told.push(say("p", "banner warn", words::OTHER_PATIENT));
    }
    el("div", &[("data-test", "join-consequence"), ("role", "status")], told)
}

/// The dialog.
#[component]
pub fn Joining(
    /// The open dossier.
    view: Arc<DossierView>,
    /// It is over.
    close: Callback<()>,
) -> impl IntoView {
    let (app, tray) = (App::get(), Tray::get());
    let typed = RwSignal::new(patient_words(view.row.patient.as_ref()));
    let chosen = RwSignal::new(None::<Arc<DossierRow>>);
    let into = Listed { rows: RwSignal::new(None), complaint: RwSignal::new(None) };
    let asked = StoredValue::new(0u32);
    let of = Arc::clone(&view);
    Effect::new(move || {
        let words = typed.get();
        chosen.set(None);
        let number = asked.get_value().wrapping_add(1);
        asked.set_value(number);
        list(app, &of, words, (number, asked), into);
    });
    let found = move || {
        into.rows.with(|rows| match rows {
            None => say("p", "hint", common::LOADING),
            Some(rows) if rows.is_empty() => say("p", "hint", words::NONE),
            Some(rows) => {
                let lines = rows.iter().map(|row| line(row, chosen)).collect();
                el("ul", &[("class", "join-list"), ("aria-label", words::LIST)], lines)
            }
        })
    };
    let (here, shown) = (view.row.id, Arc::clone(&view));
    let told = move || chosen.with(|chosen| chosen.as_ref().map(|other| consequence(&shown, other)));
    let act = move |()| {
        if let Some(other) = chosen.get_untracked() {
            join(app, tray, here, other.id, close);
        }
    };
    let off = Signal::derive(move || chosen.with(Option::is_none));
    view! {
        <Dialog id="join-dialog" title=words::TITLE about=dossier::identified(view.row.patient.as_ref()) cancel=close wide=true>
            <p>{words::WHAT}</p>
            <Field id="join-words" label=words::FIND value=typed first=true />
            <Complaint text=into.complaint />
            {live(found)}
            {live(told)}
            <div class="actions">
                <Button label=common::CANCEL look=Look::Quiet id="join-cancel" act=close />
                <Button label=words::JOIN look=Look::Primary id="join-do" disabled=off act />
            </div>
        </Dialog>
    }
}

fn join(app: App, tray: Tray, dossier: DossierId, other: DossierId, close: Callback<()>) {
    close.run(());
    super::versions::relate(app, tray, dossier, other, PersonsRelation::VersionOf);
}
