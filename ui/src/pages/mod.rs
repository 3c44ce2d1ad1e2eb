//! The pages. Each asks the core through [`crate::backend`] and shows what it may.

pub mod accesses;
pub mod first_run;
pub mod header;
pub mod home;
pub mod inbox;
pub mod key_sheet;
pub mod leaving;
pub mod lock;
pub mod login;
pub mod paper;
pub mod password;
pub mod settings;
pub mod sharing;
pub mod told;
pub mod unopenable;
pub mod who;
