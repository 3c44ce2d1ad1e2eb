//! The history of one analyte: the values of the same patient's reports that one may read, each read again from the bytes
//! received, and those that the laboratory recalls. Values of two units are never put into one line.

use crate::earlier::{REPORTS, moment};
use crate::reading::{TakenOut, ways, whole};
use crate::session::Session;
use crate::{Core, Handle, failures};
use bannette_api::dossiers::{GetHistory, History, HistoryPoint, ReportMoment};
use bannette_api::report::{LabResult, ResultStatus};
use bannette_api::{DossierId, Failure, PersonId, Timestamp};
use bannette_formats::{Source, fold};
use bannette_store::{Act, Author, PatientValues, RawSource, SamePatient};
use std::collections::BTreeSet;

impl Handle<GetHistory> for Core {
    async fn handle(&self, session: &Session, call: GetHistory) -> Result<History, Failure> {
        let act = Act::HistoryRead { dossier: call.dossier };
        let TakenOut { me, stored, .. } = self.taken_out(session, call.dossier, None, &act).await?;
        let mut read = self.store().await?.read().await.map_err(failures::of_store)?;
        // The rights of the very state that is read: one taken back since reaches nothing here.
        let rights = read.rights_of(me, self.now()).await.map_err(failures::of_store)?;
        let same = read.of_same_patient(&rights.visible(), call.dossier, REPORTS).await.map_err(failures::of_store)?;
        let kept =
            read.values_of_same_patient(&rights.visible(), call.dossier, REPORTS).await.map_err(failures::of_store)?;
        drop(read);
        let source = call.dossier;
        // A patient without a birth date is known in this dossier alone.
        let same = if same.is_empty() {
            let (received_at, kind, name, part) =
                (stored.row.received_at, stored.source, stored.name.clone(), stored.part);
            let opened = stored.opened.clone();
            let bytes = whole(stored)?;
            vec![SamePatient { dossier: call.dossier, received_at, source: kind, name, part, bytes, opened }]
        } else {
            same
        };
        let gather = move || gather(&call, &same, &kept);
        let points = tokio::task::spawn_blocking(gather).await.map_err(|error| failures::internal(&error))?;
        let replaced = self.stepped_back(me, points.iter().map(|point| point.dossier).collect()).await?;
        let history = History { points: settled(points, &replaced) };
        let others = history.points.iter().map(|point| point.dossier).filter(|dossier| *dossier != source);
        self.read_too(session, &others.collect()).await?;
        Ok(history)
    }
}

impl Core {
    /// Those of these dossiers that another version of their report replaces, as far as this person sees.
    async fn stepped_back(&self, me: PersonId, dossiers: BTreeSet<DossierId>) -> Result<BTreeSet<DossierId>, Failure> {
        let mut read = self.store().await?.read().await.map_err(failures::of_store)?;
        let rights = read.rights_of(me, self.now()).await.map_err(failures::of_store)?;
        let visible = rights.visible();
        let mut found = BTreeSet::new();
        for dossier in dossiers {
            let versions = read.versions(&visible, dossier).await.map_err(failures::of_store)?;
            if versions.iter().any(|one| one.row.id == dossier && one.replaced) {
                found.insert(dossier);
            }
        }
        Ok(found)
    }

    /// Journals the other dossiers whose values are about to be shown: their histories must tell of it too.
    async fn read_too(&self, session: &Session, dossiers: &BTreeSet<DossierId>) -> Result<(), Failure> {
        if dossiers.is_empty() {
            return Ok(());
        }
        let now = self.now();
        let me = session.person(now)?;
        let mut write = self.store().await?.write().await.map_err(failures::of_store)?;
        let rights = write.rights_of(me, now).await.map_err(failures::of_store)?;
        for dossier in dossiers {
            let mailboxes = write.mailboxes_of(&rights.visible(), *dossier).await.map_err(failures::of_store)?;
            if mailboxes.is_empty() {
                // Taken back since the values were read: nothing is shown.
                return Err(Failure::NotFound);
            }
            let act = Act::HistoryRead { dossier: *dossier };
            write.record_under(Author::Person(me), now, &act, ways(&rights, &mailboxes));
        }
        write.commit().await.map_err(failures::of_store)
    }
}

