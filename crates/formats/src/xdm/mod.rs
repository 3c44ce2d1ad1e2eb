//! IHE XDM (ITI TF-1 16, TF-2 3.32), as MSSanté carries it: a zip with `IHE_XDM/SUBSET01/METADATA.XML` and the documents
//! that it lists; any other zip is read as a mere bag of documents.
//!
//! What METADATA.XML says is checked against what is there: documents missing, not listed, or of another size or hash
//! are kept and said. It must never open what an office program keeps in a zip, never take a path for more than a name,
//! and never hide a document.

mod identifier;
mod metadata;
mod submission;

use crate::limits;
use crate::readers;
use crate::zip::{self, Budget, Entry, Refused, Unpacked};
use bannette_api::report::{Warning, WarningCode};
use sha1::{Digest, Sha1};
pub(crate) use submission::{Listed, Submission};

/// Whether these bytes are a zip archive.
pub(crate) fn is_in(bytes: &[u8]) -> bool {
    zip::is_in(bytes)
}

/// What a zip archive turned out to be.
#[derive(Debug)]
pub(crate) enum Opened {
    /// Documents.
    Package(Package),
    /// The file of an office program: a document, not an archive of documents.
    OfficeDocument,
    /// It is kept closed; the warning says why.
    Refused(Warning),
}

/// The documents of an archive.
#[derive(Debug, Default)]
pub(crate) struct Package {
    /// Whether it is an IHE XDM archive.
    pub(crate) is_xdm: bool,
    /// Its documents, those that METADATA.XML lists first, in its order.
    pub(crate) documents: Vec<Packed>,
    /// What each METADATA.XML says.
    pub(crate) submissions: Vec<Submission>,
    /// What is missing, doubtful or could not be unpacked.
    pub(crate) warnings: Vec<Warning>,
}

/// A document of an archive.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Packed {
    /// Its path in the archive, with `/`; not safe to write.
    pub(crate) path: String,
    /// Media type: of METADATA.XML, else by the extension, else empty.
    pub(crate) media_type: String,
    /// Its content.
    pub(crate) bytes: Vec<u8>,
    /// Which [`Submission`] lists it, and as which of its documents.
    pub(crate) listed: Option<(usize, usize)>,
}

impl Package {
    /// What METADATA.XML says of a document.
    pub(crate) fn listing(&self, document: &Packed) -> Option<&Listed> {
        let (submission, at) = document.listed?;
        self.submissions.get(submission)?.documents.get(at)
    }

    fn warn(&mut self, code: WarningCode, message: String) {
        if self.warnings.len() < limits::WARNINGS {
            self.warnings.push(Warning { code, line: None, message });
        }
    }

    /// Unpacks an entry, and says what is wrong with it.
    fn unpack(&mut self, path: &str, entry: &Entry<'_>, budget: &mut Budget) -> Option<Vec<u8>> {
        let name = shown(path);
        match entry.unpack(budget) {
            Unpacked::Whole(bytes) => return Some(bytes),
            Unpacked::Broken(bytes) => {
                self.warn(WarningCode::BrokenArchive, format!("«\u{a0}{name}\u{a0}» est coupé ou abîmé dans l’archive."));
                return Some(bytes);
            }
            Unpacked::Limit => self.warn(
                WarningCode::ArchiveLimit,
                format!("«\u{a0}{name}\u{a0}» est trop volumineux pour être sorti de l’archive, qui est conservée."),
            ),
            Unpacked::Encrypted => self.warn(
                WarningCode::Encrypted,
                format!("«\u{a0}{name}\u{a0}» est chiffré dans l’archive et ne peut pas être ouvert ici."),
            ),
            Unpacked::UnknownMethod => self.warn(
                WarningCode::BrokenArchive,
                format!("«\u{a0}{name}\u{a0}» est compressé d’une manière qui n’est pas lue ici\u{a0}; l’archive est conservée."),
            ),
        }
        None
    }

    /// Holds a document against what METADATA.XML says of it.
    fn check(&mut self, listed: &Listed, bytes: &[u8]) {
        let name = shown(&listed.uri);
        if listed.size.is_some_and(|size| u64::try_from(bytes.len()).is_ok_and(|length| length != size)) {
            self.warn(
                WarningCode::DocumentAltered,
                format!(
                    "«\u{a0}{name}\u{a0}» n’a pas la taille annoncée par l’envoi\u{a0}: vérifiez qu’il est complet."
                ),
            );
        }
        if listed.sha1.as_deref().is_some_and(|sha1| !sha1.eq_ignore_ascii_case(&hexadecimal(&Sha1::digest(bytes)))) {
            self.warn(
                WarningCode::DocumentAltered,
                format!(
                    "«\u{a0}{name}\u{a0}» n’a pas l’empreinte annoncée par l’envoi\u{a0}: il a peut-être été modifié."
                ),
            );
        }
    }
}

