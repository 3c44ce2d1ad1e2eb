//! Told: what changed in one's rights, until « J’ai vu ».

use crate::glass::owned;
use crate::session::Session;
use crate::{Core, Handle, failures};
use bannette_api::Failure;
use bannette_api::events::Event;
use bannette_api::notices::{GetTold, MarkNoticesSeen, Told};
use bannette_store::{Act, Author};

impl Handle<GetTold> for Core {
    async fn handle(&self, session: &Session, _call: GetTold) -> Result<Told, Failure> {
        let (me, read) = self.reading(session).await?;
        drop(read);
        // Rights that began or ended by their date are told by whoever asks first; a window asks when a date passes.
        let now = self.now();
        self.store().await?.tell_turned(now).await.map_err(failures::of_store)?;
        let mut read = self.store().await?.read().await.map_err(failures::of_store)?;
        let rights = read.rights_of(me, now).await.map_err(failures::of_store)?;
        let glass = read.broken_glass(&owned(&rights), me, now).await.map_err(failures::of_store)?;
        let superseded = read.superseded(&rights.visible(), me).await.map_err(failures::of_store)?;
        Ok(Told { glass, notices: read.notices(me).await.map_err(failures::of_store)?, superseded })
    }
}

impl Handle<MarkNoticesSeen> for Core {
    async fn handle(&self, session: &Session, call: MarkNoticesSeen) -> Result<(), Failure> {
        let (me, read) = self.reading(session).await?;
        drop(read);
        let now = self.now();
        let mut write = self.store().await?.write().await.map_err(failures::of_store)?;
        if write.mark_notices_seen(me, call.up_to, now).await.map_err(failures::of_store)? {
            write.record(Author::Person(me), now, &Act::NoticesSeen { person: me });
            write.commit().await.map_err(failures::of_store)?;
            // The other windows of the same person stop telling.
            self.tell(me, Event::Rights);
        }
        Ok(())
    }
}
