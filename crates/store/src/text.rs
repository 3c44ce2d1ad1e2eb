//! How the words of `api` stand in columns: the same snake_case names as in JSON, so that there is one spelling of each.

use crate::StoreError;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

/// A field-less enumeration of `api` as its name.
pub(crate) fn name_of<T: Serialize>(value: &T) -> Result<String, StoreError> {
    match serde_json::to_value(value) {
        Ok(Value::String(name)) => Ok(name),
        _ => Err(StoreError::Content("an enumeration without a name")),
    }
}

/// The enumeration's value of that name.
pub(crate) fn named<T: DeserializeOwned>(name: &str) -> Result<T, StoreError> {
    serde_json::from_value(Value::String(name.to_owned())).map_err(|_| StoreError::Content("an unknown name"))
}

/// The enumeration's value of that name, or none for an empty column.
pub(crate) fn named_or_none<T: DeserializeOwned>(name: &str) -> Result<Option<T>, StoreError> {
    if name.is_empty() { Ok(None) } else { named(name).map(Some) }
}

/// A UUID from its 16 bytes.
pub(crate) fn uuid(bytes: &[u8]) -> Result<uuid::Uuid, StoreError> {
    uuid::Uuid::from_slice(bytes).map_err(|_| StoreError::Content("an id that is not 16 bytes"))
}

/// An instant from its column: 0 stands for none.
pub(crate) fn instant(column: i64) -> Option<bannette_api::Timestamp> {
    (column != 0).then_some(bannette_api::Timestamp(column))
}

/// An empty column stands for none.
pub(crate) fn some_text(column: String) -> Option<String> {
    (!column.is_empty()).then_some(column)
}

/// A count from its column.
pub(crate) fn count(column: i64) -> u64 {
    u64::try_from(column).unwrap_or(0)
}

/// A small count from its column.
pub(crate) fn small(column: i64) -> u32 {
    u32::try_from(column).unwrap_or(0)
}

/// A small count from its column: 0 stands for none.
pub(crate) fn some_small(column: i64) -> Option<u32> {
    u32::try_from(column).ok().filter(|count| *count != 0)
}
