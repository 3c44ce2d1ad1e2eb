//! Mail messages: structure, names, encodings, and what a row says of them.
#![allow(clippy::indexing_slicing, clippy::string_slice, clippy::unwrap_used, clippy::panic)] // a test may fail so

use bannette_api::dossiers::Urgency;
use bannette_api::report::{Format, ParsedFile, WarningCode};
use bannette_formats::wrapped::Wrapped;
use bannette_formats::{Message, Source, Summary, parse_file, read, rows, safe_name, summarise};
use bannette_synthetic::Generator;

const LAB: &str = "PAT0001\r\nEXEMPLE\r\nALICE\r\n12 RUE DES ESSAIS\r\n\r\n76600 LE HAVRE\r\n14/03/1957\r\n\r\nA1\r\n\
                   13/05/2025\r\nLABOTEST   Laboratoire des Essais\r\nMED0001    Dr TEST\r\n****LAB****\r\n\
                   RES|Potassium|K|N|6.8|mmol/L|3.5|5.0|HH|F\r\nRES|Sodium|NA|N|150|mmol/L|136|145||F\r\n****FIN****\r\n";

const HEAD: &str = "From: \"Labo Central\" <envoi@labo.test>\r\nTo: cabinet@example.org\r\nSubject: essai\r\n\
                    Date: Sun, 22 Nov 2026 10:00:00 +0100\r\nMIME-Version: 1.0\r\n";

fn mail(text: &str) -> Message {
    read(Source::Message, format!("{HEAD}{text}").as_bytes())
}

fn row(message: &Message) -> Summary {
    summarise(message).remove(0)
}

fn warned(message: &Message, code: WarningCode) -> bool {
    message.warnings.iter().any(|warning| warning.code == code)
}

fn mixed(parts: &[&str]) -> Message {
    let mut text = String::from("Content-Type: multipart/mixed; boundary=\"b\"\r\n\r\n");
    for part in parts {
        text.push_str(&format!("--b\r\n{part}\r\n"));
    }
    mail(&(text + "--b--\r\n"))
}

#[test]
fn head_and_row() {
    let message = mail(&format!("\r\n{LAB}"));
    assert_eq!(message.head.from, "Labo Central <envoi@labo.test>");
    assert_eq!(message.head.to, ["cabinet@example.org"]);
    assert_eq!(message.head.date.unwrap().0, 1_795_338_000_000);
    assert_eq!(message.format, Format::Eml);
    let row = row(&message);
    assert_eq!(row.sender, "Laboratoire des Essais");
    assert_eq!((row.urgency, row.abnormal, row.results), (Urgency::Critical, 2, 2));
    let headline = row.headline.unwrap();
    assert_eq!((headline.label.as_str(), headline.value.as_str()), ("Potassium", "6.8"));
    assert_eq!(row.patient.unwrap().last_name, "EXEMPLE");
    assert_eq!(row.format, Format::HprimMedecin);
    assert_eq!(row.number.as_deref(), Some("A1"));
    assert!(!row.warned);
}

#[test]
fn the_worst_result_speaks_and_nothing_unknown_is_normal() {
    let urgency = |results: &str| {
        let lab = LAB.split("RES|").next().unwrap();
        row(&mail(&format!("\r\n{lab}{results}\r\n****FIN****\r\n"))).urgency
    };
    assert_eq!(urgency("RES|A|a|N|1|g|0|2||F"), Urgency::Normal);
    assert_eq!(urgency("RES|A|a|N|1|g|0|2||F\r\nRES|B|b|N|5|g|||F"), Urgency::Normal);
    assert_eq!(urgency("RES|A|a|N|1|g|0|2||F\r\nRES|B|b|A|Présence de germes||||||F"), Urgency::Unknown);
    assert_eq!(urgency("RES|B|b|N|5|g||||F"), Urgency::Unknown);
    assert_eq!(urgency("RES|A|a|N|3|g|0|2||F\r\nRES|B|b|N|9|g|0|2|LL|F"), Urgency::Critical);
    assert_eq!(urgency("RES|A|a|N|3|g|0|2||F\r\nRES|B|b|N|9|g|0|20|AA|X"), Urgency::Abnormal);
}

