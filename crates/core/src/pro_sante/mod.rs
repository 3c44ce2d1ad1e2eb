//! Pro Santé Connect: who has signed in there, and the tokens by which their own mailboxes open. All of it is in memory,
//! and ends with the program. A token goes to servers of the MSSanté space, and nowhere else.

mod registration;

use crate::session::Session;
use crate::{Core, Handle, failures};
use bannette_api::connection::Trouble;
use bannette_api::events::Event;
use bannette_api::mailboxes::{Connection, SignInWay};
use bannette_api::pro_sante::{BeginProSante, EndProSante, GetProSante, ProSanteProblem, ProSanteState};
use bannette_api::{Failure, MailboxId, PersonId, Timestamp};
use bannette_mail::{OidcError, Pages, Provider, Secret, Tokens};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::Duration;
use tokio_util::sync::{CancellationToken, DropGuard};

/// The servers that may receive a token.
const SPACE: &str = ".mssante.fr";
/// How long the browser is waited for.
const WITHIN: Duration = Duration::from_secs(5 * 60);
/// A token that ends so soon is not used any more, in milliseconds.
const NEARLY: i64 = 5_000;
/// What the browser shows at the end.
const PAGES: Pages = Pages {
    done: "<!doctype html><html lang=\"fr\"><meta charset=\"utf-8\"><title>Bannette</title>\
           <p>Vous êtes connecté. Vous pouvez fermer cette page et revenir à Bannette.</p></html>",
    refused: "<!doctype html><html lang=\"fr\"><meta charset=\"utf-8\"><title>Bannette</title>\
              <p>La connexion n’a pas abouti. Fermez cette page et réessayez dans Bannette.</p></html>",
};

/// Opens an address in the system's browser.
pub trait Browser: Send + Sync + 'static {
    /// Opens it, without waiting for what comes of it.
    ///
    /// # Errors
    /// When there is no browser.
    fn open(&self, address: &str) -> std::io::Result<()>;

    /// Opens a file in the program that the system has for its kind, without waiting for what comes of it.
    ///
    /// # Errors
    /// When there is no such program.
    fn open_file(&self, _path: &std::path::Path) -> std::io::Result<()> {
        Err(std::io::ErrorKind::Unsupported.into())
    }
}

/// Who has signed in, and how.
#[derive(Default)]
pub(crate) struct ProSante {
    standings: Mutex<BTreeMap<PersonId, Standing>>,
    /// One renewal at a time: a provider may take a refresh token once only.
    renewing: tokio::sync::Mutex<()>,
    browser: OnceLock<Arc<dyn Browser>>,
    /// One more server that may receive a token: for tests, which have none of the MSSanté space.
    also: OnceLock<String>,
}

enum Standing {
    SignedOut(ProSanteProblem),
    InBrowser { since: Timestamp, _cancel: DropGuard },
    SignedIn { since: Timestamp, provider: Arc<Provider>, tokens: Arc<Tokens> },
}

/// Whether the token that is held will do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Wanted {
    /// It will.
    Held,
    /// The server refused it.
    Another,
}

