//! Measures for the formats whose results are segments: values of panels with their truth, before any format is chosen.

use crate::panel::{self, Panel, Standing, written};
use crate::random::Random;

/// What a reader must find of one result.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Truth {
    /// Label, as sent.
    pub label: String,
    /// Value: a decimal string with a point, or the words.
    pub value: String,
    /// `<`, `>`; empty for none.
    pub comparator: &'static str,
    /// Unit, as sent; empty for none.
    pub unit: String,
    /// Low bound, with a point; empty for an open side.
    pub low: String,
    /// High bound, with a point; empty for an open side.
    pub high: String,
    /// `normal`, `low`, `high`, `critically_low`, `critically_high`, `abnormal`; empty where nothing tells.
    pub flag: &'static str,
}

/// A measured analyte: its truth, and the code and flag to send.
pub(crate) struct Measured {
    pub(crate) truth: Truth,
    pub(crate) code: &'static str,
    /// As sent: `L`, `HH`… or nothing where the bounds must tell.
    pub(crate) sent_flag: &'static str,
}

/// Some panels, measured.
pub(crate) fn panels(random: &mut Random) -> Vec<(&'static Panel, Vec<Measured>)> {
    let first = usize::try_from(random.below(u64::try_from(panel::ALL.len()).unwrap_or(1))).unwrap_or(0);
    let count = usize::try_from(random.between(1, 3)).unwrap_or(1);
    let chosen = panel::ALL.iter().cycle().skip(first).take(count);
    chosen.map(|panel| (*panel, measured(panel, random))).collect()
}

fn measured(panel: &Panel, random: &mut Random) -> Vec<Measured> {
    let mut all = Vec::with_capacity(panel.analytes.len());
    for analyte in panel.analytes {
        let wanted = match random.below(100) {
            0..=1 => Standing::PanicLow,
            2..=3 => Standing::PanicHigh,
            4..=11 => Standing::Low,
            12..=19 => Standing::High,
            _ => Standing::Normal,
        };
        let wanted = match wanted {
            Standing::PanicLow if !analyte.has_panic() => Standing::Low,
            Standing::PanicHigh if !analyte.has_panic() => Standing::High,
            other => other,
        };
        let (value, standing) = analyte.value(wanted, random);
        let bound = |bound: Option<i64>| bound.map(|bound| written(bound, analyte.decimals, '.')).unwrap_or_default();
        let says = random.chance(60);
        let (flag, sent_flag) = match standing {
            Standing::PanicLow => ("critically_low", "LL"),
            Standing::PanicHigh => ("critically_high", "HH"),
            Standing::Low => ("low", if says { "L" } else { "" }),
            Standing::High => ("high", if says { "H" } else { "" }),
            Standing::Normal => ("normal", if says { "N" } else { "" }),
        };
        let truth = Truth {
            label: analyte.label.to_owned(),
            value: written(value, analyte.decimals, '.'),
            comparator: "",
            unit: analyte.unit.to_owned(),
            low: bound(analyte.low),
            high: bound(analyte.high),
            flag,
        };
        all.push(Measured { truth, code: analyte.code, sent_flag });
    }
    all
}