#[test]
fn the_prefix_of_mssante_is_hidden_on_the_row_only() {
    for (sent, shown) in [
        ("XDM/1.0/DDM+CR BIO EXEMPLE Alice", "CR BIO EXEMPLE Alice"),
        ("[Annule et remplace] xdm/1.0/ddm CR BIO", "[Annule et remplace]  CR BIO"),
        ("XDM/1.0/DDM+[Annule et remplace] CR", "[Annule et remplace] CR"),
    ] {
        let message = read(Source::Message, format!("Subject: {sent}\r\nFrom: a@b.test\r\n\r\nx").as_bytes());
        assert_eq!(message.head.subject, sent);
        assert_eq!(row(&message).subject, shown);
    }
}

#[test]
fn names_and_words_are_decoded() {
    let message = read(
        Source::Message,
        b"From: =?iso-8859-1?Q?Labo_des_C=E8dres?= <a@b.test>\r\nSubject: =?utf-8?B?UsOpc3VsdGF0?=\r\n =?utf-8?B?cw==?=\r\n\
          Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: application/pdf\r\n\
          Content-Disposition: attachment; filename*0*=utf-8''R%C3%A9s; filename*1*=ultats.pdf\r\n\
          Content-Transfer-Encoding: base64\r\n\r\nJVBERi0xLjQ=\r\n--b\r\n\
          Content-Type: application/octet-stream; name=\"=?utf-8?Q?R=C3=A9sultat_2.bin?=\"\r\n\r\nabc\r\n--b--\r\n",
    );
    assert_eq!(message.head.from, "Labo des Cèdres <a@b.test>");
    assert_eq!(message.head.subject, "Résultats");
    let names: Vec<_> = message.attachments.iter().filter_map(|part| part.document.name.clone()).collect();
    assert_eq!(names, ["Résultats.pdf", "Résultat 2.bin"]);
    assert_eq!(message.reports[0].format, Format::Pdf);
    assert_eq!(message.attachments[0].bytes, b"%PDF-1.4");
    assert!(!warned(&message, WarningCode::NotUnderstood));
}

#[test]
fn a_raw_latin_1_subject_is_read() {
    let message = read(Source::Message, b"Subject: R\xE9sultats\r\nFrom: a@b.test\r\n\r\nCr\xE9atinine");
    assert_eq!(message.head.subject, "Résultats");
    assert_eq!(message.body.as_deref(), Some("Créatinine"));
}

#[test]
fn text_is_preferred_to_html_and_html_becomes_text() {
    let both = "Content-Type: multipart/alternative; boundary=c\r\n\r\n--c\r\nContent-Type: text/plain\r\n\r\nEn clair\r\n\
                --c\r\nContent-Type: text/html\r\n\r\n<p>En HTML</p>\r\n--c--";
    assert_eq!(mixed(&[both]).body.as_deref(), Some("En clair"));
    let empty = both.replace("En clair", "  ");
    assert_eq!(mixed(&[&empty]).body.as_deref(), Some("En HTML"));
    let html = "Content-Type: text/html; charset=utf-8\r\n\r\n<html><head><title>t</title><style>p{}</style></head><body>\
                <script>alert('x')</script><h1>Bonjour</h1><p>Cr&eacute;atinine&nbsp;: 12&nbsp;&lt; 14<br>suite</p>\
                <img src=\"https://x.test/pixel.gif\" onerror=\"alert(1)\"><table><tr><td>a</td><td>b</td></tr></table>\
                <ul><li>un</li><li>deux</li></ul><a href=\"javascript:alert(1)\">lien</a></body></html>";
    let body = mixed(&[html]).body.unwrap();
    assert_eq!(body, "Bonjour\n\nCréatinine : 12 < 14\nsuite\n\na b\n\n• un\n• deux\n\nlien");
}

