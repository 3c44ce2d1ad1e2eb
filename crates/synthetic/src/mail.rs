//! The mail around a payload (RFC 5322, MIME).

use crate::calendar::Day;
use crate::encode::{Charset, base64_lines, encoded_words, quoted_printable};
use crate::identity::Laboratory;
use crate::payload::Payload;
use crate::random::Random;
use crate::xdm::XdmPatient;

/// All that a mail is made of.
pub(crate) struct Draft {
    pub(crate) day: Day,
    /// Minute of the day.
    pub(crate) minute: u64,
    /// Makes the message's identifier and boundaries its own.
    pub(crate) mark: u64,
    pub(crate) number: u64,
    pub(crate) laboratory: &'static Laboratory,
    pub(crate) payload: Payload,
    pub(crate) subject: String,
}

/// Stands for the recipient until [`addressed`].
const RECIPIENT: &str = "\u{1}";

/// Puts the recipient in.
pub(crate) fn addressed(message: String, to: &str) -> Vec<u8> {
    message.replacen(RECIPIENT, to, 1).into_bytes()
}

/// A subject as laboratories write them.
pub(crate) fn subject(random: &mut Random, payload: &Payload) -> String {
    let person = &payload.person;
    match random.below(10) {
        0..=2 => {
            format!("XDM/1.0/DDM+CR d'examens biologiques {} {} {}", person.last, person.first, person.birth.french())
        }
        3..=5 => "Résultats de biologie médicale".to_owned(),
        6 => "hnet".to_owned(),
        7..=8 => format!("Résultats d'analyses - {} {}", person.last, person.first),
        _ => "Compte rendu de biologie".to_owned(),
    }
}

/// The fields of the message, without those of its content.
fn head(draft: &Draft) -> String {
    let Draft { day, minute, mark, laboratory, .. } = draft;
    let name = encoded_words(laboratory.name);
    let name = if name == laboratory.name { format!("\"{name}\"") } else { name };
    format!(
        "Return-Path: <{address}>\r\nReceived: from relais.labo.test by courriel.test; {date} {hour:02}:{minute:02}:30 \
         +0100\r\nMessage-ID: <{mark:016x}@{domain}>\r\nDate: {date} {hour:02}:{minute:02}:00 +0100\r\nFrom: {name} \
         <{address}>\r\nTo: {RECIPIENT}\r\nSubject: {subject}\r\nMIME-Version: 1.0\r\n",
        address = laboratory.address,
        date = day.mail(),
        hour = minute / 60,
        minute = minute % 60,
        domain = laboratory.address.split('@').nth(1).unwrap_or("labo.test"),
        subject = encoded_words(&draft.subject),
    )
}

/// A mail whose body is the payload.
pub(crate) fn in_body(draft: &Draft, payload: &str, charset: Charset) -> String {
    let mut message = head(draft);
    message.push_str(&format!("Content-Type: text/plain; charset={}\r\n", charset.label()));
    message.push_str("Content-Transfer-Encoding: quoted-printable\r\n\r\n");
    message.push_str(&quoted_printable(&charset.encode(&payload.replace('\n', "\r\n"))));
    message
}

/// A mail with the payload attached, and perhaps a PDF.
pub(crate) fn attached(draft: &Draft, hprim: &[u8], name: &str, pdf: Option<&[u8]>, random: &mut Random) -> String {
    let boundary = format!("=_mixte_{:016x}", draft.mark);
    let mut message = head(draft);
    message.push_str(&format!("Content-Type: multipart/mixed; boundary=\"{boundary}\"\r\n\r\n"));
    message.push_str("Ce message est au format MIME.\r\n");
    message.push_str(&format!("--{boundary}\r\n"));
    words(&mut message, draft, random);
    message.push_str(&format!("--{boundary}\r\n"));
    let kind = random.word(&["application/octet-stream", "text/plain", "application/hprim"]);
    file(&mut message, kind, name, hprim);
    if let Some(pdf) = pdf {
        message.push_str(&format!("--{boundary}\r\n"));
        file(&mut message, "application/pdf", &format!("{}_CR-BIO.pdf", draft.number), pdf);
    }
    message.push_str(&format!("--{boundary}--\r\n"));
    message
}

