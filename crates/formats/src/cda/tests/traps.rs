//! What laboratories and hostile hands do to documents.

use super::super::{is_in, read};
use super::{PATIENT, codes, document, observation, result, results, section};
use bannette_api::report::{
    Flag, FlagSource, Format, NarrativeBlock, PreviousValue, ReportStatus, ResultStatus, SecondValue, ValueKind,
    WarningCode,
};

fn pq(value: &str, unit: &str) -> String {
    format!("<value xsi:type=\"PQ\" value=\"{value}\" unit=\"{unit}\"/>")
}

fn range(low: &str, high: &str, unit: &str) -> String {
    let side = |name: &str, value: &str| match value {
        "" => String::new(),
        value => format!("<{name} value=\"{value}\" unit=\"{unit}\"/>"),
    };
    format!(
        "<referenceRange><observationRange><value xsi:type=\"IVL_PQ\">{}{}</value></observationRange></referenceRange>",
        side("low", low),
        side("high", high)
    )
}

fn interpreted(code: &str) -> String {
    format!("<interpretationCode code=\"{code}\" codeSystem=\"2.16.840.1.113883.5.83\"/>")
}

#[test]
fn the_laboratory_wins_over_the_bounds() {
    let found = result(&format!("{}{}{}", pq("12.0", "g/dL"), interpreted("N"), range("13.0", "18.0", "g/dL")));
    assert_eq!((found.flag, found.flag_from), (Some(Flag::Normal), Some(FlagSource::Laboratory)));
    let found = result(&format!("{}{}", pq("12.0", "g/dL"), range("13.0", "18.0", "g/dL")));
    assert_eq!((found.flag, found.flag_from), (Some(Flag::Low), Some(FlagSource::Bounds)));
    assert_eq!(result(&pq("12.0", "g/dL")).flag, None);
}

#[test]
fn interpretations_of_a_standing() {
    for (code, flag) in [
        ("N", Flag::Normal),
        ("L", Flag::Low),
        ("H", Flag::High),
        ("LL", Flag::CriticallyLow),
        ("HH", Flag::CriticallyHigh),
        ("A", Flag::Abnormal),
        ("AA", Flag::Critical),
    ] {
        let found = result(&format!("{}{}", pq("1", "g/L"), interpreted(code)));
        assert_eq!((found.flag, found.comment), (Some(flag), None), "{code}");
    }
    let both = result(&format!("{}{}{}", pq("1", "g/L"), interpreted("A"), interpreted("HH")));
    assert_eq!(both.flag, Some(Flag::CriticallyHigh));
    let side = result(&format!("{}{}{}", pq("1", "g/L"), interpreted("L"), interpreted("AA")));
    assert_eq!(side.flag, Some(Flag::CriticallyLow));
}

#[test]
fn other_interpretations_are_words_and_no_standing() {
    for (code, words) in [("POS", "Positif"), ("IND", "Indéterminé"), ("U", "En hausse significative"), ("ZZ", "ZZ")]
    {
        let found = result(&format!("{}{}", pq("1", "g/L"), interpreted(code)));
        assert_eq!((found.flag, found.comment.as_deref()), (None, Some(words)), "{code}");
    }
    // A code of another system means something else.
    let other = result(&format!("{}<interpretationCode code=\"HH\" codeSystem=\"1.2.3\"/>", pq("1", "g/L")));
    assert_eq!((other.flag, other.comment.as_deref()), (None, Some("HH")));
}

#[test]
fn a_censored_value_is_never_on_the_wrong_side() {
    let below = "<value xsi:type=\"IVL_PQ\"><high value=\"60\" unit=\"ng/L\" inclusive=\"false\"/></value>";
    let found = result(&format!("{below}{}", range("", "14", "ng/L")));
    assert_eq!((found.comparator.as_deref(), found.value.as_deref(), found.flag), (Some("<"), Some("60"), None));
    let above = "<value xsi:type=\"IVL_PQ\"><low value=\"5\" unit=\"ng/L\"/></value>";
    let found = result(&format!("{above}{}", range("14", "", "ng/L")));
    assert_eq!((found.comparator.as_deref(), found.value.as_deref(), found.flag), (Some(">="), Some("5"), None));
    let above = "<value xsi:type=\"IVL_PQ\"><low value=\"50\" unit=\"ng/L\"/></value>";
    assert_eq!(result(&format!("{above}{}", range("", "14", "ng/L"))).flag, Some(Flag::High));
    // Off scale by its interpretation: the sign is given, the standing is not.
    let found = result(&format!("{}{}{}", pq("0.6", "mg/L"), interpreted("<"), range("", "5", "mg/L")));
    assert_eq!((found.comparator.as_deref(), found.flag), (Some("<"), Some(Flag::Normal)));
}

