//! Where the messages of a mailbox come from: its servers, its folder, its publisher's service, and what opens them.

use super::certificate::certificate;
use super::fields::{Kept, entry, meaningless, pick, secret};
use super::finding::finding;
use super::messaging::focus_on;
use super::pro_sante;
use crate::parts::button::{Look, press};
use crate::parts::element::{el, say, words};
use crate::parts::explained::{fold, folded, only};
use crate::parts::live::live;
use crate::state::app::App;
use crate::state::choices::{After, Choices, Comes, Opens, Text};
use crate::state::draft::Draft;
use crate::state::typed::Typed;
use crate::text::accounts::{self, label};
use crate::text::settings::messaging;
use bannette_api::mailboxes::{MailboxKind, SignInWay, Tls};
use leptos::prelude::*;

/// The words of a way.
fn comes_words(kind: MailboxKind, comes: Comes) -> &'static str {
    match comes {
        Comes::Imap => label::IMAP,
        Comes::Pop3 => label::POP3,
        Comes::ProxyImap => label::PROXY_IMAP,
        Comes::ProxyPop3 => label::PROXY_POP3,
        Comes::Folder if kind == MailboxKind::Folder => label::FOLDER,
        Comes::Folder => label::TOOL_FOLDER,
        Comes::Publisher => label::PUBLISHER,
    }
}

/// Another way was chosen: what follows from it is set, and can still be changed.
fn comes_chosen(draft: &Draft, choices: &mut Choices, place: usize) {
    let Some(comes) = Comes::offered(draft.kind).get(place).copied() else { return };
    choices.comes = comes;
    if draft.kind == MailboxKind::Apicrypt
        && (comes.proxy() || comes == Comes::Folder)
        && choices.opens == Opens::Nothing
    {
        // What the official tool gives is clear already.
        choices.opens = Opens::Clear;
    }
    let host = draft.text(Text::Host);
    if comes.proxy() && host.with_untracked(|host| host.trim().is_empty()) {
        host.set("127.0.0.1".to_owned());
    }
}

/// The encryptions that a kind of mailbox may have. Without one, only this post is reached.
fn encryptions(kind: MailboxKind) -> &'static [Tls] {
    match kind {
        MailboxKind::Mssante => &[Tls::Implicit, Tls::Starttls],
        _ => &[Tls::Implicit, Tls::Starttls, Tls::Local],
    }
}

/// The server and how one signs in there.
fn server(draft: Draft, locked: Signal<bool>) -> AnyView {
    let ways = Typed::sign_in_ways(draft.kind);
    let by =
        move |way: SignInWay| Box::new(move || draft.choices.with(|choices| choices.sign_in(draft.kind) == Some(way)));
    let mut parts = Vec::new();
    if ways.len() > 1 {
        let stands = |draft: &Draft, choices: &Choices| {
            Typed::sign_in_ways(draft.kind).iter().position(|way| *way == choices.sign_in)
        };
        let change = |draft: &Draft, choices: &mut Choices, place: usize| {
            if let Some(way) = Typed::sign_in_ways(draft.kind).get(place) {
                choices.sign_in = *way;
            }
        };
        let said = ways.iter().map(|way| accounts::sign_in(*way)).collect();
        parts.push(pick(draft, ("signin", label::SIGN_IN), said, stands, change, locked));
    }
    parts.push(only(by(SignInWay::Password), Box::new(move || secret(draft, Kept::Password, locked))));
    let connect = || vec![say("p", "hint indented", label::PRO_SANTE), pro_sante::section(App::get())].into_any();
    parts.push(only(by(SignInWay::ProSanteConnect), Box::new(connect)));
    parts.push(only(by(SignInWay::Certificate), Box::new(move || certificate(draft, locked))));
    parts.push(servers(draft, locked));
    parts.into_any()
}

