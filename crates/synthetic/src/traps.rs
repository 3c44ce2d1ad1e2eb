//! HPRIM Médecin payloads with the pathologies that laboratories send, one by one or chosen by the seed.

use crate::measure::Truth;

/// A pathology.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "each name says what is wrong")]
pub enum Trap {
    NoEnd,
    EndOfFileFirst,
    TextBetweenAndAfter,
    IndentedTags,
    ElevenLines,
    ThirteenLines,
    TitleInThirteenth,
    EmptyFirstLine,
    BlankBeforeHeader,
    MailBefore,
    EndInsideHeader,
    SeveralPatients,
    LabTwice,
    ResultsBeforeLab,
    NoLabTag,
    CarriageReturns,
    MixedLineEnds,
    Tabs,
    NulBytes,
    SeveralInOneLine,
    PlaceHolder,
    LabelOnly,
    Antibiogram,
    CompactDates,
    OverOneMegabyte,
    SentTwice,
    PartialThenComplete,
    ComparatorGlued,
    UnitGlued,
    FlagGlued,
    BoundsInOneField,
    TextInNumeric,
    SecondUnit,
    Entities,
}

impl Trap {
    /// All of them.
    pub const ALL: [Self; 34] = [
        Self::NoEnd,
        Self::EndOfFileFirst,
        Self::TextBetweenAndAfter,
        Self::IndentedTags,
        Self::ElevenLines,
        Self::ThirteenLines,
        Self::TitleInThirteenth,
        Self::EmptyFirstLine,
        Self::BlankBeforeHeader,
        Self::MailBefore,
        Self::EndInsideHeader,
        Self::SeveralPatients,
        Self::LabTwice,
        Self::ResultsBeforeLab,
        Self::NoLabTag,
        Self::CarriageReturns,
        Self::MixedLineEnds,
        Self::Tabs,
        Self::NulBytes,
        Self::SeveralInOneLine,
        Self::PlaceHolder,
        Self::LabelOnly,
        Self::Antibiogram,
        Self::CompactDates,
        Self::OverOneMegabyte,
        Self::SentTwice,
        Self::PartialThenComplete,
        Self::ComparatorGlued,
        Self::UnitGlued,
        Self::FlagGlued,
        Self::BoundsInOneField,
        Self::TextInNumeric,
        Self::SecondUnit,
        Self::Entities,
    ];
}

/// A payload with a pathology, and what a reader must find all the same.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trapped {
    /// What is wrong with it.
    pub trap: Trap,
    /// The payload as text.
    pub text: String,
    /// Family and first names of the patients, in order of their reports.
    pub patients: Vec<(String, String)>,
    /// Birth date of the first patient, `YYYY-MM-DD`.
    pub birth: String,
    /// Results in all.
    pub results: usize,
    /// A result that the pathology is about.
    pub about: Option<Truth>,
}

/// A sound payload that is to be spoilt.
pub(crate) struct Sound {
    pub(crate) text: String,
    pub(crate) patient: (String, String),
    pub(crate) birth: String,
    pub(crate) french_birth: String,
}

/// Spoils a payload. `other`: another patient's, for those that hold two.
pub(crate) fn spoil(trap: Trap, sound: &Sound, other: &Sound) -> Trapped {
    let results = |text: &str| text.matches("\nRES|").count();
    let text = &sound.text;
    let mut trapped = Trapped {
        trap,
        text: text.clone(),
        patients: vec![sound.patient.clone()],
        birth: sound.birth.clone(),
        results: results(text),
        about: None,
    };
    let end = |text: &str| text.find("****FIN****").unwrap_or(text.len());
    let (header, body) = split_lines(text, 12);
    trapped.text = match trap {
        Trap::NoEnd => text.get(..end(text)).unwrap_or_default().to_owned(),
        Trap::EndOfFileFirst => {
            text.get(..end(text)).unwrap_or_default().to_owned() + "****FINFICHIER****\n****FIN****\n"
        }
        Trap::TextBetweenAndAfter => {
            text.get(..end(text)).unwrap_or_default().to_owned()
                + "Mention entre\n****FIN****\nMention suivante\n****FINFICHIER****\nMention finale\n"
        }
        Trap::IndentedTags => text.replace("****LAB****", "  ****LAB****\n").replace("****FIN****", " ****FIN****\n"),
        Trap::ElevenLines => without_line(text, 4),
        Trap::ThirteenLines => format!("{header}\n{body}"),
        Trap::TitleInThirteenth => format!("{header}COMPTE RENDU\n{body}"),
        Trap::EmptyFirstLine => text.split_once('\n').map_or_else(String::new, |(_, rest)| format!("\n{rest}")),
        Trap::BlankBeforeHeader => format!("\n{text}"),
        Trap::MailBefore => format!("Bonjour Docteur,\n\nVeuillez trouver ci-joint les résultats.\n\n{text}"),
        Trap::EndInsideHeader => format!("{}****FIN****\n{text}", split_lines(text, 4).0),
        Trap::SeveralPatients => {
            trapped.patients.push(other.patient.clone());
            trapped.results += results(&other.text);
            text.replace("****FINFICHIER****\n", "") + &other.text
        }
        Trap::LabTwice => text.replace("****LAB****\n", "****LAB****\nTEX|\n****LAB****\n"),
        Trap::ResultsBeforeLab => {
            trapped.results += 1;
            text.replace("****LAB****\n", "RES|Examen avancé|AVX|N|1|g/L|0|2||F\n****LAB****\n")
        }
        Trap::NoLabTag => text.replace("****LAB****\n", ""),
        Trap::CarriageReturns => text.replace('\n', "\r"),
        Trap::MixedLineEnds => {
            let ends = ["\n", "\r\n", "\r\n"];
            text.lines().zip(ends.iter().cycle()).flat_map(|(line, end)| [line, end]).collect()
        }
        Trap::Tabs => text.replace("\nRES|", "\n\tRES|\t").replace("\nTEX|", "\nTEX|\t"),
        Trap::NulBytes => text.replace("\n", "\0\n") + "\0\0\0",
        // The same report twice is one.
        Trap::SentTwice => text.replace("****FINFICHIER****\n", "") + text,
        // Where the sound one is partial itself, both are the same.
        Trap::PartialThenComplete if !text.contains("|F|") => text.clone(),
        Trap::PartialThenComplete => {
            trapped.patients.push(sound.patient.clone());
            trapped.results *= 2;
            text.replace("****FINFICHIER****\n", "").replace("|F|", "|R|") + text
        }
        Trap::CompactDates => {
            let compact: String = sound.french_birth.split('/').collect();
            text.replacen(&sound.french_birth, &compact, 1)
        }
        Trap::OverOneMegabyte => {
            let line = "TEX|Commentaire fictif du biologiste, sans rapport avec un patient.\n";
            text.replace("****FIN****", &(line.repeat((1 << 20) / line.len() + 1) + "****FIN****"))
        }
        _ => {
            let (lines, added, about) = about(trap);
            trapped.results += added;
            trapped.about = about;
            text.replace("****FIN****", &format!("{lines}****FIN****"))
        }
    };
    trapped
}