/// The values as the reports hold them.
fn gather(call: &GetHistory, same: &[SamePatient], kept: &[PatientValues]) -> Vec<HistoryPoint> {
    let mut points = Vec::new();
    // Of reports whose contents left the tree the numbers are left.
    for one in kept.iter().filter(|one| !same.iter().any(|other| other.dossier == one.dossier)) {
        let dates = (one.values.sampled_at.as_deref(), one.values.reported_at.as_deref());
        for (_, result) in one.values.results().filter(|(_, result)| is_same(call, result)) {
            add(&mut points, (one.dossier, one.received_at), dates, result);
        }
    }
    for one in same {
        let source = match one.source {
            RawSource::Message => Source::Message,
            RawSource::File => Source::File { name: &one.name },
        };
        let message = bannette_formats::read_opened(source, &one.bytes, &one.opened, None);
        let Some(report) = message.reports.into_iter().nth(one.part) else { continue };
        let results = report.sections.iter().flat_map(|section| &section.results);
        for result in results.filter(|result| is_same(call, result)) {
            let dates = (report.sampled_at.as_deref(), report.reported_at.as_deref());
            add(&mut points, (one.dossier, one.received_at), dates, result);
        }
    }
    points
}

/// The values in the order of their sampling. What counts comes before what a later version replaced, and before what a
/// laboratory only recalls: the same value of the same sampling is said once.
fn settled(mut points: Vec<HistoryPoint>, replaced: &BTreeSet<DossierId>) -> Vec<HistoryPoint> {
    for point in &mut points {
        point.replaced = replaced.contains(&point.dossier) && !point.recalled;
    }
    points.sort_by(|left, right| {
        (&left.at, &left.sub_id, left.replaced, left.recalled).cmp(&(
            &right.at,
            &right.sub_id,
            right.replaced,
            right.recalled,
        ))
    });
    let mut kept: Vec<HistoryPoint> = Vec::with_capacity(points.len());
    // A recalled value bears a day, the value that it recalls an hour of it: whatever was sent is looked at first.
    let (sent, recalled): (Vec<_>, Vec<_>) = points.into_iter().partition(|point| !point.recalled);
    for point in sent {
        let same = |before: &HistoryPoint| {
            before.at == point.at && before.value == point.value && before.sub_id == point.sub_id
        };
        if !kept.iter().any(same) {
            kept.push(point);
        }
    }
    for point in recalled {
        if !kept.iter().any(|before| day(&before.at) == day(&point.at) && before.value == point.value) {
            kept.push(point);
        }
    }
    kept.sort_by(|left, right| left.at.cmp(&right.at));
    kept
}

/// The same analyte: the same LOINC code where both have one, else the same label; in the same unit.
fn is_same(call: &GetHistory, result: &LabResult) -> bool {
    let loinc = result.code_system.as_deref() == Some("loinc");
    let named = match (&call.loinc, result.code.as_deref().filter(|_| loinc)) {
        (Some(wanted), Some(code)) => wanted == code,
        _ => fold(&call.label) == fold(&result.label),
    };
    let unit = |unit: Option<&str>| fold(unit.unwrap_or_default());
    named && unit(call.unit.as_deref()) == unit(result.unit.as_deref())
}

fn add(
    points: &mut Vec<HistoryPoint>,
    (dossier, received_at): (DossierId, Timestamp),
    dates: (Option<&str>, Option<&str>),
    result: &LabResult,
) {
    let Some(value) = result.value.clone().filter(|_| result.status != Some(ResultStatus::Cancelled)) else { return };
    let (at, of) = moment(result, dates, received_at);
    points.push(HistoryPoint {
        at,
        value,
        comparator: result.comparator.clone(),
        unit: result.unit.clone(),
        low: result.low.clone(),
        high: result.high.clone(),
        flag: result.flag,
        dossier,
        recalled: false,
        of,
        replaced: false,
        sub_id: result.sub_id.clone(),
    });
    for earlier in &result.previous {
        if let (Some(at), Some(value)) = (&earlier.at, &earlier.value)
            && (earlier.unit.is_none() || earlier.unit == result.unit)
        {
            points.push(HistoryPoint {
                at: at.clone(),
                value: value.clone(),
                comparator: None,
                unit: result.unit.clone(),
                low: None,
                high: None,
                flag: None,
                dossier,
                recalled: true,
                of: Some(ReportMoment::Sampled),
                replaced: false,
                sub_id: result.sub_id.clone(),
            });
        }
    }
}

