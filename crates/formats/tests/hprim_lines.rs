//! HPRIM Médecin: tags, line ends and lines of results as laboratories write them.
#![allow(clippy::indexing_slicing, clippy::string_slice, clippy::unwrap_used, clippy::panic)] // a test may fail so

use bannette_api::report::{Flag, FlagSource, LabResult, ParsedFile, ResultStatus, ValueKind, WarningCode};
use bannette_formats::{Source, parse_file, read};

const HEADER: &str = "PAT0001\nEXEMPLE\nALICE\n12 RUE DES ESSAIS\n\n76600 LE HAVRE\n14/03/1957\n257037654321098\nA250513068\n\
                      13/05/2025\nLABOTEST   Laboratoire des Essais\nMED0001    Dr TEST\n";

fn parse(text: &str) -> ParsedFile {
    parse_file("essai.hpr", text.as_bytes())
}

fn lab(lines: &str) -> ParsedFile {
    parse(&format!("{HEADER}****LAB****\n{lines}\n****FIN****\n"))
}

fn results(file: &ParsedFile) -> Vec<&LabResult> {
    file.dossiers[0].sections.iter().flat_map(|section| &section.results).collect()
}

fn result(line: &str) -> LabResult {
    (*results(&lab(line)).first().unwrap()).clone()
}

fn text(file: &ParsedFile) -> &str {
    file.dossiers[0].text.as_deref().unwrap_or_default()
}

#[test]
fn all_fourteen_fields() {
    let file = lab("RES|Glucose :|GLU 01|N|1.30|g/L|0.74|1.06|H|F|7.2|mmol/L|4.1|5.9");
    assert_eq!(file.warnings, []);
    let read = results(&file)[0];
    assert_eq!((read.label.as_str(), read.code.as_deref()), ("Glucose", Some("GLU 01")));
    assert_eq!(read.code_system.as_deref(), Some("local"));
    assert_eq!((read.value.as_deref(), read.unit.as_deref()), (Some("1.30"), Some("g/L")));
    assert_eq!((read.low.as_deref(), read.high.as_deref()), (Some("0.74"), Some("1.06")));
    assert_eq!((read.flag, read.flag_from), (Some(Flag::High), Some(FlagSource::Laboratory)));
    assert_eq!((read.status, read.kind), (Some(ResultStatus::Final), ValueKind::Numeric));
    let second = read.second.as_ref().unwrap();
    assert_eq!((second.value.as_deref(), second.unit.as_deref()), (Some("7.2"), Some("mmol/L")));
    assert_eq!((second.low.as_deref(), second.high.as_deref()), (Some("4.1"), Some("5.9")));
    // A fifteenth field is not of the format: the line stands in the text.
    let more = lab("RES|Glucose|GLU|N|1.30|g/L|0.74|1.06|H|F|7.2|mmol/L|4.1|5.9|en plus");
    assert!(text(&more).contains("en plus"));
    assert_eq!(more.warnings[0].code, WarningCode::UnreadLine);
}

#[test]
fn labels_as_laboratories_write_them() {
    let rows = [
        ("RES|- Hématies|HB|N|4", "Hématies"),
        ("RES|   Hématies .....:|HB|N|4", "Hématies"),
        ("RES|Hématies :|HB|N|4", "Hématies"),
        ("RES||HB|N|4", "HB"),
        ("RES|H&eacute;maties|HB|N|4", "Hématies"),
        ("RES|Hématies<br />|HB|N|4", "Hématies"),
        ("res|Hématies|HB|N|4", "Hématies"),
        ("  RES|Hématies|HB|N|4", "Hématies"),
        ("\tRES|\tHématies\t|HB|N|4", "Hématies"),
    ];
    for (line, label) in rows {
        assert_eq!(result(line).label, label, "{line}");
    }
}

