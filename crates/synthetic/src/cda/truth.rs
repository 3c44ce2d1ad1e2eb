//! What a reader must find in an invented CDA document.

/// An invented CDA document, and what a reader must find in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CdaSpecimen {
    /// The document.
    pub bytes: Vec<u8>,
    /// A name for it as a file.
    pub file_name: String,
    /// 1 (a PDF inside) or 3 (results).
    pub level: u8,
    /// Identifier of the document, `root^extension`.
    pub id: String,
    /// Identifier of the document that it replaces.
    pub replaces: Option<String>,
    /// `partial`, `complete` or `corrected`.
    pub status: &'static str,
    /// Birth name of the patient.
    pub birth_name: String,
    /// Used name, where it is another.
    pub used_name: Option<String>,
    /// First of the birth first names.
    pub first_name: String,
    /// `YYYY-MM-DD`
    pub birth_date: String,
    /// `F` or `M`.
    pub sex: &'static str,
    /// Matricule INS and who gave it.
    pub ins: Option<(String, &'static str)>,
    /// The laboratory's number.
    pub number: String,
    /// The laboratory's name.
    pub laboratory: String,
    /// Its results, in order.
    pub results: Vec<CdaResult>,
    /// The PDF inside.
    pub pdf: Option<Vec<u8>>,
    /// Whether a result is critical.
    pub critical: bool,
    /// Whether a result is abnormal (a critical one is).
    pub abnormal: bool,
}

/// A result in an invented CDA document. Values as a reader shows them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CdaResult {
    /// The title of what it stands in: section, battery or germ.
    pub section: String,
    /// What was measured.
    pub label: String,
    /// Its value.
    pub value: Option<String>,
    /// `<`, `<=`, `>`, `>=`.
    pub comparator: Option<&'static str>,
    /// Its unit (UCUM).
    pub unit: Option<String>,
    /// `normal`, `low`, `high`, `critically_low`, `critically_high`, `abnormal`.
    pub flag: Option<&'static str>,
    /// Its bounds.
    pub low: Option<String>,
    /// Its bounds.
    pub high: Option<String>,
    /// The same in another unit: value, unit.
    pub second: Option<(String, String)>,
    /// Earlier values, never results of their own: value, day (`YYYY-MM-DD`).
    pub previous: Vec<(String, String)>,
    /// A comment that the reader must give with it.
    pub comment: Option<String>,
    /// `final`, `preliminary` or `cancelled`.
    pub status: &'static str,
}
