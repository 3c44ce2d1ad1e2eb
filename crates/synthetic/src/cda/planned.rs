//! A result to be written, its place in the narrative and its entry.

use super::truth::CdaResult;
use super::xml::Xml;

/// A value of one of the types of CDA.
#[derive(Clone, Debug)]
pub(super) enum Value {
    /// A number with a unit.
    Quantity(String),
    /// An interval of which only the upper side is known; whether the bound itself is in it.
    Below(String, bool),
    /// An interval of which only the lower side is known.
    Above(String, bool),
    Real(String),
    Integer(String),
    Words(String),
    /// Words as encapsulated data.
    Encapsulated(String),
    Truth(bool),
    /// A day, `YYYYMMDD`.
    Day(String),
    /// A code: its type (CD, CE, CO), code, name.
    Code(&'static str, &'static str, &'static str),
    /// A titre.
    Ratio(String, String),
    /// An interval.
    Between(String, String),
    /// None: an antibiotic, whose interpretation says all.
    Nothing,
}

/// A result to be written.
#[derive(Clone, Debug)]
pub(super) struct Planned {
    pub(super) label: String,
    pub(super) loinc: Option<&'static str>,
    pub(super) local: &'static str,
    pub(super) value: Value,
    pub(super) unit: &'static str,
    pub(super) interpretation: Option<&'static str>,
    pub(super) low: Option<String>,
    pub(super) high: Option<String>,
    /// Value, unit, bounds.
    pub(super) second: Option<(String, &'static str, Option<String>, Option<String>)>,
    /// Value, day as `YYYYMMDD`.
    pub(super) previous: Vec<(String, String)>,
    pub(super) comment: Option<String>,
    pub(super) status: &'static str,
    /// What a reader must say of its standing.
    pub(super) flag: Option<&'static str>,
}

impl Planned {
    pub(super) fn new(label: &str, local: &'static str, value: Value) -> Self {
        Self {
            label: label.to_owned(),
            loinc: None,
            local,
            value,
            unit: "",
            interpretation: None,
            low: None,
            high: None,
            second: None,
            previous: Vec::new(),
            comment: None,
            status: "completed",
            flag: None,
        }
    }

    /// What a reader must find.
    pub(super) fn truth(&self, section: &str) -> CdaResult {
        let (value, comparator) = match &self.value {
            Value::Quantity(value) | Value::Real(value) | Value::Integer(value) => (value.clone(), None),
            Value::Below(value, included) => (value.clone(), Some(if *included { "<=" } else { "<" })),
            Value::Above(value, included) => (value.clone(), Some(if *included { ">=" } else { ">" })),
            Value::Words(words) | Value::Encapsulated(words) => (words.clone(), None),
            Value::Truth(truth) => ((if *truth { "Oui" } else { "Non" }).to_owned(), None),
            Value::Day(day) => (dashed(day), None),
            Value::Code(_, _, name) => ((*name).to_owned(), None),
            Value::Ratio(above, below) => (format!("{above}/{below}"), None),
            Value::Between(low, high) => (format!("{low} - {high}"), None),
            Value::Nothing => (antibiotic(self.interpretation).to_owned(), None),
        };
        CdaResult {
            section: section.to_owned(),
            label: self.label.clone(),
            value: Some(value),
            comparator,
            unit: Some(self.unit).filter(|unit| !unit.is_empty()).map(str::to_owned),
            flag: self.flag,
            low: self.low.clone(),
            high: self.high.clone(),
            second: self.second.as_ref().map(|(value, unit, ..)| (value.clone(), (*unit).to_owned())),
            previous: self.previous.iter().map(|(value, day)| (value.clone(), dashed(day))).collect(),
            comment: self.comment.clone(),
            status: match self.status {
                "aborted" => "cancelled",
                "active" => "preliminary",
                _ => "final",
            },
        }
    }

