//! The fields of a mailbox's settings, one function for each sort of them.

use crate::parts::choice::{Places, PlacesProps};
use crate::parts::field::{Field, FieldProps, SecretField, SecretFieldProps};
use crate::state::choices::{Choices, Text};
use crate::state::draft::Draft;
use crate::text::accounts::{self, label};
use crate::text::settings::messaging as words;
use bannette_api::failure::Field as Of;
use bannette_api::mailboxes::MailboxKind;
use leptos::prelude::*;

/// The label of a field and the sentence below it.
fn words_of(kind: MailboxKind, which: Text) -> (&'static str, &'static str) {
    match which {
        Text::Address => (accounts::address(kind), ""),
        Text::Host => (label::HOST, ""),
        Text::Port => (label::PORT, ""),
        Text::Account => accounts::account(kind),
        Text::Path => (label::PATH, label::PATH_HINT),
        Text::MoveTo => (label::MOVE_TO, ""),
        Text::SmtpHost => (label::SMTP, label::SMTP_HINT),
        Text::SmtpPort => (label::SMTP_PORT, ""),
        Text::KeyId => (label::KEY_ID, ""),
        Text::Program => (label::PROGRAM, ""),
        Text::Arguments => (label::ARGUMENTS, label::ARGUMENTS_HINT),
        Text::Retention => (label::RETENTION, label::RETENTION_HINT),
    }
}

/// A field of text.
pub fn entry(draft: Draft, which: Text, locked: Signal<bool>) -> AnyView {
    entry_that_warns(draft, which, locked, Signal::default())
}

/// A field of text that may look wrong and be taken all the same.
#[inline(never)]
pub fn entry_that_warns(
    draft: Draft,
    which: Text,
    locked: Signal<bool>,
    warning: Signal<Option<&'static str>>,
) -> AnyView {
    let (label, hint) = words_of(draft.kind, which);
    Field(FieldProps {
        id: format!("{}-{}", which.name(), draft.number),
        label: label.to_owned(),
        value: draft.text(which),
        hint: (!hint.is_empty()).then(|| hint.to_owned()),
        warning,
        fault: draft.faults.of(which.field()),
        autocomplete: "off",
        locked,
        short: matches!(which, Text::Port | Text::SmtpPort | Text::Retention),
        unit: (which == Text::Retention).then(|| label::DAYS.to_owned()),
        after: None,
        first: false,
        explained: which == Text::Retention,
    })
    .into_any()
}

/// A field that has no meaning the way this mailbox is set: it stands there all the same, because whoever follows the
/// help page looks for it, and says why it asks for nothing.
#[inline(never)]
pub fn meaningless(draft: Draft, name: &str, label: &str, why: &'static str) -> AnyView {
    Field(FieldProps {
        id: format!("{name}-{}", draft.number),
        label: label.to_owned(),
        value: RwSignal::new(String::new()),
        hint: Some(why.to_owned()),
        warning: Signal::default(),
        fault: Signal::default(),
        autocomplete: "off",
        locked: Signal::stored(true),
        short: false,
        unit: None,
        after: None,
        first: false,
        explained: false,
    })
    .into_any()
}

/// A secret of a mailbox.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kept {
    /// The account's password.
    Password,
    /// The usage code of an APICRYPT key.
    KeyCode,
    /// The password of a certificate that was chosen.
    Certificate,
    /// One's own, for a program that is named.
    Own,
}

/// A field for a secret: what is kept is told, never shown; what must be typed again says so.
#[inline(never)]
pub fn secret(draft: Draft, which: Kept, locked: Signal<bool>) -> AnyView {
    let (name, label, value, of) = match which {
        Kept::Password => ("secret", words::SECRET, draft.secret, Of::Secret),
        Kept::KeyCode => ("keycode", label::KEY_CODE, draft.key_code, Of::KeyCode),
        Kept::Certificate => {
            ("certpassword", label::CERTIFICATE_PASSWORD, draft.certificate_password, Of::CertificatePassword)
        }
        Kept::Own => ("ownpassword", label::OWN_PASSWORD, draft.own_password, Of::CurrentPassword),
    };
    let is_kept = move || {
        draft.kept.with(|kept| {
            kept.as_ref().is_some_and(|kept| match which {
                Kept::Password => kept.secret_kept,
                Kept::KeyCode => kept.key_code_kept,
                Kept::Certificate | Kept::Own => false,
            })
        })
    };
    let again = move || {
        let outdated = draft.outdated();
        is_kept() && value.with(String::is_empty) && if which == Kept::KeyCode { outdated.tool } else { outdated.place }
    };
    let said = if which == Kept::KeyCode { label::KEY_CODE_AGAIN } else { words::SECRET_AGAIN };
    let fault = draft.faults.of(of);
    let hint = match which {
        Kept::Certificate => Some(label::CERTIFICATE_PASSWORD_HINT),
        Kept::Own => Some(label::OWN_PASSWORD_HINT),
        Kept::KeyCode => untrack(is_kept).then_some(label::KEY_CODE_HINT),
        Kept::Password => untrack(is_kept).then_some(words::SECRET_HINT),
    };
    SecretField(SecretFieldProps {
        id: format!("{name}-{}", draft.number),
        label: label.to_owned(),
        value,
        hint: hint.map(ToOwned::to_owned),
        fault: Signal::derive(move || fault.get().or_else(|| again().then(|| said.to_owned()))),
        autocomplete: if which == Kept::Own { "current-password" } else { "new-password" },
        locked,
        kept: Signal::derive(move || (is_kept() && !again()).then(|| format!("•••••••• ({})", words::SECRET_KEPT))),
        first: false,
    })
    .into_any()
}

/// A list of a mailbox's choices: the words of its lines, which line stands, and what another line changes.
#[inline(never)]
pub fn pick(
    draft: Draft,
    (name, label): (&'static str, &'static str),
    words: Vec<&'static str>,
    stands: fn(&Draft, &Choices) -> Option<usize>,
    change: fn(&Draft, &mut Choices, usize),
    locked: Signal<bool>,
) -> AnyView {
    let choose = Callback::new(move |place: usize| draft.choose(|choices| change(&draft, choices, place)));
    Places(PlacesProps {
        id: format!("{name}-{}", draft.number),
        label: label.to_owned(),
        words: words.into_iter().map(ToOwned::to_owned).collect(),
        place: Signal::derive(move || draft.choices.with(|choices| stands(&draft, choices)).unwrap_or(0)),
        choose,
        locked,
        fault: Signal::default(),
        explained: false,
    })
    .into_any()
}