/// Names, ports and encryptions, folded away once they are kept.
fn servers(draft: Draft, locked: Signal<bool>) -> AnyView {
    let body = format!("servers-{}", draft.number);
    let proxy = move || draft.choices.with(|choices| choices.comes.proxy());
    let summary = move || {
        let typed = draft.typed();
        let host = typed.text(Text::Host);
        let known = !host.is_empty() && !draft.servers_shown.get();
        known.then(|| accounts::server(host, typed.text(Text::Port), typed.tls()))
    };
    let head = el("span", &[], vec![words(label::SERVERS), live_words(summary)]);
    let turn = Callback::new(move |()| draft.servers_shown.update(|shown| *shown = !*shown));
    let shown = draft.servers_shown.into();
    let encryption = move || {
        let said = encryptions(draft.kind).iter().map(|one| accounts::tls(*one)).collect();
        let stands =
            |draft: &Draft, choices: &Choices| encryptions(draft.kind).iter().position(|tls| *tls == choices.tls);
        let change = |draft: &Draft, choices: &mut Choices, place: usize| {
            if let Some(tls) = encryptions(draft.kind).get(place) {
                choices.tls = *tls;
            }
        };
        pick(draft, ("tls", label::TLS), said, stands, change, locked)
    };
    let stands =
        |draft: &Draft, choices: &Choices| encryptions(draft.kind).iter().position(|tls| *tls == choices.smtp_tls);
    let change = |draft: &Draft, choices: &mut Choices, place: usize| {
        if let Some(tls) = encryptions(draft.kind).get(place) {
            choices.smtp_tls = *tls;
        }
    };
    let said = encryptions(draft.kind).iter().map(|one| accounts::tls(*one)).collect();
    let fields = vec![
        only(Box::new(move || !proxy() && !locked.get()), Box::new(move || finding(draft))),
        entry(draft, Text::Host, locked),
        only(Box::new(move || !proxy()), Box::new(encryption)),
        entry(draft, Text::Port, locked),
        entry(draft, Text::Account, locked),
        entry(draft, Text::SmtpHost, locked),
        pick(draft, ("smtptls", label::SMTP_TLS), said, stands, change, locked),
        entry(draft, Text::SmtpPort, locked),
    ];
    let id = format!("servers-title-{}", draft.number);
    vec![fold(&id, "fold aside", body.clone(), shown, head, turn), folded(body, "inner", shown, fields.into_any())]
        .into_any()
}

/// Words that change, beside others.
fn live_words(text: impl Fn() -> Option<String> + Send + Sync + 'static) -> AnyView {
    let text = Memo::new(move |_| text());
    live(move || text.get().map(|text| say("span", "faint", &text))).into_any()
}

/// A folder, and what becomes of its files.
fn folder(draft: Draft, locked: Signal<bool>) -> AnyView {
    const AFTER: [After; 3] = [After::Leave, After::Delete, After::Move];
    let stands = |_: &Draft, choices: &Choices| AFTER.iter().position(|after| *after == choices.after);
    let change = |_: &Draft, choices: &mut Choices, place: usize| {
        if let Some(after) = AFTER.get(place) {
            choices.after = *after;
        }
    };
    let after = vec![label::AFTER_LEAVE, label::AFTER_DELETE, label::AFTER_MOVE];
    let is = move |after: After| Box::new(move || draft.choices.with(|choices| choices.after == after));
    vec![
        entry(draft, Text::Path, locked),
        pick(draft, ("after", label::AFTER), after, stands, change, locked),
        only(is(After::Delete), Box::new(|| say("p", "hint warns indented", label::AFTER_DELETE_HINT))),
        only(is(After::Move), Box::new(move || entry(draft, Text::MoveTo, locked))),
    ]
    .into_any()
}

