//! What laboratories do to results.

use super::super::read;
use super::{codes, document, observation, result, results, section};
use bannette_api::report::{Flag, FlagSource, PreviousValue, ResultStatus, SecondValue, ValueKind, WarningCode};

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
fn normal_outside_of_the_bounds_is_not_normal() {
    let found = result(&format!("{}{}{}", pq("12.0", "g/dL"), interpreted("N"), range("13.0", "18.0", "g/dL")));
    assert_eq!((found.flag, found.flag_from), (Some(Flag::Low), Some(FlagSource::Bounds)));
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
    assert_eq!(found.second.as_deref(), Some(&second));
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
    assert_eq!(found[1].comment.as_deref(), Some("Sensible à forte posologie"));
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