#[test]
fn types_and_statuses() {
    assert_eq!(result("RES|X|X|N|DIABETE").kind, ValueKind::Text);
    assert_eq!(result("RES|X|X|N|Oui").value.as_deref(), Some("Oui"));
    assert_eq!(result("RES|X|X|T|Négatif").kind, ValueKind::Text);
    assert_eq!(result("RES|X|X|C|POS").kind, ValueKind::Coded);
    assert_eq!(result("RES|X|X||4").kind, ValueKind::Numeric);
    for (sent, status) in [
        ("F", Some(ResultStatus::Final)),
        ("R", Some(ResultStatus::Preliminary)),
        ("C", Some(ResultStatus::Corrected)),
        ("", None),
    ] {
        assert_eq!(result(&format!("RES|X|X|N|4|g||||{sent}")).status, status, "{sent}");
    }
}

/// The flag is the laboratory's even where only the second value has bounds.
#[test]
fn a_flag_on_the_second_value() {
    let read = result("RES|Lymphocytes|LYM|N|12|%|||L|F|0.8|G/L|1.0|4.8");
    assert_eq!((read.flag, read.flag_from), (Some(Flag::Low), Some(FlagSource::Laboratory)));
    assert_eq!(read.second.unwrap().low.as_deref(), Some("1.0"));
}

#[test]
fn bounds_as_laboratories_write_them() {
    type Row = (&'static str, &'static str, Option<&'static str>, Option<&'static str>, Option<Flag>);
    let rows: [Row; 14] = [
        ("13,0", "18,0", Some("13.0"), Some("18.0"), Some(Flag::Low)),
        ("", "18", None, Some("18"), Some(Flag::Normal)),
        ("13", "", Some("13"), None, Some(Flag::Low)),
        ("2.20-2.60", "", Some("2.20"), Some("2.60"), Some(Flag::High)),
        ("", "2.20 - 2.60", Some("2.20"), Some("2.60"), Some(Flag::High)),
        ("[13 - 18]", "", Some("13"), Some("18"), Some(Flag::Low)),
        ("<5", "", None, Some("5"), Some(Flag::High)),
        ("", "< 5,5", None, Some("5.5"), Some(Flag::High)),
        ("> 60", "", Some("60"), None, Some(Flag::Low)),
        ("inf. à 5", "", None, Some("5"), Some(Flag::High)),
        ("Supérieur à 60", "", Some("60"), None, Some(Flag::Low)),
        ("0", "0", None, None, None),
        (".", ".", None, None, None),
        ("voir texte", "", None, None, None),
    ];
    for (low, high, found_low, found_high, flag) in rows {
        let read = result(&format!("RES|X|X|N|12|g/L|{low}|{high}||F"));
        let found = (read.low.as_deref(), read.high.as_deref(), read.flag);
        assert_eq!(found, (found_low, found_high, flag), "{low}|{high}");
        if low == "voir texte" {
            assert_eq!(read.comment.as_deref(), Some("Valeurs de référence : voir texte"));
        }
    }
}

#[test]
fn long_values_and_breaks_inside_fields() {
    let long = "Présence de nombreux germes ".repeat(60);
    assert_eq!(result(&format!("RES|Examen|EX|A|{long}||||A|F")).value.as_deref(), Some(long.trim()));
    let broken = result("RES|Conclusion|CO|A|Ligne un<br />ligne deux &lt; trois||||");
    assert_eq!(broken.value.as_deref(), Some("Ligne un\nligne deux < trois"));
}

#[test]
fn place_holders_titles_and_remarks() {
    let file = lab(
        "RES||IGET 005|A\nRES|HEMATOLOGIE\nRES|HB|HB|N|12|g/dL\nRES|Résultat contrôlé.\nRES|||A|Remarque seule\nRES|\nTEX",
    );
    assert_eq!(results(&file).len(), 1);
    assert_eq!(file.dossiers[0].sections[0].title.as_deref(), Some("HEMATOLOGIE"));
    assert_eq!(results(&file)[0].comment.as_deref(), Some("Résultat contrôlé.\nRemarque seule"));
}

