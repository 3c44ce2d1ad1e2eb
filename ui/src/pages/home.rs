//! Home: what must be done now, what is critical, is everything fetched.

use crate::backend::call;
use crate::pages::who::who_button;
use crate::parts::button::{Button, Look, plain};
use crate::parts::chip::{Chip, Tint};
use crate::parts::element::say;
use crate::parts::icon::{FlagMark, Icon, Sign};
use crate::parts::live::{Show, each, live};
use crate::parts::menu::Menu;
use crate::state::app::{App, Page};
use crate::state::clock;
use crate::state::tray::Place;
use crate::text::inbox::{self, home};
use crate::text::{common, dossier, mailbox, number, people, visibility};
use bannette_api::MailboxId;
use bannette_api::connection::Doing;
use bannette_api::dossiers::View;
use bannette_api::mailboxes::{FetchNow, MailboxSummary};
use bannette_api::report::Flag;
use bannette_api::sharing::Level;
use leptos::prelude::*;
use leptos::task::spawn_local;

/// A card that leads into a list.
#[component]
fn Card(
    view: View,
    id: &'static str,
    count: Signal<u64>,
    below: Signal<String>,
    /// Critical, while something waits.
    #[prop(optional)]
    critical: bool,
) -> impl IntoView {
    let app = App::get();
    let go = move |_| {
        // Where all that is critical waits to be sorted, the list of results would be empty.
        let to_sort =
            critical && app.counts.with_untracked(|counts| counts.critical == 0 && counts.to_sort_critical > 0);
        app.place.set(Place::of(if to_sort { View::ToSort } else { view }));
        app.go(Page::Inbox);
    };
    let urgent = move || critical && count.get() > 0;
    let title = if critical { home::CRITICAL } else { dossier::view(view) };
    let head = move || {
        if urgent() {
            view! {
                <Chip tint=Tint::Critical>
                    <FlagMark flag=Flag::CriticallyHigh silent=true />
                    {title}
                </Chip>
            }
            .into_any()
        } else {
            title.into_any()
        }
    };
    view! {
        <li>
            <button type="button" class="card" class:urgent=Signal::derive(urgent) id=id data-test="card" on:click=go>
                <span class="title">{live(head)}</span>
                <strong>{live(move || number::whole(count.get()))}</strong>
                <span class="below">{live(move || below.get())}</span>
            </button>
        </li>
    }
}

/// The four cards.
#[component]
fn Cards() -> impl IntoView {
    let app = App::get();
    let counts = app.counts;
    view! {
        <ul class="cards">
            <Card
                view=View::Critical
                id="card-critical"
                critical=true
                count=Signal::derive(move || counts.with(|counts| counts.critical + counts.to_sort_critical))
                below=Signal::derive(move || {
                    let (oldest, to_sort) = counts.with(|counts| {
                        let results = counts.oldest_critical.filter(|_| counts.critical > 0);
                        let all = [results, counts.oldest_to_sort_critical];
                        (all.into_iter().flatten().min(), counts.to_sort_critical)
                    });
                    let oldest = mailbox::oldest(oldest, app.now.get());
                    if to_sort == 0 { oldest } else { format!("{oldest} ({})", visibility::of_which_to_sort(to_sort)) }
                })
            />
            <Card
                view=View::Mine
                id="card-mine"
                count=Signal::derive(move || counts.with(|counts| counts.mine))
                below=Signal::derive(move || inbox::of_which_abnormal(counts.with(|counts| counts.mine_abnormal)))
            />
            <Card
                view=View::Unidentified
                id="card-unidentified"
                count=Signal::derive(move || counts.with(|counts| counts.unidentified))
                below=Signal::derive(move || inbox::WITHOUT_PATIENT.to_owned())
            />
            <Card
                view=View::Team
                id="card-team"
                count=Signal::derive(move || counts.with(|counts| counts.team))
                below=Signal::derive(move || inbox::late(counts.with(|counts| counts.team_late)))
            />
        </ul>
    }
}

/// What waits for somebody's hand beside the results: to be shared, to be sorted. It stands beside the greeting, so that
/// what comes late pushes nothing.
fn by_hand(app: App) -> impl IntoView {
    let waits = move |view: &View| {
        let count = app.counts.with(|counts| match view {
            View::ToShare => counts.to_share,
            View::ToSort => counts.to_sort,
            _ => 0,
        });
        (count > 0).then_some((*view, count))
    };
    let way = move |(view, count): (View, u64)| {
        let go = Callback::new(move |()| {
            app.place.set(Place::of(view));
            app.go(Page::Inbox);
        });
        let content = vec![say("span", "", dossier::view(view)), say("b", "", &number::whole(count))].into_any();
        plain("button", "by-hand", None, content, go)
    };
    live(move || dossier::BY_HAND.iter().filter_map(waits).map(way).collect::<Vec<_>>())
}

