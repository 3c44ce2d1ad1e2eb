//! Attached documents and their pages in words.

use super::Advice;
use bannette_api::dossiers::PageTrouble;

/// What an attached document is, for whoever opens it: its file name is a technical detail.
#[must_use]
pub fn kind(media_type: &str, name: Option<&str>) -> &'static str {
    let kind = media_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    let ending = name.and_then(|name| name.rsplit_once('.')).map(|(_, ending)| ending.to_ascii_lowercase());
    let ending = ending.unwrap_or_default();
    match (kind.as_str(), ending.as_str()) {
        ("application/pdf", _) => "Document PDF",
        (_, "hl7" | "oru" | "er7") => "Fichier du laboratoire (HL7)",
        (_, "hpr" | "hprim" | "hpm") => "Fichier du laboratoire (HPRIM)",
        ("text/xml" | "application/xml" | "application/cda+xml" | "application/hl7-cda+xml", _) => {
            "Compte rendu structuré (XML)"
        }
        ("application/zip" | "application/x-zip-compressed", _) => "Archive (ZIP)",
        ("message/rfc822", _) => "Message joint",
        (kind, _) if kind.starts_with("image/") => "Image",
        (kind, _) if kind.starts_with("text/") => "Texte",
        _ => "Fichier",
    }
}

/// What each of several documents is called: by what it is, with its file name only where that tells it from another.
#[must_use]
pub fn titles<'a>(all: impl Iterator<Item = (&'a str, Option<&'a str>)>) -> Vec<String> {
    let all: Vec<(&'static str, Option<&str>)> = all.map(|(media, name)| (kind(media, name), name)).collect();
    let title = |(kind, name): &(&'static str, Option<&str>)| {
        let alone = all.iter().filter(|(other, _)| other == kind).count() < 2;
        match name.filter(|_| !alone) {
            Some(name) => format!("{kind} · {name}"),
            None => (*kind).to_owned(),
        }
    };
    all.iter().map(title).collect()
}

/// Shows the pages of a document.
pub const VIEW: &str = "Voir";
/// Goes back to the results.
pub const CLOSE: &str = "Revenir aux résultats";
/// The page before.
pub const BEFORE: &str = "Page précédente";
/// The page after.
pub const AFTER: &str = "Page suivante";
/// Draws it larger.
pub const LARGER: &str = "Agrandir";
/// Draws it smaller.
pub const SMALLER: &str = "Réduire";
/// Asks again.
pub const AGAIN: &str = "Réessayer";
/// Opens the document in the program that the post has for it.
pub const OPEN: &str = "Ouvrir dans le lecteur du poste";

/// That the search does not find the words of a document.
pub const UNSEARCHED: &str =
    "Les mots d’un document joint n’ont pas pu être lus\u{a0}: la recherche ne les trouve pas. Ouvrez-le pour le lire.";

/// That a page is not shown whole, and what to do.
#[must_use]
pub fn signs_missing() -> Advice {
    Advice::new(
        "Des signes manquent sur cette page.",
        "Un cadre vide marque leur place lorsqu’elle est connue. Ne vous fiez pas à cette image\u{a0}: ouvrez le document \
         dans le lecteur du poste.",
    )
}

/// After it was opened.
#[must_use]
pub fn opened(path: &str) -> String {
    format!("Le document s’ouvre dans le lecteur du poste. Il est enregistré\u{a0}: {path}")
}

/// After it was written, and no program opened it.
#[must_use]
pub fn not_opened(path: &str) -> String {
    format!("Le lecteur du poste n’a pas pu être lancé. Le document est enregistré, ouvrez-le vous-même\u{a0}: {path}")
}

/// « Page 2 sur 3 »; before the first page is drawn, nobody knows how many there are.
#[must_use]
pub fn page(page: u32, pages: Option<u32>) -> String {
    let page = u64::from(page) + 1;
    pages.map_or_else(|| format!("Page {page}"), |pages| format!("Page {page} sur {pages}"))
}

/// « Page 2 sur 3 de compte-rendu.pdf ».
#[must_use]
pub fn page_of(number: u32, pages: u32, name: &str) -> String {
    format!("{} de {name}", page(number, Some(pages)))
}

