//! What somebody would lose by a change of a group: the one function, asked on the practice as it is and as it would be.
//!
//! Rights come and go by their dates, so that both are compared now and at every later moment at which a right on the
//! mailbox begins or ends: nobody is told that nothing is lost when the loss comes next month.

use crate::practice::{MailboxFacts, Practice};
use crate::rights::{Denied, Rights};
use bannette_api::sharing::{Grantee, Level};
use bannette_api::{GroupId, MailboxId, PersonId, Timestamp};
use std::collections::BTreeSet;

/// What a person would lose on a mailbox.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Loss {
    /// On which.
    pub mailbox: MailboxId,
    /// Its owner.
    pub owner: PersonId,
    /// Who.
    pub person: PersonId,
    /// When the loss begins; nothing: at once.
    pub begins: Option<Timestamp>,
    /// What the person can do as things are.
    pub had: Level,
    /// What other ways would leave them.
    pub keeps: Option<Level>,
}

/// What would be lost, and on how many mailboxes the group was given a right, whether it counts or not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Losses {
    /// Mailboxes with a right given to the group.
    pub given: usize,
    /// By mailbox, person, moment.
    pub lost: Vec<Loss>,
}

impl Rights {
    /// What would be lost without `group` and the rights given to it or, when `leaving` names people, if these left it.
    ///
    /// # Errors
    /// [`Denied`] unless the person administers the practice.
    pub fn losses_without(&self, group: GroupId, leaving: Option<&BTreeSet<PersonId>>) -> Result<Losses, Denied> {
        let _administrator = self.administrator()?;
        let practice = self.practice();
        let given: Vec<_> = practice.mailboxes().filter(|mailbox| is_given(mailbox, group)).collect();
        let members = practice.people().filter(|person| person.groups.contains(&group)).map(|person| person.id);
        let concerned: Vec<_> = members.filter(|person| leaving.is_none_or(|some| some.contains(person))).collect();
        let after = practice.without_group(group, leaving);
        let mut lost = Vec::new();
        for mailbox in &given {
            let moments = moments(mailbox, self.now());
            for person in &concerned {
                losses_of(practice, &after, mailbox, *person, &moments, &mut lost);
            }
        }
        Ok(Losses { given: given.len(), lost })
    }
}

/// The losses of one person on one mailbox: the first moment of each that is worse than those before it.
fn losses_of(
    before: &Practice,
    after: &Practice,
    mailbox: &MailboxFacts,
    person: PersonId,
    moments: &BTreeSet<Timestamp>,
    lost: &mut Vec<Loss>,
) {
    let mut least: Option<Option<Level>> = None;
    for (place, moment) in moments.iter().enumerate() {
        let Some(had) = before.effective(person, mailbox.id, *moment).map(|right| right.level) else { continue };
        let keeps = after.effective(person, mailbox.id, *moment).map(|right| right.level);
        if keeps < Some(had) && least.is_none_or(|least| keeps < least) {
            least = Some(keeps);
            let begins = (place > 0).then_some(*moment);
            lost.push(Loss { mailbox: mailbox.id, owner: mailbox.owner, person, begins, had, keeps });
        }
    }
}

fn is_given(mailbox: &MailboxFacts, group: GroupId) -> bool {
    mailbox.grants.iter().any(|grant| grant.to == Grantee::Group(group))
}

/// Now, and the later moments at which a right on the mailbox begins or ends.
fn moments(mailbox: &MailboxFacts, now: Timestamp) -> BTreeSet<Timestamp> {
    let dates = mailbox.grants.iter().flat_map(|grant| [grant.begins, grant.ends]);
    dates.flatten().filter(|moment| *moment > now).chain([now]).collect()
}