#[test]
fn hprim_is_found_in_any_part() {
    let base64 =
        "Content-Type: application/octet-stream; name=\"resultat.dat\"\r\nContent-Transfer-Encoding: base64\r\n\r\n";
    let encoded = encode(LAB.as_bytes());
    let plain = format!("Content-Type: text/plain\r\n\r\n{LAB}");
    let html = format!("Content-Type: text/html\r\n\r\n<pre>{}</pre>", LAB.replace("\r\n", "<br>\r\n"));
    for part in [format!("{base64}{encoded}"), plain, html] {
        let message = mixed(&["Content-Type: text/plain\r\n\r\nBonjour", &part]);
        assert_eq!(row(&message).urgency, Urgency::Critical, "{part}");
        assert!(message.warnings.is_empty(), "{:?}", message.warnings);
    }
}

#[test]
fn the_same_payload_twice_is_one_dossier() {
    let part = format!("Content-Type: text/plain; name=a.hpr\r\n\r\n{LAB}");
    let message = mixed(&[&format!("Content-Type: text/plain\r\n\r\n{LAB}"), &part, &part]);
    assert_eq!(message.reports.len(), 1);
    assert_eq!(message.attachments.len(), 2);
}

#[test]
fn a_message_in_the_message_is_read() {
    let inner = format!("From: Autre <autre@labo.test>\r\nSubject: transfert\r\n\r\n{LAB}");
    let plain = format!("Content-Type: message/rfc822\r\n\r\n{inner}");
    let encoded = format!(
        "Content-Type: message/rfc822\r\nContent-Transfer-Encoding: base64\r\n\r\n{}",
        encode(inner.as_bytes())
    );
    for part in [plain, encoded] {
        let message = mixed(&["Content-Type: text/plain\r\n\r\nVoir ci-joint", &part]);
        assert_eq!(row(&message).patient.unwrap().last_name, "EXEMPLE");
        let body = message.body.unwrap();
        assert!(
            body.starts_with("Voir ci-joint\n\n— Message transféré, de : Autre <autre@labo.test>, objet : transfert —"),
            "{body}"
        );
    }
}

#[test]
fn broken_content_keeps_what_can_be_decoded() {
    let encoded = encode(LAB.as_bytes());
    let cut = &encoded[..encoded.len() * 3 / 16 * 4 + 1];
    let part = format!("Content-Type: text/plain; name=a.hpr\r\nContent-Transfer-Encoding: base64\r\n\r\n{cut}");
    let message = read(
        Source::Message,
        format!("{HEAD}Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n{part}").as_bytes(),
    );
    assert!(warned(&message, WarningCode::BrokenEncoding));
    assert!(warned(&message, WarningCode::BrokenMime));
    assert_eq!(row(&message).patient.unwrap().last_name, "EXEMPLE");
    let strange = mail("Content-Transfer-Encoding: quoted-printable\r\n\r\nTaux =E9lev=C3=A9 == 12 =ZZ fin=");
    assert!(warned(&strange, WarningCode::BrokenEncoding));
    assert!(strange.body.unwrap().contains("== 12 =ZZ fin"));
}

#[test]
fn broken_structure_is_read_all_the_same() {
    let boundaryless = mail(&format!("Content-Type: multipart/mixed\r\n\r\n{LAB}"));
    let never = mail(&format!("Content-Type: multipart/mixed; boundary=nulle-part\r\n\r\n{LAB}"));
    let unclosed = mail(&format!(
        "Content-Type: multipart/mixed; boundary=a\r\n\r\n--a\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n\
         --b\r\n\r\n{LAB}\r\n--a\r\nContent-Type: text/plain; name=x.txt\r\n\r\nsuite\r\n--a--\r\n"
    ));
    for message in [boundaryless, never, unclosed] {
        assert!(warned(&message, WarningCode::BrokenMime));
        assert_eq!(row(&message).urgency, Urgency::Critical);
    }
}

#[test]
fn a_message_without_headers_is_searched() {
    let message = read(Source::Message, LAB.as_bytes());
    assert!(warned(&message, WarningCode::NoHeaders));
    assert_eq!(row(&message).urgency, Urgency::Critical);
}