/// The day in a date or an instant.
fn day(at: &str) -> &str {
    at.get(..10).unwrap_or(at)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::earlier::day_of;

    fn sent(number: u128, name: &str, day: &str, value: &str) -> SamePatient {
        let text = format!(
            "PAT1\n{name}\nALICE\n\n\n76600 LE HAVRE\n14/03/1957\n\nA{number}\n{day}\nLABO  Labo\nMED  Dr TEST\n\
             ****LAB****\nRES|Potassium|K|N|{value}|mmol/L|3.5|5.1|N|F||||\n\
             RES|Potassium urinaire|KU|N|44|mmol/L||||F||||\n****FIN****\n****FINFICHIER****\n"
        );
        SamePatient {
            dossier: DossierId(uuid::Uuid::from_u128(number)),
            received_at: Timestamp(1_795_000_000_000),
            source: RawSource::File,
            name: "a.hpr".to_owned(),
            part: 0,
            bytes: text.into_bytes(),
            opened: Vec::new(),
        }
    }

    fn call(label: &str, unit: &str) -> GetHistory {
        let dossier = DossierId(uuid::Uuid::from_u128(1));
        GetHistory { dossier, label: label.to_owned(), loinc: None, unit: Some(unit.to_owned()) }
    }

    #[test]
    fn the_values_of_one_analyte_in_one_unit_by_day() {
        let all = [sent(2, "EXEMPLE", "22/11/2026", "4.2"), sent(1, "EXEMPLE", "01/10/2026", "6.8")];
        let points = settled(gather(&call("POTASSIUM", "mmol/l"), &all, &[]), &BTreeSet::new());
        let seen: Vec<_> = points.iter().map(|point| (day(&point.at), point.value.as_str())).collect();
        assert_eq!(seen, [("2026-10-01", "6.8"), ("2026-11-22", "4.2")]);
        assert_eq!(gather(&call("Potassium", "mg/L"), &all, &[]), []);
        assert_eq!(gather(&call("Sodium", "mmol/L"), &all, &[]), []);
    }

    #[test]
    fn the_same_value_of_the_same_day_is_one_point() {
        let all = [sent(2, "EXEMPLE", "22/11/2026", "4.2"), sent(1, "EXEMPLE", "22/11/2026", "4.2")];
        assert_eq!(settled(gather(&call("Potassium", "mmol/L"), &all, &[]), &BTreeSet::new()).len(), 1);
    }

    fn point(number: u128, at: &str, value: &str) -> HistoryPoint {
        let all = [sent(number, "EXEMPLE", "22/11/2026", value)];
        let mut point = gather(&call("Potassium", "mmol/L"), &all, &[]).remove(0);
        point.at = at.to_owned();
        point
    }

    #[test]
    fn what_a_later_version_replaced_counts_no_more_and_is_still_told() {
        let replaced = BTreeSet::from([DossierId(uuid::Uuid::from_u128(1))]);
        let at = "2026-11-22T08:10:00";
        let points = vec![point(1, at, "7.2"), point(2, at, "4.0"), point(3, "2026-11-20", "4.1")];
        let seen = |points: &[HistoryPoint]| -> Vec<(String, bool)> {
            points.iter().map(|point| (point.value.clone(), point.replaced)).collect()
        };
        let told = settled(points, &replaced);
        assert_eq!(seen(&told), [("4.1".to_owned(), false), ("4.0".to_owned(), false), ("7.2".to_owned(), true)]);
        // The same value in both versions is one, and it counts.
        let told = settled(vec![point(1, at, "4.0"), point(2, at, "4.0")], &replaced);
        assert_eq!(seen(&told), [("4.0".to_owned(), false)]);
        assert_eq!(told[0].dossier, DossierId(uuid::Uuid::from_u128(2)));
    }

    #[test]
    fn two_samplings_of_one_day_are_two_and_a_recalled_value_is_an_echo() {
        let none = BTreeSet::new();
        let (early, late) = (point(1, "2026-11-22T08:10:00", "4.0"), point(2, "2026-11-22T18:00:00", "4.0"));
        let mut echo = point(3, "2026-11-22", "4.0");
        echo.recalled = true;
        assert_eq!(settled(vec![echo, late.clone(), early.clone()], &none), [early.clone(), late]);
        let mut other = early.clone();
        other.sub_id = Some("T120".into());
        assert_eq!(settled(vec![early, other], &none).len(), 2, "T0 and T120 are two observations");
    }

    #[test]
    fn the_day_of_arrival_stands_in_where_there_is_no_other() {
        assert_eq!(day_of(Timestamp(0)), "1970-01-01");
        assert_eq!(day_of(Timestamp(1_795_000_000_000)), "2026-11-18");
    }
}
