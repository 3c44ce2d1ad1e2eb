//! Rights in words: what, until when, and by which way.

use crate::names::Names;
use crate::times;
use bannette_api::Timestamp;
use bannette_api::sharing::{Grant, Grantee, Level, Motive, MyRight, Path, Reason};

/// What a level gives.
pub fn level(level: Level) -> &'static str {
    match level {
        Level::Read => "lecture seule",
        Level::Send => "lecture et envoi",
    }
}

/// What one may do with a mailbox, and until when.
pub fn right(right: &MyRight) -> String {
    if right.owner { "titulaire".to_owned() } else { format!("{}{}", level(right.level), until(right.ends)) }
}

/// By which ways, with what each gives.
pub fn reasons(right: &MyRight, names: &Names) -> String {
    right.reasons.iter().map(|reason| self::reason(reason, names)).collect::<Vec<_>>().join(" ; ")
}

fn reason(reason: &Reason, names: &Names) -> String {
    let way = match reason.path {
        Path::Owner => return path(Path::Owner, names),
        way => path(way, names),
    };
    let motive = reason.motive.as_ref().map(|motive| format!(" (motif : {motive})")).unwrap_or_default();
    format!("{way}, {}{}{motive}", level(reason.level), until(reason.ends))
}

/// By which way.
pub fn path(path: Path, names: &Names) -> String {
    match path {
        Path::Owner => "titulaire".to_owned(),
        Path::Person => "à titre personnel".to_owned(),
        Path::Group(group) => format!("par le groupe {}", names.group(group)),
        Path::Everyone => "comme tous les utilisateurs".to_owned(),
        Path::BreakGlass => "par bris de glace".to_owned(),
    }
}

/// Why a right is given.
pub fn motive(motives: &[Motive], to: Grantee) -> String {
    motives.iter().find(|motive| motive.to == to).map(|motive| motive.text.clone()).unwrap_or_default()
}

fn until(ends: Option<Timestamp>) -> String {
    ends.map(|ends| format!(" jusqu’au {}", times::end_said(ends))).unwrap_or_default()
}

/// To whom a right is given.
pub fn grantee(grant: &Grant, names: &Names) -> String {
    match grant.to {
        Grantee::Everyone => "tous les utilisateurs".to_owned(),
        Grantee::Group(group) => format!("groupe {}", names.group(group)),
        Grantee::Person(person) => names.person(person),
    }
}

/// From when until when a right is given; one that has ended says so, a slip in the year shows at once.
pub fn period(grant: &Grant) -> String {
    let over = grant.ends.is_some_and(|ends| ends <= times::now());
    let over = if over { " (terminé)" } else { "" };
    let period = match (grant.begins.map(times::said), grant.ends.map(times::end_said)) {
        (None, None) => "sans limite".to_owned(),
        (Some(begins), None) => format!("dès le {begins}"),
        (None, Some(ends)) => format!("jusqu’au {ends}"),
        (Some(begins), Some(ends)) => format!("du {begins} au {ends}"),
    };
    format!("{period}{over}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_right_that_has_ended_says_so() {
        let until = |ends| period(&Grant { to: Grantee::Everyone, level: Level::Read, begins: None, ends });
        assert_eq!(until(None), "sans limite");
        assert!(until(Some(Timestamp(0))).ends_with(" (terminé)"));
        assert!(!until(Some(times::now().plus(86_400_000))).contains("terminé"));
    }
}