/// Opens a zip archive.
pub(crate) fn open(bytes: &[u8], budget: &mut Budget) -> Opened {
    let archive = match zip::list(bytes, budget) {
        Ok(archive) => archive,
        Err(refused) => return Opened::Refused(refusal(refused)),
    };
    let mut entries: Vec<Option<(String, Entry<'_>)>> =
        archive.entries.into_iter().map(|entry| Some((entry.path.replace('\\', "/"), entry))).collect();
    if paths(&entries).any(is_of_office) {
        budget.entries = budget.entries.saturating_add(entries.len());
        return Opened::OfficeDocument;
    }
    let mut package = Package::default();
    if archive.broken {
        package.warn(
            WarningCode::BrokenArchive,
            "Une archive (zip) est coupée ou abîmée\u{a0}: il manque peut-être un document.".to_owned(),
        );
    }
    for slot in &mut entries {
        if slot.as_ref().is_some_and(|(path, entry)| is_metadata(path) && package.read_metadata(path, entry, budget)) {
            *slot = None;
        }
    }
    package.is_xdm = !package.submissions.is_empty() || paths(&entries).any(is_in_xdm_folder);
    if package.is_xdm && package.submissions.is_empty() {
        package.warn(
            WarningCode::UnreadMetadata,
            "La description de l’envoi (METADATA.XML) manque\u{a0}: l’identité n’a pas pu être vérifiée.".to_owned(),
        );
    }
    package.take_listed(&mut entries, budget);
    package.take_others(entries, budget);
    Opened::Package(package)
}

impl Package {
    /// Reads a METADATA.XML. What is none stays a document.
    fn read_metadata(&mut self, path: &str, entry: &Entry<'_>, budget: &mut Budget) -> bool {
        let Some(bytes) = self.unpack(path, entry, budget) else { return false };
        let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
        let read = metadata::read(&bytes, folder);
        if !matches!(read, Some((_, true))) {
            self.warn(
                WarningCode::UnreadMetadata,
                "La description de l’envoi (METADATA.XML) n’a pas pu être lue en entier\u{a0}: vérifiez l’identité."
                    .to_owned(),
            );
        }
        let Some((submission, _)) = read else { return false };
        self.submissions.push(submission);
        true
    }

    /// Takes the documents that METADATA.XML lists.
    fn take_listed(&mut self, entries: &mut [Option<(String, Entry<'_>)>], budget: &mut Budget) {
        let index = Index::of(entries);
        let wanted: Vec<(usize, usize, Listed)> = (0..)
            .zip(&self.submissions)
            .flat_map(|(submission, said)| {
                (0..).zip(&said.documents).map(move |(at, listed)| (submission, at, listed.clone()))
            })
            .collect();
        for (submission, at, listed) in wanted {
            let folder = self.submissions.get(submission).map(|said| said.folder.clone()).unwrap_or_default();
            let Some(place) = index.find(&folder, &listed.uri) else {
                self.warn(
                    WarningCode::DocumentMissing,
                    format!("«\u{a0}{}\u{a0}», annoncé par l’envoi, ne s’y trouve pas.", shown(&listed.uri)),
                );
                continue;
            };
            // Listed twice, it is there once.
            let Some((path, entry)) = entries.get_mut(place).and_then(Option::take) else { continue };
            if let Some(bytes) = self.unpack(&path, &entry, budget) {
                self.check(&listed, &bytes);
                let media_type = listed.media_type.clone().unwrap_or_else(|| by_extension(&path).to_owned());
                self.documents.push(Packed { path, media_type, bytes, listed: Some((submission, at)) });
            }
        }
    }

    /// Takes what is there and not listed.
    fn take_others(&mut self, entries: Vec<Option<(String, Entry<'_>)>>, budget: &mut Budget) {
        for (path, entry) in entries.into_iter().flatten() {
            if is_furniture(&path, self.is_xdm) {
                continue;
            }
            let stylesheet = self.is_xdm && is_stylesheet(&path);
            let Some(bytes) = self.unpack(&path, &entry, budget) else { continue };
            // A stylesheet may hold the report that it shows (CI-SIS, « auto-présentable »).
            if stylesheet && readers::of(&bytes).is_none() {
                continue;
            }
            if !self.submissions.is_empty() {
                self.warn(
                    WarningCode::DocumentNotListed,
                    format!("«\u{a0}{}\u{a0}» se trouve dans l’envoi sans y être annoncé.", shown(&path)),
                );
            }
            let media_type = by_extension(&path).to_owned();
            self.documents.push(Packed { path, media_type, bytes, listed: None });
        }
    }
}

fn refusal(refused: Refused) -> Warning {
    let (code, message) = match refused {
        Refused::Limit => (
            WarningCode::ArchiveLimit,
            "Une archive (zip) dépasse ce qui peut être ouvert sans risque\u{a0}; elle est conservée telle quelle.",
        ),
        Refused::Broken => (
            WarningCode::BrokenArchive,
            "Une archive (zip) est abîmée et n’a pas pu être ouverte\u{a0}; elle est conservée telle quelle.",
        ),
    };
    Warning { code, line: None, message: message.to_owned() }
}

/// Where each path of an archive stands, whatever its case.
struct Index {
    by_path: std::collections::HashMap<String, usize>,
    /// By the last piece of the path; none where several share it.
    by_name: std::collections::HashMap<String, Option<usize>>,
}

impl Index {
    fn of(entries: &[Option<(String, Entry<'_>)>]) -> Self {
        let mut index = Self { by_path: std::collections::HashMap::new(), by_name: std::collections::HashMap::new() };
        for (place, path) in entries.iter().enumerate().filter_map(|(at, slot)| Some((at, &slot.as_ref()?.0))) {
            index.by_path.entry(folded(path)).or_insert(place);
            let name = folded(path.rsplit('/').next().unwrap_or_default());
            index.by_name.entry(name).and_modify(|known| *known = None).or_insert(Some(place));
        }
        index
    }

    /// The entry of a URI: beside its METADATA.XML, else from the top, else the only one of that name.
    fn find(&self, folder: &str, uri: &str) -> Option<usize> {
        let uri = uri.replace('\\', "/");
        let beside = if folder.is_empty() { folded(&uri) } else { folded(&format!("{folder}/{uri}")) };
        let by_path = self.by_path.get(&beside).or_else(|| self.by_path.get(&folded(&uri)));
        by_path.copied().or_else(|| *self.by_name.get(&folded(uri.rsplit('/').next().unwrap_or_default()))?)
    }
}

/// A path to compare: lower case, without `./` and doubled separators.
fn folded(path: &str) -> String {
    let pieces: Vec<&str> = path.split('/').filter(|piece| !piece.is_empty() && *piece != ".").collect();
    pieces.join("/").to_lowercase()
}

fn paths<'a>(entries: &'a [Option<(String, Entry<'_>)>]) -> impl Iterator<Item = &'a str> {
    entries.iter().flatten().map(|(path, _)| path.as_str())
}

/// The last piece of a path, to be shown.
fn shown(path: &str) -> String {
    crate::safe_name(path).0
}

fn is_metadata(path: &str) -> bool {
    path.rsplit('/').next().is_some_and(|name| name.eq_ignore_ascii_case("METADATA.XML"))
}

fn is_in_xdm_folder(path: &str) -> bool {
    path.split('/').any(|piece| piece.eq_ignore_ascii_case("IHE_XDM"))
}

/// The files by which the archives of office programs are known.
fn is_of_office(path: &str) -> bool {
    matches!(path, "[Content_Types].xml" | "mimetype" | "META-INF/MANIFEST.MF" | "META-INF/manifest.xml")
}

/// What makes a package and is no document of it.
fn is_furniture(path: &str, is_xdm: bool) -> bool {
    let path = path.to_ascii_lowercase();
    let name = path.rsplit('/').next().unwrap_or_default();
    let of_systems = path.starts_with("__macosx/") || matches!(name, ".ds_store" | "thumbs.db" | "desktop.ini");
    let of_xdm =
        matches!(name, "index.htm" | "index.html" | "readme.txt") || name.ends_with(".css") || name.ends_with(".xsd");
    of_systems || is_xdm && of_xdm
}

fn is_stylesheet(path: &str) -> bool {
    let path = path.to_ascii_lowercase();
    path.ends_with(".xsl") || path.ends_with(".xslt")
}

fn by_extension(path: &str) -> &'static str {
    match path.rsplit_once('.').map(|(_, extension)| extension.to_ascii_lowercase()).as_deref() {
        Some("pdf") => "application/pdf",
        Some("xml") => "text/xml",
        Some("htm" | "html") => "text/html",
        Some("jpg" | "jpeg") => "image/jpeg",
        Some("png") => "image/png",
        Some("zip") => "application/zip",
        _ => "",
    }
}

fn hexadecimal(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes.iter().fold(String::new(), |mut text, byte| {
        // Writing to a String cannot fail.
        write!(text, "{byte:02x}").unwrap_or_default();
        text
    })
}
