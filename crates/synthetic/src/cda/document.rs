//! A whole document: header, sections with their narrative and entries, PDF.

use super::chapters::{Chapter, Form, Part, compact};
use super::truth::CdaResult;
use super::xml::Xml;
use super::{Draft, ROOT, Shape};
use crate::encode;

/// The results in the order in which they are written, with the titles under which they stand.
pub(super) fn results(draft: &Draft) -> Vec<CdaResult> {
    let mut results = Vec::new();
    for chapter in &draft.chapters {
        // Sub-sections come after what stands in the chapter itself.
        for (part, _) in in_order(chapter) {
            let title = if part.form == Form::Plain { chapter.title } else { &part.title };
            results.extend(part.results.iter().map(|planned| planned.truth(title)));
        }
    }
    results
}

/// The parts as they are written, each with its number.
fn in_order(chapter: &Chapter) -> Vec<(&Part, usize)> {
    let parts = || chapter.parts.iter().zip(0..);
    let own = parts().filter(|(part, _)| part.form != Form::Section);
    own.chain(parts().filter(|(part, _)| part.form == Form::Section)).collect()
}

pub(super) fn level_three(draft: &Draft) -> String {
    let mut xml = start(draft);
    xml.open("component", &[]);
    xml.open("structuredBody", &[]);
    for (number, chapter) in (1..).zip(&draft.chapters) {
        write_chapter(&mut xml, draft, chapter, number);
    }
    if let Some(pdf) = &draft.pdf {
        copy(&mut xml, pdf);
    }
    xml.close(2);
    end(draft, xml)
}

pub(super) fn level_one(draft: &Draft) -> String {
    let mut xml = start(draft);
    xml.open("component", &[]);
    xml.open("nonXMLBody", &[]);
    let pdf = encode::base64_lines(draft.pdf.as_deref().unwrap_or_default()).replace('\r', "");
    xml.text("text", &[("mediaType", "application/pdf"), ("representation", "B64")], &pdf);
    xml.close(2);
    end(draft, xml)
}

fn start(draft: &Draft) -> Xml {
    let declaration = format!("<?xml version=\"1.0\" encoding=\"{}\"?>\n", draft.encoding);
    let mut xml = Xml::new(if draft.shape == Shape::Plain { "" } else { "c:" });
    xml.out.push_str(&declaration);
    if draft.shape == Shape::Wrapped {
        xml.out.push_str(
            "<?xml-stylesheet type=\"text/xsl\" href=\"#vue\"?>\n<xsl:stylesheet id=\"vue\" version=\"1.0\" \
             xmlns:xsl=\"http://www.w3.org/1999/XSL/Transform\" xmlns:c=\"urn:hl7-org:v3\">\n<xsl:template match=\"/\">\
             <html><body><xsl:value-of select=\"//c:title\"/><table><tr><td>3.1</td></tr></table></body></html>\
             </xsl:template>\n",
        );
    }
    let name = if draft.shape == Shape::Plain { "xmlns" } else { "xmlns:c" };
    xml.open(
        "ClinicalDocument",
        &[
            (name, "urn:hl7-org:v3"),
            ("xmlns:xsi", "http://www.w3.org/2001/XMLSchema-instance"),
            ("xmlns:lab", "urn:oid:1.3.6.1.4.1.19376.1.3.2"),
        ],
    );
    for root in ["1.2.250.1.213.1.1.1.1", "1.3.6.1.4.1.19376.1.3.3", "1.2.250.1.213.1.1.1.55"] {
        xml.empty("templateId", &[("root", root)]);
    }
    identifier(&mut xml, "id", draft, draft.version);
    let loinc = ("codeSystem", "2.16.840.1.113883.6.1");
    xml.empty("code", &[("code", "11502-2"), loinc, ("displayName", "CR d'examens biologiques")]);
    xml.text("title", &[], "Compte rendu d'examens biologiques");
    xml.empty("effectiveTime", &[("value", &format!("{}143000+0100", compact(draft.day)))]);
    xml.empty("confidentialityCode", &[("code", "N"), ("codeSystem", "2.16.840.1.113883.5.25")]);
    xml.empty("setId", &[("root", ROOT), ("extension", &draft.set.to_string())]);
    xml.empty("versionNumber", &[("value", &draft.version.to_string())]);
    patient(&mut xml, draft);
    people(&mut xml, draft);
    act(&mut xml, draft);
    if draft.version > 1 {
        xml.open("relatedDocument", &[("typeCode", "RPLC")]);
        xml.open("parentDocument", &[]);
        identifier(&mut xml, "id", draft, draft.version - 1);
        xml.close(2);
    }
    xml
}

