//! TNEF, the `winmail.dat` of Outlook (MS-OXTNEF): the attachments and the words in it.
//!
//! A flat list of attributes, read once. It must never trust a length, never hide an attachment for what comes after it,
//! and leaves everything else (recipients, flags, forms) in the file, which stays attached.

mod properties;
mod rtf;

use crate::limits;
use crate::payload::Embedded;
use crate::text::charset;
use properties::{Properties, Value};

const SIGNATURE: [u8; 4] = [0x78, 0x9F, 0x3E, 0x22];

/// Attributes (MS-OXTNEF 2.1.3.3): type and identifier.
const BODY: u32 = 0x0002_800C;
const MESSAGE_PROPERTIES: u32 = 0x0006_9003;
const ATTACHMENT_BEGINS: u32 = 0x0006_9002;
const ATTACHMENT_TITLE: u32 = 0x0001_8010;
const ATTACHMENT_DATA: u32 = 0x0006_800F;
const ATTACHMENT_PROPERTIES: u32 = 0x0006_9005;

/// Properties (MS-OXPROPS).
const PLAIN_BODY: u16 = 0x1000;
const RTF_BODY: u16 = 0x1009;
const HTML_BODY: u16 = 0x1013;
const DATA: u16 = 0x3701;
const SHORT_NAME: u16 = 0x3704;
const LONG_NAME: u16 = 0x3707;
const MEDIA_TYPE: u16 = 0x370E;

/// What a TNEF holds for a reader.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Tnef {
    /// The words of the message, if they are plain (or rich text reduced to them).
    pub(crate) words: Option<String>,
    /// The words as HTML, in the charset that its bytes tell.
    pub(crate) html: Option<Vec<u8>>,
    /// Attachments, in order. A message in the message is a TNEF itself.
    pub(crate) attachments: Vec<Embedded>,
    /// Whether it is cut or contradicts itself.
    pub(crate) broken: bool,
}

/// Whether these bytes are a TNEF.
pub(crate) fn is_in(bytes: &[u8]) -> bool {
    bytes.starts_with(&SIGNATURE)
}

/// Reads a TNEF.
pub(crate) fn read(bytes: &[u8]) -> Tnef {
    let mut tnef = Tnef::default();
    // Signature, then a key of two bytes that means nothing here.
    let mut rest = bytes.get(SIGNATURE.len() + 2..).unwrap_or_default();
    let mut attachment: Option<Embedded> = None;
    while !rest.is_empty() {
        let Some((attribute, after)) = Attribute::read(rest) else {
            tnef.broken = true;
            break;
        };
        tnef.broken |= attribute.broken;
        rest = after;
        match attribute.id {
            ATTACHMENT_BEGINS => {
                tnef.attachments.extend(attachment.replace(Embedded::default()).filter(is_something));
                if tnef.attachments.len() >= limits::TNEF_PARTS {
                    tnef.broken = true;
                    break;
                }
            }
            ATTACHMENT_TITLE => {
                let attachment = attachment.get_or_insert_default();
                if attachment.name.is_none() {
                    attachment.name = text(attribute.data);
                }
            }
            ATTACHMENT_DATA => attachment.get_or_insert_default().bytes = attribute.data.to_vec(),
            ATTACHMENT_PROPERTIES => {
                tnef.broken |= !of_attachment(attribute.data, attachment.get_or_insert_default());
            }
            BODY => tnef.words = text(attribute.data).or(tnef.words.take()),
            MESSAGE_PROPERTIES => tnef.broken |= !of_message(attribute.data, &mut tnef),
            _ => {}
        }
    }
    tnef.attachments.extend(attachment.filter(is_something));
    tnef
}

fn is_something(attachment: &Embedded) -> bool {
    attachment.name.is_some() || !attachment.bytes.is_empty()
}

/// An attribute: a level, an identifier, a length, that many bytes, a checksum.
struct Attribute<'a> {
    id: u32,
    data: &'a [u8],
    /// Whether it is cut, or its checksum is not that of its bytes.
    broken: bool,
}

impl<'a> Attribute<'a> {
    fn read(bytes: &'a [u8]) -> Option<(Self, &'a [u8])> {
        let (head, rest) = bytes.split_at_checked(9)?;
        let number =
            |at: usize| head.get(at..).and_then(|rest| rest.first_chunk()).map(|four| u32::from_le_bytes(*four));
        let (id, length) = (number(1)?, usize::try_from(number(5)?).ok()?);
        // A level other than message or attachment: what follows is no attribute.
        if !matches!(head.first(), Some(1 | 2)) {
            return None;
        }
        let (data, rest) = rest.split_at_checked(length).unwrap_or((rest, &[]));
        let sum = data.iter().fold(0u16, |sum, byte| sum.wrapping_add(u16::from(*byte)));
        let said = rest.first_chunk().map(|two| u16::from_le_bytes(*two));
        let broken = data.len() < length || said != Some(sum);
        Some((Self { id, data, broken }, rest.get(2..).unwrap_or_default()))
    }
}

/// A text that ends with a zero, in an encoding that nobody says reliably.
fn text(bytes: &[u8]) -> Option<String> {
    let end = memchr::memchr(0, bytes).unwrap_or(bytes.len());
    let text = charset::detect(bytes.get(..end)?).text;
    Some(text.into_owned()).filter(|text| !text.trim().is_empty())
}

/// The properties of the message. Gives whether all could be read.
fn of_message(data: &[u8], tnef: &mut Tnef) -> bool {
    let mut properties = Properties::of(data);
    let mut rich = None;
    for (id, value) in &mut properties {
        match id {
            PLAIN_BODY => tnef.words = value.text().or(tnef.words.take()),
            HTML_BODY => tnef.html = Some(value.bytes().to_vec()),
            RTF_BODY => rich = Some(value),
            _ => {}
        }
    }
    if let (None, None, Some(rich)) = (&tnef.words, &tnef.html, rich) {
        match rtf::unpacked(rich.bytes()) {
            Some(unpacked) => tnef.words = Some(rtf::text(&unpacked)).filter(|text| !text.trim().is_empty()),
            None => return false,
        }
    }
    !properties.broken
}

/// The properties of an attachment. Gives whether all could be read.
fn of_attachment(data: &[u8], attachment: &mut Embedded) -> bool {
    let mut properties = Properties::of(data);
    let (mut short, mut long) = (None, None);
    for (id, value) in &mut properties {
        match id {
            SHORT_NAME => short = value.text(),
            LONG_NAME => long = value.text(),
            MEDIA_TYPE => attachment.media_type = value.text().unwrap_or_default().trim().to_ascii_lowercase(),
            DATA if attachment.bytes.is_empty() => attachment.bytes = content(&value).to_vec(),
            _ => {}
        }
    }
    if let Some(name) = long.or(if attachment.name.is_none() { short } else { None }) {
        attachment.name = Some(name);
    }
    !properties.broken
}

/// The content of an attachment; an object begins with the identifier of its interface.
fn content<'a>(value: &Value<'a>) -> &'a [u8] {
    let bytes = value.bytes();
    match bytes.get(16..) {
        Some(inner) if value.is_object() && is_in(inner) => inner,
        _ => bytes,
    }
}
