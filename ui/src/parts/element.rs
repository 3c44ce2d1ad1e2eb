//! Elements that are drawn once and never change, all of one type: each of them written with the framework's own macro
//! would bring its own drawing code into the module, which must stay small. What reacts or is pressed is no such element.

use leptos::prelude::*;
use leptos::tachys::html::attribute::any_attribute::{AnyAttribute, IntoAnyAttribute};
use leptos::tachys::html::attribute::custom::custom_attribute;
use leptos::tachys::html::element::custom;

/// An element with its attributes.
#[inline(never)]
pub fn el(tag: &'static str, attributes: &[(&'static str, &str)], children: Vec<AnyView>) -> AnyView {
    let attributes: Vec<AnyAttribute> =
        attributes.iter().map(|(name, value)| custom_attribute(*name, (*value).to_owned()).into_any_attr()).collect();
    custom(tag).add_any_attr(attributes).child(children).into_any()
}

/// A text.
#[inline(never)]
pub fn words(text: &str) -> AnyView {
    text.to_owned().into_any()
}

/// An element with nothing but a text in it.
#[inline(never)]
pub fn say(tag: &'static str, class: &'static str, text: &str) -> AnyView {
    el(tag, &[("class", class)], vec![words(text)])
}