#[test]
fn bounds_of_another_unit_judge_nothing() {
    let found = result(&format!("{}{}", pq("1.10", "g/L"), range("3.5", "5.5", "mmol/L")));
    assert_eq!((found.flag, found.low, found.high), (None, None, None));
    assert_eq!(found.comment.as_deref(), Some("Valeurs de référence : 3.5 - 5.5 mmol/L"));
}

#[test]
fn several_ranges_judge_nothing() {
    let ranges = range("13", "18", "g/dL") + &range("12", "16", "g/dL");
    let found = result(&format!("{}{ranges}", pq("12.5", "g/dL")));
    assert_eq!((found.flag, found.low), (None, None));
    let comment = found.comment.unwrap();
    assert!(comment.contains("13 - 18 g/dL") && comment.contains("12 - 16 g/dL"), "{comment}");
}

#[test]
fn a_range_of_what_is_critical_is_no_bound() {
    let critical = range("6.5", "", "mmol/L")
        .replace("</observationRange>", "<interpretationCode code=\"HH\"/></observationRange>");
    let found = result(&format!("{}{critical}", pq("4.0", "mmol/L")));
    assert_eq!((found.flag, found.low), (None, None));
    assert_eq!(found.comment.as_deref(), Some("Valeurs de référence : > 6.5 mmol/L"));
}

#[test]
fn crossed_bounds_and_bounds_in_words_judge_nothing() {
    let found = result(&format!("{}{}", pq("4.0", "mmol/L"), range("18", "13", "mmol/L")));
    assert_eq!((found.flag, found.low), (None, None));
    let words = "<referenceRange><observationRange><text>Voir au dos</text></observationRange></referenceRange>";
    let found = result(&format!("{}{words}", pq("4.0", "mmol/L")));
    assert_eq!((found.flag, found.comment.as_deref()), (None, Some("Valeurs de référence : Voir au dos")));
}

#[test]
fn a_value_on_a_bound_that_is_outside_is_not_judged() {
    let range = "<referenceRange><observationRange><value xsi:type=\"IVL_PQ\"><high value=\"5.0\" unit=\"mg/L\" \
                 inclusive=\"false\"/></value></observationRange></referenceRange>";
    assert_eq!(result(&format!("{}{range}", pq("5", "mg/L"))).flag, None);
    assert_eq!(result(&format!("{}{range}", pq("5.1", "mg/L"))).flag, Some(Flag::High));
    assert_eq!(result(&format!("{}{range}", pq("4.9", "mg/L"))).flag, Some(Flag::Normal));
}

#[test]
fn digits_stay_as_sent() {
    for (sent, shown) in [("12.90", "12.90"), ("0.050", "0.050"), ("12,9", "12.9"), ("1e3", "1e3"), ("007", "007")] {
        assert_eq!(result(&pq(sent, "g/L")).value.as_deref(), Some(shown));
    }
    assert_eq!(result(&pq("1e3", "g/L")).kind, ValueKind::Text);
    let signed = result(&pq("&lt; 0.12", "mg/L"));
    assert_eq!((signed.comparator.as_deref(), signed.value.as_deref()), (Some("<"), Some("0.12")));
}

#[test]
fn a_translation_is_the_second_value_with_its_own_bounds() {
    let value = "<value xsi:type=\"PQ\" value=\"1.10\" unit=\"g/L\"><translation value=\"6.1\" code=\"mmol/L\" \
                 codeSystem=\"2.16.840.1.113883.6.8\"/></value>";
    let found = result(&format!("{value}{}{}", range("0.74", "1.06", "g/L"), range("4.1", "5.9", "mmol/L")));
    let text = |text: &str| Some(text.to_owned());
    let second = SecondValue { value: text("6.1"), unit: text("mmol/L"), low: text("4.1"), high: text("5.9") };
    assert_eq!(found.second, Some(second));
    assert_eq!((found.low, found.high, found.flag), (text("0.74"), text("1.06"), Some(Flag::High)));
    assert_eq!(found.comment, None);
}

