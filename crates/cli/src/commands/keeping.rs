//! How long what a mailbox received is kept: on its server, in the tree, and when the mailbox is taken away.

use crate::arguments::mailboxes::Remove;
use crate::desk::Desk;
use crate::error::{Error, Status};
use crate::names;
use crate::words::keeping::{deletion_said, purge_said, purged_said, removal_said, removed_said};
use bannette_api::MailboxId;
use bannette_api::keeping::{
    PreviewPurge, PreviewRemoval, PreviewServerDeletion, PurgeMailbox, Received, Removal, RemoveMailbox,
};
use std::io::{BufRead, IsTerminal, Write};

/// `mailbox deletion`.
pub async fn deletion(desk: &Desk, mailbox: &str) -> Result<(), Error> {
    let mailbox = names::mailbox(desk, mailbox).await?;
    let preview = desk.call(PreviewServerDeletion { mailbox }).await?;
    desk.output.give(&preview, deletion_said)
}

/// `mailbox purge`.
pub async fn purge(desk: &Desk, mailbox: &str, dry_run: bool) -> Result<(), Error> {
    let mailbox = names::mailbox(desk, mailbox).await?;
    if dry_run {
        let preview = desk.call(PreviewPurge { mailbox }).await?;
        return desk.output.give(&preview, purge_said);
    }
    let purged = desk.call(PurgeMailbox { mailbox }).await?;
    desk.output.give(&purged, purged_said)
}

/// `mailbox remove`.
pub async fn remove(desk: &Desk, remove: Remove) -> Result<Status, Error> {
    let mailbox = names::mailbox(desk, &remove.mailbox).await?;
    if remove.preview {
        let removal = desk.call(PreviewRemoval { mailbox }).await?;
        desk.output.give(&removal, removal_said)?;
        return Ok(Status::Done);
    }
    let received = match chosen(desk, &remove).await? {
        Some(received) => received,
        None => ask(desk, mailbox).await?,
    };
    desk.call(RemoveMailbox { mailbox, received }).await?;
    desk.output.give(&received, removed_said)?;
    Ok(Status::Done)
}

/// What the options say becomes of what the mailbox received.
async fn chosen(desk: &Desk, remove: &Remove) -> Result<Option<Received>, Error> {
    Ok(match &remove.to {
        Some(to) => Some(Received::HandedOver { to: names::mailbox(desk, to).await? }),
        None if remove.archive => Some(Received::Archive),
        None if remove.purge => Some(Received::Purged),
        None => None,
    })
}

/// Asks on a terminal. A script is not asked: it says.
async fn ask(desk: &Desk, mailbox: MailboxId) -> Result<Received, Error> {
    let removal = desk.call(PreviewRemoval { mailbox }).await?;
    if desk.output.is_json() || !std::io::stdin().is_terminal() {
        let options = "Dites ce que devient ce qu’elle a reçu : --archive, --to BOÎTE ou --purge.";
        return Err(Error::Usage(options.to_owned()));
    }
    let mut to = std::io::stderr();
    let said = crate::text::french(&question(&removal));
    write!(to, "{said}").and_then(|()| to.flush()).map_err(Error::Output)?;
    let mut line = String::new();
    std::io::stdin().lock().read_line(&mut line).map_err(Error::Secret)?;
    answered(line.trim(), &removal).ok_or_else(|| Error::Usage("Rien n’a été changé.".to_owned()))
}

fn question(removal: &Removal) -> String {
    let mut text =
        format!("{}\n\nQue devient ce qu’elle a reçu ?\n  1  le garder en archive, lisible\n", removal_said(removal));
    if removal.open == 0 {
        text.push_str("  2  retirer le contenu, garder les conclusions\n");
    }
    for (number, taker) in (3..).zip(&removal.takers) {
        text.push_str(&format!("  {number}  le remettre à {}\n", taker.address));
    }
    text.push_str("Votre choix (autre chose : ne rien changer) : ");
    text
}

fn answered(line: &str, removal: &Removal) -> Option<Received> {
    match line.parse::<usize>().ok()? {
        1 => Some(Received::Archive),
        2 if removal.open == 0 => Some(Received::Purged),
        number => {
            let taker = removal.takers.get(number.checked_sub(3)?)?;
            Some(Received::HandedOver { to: taker.mailbox })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use bannette_api::keeping::{Amount, Taker};

    #[test]
    fn only_what_was_offered_is_done() {
        let to: MailboxId = "0190f5fe-0000-7000-8000-000000000007".parse().unwrap();
        let takers = vec![Taker { mailbox: to, address: "autre@medecin.test".to_owned(), readers: 2 }];
        let mut removal = Removal { dossiers: 3, messages: Amount::default(), open: 1, takers, archived_at: None };
        assert!(question(&removal).contains("le remettre à autre@medecin.test"));
        assert!(!question(&removal).contains("retirer le contenu"));
        assert_eq!(answered("1", &removal), Some(Received::Archive));
        assert_eq!(answered("3", &removal), Some(Received::HandedOver { to }));
        for nothing in ["", "0", "2", "4", "oui", "-1"] {
            assert_eq!(answered(nothing, &removal), None, "{nothing}");
        }
        removal.open = 0;
        assert_eq!(answered("2", &removal), Some(Received::Purged));
    }
}
