//! The sharing of a mailbox.

use crate::arguments::sharing::{Set, ShareCommand};
use crate::desk::Desk;
use crate::error::{Error, Status};
use crate::names::{self, Names};
use crate::table::table;
use crate::words::mailboxes::yes;
use crate::words::sharing::{grantee, level, motive, period};
use bannette_api::MailboxId;
use bannette_api::sharing::{GetSharing, Grant, Grantee, Motive, SetSharing, Sharing};

/// `share …`.
pub async fn share(desk: &Desk, command: ShareCommand) -> Result<Status, Error> {
    let sharing = match command {
        ShareCommand::Show { mailbox } => {
            let mailbox = names::mailbox(desk, &mailbox).await?;
            desk.call(GetSharing { mailbox }).await?
        }
        ShareCommand::Set(set) => self::set(desk, set).await?,
        ShareCommand::On { mailbox } => switch(desk, names::mailbox(desk, &mailbox).await?, true).await?,
        ShareCommand::Off { mailbox } => switch(desk, names::mailbox(desk, &mailbox).await?, false).await?,
    };
    let names = Names::to_show(desk).await?;
    desk.output.give(&sharing, |sharing| said(sharing, &names))?;
    Ok(Status::Done)
}

async fn set(desk: &Desk, set: Set) -> Result<Sharing, Error> {
    let mailbox = names::mailbox(desk, &set.mailbox).await?;
    let to = match (&set.person, &set.group) {
        (Some(login), _) => Grantee::Person(names::person(desk, login).await?),
        (None, Some(name)) => Grantee::Group(names::group(desk, name).await?),
        (None, None) => Grantee::Everyone,
    };
    let now = desk.call(GetSharing { mailbox }).await?;
    let given = set.level.level().map(|level| Grant { to, level, begins: set.from, ends: set.until });
    desk.call(changed(now, to, given, set.reason)).await
}

/// The sharing with this right in place of what the grantee had. Giving a right shares the mailbox.
fn changed(now: Sharing, to: Grantee, given: Option<Grant>, reason: Option<String>) -> SetSharing {
    let (mut grants, mut motives) = (now.grants, now.motives);
    grants.retain(|grant| grant.to != to);
    grants.extend(given);
    motives.retain(|motive| motive.to != to);
    motives.extend(reason.filter(|_| given.is_some()).map(|text| Motive { to, text }));
    SetSharing { mailbox: now.mailbox, shared: now.shared || given.is_some(), grants, motives, version: now.version }
}

async fn switch(desk: &Desk, mailbox: MailboxId, shared: bool) -> Result<Sharing, Error> {
    let now = desk.call(GetSharing { mailbox }).await?;
    desk.call(SetSharing { mailbox, shared, grants: now.grants, motives: now.motives, version: now.version }).await
}

fn said(sharing: &Sharing, names: &Names) -> String {
    let row = |grant: &Grant| {
        [grantee(grant, names), level(grant.level).to_owned(), period(grant), motive(&sharing.motives, grant.to)]
    };
    let readers: Vec<_> = sharing.readers.iter().map(|reader| names.person(reader.person)).collect();
    let mut text = format!("Partagé : {}\n", yes(sharing.shared));
    if !sharing.grants.is_empty() {
        text.push_str(&table(["à qui", "droit", "période", "motif"], sharing.grants.iter().map(row)));
        text.push('\n');
    }
    text.push_str(&format!("Peuvent lire maintenant : {}", readers.join(", ")));
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use bannette_api::sharing::Level;

    fn sharing(shared: bool, grants: Vec<Grant>) -> Sharing {
        let mailbox = "0190f5fe-0000-7000-8000-000000000001".parse().unwrap();
        Sharing {
            mailbox,
            shared,
            grants,
            motives: vec![],
            version: 7,
            now: bannette_api::Timestamp(0),
            readers: vec![],
        }
    }

    fn everyone(level: Level) -> Grant {
        Grant { to: Grantee::Everyone, level, begins: None, ends: None }
    }

    #[test]
    fn a_right_takes_the_place_of_the_one_before() {
        let person = Grantee::Person("0190f5fe-0000-7000-8000-000000000002".parse().unwrap());
        let other = Grant { to: person, ..everyone(Level::Read) };
        let before = sharing(true, vec![everyone(Level::Read), other]);
        let set = changed(before.clone(), Grantee::Everyone, Some(everyone(Level::Send)), None);
        assert_eq!((set.grants, set.version), (vec![other, everyone(Level::Send)], 7));
        assert_eq!(changed(before, Grantee::Everyone, None, None).grants, [other]);
    }

    #[test]
    fn a_reason_goes_with_its_right() {
        let reason = Some("Remplacement".to_owned());
        let set = changed(sharing(true, vec![]), Grantee::Everyone, Some(everyone(Level::Read)), reason.clone());
        assert_eq!(set.motives, [Motive { to: Grantee::Everyone, text: "Remplacement".to_owned() }]);
        let given = Sharing { motives: set.motives, ..sharing(true, set.grants) };
        assert_eq!(changed(given.clone(), Grantee::Everyone, None, reason).motives, []);
        // What is given anew is given as said now.
        assert_eq!(changed(given, Grantee::Everyone, Some(everyone(Level::Send)), None).motives, []);
    }

    #[test]
    fn giving_shares_and_taking_does_not() {
        assert!(changed(sharing(false, vec![]), Grantee::Everyone, Some(everyone(Level::Read)), None).shared);
        assert!(!changed(sharing(false, vec![]), Grantee::Everyone, None, None).shared);
        assert!(changed(sharing(true, vec![]), Grantee::Everyone, None, None).shared);
    }
}
