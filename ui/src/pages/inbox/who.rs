//! *Qui peut lire ?* The people, what they may do, by which way, until when.

use crate::backend::call;
use crate::parts::button::{Button, Look};
use crate::parts::chip::Complaint;
use crate::parts::dialog::Dialog;
use crate::parts::live::live;
use crate::state::app::App;
use crate::state::clock;
use crate::text::inbox::why;
use crate::text::{common, mailbox, people, sharing, time, told};
use bannette_api::MailboxId;
use bannette_api::sharing::{Path, Reader, Reason, WhoCanRead};
use leptos::prelude::*;
use leptos::task::spawn_local;

/// A way by which somebody reads.
fn reason(app: App, reason: &Reason) -> String {
    let group = match reason.path {
        Path::Group(id) => app.group_name(id),
        _ => String::new(),
    };
    let path = sharing::path(reason.path, &group);
    match reason.ends {
        Some(ends) if reason.path == Path::BreakGlass => {
            format!("{path}, {}", told::ends(ends, clock::now(), clock::local))
        }
        Some(ends) => format!("{path}, jusqu'au {}", time::until(ends, clock::now(), clock::local)),
        None => path,
    }
}

/// Somebody who can read.
fn reader(app: App, reader: &Reader) -> impl IntoView + use<> {
    let right = &reader.right;
    let level = if right.owner { String::new() } else { format!("{}\u{a0}: ", mailbox::level_said(right.level)) };
    let ways = right.reasons.iter().map(|way| reason(app, way)).collect::<Vec<_>>().join(", ");
    let name = app.named(reader.person, people::listed);
    let hook = name.clone();
    view! {
        <li data-test="who" data-name=hook>
            <span class="avatar" aria-hidden="true">{app.named(reader.person, people::initials)}</span>
            <span class="who">{name}<small>{level} {ways}</small></span>
        </li>
    }
}

/// The people who can read by these mailboxes, each mailbox on its own.
#[component]
pub fn WhoDialog(
    /// The mailboxes.
    mailboxes: Vec<MailboxId>,
    /// It is over.
    #[prop(into)]
    done: Callback<()>,
) -> impl IntoView {
    let app = App::get();
    let found = RwSignal::new(Vec::<(MailboxId, Vec<Reader>)>::new());
    let complaint = RwSignal::new(None::<String>);
    spawn_local(async move {
        for mailbox in mailboxes {
            match call(WhoCanRead { mailbox }).await {
                Ok(readers) => {
                    found.try_update(|found| found.push((mailbox, readers)));
                }
                Err(failure) => {
                    if !app.moves_away(&failure) {
                        complaint.try_set(Some(app.words_of(&failure).sentence()));
                    }
                }
            }
        }
    });
    let address = move |id| {
        app.mailboxes
            .with(|all| all.iter().find(|mailbox| mailbox.id == id).map(|mailbox| mailbox.address.clone()))
            .unwrap_or_default()
    };
    let lists = move || {
        found
            .get()
            .into_iter()
            .map(|(id, readers)| {
                view! {
                    <h3>{address(id)}</h3>
                    <ul class="people">{readers.iter().map(|one| reader(app, one)).collect_view()}</ul>
                }
            })
            .collect_view()
    };
    view! {
        <Dialog id="who-dialog" title=why::WHO cancel=done>
            <Complaint text=complaint />
            {live(lists)}
            <div class="actions">
                <Button label=common::CLOSE look=Look::Primary id="who-close" act=done />
            </div>
        </Dialog>
    }
}