/// Lines that are themselves the pathology, how many results they add, and one of those.
fn about(trap: Trap) -> (&'static str, usize, Option<Truth>) {
    let of = |value: &str, comparator, unit: &str, low: &str, high: &str, flag| Truth {
        label: "Examen piégé".to_owned(),
        value: value.to_owned(),
        comparator,
        unit: unit.to_owned(),
        low: low.to_owned(),
        high: high.to_owned(),
        flag,
    };
    match trap {
        Trap::SeveralInOneLine => (
            "RES|Examen piégé|PG|N|6.9|mmol/L|3.5|5|HH|F||||RES|Autre|AU|N|1|g/L|0|2||F\n",
            2,
            Some(of("6.9", "", "mmol/L", "3.5", "5", "critically_high")),
        ),
        Trap::PlaceHolder => ("RES||IGET 005|A\nRES||\n", 0, None),
        Trap::LabelOnly => ("RES|Prélèvement hémolysé, à contrôler.\n", 0, None),
        Trap::Antibiogram => (
            "RES|Examen piégé|PG|A|Escherichia coli||||A|F\nTEX|Antibiogramme\nTEX|  Amoxicilline    Résistant   > 8\n",
            1,
            Some(of("Escherichia coli", "", "", "", "", "abnormal")),
        ),
        Trap::ComparatorGlued => {
            ("RES|Examen piégé|PG|N|<0,12|mg/L|0|5||F\n", 1, Some(of("0.12", "<", "mg/L", "0", "5", "normal")))
        }
        Trap::UnitGlued => {
            ("RES|Examen piégé|PG|N|> 35000  ng/L|||125||F\n", 1, Some(of("35000", ">", "ng/L", "", "125", "high")))
        }
        Trap::FlagGlued => {
            ("RES|Examen piégé|PG|N|*12.9*|g/dL|13|18||F\n", 1, Some(of("12.9", "", "g/dL", "13", "18", "low")))
        }
        Trap::BoundsInOneField => {
            ("RES|Examen piégé|PG|N|-8|mmol/L|-2 - 2|||F\n", 1, Some(of("-8", "", "mmol/L", "-2", "2", "low")))
        }
        Trap::TextInNumeric => {
            ("RES|Examen piégé|PG|N|DIABETE||||N|F\n", 1, Some(of("DIABETE", "", "", "", "", "normal")))
        }
        Trap::SecondUnit => (
            "RES|Examen piégé|PG|N|1,30|g/L|0,74|1,06||F\nRES|soit|PG2|N|7,2|mmol/L|4,1|5,9||F\n",
            1,
            Some(of("1.30", "", "g/L", "0.74", "1.06", "high")),
        ),
        Trap::Entities => (
            "RES|Examen pi&eacute;g&eacute;|PG|N|&lt; 4|&micro;g/L||5||F\n",
            1,
            Some(of("4", "<", "µg/L", "", "5", "normal")),
        ),
        _ => ("", 0, None),
    }
}

/// The first lines of a text, and the rest.
fn split_lines(text: &str, count: usize) -> (&str, &str) {
    let at = text.match_indices('\n').nth(count.saturating_sub(1)).map_or(text.len(), |(at, _)| at + 1);
    text.split_at_checked(at).unwrap_or((text, ""))
}

fn without_line(text: &str, number: usize) -> String {
    let kept = text.lines().enumerate().filter(|(at, _)| *at != number);
    kept.flat_map(|(_, line)| [line, "\n"]).collect()
}
