//! The screens of Bannette: what a person sees and does. They show what the core allows and decide no right themselves.
//!
//! `backend` is the only way to the core, `text` holds every French sentence, `parts` are the pieces, `pages` the screens,
//! `state` what they know. The hooks for end-to-end tests stand in this package's README.md.

mod app;
mod backend;
mod broken;
mod later;
mod pages;
mod parts;
mod state;
mod text;

fn main() {
    broken::watch();
    leptos::mount::mount_to_body(app::Root);
}
