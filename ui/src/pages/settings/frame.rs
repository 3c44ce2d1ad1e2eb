//! The frame of the settings: where one is, the buttons at the top right, the tabs on the right.

use crate::pages::header::Mine;
use crate::pages::told::Told;
use crate::parts::icon::{Icon, Sign};
use crate::parts::live::live;
use crate::parts::tabs::Tabs;
use crate::state::app::{App, Page};
use crate::text::{common, settings};
use leptos::prelude::*;

/// The frame.
#[component]
pub fn Frame(
    /// Where one is, below *Paramètre*.
    #[prop(into)]
    place: Signal<String>,
    /// The buttons at the top right.
    #[prop(into)]
    buttons: ViewFn,
    /// Names and words of the tabs.
    tabs: Vec<(&'static str, &'static str)>,
    /// The tab shown.
    #[prop(into)]
    chosen: Signal<&'static str>,
    /// Another tab is wanted.
    #[prop(into)]
    choose: Callback<&'static str>,
    /// What the tab shows.
    children: Children,
) -> impl IntoView {
    let app = App::get();
    let panel = move || format!("panel-{}", chosen.get());
    let labelled = move || format!("tab-{}", chosen.get());
    view! {
        <a class="skip" href="#content">{common::SKIP}</a>
        <header class="top narrow">
            <button type="button" class="brand" id="home" on:click=move |_| app.go(Page::Home)>
                <Sign icon=Icon::Tray />
                {common::BANNETTE}
                <span class="unseen">{common::HOME}</span>
            </button>
            <h1 class="trail">{common::SETTINGS} " › " {live(move || place.get())}</h1>
            <div class="top-buttons">{live(move || buttons.run())}</div>
            // Whoever leaves the post locks it from here too.
            <Mine />
        </header>
        <Told />
        <div class="settings">
            <main id="content" tabindex="-1">
                <div class="form" role="tabpanel" id=panel aria-labelledby=labelled>
                    {children()}
                </div>
            </main>
            <aside aria-label=settings::TABS>
                <Tabs label=settings::TABS tabs chosen choose />
            </aside>
        </div>
    }
}
