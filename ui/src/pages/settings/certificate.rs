//! The file of a client's certificate: its bytes are read in the page and go to the core with its password; neither is
//! shown again.

use super::fields::{Kept, secret};
use crate::backend::encode_base64;
use crate::parts::live::{Show, live};
use crate::state::draft::{ChosenFile, Draft};
use crate::text::accounts::label;
use bannette_api::failure::Field as Of;
use leptos::prelude::*;
use leptos::task::spawn_local;
use wasm_bindgen_futures::JsFuture;

/// Larger than any certificate with its chain and its key, in bytes.
const LARGEST: f64 = 262_144.0;

/// Reads the file that was chosen.
async fn read(draft: Draft, file: web_sys::File) {
    if file.size() > LARGEST {
        draft.certificate.try_set(None);
        draft.faults.set(Of::Certificate, Some(label::CERTIFICATE_LARGE.to_owned()));
        return;
    }
    let Ok(buffer) = JsFuture::from(file.array_buffer()).await else { return };
    let base64 = encode_base64(&js_sys::Uint8Array::new(&buffer).to_vec());
    draft.certificate.try_set(Some(ChosenFile { name: file.name(), base64 }));
    draft.faults.set(Of::Certificate, None);
}

/// The file picker and, once there is a file, its password.
pub fn certificate(draft: Draft, locked: Signal<bool>) -> AnyView {
    let number = draft.number;
    let id = format!("certificate-{number}");
    let kept = move || draft.kept.with(|kept| kept.as_ref().and_then(|kept| kept.certificate.clone()));
    let again = move || kept().is_some() && draft.certificate.with(Option::is_none) && draft.outdated().place;
    let fault = draft.faults.of(Of::Certificate);
    let fault = Signal::derive(move || fault.get().or_else(|| again().then(|| label::CERTIFICATE_AGAIN.to_owned())));
    let name = move || match (draft.certificate.with(|file| file.as_ref().map(|file| file.name.clone())), kept()) {
        (Some(name), _) => name,
        (None, Some(shown)) => shown.subject,
        (None, None) => label::CERTIFICATE_NONE.to_owned(),
    };
    let choose = move |event: leptos::ev::Event| {
        let input = event_target::<web_sys::HtmlInputElement>(&event);
        if let Some(file) = input.files().and_then(|files| files.get(0)) {
            spawn_local(read(draft, file));
        }
    };
    let (name_id, hint_id, fault_id) = (format!("{id}-name"), format!("{id}-hint"), format!("{id}-fault"));
    let described = {
        let (name, hint, fault_id) = (name_id.clone(), hint_id.clone(), fault_id.clone());
        move || {
            let fault = if fault.with(Option::is_some) { fault_id.as_str() } else { "" };
            format!("{name} {hint} {fault}").trim_end().to_owned()
        }
    };
    let (of_label, of_button, own) = (id.clone(), id.clone(), id);
    view! {
        <div class="field" class:wrong=move || fault.with(Option::is_some)>
            <label for=of_label>{label::CERTIFICATE}</label>
            <div class="entry">
                <span class="with-unit file">
                    <input
                        type="file"
                        class="unseen"
                        id=own
                        accept=".p12,.pfx,.pem"
                        disabled=locked
                        aria-invalid=move || fault.with(Option::is_some).then_some("true")
                        aria-describedby=described
                        on:change=choose
                    />
                    <label class="button" for=of_button aria-hidden="true" class:off=locked>{label::CERTIFICATE_CHOOSE}</label>
                    <span class="unit" id=name_id>{live(name)}</span>
                </span>
                <p class="hint" id=hint_id>{label::CERTIFICATE_HINT}</p>
                {live(move || {
                    let id = fault_id.clone();
                    fault.get().map(|why| view! { <p class="fault" id=id role="alert">{why}</p> })
                })}
            </div>
        </div>
        <Show when=move || draft.certificate.with(Option::is_some)>
            {secret(draft, Kept::Certificate, locked)}
        </Show>
    }
    .into_any()
}
