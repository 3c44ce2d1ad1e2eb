//! From the inner errors to the closed list that faces the person. What nobody can act upon gets a number, and its cause
//! goes to the log.

use bannette_api::Failure;
use bannette_api::failure::{Field, Why};
use bannette_rights::Denied;
use bannette_store::StoreError;

/// What the store says.
pub(crate) fn of_store(error: StoreError) -> Failure {
    match error {
        StoreError::Absent => Failure::NoPractice,
        StoreError::Exists => Failure::PracticeExists,
        StoreError::Trouble(trouble) => Failure::Store { trouble },
        StoreError::Stale | StoreError::Conflict => Failure::Conflict,
        StoreError::NotFound => Failure::NotFound,
        StoreError::Removed(at) => Failure::ContentRemoved { at },
        StoreError::LastAdministrator => Failure::Invalid { field: Field::Administrator, why: Why::LastOne },
        error @ (StoreError::Taken | StoreError::Unjournaled | StoreError::Content(_) | StoreError::Database(_)) => {
            internal(&error)
        }
    }
}

/// What the store says, where a name may be somebody's already.
pub(crate) fn of_store_taken(field: Field) -> impl Fn(StoreError) -> Failure {
    move |error| match error {
        StoreError::Taken => Failure::Invalid { field, why: Why::Taken },
        error => of_store(error),
    }
}

/// A refusal. What one may not even read is said to be absent, so that a guess at an id learns nothing.
pub(crate) fn of_denied(denied: Denied) -> Failure {
    if denied.known { Failure::NotAllowed { needs: denied.needs } } else { Failure::NotFound }
}

/// Something that should not happen.
pub(crate) fn internal(error: &dyn std::error::Error) -> Failure {
    let incident = uuid::Uuid::now_v7().simple().to_string();
    tracing::error!(incident, %error, "internal failure");
    Failure::Internal { incident }
}
