//! Who reaches a mailbox, what a person reaches, and why.

use crate::arguments::sharing::Access;
use crate::desk::Desk;
use crate::error::{Error, Status};
use crate::names::{self, Names};
use crate::table::table;
use crate::words::sharing::{reasons, right};
use bannette_api::sharing::{DossierReaders, Reach, Reader, WhatCanReach, WhoCanRead, WhoCanReadDossier};

/// `access`.
pub async fn access(desk: &Desk, access: Access) -> Result<Status, Error> {
    if let Some(mailbox) = &access.mailbox {
        let mailbox = names::mailbox(desk, mailbox).await?;
        let readers = desk.call(WhoCanRead { mailbox }).await?;
        let names = Names::to_show(desk).await?;
        desk.output.give(&readers, |readers| who(readers, &names))?;
    }
    if let Some(login) = &access.person {
        let person = names::person(desk, login).await?;
        let reach = desk.call(WhatCanReach { person }).await?;
        let names = Names::to_show(desk).await?;
        desk.output.give(&reach, |reach| what(reach, &names))?;
    }
    if let Some(dossier) = access.dossier {
        let ways = desk.call(WhoCanReadDossier { dossier }).await?;
        let names = Names::to_show(desk).await?;
        desk.output.give(&ways, |ways| who_of_dossier(ways, &names))?;
    }
    Ok(Status::Done)
}

fn who_of_dossier(ways: &[DossierReaders], names: &Names) -> String {
    let by = |way: &DossierReaders| format!("Par la boîte {} :\n{}", way.address, who(&way.readers, names));
    ways.iter().map(by).collect::<Vec<_>>().join("\n\n")
}

fn who(readers: &[Reader], names: &Names) -> String {
    let row = |reader: &Reader| [names.person(reader.person), right(&reader.right), reasons(&reader.right, names)];
    table(["qui", "droit", "pourquoi"], readers.iter().map(row))
}

fn what(reach: &[Reach], names: &Names) -> String {
    if reach.is_empty() {
        return "Aucune boîte.".to_owned();
    }
    let row = |reach: &Reach| [reach.address.clone(), right(&reach.right), reasons(&reach.right, names)];
    table(["boîte", "droit", "pourquoi"], reach.iter().map(row))
}
