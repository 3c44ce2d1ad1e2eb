//! How values in other units become the unit of a threshold. Our own table, each factor tried both ways by a test: tables of
//! units found elsewhere hold errors.

use super::table::n;
use super::units::Unit;
use super::units::Unit::{
    Giga, GramDl, GramOrGiga, KPa, LitreLitre, MUiL, Mega, Meq, Mg, MgDl, Missing, MmHg, Mmol, Ng, NgDl, Nmol, PerMm3,
    Percent, Pmol, Ratio, Second, Ug, UgDl, UiL, UiMl, Ukat, Umol,
};
use rust_decimal::Decimal;

type Factors = &'static [(Unit, Decimal)];

const ONE: Decimal = n(1, 0);

pub const MONOVALENT: Factors = &[(Mmol, ONE), (Meq, ONE)];
pub const CALCIUM: Factors = &[(Mmol, ONE), (Meq, n(5, 1)), (Mg, n(2495, 5)), (MgDl, n(2495, 4))];
pub const MAGNESIUM: Factors = &[(Mmol, ONE), (Meq, n(5, 1)), (Mg, n(411, 4)), (MgDl, n(411, 3))];
pub const PHOSPHORUS: Factors = &[(Mmol, ONE), (Mg, n(323, 4)), (MgDl, n(323, 3))];
pub const GLUCOSE: Factors = &[(Mmol, ONE), (GramOrGiga, n(5551, 3)), (MgDl, n(5551, 5)), (GramDl, n(5551, 2))];
pub const CREATININE: Factors = &[(Umol, ONE), (Mg, n(884, 2)), (MgDl, n(884, 1)), (Mmol, n(1000, 0))];
pub const UREA: Factors = &[(Mmol, ONE), (GramOrGiga, n(1665, 2)), (MgDl, n(1665, 4))];
pub const BILIRUBIN: Factors = &[(Umol, ONE), (Mg, n(171, 2)), (MgDl, n(171, 1))];
pub const CRP: Factors = &[(Mg, ONE), (MgDl, n(10, 0))];
pub const PER_MICROGRAM: Factors = &[(Ug, ONE)];
pub const PER_NANOGRAM: Factors = &[(Ng, ONE), (Ug, n(1000, 0))];
pub const LACTATE: Factors = &[(Mmol, ONE), (Meq, ONE), (Mg, n(111, 4)), (MgDl, n(111, 3))];
pub const ENZYME: Factors = &[(UiL, ONE), (Ukat, n(60, 0))];
pub const AMMONIA: Factors = &[(Umol, ONE), (UgDl, n(587, 3)), (Ug, n(587, 4)), (Mg, n(587, 1))];
pub const TRIGLYCERIDES: Factors = &[(Mmol, ONE), (GramOrGiga, n(1129, 3)), (MgDl, n(1129, 5))];
pub const IRON: Factors = &[(Umol, ONE), (Mg, n(179, 1)), (UgDl, n(179, 3)), (Ug, n(179, 4))];
pub const BILE_ACIDS: Factors = &[(Umol, ONE)];
pub const CORTISOL: Factors = &[(Nmol, ONE), (Ug, n(2759, 3)), (UgDl, n(2759, 2))];
pub const TSH: Factors = &[(MUiL, ONE)];
pub const T4: Factors = &[(Pmol, ONE), (Ng, n(1287, 3)), (NgDl, n(1287, 2))];
pub const HAEMOGLOBIN: Factors = &[(GramDl, ONE), (GramOrGiga, n(1, 1)), (Mmol, n(161, 2))];
pub const HAEMATOCRIT: Factors = &[(Percent, ONE), (LitreLitre, n(100, 0))];
/// A count of cells: whatever the case of its letters, « g/L » cannot be grams.
pub const CELLS: Factors = &[(Giga, ONE), (GramOrGiga, ONE), (PerMm3, n(1, 3)), (Mega, n(1, 3))];
pub const FIBRINOGEN: Factors = &[(GramOrGiga, ONE), (MgDl, n(1, 2))];
/// What has no unit, and is printed without one.
pub const RATIO: Factors = &[(Missing, ONE), (Ratio, ONE)];
/// A ratio beside a measure in a unit: it must be said to be one.
pub const SAID_RATIO: Factors = &[(Ratio, ONE)];
pub const PERCENT: Factors = &[(Percent, ONE)];
pub const SECONDS: Factors = &[(Second, ONE)];
pub const ANTI_XA: Factors = &[(UiMl, ONE)];
pub const GAS: Factors = &[(MmHg, ONE), (KPa, n(75, 1))];
pub const DIGOXIN: Factors = &[(Ug, ONE), (Nmol, n(7806, 4))];
pub const PARACETAMOL: Factors = &[(Mg, ONE), (Umol, n(151, 3)), (Mmol, n(151, 0))];
pub const SALICYLATES: Factors = &[(Mg, ONE), (MgDl, n(10, 0)), (Mmol, n(138, 0))];
pub const THEOPHYLLINE: Factors = &[(Mg, ONE), (Umol, n(1802, 4))];
pub const PHENYTOIN: Factors = &[(Mg, ONE), (Umol, n(2525, 4))];
pub const CARBAMAZEPINE: Factors = &[(Mg, ONE), (Umol, n(2364, 4))];
pub const PHENOBARBITAL: Factors = &[(Mg, ONE), (Umol, n(232, 3))];
pub const VALPROATE: Factors = &[(Mg, ONE), (Umol, n(1443, 4))];
pub const LEAD: Factors = &[(Ug, ONE), (UgDl, n(10, 0)), (Umol, n(2072, 1))];