impl ProSante {
    fn standings(&self) -> MutexGuard<'_, BTreeMap<PersonId, Standing>> {
        self.standings.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Core {
    /// Gives the system's browser: without one, nobody signs in with Pro Santé Connect.
    pub fn use_browser(&self, browser: Arc<dyn Browser>) {
        if self.0.pro_sante.browser.set(browser).is_err() {
            tracing::warn!("a browser was given twice");
        }
    }

    /// Opens a document that was just written, where this program has a way to; whether it did.
    pub(crate) fn open_in_viewer(&self, path: &std::path::Path) -> bool {
        let Some(browser) = self.0.pro_sante.browser.get() else { return false };
        let opened = browser.open_file(path);
        if let Err(error) = &opened {
            tracing::warn!(%error, "a document could not be opened in the post's program");
        }
        opened.is_ok()
    }

    /// Lets one more server receive tokens. For tests, whose servers are not of the MSSanté space; nothing that a person
    /// can set leads here.
    pub fn trust_with_tokens(&self, host: &str) {
        if self.0.pro_sante.also.set(host.to_owned()).is_err() {
            tracing::warn!("a server was given twice");
        }
    }

    /// Whether a server may receive a token.
    pub(crate) fn may_receive_tokens(&self, host: &str) -> bool {
        let host = host.trim_end_matches('.').to_ascii_lowercase();
        let of_the_space = host.strip_suffix(SPACE).is_some_and(|name| !name.is_empty());
        of_the_space || self.0.pro_sante.also.get().is_some_and(|also| *also == host)
    }

    /// A token of this person's.
    ///
    /// # Errors
    /// [`Trouble::TokenNeeded`] when they must sign in; what kept a new one from coming.
    pub(crate) async fn token(&self, person: PersonId, wanted: Wanted) -> Result<Secret, Trouble> {
        let copy = |tokens: &Tokens| Secret::new(tokens.access.expose().to_owned());
        let (_, before) = self.held(person)?;
        if wanted == Wanted::Held && before.ends.since(self.now()) > NEARLY {
            return Ok(copy(&before));
        }
        // On a task of its own: whoever asked may be stopped in the middle of it, and a provider may take a refresh token once
        // only.
        let core = self.clone();
        let renewal = tokio::spawn(async move { core.renewed(person, &before).await });
        renewal.await.map_err(|_| Trouble::StoreFailed)?
    }

    /// Another token than that one.
    async fn renewed(&self, person: PersonId, before: &Arc<Tokens>) -> Result<Secret, Trouble> {
        let copy = |tokens: &Tokens| Secret::new(tokens.access.expose().to_owned());
        let _one_at_a_time = self.0.pro_sante.renewing.lock().await;
        let (provider, now_held) = self.held(person)?;
        // Somebody else renewed it while we waited.
        if !Arc::ptr_eq(before, &now_held) {
            return Ok(copy(&now_held));
        }
        let Some(refresh) = &now_held.refresh else { return self.replaced(person, &now_held, None) };
        match provider.refresh(refresh, self.now()).await {
            Ok(tokens) => self.replaced(person, &now_held, Some(tokens)),
            Err(OidcError::Outside(error)) => Err(error.trouble()),
            Err(_) => self.replaced(person, &now_held, None),
        }
    }

    /// Puts new tokens in the place of the old ones; without any, the session has ended. Who has signed out or in anew
    /// meanwhile stays as they are.
    fn replaced(&self, person: PersonId, old: &Arc<Tokens>, new: Option<Tokens>) -> Result<Secret, Trouble> {
        let ended = {
            let mut standings = self.0.pro_sante.standings();
            match (standings.get_mut(&person), new) {
                (Some(Standing::SignedIn { tokens, .. }), Some(new)) if Arc::ptr_eq(tokens, old) => {
                    *tokens = Arc::new(new);
                    false
                }
                (Some(Standing::SignedIn { tokens, .. }), None) if Arc::ptr_eq(tokens, old) => {
                    standings.insert(person, Standing::SignedOut(ProSanteProblem::Ended));
                    true
                }
                _ => false,
            }
        };
        if ended {
            self.tell(person, Event::Mailboxes);
        }
        let (_, held) = self.held(person)?;
        Ok(Secret::new(held.access.expose().to_owned()))
    }

    fn held(&self, person: PersonId) -> Result<(Arc<Provider>, Arc<Tokens>), Trouble> {
        match self.0.pro_sante.standings().get(&person) {
            Some(Standing::SignedIn { provider, tokens, .. }) => Ok((Arc::clone(provider), Arc::clone(tokens))),
            _ => Err(Trouble::TokenNeeded),
        }
    }

    fn standing(&self, person: PersonId) -> ProSanteState {
        match self.0.pro_sante.standings().get(&person) {
            Some(Standing::SignedIn { since, .. }) => ProSanteState::SignedIn { since: *since },
            Some(Standing::InBrowser { since, .. }) => ProSanteState::InBrowser { since: *since },
            Some(Standing::SignedOut(why)) => ProSanteState::SignedOut { why: Some(why.clone()) },
            None if registration::read(&self.0.place.data).is_none() => ProSanteState::NotRegistered,
            None => ProSanteState::SignedOut { why: None },
        }
    }

    /// Begins a sign-in, and leaves somebody to wait for the browser.
    async fn open_browser(&self, person: PersonId) -> Result<(), ProSanteProblem> {
        let Some(settings) = registration::read(&self.0.place.data) else { return Ok(()) };
        let browser = self.0.pro_sante.browser.get().cloned().ok_or(ProSanteProblem::NoBrowser)?;
        let trust = self.trust().await.map_err(|error| ProSanteProblem::Outside { trouble: error.trouble() })?;
        let provider = Arc::new(Provider::discover(settings, trust).await.map_err(problem)?);
        let attempt = provider.begin().await.map_err(problem)?;
        let address = attempt.address().to_owned();
        let cancel = CancellationToken::new();
        let since = self.now();
        let in_browser = Standing::InBrowser { since, _cancel: cancel.clone().drop_guard() };
        self.0.pro_sante.standings().insert(person, in_browser);
        let opened = tokio::task::spawn_blocking(move || browser.open(&address)).await;
        if !matches!(opened, Ok(Ok(()))) {
            return Err(ProSanteProblem::NoBrowser);
        }
        let (inner, clock) = (Arc::downgrade(&self.0), Arc::clone(&self.0.clock));
        tokio::spawn(async move {
            let waiting = attempt.finish(&provider, WITHIN, PAGES, move || clock.now());
            let finished = tokio::select! {
                biased;
                // Given up, or begun anew: whoever did it has written down how it stands.
                () = cancel.cancelled() => return,
                finished = waiting => finished,
            };
            let Some(core) = inner.upgrade().map(Core) else { return };
            let standing = match finished {
                Ok(tokens) => Standing::SignedIn { since: core.now(), provider, tokens: Arc::new(tokens) },
                Err(error) => {
                    tracing::info!(%error, "Pro Santé Connect");
                    Standing::SignedOut(problem(error))
                }
            };
            {
                let mut standings = core.0.pro_sante.standings();
                // Given up since; whoever gives up does it under this lock.
                if cancel.is_cancelled() {
                    return;
                }
                standings.insert(person, standing);
            }
            core.tell(person, Event::Mailboxes);
            core.begin_anew(person).await;
        });
        Ok(())
    }

    /// The mailboxes that open by this person's token begin anew.
    async fn begin_anew(&self, person: PersonId) {
        match self.opened_by_token(person).await {
            Ok(mailboxes) => {
                for mailbox in mailboxes {
                    self.refresh_fetching(Some(mailbox)).await;
                }
            }
            Err(failure) => tracing::warn!(?failure, "the mailboxes of a token could not be found"),
        }
    }

    async fn opened_by_token(&self, person: PersonId) -> Result<Vec<MailboxId>, Failure> {
        let mut read = self.store().await?.read().await.map_err(failures::of_store)?;
        let rights = read.rights_of(person, self.now()).await.map_err(failures::of_store)?;
        let records = read.mailboxes(&rights.visible()).await.map_err(failures::of_store)?;
        let by_token = |connection: &Connection| {
            matches!(connection, Connection::Imap { sign_in: SignInWay::ProSanteConnect, .. })
        };
        let own = records.into_iter().filter(|one| one.owner == person && by_token(&one.connection));
        Ok(own.map(|one| one.id).collect())
    }
}

fn problem(error: OidcError) -> ProSanteProblem {
    match error {
        OidcError::Refused => ProSanteProblem::Refused,
        OidcError::NobodyCame => ProSanteProblem::NobodyCame,
        OidcError::NotBelieved => ProSanteProblem::NotBelieved,
        OidcError::Outside(error) => ProSanteProblem::Outside { trouble: error.trouble() },
    }
}

impl Handle<GetProSante> for Core {
    async fn handle(&self, session: &Session, _call: GetProSante) -> Result<ProSanteState, Failure> {
        let (me, _) = self.reading(session).await?;
        Ok(self.standing(me))
    }
}

impl Handle<BeginProSante> for Core {
    async fn handle(&self, session: &Session, _call: BeginProSante) -> Result<ProSanteState, Failure> {
        let (me, read) = self.reading(session).await?;
        drop(read);
        if let Err(why) = self.open_browser(me).await {
            self.0.pro_sante.standings().insert(me, Standing::SignedOut(why));
        }
        self.tell(me, Event::Mailboxes);
        Ok(self.standing(me))
    }
}

impl Handle<EndProSante> for Core {
    async fn handle(&self, session: &Session, _call: EndProSante) -> Result<ProSanteState, Failure> {
        let (me, read) = self.reading(session).await?;
        drop(read);
        let before = {
            let mut standings = self.0.pro_sante.standings();
            match standings.remove(&me) {
                Some(Standing::SignedIn { provider, tokens, .. }) => Some((provider, tokens)),
                // Whoever waits for the browser is stopped before anybody else can look.
                _ => None,
            }
        };
        if let Some((provider, tokens)) = before {
            self.begin_anew(me).await;
            // Forgotten here already: what the provider answers changes nothing.
            let tell = async move {
                let last = tokens.refresh.as_ref().unwrap_or(&tokens.access);
                if let Err(error) = provider.revoke(last).await {
                    tracing::info!(%error, "Pro Santé Connect was not told of the end");
                }
            };
            tokio::spawn(tell);
        }
        self.tell(me, Event::Mailboxes);
        Ok(self.standing(me))
    }
}
