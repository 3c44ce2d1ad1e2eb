//! *Messagerie utilisée pour les envois*. Only mailboxes from which the person may send, at this moment, are ever told.

use crate::session::Session;
use crate::{Core, Handle, failures, fields};
use bannette_api::failure::{Field, Why};
use bannette_api::mailboxes::MailboxKind;
use bannette_api::senders::{GetSenders, Sender, Senders, SetDefaultSender};
use bannette_api::{Failure, PersonId};
use bannette_rights::{Rights, Send};
use bannette_store::{Act, Author, Read};

/// Whether messages can be sent from mailboxes of this kind.
fn sends(kind: MailboxKind) -> bool {
    kind.is_mail()
}

async fn senders(read: &mut Read, rights: &Rights, me: PersonId) -> Result<Senders, Failure> {
    let chosen = read.default_sender(me).await.map_err(failures::of_store)?;
    let records = read.mailboxes(&rights.visible()).await.map_err(failures::of_store)?;
    let usable = records.into_iter().filter(|one| sends(one.kind) && rights.grant::<Send>(one.id).is_ok());
    let among: Vec<Sender> =
        usable.map(|one| Sender { mailbox: one.id, kind: one.kind, address: one.address, owner: one.owner }).collect();
    Ok(Senders { chosen: chosen.filter(|chosen| among.iter().any(|one| one.mailbox == *chosen)), among })
}

impl Handle<GetSenders> for Core {
    async fn handle(&self, session: &Session, _call: GetSenders) -> Result<Senders, Failure> {
        let (me, mut read) = self.reading(session).await?;
        let rights = read.rights_of(me, self.now()).await.map_err(failures::of_store)?;
        senders(&mut read, &rights, me).await
    }
}

impl Handle<SetDefaultSender> for Core {
    async fn handle(&self, session: &Session, call: SetDefaultSender) -> Result<Senders, Failure> {
        let (me, mut read) = self.reading(session).await?;
        let now = self.now();
        let rights = read.rights_of(me, now).await.map_err(failures::of_store)?;
        let before = senders(&mut read, &rights, me).await?;
        drop(read);
        let mut write = self.store().await?.write().await.map_err(failures::of_store)?;
        let rights = write.rights_of(me, now).await.map_err(failures::of_store)?;
        match call.mailbox {
            None => write.clear_default_sender(me).await.map_err(failures::of_store)?,
            Some(mailbox) => {
                let proof = rights.grant::<Send>(mailbox).map_err(failures::of_denied)?;
                if !before.among.iter().any(|one| one.mailbox == mailbox) {
                    return fields::invalid(Field::Mailbox, Why::Unknown);
                }
                write.set_default_sender(&proof).await.map_err(failures::of_store)?;
            }
        }
        let act = Act::DefaultSenderSet { person: me, mailbox: call.mailbox };
        write.record(Author::Person(me), now, &act);
        write.commit().await.map_err(failures::of_store)?;
        Ok(Senders { chosen: call.mailbox, ..before })
    }
}