/// A mail of MSSanté: an XDM archive and the PDF of it, with the header fields that the référentiel asks for (REF#2
/// 2.1.3, 2.3.2, 2.4.1–2.4.3). Gives the subject and the message.
pub(crate) fn xdm(mut draft: Draft, patient: &XdmPatient, archive: &[u8], pdf: &[u8]) -> (String, String) {
    let birth: Vec<&str> = patient.birth.rsplit('-').collect();
    let birth = birth.join("/");
    draft.subject = format!("XDM/1.0/DDM+CR d'examens biologiques {} {} {birth}", patient.last, patient.first);
    let boundary = format!("=_xdm_{:016x}", draft.mark);
    let address = draft.laboratory.address;
    let mut message = head(&draft);
    message.push_str(&format!(
        "X-MSS-CODECDA: 11502-2\r\nX-MSS-INS: O\r\nX-MSS-NIL: FICTIF-0001\r\nX-MSS-MES: FIN\r\n\
         Disposition-Notification-To: <{address}>\r\n\
         Content-Type: multipart/mixed; boundary=\"{boundary}\"\r\n\r\n--{boundary}\r\n\
         Content-Type: text/plain; charset=utf-8\r\n\r\nVeuillez trouver ci-joint un compte rendu.\r\n--{boundary}\r\n"
    ));
    file(&mut message, "application/zip", "IHE_XDM.zip", archive);
    message.push_str(&format!("--{boundary}\r\n"));
    file(&mut message, "application/pdf", &format!("{}_CR-BIO.pdf", draft.number), pdf);
    message.push_str(&format!("--{boundary}--\r\n"));
    (draft.subject, message)
}

/// The laboratory's few words, as text, or as text and HTML.
fn words(message: &mut String, draft: &Draft, random: &mut Random) {
    let name = draft.laboratory.name;
    let text = format!("Bonjour,\r\n\r\nVeuillez trouver ci-joint les résultats de votre patient.\r\n\r\n{name}\r\n");
    let plain = format!(
        "Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n{}\r\n",
        quoted_printable(text.as_bytes())
    );
    if random.chance(60) {
        message.push_str(&plain);
        return;
    }
    let html = format!(
        "<html><head><style>p {{ color: #222 }}</style></head><body><p>Bonjour,</p><p>Veuillez trouver ci-joint les \
         r&eacute;sultats de votre patient.</p><p>{name}</p><img src=\"https://images.labo.test/logo.png\"></body></html>\r\n"
    );
    let boundary = format!("=_choix_{:016x}", draft.mark);
    message.push_str(&format!("Content-Type: multipart/alternative; boundary=\"{boundary}\"\r\n\r\n"));
    message.push_str(&format!("--{boundary}\r\n{plain}--{boundary}\r\n"));
    message.push_str("Content-Type: text/html; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n");
    message.push_str(&format!("{}\r\n--{boundary}--\r\n", quoted_printable(html.as_bytes())));
}

fn file(message: &mut String, kind: &str, name: &str, bytes: &[u8]) {
    message.push_str(&format!("Content-Type: {kind}; name=\"{name}\"\r\nContent-Transfer-Encoding: base64\r\n"));
    message.push_str(&format!("Content-Disposition: attachment; filename=\"{name}\"\r\n\r\n"));
    message.push_str(&base64_lines(bytes));
}

/// A letter without results.
pub(crate) fn letter(draft: &Draft) -> String {
    let person = &draft.payload.person;
    let text = format!(
        "Chère consœur, cher confrère,\r\n\r\nJ'ai vu ce jour {} {}, qui va bien. Pas de changement de traitement.\r\n\
         \r\nBien confraternellement,\r\nDr FICTIF Anne\r\n",
        person.first, person.last
    );
    let mut message = head(draft);
    message.push_str("Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n");
    message.push_str(&quoted_printable(text.as_bytes()));
    message
}
