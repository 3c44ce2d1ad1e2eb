//! A laboratory network's own service over HTTP. What it is like, its publisher tells those who have a contract: until there
//! is one, the only implementation says so, and the folder where the publisher's own agent lays files is the way.

use crate::{Found, MailError};

/// A publisher's service, signed in to with an account.
pub trait PublisherService {
    /// Gives what is new there.
    ///
    /// # Errors
    /// What went wrong outside.
    fn look(&mut self, account: &str) -> impl Future<Output = Result<Vec<Found>, MailError>> + Send;
}

/// Bioserveur without a contract: it connects to nothing, and guesses nothing.
#[derive(Clone, Copy, Debug, Default)]
pub struct WithoutContract;

impl PublisherService for WithoutContract {
    async fn look(&mut self, _account: &str) -> Result<Vec<Found>, MailError> {
        Err(MailError::ContractNeeded)
    }
}
