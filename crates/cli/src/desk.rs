//! One session on the core: what every command works at.

use crate::arguments::Common;
use crate::error::Error;
use crate::output::Output;
use crate::place;
use crate::secrets::{self, Source};
use bannette_api::Call;
use bannette_api::people::Me;
use bannette_api::session::{Password, SignIn};
use bannette_core::{Core, Handle, Session};

/// A session on the core, and where its results go.
pub struct Desk {
    /// The core.
    pub core: Core,
    /// The session: of the person named by `--as`, or of nobody.
    pub session: Session,
    /// The person signed in.
    pub me: Option<Me>,
    /// Their password, kept for changing it: it is asked for once.
    pub password: Option<Password>,
    /// Where results go.
    pub output: Output,
}

impl Desk {
    /// Opens the practice, for nobody yet.
    pub async fn open(common: &Common, output: Output) -> Result<Self, Error> {
        let core = Core::open(place::of(common)?).await;
        let session = core.session();
        Ok(Self { core, session, me: None, password: None, output })
    }

    /// Signs in the person named by `--as`. Without `--as` nobody is signed in, and the core refuses what needs somebody.
    pub async fn sign_in(&mut self, common: &Common) -> Result<(), Error> {
        if let Some(login) = &common.signed_as {
            let password = Password(secrets::read(password_of(common))?);
            self.me = Some(self.call(SignIn { login: login.clone(), password: password.clone() }).await?);
            self.password = Some(password);
        }
        Ok(())
    }

    /// Makes a call of the core.
    pub async fn call<C: Call>(&self, call: C) -> Result<C::Reply, Error>
    where
        Core: Handle<C>,
    {
        tracing::debug!(call = C::NAME, "calling the core");
        Ok(self.core.handle(&self.session, call).await?)
    }
}

/// Where the password of the person who asks comes from.
pub fn password_of(common: &Common) -> Source<'static> {
    Source {
        option: "--password-stdin",
        from_stdin: common.password_stdin,
        variable: "BANNETTE_PASSWORD",
        prompt: "Mot de passe",
        twice: false,
    }
}
