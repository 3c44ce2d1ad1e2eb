//! XML, written with or without a prefix before each name.

/// A document that grows.
#[derive(Debug, Default)]
pub(super) struct Xml {
    pub(super) out: String,
    prefix: &'static str,
    open: Vec<&'static str>,
}

impl Xml {
    pub(super) fn new(prefix: &'static str) -> Self {
        Self { prefix, ..Self::default() }
    }

    fn tag(&mut self, name: &str, attributes: &[(&str, &str)]) {
        self.out.push('<');
        self.out.push_str(self.prefix);
        self.out.push_str(name);
        for (name, value) in attributes {
            self.out.push_str(&format!(" {name}=\"{}\"", escaped(value)));
        }
    }

    /// Opens an element.
    pub(super) fn open(&mut self, name: &'static str, attributes: &[(&str, &str)]) {
        self.tag(name, attributes);
        self.out.push('>');
        self.open.push(name);
    }

    /// Closes the last so many elements that are open.
    pub(super) fn close(&mut self, count: usize) {
        for _ in 0..count {
            if let Some(name) = self.open.pop() {
                self.out.push_str(&format!("</{}{name}>\n", self.prefix));
            }
        }
    }

    /// An element without content.
    pub(super) fn empty(&mut self, name: &str, attributes: &[(&str, &str)]) {
        self.tag(name, attributes);
        self.out.push_str("/>\n");
    }

    /// An element with a text.
    pub(super) fn text(&mut self, name: &str, attributes: &[(&str, &str)], text: &str) {
        self.tag(name, attributes);
        self.out.push_str(&format!(">{}</{}{name}>\n", escaped(text), self.prefix));
    }

    /// An open element whose type is this one of HL7's.
    pub(super) fn typed(&mut self, kind: &str) -> String {
        format!("{}{kind}", self.prefix)
    }
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