#[test]
fn an_absent_value_says_why() {
    let masked = result("<value xsi:type=\"PQ\" nullFlavor=\"MSK\"/>");
    assert_eq!((masked.value, masked.comment.as_deref()), (None, Some("Valeur absente : masquée")));
    let original = "<value xsi:type=\"CD\" nullFlavor=\"OTH\"><originalText>Flore banale</originalText></value>";
    assert_eq!(result(original).value.as_deref(), Some("Flore banale"));
    let unknown = "<value xsi:type=\"PQ\" nullFlavor=\"UNK\"><translation value=\"5.1\" unit=\"mmol/L\"/></value>";
    let found = result(unknown);
    assert_eq!((found.value.as_deref(), found.unit.as_deref()), (Some("5.1"), Some("mmol/L")));
}

#[test]
fn types_that_are_absent_or_unknown() {
    let found = result("<value value=\"5.1\" unit=\"mmol/L\"/>");
    assert_eq!((found.kind, found.unit.as_deref()), (ValueKind::Numeric, Some("mmol/L")));
    assert_eq!(result("<value code=\"X\" displayName=\"Présence\"/>").value.as_deref(), Some("Présence"));
    assert_eq!(result("<value>Limpide</value>").value.as_deref(), Some("Limpide"));
    let curve = "<value xsi:type=\"SLIST_PQ\"><origin value=\"0\" unit=\"mV\"/><digits>1 2 3</digits></value>";
    assert_eq!(result(curve).value.as_deref(), Some("0 mV 1 2 3"));
    let ratio = "<value xsi:type=\"c:RTO_PQ_PQ\"><numerator value=\"3\" unit=\"mg\"/><denominator value=\"24\" unit=\"h\"/>\
                 </value>";
    let found = result(ratio);
    assert_eq!((found.value.as_deref(), found.unit.as_deref()), (Some("3/24"), Some("mg/h")));
}

#[test]
fn words_that_are_a_number_are_judged() {
    let found = result(&format!("<value xsi:type=\"ST\">7,2</value>{}", range("3.5", "5.0", "")));
    assert_eq!((found.value.as_deref(), found.kind, found.flag), (Some("7.2"), ValueKind::Numeric, Some(Flag::High)));
    let found = result(&format!("<value xsi:type=\"ST\">7,2 (contrôlé)</value>{}", range("3.5", "5.0", "")));
    assert_eq!((found.value.as_deref(), found.flag), (Some("7,2 (contrôlé)"), None));
}

#[test]
fn earlier_results_are_never_new() {
    let earlier = "<entryRelationship typeCode=\"REFR\"><observation><code code=\"X\"/><effectiveTime value=\"20240101\"/>\
                   <value xsi:type=\"PQ\" value=\"99\" unit=\"g/L\"/></observation></entryRelationship>";
    let found = result(&format!("{}{earlier}", pq("1", "g/L")));
    let text = |text: &str| Some(text.to_owned());
    assert_eq!(found.previous, [PreviousValue { value: text("99"), unit: text("g/L"), at: text("2024-01-01") }]);
    // As a component of the same measure, in a battery, under the act itself, of another measure: never new either.
    for hidden in [
        earlier.replace("REFR", "COMP"),
        earlier
            .replace("<observation>", "<organizer><component><observation>")
            .replace("</observation>", "</observation></component></organizer>"),
    ] {
        let report = section("", &observation(&format!("{}{hidden}", pq("1", "g/L"))));
        assert_eq!(results(&report).len(), 1, "{hidden}");
        assert_eq!(results(&report)[0].previous.len(), 1, "{hidden}");
    }
    let report = section("", &format!("{}{earlier}", observation(&pq("1", "g/L"))));
    assert_eq!(results(&report).len(), 1);
    assert_eq!(report.text.as_deref(), Some("Antériorité : X : 99 g/L (2024-01-01)"));
    let other = earlier.replace("code=\"X\"", "code=\"Y\" displayName=\"Autre\"");
    let found = result(&format!("{}{other}", pq("1", "g/L")));
    assert_eq!(found.previous, []);
    assert_eq!(found.comment.as_deref(), Some("Antériorité : Autre : 99 g/L (2024-01-01)"));
}

