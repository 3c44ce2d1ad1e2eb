//! **Trouver les serveurs**: what the address's domain announces, shown before it is used.

use super::messaging::focus_on;
use crate::backend::call;
use crate::parts::button::{Look, press};
use crate::parts::element::{el, say, words};
use crate::parts::live::live;
use crate::state::app::App;
use crate::state::choices::Text;
use crate::state::draft::Draft;
use crate::text::accounts::{self, finding as said};
use bannette_api::failure::Field as Of;
use bannette_api::servers::{FindServers, FoundBy, FoundServer, FoundServers};
use leptos::prelude::*;
use leptos::task::spawn_local;

/// Where the search stands.
#[derive(Clone, PartialEq, Eq)]
enum Search {
    /// Not begun, or put aside.
    Rests,
    /// Under way.
    Asks,
    /// Nothing was found.
    Nothing,
    /// This was found.
    Found(FoundServers),
    /// It was taken over.
    Used,
    /// It could not be asked.
    Failed(String),
}

/// The domain of an address.
fn domain(address: &str) -> String {
    address.split_once('@').map(|(_, domain)| domain.trim().to_lowercase()).unwrap_or_default()
}

/// A server, and whether it is elsewhere than the address, unless it is known.
fn line(title: &str, server: &FoundServer, by: FoundBy, domain: &str) -> Vec<AnyView> {
    let mut line = vec![say("dt", "", title), say("dd", "", &accounts::found_server(server))];
    if by != FoundBy::KnownOperator && server.host != *domain && !server.host.ends_with(&format!(".{domain}")) {
        line.push(say("dd", "hint warns", &accounts::elsewhere(domain)));
    }
    line
}

/// What was found, and the question whether to use it.
fn found(draft: Draft, search: RwSignal<Search>, servers: FoundServers) -> AnyView {
    let domain = draft.text(Text::Address).with_untracked(|address| domain(address));
    let mut lines = line(said::INCOMING, &servers.incoming, servers.by, &domain);
    if let Some(outgoing) = &servers.outgoing {
        lines.extend(line(said::OUTGOING, outgoing, servers.by, &domain));
    }
    lines.extend([say("dt", "", said::ACCOUNT), say("dd", "", &servers.account)]);
    let by = accounts::found_by(servers.by);
    let take = Callback::new(move |()| {
        take(draft, &servers);
        search.set(Search::Used);
        focus_on(format!("#host-{}", draft.number));
    });
    let leave = Callback::new(move |()| {
        search.set(Search::Rests);
        focus_on(format!("#servers-{} [data-test=find-servers]", draft.number));
    });
    let never = Signal::derive(|| false);
    el(
        "section",
        &[("class", "found"), ("aria-label", said::TITLE), ("data-test", "found-servers")],
        vec![
            say("p", "", &format!("{}\u{a0}: {by}", said::TITLE)),
            el("dl", &[], lines),
            el(
                "div",
                &[("class", "acts")],
                vec![
                    press(said::USE, Look::Normal, "use-servers", never, take),
                    press(said::LEAVE, Look::Quiet, "leave-servers", never, leave),
                ],
            ),
        ],
    )
}

/// Fills the fields in; nothing is kept before the person saves.
fn take(draft: Draft, servers: &FoundServers) {
    let address = draft.text(Text::Address).with_untracked(|address| address.trim().to_owned());
    let outgoing = servers.outgoing.as_ref();
    draft.choose(|choices| {
        choices.tls = servers.incoming.tls;
        choices.smtp_tls = outgoing.map_or(choices.smtp_tls, |server| server.tls);
    });
    draft.text(Text::Host).set(servers.incoming.host.clone());
    draft.text(Text::Port).set(servers.incoming.port.to_string());
    draft.text(Text::Account).set(if servers.account == address { String::new() } else { servers.account.clone() });
    if let Some(server) = outgoing {
        draft.text(Text::SmtpHost).set(server.host.clone());
        draft.text(Text::SmtpPort).set(server.port.to_string());
    }
    for field in [Of::Host, Of::Port, Of::Account, Of::OutgoingHost, Of::OutgoingPort] {
        if draft.faults.has(field) {
            draft.settle(field);
        }
    }
}

/// The button, and below it what was found.
pub fn finding(draft: Draft) -> AnyView {
    let app = App::get();
    let search = RwSignal::new(Search::Rests);
    let ask = Callback::new(move |()| {
        draft.settle(Of::Address);
        if draft.faults.has(Of::Address) {
            return;
        }
        search.set(Search::Asks);
        let address = draft.text(Text::Address).with_untracked(|address| address.trim().to_owned());
        spawn_local(async move {
            let now = match call(FindServers { address }).await {
                Ok(Some(servers)) => Search::Found(servers),
                Ok(None) => Search::Nothing,
                Err(failure @ bannette_api::Failure::Invalid { .. }) => {
                    draft.faults.take(app, &failure);
                    Search::Rests
                }
                Err(failure) => {
                    app.moves_away(&failure);
                    Search::Failed(app.words_of(&failure).sentence())
                }
            };
            search.try_set(now);
        });
    });
    let asks = Signal::derive(move || search.with(|search| *search == Search::Asks));
    let shown = move || match search.get() {
        Search::Rests => say("p", "hint", said::HINT),
        Search::Asks => say("p", "hint", said::FINDING),
        Search::Nothing => say("p", "hint warns", said::NONE),
        Search::Used => say("p", "hint", said::USED),
        Search::Failed(text) => el("p", &[("class", "banner bad")], vec![words(&text)]),
        Search::Found(servers) => found(draft, search, servers),
    };
    let button = press(said::FIND, Look::Normal, "find-servers", asks, ask);
    view! { <div class="finding">{button} <div role="status">{live(shown)}</div></div> }.into_any()
}