#[test]
fn encrypted_content_is_noticed() {
    let smime = mail(
        "Content-Type: application/pkcs7-mime; name=smime.p7m\r\nContent-Transfer-Encoding: base64\r\n\r\nMIAG\r\n",
    );
    let apicrypt = mail("\r\n$APICRYPT 1.0\r\nabcdef\r\n");
    let attached = mixed(&["Content-Type: application/octet-stream; name=cr.pdf.apz\r\n\r\nxyz"]);
    let pgp = mail("Content-Type: multipart/encrypted; boundary=b\r\n\r\n--b\r\n\r\nx\r\n--b--\r\n");
    let (unknown, apicrypt_format) = (Format::Unknown, Format::Apicrypt);
    for (message, format) in
        [(smime, unknown), (apicrypt, apicrypt_format), (attached, apicrypt_format), (pgp, unknown)]
    {
        assert!(warned(&message, WarningCode::Encrypted));
        assert_eq!(message.reports[0].format, format);
    }
}

#[test]
fn too_large_a_message_keeps_its_head() {
    let mut bytes = HEAD.as_bytes().to_vec();
    bytes.extend_from_slice(b"\r\n");
    bytes.resize(60 * 1024 * 1024, b'x');
    let message = read(Source::Message, &bytes);
    assert!(warned(&message, WarningCode::TooLarge));
    assert_eq!(message.head.subject, "essai");
    assert_eq!(message.body, None);
    assert_eq!(message.reports.len(), 1);
}

#[test]
fn names_are_made_safe() {
    let long = "é".repeat(300) + ".pdf";
    let rows = [
        ("../../x", "x"),
        ("C:\\Windows\\system32\\cmd.exe", "cmd.exe"),
        ("..", "document"),
        ("", "document"),
        ("/", "document"),
        (".bashrc", "bashrc"),
        ("CON", "_CON"),
        ("nul.txt", "_nul.txt"),
        ("Com1.hpr", "_Com1.hpr"),
        ("a\u{0}b\n.pdf", "ab.pdf"),
        ("fichier. . ", "fichier"),
        ("a\u{202E}fdp.exe", "afdp.exe"),
        ("a<b>c:d|e?f*.txt", "abcdef.txt"),
    ];
    for (sent, safe) in rows {
        assert_eq!(safe_name(sent), (safe.to_owned(), true), "{sent:?}");
    }
    for same in ["résultat.hpr", "A 12 (1).pdf", "console.txt"] {
        assert_eq!(safe_name(same), (same.to_owned(), false));
    }
    let (short, changed) = safe_name(&long);
    assert!(changed && short.chars().count() <= 120 && short.ends_with(".pdf"), "{short}");
    let message = mixed(&["Content-Type: application/pdf; name=\"../../x\"\r\n\r\n%PDF-1.4"]);
    assert!(warned(&message, WarningCode::UnsafeName));
    assert_eq!(message.attachments[0].document.name.as_deref(), Some("x"));
}

#[test]
fn files_are_read_as_what_they_are() {
    let of = |name: &str, bytes: &[u8]| -> ParsedFile { parse_file(name, bytes) };
    assert_eq!(of("a.hpr", LAB.as_bytes()).format, Format::HprimMedecin);
    assert_eq!(of("a.bin", LAB.as_bytes()).format, Format::HprimMedecin);
    assert_eq!(of("a.pdf", b"%PDF-1.4\n").format, Format::Pdf);
    let eml = format!("{HEAD}\r\n{LAB}");
    for name in ["a.eml", "sans-extension"] {
        let file = of(name, eml.as_bytes());
        assert_eq!((file.format, file.dossiers[0].format), (Format::Eml, Format::HprimMedecin));
    }
    let message = read(Source::File { name: "C:\\hprim\\a.hpr" }, LAB.as_bytes());
    assert_eq!(message.head.from, "a.hpr");
    assert_eq!(message.attachments[0].bytes, LAB.as_bytes());
    assert_eq!(row(&message).documents, 0);
}