#[test]
fn what_is_denied_asked_or_of_another_is_not_a_finding_of_the_patient() {
    let germ = "<value xsi:type=\"CD\" code=\"1\" displayName=\"Salmonella\"/>";
    let denied = observation(germ).replace("<observation>", "<observation negationInd=\"true\">");
    let report = section("", &denied);
    let found = results(&report)[0];
    assert_eq!((found.value.as_deref(), found.flag), (Some("Absence : Salmonella"), None));
    let goal = observation(germ).replace("<observation>", "<observation moodCode=\"GOL\">");
    let understood = read(
        document(&format!("<component><section><entry><act>{goal}</act></entry></section></component>")).as_bytes(),
    );
    assert_eq!(codes(&understood), [WarningCode::UnreadLine]);
    assert!(results(&understood.reports[0]).is_empty());
    let other = "<subject><relatedSubject><code code=\"NCHILD\" displayName=\"Enfant\"/></relatedSubject></subject>";
    let found = result(&format!("{germ}{other}"));
    assert_eq!(found.comment.as_deref(), Some("Concerne un autre sujet que le patient : Enfant"));
}

#[test]
fn long_words_are_whole_or_marked() {
    let conclusion = "Conclusion ".repeat(1000);
    let found = result(&format!("<value xsi:type=\"ED\">{conclusion}</value>"));
    assert_eq!(found.value.as_deref(), Some(conclusion.trim()));
    let found = result(&format!("<value xsi:type=\"ED\">{}</value>", conclusion.repeat(3)));
    assert!(found.value.as_deref().unwrap().ends_with('…'));
}

#[test]
fn words_beside_a_value_are_its_comment() {
    let found = result(&format!("<text>Hémolyse légère</text>{}", pq("5", "mmol/L")));
    assert_eq!((found.value.as_deref(), found.comment.as_deref()), (Some("5"), Some("Hémolyse légère")));
}

#[test]
fn an_antibiogram_is_no_abnormality() {
    let isolate = format!(
        "<entryRelationship><organizer classCode=\"CLUSTER\"><specimen><specimenRole><specimenPlayingEntity><code \
         code=\"1\" displayName=\"Escherichia coli\"/></specimenPlayingEntity></specimenRole></specimen><component>\
         <organizer classCode=\"BATTERY\"><code displayName=\"Antibiogramme\" code=\"A\"/><component><observation><code \
         code=\"AMX\" displayName=\"Amoxicilline\"/>{}</observation></component><component><observation><code \
         code=\"FOS\" displayName=\"Fosfomycine\"/>{}{}{}</observation></component></organizer></component></organizer>\
         </entryRelationship>",
        interpreted("R"),
        pq("16", "mg/L"),
        interpreted("I"),
        range("", "8", "mg/L"),
    );
    let report = section("", &isolate);
    let titles: Vec<_> =
        report.sections.iter().map(|section| (section.title.as_deref().unwrap(), section.level)).collect();
    assert_eq!(titles, [("Biochimie", 0), ("Escherichia coli", 1), ("Escherichia coli — Antibiogramme", 2)]);
    let found = results(&report);
    assert_eq!((found[0].value.as_deref(), found[0].kind, found[0].flag), (Some("Résistant"), ValueKind::Coded, None));
    assert_eq!((found[1].value.as_deref(), found[1].flag), (Some("16"), None));
    assert_eq!(found[1].comment.as_deref(), Some("Intermédiaire"));
}

#[test]
fn results_after_a_battery_are_of_the_section_again() {
    let battery = "<entryRelationship><organizer classCode=\"BATTERY\"><code code=\"B\" displayName=\"Ionogramme\"/>\
                   <component><observation><code code=\"NA\"/><value xsi:type=\"PQ\" value=\"140\" unit=\"mmol/L\"/>\
                   </observation></component></organizer></entryRelationship>";
    let report = section("", &format!("{}{battery}{}", observation(&pq("1", "g/L")), observation(&pq("2", "g/L"))));
    let shown: Vec<_> = report
        .sections
        .iter()
        .map(|section| (section.title.as_deref().unwrap(), section.level, section.results.len()))
        .collect();
    assert_eq!(shown, [("Biochimie", 0, 1), ("Ionogramme", 1, 1), ("Biochimie", 0, 1)]);
}