fn end(draft: &Draft, mut xml: Xml) -> String {
    xml.close(1);
    if draft.shape == Shape::Wrapped {
        xml.out.push_str("</xsl:stylesheet>\n");
    }
    xml.out
}

fn identifier(xml: &mut Xml, name: &str, draft: &Draft, version: u64) {
    xml.empty(name, &[("root", ROOT), ("extension", &format!("{}.{version}", draft.set))]);
}

fn patient(xml: &mut Xml, draft: &Draft) {
    let person = &draft.person;
    xml.open("recordTarget", &[]);
    xml.open("patientRole", &[]);
    xml.empty("id", &[("root", "2.25.99002"), ("extension", &format!("PAT{}", draft.set))]);
    if let Some((matricule, authority)) = &draft.ins {
        xml.empty("id", &[("root", authority), ("extension", matricule)]);
    }
    xml.open("addr", &[]);
    xml.text("streetAddressLine", &[], &person.street);
    xml.text("streetAddressLine", &[], &person.place);
    xml.close(1);
    xml.open("patient", &[]);
    xml.open("name", &[]);
    xml.text("given", &[], &format!("{} MODELE", person.first));
    xml.text("given", &[("qualifier", "BR")], &person.first);
    xml.text("family", &[("qualifier", "BR")], &draft.birth_name);
    if let Some(used) = &draft.used_name {
        xml.text("family", &[("qualifier", "CL")], used);
    }
    xml.close(1);
    let sex = if person.woman { "F" } else { "M" };
    xml.empty("administrativeGenderCode", &[("code", sex), ("codeSystem", "2.16.840.1.113883.5.1")]);
    xml.empty("birthTime", &[("value", &compact(person.birth))]);
    xml.close(3);
}

fn people(xml: &mut Xml, draft: &Draft) {
    xml.open("author", &[]);
    xml.empty("time", &[("value", &compact(draft.day))]);
    xml.open("assignedAuthor", &[]);
    xml.empty("id", &[("root", "1.2.250.1.71.4.2.1"), ("extension", "801234567897")]);
    name(xml, "assignedPerson", "Anne", "FICTIF");
    xml.close(2);
    xml.open("participant", &[("typeCode", "REF")]);
    xml.open("associatedEntity", &[("classCode", "PROV")]);
    xml.empty("id", &[("root", "1.2.250.1.71.4.2.1"), ("extension", "801234567897")]);
    name(xml, "associatedPerson", "Jeanne", "PRESCRIPTEUR");
    xml.close(2);
}

fn name(xml: &mut Xml, element: &'static str, given: &str, family: &str) {
    xml.open(element, &[]);
    xml.open("name", &[]);
    xml.text("prefix", &[], "Dr");
    xml.text("given", &[], given);
    xml.text("family", &[], family);
    xml.close(2);
}

fn act(xml: &mut Xml, draft: &Draft) {
    xml.open("documentationOf", &[]);
    xml.open("serviceEvent", &[]);
    xml.empty("id", &[("root", "2.25.99003"), ("extension", &draft.number)]);
    xml.open("effectiveTime", &[]);
    xml.empty("low", &[("value", &format!("{}080000+0100", compact(draft.day)))]);
    xml.close(1);
    // An element of XD-LAB's extension, which has its own prefix.
    let status = if draft.partial { "active" } else { "completed" };
    xml.out.push_str(&format!("<lab:statusCode code=\"{status}\"/>\n"));
    xml.open("performer", &[("typeCode", "PRF")]);
    xml.open("assignedEntity", &[]);
    xml.open("representedOrganization", &[]);
    xml.empty("id", &[("root", "1.2.250.1.71.4.2.2"), ("extension", "1990000001")]);
    xml.text("name", &[], draft.laboratory.name);
    xml.close(5);
}

fn write_chapter(xml: &mut Xml, draft: &Draft, chapter: &Chapter, number: usize) {
    let own: Vec<(&Part, usize)> =
        in_order(chapter).into_iter().filter(|(part, _)| part.form != Form::Section).collect();
    xml.open("component", &[]);
    xml.open("section", &[]);
    xml.empty("templateId", &[("root", "1.3.6.1.4.1.19376.1.3.3.2.1")]);
    xml.empty("code", &[("code", chapter.loinc), ("codeSystem", "2.16.840.1.113883.6.1")]);
    xml.text("title", &[], chapter.title);
    if !own.is_empty() {
        body(xml, draft, &own, number);
    }
    for (part, place) in in_order(chapter).into_iter().filter(|(part, _)| part.form == Form::Section) {
        xml.open("component", &[]);
        xml.open("section", &[]);
        xml.empty("templateId", &[("root", "1.3.6.1.4.1.19376.1.3.3.2.2")]);
        xml.text("title", &[], &part.title);
        body(xml, draft, &[(part, place)], number);
        xml.close(2);
    }
    xml.close(2);
}

