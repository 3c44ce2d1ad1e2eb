//! *Pourquoi ai-je accès ? Qui peut lire ?* The people, what they may do, by which way, until when, for which reason: for
//! whoever may read, of a mailbox or of a dossier.

use crate::backend::call;
use crate::later::{self, Part};
use crate::parts::button::{Button, Look, plain};
use crate::parts::chip::Complaint;
use crate::parts::dialog::Dialog;
use crate::parts::element::{el, say, words};
use crate::parts::live::{Show, live};
use crate::state::app::App;
use crate::state::clock;
use crate::state::tray::Tray;
use crate::text::inbox::why;
use crate::text::{common, people, sharing};
use bannette_api::sharing::{DossierReaders, Path, Reader, Reason, WhoCanRead, WhoCanReadDossier};
use bannette_api::{DossierId, Failure, MailboxId};
use leptos::prelude::*;
use leptos::task::spawn_local;

/// What can be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Readable {
    /// A mailbox.
    Mailbox(MailboxId),
    /// A dossier.
    Dossier(DossierId),
}

/// Asks who can read, by each mailbox that one may see.
async fn ask(app: App, what: Readable) -> Result<Vec<DossierReaders>, Failure> {
    match what {
        Readable::Dossier(dossier) => call(WhoCanReadDossier { dossier }).await,
        Readable::Mailbox(mailbox) => {
            let readers = call(WhoCanRead { mailbox }).await?;
            let address = app.mailboxes.with_untracked(|all| {
                all.iter().find(|one| one.id == mailbox).map(|one| one.address.clone()).unwrap_or_default()
            });
            Ok(vec![DossierReaders { mailbox, address, readers }])
        }
    }
}

/// A way by which somebody reads.
fn reason(app: App, reason: &Reason) -> AnyView {
    let group = match reason.path {
        Path::Group(id) => app.group_name(id),
        _ => String::new(),
    };
    say("small", "", &sharing::reason(reason, &group, clock::now(), clock::local))
}

/// Somebody who can read.
fn reader(app: App, reader: &Reader) -> AnyView {
    let name = app.listed(reader.person);
    let letters = el(
        "span",
        &[("class", "avatar"), ("aria-hidden", "true")],
        vec![words(&app.named(reader.person, people::initials))],
    );
    let mut said = vec![words(&name)];
    said.extend(reader.right.reasons.iter().map(|way| reason(app, way)));
    let who = el("span", &[("class", "who")], said);
    el("li", &[("data-test", "who"), ("data-name", &name)], vec![letters, who])
}

/// The readers by one mailbox: oneself, then the others.
fn by_mailbox(app: App, way: &DossierReaders) -> AnyView {
    let me = app.my_id();
    let own = |reader: &&Reader| Some(reader.person) == me;
    let mine: Vec<AnyView> = way.readers.iter().filter(own).map(|one| reader(app, one)).collect();
    let others: Vec<AnyView> = way.readers.iter().filter(|one| !own(one)).map(|one| reader(app, one)).collect();
    let title = say("h4", "", &why::others(others.len() as u64));
    let rest = if others.is_empty() { say("p", "faint", why::ALONE) } else { el("ul", &[("class", "people")], others) };
    let mine = el("ul", &[("class", "people"), ("data-test", "why")], mine);
    let parts = vec![say("h3", "", &way.address), say("h4", "", why::WHY), mine, title, rest];
    el("section", &[("aria-label", &way.address)], parts)
}

/// Who can read, and why oneself.
#[component]
pub fn WhoDialog(
    /// What.
    what: Readable,
    /// It is over.
    #[prop(into)]
    done: Callback<()>,
) -> impl IntoView {
    let app = App::get();
    let found = RwSignal::new(None::<Vec<DossierReaders>>);
    let complaint = RwSignal::new(None::<String>);
    // Rights that change meanwhile are asked for again.
    Effect::new(move || {
        app.changes.rights.track();
        spawn_local(async move {
            match ask(app, what).await {
                Ok(ways) => {
                    found.try_set(Some(ways));
                }
                Err(failure) => {
                    found.try_set(None);
                    if !app.moves_away(&failure) {
                        complaint.try_set(Some(app.words_of(&failure).sentence()));
                    }
                }
            }
        });
    });
    let lists = move || match found.get() {
        Some(ways) => ways.iter().map(|way| by_mailbox(app, way)).collect_view().into_any(),
        None if complaint.with(Option::is_some) => ().into_any(),
        None => el("p", &[("class", "hint"), ("role", "status")], vec![words(common::LOADING)]),
    };
    // Of a dossier: whose it is, which the dialog hides.
    let patient = match what {
        Readable::Mailbox(_) => None,
        Readable::Dossier(id) => use_context::<Tray>().and_then(|tray| tray.patient_of(id)),
    };
    view! {
        <Dialog id="who-dialog" title=why::WHO about=patient.unwrap_or_default() cancel=done>
            <Complaint text=complaint />
            <div class="readings">{live(lists)}</div>
            <div class="actions">
                <Button label=common::CLOSE look=Look::Primary id="who-close" act=done />
            </div>
        </Dialog>
    }
}

/// The dialog, as long as it is asked for.
pub fn who_dialog(what: Readable, asked: RwSignal<bool>) -> AnyView {
    later::part(App::get(), Part::Who(what, Callback::new(move |()| asked.set(false))))
}

/// The button beside a mailbox, and what it opens. `of` names the mailbox for whoever does not see the row.
pub fn who_button(mailbox: MailboxId, of: &str) -> AnyView {
    let asked = RwSignal::new(false);
    let open = Callback::new(move |()| asked.set(true));
    view! {
        {plain("link", "who-can-read", Some(why::who_of(of)), words(why::WHO), open)}
        <Show when=move || asked.get()>
            {who_dialog(Readable::Mailbox(mailbox), asked)}
        </Show>
    }
    .into_any()
}
