//! What the screens know: signals, and the calls that fill them. It decides no right: what the core refuses is emptied.

pub mod app;
pub mod arguments;
pub mod choices;
pub mod clock;
pub mod day;
pub mod draft;
pub mod effect;
pub mod faults;
pub mod idle;
pub mod paged;
pub mod panes;
pub mod period;
pub mod picks;
pub mod printing;
pub mod rebase;
pub mod returning;
pub mod tray;
pub mod typed;
pub mod zoom;
