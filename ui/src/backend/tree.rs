//! A tree of JSON into the contract's types.
//!
//! Nothing here depends on the type that is read more than it must, and what went wrong is not told in words (the person
//! is told that the two sides do not understand each other): both keep the module half as large as a general reader would.

use super::json::Value;
use serde::de::value::StrDeserializer;
use serde::de::{
    DeserializeOwned, DeserializeSeed, Deserializer, EnumAccess, Error, MapAccess, SeqAccess, Unexpected,
    VariantAccess, Visitor,
};
use serde::forward_to_deserialize_any;
use std::fmt;

/// A type read from a tree, or nothing when the tree is not of that type.
#[inline(never)]
pub fn read<T: DeserializeOwned>(tree: &Value) -> Option<T> {
    T::deserialize(Tree(tree)).ok()
}

/// The tree is not of the type asked for.
#[derive(Debug)]
pub struct Wrong;

impl fmt::Display for Wrong {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        to.write_str("wrong")
    }
}

impl std::error::Error for Wrong {}

impl Error for Wrong {
    fn custom<T: fmt::Display>(_: T) -> Self {
        Self
    }
    fn invalid_type(_: Unexpected<'_>, _: &dyn serde::de::Expected) -> Self {
        Self
    }
    fn invalid_value(_: Unexpected<'_>, _: &dyn serde::de::Expected) -> Self {
        Self
    }
    fn invalid_length(_: usize, _: &dyn serde::de::Expected) -> Self {
        Self
    }
    fn unknown_variant(_: &str, _: &'static [&'static str]) -> Self {
        Self
    }
    fn unknown_field(_: &str, _: &'static [&'static str]) -> Self {
        Self
    }
    fn missing_field(_: &'static str) -> Self {
        Self
    }
    fn duplicate_field(_: &'static str) -> Self {
        Self
    }
}

/// Reads from a tree.
#[derive(Clone, Copy)]
struct Tree<'a>(&'a Value);

impl<'de> Deserializer<'de> for Tree<'_> {
    type Error = Wrong;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Wrong> {
        match self.0 {
            Value::Null => visitor.visit_unit(),
            Value::Bool(value) => visitor.visit_bool(*value),
            Value::Number(value) => visitor.visit_i64(*value),
            Value::Text(value) => visitor.visit_str(value),
            Value::List(values) => visitor.visit_seq(Values(values)),
            Value::Map(pairs) => visitor.visit_map(Pairs { pairs, value: &Value::Null }),
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Wrong> {
        match self.0 {
            Value::Null => visitor.visit_none(),
            _ => visitor.visit_some(self),
        }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Result<V::Value, Wrong> {
        visitor.visit_newtype_struct(self)
    }

    /// By the order of its fields, not by their names: a derived reader of names is twice as large. What is absent is
    /// absent where the contract gives a default; anything else that is absent is wrong.
    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        names: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Wrong> {
        let Value::Map(pairs) = self.0 else { return Err(Wrong) };
        visitor.visit_seq(Fields { pairs, names })
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Wrong> {
        let Value::Map(pairs) = self.0 else { return Err(Wrong) };
        visitor.visit_map(Pairs { pairs, value: &Value::Null })
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Wrong> {
        let Value::List(values) = self.0 else { return Err(Wrong) };
        visitor.visit_seq(Values(values))
    }

    fn deserialize_str<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Wrong> {
        let Value::Text(text) = self.0 else { return Err(Wrong) };
        visitor.visit_str(text)
    }

    fn deserialize_string<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Wrong> {
        self.deserialize_str(visitor)
    }

    fn deserialize_identifier<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Wrong> {
        self.deserialize_str(visitor)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Wrong> {
        let Value::Text(name) = self.0 else { return Err(Wrong) };
        visitor.visit_enum(Name(name))
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char bytes byte_buf unit unit_struct tuple tuple_struct
        ignored_any
    }
}

/// The values of a list, one after the other.
struct Values<'a>(&'a [Value]);

impl<'de> SeqAccess<'de> for Values<'_> {
    type Error = Wrong;

    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>, Wrong> {
        let Some((first, rest)) = self.0.split_first() else { return Ok(None) };
        self.0 = rest;
        seed.deserialize(Tree(first)).map(Some)
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.0.len())
    }
}

/// The fields of a structure, in the order in which it is declared.
struct Fields<'a> {
    pairs: &'a [(String, Value)],
    names: &'static [&'static str],
}

impl<'a> Fields<'a> {
    /// The next field; nothing where it is absent.
    #[inline(never)]
    fn next(&mut self) -> Option<&'a Value> {
        let (name, rest) = self.names.split_first()?;
        self.names = rest;
        let found = self.pairs.iter().find(|(written, _)| written == name).map(|(_, value)| value);
        // What is tagged and has no content comes without its `id`; wherever else one is absent, null is as wrong.
        found.or_else(|| (*name == "id").then_some(&Value::Null))
    }
}

impl<'de> SeqAccess<'de> for Fields<'_> {
    type Error = Wrong;

    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>, Wrong> {
        match self.next() {
            Some(value) => seed.deserialize(Tree(value)).map(Some),
            None => Ok(None),
        }
    }
}

/// The pairs of a map, one after the other.
struct Pairs<'a> {
    pairs: &'a [(String, Value)],
    value: &'a Value,
}

impl<'a> Pairs<'a> {
    #[inline(never)]
    fn next(&mut self) -> Option<&'a Value> {
        let ((_, value), rest) = self.pairs.split_first()?;
        self.pairs = rest;
        Some(value)
    }
}

