//! The header of a document: whose it is, who made it, what it replaces. An identity must never be completed by guesses:
//! a name of which the document does not say what it is stands where HPRIM's « nom » stands.

use super::element::Element;
use super::outcome::Outcome;
use super::xml::Space;
use super::{identity, in_one_line, time};
use bannette_api::report::{Ins, Party, Patient, Report, ReportStatus, WarningCode};

/// Fills a report from the header.
pub(super) fn read(document: Element<'_>, report: &mut Report, outcome: &mut Outcome) {
    report.id = document.child("id").and_then(identifier);
    report.set_id = document.child("setId").and_then(identifier);
    report.version = attribute(document, &["versionNumber"], "value");
    report.confidentiality = attribute(document, &["confidentialityCode"], "code");
    report.reported_at = moment(document.child("effectiveTime"), outcome);
    report.patient = patient(document, outcome);
    report.laboratory = laboratory(document);
    report.prescriber = prescriber(document);
    report.recipients = document
        .all("informationRecipient")
        .filter_map(|recipient| recipient.child("intendedRecipient"))
        .map(|recipient| party(recipient, "informationRecipient", "receivedOrganization"))
        .filter(|party| *party != Party::default())
        .take(100)
        .collect();
    report.number = number(document);
    report.sampled_at = document
        .all("documentationOf")
        .find_map(|act| act.descend(&["serviceEvent", "effectiveTime"]))
        .and_then(|effective| moment(Some(effective), outcome));
    report.replaces = document
        .all("relatedDocument")
        .filter(|related| related.attribute("typeCode") == Some("RPLC"))
        .find_map(|related| related.descend(&["parentDocument", "id"]))
        .and_then(identifier);
    report.status = status(document, report.replaces.is_some());
    if wrong_rpps(document) {
        outcome.warn(WarningCode::DoubtfulIdentifier, "Le numéro RPPS d’un professionnel ne correspond pas à sa clé.");
    }
}

fn attribute(element: Element<'_>, way: &[&'static str], name: &'static str) -> Option<String> {
    element.descend(way)?.attribute(name).map(str::to_owned)
}

/// `root^extension`, as XDM writes it; or the root alone.
fn identifier(id: Element<'_>) -> Option<String> {
    match (id.attribute("root"), id.attribute("extension")) {
        (Some(root), Some(extension)) => Some(format!("{root}^{extension}")),
        (root, extension) => root.or(extension).map(str::to_owned),
    }
}

/// A time or the start of an interval, as the report writes it.
pub(super) fn moment(effective: Option<Element<'_>>, outcome: &mut Outcome) -> Option<String> {
    let effective = effective?;
    let side = |name: &'static str| effective.child(name).and_then(|side| side.attribute("value"));
    let written = effective.attribute("value").or_else(|| side("low")).or_else(|| side("high"))?;
    let read = time::read(written);
    if read.is_none() {
        outcome.warn(WarningCode::UnreadDate, "Une date de ce compte rendu n’a pas pu être lue.");
    }
    read
}

/// A partial document that replaces another is partial: that more will come says more than that something came before,
/// which `replaces` says anyway.
fn status(document: Element<'_>, replaces: bool) -> Option<ReportStatus> {
    let mut found: Option<ReportStatus> = None;
    for act in document.all("documentationOf").filter_map(|act| act.child("serviceEvent")) {
        let codes = act.children().filter(|child| child.name() == "statusCode" && child.space() != Space::None);
        for code in codes.filter_map(|code| code.attribute("code")) {
            let status = match code {
                "active" | "new" | "held" | "suspended" => ReportStatus::Partial,
                "completed" => ReportStatus::Complete,
                "aborted" | "cancelled" | "nullified" | "obsolete" => ReportStatus::Cancelled,
                _ => continue,
            };
            found = match (found, status) {
                (Some(ReportStatus::Partial), _) | (_, ReportStatus::Partial) => Some(ReportStatus::Partial),
                (Some(ReportStatus::Complete), _) | (_, ReportStatus::Complete) => Some(ReportStatus::Complete),
                (_, status) => Some(status),
            };
        }
    }
    match found {
        None | Some(ReportStatus::Complete) if replaces => Some(ReportStatus::Corrected),
        found => found,
    }
}