#[test]
fn states_of_results() {
    for (code, status) in [
        ("completed", Some(ResultStatus::Final)),
        ("active", Some(ResultStatus::Preliminary)),
        ("aborted", Some(ResultStatus::Cancelled)),
        ("nullified", Some(ResultStatus::Cancelled)),
        ("?", None),
    ] {
        let found = result(&format!("<statusCode code=\"{code}\"/>{}", pq("1", "g/L")));
        assert_eq!(found.status, status, "{code}");
    }
}

#[test]
fn labels_values_and_comments_of_the_narrative() {
    let narrative = "<table><tbody><tr ID=\"row\"><td>Sodium</td><td ID=\"v\">140 mmol/L</td></tr></tbody></table>\
                     <paragraph ID=\"c\">À contrôler</paragraph>";
    let comment = "<entryRelationship><act><code code=\"48767-8\"/><text><reference value=\"#c\"/></text></act>\
                   </entryRelationship>";
    let entry = format!(
        "<entryRelationship><observation><code code=\"2951-2\" codeSystem=\"2.16.840.1.113883.6.1\" \
         displayName=\"Sodium [Moles/Volume]\"><originalText><reference value=\"#row\"/></originalText></code><text>\
         <reference value=\"#v\"/></text>{comment}</observation></entryRelationship>"
    );
    let report = section(narrative, &entry);
    let found = results(&report)[0];
    assert_eq!((found.label.as_str(), found.code_system.as_deref()), ("Sodium", Some("loinc")));
    assert_eq!(found.value.as_deref(), Some("140 mmol/L"), "the value stands in the narrative only");
    assert_eq!(found.comment.as_deref(), Some("À contrôler"));
    // A reference to nothing gives the code's name, never another's words.
    let found = section("", &entry.replace("#row", "#nowhere"));
    assert_eq!(results(&found)[0].label, "Sodium [Moles/Volume]");
}

#[test]
fn narratives_are_plain_words_in_their_places() {
    let narrative = "Avant<br/>après <sub>2</sub><content revised=\"delete\">faux</content>\
        <paragraph>4,5 10<sup>9</sup>/L, 1<sup>er</sup>, x<sup>-12</sup></paragraph>\
        <list listType=\"ordered\"><caption>Liste</caption><item>un</item><item>deux</item></list>\
        <table><caption>Table</caption><thead><tr><th>A</th><th colspan=\"2\">B</th></tr></thead><tbody>\
        <tr><td rowspan=\"2\">x</td><td>1</td><td>2</td></tr><tr><td rowspan=\"2\">3</td><td>&lt;script&gt;</td></tr>\
        <tr><td>y</td><td>4</td></tr></tbody></table>\
        <linkHtml href=\"https://example.org/\">lien</linkHtml>";
    let report = section(narrative, "");
    let rows = |rows: &[&[&str]]| -> Vec<Vec<String>> {
        rows.iter().map(|row| row.iter().map(|cell| (*cell).to_owned()).collect()).collect()
    };
    let expected = [
        NarrativeBlock::Paragraph { text: "Avant\naprès ₂[supprimé : faux]".to_owned() },
        NarrativeBlock::Paragraph { text: "4,5 10⁹/L, 1er, x⁻¹²".to_owned() },
        NarrativeBlock::Heading { text: "Liste".to_owned() },
        NarrativeBlock::List { ordered: true, items: vec!["un".to_owned(), "deux".to_owned()] },
        NarrativeBlock::Table {
            caption: Some("Table".to_owned()),
            header: rows(&[&["A", "B", ""]]),
            rows: rows(&[&["x", "1", "2"], &["", "3", "<script>"], &["y", "", "4"]]),
        },
        NarrativeBlock::Paragraph { text: "lien (https://example.org/)".to_owned() },
    ];
    assert_eq!(report.sections[0].narrative, expected);
}

#[test]
fn identities_with_wrong_keys_are_kept_and_doubted() {
    let text = document("")
        .replace("<patientRole>", "<patientRole><id root=\"1.2.250.1.213.1.4.8\" extension=\"288091234567823\"/>");
    let understood = read(text.as_bytes());
    assert_eq!(codes(&understood), [WarningCode::DoubtfulIdentifier]);
    assert_eq!(understood.reports[0].patient.ins.as_ref().unwrap().value, "288091234567823");
    let rpps = "<author><assignedAuthor><id root=\"1.2.250.1.71.4.2.1\" extension=\"801234534765\"/></assignedAuthor>\
                </author><component>";
    let understood = read(document("").replacen("<component>", rpps, 1).as_bytes());
    assert_eq!(codes(&understood), [WarningCode::DoubtfulIdentifier]);
}