#[test]
fn an_antibiogram_is_kept_as_text() {
    let table = "TEX|Antibiogramme\nTEX|  Amoxicilline             Résistant   > 8\nTEX|  Fosfomycine              Sensible    < 32";
    let file = lab(&format!("RES|Germe|GER|A|Escherichia coli||||A|F\n{table}"));
    assert_eq!(results(&file).len(), 1);
    for line in ["Amoxicilline             Résistant   > 8", "Fosfomycine              Sensible    < 32"] {
        assert!(text(&file).contains(line));
        assert!(results(&file)[0].comment.as_deref().unwrap().contains(line));
    }
}

#[test]
fn text_that_repeats_the_results_is_no_comment() {
    let file = lab("TEX|Sodium        140 mmol/L (136 - 145)\nRES|Sodium|NA|N|140|mmol/L|136|145||F\n\
         TEX|Potassium     4,1 mmol/L (3,5 - 5,0)\nRES|Potassium|K|N|4.1|mmol/L|3.5|5.0||F");
    assert!(results(&file).iter().all(|result| result.comment.is_none()), "{file:?}");
    assert!(text(&file).contains("4,1 mmol/L"));
}

#[test]
fn tags_in_every_disorder() {
    let line = "RES|HB|HB|N|12|g/dL|13|18||F\n";
    let rows = [
        ("indented, blank after", format!("{HEADER} ****LAB****\n\n{line}   ****FIN****\n\n ****FINFICHIER****\n")),
        ("tab before", format!("{HEADER}\t****LAB****\n{line}\t****FIN****\n")),
        ("more stars", format!("{HEADER}*****LAB*****\n{line}*****FIN*****\n")),
        ("stars missing behind", format!("{HEADER}****LAB\n{line}****FIN\n")),
        ("end of file first", format!("{HEADER}****LAB****\n{line}****FINFICHIER****\n****FIN****\n")),
        (
            "end of file twice",
            format!("{HEADER}****LAB****\n{line}****FIN****\n****FINFICHIER****\n****FINFICHIER****\n"),
        ),
        ("end twice", format!("{HEADER}****LAB****\n{line}****FIN****\n****FIN****\n")),
        ("no lab tag", format!("{HEADER}Texte\n{line}****FIN****\n")),
        ("lab tag behind", format!("{HEADER}{line}****LAB****\n****FIN****\n")),
        ("lab tag twice", format!("{HEADER}****LAB****\nTEX|a\n****LAB****\n{line}****FIN****\n")),
        ("words behind the tag", format!("{HEADER}****LAB****\n{line}****FIN**** \u{1a}\n")),
        ("no end", format!("{HEADER}****LAB****\n{line}")),
        ("no end, no line end", format!("{HEADER}****LAB****\n{}", line.trim_end())),
    ];
    for (what, text) in rows {
        let file = parse(&text);
        assert_eq!(file.dossiers.len(), 1, "{what}: {file:?}");
        assert_eq!(file.dossiers[0].patient.used_name.as_deref(), Some("EXEMPLE"), "{what}");
        assert_eq!(results(&file).len(), 1, "{what}");
        assert_eq!(results(&file)[0].flag, Some(Flag::Low), "{what}");
    }
}

#[test]
fn line_ends_blanks_and_nul_bytes() {
    let usual = format!("{HEADER}Texte\n****LAB****\nRES|HB|HB|N|12|g/dL|13|18||F\nTEX|Fin\n****FIN****\n");
    let reference = parse(&usual).dossiers;
    let mut mixed = String::new();
    for (at, line) in usual.lines().enumerate() {
        mixed.push_str(line);
        mixed.push_str(["\n", "\r\n", "\r\n", "\n"][at % 4]);
    }
    let rows = [
        ("mixed", mixed),
        ("carriage returns", usual.replace('\n', "\r")),
        ("blanks behind", usual.replace('\n', "   \r\n")),
        ("NUL at the end", format!("{usual}\0\0\0\0")),
        ("NUL behind lines", usual.replace('\n', "\0\r\n")),
        ("SUB at the end", format!("{usual}\u{1a}")),
        ("form feed", usual.replace("TEX|Fin", "\u{c}TEX|Fin")),
    ];
    for (what, text) in rows {
        assert_eq!(parse(&text).dossiers, reference, "{what}");
    }
}

