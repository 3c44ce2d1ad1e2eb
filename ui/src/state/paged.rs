//! A list of which only the pages near the eye are kept: 100,000 rows weigh no more than a few hundred.
//!
//! Pages follow each other by the cursor where the page before ended. A page that lies far is let go and its cursor kept,
//! so that it can be asked for again. It asks for nothing itself.

use bannette_api::DossierId;
use bannette_api::dossiers::{Cursor, DossierRow, Page};
use std::ops::Range;
use std::sync::Arc;

/// Rows of a page.
pub const PAGE: u32 = 100;
/// Pages kept on either side of the eye.
const NEAR: usize = 4;

#[derive(Clone, Debug)]
struct Slot {
    after: Option<Cursor>,
    start: usize,
    count: usize,
    rows: Option<Vec<Arc<DossierRow>>>,
}

/// A page that should be asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Need {
    /// Which.
    pub slot: usize,
    /// Where the page before ended.
    pub after: Option<Cursor>,
}

/// The list.
#[derive(Clone, Debug, Default)]
pub struct Paged {
    slots: Vec<Slot>,
    next: Option<Cursor>,
    complete: bool,
}

impl Paged {
    /// Rows known of, kept or not.
    #[must_use]
    pub fn len(&self) -> usize {
        self.slots.last().map_or(0, |slot| slot.start + slot.count)
    }

    /// Whether no row is known of.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Whether no page has come yet.
    #[must_use]
    pub fn is_untouched(&self) -> bool {
        self.slots.is_empty()
    }

    /// Whether the whole list was asked for and holds nothing.
    #[must_use]
    pub fn holds_nothing(&self) -> bool {
        self.complete && self.is_empty()
    }

    /// Whether there is more after what is known of.
    #[must_use]
    pub fn goes_on(&self) -> bool {
        !self.complete
    }

    fn slot_of(&self, index: usize) -> Option<usize> {
        let place = self.slots.partition_point(|slot| slot.start + slot.count <= index);
        (place < self.slots.len()).then_some(place)
    }

    /// A row, if it is kept.
    #[must_use]
    pub fn row(&self, index: usize) -> Option<&Arc<DossierRow>> {
        let slot = self.slots.get(self.slot_of(index)?)?;
        slot.rows.as_ref()?.get(index.checked_sub(slot.start)?)
    }

    /// The place of a dossier, if its row is kept.
    #[must_use]
    pub fn index_of(&self, id: DossierId) -> Option<usize> {
        self.slots.iter().find_map(|slot| {
            let place = slot.rows.as_ref()?.iter().position(|row| row.id == id)?;
            Some(slot.start + place)
        })
    }

    /// The first page that is missing for these rows.
    #[must_use]
    pub fn need(&self, rows: Range<usize>) -> Option<Need> {
        let first = self.slot_of(rows.start).unwrap_or(self.slots.len());
        let near = self.slots.iter().enumerate().skip(first).take_while(|(_, slot)| slot.start < rows.end);
        if let Some((place, slot)) = near.into_iter().find(|(_, slot)| slot.rows.is_none()) {
            return Some(Need { slot: place, after: slot.after.clone() });
        }
        (rows.end >= self.len() && !self.complete).then(|| Need { slot: self.slots.len(), after: self.next.clone() })
    }

    /// Takes a page that was asked for. A page that was let go comes back in its old length, so that nothing jumps.
    pub fn take(&mut self, need: &Need, page: Page) {
        let rows: Vec<Arc<DossierRow>> = page.rows.into_iter().map(Arc::new).collect();
        if let Some(slot) = self.slots.get_mut(need.slot) {
            if slot.after == need.after && slot.rows.is_none() {
                let mut rows = rows;
                rows.truncate(slot.count);
                slot.rows = Some(rows);
            }
        } else if need.slot == self.slots.len() && (need.after == self.next) {
            let start = self.len();
            self.slots.push(Slot { after: need.after.clone(), start, count: rows.len(), rows: Some(rows) });
            self.complete = page.next.is_none();
            self.next = page.next;
        }
    }

    /// Lets go of the pages far from these rows.
    pub fn let_go(&mut self, rows: &Range<usize>) {
        let first = self.slot_of(rows.start).unwrap_or(0);
        let last = self.slot_of(rows.end).unwrap_or(self.slots.len());
        for (place, slot) in self.slots.iter_mut().enumerate() {
            if place + NEAR < first || place > last + NEAR {
                slot.rows = None;
            }
        }
    }

    /// The page that holds a row, and where it begins: where to begin asking anew.
    #[must_use]
    pub fn begin_of(&self, index: usize) -> (usize, Option<Cursor>) {
        self.slot_of(index)
            .and_then(|place| self.slots.get(place).map(|slot| (place, slot.after.clone())))
            .unwrap_or((0, None))
    }