#[test]
fn doubtful_identities_are_said() {
    let two = PATIENT.replace("</family>", "</family><family qualifier=\"BR\">AUTRE</family>");
    let understood = read(document("").replace(PATIENT, &two).as_bytes());
    assert_eq!(codes(&understood), [WarningCode::UnusualHeader]);
    assert_eq!(understood.reports[0].patient.birth_name.as_deref(), Some("EXEMPLE"));
    let twice = format!("{PATIENT}{PATIENT}");
    assert_eq!(codes(&read(document("").replace(PATIENT, &twice).as_bytes())), [WarningCode::SeveralPatients]);
    assert_eq!(codes(&read(document("").replace(PATIENT, "").as_bytes())), [WarningCode::MissingHeader]);
    // A name of which nothing says what it is stands where HPRIM's does.
    let plain = read(document("").replace(" qualifier=\"BR\"", "").as_bytes());
    let patient = &plain.reports[0].patient;
    assert_eq!((patient.birth_name.as_deref(), patient.used_name.as_deref()), (None, Some("EXEMPLE")));
}

#[test]
fn states_of_reports() {
    let status = |state: &str, replaces: bool| {
        let state = match state {
            "" => String::new(),
            code => format!(
                "<documentationOf><serviceEvent><l:statusCode xmlns:l=\"urn:oid:1.3.6.1.4.1.19376.1.3.2\" \
                 code=\"{code}\"/></serviceEvent></documentationOf>"
            ),
        };
        let replaced = "<relatedDocument typeCode=\"RPLC\"><parentDocument><id root=\"1.2\" extension=\"7\"/>\
                        </parentDocument></relatedDocument>";
        let replaced = if replaces { replaced } else { "" };
        let text = document("").replacen("<component>", &format!("{state}{replaced}<component>"), 1);
        let report = read(text.as_bytes()).reports[0].clone();
        assert_eq!(report.replaces.is_some(), replaces);
        report.status
    };
    assert_eq!(status("", false), None);
    assert_eq!(status("active", false), Some(ReportStatus::Partial));
    assert_eq!(status("completed", false), Some(ReportStatus::Complete));
    assert_eq!(status("aborted", false), Some(ReportStatus::Cancelled));
    assert_eq!(status("completed", true), Some(ReportStatus::Corrected));
    assert_eq!(status("", true), Some(ReportStatus::Corrected));
    assert_eq!(status("active", true), Some(ReportStatus::Partial));
    // An addendum replaces nothing.
    let addendum =
        "<relatedDocument typeCode=\"APND\"><parentDocument><id root=\"1.2\"/></parentDocument></relatedDocument>";
    let text = document("").replacen("<component>", &format!("{addendum}<component>"), 1);
    assert_eq!(read(text.as_bytes()).reports[0].replaces, None);
}

#[test]
fn level_1_in_all_its_states() {
    let level_one = |content: &str| {
        let body = format!("<nonXMLBody>{content}</nonXMLBody>");
        let text = document("").replace("<structuredBody></structuredBody>", &body);
        read(text.as_bytes())
    };
    let found =
        level_one("<text mediaType=\"application/pdf\" representation=\"B64\">\n JVBE\t Ri0x\r\nLjQ= \n</text>");
    assert_eq!((codes(&found), found.reports[0].format), (vec![], Format::CdaN1));
    assert_eq!(found.documents[0].bytes, b"%PDF-1.4");
    let broken = level_one("<text mediaType=\"application/pdf\" representation=\"B64\">JVBERi0x!LjQ</text>");
    assert_eq!(codes(&broken), [WarningCode::BrokenEncoding]);
    assert_eq!(broken.documents[0].bytes, b"%PDF-1.4");
    let outside =
        level_one("<text mediaType=\"application/pdf\"><reference value=\"http://example.org/x.pdf\"/></text>");
    assert_eq!(codes(&outside), [WarningCode::BrokenEncoding]);
    assert!(outside.documents.is_empty());
    let words = level_one("<text>Compte rendu en clair</text>");
    assert_eq!(words.reports[0].text.as_deref(), Some("Compte rendu en clair"));
}

