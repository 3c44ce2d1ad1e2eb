//! Identifiers: version 7 UUIDs made by the program that creates the thing, one type for each kind of thing.

use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;
use uuid::Uuid;

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub Uuid);

        impl fmt::Display for $name {
            fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(to)
            }
        }

        impl FromStr for $name {
            type Err = uuid::Error;
            fn from_str(text: &str) -> Result<Self, Self::Err> {
                text.parse().map(Self)
            }
        }
    )*};
}

ids! {
    /// A person of the practice.
    PersonId;
    /// A group of people.
    GroupId;
    /// A mailbox: an account on a server, or a watched folder.
    MailboxId;
    /// A dossier: one report on one patient, whatever the number of ways it came by.
    DossierId;
    /// A *bris de glace*: one opening of a mailbox by an administrator without a right.
    GlassId;
}
