//! A small HPRIM report on an invented patient, and the mail in which a laboratory sends it.
#![allow(dead_code, reason = "each test file uses its part")]

/// The report of that number, on a patient of that number: one potassium in mmol/L with its flag.
pub fn report(number: u32, last_name: &str, potassium: &str, flag: &str) -> String {
    let result = format!("RES|Potassium|K|N|{potassium}|mmol/L|3.5|5.1|{flag}|F||||");
    with_lines(&format!("PAT{number:05}"), last_name, &format!("A{number:08}"), "22/11/2026", &[result])
}

/// A report with these lines between its tags; the day as DD/MM/YYYY.
pub fn with_lines(patient: &str, last_name: &str, number: &str, day: &str, lines: &[String]) -> String {
    let head = [
        patient,
        last_name,
        "ALICE",
        "12 RUE DES ESSAIS",
        " ",
        "76600 LE HAVRE",
        "14/03/1957",
        " ",
        number,
        day,
        "LABOTEST  Laboratoire des Essais",
        "MED0001   Dr MODELE",
        "Compte rendu",
        "****LAB****",
    ];
    let lines = lines.iter().map(String::as_str);
    let all: Vec<&str> = head.into_iter().chain(lines).chain(["****FIN****", "****FINFICHIER****", ""]).collect();
    all.join("\r\n")
}

/// The head of the laboratory's mail of that number, for that doctor, up to the fields of its content.
pub fn mail_head(number: u32, doctor: &str) -> String {
    format!(
        "From: Laboratoire des Essais <labo@labo.test>\r\nTo: {doctor}@medecin.test\r\nSubject: Resultats {number}\r\n\
         Date: Sun, 22 Nov 2026 08:10:00 +0100\r\nMessage-ID: <{number}@labo.test>\r\nMIME-Version: 1.0\r\n"
    )
}

/// A mail to Derek with that report as its body.
pub fn mailed(number: u32, report: &str) -> Vec<u8> {
    let head = mail_head(number, "derek");
    format!("{head}Content-Type: text/plain; charset=utf-8\r\n\r\n{report}").into_bytes()
}