#[test]
fn namespaces_count_not_prefixes() {
    let prefixed = document(&format!(
        "<component><section><entry>{}</entry></section></component>",
        observation(&pq("1", "g/L"))
            .replace("<entryRelationship typeCode=\"COMP\">", "")
            .replace("</entryRelationship>", "")
    ));
    let plain = results(&read(prefixed.as_bytes()).reports[0]).len();
    assert_eq!(plain, 1);
    // The same names in another namespace are nothing to us, were they the default one.
    let foreign = prefixed.replace("<observation>", "<observation xmlns=\"urn:other\">");
    assert_eq!(results(&read(foreign.as_bytes()).reports[0]).len(), 0);
    assert!(read(prefixed.replace("urn:hl7-org:v3", "urn:other").as_bytes()).reports.is_empty());
}

#[test]
fn where_a_document_is_seen() {
    let plain = document("");
    assert!(is_in(plain.as_bytes()));
    assert!(is_in(format!("\u{FEFF}\n <?xml version=\"1.0\"?><!-- x -->{plain}").as_bytes()));
    let padding = "<xsl:template>x</xsl:template>".repeat(10_000);
    let wrapped =
        format!("<xsl:stylesheet xmlns:xsl=\"http://www.w3.org/1999/XSL/Transform\">{padding}{plain}</xsl:stylesheet>");
    assert!(is_in(wrapped.as_bytes()));
    assert_eq!(read(wrapped.as_bytes()).reports.len(), 1);
    for other in [
        "",
        "ClinicalDocument urn:hl7-org:v3",
        "bonjour <ClinicalDocument xmlns=\"urn:hl7-org:v3\">",
        "<html><body>urn:hl7-org:v3 ClinicalDocument</body></html>",
        "<ClinicalDocument xmlns=\"urn:other\"/>",
        "%PDF-1.4 <ClinicalDocument xmlns=\"urn:hl7-org:v3\">",
    ] {
        assert!(!is_in(other.as_bytes()), "{other}");
    }
}

#[test]
fn a_result_that_is_cut_says_so() {
    let whole = document(&format!(
        "<component><section><title>T</title><entry><act>{}{}</act></entry></section></component>",
        observation(&pq("1", "g/L")),
        observation(&format!("{}{}", pq("2", "g/L"), interpreted("HH"))),
    ));
    let at = whole.find("<interpretationCode").unwrap();
    let understood = read(&whole.as_bytes()[..at]);
    assert_eq!(codes(&understood), [WarningCode::BrokenXml]);
    let found = results(&understood.reports[0]);
    assert_eq!(found.len(), 2);
    assert_eq!(found[0].comment, None);
    assert!(found[1].comment.as_deref().unwrap().contains("coupé"), "{found:?}");
}

#[test]
fn what_follows_a_defect_stays_as_text() {
    let text = document("<component><section><title>T</title></section></component>")
        .replace("</structuredBody>", "</wrong><text>La <b>suite</b></text></structuredBody>");
    let understood = read(text.as_bytes());
    assert_eq!(codes(&understood), [WarningCode::BrokenXml]);
    assert_eq!(understood.warnings[0].line, Some(1));
    let report = &understood.reports[0];
    assert_eq!(report.sections.len(), 1);
    assert!(report.text.as_deref().unwrap().contains("La suite"), "{:?}", report.text);
}

#[test]
fn encodings_are_those_declared_unless_that_cannot_be() {
    let text = document("<component><section><title>Hématologie</title></section></component>");
    let with = |label: &str| format!("<?xml version=\"1.0\" encoding=\"{label}\"?>{text}");
    let title = |bytes: &[u8]| read(bytes).reports[0].sections[0].title.clone().unwrap();
    let latin = |text: &str| text.chars().map(|c| u8::try_from(u32::from(c)).unwrap()).collect::<Vec<u8>>();
    assert_eq!(title(&latin(&with("ISO-8859-1"))), "Hématologie");
    assert_eq!(title(&latin(&with("UTF-8"))), "Hématologie");
    assert_eq!(title(with("UTF-8").as_bytes()), "Hématologie");
    assert_eq!(title(with("ISO-8859-1").as_bytes()), "Hématologie");
    assert_eq!(title(with("UTF-16").as_bytes()), "Hématologie");
    let wide: Vec<u8> = with("UTF-16").encode_utf16().flat_map(u16::to_be_bytes).collect();
    assert_eq!(title(&[&[0xFE, 0xFF][..], &wide].concat()), "Hématologie");
    assert!(is_in(&wide));
}
