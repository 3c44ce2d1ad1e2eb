//! Character references of HTML (`&eacute;`, `&minus;`, `&#233;`): all that HTML 5 knows by name. One that is unknown stays
//! as it is: it must never be dropped.

use std::borrow::Cow;

/// The longest name of HTML 5, `CounterClockwiseContourIntegral`, and a number with many zeroes: without ampersand.
const LONGEST: usize = 32;

/// The text with its references replaced.
pub(crate) fn decode(text: &str) -> Cow<'_, str> {
    if super::find(b'&', text.as_bytes()).is_none() {
        return Cow::Borrowed(text);
    }
    let mut decoded = String::with_capacity(text.len());
    decode_into(text, &mut decoded);
    Cow::Owned(decoded)
}

/// Appends the text with its references replaced.
pub(crate) fn decode_into(text: &str, out: &mut String) {
    let mut rest = text;
    while let Some((plain, after)) = rest.split_once('&') {
        out.push_str(plain);
        match reference(after) {
            Some((signs, left)) => {
                out.push_str(&signs);
                rest = left;
            }
            None => {
                out.push('&');
                rest = after;
            }
        }
    }
    out.push_str(rest);
}

/// Reads a reference after its ampersand: the signs, and what follows. Only with its semicolon: in a laboratory's text
/// that is no HTML, `&lt` may be two words that stick together, and what is sent is shown.
fn reference(text: &str) -> Option<(String, &str)> {
    let start = super::cut(text, LONGEST + 1);
    let (name, _) = start.split_once(';')?;
    let is_name = name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'#');
    let left = text.get(name.len() + 1..).filter(|_| is_name && !name.is_empty())?;
    let written = format!("&{name};");
    let signs = htmlize::unescape(written.as_str());
    // A control sign stands for nothing that can be shown, and a number that is no character for nothing at all.
    let unknown = |sign: char| sign == '\u{FFFD}' || sign.is_control() && !matches!(sign, '\n' | '\t');
    // A name without its semicolon at the beginning of this one (`&notit;`): not this name.
    if signs == written || signs.ends_with(';') && signs.len() > 1 || signs.contains(unknown) {
        return None;
    }
    Some((signs.replace('\u{A0}', " "), left))
}

#[cfg(test)]
mod tests {
    use super::decode;

    #[test]
    fn every_name_of_html_5_and_every_number() {
        let cases = [
            ("Exc&egrave;s de base : &minus;3,5", "Excès de base : −3,5"),
            ("&kappa;/&lambda; 2 &permil; &sect; 4", "κ/λ 2 ‰ § 4"),
            ("&le; &ge; &micro;g &#956;g &#x2265; &#150;", "≤ ≥ µg μg ≥ –"),
            ("&NotEqualTilde; &CounterClockwiseContourIntegral;", "≂̸ ∳"),
            ("&amp;eacute; &lt;b&gt;", "&eacute; <b>"),
            ("K&nbsp;: 4", "K : 4"),
        ];
        for (sent, shown) in cases {
            assert_eq!(decode(sent), shown);
        }
    }

    #[test]
    fn what_is_no_reference_stays() {
        for text in [
            "R&D",
            "a & b",
            "&;",
            "&inconnu;",
            "&notit;",
            "&lt 3",
            "&#0;",
            "&#xD800;",
            "&#1;",
            "&#99999999;",
            "&é;",
            "&",
        ] {
            assert_eq!(decode(text), text);
        }
    }
}