/// The narrative of these parts, and their entry.
fn body(xml: &mut Xml, draft: &Draft, parts: &[(&Part, usize)], chapter: usize) {
    let id = |part: usize, result: usize| format!("r{chapter}-{part}-{result}");
    xml.open("text", &[]);
    for (part, place) in parts {
        xml.open("table", &[]);
        xml.text("caption", &[], &part.title);
        xml.open("thead", &[]);
        xml.open("tr", &[]);
        for title in ["Examen", "Résultat", "Valeurs de référence", "Antériorités"] {
            xml.text("th", &[], title);
        }
        xml.close(2);
        xml.open("tbody", &[]);
        for (number, planned) in part.results.iter().enumerate() {
            planned.row(xml, &id(*place, number));
        }
        xml.close(2);
        if let Some(comment) = part.comment {
            xml.text("paragraph", &[("ID", &format!("c{chapter}-{place}"))], comment);
        }
    }
    xml.close(1);
    xml.open("entry", &[("typeCode", "DRIV")]);
    xml.open("act", &[("classCode", "ACT"), ("moodCode", "EVN")]);
    xml.empty("templateId", &[("root", "1.3.6.1.4.1.19376.1.3.1")]);
    xml.empty("statusCode", &[("code", if draft.partial { "active" } else { "completed" })]);
    for (part, place) in parts {
        let relation: &'static str = match part.form {
            Form::Plain | Form::Section => "entryRelationship",
            Form::Battery | Form::Isolate => {
                organizer(xml, part);
                "component"
            }
        };
        for (number, planned) in part.results.iter().enumerate() {
            xml.open(relation, &[("typeCode", "COMP")]);
            planned.entry(xml, &id(*place, number), &compact(draft.day));
            xml.close(1);
        }
        if part.comment.is_some() {
            xml.open(relation, &[("typeCode", "COMP")]);
            xml.open("act", &[("classCode", "ACT"), ("moodCode", "EVN")]);
            xml.empty("code", &[("code", "48767-8"), ("codeSystem", "2.16.840.1.113883.6.1")]);
            xml.open("text", &[]);
            xml.empty("reference", &[("value", &format!("#c{chapter}-{place}"))]);
            xml.close(3);
        }
        if relation == "component" {
            xml.close(2);
        }
    }
    xml.close(2);
}

/// Opens a battery or an isolate.
fn organizer(xml: &mut Xml, part: &Part) {
    let class = if part.form == Form::Isolate { "CLUSTER" } else { "BATTERY" };
    xml.open("entryRelationship", &[("typeCode", "COMP")]);
    xml.open("organizer", &[("classCode", class), ("moodCode", "EVN")]);
    if part.form == Form::Battery {
        xml.empty("code", &[("code", "BAT"), ("codeSystem", "2.25.4711"), ("displayName", &part.title)]);
    }
    xml.empty("statusCode", &[("code", "completed")]);
    if part.form == Form::Isolate {
        xml.open("specimen", &[]);
        xml.open("specimenRole", &[]);
        xml.open("specimenPlayingEntity", &[]);
        xml.empty(
            "code",
            &[("code", "112283007"), ("codeSystem", "2.16.840.1.113883.6.96"), ("displayName", &part.title)],
        );
        xml.close(3);
    }
}

/// The PDF copy of the report.
fn copy(xml: &mut Xml, pdf: &[u8]) {
    let loinc = ("codeSystem", "2.16.840.1.113883.6.1");
    xml.open("component", &[]);
    xml.open("section", &[]);
    xml.empty("templateId", &[("root", "1.2.250.1.213.1.1.2.243")]);
    xml.empty("code", &[("code", "55108-5"), loinc]);
    xml.text("title", &[], "Copie du compte rendu");
    xml.open("entry", &[]);
    xml.open("organizer", &[("classCode", "CLUSTER"), ("moodCode", "EVN")]);
    xml.empty("code", &[("code", "55107-7"), loinc]);
    xml.empty("statusCode", &[("code", "completed")]);
    xml.open("component", &[]);
    xml.open("observationMedia", &[("classCode", "OBS"), ("moodCode", "EVN")]);
    let text = encode::base64_lines(pdf).replace('\r', "");
    xml.text("value", &[("mediaType", "application/pdf"), ("representation", "B64")], &text);
    xml.close(6);
}
