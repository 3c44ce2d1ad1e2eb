//! Hostile and broken mail over a real server: each message is a dossier that is listed, that opens, and whose source is
//! what the server holds.

use crate::dovecot::Dovecot;
use crate::practice::{Practice, mail, mail_with_document};
use crate::{fetch, holds_exactly};
use bannette_api::dossiers::{DossierRow, DossierView, OpenDossier, ReadAttachment, ReadSource, SaveAttachment, View};
use bannette_api::report::WarningCode;
use bannette_core::Handle as _;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use std::path::Path;

const MIB: usize = 1024 * 1024;

async fn practice_with(messages: &[Vec<u8>]) -> (Practice, Dovecot) {
    let server = Dovecot::start(&[("derek", "s1")]).unwrap();
    server.deliver_many("derek", messages.iter().cloned()).unwrap();
    let practice = Practice::new().await;
    practice.trust(server.ca_pem());
    practice.imap_mailbox(&practice.derek, server.tls_port(), "derek", "s1").await;
    assert_eq!(fetch(&practice).await, Ok(u64::try_from(messages.len()).unwrap()));
    (practice, server)
}

async fn open(practice: &Practice, row: &DossierRow) -> DossierView {
    practice.core.handle(&practice.derek, OpenDossier { dossier: row.id, encoding: None, message: None }).await.unwrap()
}

/// The bytes received, piece by piece.
async fn source(practice: &Practice, row: &DossierRow) -> Vec<u8> {
    let mut bytes = Vec::new();
    loop {
        let from = u64::try_from(bytes.len()).unwrap();
        let call = ReadSource { dossier: row.id, message: None, from, length: u32::try_from(MIB).unwrap() };
        let piece = practice.core.handle(&practice.derek, call).await.unwrap();
        bytes.extend(STANDARD.decode(piece.base64).unwrap());
        if u64::try_from(bytes.len()).unwrap() >= piece.total {
            return bytes;
        }
    }
}

/// Fetches this one message beside a good one, and gives it opened. Its bytes are those that were delivered.
async fn opened(message: &[u8]) -> (Practice, DossierView) {
    let all = [mail(1, "EXEMPLE", "N"), message.to_vec()];
    let (practice, _server) = practice_with(&all).await;
    holds_exactly(&practice, &all).await;
    let rows = practice.list(&practice.derek, View::Team).await.unwrap();
    let row = rows.iter().find(|row| row.subject != "Resultats 1").unwrap();
    let view = open(&practice, row).await;
    assert!(source(&practice, row).await == message, "not what was delivered");
    assert_eq!(view.source_bytes, u64::try_from(message.len()).unwrap());
    assert_eq!(row.warned, !view.warnings.is_empty());
    (practice, view)
}

