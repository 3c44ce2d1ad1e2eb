//! Creating the practice.

use crate::arguments::Common;
use crate::arguments::people::Init;
use crate::desk::{Desk, password_of};
use crate::error::{Error, Status};
use crate::output::Output;
use crate::secrets::{self, Source};
use bannette_api::session::{CreatePractice, Password};

/// `init`.
pub async fn init(common: &Common, init: Init, output: Output) -> Result<Status, Error> {
    let password = Password(secrets::read(Source { twice: true, ..password_of(common) })?);
    let desk = Desk::open(common, output).await?;
    let call = CreatePractice {
        practice: init.practice,
        title: init.title.into(),
        first_name: init.admin.first,
        last_name: init.admin.last,
        role: init.role.into(),
        login: init.login,
        password,
    };
    let created = desk.call(call).await;
    desk.core.stop().await;
    output.give(&created?, |me| {
        format!("Cabinet créé. {} l’administre, avec l’identifiant « {} ».", me.person.listed(), me.person.login)
    })?;
    Ok(Status::Done)
}