#[test]
fn seven_bits_and_tabs() {
    let file = lab("TEX|H?mogramme\nRES|H?maties\t|GR|N|4,5|T/L|4|6||F\nRES|Ur?e|UREE|N|0\t|g/L");
    assert_eq!(results(&file)[0].label, "H?maties");
    assert_eq!(results(&file)[0].flag, Some(Flag::Normal));
    assert_eq!(results(&file)[1].value.as_deref(), Some("0"));
}

#[test]
fn several_results_in_one_line_each_with_its_own_fields() {
    let file = lab("RES|NA|NA|N|140|mmol/L|136|145|N|F|RES|K|K|N|6,9|mmol/L|3.5|5|HH|F|RES|CL|CL|N|100|mmol/L");
    let labels: Vec<_> = results(&file).iter().map(|result| result.label.as_str()).collect();
    assert_eq!(labels, ["NA", "K", "CL"]);
    assert_eq!(results(&file)[1].flag, Some(Flag::CriticallyHigh));
}

#[test]
fn more_than_a_megabyte() {
    let lines: String =
        (0..30_000).map(|at| format!("TEX|Ligne {at} du commentaire du biologiste, bien remplie\n")).collect();
    let file = lab(&format!("RES|HB|HB|N|12|g/dL|13|18||F\n{lines}RES|NA|NA|N|140|mmol/L|136|145||F"));
    assert!(lines.len() > 1 << 20);
    assert_eq!(results(&file).len(), 2);
    for at in [0, 999, 1000, 1001, 29_999] {
        assert!(text(&file).contains(&format!("Ligne {at} du")), "{at}");
    }
}

#[test]
fn a_cut_base64_attachment_is_read_as_far_as_it_goes() {
    let payload = format!("{HEADER}****LAB****\nRES|HB|HB|N|12|g/dL|13|18||F\nRES|NA|NA|N|14");
    let mut encoded = String::new();
    for group in payload.as_bytes().chunks(3) {
        const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
        let at = |index: usize| u32::from(group.get(index).copied().unwrap_or(0));
        let bits = (at(0) << 16) | (at(1) << 8) | at(2);
        for digit in 0..4 {
            encoded.push(char::from(DIGITS[usize::try_from((bits >> (18 - 6 * digit)) & 63).unwrap()]));
        }
    }
    let cut = &encoded[..encoded.len() / 4 * 4 - 2];
    let mail = format!(
        "From: labo@labo.test\r\nSubject: x\r\nContent-Type: application/octet-stream; name=a.hpr\r\n\
         Content-Transfer-Encoding: base64\r\n\r\n{cut}"
    );
    let message = read(Source::Message, mail.as_bytes());
    assert_eq!(message.reports[0].sections[0].results[0].flag, Some(Flag::Low));
    let codes: Vec<_> = message.warnings.iter().map(|warning| warning.code).collect();
    assert!(codes.contains(&WarningCode::BrokenEncoding) && codes.contains(&WarningCode::MissingEndTag), "{codes:?}");
}

/// What names the extensions have, any case.
#[test]
fn files_known_by_their_name() {
    for name in ["a.hpr", "A.HPR", "a.hpm", "a.HPM1", "a.hpm2", "a.hpm3", "a.hprim", "a.Hprim"] {
        let file = parse_file(name, format!("{HEADER}Compte rendu\n").as_bytes());
        assert_eq!(file.dossiers[0].patient.used_name.as_deref(), Some("EXEMPLE"), "{name}");
    }
}

