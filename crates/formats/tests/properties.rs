//! Whatever comes, nothing panics and no line of an HPRIM payload gets lost.
#![allow(clippy::indexing_slicing, clippy::string_slice, clippy::unwrap_used, clippy::panic)] // a test may fail so

use bannette_api::report::{LabResult, Report};
use bannette_formats::{Source, parse_file, read, safe_name, summarise};
use bannette_synthetic::{Generator, Specimen};
use proptest::prelude::*;

fn specimen(seed: u64) -> Specimen {
    Generator::new(seed).specimen("cabinet@example.org")
}

/// All words that a reader of these reports sees.
fn words(reports: &[Report]) -> String {
    let mut words = String::new();
    let mut add = |text: Option<&str>| {
        if let Some(text) = text {
            words.push_str(text);
            words.push('\n');
        }
    };
    for report in reports {
        let patient = &report.patient;
        for field in [&patient.used_name, &patient.first_name, &patient.birth_date, &patient.insured_number] {
            add(field.as_deref());
        }
        patient.address.iter().for_each(|line| add(Some(line)));
        for party in report.laboratory.iter().chain(&report.recipients) {
            add(party.name.as_deref());
            add(party.id.as_deref());
        }
        add(report.number.as_deref());
        add(report.reported_at.as_deref());
        add(report.text.as_deref());
        for section in &report.sections {
            add(section.title.as_deref());
            for result in &section.results {
                of_result(result).into_iter().for_each(|field| add(Some(field)));
            }
        }
    }
    words
}

fn of_result(result: &LabResult) -> Vec<&str> {
    let mut fields = vec![result.label.as_str()];
    let optional = [&result.code, &result.value, &result.unit, &result.low, &result.high, &result.comment];
    fields.extend(optional.into_iter().flatten().map(String::as_str));
    if let Some(second) = &result.second {
        let optional = [&second.value, &second.unit, &second.low, &second.high];
        fields.extend(optional.into_iter().flatten().map(String::as_str));
    }
    fields
}

/// Letters and digits only: what remains when separators, signs and date orders are put aside.
fn essence(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).collect()
}

/// Where a `<br />` stands.
fn line_break(line: &str) -> Option<(usize, usize)> {
    let lower = line.to_ascii_lowercase();
    let starts = lower.match_indices("<br").map(|(at, _)| at);
    starts.into_iter().find_map(|at| {
        let rest = &lower[at + 3..];
        let blanks = rest.len() - rest.trim_start_matches([' ', '/']).len();
        rest[blanks..].starts_with('>').then_some((at, at + 3 + blanks + 1))
    })
}

/// Checks each line of a payload against what was understood of it.
fn nothing_lost(source: &str, reports: &[Report]) -> Result<(), TestCaseError> {
    let seen = essence(&words(reports));
    for line in source.split(['\r', '\n']) {
        // A line break of HTML is one.
        let mut plain = line.to_owned();
        while let Some((start, end)) = line_break(&plain) {
            plain.replace_range(start..end, " ");
        }
        let line = plain.trim_matches(|c: char| c.is_whitespace() || c.is_control());
        let line = match line.get(..3) {
            Some(start) if start.eq_ignore_ascii_case("TEX") => line[3..].strip_prefix('|').unwrap_or(line),
            _ => line,
        };
        let name = line.trim_matches(|c: char| c == '*' || c.is_whitespace());
        let tag = ["LAB", "FIN", "FINFICHIER", "FIN FICHIER"].iter().any(|tag| name.eq_ignore_ascii_case(tag));
        if tag && line.starts_with("***") || line == "TEX" || seen.contains(&essence(line)) {
            continue;
        }
        let pieces: Vec<&str> = if line.get(..4).is_some_and(|start| start.eq_ignore_ascii_case("RES|")) {
            // Flag, status and type become words of their own; a place holder says nothing.
            let fields: Vec<&str> = line.split('|').collect();
            let field = |at: usize| fields.get(at).copied().unwrap_or_default();
            let soit = field(1).trim_matches([' ', ':', '.', '-']).eq_ignore_ascii_case("soit");
            let label = field(1).trim();
            if label.is_empty() && field(4).trim().is_empty() {
                continue;
            }
            let mut kept = vec![field(4), field(5), field(6), field(7), field(10), field(11), field(12), field(13)];
            if !soit {
                kept.extend([label, field(2)]);
            }
            kept
        } else {
            line.split_whitespace().collect()
        };
        for piece in pieces {
            let zero = piece.chars().all(|c| !c.is_alphanumeric() || c == '0');
            let flags = ["H", "L", "HH", "LL"];
            let found = zero
                || seen.contains(&essence(piece))
                || as_day(piece, &seen)
                || piece.split([' ', '*']).all(|word| flags.contains(&word) || seen.contains(&essence(word)));
            prop_assert!(found, "{piece:?} of {line:?} is lost\n--- seen ---\n{}", words(reports));
        }
    }
    Ok(())
}

/// Whether a day is there, in the order in which reports keep it. Of a two-digit year the century is not looked at.
fn as_day(piece: &str, seen: &str) -> bool {
    let digits = essence(piece);
    let in_order = match digits.len() {
        6 | 8 if digits.is_ascii() => format!("{}{}{}", &digits[4..], &digits[2..4], &digits[..2]),
        _ => return false,
    };
    seen.contains(&in_order)
}

