//! JSON text into a tree. It reads what `JSON.stringify` writes, and gives nothing when the text is anything else.
//!
//! A reader of our own, because a general one is compiled anew into every type that is read: see `tree`.

/// Deeper than any reply of the core: beyond, the text is not one of ours.
const DEEPEST: u8 = 64;

/// A tree.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    /// `null`.
    Null,
    /// `true`, `false`.
    Bool(bool),
    /// A whole number; the contract has no other.
    Number(i64),
    /// A text.
    Text(String),
    /// A list.
    List(Vec<Value>),
    /// Names and values, in order.
    Map(Vec<(String, Value)>),
}

/// The tree of a text.
pub fn parse(text: &str) -> Option<Value> {
    let mut reader = Reader { rest: text, depth: 0 };
    let value = reader.value()?;
    reader.space();
    reader.rest.is_empty().then_some(value)
}

struct Reader<'a> {
    rest: &'a str,
    depth: u8,
}

impl Reader<'_> {
    fn space(&mut self) {
        self.rest = self.rest.trim_start_matches([' ', '\t', '\n', '\r']);
    }

    fn take(&mut self, word: &str) -> bool {
        self.space();
        self.rest.strip_prefix(word).map(|rest| self.rest = rest).is_some()
    }

    fn value(&mut self) -> Option<Value> {
        self.space();
        match self.rest.as_bytes().first()? {
            b'{' | b'[' => {
                self.depth = self.depth.checked_add(1).filter(|depth| *depth <= DEEPEST)?;
                let value = if self.take("{") { self.map() } else { self.list() };
                self.depth -= 1;
                value
            }
            b'"' => self.text().map(Value::Text),
            b'n' => self.take("null").then_some(Value::Null),
            b't' => self.take("true").then_some(Value::Bool(true)),
            b'f' => self.take("false").then_some(Value::Bool(false)),
            _ => self.number(),
        }
    }

    fn number(&mut self) -> Option<Value> {
        let end = self.rest.find(|letter: char| !letter.is_ascii_digit() && letter != '-').unwrap_or(self.rest.len());
        let (digits, rest) = self.rest.split_at_checked(end)?;
        self.rest = rest;
        digits.parse().ok().map(Value::Number)
    }

    fn list(&mut self) -> Option<Value> {
        self.take("[");
        let mut values = Vec::new();
        if self.take("]") {
            return Some(Value::List(values));
        }
        loop {
            values.push(self.value()?);
            if self.take("]") {
                return Some(Value::List(values));
            }
            self.take(",").then_some(())?;
        }
    }

    /// What follows a `{`.
    fn map(&mut self) -> Option<Value> {
        let mut pairs = Vec::new();
        if self.take("}") {
            return Some(Value::Map(pairs));
        }
        loop {
            self.space();
            let name = self.text()?;
            self.take(":").then_some(())?;
            pairs.push((name, self.value()?));
            if self.take("}") {
                return Some(Value::Map(pairs));
            }
            self.take(",").then_some(())?;
        }
    }

    fn text(&mut self) -> Option<String> {
        self.rest = self.rest.strip_prefix('"')?;
        let mut text = String::new();
        loop {
            let end = self.rest.find(['"', '\\'])?;
            let (plain, rest) = self.rest.split_at_checked(end)?;
            text.push_str(plain);
            if let Some(rest) = rest.strip_prefix('"') {
                self.rest = rest;
                return Some(text);
            }
            self.rest = rest.strip_prefix('\\')?;
            text.push(self.escaped()?);
        }
    }

    fn escaped(&mut self) -> Option<char> {
        let letter = self.rest.chars().next()?;
        self.rest = self.rest.strip_prefix(letter)?;
        Some(match letter {
            'n' => '\n',
            't' => '\t',
            'r' => '\r',
            'b' => '\u{8}',
            'f' => '\u{c}',
            '"' | '\\' | '/' => letter,
            'u' => return self.unicode(),
            _ => return None,
        })
    }

    fn unit(&mut self) -> Option<u32> {
        let (digits, rest) = self.rest.split_at_checked(4)?;
        self.rest = rest;
        u32::from_str_radix(digits, 16).ok()
    }

    /// What follows a `\u`: one unit, or two that make a pair. Half a pair is no character: it is shown as one unread.
    fn unicode(&mut self) -> Option<char> {
        let first = self.unit()?;
        if (0xd800..0xdc00).contains(&first)
            && let Some(rest) = self.rest.strip_prefix("\\u")
        {
            self.rest = rest;
            let low = self.unit()?.checked_sub(0xdc00).filter(|low| *low < 0x400);
            let pair = low.map_or(0xd800, |low| 0x1_0000 + ((first - 0xd800) << 10) + low);
            return Some(char::from_u32(pair).unwrap_or(char::REPLACEMENT_CHARACTER));
        }
        Some(char::from_u32(first).unwrap_or(char::REPLACEMENT_CHARACTER))
    }
}

#[cfg(test)]
mod tests {
    use super::{Value, parse};

    #[test]
    fn whole_trees_are_read() {
        let tree = parse(r#" {"a":[1,-20,true,null],"b":{},"c":[],"d":"é\n\"\u00e9\ud83d\ude00"} "#).unwrap();
        let list = vec![Value::Number(1), Value::Number(-20), Value::Bool(true), Value::Null];
        assert_eq!(
            tree,
            Value::Map(vec![
                ("a".into(), Value::List(list)),
                ("b".into(), Value::Map(vec![])),
                ("c".into(), Value::List(vec![])),
                ("d".into(), Value::Text("é\n\"é😀".into())),
            ])
        );
    }

    #[test]
    fn what_is_not_whole_is_nothing() {
        for text in
            ["", "{", "[1", "[1,]", "{\"a\"}", "{\"a\":}", "\"a", "\"\\x\"", "\"\\u12\"", "1.5", "nul", "1 2", "-"]
        {
            assert_eq!(parse(text), None, "{text}");
        }
    }

    #[test]
    fn half_a_pair_is_shown_as_unread() {
        assert_eq!(parse(r#""\ud800x""#), Some(Value::Text("\u{fffd}x".into())));
        assert_eq!(parse(r#""\ud800\u0041""#), Some(Value::Text("\u{fffd}".into())));
    }

    #[test]
    fn a_bottomless_text_is_refused() {
        assert_eq!(parse(&"[".repeat(100_000)), None);
        assert!(parse(&format!("{}{}", "[".repeat(60), "]".repeat(60))).is_some());
    }
}
