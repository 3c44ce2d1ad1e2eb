//! Calls by name, from the same table as the typed ones: for whoever walks the table (the test that no call is without a
//! rule) and for shells that receive names.

use crate::session::Session;
use crate::{Core, Handle, failures};
use bannette_api::Failure;
use serde_json::Value;

macro_rules! dispatcher {
    ($($name:ident($args:ty) -> $reply:ty;)*) => {
        impl Core {
            /// Does the call of that name. Arguments that are not the call's are an internal failure: they come from a
            /// program, never from a person.
            ///
            /// # Errors
            /// What the call says; [`Failure::NotFound`] when there is no call of that name.
            pub async fn call_by_name(&self, session: &Session, name: &str, args: Value) -> Result<Value, Failure> {
                match name {
                    $(stringify!($name) => {
                        let call: $args = serde_json::from_value(args).map_err(|error| failures::internal(&error))?;
                        let reply: $reply = self.handle(session, call).await?;
                        serde_json::to_value(reply).map_err(|error| failures::internal(&error))
                    })*
                    _ => Err(Failure::NotFound),
                }
            }
        }
    };
}

bannette_api::calls! { dispatcher }
