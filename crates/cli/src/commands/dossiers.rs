//! Dossiers: lists, search, one whole, validation.

use crate::arguments::dossiers::{DossierCommand, List, Search, Seen, Show, Two, Validate};
use crate::desk::Desk;
use crate::error::{Error, Status};
use crate::names::{self, Names};
use crate::words::dossiers::{self as words, changed, found_rows, rows};
use bannette_api::Failure;
use bannette_api::dossiers::{
    Changed, Cursor, ListDossiers, OpenDossier, Page, PersonsRelation, Piece, ReadSource, RelateDossiers,
    SetVisibility, TreatAsResult, ValidateDossier, View, Visibility,
};
use bannette_api::keeping::EraseValues;
use bannette_api::{DossierId, MailboxId};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;

/// Rows that the core gives at once.
const PAGE: u32 = 200;
/// Bytes that the core gives at once.
const PIECE: u32 = 1 << 20;

/// `list`.
pub async fn list(desk: &Desk, list: List) -> Result<Status, Error> {
    let mailbox = one(desk, list.mailbox.as_deref()).await?;
    let wanted = Wanted { view: list.view(), mailbox, words: None, after: list.after.clone().map(Cursor) };
    let page = pages(desk, wanted, list.limit).await?;
    desk.output.give(&page, |page| rows(&page.rows))?;
    Ok(Status::Done)
}

/// `search`: of what waits and of what is validated, as the window does.
pub async fn search(desk: &Desk, search: Search) -> Result<Status, Error> {
    let mailbox = one(desk, search.mailbox.as_deref()).await?;
    let typed = search.words.join(" ");
    let wanted = Wanted { view: View::Team, mailbox, words: Some(typed.clone()), after: search.after.map(Cursor) };
    let found = pages(desk, wanted, search.limit).await?;
    desk.output.give(&found, |page| found_rows(&typed, &page.rows))?;
    Ok(Status::Done)
}

async fn one(desk: &Desk, mailbox: Option<&str>) -> Result<Option<MailboxId>, Error> {
    match mailbox {
        Some(text) => Ok(Some(names::mailbox(desk, text).await?)),
        None => Ok(None),
    }
}

struct Wanted {
    view: View,
    mailbox: Option<MailboxId>,
    words: Option<String>,
    after: Option<Cursor>,
}

/// As many rows as wanted, page after page.
async fn pages(desk: &Desk, wanted: Wanted, limit: u32) -> Result<Page, Error> {
    let Wanted { view, mailbox, words, after } = wanted;
    let mut all = Page { rows: Vec::new(), next: after };
    let mut missing = limit;
    while missing > 0 {
        let limit = missing.min(PAGE);
        let call = ListDossiers { view, mailbox, words: words.clone(), after: all.next.take(), limit };
        let page = desk.call(call).await?;
        missing = missing.saturating_sub(u32::try_from(page.rows.len()).unwrap_or(u32::MAX));
        all.rows.extend(page.rows);
        all.next = page.next;
        if all.next.is_none() {
            break;
        }
    }
    Ok(all)
}

/// `show`.
pub async fn show(desk: &Desk, show: Show) -> Result<Status, Error> {
    if show.source {
        source(desk, show.id, show.message).await?;
    } else {
        let view = desk.call(OpenDossier { dossier: show.id, encoding: None, message: show.message }).await?;
        let names = Names::to_show(desk).await?;
        desk.output.give(&view, |view| words::dossier(view, &names))?;
    }
    Ok(Status::Done)
}

/// The bytes received, as they are; for a script that reads JSON, in base64.
async fn source(desk: &Desk, dossier: DossierId, message: Option<String>) -> Result<(), Error> {
    let mut bytes = Vec::new();
    loop {
        let from = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
        let piece = desk.call(ReadSource { dossier, message: message.clone(), from, length: PIECE }).await?;
        let read = STANDARD.decode(&piece.base64).map_err(|error| {
            tracing::error!(%error, "the core gave bytes that are not base64");
            Failure::Internal { incident: "base64".to_owned() }
        })?;
        let done = read.is_empty();
        bytes.extend(read);
        if done || u64::try_from(bytes.len()).unwrap_or(u64::MAX) >= piece.total {
            break;
        }
    }
    if desk.output.is_json() {
        let total = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
        return desk.output.give(&Piece { base64: STANDARD.encode(&bytes), total }, |_| String::new());
    }
    desk.output.raw(&bytes)
}

/// `validate`.
pub async fn validate(desk: &Desk, validate: Validate) -> Result<Status, Error> {
    let row = desk.call(ValidateDossier { dossier: validate.id, validated: !validate.undo }).await?;
    desk.output.give(&row, |row| rows(std::slice::from_ref(row)))?;
    Ok(Status::Done)
}

/// `dossier`.
pub async fn dossier(desk: &Desk, command: DossierCommand) -> Result<Status, Error> {
    let done = match command {
        DossierCommand::Share(seen) => set(desk, seen, Visibility::Shared).await?,
        DossierCommand::Withhold(seen) => set(desk, seen, Visibility::Withheld).await?,
        DossierCommand::Confidential(seen) => set(desk, seen, Visibility::Confidential).await?,
        DossierCommand::Version(two) => return relate(desk, two, PersonsRelation::VersionOf).await,
        DossierCommand::Apart(two) => return relate(desk, two, PersonsRelation::Apart).await,
        DossierCommand::EraseValues(erase) => {
            let erased = desk.call(EraseValues { dossier: erase.id }).await?;
            desk.output.give(&erased, |erased| format!("Valeurs effacées de {} dossiers.", erased.dossiers))?;
            return Ok(Status::Done);
        }
        DossierCommand::Treat(treat) => desk.call(TreatAsResult { dossiers: treat.ids }).await?,
    };
    desk.output.give(&done, changed)?;
    Ok(Status::Done)
}

async fn relate(desk: &Desk, two: Two, relation: PersonsRelation) -> Result<Status, Error> {
    desk.call(RelateDossiers { dossier: two.id, other: two.other, relation }).await?;
    desk.output.give(&(), |()| "C’est noté.".to_owned())?;
    Ok(Status::Done)
}

async fn set(desk: &Desk, seen: Seen, visibility: Visibility) -> Result<Changed, Error> {
    let mailbox = one(desk, seen.mailbox.as_deref()).await?;
    desk.call(SetVisibility { dossiers: seen.ids, mailbox, visibility }).await
}
