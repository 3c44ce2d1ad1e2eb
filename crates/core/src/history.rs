//! The history of one analyte: the values of the same patient's reports that one may read, each read again from the bytes
//! received, and those that the laboratory recalls. Values of two units are never put into one line.

use crate::reading::{TakenOut, ways, whole};
use crate::session::Session;
use crate::{Core, Handle, failures};
use bannette_api::dossiers::{GetHistory, History, HistoryPoint};
use bannette_api::report::{LabResult, Report, ResultStatus};
use bannette_api::{DossierId, Failure};
use bannette_formats::{Source, fold};
use bannette_store::{Act, Author, RawSource, SamePatient};
use std::collections::BTreeSet;

/// Reports of the same patient that are looked into.
const REPORTS: u32 = 200;

impl Handle<GetHistory> for Core {
    async fn handle(&self, session: &Session, call: GetHistory) -> Result<History, Failure> {
        let act = Act::HistoryRead { dossier: call.dossier };
        let TakenOut { me, stored, .. } = self.taken_out(session, call.dossier, None, &act).await?;
        let mut read = self.store().await?.read().await.map_err(failures::of_store)?;
        // The rights of the very state that is read: one taken back since reaches nothing here.
        let rights = read.rights_of(me, self.now()).await.map_err(failures::of_store)?;
        let same = read.of_same_patient(&rights.visible(), call.dossier, REPORTS).await.map_err(failures::of_store)?;
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
        let gather = move || gather(&call, &same);
        let history = tokio::task::spawn_blocking(gather).await.map_err(|error| failures::internal(&error))?;
        let others = history.points.iter().map(|point| point.dossier).filter(|dossier| *dossier != source);
        self.read_too(session, &others.collect()).await?;
        Ok(history)
    }
}

impl Core {
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

fn gather(call: &GetHistory, same: &[SamePatient]) -> History {
    let mut points = Vec::new();
    for one in same {
        let source = match one.source {
            RawSource::Message => Source::Message,
            RawSource::File => Source::File { name: &one.name },
        };
        let message = bannette_formats::read_opened(source, &one.bytes, &one.opened, None);
        let Some(report) = message.reports.into_iter().nth(one.part) else { continue };
        let results = report.sections.iter().flat_map(|section| &section.results);
        for result in results.filter(|result| is_same(call, result)) {
            add(&mut points, one, &report, result);
        }
    }
    points.sort_by(|left, right| (&left.at, left.recalled).cmp(&(&right.at, right.recalled)));
    // The laboratory recalls what it sent before: the value that was sent stands, not its echo.
    let mut kept: Vec<HistoryPoint> = Vec::with_capacity(points.len());
    for point in points {
        let echo = |before: &HistoryPoint| day(&before.at) == day(&point.at) && before.value == point.value;
        if !kept.iter().any(echo) {
            kept.push(point);
        }
    }
    History { points: kept }
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

fn add(points: &mut Vec<HistoryPoint>, one: &SamePatient, report: &Report, result: &LabResult) {
    let Some(value) = result.value.clone().filter(|_| result.status != Some(ResultStatus::Cancelled)) else { return };
    let received = || day_of(one.received_at);
    let at = report.sampled_at.clone().or_else(|| report.reported_at.clone()).unwrap_or_else(received);
    points.push(HistoryPoint {
        at,
        value,
        comparator: result.comparator.clone(),
        unit: result.unit.clone(),
        low: result.low.clone(),
        high: result.high.clone(),
        flag: result.flag,
        dossier: one.dossier,
        recalled: false,
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
                dossier: one.dossier,
                recalled: true,
            });
        }
    }
}

/// The day in a date or an instant.
fn day(at: &str) -> &str {
    at.get(..10).unwrap_or(at)
}

/// The day (UTC) of arrival, `YYYY-MM-DD`: only where a report says no day at all.
fn day_of(received_at: bannette_api::Timestamp) -> String {
    let instant = jiff::Timestamp::from_millisecond(received_at.0).unwrap_or_default();
    instant.strftime("%Y-%m-%d").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use bannette_api::Timestamp;

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
        let history = gather(&call("POTASSIUM", "mmol/l"), &all);
        let seen: Vec<_> = history.points.iter().map(|point| (day(&point.at), point.value.as_str())).collect();
        assert_eq!(seen, [("2026-10-01", "6.8"), ("2026-11-22", "4.2")]);
        assert_eq!(gather(&call("Potassium", "mg/L"), &all).points, []);
        assert_eq!(gather(&call("Sodium", "mmol/L"), &all).points, []);
    }

    #[test]
    fn the_same_value_of_the_same_day_is_one_point() {
        let all = [sent(2, "EXEMPLE", "22/11/2026", "4.2"), sent(1, "EXEMPLE", "22/11/2026", "4.2")];
        assert_eq!(gather(&call("Potassium", "mmol/L"), &all).points.len(), 1);
    }

    #[test]
    fn the_day_of_arrival_stands_in_where_there_is_no_other() {
        assert_eq!(day_of(Timestamp(0)), "1970-01-01");
        assert_eq!(day_of(Timestamp(1_795_000_000_000)), "2026-11-18");
    }
}