/// Bioserveur's own service: it needs a contract that nobody has here, and the folder is offered instead.
fn publisher(draft: Draft, locked: Signal<bool>) -> AnyView {
    let use_folder = Callback::new(move |()| {
        draft.choose(|choices| choices.comes = Comes::Folder);
        focus_on(format!("#path-{}", draft.number));
    });
    let offer = only(
        Box::new(move || !locked.get()),
        Box::new(move || {
            press(label::PUBLISHER_FOLDER, Look::Normal, "use-folder", Signal::derive(|| false), use_folder)
        }),
    );
    let told = el(
        "div",
        &[("class", "banner info"), ("data-test", "contract")],
        vec![el("p", &[], vec![words(label::PUBLISHER_HINT)]), offer],
    );
    vec![told, entry(draft, Text::Account, locked), secret(draft, Kept::Password, locked)].into_any()
}

/// The key of an APICRYPT account.
pub fn key(draft: Draft, locked: Signal<bool>) -> AnyView {
    let clear = move || draft.choices.with(|choices| choices.opens == Opens::Clear);
    let off = Signal::derive(move || locked.get() || clear());
    let why = only(Box::new(clear), Box::new(|| say("p", "hint indented", label::IN_CLEAR)));
    vec![entry(draft, Text::KeyId, locked), secret(draft, Kept::KeyCode, off), why].into_any()
}

/// What opens the messages of an APICRYPT account.
fn opening(draft: Draft, locked: Signal<bool>) -> AnyView {
    const OPENS: [Opens; 3] = [Opens::Nothing, Opens::Program, Opens::Clear];
    let stands = |_: &Draft, choices: &Choices| OPENS.iter().position(|opens| *opens == choices.opens);
    let change = |_: &Draft, choices: &mut Choices, place: usize| {
        if let Some(opens) = OPENS.get(place) {
            choices.opens = *opens;
        }
    };
    let said = vec![label::OPENS_NOTHING, label::OPENS_PROGRAM, label::OPENS_CLEAR];
    let by_program = move || draft.choices.with(|choices| choices.opens == Opens::Program);
    let named = move || draft.names_a_program();
    let own = move || secret(draft, Kept::Own, locked);
    let program = move || {
        let own = only(Box::new(named), Box::new(own));
        vec![entry(draft, Text::Program, locked), entry(draft, Text::Arguments, locked), own].into_any()
    };
    vec![
        pick(draft, ("opens", label::OPENS), said, stands, change, locked),
        say("p", "hint indented", label::OPENS_HINT),
        only(Box::new(by_program), Box::new(program)),
    ]
    .into_any()
}

/// Where messages come from.
pub fn source(draft: Draft, locked: Signal<bool>) -> AnyView {
    let offered = Comes::offered(draft.kind);
    let is = move |which: fn(Comes) -> bool| Box::new(move || draft.choices.with(|choices| which(choices.comes)));
    let mut parts = Vec::new();
    if offered.len() > 1 {
        let stands =
            |draft: &Draft, choices: &Choices| Comes::offered(draft.kind).iter().position(|one| *one == choices.comes);
        let said = offered.iter().map(|one| comes_words(draft.kind, *one)).collect();
        parts.push(pick(draft, ("comes", label::COMES), said, stands, comes_chosen, locked));
    }
    if draft.kind == MailboxKind::Apicrypt {
        parts.push(opening(draft, locked));
    }
    parts.push(only(is(Comes::server), Box::new(move || server(draft, locked))));
    parts.push(only(is(|comes| comes == Comes::Folder), Box::new(move || folder(draft, locked))));
    if draft.kind == MailboxKind::Bioserveur {
        let tool = move || {
            let (account, _) = accounts::account(draft.kind);
            vec![
                meaningless(draft, Text::Account.name(), account, label::KEPT_BY_TOOL),
                meaningless(draft, "secret", messaging::SECRET, label::KEPT_BY_TOOL),
            ]
            .into_any()
        };
        parts.push(only(is(|comes| comes == Comes::Folder), Box::new(tool)));
    }
    parts.push(only(is(|comes| comes == Comes::Publisher), Box::new(move || publisher(draft, locked))));
    parts.into_any()
}