    /// Its row in the narrative.
    pub(super) fn row(&self, xml: &mut Xml, id: &str) {
        let truth = self.truth("");
        let value = [truth.comparator.unwrap_or_default(), truth.value.as_deref().unwrap_or_default(), self.unit];
        let bounds = match (&self.low, &self.high) {
            (Some(low), Some(high)) => format!("{low} - {high}"),
            (None, Some(high)) => format!("< {high}"),
            (Some(low), None) => format!("> {low}"),
            (None, None) => String::new(),
        };
        xml.open("tr", &[]);
        xml.open("td", &[]);
        xml.text("content", &[("ID", id)], &self.label);
        xml.close(1);
        xml.text("td", &[], value.join(" ").trim());
        xml.text("td", &[], &bounds);
        let earlier = self.previous.iter().map(|(value, day)| format!("{value} ({})", dashed(day)));
        xml.text("td", &[], &earlier.collect::<Vec<_>>().join(", "));
        xml.close(1);
        if let Some(comment) = &self.comment {
            xml.open("tr", &[]);
            xml.open("td", &[("colspan", "4")]);
            xml.text("content", &[("ID", &format!("{id}-c"))], comment);
            xml.close(2);
        }
    }

    /// Its entry.
    pub(super) fn entry(&self, xml: &mut Xml, id: &str, day: &str) {
        xml.open("observation", &[("classCode", "OBS"), ("moodCode", "EVN")]);
        xml.empty("templateId", &[("root", "1.3.6.1.4.1.19376.1.3.1.6")]);
        xml.empty("templateId", &[("root", "1.2.250.1.213.1.1.3.80")]);
        self.code(xml, Some(id));
        xml.empty("statusCode", &[("code", self.status)]);
        xml.empty("effectiveTime", &[("value", day)]);
        self.value(xml, &self.value);
        if let Some(code) = self.interpretation {
            xml.empty("interpretationCode", &[("code", code), ("codeSystem", "2.16.840.1.113883.5.83")]);
        }
        for (value, day) in &self.previous {
            xml.open("entryRelationship", &[("typeCode", "REFR")]);
            xml.open("observation", &[("classCode", "OBS"), ("moodCode", "EVN")]);
            self.code(xml, None);
            xml.empty("statusCode", &[("code", "completed")]);
            xml.empty("effectiveTime", &[("value", day)]);
            self.value(xml, &Value::Quantity(value.clone()));
            xml.close(2);
        }
        if self.comment.is_some() {
            xml.open("entryRelationship", &[("typeCode", "COMP")]);
            xml.open("act", &[("classCode", "ACT"), ("moodCode", "EVN")]);
            xml.empty("templateId", &[("root", "1.3.6.1.4.1.19376.1.5.3.1.4.2")]);
            xml.empty("code", &[("code", "48767-8"), ("codeSystem", "2.16.840.1.113883.6.1")]);
            xml.open("text", &[]);
            xml.empty("reference", &[("value", &format!("#{id}-c"))]);
            xml.close(3);
        }
        let second = self.second.as_ref().map(|(_, unit, low, high)| (*unit, low, high));
        for (unit, low, high) in [Some((self.unit, &self.low, &self.high)), second].into_iter().flatten() {
            range(xml, unit, low.as_deref(), high.as_deref());
        }
        xml.close(1);
    }

    fn code(&self, xml: &mut Xml, id: Option<&str>) {
        match self.loinc {
            Some(loinc) => xml.open(
                "code",
                &[
                    ("code", loinc),
                    ("codeSystem", "2.16.840.1.113883.6.1"),
                    ("displayName", "Libellé LOINC ; Numérique"),
                ],
            ),
            None => {
                xml.open("code", &[("code", self.local), ("codeSystem", "2.25.4711"), ("displayName", &self.label)])
            }
        }
        if let Some(id) = id {
            xml.open("originalText", &[]);
            xml.empty("reference", &[("value", &format!("#{id}"))]);
            xml.close(1);
        }
        xml.close(1);
    }