/// While a page is being drawn.
#[must_use]
pub fn drawing(number: u32, pages: Option<u32>) -> String {
    format!("{}\u{a0}: préparation de l’image…", page(number, pages))
}

/// Why a page is not shown, and what to do.
#[must_use]
pub fn trouble(why: PageTrouble) -> Advice {
    const SAVE: &str = "Enregistrez-la pour l’ouvrir avec un autre programme.";
    let what = match why {
        PageTrouble::NotPdf => "Cette pièce jointe n’est pas un PDF, bien qu’elle soit annoncée comme tel.",
        PageTrouble::Encrypted => "Cette pièce jointe est protégée\u{a0}: ses pages ne peuvent pas être montrées ici.",
        PageTrouble::Damaged => "Cette pièce jointe est abîmée\u{a0}: la page n’a pas pu être lue.",
        PageTrouble::NoSuchPage => "Cette pièce jointe n’a pas cette page.",
        PageTrouble::TooLarge => "Cette pièce jointe est trop grande ou trop complexe pour être montrée ici.",
        PageTrouble::TooSlow => "La page n’a pas pu être préparée assez vite.",
        PageTrouble::Failed => "La préparation de cette page a échoué.",
    };
    let then = match why {
        PageTrouble::NoSuchPage => "Revenez à une autre page, ou enregistrez-la pour l’ouvrir avec un autre programme.",
        PageTrouble::TooSlow | PageTrouble::Failed => {
            "Réessayez dans un instant, ou enregistrez-la pour l’ouvrir avec un autre programme."
        }
        _ => SAVE,
    };
    Advice::new(what, then)
}

/// Whether a media type is a PDF's.
#[must_use]
pub fn is_pdf(media_type: &str) -> bool {
    let kind = media_type.split(';').next().unwrap_or_default();
    kind.trim().eq_ignore_ascii_case("application/pdf")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_are_counted_from_one() {
        assert_eq!(page(0, None), "Page 1");
        assert_eq!(page(1, Some(3)), "Page 2 sur 3");
        assert_eq!(page_of(0, 3, "compte-rendu.pdf"), "Page 1 sur 3 de compte-rendu.pdf");
        assert_eq!(drawing(0, None), "Page 1\u{a0}: préparation de l’image…");
    }

    #[test]
    fn what_is_missing_is_said_and_where_to_see_it() {
        let said = signs_missing();
        assert_eq!(said.what, "Des signes manquent sur cette page.");
        assert!(said.then.contains("lecteur du poste"));
        assert!(opened("/tmp/bilan.pdf").ends_with("/tmp/bilan.pdf"));
        assert!(not_opened("/tmp/bilan.pdf").contains("ouvrez-le vous-même"));
    }

    #[test]
    fn every_trouble_says_what_to_do() {
        let all = [
            PageTrouble::NotPdf,
            PageTrouble::Encrypted,
            PageTrouble::Damaged,
            PageTrouble::NoSuchPage,
            PageTrouble::TooLarge,
            PageTrouble::TooSlow,
            PageTrouble::Failed,
        ];
        let mut said: Vec<String> = all.iter().map(|why| trouble(*why).what).collect();
        assert!(all.iter().all(|why| trouble(*why).then.contains("nregistrez-la")));
        said.dedup();
        assert_eq!(said.len(), all.len());
    }

    #[test]
    fn a_document_is_called_by_what_it_is() {
        let one = [("application/pdf", Some("x.pdf")), ("text/plain", Some("006.HL7"))];
        assert_eq!(titles(one.into_iter()), ["Document PDF", "Fichier du laboratoire (HL7)"]);
        let two = [("application/pdf", Some("a.pdf")), ("application/pdf", None)];
        assert_eq!(titles(two.into_iter()), ["Document PDF · a.pdf", "Document PDF"]);
    }

    #[test]
    fn a_pdf_is_known_by_its_media_type() {
        assert!(is_pdf("application/pdf"));
        assert!(is_pdf("Application/PDF; name=\"a.pdf\""));
        assert!(!is_pdf("text/plain"));
        assert!(!is_pdf("application/pdfx"));
    }
}
