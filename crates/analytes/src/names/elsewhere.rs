//! LOINC codes of what the table names, in another specimen than blood: whatever the label says, no threshold is theirs.
//!
//! Not all there are: a code that is neither here nor in the table makes a doubt ([`super::is_unlisted`]).

/// The codes.
pub(super) const CODES: &[&str] = &[
    // Urine: cells, sugar, electrolytes, kidney, enzymes.
    "5821-4", "5799-2", "13945-1", "5808-1", "2350-7", "15076-3", "5792-7", "2956-1", "2829-0", "17862-4", "6874-2",
    "2778-9", "22705-8", "3095-7", "2162-6", "1799-6", // Cerebrospinal fluid.
    "2342-4", "14744-7", "26465-5", "805-2", "806-0", // Fluids of the pleura, the joints, the body.
    "2346-5", "1796-2", "9619-8", "2348-1", "14388-3", "2344-0", "1795-4", "15155-5", "15212-4", "12242-4", "2821-7",
    "12228-3", "3093-2", // Stool.
    "15202-5", "15207-4",
];
