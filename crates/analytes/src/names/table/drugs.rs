//! Drugs, poisons, blood gases.

use crate::names::{Analyte, one};

/// The rows.
pub(super) const ROWS: &[Analyte] = &[
    // Drugs and poisons.
    one("digoxine", "Digoxine", &["digoxinémie"], &[], &["10535-3", "14698-5"]),
    one("lithium", "Lithium", &["lithémie", "lithiémie", "lithium sérique", "lithium plasmatique"], &[], &["14334-7"]),
    one("paracetamol", "Paracétamol", &["paracétamolémie", "acétaminophène"], &[], &["3298-7"]),
    one(
        "salicyles",
        "Salicylés",
        &["aspirinémie", "acide salicylique", "salicylémie", "salicylates"],
        &[],
        &["4024-6"],
    ),
    one(
        "acide-valproique",
        "Acide valproïque",
        &["Dépakine", "valproate", "valproate de sodium", "valproïque", "acide valproate"],
        &[],
        &["4086-5"],
    ),
    one("carbamazepine", "Carbamazépine", &["Tégrétol"], &[], &["3432-2"]),
    one("phenytoine", "Phénytoïne", &["Dihydan"], &[], &["3968-5"]),
    one("phenobarbital", "Phénobarbital", &["Gardénal"], &[], &["3948-7"]),
    one("theophylline", "Théophylline", &[], &[], &["4049-3"]),
    one("vancomycine", "Vancomycine", &[], &[], &["20578-1", "4092-3"]),
    one("gentamicine", "Gentamicine", &[], &[], &["35668-3"]),
    one("ciclosporine", "Ciclosporine", &[], &[], &["3520-4"]),
    one("tacrolimus", "Tacrolimus", &["FK506"], &[], &["11253-2"]),
    one("ethanol", "Éthanol", &["alcoolémie", "alcool éthylique", "éthanolémie"], &[], &["5643-2"]),
    one("plomb", "Plomb", &["plombémie"], &[], &["5671-3"]),
    one("carboxyhemoglobine", "Carboxyhémoglobine", &["HbCO"], &[], &["20563-3"]),
    one("methemoglobine", "Méthémoglobine", &["MetHb"], &[], &["2614-6"]),
    // Blood gases.
    one("ph", "pH sanguin", &["pH artériel", "pH veineux"], &[], &["2744-1"]),
    one("pco2", "pCO2", &["PaCO2"], &[], &["2019-8"]),
    one("po2", "pO2", &["PaO2"], &[], &["2703-7"]),
    one("bicarbonates-arteriels", "Bicarbonates artériels", &["HCO3- act"], &[], &["1960-4"]),
    one("saturation-arterielle", "Saturation artérielle", &["SaO2"], &[], &["2708-6"]),
    one("exces-de-base", "Excès de base", &[], &["BE"], &["1925-7"]),
];