/// The laboratory's number: of the main act, else of the prescription.
fn number(document: Element<'_>) -> Option<String> {
    let extension = |name: &'static str, way: [&'static str; 2]| {
        document
            .all(name)
            .filter_map(|element| element.child(way[0]))
            .flat_map(|element| element.all(way[1]))
            .find_map(|id| id.attribute("extension"))
    };
    let number = extension("documentationOf", ["serviceEvent", "id"]);
    number.or_else(|| extension("inFulfillmentOf", ["order", "id"])).map(str::to_owned)
}

fn patient(document: Element<'_>, outcome: &mut Outcome) -> Patient {
    let mut roles = document.all("recordTarget").filter_map(|target| target.child("patientRole"));
    let Some(role) = roles.next() else {
        outcome.warn(WarningCode::MissingHeader, "L’identité du patient manque dans ce compte rendu.");
        return Patient::default();
    };
    if roles.next().is_some() {
        outcome.warn(
            WarningCode::SeveralPatients,
            "Ce compte rendu désigne plusieurs patients\u{a0}: vérifiez l’identité.",
        );
    }
    let mut patient = Patient { ins: ins(role, outcome), address: address(role), ..Patient::default() };
    let Some(person) = role.child("patient") else {
        outcome.warn(WarningCode::MissingHeader, "L’identité du patient manque dans ce compte rendu.");
        return patient;
    };
    let names: Vec<Element<'_>> = person.all("name").collect();
    let (birth, used, spouse, plain) = (
        parts(&names, "family", Some("BR")),
        parts(&names, "family", Some("CL")),
        parts(&names, "family", Some("SP")),
        parts(&names, "family", None),
    );
    if birth.len() > 1 || used.len() > 1 {
        outcome
            .warn(WarningCode::UnusualHeader, "Plusieurs noms du patient se contredisent\u{a0}: vérifiez l’identité.");
    }
    let first = |names: Vec<String>| names.into_iter().next();
    patient.birth_name = first(birth);
    patient.used_name = first(used).or_else(|| first(spouse)).or_else(|| first(plain));
    // The first birth name identifies (RNIV); a list of them begins with it.
    let given = |qualifier| first(parts(&names, "given", qualifier));
    patient.first_name = given(Some("BR")).or_else(|| given(None)).or_else(|| given(Some("CL")));
    patient.sex = match attribute(person, &["administrativeGenderCode"], "code").as_deref() {
        Some("F") => Some("F".to_owned()),
        Some("M") => Some("M".to_owned()),
        Some("U" | "UN") => Some("U".to_owned()),
        _ => None,
    };
    if let Some(written) = attribute(person, &["birthTime"], "value") {
        patient.birth_date = time::day(&written);
        if patient.birth_date.is_none() {
            outcome.warn(WarningCode::UnreadDate, "La date de naissance du patient n’a pas pu être lue.");
        }
    }
    if patient.birth_name.is_none() && patient.used_name.is_none() {
        outcome.warn(WarningCode::MissingHeader, "Le nom du patient manque dans ce compte rendu.");
    }
    patient
}

/// The different parts of this name that have this qualifier, or none.
fn parts(names: &[Element<'_>], part: &'static str, qualifier: Option<&str>) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    for part in names.iter().take(20).flat_map(|name| name.all(part)).take(50) {
        let qualifies = match (part.attribute("qualifier"), qualifier) {
            (Some(written), Some(wanted)) => written.split_whitespace().any(|word| word == wanted),
            (None, None) => true,
            // IN, AC, AD… tell nothing of what the name is.
            (Some(written), None) => !written.split_whitespace().any(|word| matches!(word, "BR" | "CL" | "SP")),
            (None, Some(_)) => false,
        };
        let written = in_one_line(&part.own_text()).into_owned();
        if qualifies && !written.is_empty() && !found.contains(&written) {
            found.push(written);
        }
    }
    found
}

