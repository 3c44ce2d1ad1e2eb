//! The parts that pages are made of, one component each. They hold no state of the practice and call nothing.

pub mod antibiogram;
pub mod button;
pub mod chart;
pub mod chip;
pub mod choice;
pub mod date;
pub mod dialog;
pub mod element;
pub mod explained;
pub mod field;
pub mod focus;
pub mod icon;
pub mod live;
pub mod menu;
pub mod narrative;
pub mod outline;
pub mod picker;
pub mod position;
pub mod results;
pub mod scale;
pub mod table;
pub mod tabs;
pub mod toast;