#[test]
fn every_invented_specimen_is_understood() {
    let mut generator = Generator::new(2026);
    for number in 0..1500 {
        let specimen = if number % 50 == 0 {
            generator.with_pdf("cabinet@example.org", 5_000..9_000)
        } else {
            generator.specimen("cabinet@example.org")
        };
        let message = read(Source::Message, &specimen.message);
        let text = String::from_utf8_lossy(&specimen.hprim);
        assert_eq!(message.warnings, [], "{text}");
        assert_eq!(message.head.subject, specimen.subject);
        assert_eq!(message.head.from, specimen.from);
        assert_eq!(message.head.to, [specimen.to.as_str()]);
        let rows = summarise(&message);
        assert_eq!(rows.len(), 1, "{text}");
        let patient = rows[0].patient.as_ref().unwrap();
        assert_eq!(patient.last_name, specimen.patient_last, "{text}");
        assert_eq!(patient.first_name, specimen.patient_first, "{text}");
        let critical = rows[0].urgency == Urgency::Critical;
        let abnormal = matches!(rows[0].urgency, Urgency::Critical | Urgency::Abnormal);
        assert_eq!((critical, abnormal), (specimen.critical, specimen.abnormal), "{text}");
        assert_eq!(rows[0].documents, u32::from(number % 50 == 0));
        let file = parse_file(&specimen.file_name, &specimen.hprim);
        assert_eq!(file.dossiers[0].patient, message.reports[0].patient, "{text}");
        assert_eq!(file.dossiers[0].sections, message.reports[0].sections, "{text}");
    }
    let letter = read(Source::Message, &generator.letter("cabinet@example.org"));
    assert_eq!(letter.reports[0].format, Format::Unknown);
    assert!(letter.body.unwrap().starts_with("Chère consœur"));
}

/// Base64 in one line.
fn encode(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = String::new();
    for group in bytes.chunks(3) {
        let byte = |at: usize| u32::from(*group.get(at).unwrap_or(&0));
        let bits = byte(0) << 16 | byte(1) << 8 | byte(2);
        for at in 0..4 {
            let digit = DIGITS[(bits >> (18 - 6 * at)) as usize & 63];
            out.push(if at <= group.len() { char::from(digit) } else { '=' });
        }
    }
    out
}

/// The rows alone are made without the hashes of documents: equal ones are one all the same, others of one length are not.
#[test]
fn the_rows_alone_are_those_of_the_whole_reading() {
    let part = |media_type: &str, content: &str| {
        format!("--b\r\nContent-Type: {media_type}\r\nContent-Disposition: attachment\r\n\r\n{content}\r\n")
    };
    let (one, other) = ("%PDF-1.4 un", "%PDF-1.4 du");
    for (parts, documents) in [
        (vec![("application/pdf", one)], 1),
        (vec![("application/pdf", one), ("application/pdf", one), ("application/octet-stream", one)], 1),
        (vec![("application/pdf", one), ("application/pdf", other), ("application/pdf", other)], 2),
        (vec![("image/png", "0123456789a"), ("application/pdf", one), ("application/pdf", one)], 2),
        (vec![("application/pdf", one), ("image/png", "0123456789a"), ("image/png", "0123456789a")], 2),
        (vec![("text/plain", LAB), ("application/pdf", LAB), ("application/pdf", one)], 2),
        (vec![("application/pdf", LAB), ("text/plain", LAB), ("text/plain", LAB)], 1),
    ] {
        let parts: String = parts.iter().map(|(media_type, content)| part(media_type, content)).collect();
        let text = format!("{HEAD}Content-Type: multipart/mixed; boundary=\"b\"\r\n\r\n{parts}--b--\r\n");
        let whole = summarise(&read(Source::Message, text.as_bytes()));
        assert_eq!(rows(Source::Message, &Wrapped::find(text.as_bytes()), &[]).summaries, whole, "{text}");
        assert_eq!(whole[0].documents, documents, "{text}");
    }
    let mut generator = Generator::new(7);
    for _ in 0..200 {
        let message = generator.specimen("cabinet@example.org").message;
        assert_eq!(
            rows(Source::Message, &Wrapped::find(&message), &[]).summaries,
            summarise(&read(Source::Message, &message))
        );
    }
}
