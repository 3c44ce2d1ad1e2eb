//! The hidden mailbox's mail: a canary in every field that a message and each format can carry.

use crate::words::Canaries;
use bannette_synthetic::{Generator, XdmDocument, XdmPatient};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use std::path::Path;

/// Fills a watched folder: one file of each kind, each under a name that is a canary too.
pub fn fill(folder: &Path, canaries: &mut Canaries) {
    let mut generator = Generator::new(11);
    let write = |canaries: &mut Canaries, kind: &str, extension: &str, bytes: Vec<u8>| {
        let name = format!("{}.{extension}", canaries.word(&format!("{kind}: file name")));
        std::fs::write(folder.join(name), bytes).unwrap();
    };
    let bytes = hprim(canaries, "hprim");
    write(canaries, "hprim", "hpr", bytes.into_bytes());
    let bytes = segments(canaries, "hprim santé", '~');
    write(canaries, "hprim santé", "hpr", bytes.into_bytes());
    let bytes = segments(canaries, "hl7", '^');
    write(canaries, "hl7", "hl7", bytes.into_bytes());
    let bytes = cda(canaries, "cda", &mut generator);
    write(canaries, "cda", "xml", bytes);
    let bytes = pdf(canaries, "pdf", &mut generator);
    write(canaries, "pdf", "pdf", bytes);
    let bytes = canaries.word("unknown: text").into_bytes();
    write(canaries, "unknown", "txt", [b"Note ", &bytes[..]].concat());
    let bytes = mail(canaries, &mut generator);
    write(canaries, "mail", "eml", bytes);
    let bytes = xdm(canaries, &mut generator);
    write(canaries, "xdm", "eml", bytes);
}

/// HPRIM Médecin: the twelve lines of the header, the remarks, the results with all their fields.
pub fn hprim(canaries: &mut Canaries, kind: &str) -> String {
    let mut word = |field: &str| canaries.word(&format!("{kind}: {field}"));
    let lines = [
        word("patient id"),
        word("last name"),
        word("first name"),
        format!("12 RUE {}", word("street")),
        word("second line of the address"),
        format!("76600 {}", word("town")),
        "07/11/1913".to_owned(),
        format!("2131199999001 {}", word("insured number")),
        word("report number"),
        "22/11/2026".to_owned(),
        format!("{:<10} Laboratoire {}", word("laboratory code"), word("laboratory")),
        format!("{:<10} Dr {}", word("doctor code"), word("doctor")),
        format!("Compte rendu {}", word("narrative")),
        "****LAB****".to_owned(),
        format!("TEX|{}", word("comment")),
        format!("RES|{}|{}|N|6.8|mmol/L|3.5|5.1|HH|F||||", word("label"), word("code")),
        format!("RES|Germe|GERM|A|{}||||A|F||||", word("value")),
        format!("RES|Dosage|DOS|N|4.2|{}|3.5|5.1|N|F||||", word("unit")),
        "****FIN****".to_owned(),
        "****FINFICHIER****".to_owned(),
        String::new(),
    ];
    canaries.note(&format!("{kind}: birth date"), &["1913-11-07", "07/11/1913"]);
    lines.join("\r\n")
}