/// The payload as text: specimens come in several encodings, the text is what the reader must not lose.
fn payload(seed: u64) -> String {
    let specimen = specimen(seed);
    let read = read(Source::File { name: "a.hpr" }, &specimen.hprim);
    read.attachments[0].text.clone().unwrap()
}

fn parse(text: &str) -> Vec<Report> {
    parse_file("a.hpr", text.as_bytes()).dossiers
}

/// Lines as laboratories, and nobody, write them.
fn line() -> impl Strategy<Value = String> {
    prop_oneof![
        3 => "[A-Za-zéèà0-9 |.,:<>*/()-]{0,40}",
        3 => "RES\\|[A-Za-z :.-]{0,12}\\|[A-Z0-9]{0,5}\\|[NAC]?\\|[<>*]? ?[0-9]{0,4}[.,]?[0-9]{0,2}[*]? ?[a-z/%]{0,5}\\|[a-z/%.]{0,5}\\|[0-9.,-]{0,6}\\|[0-9.,]{0,5}\\|[NLHA]{0,2}\\|[FRC]?",
        2 => "TEX\\|?[A-Za-z0-9é |]{0,30}",
        1 => Just("****LAB****".to_owned()),
        1 => Just(" ****FIN****".to_owned()),
        1 => Just("****FINFICHIER****".to_owned()),
        1 => "[0-3][0-9]/[01][0-9]/(19|20)[0-9]{2}",
        1 => Just(String::new()),
        1 => "[A-Z]{2,12}",
        1 => "[0-9]{5} [A-Z ]{2,12}",
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn whole_payloads_lose_nothing(seed in any::<u64>()) {
        let text = payload(seed);
        nothing_lost(&text, &parse(&text))?;
    }

    #[test]
    fn cut_payloads_lose_nothing(seed in any::<u64>(), at in any::<prop::sample::Index>()) {
        let text = payload(seed);
        let mut end = at.index(text.len() + 1);
        while !text.is_char_boundary(end) {
            end -= 1;
        }
        let cut = &text[..end];
        let reports = parse(cut);
        if reports[0].format != bannette_api::report::Format::Unknown {
            nothing_lost(cut, &reports)?;
        }
    }

    #[test]
    fn shuffled_payloads_lose_nothing(seed in any::<u64>(), order in prop::collection::vec(any::<prop::sample::Index>(), 1..12)) {
        let text = payload(seed);
        let mut lines: Vec<&str> = text.split(['\r', '\n']).filter(|line| !line.is_empty()).collect();
        for pair in order.chunks(2) {
            let last = lines.len();
            let (a, b) = (pair[0].index(last), pair[pair.len() - 1].index(last));
            lines.swap(a, b);
        }
        let text = lines.join("\n");
        nothing_lost(&text, &parse(&text))?;
    }

    #[test]
    fn invented_lines_lose_nothing(lines in prop::collection::vec(line(), 0..60)) {
        let text = lines.join("\n");
        let reports = parse(&text);
        if reports[0].format != bannette_api::report::Format::Unknown {
            nothing_lost(&text, &reports)?;
        }
    }

    #[test]
    fn flipped_bytes_never_panic(seed in any::<u64>(), flips in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..20)) {
        let mut specimen = specimen(seed);
        for (at, byte) in &flips {
            let index = at.index(specimen.message.len());
            specimen.message[index] = *byte;
            let index = at.index(specimen.hprim.len());
            specimen.hprim[index] = *byte;
        }
        let message = read(Source::Message, &specimen.message);
        prop_assert_eq!(summarise(&message).len(), message.reports.len());
        prop_assert!(!message.reports.is_empty());
        let file = parse_file(&specimen.file_name, &specimen.hprim);
        prop_assert!(!file.dossiers.is_empty());
    }

    #[test]
    fn cut_messages_never_panic(seed in any::<u64>(), at in any::<prop::sample::Index>()) {
        let specimen = specimen(seed);
        let cut = &specimen.message[..at.index(specimen.message.len())];
        prop_assert!(!summarise(&read(Source::Message, cut)).is_empty());
    }

    #[test]
    fn random_bytes_never_panic(bytes in prop::collection::vec(any::<u8>(), 0..2000)) {
        prop_assert!(!summarise(&read(Source::Message, &bytes)).is_empty());
        prop_assert!(!parse_file("x.hpr", &bytes).dossiers.is_empty());
    }

    #[test]
    fn random_html_never_panics(text in "[<>/a-z=\"' &;#!-]{0,200}") {
        let mail = format!("From: a@b.test\r\nContent-Type: text/html\r\n\r\n{text}");
        let body = read(Source::Message, mail.as_bytes()).body.unwrap_or_default();
        prop_assert!(body.len() <= text.len() * 4 + 4);
    }

    #[test]
    fn names_are_always_safe(name in "\\PC{0,200}", rude in "[./\\\\:*?\"<>| \u{0}-\u{1f}a-zA-Z0-9]{0,40}") {
        for name in [name.clone(), rude.clone(), format!("{name}/{rude}")] {
            let (safe, changed) = safe_name(&name);
            prop_assert!(!safe.is_empty() && safe.chars().count() <= 121);
            prop_assert!(!safe.contains(['/', '\\', ':', '\0']) && !safe.starts_with('.'));
            prop_assert!(!safe.ends_with(['.', ' ']));
            prop_assert_eq!(changed, safe != name);
            prop_assert_eq!(safe_name(&safe), (safe.clone(), false));
        }
    }
}
