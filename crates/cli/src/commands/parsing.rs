//! Reading files without a practice: what is understood of them.

use crate::arguments::Parse;
use crate::error::{Error, Status};
use crate::output::Output;
use crate::words::reports::file;
use bannette_api::report::ParsedFile;
use serde::Serialize;
use std::io::Read;
use std::path::Path;

/// The document of `parse --json`.
#[derive(Serialize)]
struct Parsed {
    files: Vec<ParsedFile>,
}

/// `parse`.
pub fn parse(parse: &Parse, output: Output) -> Result<Status, Error> {
    let mut parsed = Parsed { files: Vec::with_capacity(parse.files.len()) };
    for path in &parse.files {
        let (name, bytes) = read(path)?;
        parsed.files.push(bannette_core::parse(&name, &bytes));
    }
    output.give(&parsed, |parsed| parsed.files.iter().map(file).collect::<Vec<_>>().join("\n"))?;
    Ok(Status::Done)
}

fn read(path: &Path) -> Result<(String, Vec<u8>), Error> {
    let mut bytes = Vec::new();
    if path == Path::new("-") {
        let read = std::io::stdin().lock().read_to_end(&mut bytes);
        read.map_err(|cause| Error::Unreadable { path: "-".to_owned(), cause })?;
        return Ok(("-".to_owned(), bytes));
    }
    let bytes = std::fs::read(path).map_err(|cause| Error::Unreadable { path: path.display().to_string(), cause })?;
    let name = path.file_name().map_or_else(|| path.to_string_lossy(), |name| name.to_string_lossy());
    Ok((name.into_owned(), bytes))
}
