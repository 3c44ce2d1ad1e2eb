//! The words for what is examined, in a chapter's title as in a label: blood has thresholds, everything else has none.

/// Beginnings of words for other specimens than blood.
const OTHER: &[&str] = &[
    // Urine.
    "urin",
    "ecbu",
    "hlm",
    "addis",
    "diurese",
    "miction",
    "bandelette",
    "sonde",
    "sondage",
    "nephrostom",
    "ileostom",
    "colostom",
    "cystostom",
    "cystocent",
    "thoracocent",
    "paracent",
    "arthrocent",
    "infiltration",
    "gorge",
    "pharyn",
    "nasal",
    "ureter",
    "uretr",
    "cytobacter",
    // Fluids of the body, and how they are drawn.
    "lcr",
    "lcs",
    "cephalo",
    "rachid",
    "lombaire",
    "pleura",
    "ascit",
    "periton",
    "pericard",
    "synovi",
    "articul",
    "genou",
    "hygrom",
    "bursit",
    "liquide",
    "ponction",
    "drain",
    "redon",
    "dialysat",
    "effluent",
    "amnio",
    "epanch",
    "exsudat",
    "transsudat",
    "kyst",
    "hydrocel",
    "lymphocel",
    "douglas",
    "vitre",
    "humeur",
    "abces",
    // Airways, digestion, skin, glands.
    "lavage",
    "lba",
    "bronch",
    "alveol",
    "tracheal",
    "expector",
    "crachat",
    "selle",
    "stool",
    "coproc",
    "coprolog",
    "feca",
    "feces",
    "meconi",
    "gastrique",
    "bile",
    "salive",
    "salivaire",
    "sueur",
    "sudor",
    "sudation",
    "larme",
    "lacrym",
    "plaie",
    "escarre",
    "ecouvillon",
    "vagin",
    "cheveu",
    "ongle",
    "phaner",
    // Tissue and seed.
    "sperm",
    "semin",
    "ejacul",
    "placent",
    "biops",
    "moelle",
    "medull",
    "myelogram",
    "adenogram",
];

/// Words of the same that count only as they stand.
const OTHER_WORDS: &[&str] = &["liq", "pus", "csf", "24h", "sediment", "culot", "ur", "bu"];

/// Beginnings of words for blood.
const BLOOD: &[&str] = &[
    "sang",
    "serum",
    "seriq",
    "plasma",
    "hematolog",
    "hemato",
    "hemogram",
    "hemosta",
    "blood",
    "capillaire",
    "arteri",
    "vein",
    "nfs",
];

/// Whether the words speak of another specimen than blood.
pub(crate) fn other(words: &[String]) -> bool {
    spaced(words).iter().any(|word| begins(word, OTHER))
        || words.iter().enumerate().any(|(at, word)| {
            let next = words.get(at + 1).map(String::as_str);
            let previous = at.checked_sub(1).and_then(|before| words.get(before)).map(String::as_str);
            match word.as_str() {
                // One letter for urine, unless it is the unit's (U/L).
                "u" => !matches!(next, Some("l" | "ml" | "dl" | "g" | "kg" | "mg" | "min" | "i")),
                // What is collected for a day is urine.
                "24" => {
                    matches!(next, Some("h" | "heure")) && matches!(previous, Some("des" | "de" | "sur" | "les" | "du"))
                }
                // A patient on dialysis has blood too; the fluid is called one.
                // How it was separated is not what was examined.
                word if word.starts_with("liquide") => !matches!(previous, Some("phase" | "chromatographie")),
                "dialyse" => {
                    let water = at.checked_sub(2).and_then(|before| words.get(before)).map(String::as_str);
                    matches!(water, Some("eau" | "bain" | "poche" | "solution"))
                }
                word if word.starts_with("periton") => !previous.is_some_and(|one| one.starts_with("dialyse")),
                word => OTHER_WORDS.contains(&word) || begins(word, OTHER),
            }
        })
}

/// Whether the words speak of what may be of blood and may be of something else: cells and germs are looked for in urine and in
/// fluids too, and a title that names what is found in urine (*créatinine et protéinurie*) stands over blood as well.
pub(crate) fn doubtful(words: &[String]) -> bool {
    words.iter().any(|word| begins(word, &["cytolog", "bacteriolog", "microbiolog"]) || urinary(word))
}

/// Whether a word is the name of something in urine: *natriurie*, *kaliurèse*, *leucocyturie*.
pub(crate) fn urinary(word: &str) -> bool {
    word.ends_with("urie") || word.ends_with("urese")
}

/// Whether the words speak of blood.
pub(crate) fn blood(words: &[String]) -> bool {
    words.iter().any(|word| begins(word, BLOOD))
}

fn begins(word: &str, beginnings: &[&str]) -> bool {
    beginnings.iter().any(|beginning| word.starts_with(beginning))
}

/// The words that titles set with blanks between their letters spell: `U R I N E S`.
fn spaced(words: &[String]) -> Vec<String> {
    let single = |word: &String| word.chars().count() == 1 && word.starts_with(char::is_alphabetic);
    let runs = words.chunk_by(|one, next| single(one) && single(next));
    runs.filter(|run| run.len() > 2).map(<[String]>::concat).collect()
}
