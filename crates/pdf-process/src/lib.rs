//! PDF documents read in a process of their own. What draws a page cannot be stopped, and what nobody foresaw may take all
//! memory or the stack: in a process of its own it takes that process only. It is this very program, started again with
//! one argument; the document goes in by its standard input, a picture or words come out by its standard output, and
//! nothing stands on a command line, in the environment or on a disk.
//!
//! [`serve_if_asked`] is the first line of every program that wants pages: it makes the started one read and nothing else.
//! [`Readers`] starts, bounds and kills them. What comes back is believed in nothing but its bytes: lengths, sizes and
//! marks are asked first, and whatever else it may be is [`Refusal::Failed`].

mod allocator;
mod child;
mod confine;
mod frame;
mod program;
mod reader;
mod readers;

pub use bannette_pdf::{PdfTrouble, Picture};
pub use child::serve;
pub use confine::confine;
pub use program::{ARGUMENT, Program, serve_if_asked};
pub use readers::{Readers, Refusal};
