//! *Bris de glace*: an administrator without a right opens one mailbox, to read, for a stated reason and a limited time.
//! From then on it is one more way in the one function of the rights; the owner is told at once and can end it.

use crate::session::Session;
use crate::{Core, Handle, failures, fields};
use bannette_api::events::Event;
use bannette_api::failure::{Field, Why};
use bannette_api::glass::{
    AcknowledgeBrokenGlass, BreakGlass, ClosedMailbox, EndBrokenGlass, LONGEST, LONGEST_REASON, ListClosedMailboxes,
    SHORTEST_REASON,
};
use bannette_api::{Failure, GlassId};
use bannette_rights::{Access, Own, Rights};
use bannette_store::{Act, Author};

/// A reason that a person can understand: some words, some letters.
fn reason(text: &str) -> Result<String, Failure> {
    let reason = fields::line(Field::Reason, text, LONGEST_REASON)?;
    let letters = reason.chars().filter(|letter| letter.is_alphabetic()).count();
    if letters < usize::try_from(SHORTEST_REASON).unwrap_or(usize::MAX) {
        return fields::invalid(Field::Reason, Why::TooShort { at_least: SHORTEST_REASON });
    }
    let words = reason.split_whitespace().filter(|word| word.chars().any(char::is_alphabetic)).count();
    if words < 3 { fields::invalid(Field::Reason, Why::NoSentence) } else { Ok(reason) }
}

/// The proofs for all mailboxes of one's own.
pub(crate) fn owned(rights: &Rights) -> Vec<Access<Own>> {
    let visible = rights.visible();
    visible.mailboxes().keys().filter_map(|mailbox| rights.grant::<Own>(*mailbox).ok()).collect()
}

impl Handle<ListClosedMailboxes> for Core {
    async fn handle(&self, session: &Session, _call: ListClosedMailboxes) -> Result<Vec<ClosedMailbox>, Failure> {
        let (me, mut read) = self.reading(session).await?;
        let rights = read.rights_of(me, self.now()).await.map_err(failures::of_store)?;
        let proof = rights.administrator().map_err(failures::of_denied)?;
        read.closed_mailboxes(&proof, &rights.visible()).await.map_err(failures::of_store)
    }
}

impl Handle<BreakGlass> for Core {
    async fn handle(&self, session: &Session, call: BreakGlass) -> Result<GlassId, Failure> {
        let (me, read) = self.reading(session).await?;
        drop(read);
        let now = self.now();
        let mut write = self.store().await?.write().await.map_err(failures::of_store)?;
        let rights = write.rights_of(me, now).await.map_err(failures::of_store)?;
        let proof = rights.administrator().map_err(failures::of_denied)?;
        let reason = reason(&call.reason)?;
        let minutes = fields::between(Field::Duration, call.minutes, 1, LONGEST)?;
        if rights.of(call.mailbox).is_some() {
            return fields::invalid(Field::Mailbox, Why::HasIt);
        }
        let id = GlassId(uuid::Uuid::now_v7());
        let ends = now.plus(i64::from(minutes) * 60_000);
        let broken = write.break_glass(&proof, id, call.mailbox, &reason, now, ends).await;
        broken.map_err(failures::of_store)?;
        let act = Act::GlassBroken { mailbox: call.mailbox, glass: id, ends, reason };
        write.record(Author::Person(me), now, &act);
        write.commit().await.map_err(failures::of_store)?;
        // Among those told is the owner: the window asks again and shows it.
        self.tell_all(&[Event::Rights]);
        Ok(id)
    }
}

impl Handle<EndBrokenGlass> for Core {
    async fn handle(&self, session: &Session, call: EndBrokenGlass) -> Result<(), Failure> {
        let (me, read) = self.reading(session).await?;
        drop(read);
        let now = self.now();
        let mut write = self.store().await?.write().await.map_err(failures::of_store)?;
        let record = write.glass(call.glass).await.map_err(failures::of_store)?.ok_or(Failure::NotFound)?;
        let ended = if record.person == me {
            write.end_own_glass(me, call.glass, now).await
        } else {
            let rights = write.rights_of(me, now).await.map_err(failures::of_store)?;
            let proof = rights.grant::<Own>(record.mailbox).map_err(failures::of_denied)?;
            write.end_glass(&proof, call.glass, now).await
        };
        ended.map_err(failures::of_store)?;
        let act = Act::GlassEnded { mailbox: record.mailbox, glass: call.glass };
        write.record(Author::Person(me), now, &act);
        write.commit().await.map_err(failures::of_store)?;
        self.tell_all(&[Event::Rights]);
        Ok(())
    }
}

impl Handle<AcknowledgeBrokenGlass> for Core {
    async fn handle(&self, session: &Session, call: AcknowledgeBrokenGlass) -> Result<(), Failure> {
        let (me, read) = self.reading(session).await?;
        drop(read);
        let now = self.now();
        let mut write = self.store().await?.write().await.map_err(failures::of_store)?;
        let record = write.glass(call.glass).await.map_err(failures::of_store)?.ok_or(Failure::NotFound)?;
        let rights = write.rights_of(me, now).await.map_err(failures::of_store)?;
        let proof = rights.grant::<Own>(record.mailbox).map_err(failures::of_denied)?;
        if write.acknowledge_glass(&proof, call.glass, now).await.map_err(failures::of_store)? {
            let act = Act::GlassAcknowledged { mailbox: record.mailbox, glass: call.glass };
            write.record(Author::Person(me), now, &act);
            write.commit().await.map_err(failures::of_store)?;
            self.tell(me, Event::Rights);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reason_is_a_sentence() {
        for good in ["Le Dr Sheperd est absent et un résultat urgent est attendu.", "Panne du poste du titulaire"] {
            assert!(reason(good).is_ok(), "{good}");
        }
        for bad in ["", "urgence", "aaaaaaaaaaaaaaaaaaaaaaaa", "1 2 3 4 5 6 7 8 9 10", "x x x x x", &"a ".repeat(400)] {
            assert!(reason(bad).is_err(), "{bad}");
        }
    }
}
