//! LOINC codes of what the table names, in another specimen than blood: whatever the label says, no threshold is theirs.

/// The codes.
pub(super) const CODES: &[&str] = &[
    // Cells and bacteria in urine.
    "5821-4", "5799-2", "13945-1", "5808-1", // Sugar.
    "2350-7", "15076-3", "5792-7", "2342-4", "14744-7", // Electrolytes.
    "2956-1", "2829-0", "17862-4", "6874-2", // Kidney.
    "22705-8", "3095-7", "2162-6",
];
