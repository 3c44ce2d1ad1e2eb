//! What opens an account on a server: the one place where a kept secret becomes one that is sent.

use crate::Core;
use crate::pro_sante::Wanted;
use bannette_api::PersonId;
use bannette_api::connection::Trouble;
use bannette_api::mailboxes::{Outgoing, SignInWay, Tls};
use bannette_mail::{Account, ClientCertificate, Secret, SignIn};
use bannette_store::Secrets;

/// A server and an account there.
#[derive(Clone, Debug)]
pub(crate) struct Where {
    pub(crate) host: String,
    pub(crate) port: u16,
    pub(crate) tls: Tls,
    pub(crate) account: String,
    pub(crate) way: SignInWay,
}

impl Where {
    /// The same account on the server that takes what one sends.
    pub(crate) fn outgoing(&self, outgoing: &Outgoing) -> Self {
        let Outgoing { host, port, tls } = outgoing.clone();
        Self { host, port, tls, ..self.clone() }
    }
}

impl Core {
    /// Puts each secret where it belongs on this post, and takes out of the key store what no mailbox signs in with any
    /// more. Nobody waits for it: the key store may ask a person first, before there is a window.
    pub(crate) fn tend_key_store(&self) {
        let core = self.clone();
        tokio::spawn(async move {
            let Ok(store) = core.store().await else { return };
            if let Err(error) = store.move_secrets_to_key_store(core.now()).await {
                tracing::info!(%error, "secrets stay in the store: they are moved into the key store next time");
            }
            core.clear_key_store().await;
        });
    }

    /// Takes out of the key store what no mailbox signs in with any more. Nobody waits for it.
    pub(crate) fn clear_key_store_soon(&self) {
        let core = self.clone();
        tokio::spawn(async move { core.clear_key_store().await });
    }

    async fn clear_key_store(&self) {
        let Ok(store) = self.store().await else { return };
        if let Err(error) = store.clear_key_store(self.now()).await {
            tracing::info!(%error, "a secret that is no longer used stays in the key store: it is taken out next time");
        }
    }

    /// The account, with what opens it.
    ///
    /// # Errors
    /// What is missing for it.
    pub(crate) async fn account(
        &self,
        at: Where,
        owner: PersonId,
        secrets: &Secrets,
        wanted: Wanted,
    ) -> Result<Account, Trouble> {
        let sign_in = match at.way {
            SignInWay::Password => {
                let password = secrets.password.clone().ok_or(Trouble::SecretMissing)?;
                SignIn::Password(Secret::new(password))
            }
            SignInWay::Certificate => {
                let kept = secrets.certificate.as_ref().ok_or(Trouble::CertificateMissing)?;
                if kept.shown.ends <= self.now() {
                    return Err(Trouble::CertificateRefused);
                }
                let opened = ClientCertificate::of_kept(&Secret::new(kept.pem.clone()));
                SignIn::Certificate(opened.map_err(|_| Trouble::CertificateRefused)?)
            }
            // Refused when it was typed; this holds whatever came into the store by another way.
            SignInWay::ProSanteConnect if at.tls == Tls::Local || !self.may_receive_tokens(&at.host) => {
                return Err(Trouble::TokenNeeded);
            }
            SignInWay::ProSanteConnect => SignIn::Token(self.token(owner, wanted).await?),
        };
        Ok(Account { host: at.host, port: at.port, tls: at.tls, account: at.account, sign_in })
    }
}