/// What stands behind a number and is not surely its unit: the value is what was sent, judged as a whole or not at all.
#[test]
fn a_number_is_what_the_format_says_or_nothing() {
    let whole = [
        "1E5",
        "10E4",
        "2.10E6",
        "1 E5",
        "4.7e7/mL",
        "x10^3",
        "4.5 x10^3",
        "4,5.10^9",
        "1.10^6/mL",
        "10^6/mL",
        "10⁶/L",
        "4,5·10⁹/L",
        "1b",
        "3a",
        "2a2c",
        "2H30",
        "0 Rh+",
        "A+",
        "1er",
        "46XX",
        "46,XY",
        "1/160",
        "3+",
        "1.500.000",
        "12 à 15",
        "10**6",
        "5 puissance 3",
    ];
    for value in whole {
        let file = lab(&format!("RES|X|x|N|{value}||0|8||F"));
        let result = &results(&file)[0];
        assert_eq!(result.value.as_deref(), Some(value));
        assert_eq!((result.unit.as_deref(), result.flag, result.kind), (None, None, ValueKind::Text), "{value}");
    }
    let numbers = [
        ("12mg/L", "12", "mg/L"),
        ("7,2 mmol/l", "7.2", "mmol/l"),
        ("4T/L", "4", "T/L"),
        ("12%", "12", "%"),
        ("37°C", "37", "°C"),
        ("5/mm3", "5", "/mm3"),
        ("5 /champ", "5", "/champ"),
        ("2h", "2", "h"),
        ("12 leucocytes", "12", "leucocytes"),
    ];
    for (value, number, unit) in numbers {
        let file = lab(&format!("RES|X|x|N|{value}||1|50||F"));
        let result = &results(&file)[0];
        assert_eq!((result.value.as_deref(), result.unit.as_deref()), (Some(number), Some(unit)), "{value}");
        assert_eq!(result.flag, Some(Flag::Normal), "{value}");
    }
}

/// `1.500` may be fifteen hundred: it is judged only where that changes nothing.
#[test]
fn a_point_that_may_stand_between_thousands() {
    let rows = [
        ("5.200", "4000", "10000", None),
        ("5.200", "4.000", "10.000", Some(Flag::Normal)),
        ("5.200", "4.00", "10.00", Some(Flag::Normal)),
        ("1.500", "0.270", "4.200", Some(Flag::Normal)),
        ("1.500", "1", "3", None),
        ("0.850", "60", "120", Some(Flag::Low)),
        ("1.500", "4000", "10000", Some(Flag::Low)),
        ("5200", "4.000", "10.000", None),
        ("12000", "4.000", "10.000", Some(Flag::High)),
        ("1,500", "1", "3", Some(Flag::Normal)),
        ("1500.000", "4000", "10000", Some(Flag::Low)),
        ("<1.500", "", "3", None),
    ];
    for (value, low, high, flag) in rows {
        let fields = lab(&format!("RES|X|x|N|{value}|/mm3|{low}|{high}||F"));
        let result = &results(&fields)[0];
        assert_eq!(result.flag, flag, "{value} {low} {high}");
        let doubtful = result.comment.as_deref().unwrap_or_default().contains("milliers");
        assert_eq!(
            (doubtful, result.kind == ValueKind::Text),
            (flag.is_none(), flag.is_none()),
            "{value} {low} {high}"
        );
    }
    let one_field = lab("RES|X|x|N|5.200|/mm3|4000 - 10000|||F");
    assert_eq!(results(&one_field)[0].flag, None);
    let laboratory = lab("RES|X|x|N|5.200|/mm3|4000|10000|H|F");
    assert_eq!(results(&laboratory)[0].flag, Some(Flag::High), "the laboratory's own word stands");
}

#[test]
fn a_second_value_of_zero_is_a_value() {
    let file = lab("RES|Cetones|CET|N|0|g/L|0|0|N|F|0||0|0\nRES|X|x|N|5|g/L|||N|F|3|%|0|");
    let second = |at: usize| results(&file)[at].second.clone().unwrap();
    assert_eq!(second(0).value.as_deref(), Some("0"));
    assert_eq!((second(1).value.as_deref(), second(1).low.as_deref()), (Some("3"), Some("0")));
    let none = lab("RES|X|x|N|5|g/L|1|9|N|F||||\nRES|Y|y|N|5|g/L|1|9|N|F|.|.|.|.\nRES|Z|z|N|5|g/L|0|9|N|F|||0|0");
    assert!(results(&none).iter().all(|result| result.second.is_none()));
    assert_eq!(results(&none)[2].low.as_deref(), Some("0"));
}

