//! The bytes received, as text: what was understood can always be held against what came.

use crate::backend::{as_text, call, decode_base64};
use crate::parts::button::{Button, Look};
use crate::parts::choice::Select;
use crate::parts::dialog::Dialog;
use crate::parts::live::{Show, live};
use crate::state::app::App;
use crate::state::tray::Tray;
use crate::text::common;
use crate::text::inbox::{self, dossier as words};
use bannette_api::DossierId;
use bannette_api::dossiers::ReadSource;
use bannette_api::report::TextEncoding;
use leptos::prelude::*;
use leptos::task::spawn_local;

/// Bytes asked for at a time: enough for any report, little enough to be drawn at once.
const PIECE: u32 = 256 * 1024;

/// The source.
#[component]
pub fn Source(
    /// Which dossier.
    dossier: DossierId,
    /// Its size in bytes.
    total: u64,
    /// Whose it is.
    patient: String,
    /// It is over.
    close: Callback<()>,
) -> impl IntoView {
    let (app, tray) = (App::get(), Tray::get());
    let bytes = RwSignal::new(Vec::<u8>::new());
    let busy = RwSignal::new(false);
    let read = move || {
        busy.set(true);
        let from = bytes.with_untracked(|bytes| bytes.len() as u64);
        let message = tray.message_shown();
        spawn_local(async move {
            match call(ReadSource { dossier, message, from, length: PIECE }).await {
                Ok(piece) => {
                    let more = decode_base64(&piece.base64).unwrap_or_default();
                    bytes.try_update(|bytes| bytes.extend(more));
                }
                Err(failure) => app.complain(&failure),
            }
            busy.try_set(false);
        });
    };
    read();
    let so_far = move || bytes.with(|bytes| bytes.len() as u64);
    let more = move || !busy.get() && so_far() < total && so_far() > 0;
    view! {
        <Dialog id="source-dialog" title=words::SOURCE_TITLE about=patient cancel=close wide=true>
            <pre class="source" tabindex="0" aria-label=words::SOURCE_TITLE>{live(move || bytes.with(|bytes| as_text(bytes, tray.encoding.get().map(TextEncoding::iana))))}</pre>
            <Select
                id="encoding"
                label=words::ENCODING
                value=tray.encoding
                choices=words::encodings()
                chosen=Callback::new(move |_| tray.show(dossier))
            />
            <div class="actions spread">
                <p class="faint">{live(move || inbox::read_so_far(so_far(), total))}</p>
                <Show when=more>
                    <Button label=words::MORE id="source-more" act=move |()| read() />
                </Show>
                <Button label=common::CLOSE look=Look::Primary id="source-close" act=close />
            </div>
        </Dialog>
    }
}
