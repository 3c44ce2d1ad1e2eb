//! Whether two reports are of one patient, as their versions must be.

use super::Facts;

/// What two reports say of their patients.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Patients {
    /// One person: the family name agrees, and the INS or two other identifiers, and nothing differs.
    Same,
    /// It cannot be shown that they are one, nor that they are two.
    Unclear,
    /// Two persons.
    Different,
}

/// Whether two traits are the same, where both are known.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Trait {
    Agrees,
    Unknown,
    Differs,
}

pub(super) fn compare(one: &Facts, other: &Facts) -> Patients {
    let ins = same(one.ins.as_ref(), other.ins.as_ref());
    let family = family_names(one, other);
    let birth = same(one.birth_date.as_ref(), other.birth_date.as_ref());
    let first = first_names(&one.first_names, &other.first_names);
    let local = identifiers(one, other);
    let insured = same(one.insured_number.as_ref(), other.insured_number.as_ref());
    let sex = same(one.sex.as_ref(), other.sex.as_ref());
    if ins == Trait::Differs || birth == Trait::Differs {
        return Patients::Different;
    }
    let all = [ins, family, birth, first, local, insured, sex];
    if all.contains(&Trait::Differs) {
        // A name put right by the laboratory looks the same as another patient.
        let two_names = family == Trait::Differs && first == Trait::Differs;
        return if two_names { Patients::Different } else { Patients::Unclear };
    }
    let agreeing = [birth, first, local, insured].into_iter().filter(|one| *one == Trait::Agrees).count();
    let known = family == Trait::Agrees && (ins == Trait::Agrees || agreeing >= 2);
    if known { Patients::Same } else { Patients::Unclear }
}

fn same(one: Option<&String>, other: Option<&String>) -> Trait {
    match (one, other) {
        (Some(one), Some(other)) if one == other => Trait::Agrees,
        (Some(_), Some(_)) => Trait::Differs,
        _ => Trait::Unknown,
    }
}

/// A birth name and a used name beside it: one in common is enough.
fn family_names(one: &Facts, other: &Facts) -> Trait {
    if one.family_names.is_empty() || other.family_names.is_empty() {
        return Trait::Unknown;
    }
    let common = one.family_names.iter().any(|name| other.family_names.contains(name));
    if common { Trait::Agrees } else { Trait::Differs }
}

/// `ALICE` and `ALICE MARIE` agree: the shorter list begins the longer one. Nothing is bridged by likeness.
fn first_names(one: &[String], other: &[String]) -> Trait {
    if one.is_empty() || other.is_empty() {
        return Trait::Unknown;
    }
    if one.iter().zip(other).all(|(one, other)| one == other) { Trait::Agrees } else { Trait::Differs }
}

/// Identifiers say something only where one authority gave both.
fn identifiers(one: &Facts, other: &Facts) -> Trait {
    let mut found = Trait::Unknown;
    for (authority, value) in &one.identifiers {
        let of_the_same = other.identifiers.iter().filter(|(by, _)| by == authority);
        for (_, other_value) in of_the_same {
            if value == other_value {
                return Trait::Agrees;
            }
            found = Trait::Differs;
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn alice() -> Facts {
        Facts {
            family_names: vec!["modele".to_owned()],
            first_names: vec!["alice".to_owned()],
            birth_date: Some("1957-03-14".to_owned()),
            sex: Some("F".to_owned()),
            ..Facts::default()
        }
    }

    #[test]
    fn a_person_is_known_by_the_family_name_and_two_more() {
        let one = alice();
        assert_eq!(compare(&one, &alice()), Patients::Same);
        let second_name = Facts { first_names: vec!["alice".to_owned(), "marie".to_owned()], ..alice() };
        assert_eq!(compare(&one, &second_name), Patients::Same);
        let both_names = Facts { family_names: vec!["exemple".to_owned(), "modele".to_owned()], ..alice() };
        assert_eq!(compare(&one, &both_names), Patients::Same);
        let no_birth = Facts { birth_date: None, ..alice() };
        assert_eq!(compare(&one, &no_birth), Patients::Unclear);
        let numbered =
            |facts: Facts, number: &str| Facts { identifiers: vec![(String::new(), number.to_owned())], ..facts };
        assert_eq!(compare(&numbered(no_birth.clone(), "p1"), &numbered(alice(), "p1")), Patients::Same);
        assert_eq!(compare(&numbered(alice(), "7001"), &numbered(alice(), "7002")), Patients::Unclear);
    }

    #[test]
    fn whatever_differs_parts_them() {
        let one = alice();
        let other_name = Facts { family_names: vec!["fictif".to_owned()], ..alice() };
        assert_eq!(compare(&one, &other_name), Patients::Unclear);
        let twin = Facts { first_names: vec!["alix".to_owned()], ..alice() };
        assert_eq!(compare(&one, &twin), Patients::Unclear);
        let other = Facts { first_names: vec!["lou".to_owned()], ..other_name };
        assert_eq!(compare(&one, &other), Patients::Different);
        let born_later = Facts { birth_date: Some("1957-03-15".to_owned()), ..alice() };
        assert_eq!(compare(&one, &born_later), Patients::Different);
        let with = |ins: &str| Facts { ins: Some(ins.to_owned()), ..alice() };
        assert_eq!(compare(&with("1"), &with("2")), Patients::Different);
        let man = Facts { sex: Some("M".to_owned()), ..alice() };
        assert_eq!(compare(&one, &man), Patients::Unclear);
    }
}