fn ins(role: Element<'_>, outcome: &mut Outcome) -> Option<Ins> {
    let mut all = role.all("id").filter_map(|id| {
        let (root, extension) = (id.attribute("root")?, id.attribute("extension")?);
        identity::INS.contains(&root).then_some((root, extension))
    });
    let (oid, written) = all.next()?;
    let value: String = written.chars().filter(|c| !c.is_whitespace()).collect();
    if all.any(|(_, other)| other != written) {
        outcome.warn(
            WarningCode::UnusualHeader,
            "Ce compte rendu porte plusieurs INS\u{a0}: vérifiez l’identité du patient.",
        );
    }
    if !identity::is_ins(&value) {
        outcome.warn(
            WarningCode::DoubtfulIdentifier,
            "L’INS ne correspond pas à sa clé\u{a0}: vérifiez l’identité du patient.",
        );
    }
    Some(Ins { value, oid: oid.to_owned() })
}

fn address(role: Element<'_>) -> Vec<String> {
    let lines = |address: Element<'_>| {
        let part = |name: &'static str| address.child(name).map(|part| in_one_line(&part.own_text()).into_owned());
        let joined = |names: &[&'static str]| {
            names.iter().filter_map(|name| part(name)).filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ")
        };
        let mut lines: Vec<String> = Vec::new();
        lines.push(joined(&["houseNumber", "houseNumberNumeric", "streetNameType", "streetName"]));
        lines.extend(address.all("streetAddressLine").take(6).map(|line| in_one_line(&line.own_text()).into_owned()));
        lines.push(joined(&["additionalLocator"]));
        lines.push(joined(&["postalCode", "city"]));
        lines.push(joined(&["country"]));
        lines.extend(address.own_text().lines().take(6).map(|line| line.trim().to_owned()));
        lines.retain(|line| !line.is_empty());
        lines
    };
    role.all("addr").map(lines).find(|lines| !lines.is_empty()).unwrap_or_default()
}

/// The laboratory: who performed the act, else who wrote the document, else who keeps it.
fn laboratory(document: Element<'_>) -> Option<Party> {
    let ways: [&[&'static str]; 4] = [
        &["documentationOf", "serviceEvent", "performer", "assignedEntity", "representedOrganization"],
        &["author", "assignedAuthor", "representedOrganization"],
        &["componentOf", "encompassingEncounter", "responsibleParty", "assignedEntity", "representedOrganization"],
        &["custodian", "assignedCustodian", "representedCustodianOrganization"],
    ];
    ways.iter().filter_map(|way| document.descend(way)).map(organization).find(|party| *party != Party::default())
}

fn organization(element: Element<'_>) -> Party {
    let name = element.all("name").map(|name| in_one_line(&name.own_text()).into_owned()).find(|name| !name.is_empty());
    Party { name, id: extension(element) }
}

fn extension(element: Element<'_>) -> Option<String> {
    element.all("id").find_map(|id| id.attribute("extension")).map(str::to_owned)
}

fn prescriber(document: Element<'_>) -> Option<Party> {
    let prescriber =
        document.all("participant").find(|participant| participant.attribute("typeCode") == Some("REF"))?;
    let found = party(prescriber.child("associatedEntity")?, "associatedPerson", "scopingOrganization");
    Some(found).filter(|party| *party != Party::default())
}

/// A person in a role, or the organisation behind it.
fn party(role: Element<'_>, person: &'static str, behind: &'static str) -> Party {
    let name = role.child(person).and_then(|person| person.child("name")).and_then(person_name);
    let organization = role.child(behind).map(organization).unwrap_or_default();
    Party { name: name.or(organization.name), id: extension(role).or(organization.id) }
}

/// `Dr Jeanne MODELE`
fn person_name(name: Element<'_>) -> Option<String> {
    let parts = ["prefix", "given", "family"].into_iter().flat_map(|part| name.all(part).take(5));
    let written: Vec<String> = parts.map(|part| in_one_line(&part.own_text()).into_owned()).collect();
    let joined = written.join(" ");
    let whole = if joined.trim().is_empty() { name.own_text().into_owned() } else { joined };
    Some(in_one_line(&whole).into_owned()).filter(|name| !name.is_empty())
}

/// Whether somebody in the header has an RPPS with a wrong key.
fn wrong_rpps(document: Element<'_>) -> bool {
    let header = document.children().filter(|child| !child.is("component") && !child.is("recordTarget"));
    header.flat_map(Element::descendants).filter(|element| element.is("id")).any(|id| {
        matches!((id.attribute("root"), id.attribute("extension")),
            (Some(root), Some(extension)) if identity::is_wrong_rpps(root, extension))
    })
}
