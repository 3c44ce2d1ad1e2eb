//! Paramètre › Utilisateur: password, lock, Messagerie.

use super::frame::Frame;
use super::locking::Locking;
use super::messaging::{Messaging, MessagingButtons, MessagingState};
use crate::pages::password::PasswordForm;
use crate::parts::live::live;
use crate::state::app::App;
use crate::text::{common, settings};
use leptos::prelude::*;

/// The person's settings.
#[component]
pub fn UserSettings() -> impl IntoView {
    let app = App::get();
    let messaging = MessagingState::new(app);
    let place = Signal::derive(move || {
        let name = app.me().map(|me| me.person.listed()).unwrap_or_default();
        format!("{} › {name}", common::USER)
    });
    let tabs =
        vec![("password", settings::PASSWORD), ("locking", settings::LOCKING), ("messaging", settings::MESSAGING)];
    let chosen = Memo::new(move |_| app.tab.get());
    let buttons = move || (chosen.get() == "messaging").then(|| view! { <MessagingButtons state=messaging /> });
    view! {
        <Frame place buttons tabs chosen choose=move |name| app.tab.set(name)>
            {live(move || match chosen.get() {
                "password" => {
                    view! {
                        <section class="block">
                            <h2>{settings::PASSWORD}</h2>
                            <PasswordForm />
                        </section>
                    }
                        .into_any()
                }
                "locking" => view! { <Locking /> }.into_any(),
                _ => view! { <Messaging state=messaging /> }.into_any(),
            })}
        </Frame>
    }
}
