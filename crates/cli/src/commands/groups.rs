//! Groups of people.

use crate::arguments::people::GroupCommand;
use crate::desk::Desk;
use crate::error::{Error, Status};
use crate::names::{self, Names};
use crate::table::table;
use crate::{times, words};
use bannette_api::Failure;
use bannette_api::groups::{GroupLosses, LostRight, PreviewGroupRemoval, RenameGroup};
use bannette_api::people::{AddGroup, Group, JoinGroup, LeaveGroup, ListGroups, RemoveGroup};

/// `group …`.
pub async fn group(desk: &Desk, command: GroupCommand) -> Result<Status, Error> {
    match command {
        GroupCommand::List => {
            let groups = desk.call(ListGroups {}).await?;
            let names = Names::to_show(desk).await?;
            desk.output.give(&groups, |groups| list(groups, &names))?;
        }
        GroupCommand::Add { group } => give(desk, &desk.call(AddGroup { name: group }).await?).await?,
        GroupCommand::Join { group, login } => {
            let (group, person) = (names::group(desk, &group).await?, names::person(desk, &login).await?);
            give(desk, &desk.call(JoinGroup { group, person }).await?).await?;
        }
        GroupCommand::Leave { group, login } => {
            let (group, person) = (names::group(desk, &group).await?, names::person(desk, &login).await?);
            give(desk, &desk.call(LeaveGroup { group, person }).await?).await?;
        }
        GroupCommand::Rename { group, name } => {
            let group = names::group(desk, &group).await?;
            give(desk, &desk.call(RenameGroup { group, name }).await?).await?;
        }
        GroupCommand::Remove { group, preview: true } => {
            let group = names::group(desk, &group).await?;
            let losses = desk.call(PreviewGroupRemoval { group, leaving: None }).await?;
            let names = Names::to_show(desk).await?;
            desk.output.give(&losses, |losses| lost(losses, &names))?;
        }
        GroupCommand::Remove { group, preview: false } => {
            let id = names::group(desk, &group).await?;
            let present = desk.call(ListGroups {}).await?.into_iter().find(|one| one.id == id);
            let before = present.ok_or(Failure::NotFound)?;
            desk.call(RemoveGroup { before }).await?;
            desk.output.give(&serde_json::json!({ "group": id }), |_| {
                format!("Groupe « {group} » supprimé, avec les droits qui lui étaient donnés.")
            })?;
        }
    }
    Ok(Status::Done)
}

async fn give(desk: &Desk, group: &Group) -> Result<(), Error> {
    let names = Names::to_show(desk).await?;
    desk.output.give(group, |group| list(std::slice::from_ref(group), &names))
}

fn list(groups: &[Group], names: &Names) -> String {
    let row = |group: &Group| {
        let members: Vec<_> = group.members.iter().map(|person| names.person(*person)).collect();
        [group.name.clone(), members.len().to_string(), members.join(", ")]
    };
    table(["groupe", "personnes", "membres"], groups.iter().map(row))
}

fn lost(losses: &GroupLosses, names: &Names) -> String {
    if losses.lost.is_empty() {
        return format!("Personne ne perdrait d’accès. Boîtes dont un droit est donné au groupe : {}.", losses.given);
    }
    let row = |lost: &LostRight| {
        let keeps = lost.keeps.map_or("rien", words::sharing::level);
        let begins = lost.begins.map_or_else(|| "aussitôt".to_owned(), times::said);
        let had = words::sharing::level(lost.had);
        [lost.address.clone(), names.person(lost.person), had.to_owned(), keeps.to_owned(), begins]
    };
    table(["boîte", "personne", "a", "garderait", "dès"], losses.lost.iter().map(row))
}