/// HPRIM Santé (`~`) or HL7 v2 (`^`).
fn segments(canaries: &mut Canaries, kind: &str, sign: char) -> String {
    let hl7 = sign == '^';
    let mut word = |field: &str| canaries.word(&format!("{kind}: {field}"));
    let (last, first) = (word("last name"), word("first name"));
    let laboratory = word("laboratory");
    let (number, street, town) = (word("patient number"), word("street"), word("town"));
    let birth = if hl7 { "19141208" } else { "19150109" };
    let head = if hl7 {
        let message = word("message id");
        format!("MSH|^~\\&|SIL|{laboratory}^1.2.3^ISO|BANNETTE|CABINET|20261122155900||ORU^R01^ORU_R01|{message}|P|2.5")
    } else {
        let file = word("file name in the header");
        format!("H|~^\\&|{file}.HPR||LAB~{laboratory}||ORU|||CAB~Cabinet des Essais||P|H2.1~C|202611221559")
    };
    let patient = if hl7 {
        format!("PID|1||{number}^^^EXEMPLE&1.2.9&ISO^PI||{last}^{first}||{birth}|F|||{street}^^{town}^^76600^FRA")
    } else {
        format!("P|1|{number}|L{number}||{last}~{first}||{birth}|F||{street}~~{town}~~76600")
    };
    let (title, order, doctor) = (word("panel"), word("order number"), word("doctor"));
    let (label, code, value, comment) = (word("label"), word("code"), word("value"), word("comment"));
    let note = if hl7 { format!("NTE|1|L|{comment}") } else { format!("C|1|L|{comment}") };
    let lines = [
        head,
        patient,
        format!("OBR|1||{order}|P1{sign}{title}{sign}L|R||202611220815|||||||||1001{sign}{doctor}|||||||||F"),
        format!("OBX|1|NM|{code}{sign}{label}{sign}L||6.8|mmol/L|3.5 - 5.1|HH|||F|||202611220815"),
        format!("OBX|2|TX|CONC{sign}Conclusion{sign}L||{value}||||||F"),
        note,
    ];
    let dashed = format!("{}-{}-{}", &birth[..4], &birth[4..6], &birth[6..]);
    canaries.note(&format!("{kind}: birth date"), &[birth, &dashed]);
    let end = if hl7 { "\r" } else { "\r\n" };
    let mut text = lines.join(end) + end;
    if !hl7 {
        text.push_str("L|1||1|7\r\n");
    }
    text
}

/// A generated CDA R2 of level 3 with the words of each field in place of the generated ones.
fn cda(canaries: &mut Canaries, kind: &str, generator: &mut Generator) -> Vec<u8> {
    let plain = |report: &bannette_synthetic::CdaSpecimen| {
        let text = String::from_utf8_lossy(&report.bytes).into_owned();
        text.is_ascii() || text.contains("encoding=\"UTF-8\"") || !text.contains("encoding=")
    };
    let report = std::iter::from_fn(|| Some(generator.cda_n3()))
        .take(500)
        .find(|report| report.results.len() > 4 && plain(report))
        .unwrap();
    let mut text = String::from_utf8(report.bytes).unwrap();
    let mut put = |old: &str, field: &str, around: fn(&str) -> String| {
        let word = canaries.word(&format!("{kind}: {field}"));
        assert!(text.contains(&around(old)), "{field}: no {old} in the generated CDA");
        text = text.replace(&around(old), &around(&word));
    };
    let content: fn(&str) -> String = |text| format!(">{text}<");
    let attribute: fn(&str) -> String = |text| format!("extension=\"{text}\"");
    put(&report.birth_name, "birth name", content);
    put(&report.first_name, "first name", content);
    put("FICTIF", "author", content);
    put("PRESCRIPTEUR", "prescriber", content);
    put("Compte rendu d'examens biologiques", "title", content);
    put("Valeurs de référence", "narrative", content);
    put(&report.number, "report number", attribute);
    let street = between(&text, "<streetAddressLine>", "</").or_else(|| between(&text, "streetAddressLine>", "</"));
    let street = street.unwrap().to_owned();
    let mut put = |old: &str, field: &str| {
        let word = canaries.word(&format!("{kind}: {field}"));
        text = text.replace(&format!(">{old}<"), &format!(">{word}<"));
    };
    put(&street, "street");
    text.into_bytes()
}

fn between<'a>(text: &'a str, start: &str, end: &str) -> Option<&'a str> {
    let (_, rest) = text.split_once(start)?;
    rest.split_once(end).map(|(found, _)| found)
}

/// A report as a PDF whose patient has a canary's name, letter for letter: the file's table of places stays true.
fn pdf(canaries: &mut Canaries, kind: &str, generator: &mut Generator) -> Vec<u8> {
    let word = canaries.word(&format!("{kind}: text of the page"));
    let mut bytes = generator.pdf_report(2, false).bytes;
    let old = b"Biologie m";
    assert_eq!(word.len(), old.len());
    let places: Vec<usize> = (0..bytes.len() - old.len()).filter(|at| bytes[*at..].starts_with(old)).collect();
    assert!(!places.is_empty());
    for at in places {
        bytes[at..at + old.len()].copy_from_slice(word.as_bytes());
    }
    bytes
}

