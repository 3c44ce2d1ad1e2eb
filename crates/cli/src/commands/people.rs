//! The people of the practice.

use crate::arguments::people::{AddPerson as AddPersonArgs, PersonCommand};
use crate::desk::Desk;
use crate::error::{Error, Status};
use crate::secrets::{self, Source};
use crate::table::table;
use crate::words::people::role;
use crate::{names, times};
use bannette_api::people::{AddPerson, ListPeople, Person, ResetPassword, ResumePerson, SuspendPerson};
use bannette_api::session::{ChangePassword, Password};

const OWN_ACCOUNT: &str = "On ne suspend pas son propre compte : le cabinet n’aurait peut-être plus personne pour \
                           l’administrer. Demandez-le à un autre administrateur.";

/// `person …`.
pub async fn person(desk: &Desk, command: PersonCommand) -> Result<Status, Error> {
    match command {
        PersonCommand::Add(person) => add(desk, person).await?,
        PersonCommand::List => {
            let people = desk.call(ListPeople {}).await?;
            desk.output.give(&people, |people| list(people))?;
        }
        PersonCommand::Suspend { login } => {
            let person = names::person(desk, &login).await?;
            if desk.me.as_ref().is_some_and(|me| me.person.id == person) {
                // The core refuses it as well, in words that fit no command.
                return Err(Error::Usage(OWN_ACCOUNT.to_owned()));
            }
            let person = desk.call(SuspendPerson { person }).await?;
            desk.output.give(&person, |person| format!("{} : compte suspendu.", person.listed()))?;
        }
        PersonCommand::Resume { login } => {
            let person = names::person(desk, &login).await?;
            let person = desk.call(ResumePerson { person }).await?;
            desk.output.give(&person, |person| format!("{} : compte rétabli.", person.listed()))?;
        }
        PersonCommand::Password { login, new_password_stdin } => {
            password(desk, &login, new_password_stdin).await?;
        }
    }
    Ok(Status::Done)
}

async fn add(desk: &Desk, person: AddPersonArgs) -> Result<(), Error> {
    let password = Password(secrets::read(new_password(person.new_password_stdin))?);
    let call = AddPerson {
        title: person.title.into(),
        first_name: person.name.first,
        last_name: person.name.last,
        role: person.role.into(),
        rpps: person.rpps,
        login: person.login,
        password,
        administrator: person.administrator,
    };
    let added = desk.call(call).await?;
    desk.output.give(&added, |person| {
        format!(
            "{} : ajouté, avec l’identifiant « {} ». Mot de passe à changer à la première session.",
            person.listed(),
            person.login
        )
    })
}

/// One's own password, with the present one; or a new first one for somebody else.
async fn password(desk: &Desk, login: &str, from_stdin: bool) -> Result<(), Error> {
    let own = desk.me.as_ref().filter(|me| me.person.login.to_lowercase() == login.to_lowercase());
    if own.is_none() {
        let person = names::person(desk, login).await?;
        let password = Password(secrets::read(new_password(from_stdin))?);
        let person = desk.call(ResetPassword { person, password }).await?;
        return desk.output.give(&person, |person| {
            format!("{} : nouveau mot de passe, à changer à la prochaine session.", person.listed())
        });
    }
    // The present password was read to sign in, and cannot be read again from stdin.
    let current = desk.password.clone().unwrap_or(Password(String::new()));
    let new = Password(secrets::read(new_password(from_stdin))?);
    let me = desk.call(ChangePassword { current, new }).await?;
    desk.output.give(&me, |_| "Mot de passe changé.".to_owned())
}

fn new_password(from_stdin: bool) -> Source<'static> {
    Source {
        option: "--new-password-stdin",
        from_stdin,
        variable: "BANNETTE_NEW_PASSWORD",
        prompt: "Nouveau mot de passe",
        twice: true,
    }
}

fn list(people: &[Person]) -> String {
    let row = |person: &Person| {
        let suspended = person.suspended_since.map(|at| format!("suspendu depuis le {}", times::said(at)));
        let state = person.departed_at.map(|at| format!("parti le {}", times::said(at))).or(suspended);
        let administrator = if person.administrator { "administrateur" } else { "" };
        [
            person.login.clone(),
            person.listed(),
            role(person).to_owned(),
            person.rpps.clone().unwrap_or_default(),
            administrator.to_owned(),
            state.unwrap_or_default(),
        ]
    };
    table(["identifiant", "nom", "fonction", "rpps", "", ""], people.iter().map(row))
}