/// With whom a mailbox is shared, for the table.
fn shared_with(app: App, summary: &MailboxSummary) -> impl IntoView + use<> {
    let me = app.my_id();
    // Oneself is among those who read.
    let others = summary.readers.count.saturating_sub(1);
    if !summary.my_right.owner {
        return inbox::you_and_others(others).into_any();
    }
    if others == 0 {
        return view! { <span class="faint">{home::NOT_SHARED}</span> }.into_any();
    }
    const SHOWN: usize = 3;
    let more = others.saturating_sub(SHOWN as u64);
    let named = summary.readers.some.iter().filter(|reader| Some(reader.person) != me);
    let named = named.take(SHOWN).enumerate().map(|(place, reader)| {
        let name = app.listed(reader.person);
        let sends = reader.right.level == Level::Send;
        view! {
            {(place > 0).then_some(", ")}
            {name}
            {sends.then(|| view! { " " <Chip tint=Tint::Muted>{mailbox::SENDS}</Chip> })}
        }
    });
    let named = named.collect_view();
    view! { <span>{named} {(more > 0).then(|| home::and_more(more))}</span> }.into_any()
}

/// A mailbox in the table.
#[component]
fn Row(id: MailboxId) -> impl IntoView {
    let app = App::get();
    let summary = Memo::new(move |_| app.mailboxes.with(|all| all.iter().find(|mailbox| mailbox.id == id).cloned()));
    let words = Memo::new(move |_| {
        summary
            .with(|summary| summary.as_ref().map(|summary| mailbox::state(&summary.state, app.now.get(), clock::local)))
    });
    let address =
        move || summary.with(|summary| summary.as_ref().map(|summary| summary.address.clone()).unwrap_or_default());
    let kind = move || summary.with(|summary| summary.as_ref().map(|summary| mailbox::kind(summary.kind)));
    let right = move || {
        let now = app.now.get();
        summary.with(|summary| summary.as_ref().map(|summary| mailbox::right(&summary.my_right, now, clock::local)))
    };
    let fetch = move |()| {
        let name = untrack(address);
        spawn_local(async move {
            match call(FetchNow { mailbox: id }).await {
                Ok(()) => app.say(inbox::fetching(&name)),
                Err(failure) => app.complain(&failure),
            }
        });
    };
    // What is switched off is not fetched by a button either.
    let fetched = Memo::new(move |_| {
        summary.with(|summary| summary.as_ref().is_some_and(|summary| summary.state.doing != Doing::Off))
    });
    let state = move || {
        words.get().map(|words| {
            view! {
                <span class=Tint::from(words.tone).class()>{words.chip}</span>
                " "
                <span>{words.beside}</span>
                {(!words.then.is_empty()).then(|| view! { <small>{words.then}</small> })}
            }
        })
    };
    view! {
        <tr data-test="mailbox-row" data-address=address>
            <th scope="row"><b>{live(kind)}</b>" "<span class="address">{address}</span></th>
            <td>{live(right)}</td>
            <td data-test="mailbox-state">{live(state)}</td>
            <td>
                {live(move || summary.with(|summary| summary.as_ref().map(|summary| shared_with(app, summary))))} " "
                {who_button(id, &untrack(address))}
            </td>
            <td class="act">
                <Show when=move || fetched.get()>
                    <Button label=home::FETCH look=Look::Quiet hook="fetch-now" act=fetch />
                </Show>
            </td>
        </tr>
    }
}

/// The mailboxes one may read.
#[component]
fn Mailboxes() -> impl IntoView {
    let app = App::get();
    let [name, right, state, shared] = home::COLUMNS;
    let add = move |()| {
        app.tab.set("messaging");
        app.go(Page::User);
    };
    let none = move || {
        view! {
            <div class="empty-state">
                <h3>{home::NONE}</h3>
                <p>{home::NONE_HINT}</p>
                <Button label=home::ADD look=Look::Primary id="add-first-mailbox" act=add />
            </div>
        }
    };
    let ids = move || app.mailboxes.with(|all| all.iter().map(|mailbox| mailbox.id).collect::<Vec<_>>());
    view! {
        <section class="block" aria-labelledby="mailboxes-title">
            <h2 id="mailboxes-title">{home::MAILBOXES}</h2>
            <Show when=move || app.known.get()>
                <Show when=move || app.mailboxes.with(|all| !all.is_empty()) fallback=none>
                    <table class="plain">
                        <thead>
                            <tr>
                                <th scope="col">{name}</th>
                                <th scope="col">{right}</th>
                                <th scope="col">{state}</th>
                                <th scope="col">{shared}</th>
                                <th scope="col"><span class="unseen">{home::ACTIONS}</span></th>
                            </tr>
                        </thead>
                        <tbody>
                            {each(ids, ToString::to_string, |id| view! { <Row id /> })}
                        </tbody>
                    </table>
                </Show>
            </Show>
        </section>
    }
}

/// **Paramètre**, bottom right.
#[component]
fn Settings() -> impl IntoView {
    let app = App::get();
    let items = vec![
        (
            "settings-user",
            common::USER,
            Callback::new(move |()| {
                app.tab.set("messaging");
                app.go(Page::User);
            }),
        ),
        ("settings-application", common::APPLICATION, Callback::new(move |()| app.go(Page::Application))),
    ];
    view! {
        <div class="floating">
            <Menu id="settings-button" label=common::SETTINGS items class="button primary" upwards=true>
                <Sign icon=Icon::Gear />
                {common::SETTINGS}
            </Menu>
        </div>
    }
}

/// Home.
#[component]
pub fn Home() -> impl IntoView {
    let app = App::get();
    let hello = move || inbox::hello(&app.me().map(|me| people::addressed(&me.person)).unwrap_or_default());
    view! {
        <main class="home" id="content" tabindex="-1">
            <div class="greeting"><h1>{live(hello)}</h1>{by_hand(app)}</div>
            <Cards />
            <Mailboxes />
            <Settings />
        </main>
    }
}