#[test]
fn what_is_taken_back_is_judged_no_more() {
    for status in ["X", "D", "W"] {
        let file = lab(&format!("RES|K|K|N|6.9|mmol/L|3.5|5|HH|{status}"));
        let result = &results(&file)[0];
        assert_eq!(
            (result.flag, result.status),
            (None, Some(bannette_api::report::ResultStatus::Cancelled)),
            "{status}"
        );
        assert_eq!(file.dossiers[0].status, Some(bannette_api::report::ReportStatus::Cancelled));
        assert!(text(&file).contains("HH"), "{status}");
    }
}

#[test]
fn flags_against_the_laboratorys_own_bounds_warn() {
    let rows = [
        ("7.1", "N", true),
        ("4.1", "HH", true),
        ("2.1", "H", true),
        ("5", "H", false),
        ("7.1", "HH", false),
        ("4.1", "", false),
    ];
    for (value, flag, doubtful) in rows {
        let file = lab(&format!("RES|Potassium|K|N|{value}|mmol/L|3.5|5|{flag}|F"));
        let warned = file.warnings.iter().any(|warning| warning.code == WarningCode::FlagContradicted);
        assert_eq!(warned, doubtful, "{value} {flag}");
    }
    let unknown = lab("RES|Potassium|K|N|4.1|mmol/L|3.5|5|Q|F");
    assert_eq!(results(&unknown)[0].flag, None, "nobody knows what the flag says");
}

/// The sections with their results and comments: `title/comment: label(comment) …`.
fn outline(lines: &str) -> Vec<String> {
    let file = lab(lines);
    let one = |section: &bannette_api::report::Section| {
        let results = section.results.iter().map(|result| match &result.comment {
            Some(comment) => format!(" {}({comment})", result.label),
            None => format!(" {}", result.label),
        });
        let comment = section.comment.as_ref().map(|comment| format!("/{comment}")).unwrap_or_default();
        format!("{}{comment}:{}", section.title.as_deref().unwrap_or("-"), results.collect::<String>())
    };
    file.dossiers[0].sections.iter().map(one).collect()
}

/// A heading is of what follows it, a remark of what precedes.
#[test]
fn headings_and_remarks() {
    let na = "RES|Sodium|NA|N|139|mmol/L|136|145|N|F\n";
    let hb = "RES|Globules|GR|N|4.5|T/L|4|6|N|F";
    let rows: [(&str, &[&str]); 13] = [
        ("RES|DIVERS||||\n", &["-: Sodium", "DIVERS: Globules"]),
        ("TEX|HEMATOLOGIE\n", &["-: Sodium", "HEMATOLOGIE: Globules"]),
        ("TEX|Urines\n", &["-: Sodium", "Urines: Globules"]),
        ("TEX|Numération globulaire :\n", &["-: Sodium", "Numération globulaire :: Globules"]),
        ("TEX|== DIVERS ==\n", &["-: Sodium", "DIVERS: Globules"]),
        ("TEX|Divers\nTEX|------\n", &["-: Sodium", "Divers: Globules"]),
        ("RES|HEMATOLOGIE||||\n", &["-: Sodium", "HEMATOLOGIE: Globules"]),
        ("RES|Hématologie||||\n", &["-: Sodium", "Hématologie: Globules"]),
        ("TEX|SERUM HEMOLYSE\n", &["-: Sodium(SERUM HEMOLYSE) Globules"]),
        ("TEX|\nTEX|RESULTAT CONTROLE\n", &["-: Sodium(RESULTAT CONTROLE) Globules"]),
        ("TEX|Hématologie à contrôler\n", &["-: Sodium(Hématologie à contrôler) Globules"]),
        ("TEX|Vu.\nTEX|HEMATOLOGIE\nTEX|\nTEX|Lame vue.\n", &["-: Sodium(Vu.)", "HEMATOLOGIE/Lame vue.: Globules"]),
        (
            "TEX|BACTERIOLOGIE\nTEX|\nTEX|En cours.\nTEX|\nTEX|HEMATOLOGIE\n",
            &["-: Sodium", "BACTERIOLOGIE/En cours.:", "HEMATOLOGIE: Globules"],
        ),
    ];
    for (between, expected) in rows {
        assert_eq!(outline(&format!("{na}{between}{hb}")), expected, "{between}");
    }
    assert_eq!(
        outline(&format!("{na}TEX|BACTERIOLOGIE\nTEX|\nTEX|Culture en cours.")),
        ["-: Sodium", "BACTERIOLOGIE/Culture en cours.:"]
    );
    assert_eq!(outline(&format!("{na}TEX|\nTEX|PRESENCE DE GELULES")), ["-: Sodium(PRESENCE DE GELULES)"]);
}