    /// The same list up to a page, to go on from there anew.
    #[must_use]
    pub fn cut(&self, slot: usize) -> Self {
        let next = self.slots.get(slot).and_then(|slot| slot.after.clone());
        Self { slots: self.slots.iter().take(slot).cloned().collect(), next, complete: false }
    }

    /// Whether a row is the newest state of a dossier that is kept; if so it stands there from now on.
    pub fn replace(&mut self, row: DossierRow) {
        for slot in &mut self.slots {
            if let Some(old) = slot.rows.iter_mut().flatten().find(|old| old.id == row.id) {
                // How it was found is the list's to say.
                *old = Arc::new(DossierRow { near: old.near, ..row });
                return;
            }
        }
    }
}

#[cfg(test)]
pub mod tests {
    use super::*;
    use bannette_api::dossiers::Urgency;
    use bannette_api::report::Format;
    use bannette_api::{MailboxId, PersonId, Timestamp};

    fn id(number: usize) -> String {
        format!("00000000-0000-0000-0000-{number:012}")
    }

    fn row(number: usize) -> DossierRow {
        let person: PersonId = id(1).parse().unwrap();
        let mailbox: MailboxId = id(2).parse().unwrap();
        DossierRow {
            id: id(number).parse().unwrap(),
            received_at: Timestamp(0),
            sender: String::new(),
            subject: String::new(),
            patient: None,
            urgency: Urgency::Normal,
            headline: None,
            abnormal: 0,
            results: 0,
            format: Format::HprimMedecin,
            status: None,
            documents: 0,
            warned: false,
            seen_by_me: false,
            responsible: person,
            validated: None,
            dated: None,
            removed_at: None,
            replaced: false,
            near: false,
            mailboxes: vec![mailbox],
            apart: Vec::new(),
        }
    }

    /// A server of `of` rows, whose cursors are numbers.
    fn page(after: Option<&Cursor>, of: usize) -> Page {
        let from = after.map_or(0, |cursor| cursor.0.parse().unwrap());
        let to = (from + PAGE as usize).min(of);
        let next = (to < of).then(|| Cursor(to.to_string()));
        Page { rows: (from..to).map(row).collect(), next }
    }

    fn scroll(list: &mut Paged, rows: Range<usize>, of: usize) {
        while let Some(need) = list.need(rows.clone()) {
            let page = page(need.after.as_ref(), of);
            list.take(&need, page);
        }
        list.let_go(&rows);
    }

    fn kept(list: &Paged) -> usize {
        list.slots.iter().filter_map(|slot| slot.rows.as_ref()).map(Vec::len).sum()
    }

    #[test]
    fn a_hundred_thousand_rows_weigh_a_few_pages() {
        let mut list = Paged::default();
        for top in (0..100_000).step_by(50) {
            scroll(&mut list, top..top + 20, 100_000);
            assert!(list.row(top).is_some_and(|row| row.id == id(top).parse().unwrap()), "{top}");
        }
        assert_eq!(list.len(), 100_000);
        assert!(!list.goes_on());
        assert!(kept(&list) <= 10 * PAGE as usize, "{}", kept(&list));
    }

    #[test]
    fn what_was_let_go_comes_back() {
        let mut list = Paged::default();
        for top in (0..5000).step_by(50) {
            scroll(&mut list, top..top + 20, 5000);
        }
        assert!(list.row(0).is_none());
        scroll(&mut list, 0..20, 5000);
        assert_eq!(list.row(3).map(|row| row.id.to_string()), Some(id(3)));
        assert_eq!(list.len(), 5000);
    }

    #[test]
    fn a_cut_list_goes_on_from_its_cursor() {
        let mut list = Paged::default();
        scroll(&mut list, 0..350, 1000);
        let (slot, after) = list.begin_of(230);
        assert_eq!((slot, after), (2, Some(Cursor("200".into()))));
        let mut cut = list.cut(slot);
        assert_eq!((cut.len(), cut.goes_on()), (200, true));
        scroll(&mut cut, 230..250, 1000);
        assert_eq!(cut.index_of(id(240).parse().unwrap()), Some(240));
    }

    #[test]
    fn an_empty_list_says_so_only_when_it_is_known() {
        let mut list = Paged::default();
        assert!(!list.holds_nothing());
        scroll(&mut list, 0..20, 0);
        assert!(list.holds_nothing());
    }

    #[test]
    fn a_late_answer_to_an_old_question_is_dropped() {
        let mut list = Paged::default();
        let need = list.need(0..20).unwrap();
        list.take(&need, page(None, 1000));
        list.take(&need, page(None, 1000));
        assert_eq!(list.len(), PAGE as usize);
    }
}
