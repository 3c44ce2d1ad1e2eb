//! Patients and laboratories, plainly invented. None must ever look like a person: each family name says that it is an
//! example.

use crate::calendar::Day;
use crate::random::Random;

const LAST: [&str; 20] = [
    "EXEMPLE",
    "MODELE",
    "FICTIF",
    "ESSAI",
    "TEST",
    "SPECIMEN",
    "PROTOTYPE",
    "MAQUETTE",
    "INVENTE",
    "ECHANTILLON",
    "DEMO",
    "BROUILLON",
    "ESQUISSE",
    "FACTICE",
    "GABARIT",
    "SIMULACRE",
    "TEMOIN",
    "FIGURANT",
    "ANONYME",
    "PATRON",
];

const WOMEN: [&str; 24] = [
    "Alice",
    "Béatrice",
    "Chloé",
    "Denise",
    "Élise",
    "Françoise",
    "Geneviève",
    "Hélène",
    "Inès",
    "Joëlle",
    "Karine",
    "Léa",
    "Maëlle",
    "Noémie",
    "Odile",
    "Pauline",
    "Rose",
    "Solène",
    "Thérèse",
    "Ursule",
    "Valérie",
    "Yvonne",
    "Zoé",
    "Anne-Sophie",
];

const MEN: [&str; 24] = [
    "Adrien",
    "Bruno",
    "Cédric",
    "Didier",
    "Émile",
    "François",
    "Gaël",
    "Hervé",
    "Ignace",
    "Jérôme",
    "Karim",
    "Loïc",
    "Mathéo",
    "Noël",
    "Octave",
    "Paul",
    "Quentin",
    "Rémi",
    "Stéphane",
    "Théo",
    "Urbain",
    "Victor",
    "Yann",
    "Jean-Luc",
];

/// An invented person.
pub(crate) struct Person {
    pub(crate) last: String,
    pub(crate) first: String,
    pub(crate) woman: bool,
    pub(crate) birth: Day,
    pub(crate) insured: String,
    pub(crate) street: String,
    pub(crate) place: String,
}

impl Person {
    pub(crate) fn invent(random: &mut Random, today: Day) -> Self {
        let woman = random.chance(54);
        let first = random.word(if woman { &WOMEN } else { &MEN });
        let mut last = random.word(&LAST).to_owned();
        if random.chance(12) {
            let joint = if woman && random.chance(50) { " EPOUSE " } else { "-" };
            last = format!("{last}{joint}{}", random.word(&LAST));
        }
        let birth = Day(today.0 - random.between(400, 34_000));
        let (year, month, _) = birth.date();
        // Département 99, commune 999 and key 00: nobody's.
        let sex = if woman { 2 } else { 1 };
        let insured = format!("{sex}{:02}{month:02}99999{:03} 00", year % 100, random.below(1000));
        let first = if random.chance(40) { first.to_uppercase() } else { first.to_owned() };
        Self {
            last,
            first,
            woman,
            birth,
            insured: if random.chance(70) { insured } else { String::new() },
            street: format!("{} RUE DES ESSAIS", random.between(1, 120)),
            place: format!("99{:03} VILLE-EXEMPLE", random.below(1000)),
        }
    }
}

/// A matricule INS of nobody (département 99, commune 999), with its right key.
pub(crate) fn matricule(person: &Person, random: &mut Random) -> String {
    let (year, month, _) = person.birth.date();
    let sex = if person.woman { 2 } else { 1 };
    let body = format!("{sex}{:02}{month:02}99999{:03}", year % 100, random.below(1000));
    let key = 97 - body.parse::<u64>().unwrap_or(0) % 97;
    format!("{body}{key:02}")
}

/// An invented laboratory.
pub(crate) struct Laboratory {
    pub(crate) code: &'static str,
    pub(crate) name: &'static str,
    pub(crate) address: &'static str,
}

const LABORATORIES: [&Laboratory; 6] = [
    &Laboratory { code: "LABOESSAI", name: "Laboratoire des Essais", address: "resultats@labo-essais.test" },
    &Laboratory { code: "LCENTRAL", name: "Labo Central (fictif)", address: "envoi@labo-central.test" },
    &Laboratory { code: "LABPINS", name: "Laboratoire des Pins (fictif)", address: "biologie@labo-des-pins.test" },
    &Laboratory { code: "BIOMODELE", name: "BioModèle (fictif)", address: "resultats@biomodele.test" },
    &Laboratory { code: "LBMDEMO", name: "LBM de la Démonstration", address: "lbm@demonstration.test" },
    &Laboratory { code: "LABTEST", name: "Laboratoire Test du Port", address: "hnet@labo-du-port.test" },
];

pub(crate) fn laboratory(random: &mut Random) -> &'static Laboratory {
    const FIRST: &Laboratory = &Laboratory { code: "LABO", name: "Laboratoire", address: "labo@labo.test" };
    random.pick(&LABORATORIES).unwrap_or(FIRST)
}