    fn value(&self, xml: &mut Xml, value: &Value) {
        let unit = if self.unit.is_empty() { "1" } else { self.unit };
        let kind = |xml: &mut Xml, kind: &str| xml.typed(kind);
        match value {
            Value::Quantity(number) => {
                let kind = kind(xml, "PQ");
                let attributes = [("xsi:type", kind.as_str()), ("value", number), ("unit", unit)];
                match (&self.second, std::ptr::eq(value, &raw const self.value)) {
                    (Some((number, unit, ..)), true) => {
                        xml.open("value", &attributes);
                        let system = ("codeSystem", "2.16.840.1.113883.6.8");
                        xml.empty("translation", &[("value", number), ("code", unit), system]);
                        xml.close(1);
                    }
                    _ => xml.empty("value", &attributes),
                }
            }
            Value::Below(number, included) => side(xml, "high", number, *included, unit),
            Value::Above(number, included) => side(xml, "low", number, *included, unit),
            Value::Real(number) => {
                let kind = kind(xml, "REAL");
                xml.empty("value", &[("xsi:type", &kind), ("value", number)]);
            }
            Value::Integer(number) => {
                let kind = kind(xml, "INT");
                xml.empty("value", &[("xsi:type", &kind), ("value", number)]);
            }
            Value::Words(words) => {
                let kind = kind(xml, "ST");
                xml.text("value", &[("xsi:type", &kind)], words);
            }
            Value::Encapsulated(words) => {
                let kind = kind(xml, "ED");
                xml.text("value", &[("xsi:type", &kind)], words);
            }
            Value::Truth(truth) => {
                let kind = kind(xml, "BL");
                xml.empty("value", &[("xsi:type", &kind), ("value", if *truth { "true" } else { "false" })]);
            }
            Value::Day(day) => {
                let kind = kind(xml, "TS");
                xml.empty("value", &[("xsi:type", &kind), ("value", day)]);
            }
            Value::Code(of, code, name) => {
                let kind = kind(xml, of);
                let attributes = [("xsi:type", kind.as_str()), ("code", code), ("codeSystem", "2.25.4712")];
                xml.empty("value", &[&attributes[..], &[("displayName", name)]].concat());
            }
            Value::Ratio(above, below) => {
                let kind = kind(xml, "RTO_PQ_PQ");
                xml.open("value", &[("xsi:type", &kind)]);
                xml.empty("numerator", &[("value", above), ("unit", "1")]);
                xml.empty("denominator", &[("value", below), ("unit", "1")]);
                xml.close(1);
            }
            Value::Between(low, high) => {
                let kind = kind(xml, "IVL_PQ");
                xml.open("value", &[("xsi:type", &kind)]);
                xml.empty("low", &[("value", low), ("unit", unit)]);
                xml.empty("high", &[("value", high), ("unit", unit)]);
                xml.close(1);
            }
            Value::Nothing => {}
        }
    }
}

/// An interval with one side open.
fn side(xml: &mut Xml, side: &str, number: &str, included: bool, unit: &str) {
    let kind = xml.typed("IVL_PQ");
    xml.open("value", &[("xsi:type", &kind)]);
    let included = if included { "true" } else { "false" };
    xml.empty(side, &[("value", number), ("unit", unit), ("inclusive", included)]);
    xml.close(1);
}

fn range(xml: &mut Xml, unit: &str, low: Option<&str>, high: Option<&str>) {
    if low.is_none() && high.is_none() {
        return;
    }
    let kind = xml.typed("IVL_PQ");
    xml.open("referenceRange", &[]);
    xml.open("observationRange", &[]);
    xml.open("value", &[("xsi:type", &kind)]);
    let unit = if unit.is_empty() { "1" } else { unit };
    for (side, bound) in [("low", low), ("high", high)] {
        if let Some(bound) = bound {
            xml.empty(side, &[("value", bound), ("unit", unit)]);
        }
    }
    xml.close(1);
    xml.empty("interpretationCode", &[("code", "N"), ("codeSystem", "2.16.840.1.113883.5.83")]);
    xml.close(2);
}

fn antibiotic(code: Option<&str>) -> &'static str {
    match code {
        Some("S") => "Sensible à posologie standard",
        Some("I") => "Sensible à forte posologie",
        _ => "Résistant",
    }
}

/// `20250513` to `2025-05-13`.
pub(super) fn dashed(day: &str) -> String {
    let piece = |from: usize, to: usize| day.get(from..to).unwrap_or_default();
    format!("{}-{}-{}", piece(0, 4), piece(4, 6), piece(6, 8))
}