/// What stands in the second column, or on a line of its own (*soit*), speaks for the result too.
#[test]
fn a_second_value_out_of_its_bounds_is_not_normal() {
    let count = result("RES|Polynucléaires neutrophiles||N|55|%|40|75||F|0.4|G/L|1.8|7.5");
    assert_eq!((count.flag, count.flag_from), (Some(Flag::Low), Some(FlagSource::Bounds)));
    assert!(count.comment.as_deref().unwrap_or_default().contains("seconde valeur"));
    let inside = result("RES|Polynucléaires neutrophiles||N|55|%|40|75||F|4.0|G/L|1.8|7.5");
    assert_eq!((inside.flag, inside.comment), (Some(Flag::Normal), None));
    let file = lab("RES|Glycémie||N|1.0|g/L|0.7|1.1||F\nRES|soit||N|16.0|mmol/L|3.9|6.1|HH|F");
    let soit = results(&file)[0];
    assert_eq!((soit.flag, soit.flag_from), (Some(Flag::CriticallyHigh), Some(FlagSource::Laboratory)));
    // The laboratory's own word for the result is not taken back by it, and what is taken back is not judged.
    let flagged = result("RES|Neutrophiles||N|80|%|40|75|HH|F|0.4|G/L|1.8|7.5");
    assert_eq!(flagged.flag, Some(Flag::CriticallyHigh));
    let withdrawn = result("RES|Neutrophiles||N|55|%|40|75||X|0.4|G/L|1.8|7.5");
    assert_eq!(withdrawn.flag, None);
}

#[test]
fn a_zero_bounds_nothing_from_below_and_crosses_are_no_number() {
    for value in ["> 200", "200", "0"] {
        assert_eq!(result(&format!("RES|Ferritine||N|{value}|µg/L|0|||F")).flag, None, "{value}");
    }
    assert_eq!(result("RES|Base excess||N|-3|mmol/L|0|||F").flag, Some(Flag::Low));
    let strip = result("RES|Sang||N|2 croix||0|14||F");
    assert_eq!((strip.value.as_deref(), strip.flag, strip.kind), (Some("2 croix"), None, ValueKind::Text));
}

/// A chapter with how long was collected, or what was punctured, is of what follows it.
#[test]
fn chapters_with_hours_and_places() {
    for title in [
        "URINES DE 24 HEURES",
        "IONOGRAMME URINAIRE DES 24H",
        "Ionogramme urinaire",
        "Bandelette urinaire",
        "LIQUIDE PLEURAL (ponction du 24/11)",
    ] {
        let file = lab(&format!("RES|Sodium||N|140|mmol/L|135|145||F\n{title}\nRES|Sodium||N|95|mmol/L|||||F"));
        let sections = &file.dossiers[0].sections;
        let last = sections.last().unwrap();
        assert!(last.title.as_deref().unwrap_or_default().starts_with(&title[..6]), "{title}: {:?}", last.title);
        assert_eq!(sections[0].results[0].comment, None, "{title}");
    }
}