fn warned(view: &DossierView, code: WarningCode) {
    let warning = view.warnings.iter().find(|warning| warning.code == code);
    let warning = warning.unwrap_or_else(|| panic!("{code:?} is not among {:?}", view.warnings));
    assert!(warning.message.ends_with('.'), "not a sentence: {}", warning.message);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_without_headers() {
    let (_, view) = opened(b"\r\njuste quelques mots\r\nsans rien devant\r\n").await;
    warned(&view, WarningCode::NoHeaders);
    assert!(view.body.unwrap().contains("quelques mots"));
    let (_, view) = opened(b"juste quelques mots\r\nsans rien devant\r\n").await;
    warned(&view, WarningCode::NoHeaders);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_empty_message() {
    let (_, view) = opened(b"").await;
    assert!(!view.warnings.is_empty());
    assert_eq!((view.source_bytes, view.attachments.len()), (0, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn broken_mime() {
    let never_closed = b"From: a@labo.test\r\nSubject: coupe\r\nMIME-Version: 1.0\r\n\
        Content-Type: multipart/mixed; boundary=limite\r\n\r\n--limite\r\nContent-Type: text/plain\r\n\r\n\
        le debut\r\n--limite\r\nContent-Type: text/pl";
    let (_, view) = opened(never_closed).await;
    warned(&view, WarningCode::BrokenMime);
    assert!(view.body.unwrap().contains("le debut"));
    let no_boundary = b"From: a@labo.test\r\nSubject: coupe\r\nMIME-Version: 1.0\r\n\
        Content-Type: multipart/mixed\r\n\r\n--limite\r\n\r\nle debut\r\n--limite--\r\n";
    let (_, view) = opened(no_boundary).await;
    warned(&view, WarningCode::BrokenMime);
}

#[tokio::test(flavor = "multi_thread")]
async fn truncated_base64() {
    let cut = b"From: a@labo.test\r\nSubject: coupe\r\nMIME-Version: 1.0\r\n\
        Content-Type: multipart/mixed; boundary=limite\r\n\r\n--limite\r\nContent-Type: text/plain\r\n\r\nvoici\r\n\
        --limite\r\nContent-Type: application/pdf; name=bilan.pdf\r\nContent-Transfer-Encoding: base64\r\n\
        Content-Disposition: attachment; filename=bilan.pdf\r\n\r\nJVBERi0xLjQKJcOkw7zDtsOfCjIgMCBvYmoKPDwv\
        TGVuZ3R\r\n--limite--\r\n";
    let (practice, view) = opened(cut).await;
    warned(&view, WarningCode::BrokenEncoding);
    let part = u32::try_from(view.attachments.len() - 1).unwrap();
    assert_eq!(view.attachments.last().unwrap().document.name.as_deref(), Some("bilan.pdf"));
    let read = ReadAttachment { dossier: view.row.id, message: None, part, from: 0, length: 1000 };
    let piece = practice.core.handle(&practice.derek, read).await.unwrap();
    assert!(STANDARD.decode(piece.base64).unwrap().starts_with(b"%PDF-1.4"), "what arrived of it is given");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_attachment_named_out_of_its_folder() {
    let message = String::from_utf8(mail_with_document(2, "MODELE", "N")).unwrap();
    for name in ["../../x.txt", "/etc/x.txt", "..\\\\..\\\\x.txt", "..", "C:x.txt", "x.txt/../../../y.txt"] {
        let (practice, view) = opened(message.replace("../../x.txt", name).as_bytes()).await;
        let downloads = practice.folder.path().join("telechargements");
        let outside = crate::bannette::files(practice.folder.path());
        for (part, attachment) in (0..).zip(&view.attachments) {
            let shown = attachment.document.name.clone().unwrap_or_default();
            assert!(!shown.contains(['/', '\\', ':']) && shown != "..", "{shown}");
            let save = SaveAttachment { dossier: view.row.id, message: None, part, open: false };
            let saved = practice.core.handle(&practice.derek, save).await.unwrap();
            assert_eq!(Path::new(&saved.path).parent(), Some(downloads.as_path()), "{name}");
            assert!(Path::new(&saved.path).canonicalize().unwrap().starts_with(&downloads), "{name}");
        }
        let elsewhere = |file: &std::path::PathBuf| !file.starts_with(&downloads) && !file.starts_with(practice.data());
        let mut now = crate::bannette::files(practice.folder.path());
        now.retain(elsewhere);
        assert_eq!(now, outside.into_iter().filter(elsewhere).collect::<Vec<_>>(), "{name} was written elsewhere");
        assert_eq!(view.attachments.len(), 1, "{name}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn html_with_a_script_and_a_remote_image() {
    let html = "<html><head><style>p{color:red}</style><script>alert('piege')</script></head><body onload='piege()'>\
        <p>Bonjour&nbsp;docteur</p><img src='http://piste.test/vu.png' alt='logo'><iframe src='http://piste.test/'>\
        </iframe><a href='javascript:piege()'>lien</a><svg onload=piege()></svg></body></html>";
    let message = format!(
        "From: a@labo.test\r\nSubject: html\r\nMIME-Version: 1.0\r\nContent-Type: text/html; charset=utf-8\r\n\r\n{html}\r\n"
    );
    let (_, view) = opened(message.as_bytes()).await;
    let body = view.body.unwrap();
    assert!(body.contains("Bonjour") && body.contains("docteur"), "{body}");
    for bad in ["piege", "<", "javascript:", "color:red"] {
        assert!(!body.contains(bad), "{bad} in {body}");
    }
    assert!(!body.contains("piste.test/vu.png"), "{body}");
}

#[tokio::test(flavor = "multi_thread")]
async fn sixty_megabytes() {
    let mut message = b"From: a@labo.test\r\nSubject: grand\r\nMIME-Version: 1.0\r\n\
        Content-Type: application/octet-stream; name=grand.bin\r\nContent-Transfer-Encoding: base64\r\n\
        Content-Disposition: attachment; filename=grand.bin\r\n\r\n"
        .to_vec();
    let line = |number: usize| format!("{}\r\n", STANDARD.encode(format!("{number:057}")));
    for number in 0.. {
        if message.len() > 60 * MIB {
            break;
        }
        message.extend_from_slice(line(number).as_bytes());
    }
    let all = [mail(1, "EXEMPLE", "N"), message, mail(2, "MODELE", "N")];
    let (practice, _server) = practice_with(&all).await;
    holds_exactly(&practice, &all).await;
    let rows = practice.list(&practice.derek, View::Team).await.unwrap();
    let view = open(&practice, rows.iter().find(|row| row.subject == "grand").unwrap()).await;
    assert_eq!(view.source_bytes, u64::try_from(all[1].len()).unwrap());
    // Its end, not only its beginning: the whole is compared by its hash above.
    let from = view.source_bytes - 100;
    let call = ReadSource { dossier: view.row.id, message: None, from, length: 1000 };
    let piece = practice.core.handle(&practice.derek, call).await.unwrap();
    assert_eq!(STANDARD.decode(piece.base64).unwrap(), all[1][all[1].len() - 100..]);
}

#[tokio::test(flavor = "multi_thread")]
async fn nul_bytes() {
    let message = b"From: a@labo.test\r\nSubject: nu\0l\r\n\r\navant\0apres\r\n";
    let server = Dovecot::start(&[("derek", "s1")]).unwrap();
    server.deliver("derek", message).unwrap();
    let practice = Practice::new().await;
    practice.trust(server.ca_pem());
    practice.imap_mailbox(&practice.derek, server.tls_port(), "derek", "s1").await;
    assert_eq!(fetch(&practice).await, Ok(1));
    let rows = practice.list(&practice.derek, View::Team).await.unwrap();
    assert_eq!(rows.len(), 1);
    let view = open(&practice, &rows[0]).await;
    let body = view.body.unwrap();
    assert!(body.contains("avant") && body.contains("apres") && !body.contains('\0'), "{body:?}");
    // IMAP has no NUL (RFC 3501, 4.3): the server sends another byte in its place, and that is what came.
    let received = source(&practice, &rows[0]).await;
    let differ = received.iter().zip(message).filter(|(got, sent)| got != sent);
    assert_eq!(received.len(), message.len());
    assert!(differ.clone().all(|(_, sent)| *sent == 0), "{received:?}");
    holds_exactly(&practice, &[received]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn headers_of_eight_bits() {
    let latin = b"From: \"Laboratoire du C\xe8dre\" <labo@labo.test>\r\nSubject: R\xe9sultats d\xe9finitifs\r\n\
        Content-Type: text/plain; charset=iso-8859-1\r\nContent-Transfer-Encoding: 8bit\r\n\r\nPr\xe9l\xe8vement\r\n";
    let (_, view) = opened(latin).await;
    assert_eq!(view.row.subject, "R\u{e9}sultats d\u{e9}finitifs");
    assert!(view.row.sender.contains("C\u{e8}dre"), "{}", view.row.sender);
    assert_eq!(view.body.unwrap().trim(), "Pr\u{e9}l\u{e8}vement");
    let utf8 = "From: Laboratoire du Cèdre <labo@labo.test>\r\nSubject: Résultats définitifs\r\n\r\nmot\r\n";
    let (_, view) = opened(utf8.as_bytes()).await;
    assert_eq!(view.row.subject, "R\u{e9}sultats d\u{e9}finitifs");
}