impl<'de> MapAccess<'de> for Pairs<'_> {
    type Error = Wrong;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, Wrong> {
        let Some((name, _)) = self.pairs.first() else { return Ok(None) };
        let key = seed.deserialize(StrDeserializer::new(name))?;
        self.value = self.next().ok_or(Wrong)?;
        Ok(Some(key))
    }

    fn next_value_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<T::Value, Wrong> {
        seed.deserialize(Tree(self.value))
    }
}

/// The name of a variant without content: what carries content is tagged, and comes as a map.
struct Name<'a>(&'a str);

impl<'de> EnumAccess<'de> for Name<'_> {
    type Error = Wrong;
    type Variant = Self;

    fn variant_seed<T: DeserializeSeed<'de>>(self, seed: T) -> Result<(T::Value, Self), Wrong> {
        Ok((seed.deserialize(StrDeserializer::new(self.0))?, self))
    }
}

impl<'de> VariantAccess<'de> for Name<'_> {
    type Error = Wrong;

    fn unit_variant(self) -> Result<(), Wrong> {
        Ok(())
    }

    fn newtype_variant_seed<T: DeserializeSeed<'de>>(self, _: T) -> Result<T::Value, Wrong> {
        Err(Wrong)
    }

    fn tuple_variant<V: Visitor<'de>>(self, _: usize, _: V) -> Result<V::Value, Wrong> {
        Err(Wrong)
    }

    fn struct_variant<V: Visitor<'de>>(self, _: &'static [&'static str], _: V) -> Result<V::Value, Wrong> {
        Err(Wrong)
    }
}

#[cfg(test)]
mod tests {
    use super::super::json::parse;
    use super::read;
    use bannette_api::connection::{Doing, MailboxState, Trouble};
    use bannette_api::dossiers::{Cursor, Page, Piece};
    use bannette_api::events::Event;
    use bannette_api::failure::{Field, Needs, StoreTrouble, Why};
    use bannette_api::mailboxes::{Connection, SignInWay, Tls};
    use bannette_api::report::{LabResult, NarrativeBlock, Report, Section, ValueKind};
    use bannette_api::sharing::{Grant, Grantee, Level, Path, Reason};
    use bannette_api::{Failure, Timestamp};
    use serde::Serialize;
    use serde::de::DeserializeOwned;
    use std::fmt::Debug;

    /// What the core writes is read back as it was.
    fn same<T: Serialize + DeserializeOwned + PartialEq + Debug>(value: &T) {
        let text = serde_json::to_string(value).unwrap();
        assert_eq!(parse(&text).and_then(|tree| read::<T>(&tree)).as_ref(), Some(value), "{text}");
    }

    #[test]
    fn failures_come_back_as_they_were() {
        same(&Failure::NotSignedIn);
        same(&Failure::WrongCredentials { tries_left: None });
        same(&Failure::WrongCredentials { tries_left: Some(2) });
        same(&Failure::AccountLocked { until: Timestamp(1_795_331_400_000) });
        same(&Failure::NotAllowed { needs: Needs::Own });
        same(&Failure::Invalid { field: Field::Port, why: Why::OutOfRange { least: 1, most: 65_535 } });
        same(&Failure::Invalid { field: Field::Login, why: Why::Taken });
        same(&Failure::Server { trouble: Trouble::Refused { host: "imap.test".into(), port: 993 } });
        same(&Failure::Store { trouble: StoreTrouble::Busy });
    }

    #[test]
    fn tagged_and_plain_things_come_back_as_they_were() {
        let why = Trouble::CertificateWrongName { host: "imap.test".into() };
        let doing = Doing::Waiting { until: Timestamp(2), since: Timestamp(1), why };
        same(&MailboxState { doing, last_success: None, beside: Vec::new() });
        same(&Connection::Imap {
            host: "h".into(),
            port: 143,
            tls: Tls::Starttls,
            account: "a".into(),
            sign_in: SignInWay::Certificate,
        });
        let id = "00000000-0000-7000-8000-000000000001";
        let to = Grantee::Group(id.parse().unwrap());
        same(&vec![Grant { to, level: Level::Send, begins: None, ends: Some(Timestamp(-5)) }]);
        same(&Grant { to: Grantee::Everyone, level: Level::Read, begins: None, ends: None });
        same(&Reason { path: Path::Owner, level: Level::Send, ends: None, motive: None });
        same(&vec![Path::Everyone, Path::Owner]);
        same(&Event::Rights);
        same(&());
    }

    #[test]
    fn reports_come_back_as_they_were() {
        let result = LabResult {
            label: "K".into(),
            value: Some("6.8".into()),
            kind: ValueKind::Numeric,
            ..LabResult::default()
        };
        let sections = vec![Section {
            narrative: vec![NarrativeBlock::Table { caption: None, header: vec![], rows: vec![vec!["a".into()]] }],
            results: vec![result],
            ..Section::default()
        }];
        same(&Report { sections, text: Some("é\n".into()), ..Report::default() });
        same(&Page { rows: vec![], next: Some(Cursor("c".into())) });
        same(&Piece { base64: "AA==".into(), total: 1 });
    }

    #[test]
    fn another_type_is_nothing() {
        for text in
            ["null", "1", "{}", "[]", "\"x\"", r#"{"code":"unheard_of"}"#, r#"{"code":"invalid","field":"port"}"#]
        {
            assert_eq!(parse(text).and_then(|tree| read::<Failure>(&tree)), None, "{text}");
        }
    }
}