fn attached(name: &str, kind: &str, bytes: &[u8]) -> String {
    let encoded = STANDARD.encode(bytes);
    let lines: Vec<&str> = (0..encoded.len()).step_by(76).map(|at| &encoded[at..encoded.len().min(at + 76)]).collect();
    format!(
        "--limite\r\nContent-Type: {kind}; name=\"{name}\"\r\nContent-Transfer-Encoding: base64\r\n\
         Content-Disposition: attachment; filename=\"{name}\"\r\n\r\n{}\r\n",
        lines.join("\r\n")
    )
}

/// A mail with everything that a mail can carry: its header fields, its words, a payload, a PDF and a text.
fn mail(canaries: &mut Canaries, generator: &mut Generator) -> Vec<u8> {
    let payload = hprim(canaries, "payload of a mail");
    let document = pdf(canaries, "PDF of a mail", generator);
    let mut word = |field: &str| canaries.word(&format!("mail: {field}"));
    let mut message = format!(
        "From: Laboratoire {} <{}@labo.test>\r\nTo: {}@medecin.test\r\nCc: {}@medecin.test\r\nSubject: Resultats {}\r\n\
         Date: Sun, 22 Nov 2026 08:10:00 +0100\r\nMessage-ID: <{}@labo.test>\r\nX-MSS-NIL: {}\r\n\
         X-MSS-CODECDA: {}\r\nDisposition-Notification-To: <{}@labo.test>\r\nX-Mailer: {}\r\nMIME-Version: 1.0\r\n\
         Content-Type: multipart/mixed; boundary=limite\r\n\r\n--limite\r\n\
         Content-Type: text/plain; charset=utf-8\r\n\r\nBonjour, {}\r\n",
        word("sender's name"),
        word("sender's address"),
        word("recipient"),
        word("copy"),
        word("subject"),
        word("message id"),
        word("X-MSS-NIL"),
        word("X-MSS-CODECDA"),
        word("notification"),
        word("another field"),
        word("words"),
    );
    message.push_str(&attached(&format!("{}.hpr", word("payload's name")), "application/hprim", payload.as_bytes()));
    message.push_str(&attached(&format!("{}.pdf", word("PDF's name")), "application/pdf", &document));
    let text = format!("Texte joint {}", word("attached text"));
    message.push_str(&attached(&format!("{}.txt", word("text's name")), "text/plain", text.as_bytes()));
    message.push_str("--limite--\r\n");
    message.into_bytes()
}

/// An XDM archive in a mail of MSSanté: the metadata's patient, the name and the content of its document.
fn xdm(canaries: &mut Canaries, generator: &mut Generator) -> Vec<u8> {
    let document = cda(canaries, "cda in xdm", generator);
    let mut word = |field: &str| canaries.word(&format!("xdm: {field}"));
    let patient = XdmPatient {
        last: word("last name"),
        first: word("first name"),
        birth: "1916-02-10".to_owned(),
        sex: 'F',
        ins: "216029999900177".to_owned(),
    };
    let name = format!("{}.XML", word("document's name"));
    let to = format!("{}@medecin.test", word("recipient").to_lowercase());
    let documents = [XdmDocument { name: &name, media_type: "text/xml", bytes: &document }];
    let message = generator.xdm_mail(&to, Some(&patient), &documents, &[]).message;
    canaries.note("xdm: birth date", &["1916-02-10", "10/02/1916", "19160210"]);
    canaries.note("xdm: INS", &["216029999900177"]);
    message
}

/// A mail around a report: everything else in it is of this message alone.
pub fn around(report: &str, word: &mut impl FnMut(&str) -> String) -> Vec<u8> {
    let mut message = format!(
        "From: {} <{}@labo.test>\r\nTo: {}@medecin.test\r\nSubject: Resultats {}\r\n\
         Date: Sun, 22 Nov 2026 08:10:00 +0100\r\nMIME-Version: 1.0\r\n\
         Content-Type: multipart/mixed; boundary=limite\r\n\r\n--limite\r\n\
         Content-Type: text/plain; charset=utf-8\r\n\r\nBonjour, {}\r\n",
        word("sender's name"),
        word("sender's address"),
        word("recipient"),
        word("subject"),
        word("words"),
    );
    message.push_str(&attached("bilan.hpr", "application/hprim", report.as_bytes()));
    // The same document under another name: with another document it would be another report.
    message.push_str(&attached(&format!("{}.txt", word("text's name")), "text/plain", b"Texte joint"));
    message.push_str("--limite--\r\n");
    message.into_bytes()
}
