//! Why a call was refused, in words: one exhaustive match, so that no failure of the core is left without a sentence.

use super::number::size;
use super::time::Local;
use super::{Advice, field, number, store, trouble};
use bannette_api::Failure;
use bannette_api::failure::Needs;

/// What happened, what it means, what to do.
#[must_use]
pub fn failure(failure: &Failure, local: Local) -> Advice {
    match failure {
        Failure::NoPractice => Advice::new("Aucun cabinet n’est encore créé sur ce poste.", "Créez-le d’abord."),
        Failure::PracticeExists => {
            Advice::new("Un cabinet existe déjà sur ce poste.", "Ouvrez une session avec votre identifiant.")
        }
        Failure::NotSignedIn => Advice::new("La session est fermée.", "Ouvrez-la à nouveau."),
        Failure::WindowLocked => Advice::new("La fenêtre est verrouillée.", "Saisissez votre mot de passe."),
        Failure::WrongCredentials { tries_left } => {
            Advice::new("L’identifiant ou le mot de passe n’est pas le bon.", tries_left.map(tries).unwrap_or_default())
        }
        Failure::AccountLocked { until } => Advice::new(
            format!("Trop d’essais\u{a0}: ce compte est bloqué jusqu’à {}.", local(*until).clock()),
            "Attendez cette heure, ou demandez un nouveau mot de passe à l’administrateur du cabinet.",
        ),
        Failure::Suspended => Advice::new("Ce compte est suspendu.", "Adressez-vous à l’administrateur du cabinet."),
        Failure::PasswordMustChange => {
            Advice::new("Votre mot de passe doit être changé.", "Choisissez-en un nouveau pour continuer.")
        }
        Failure::NotAllowed { needs } => not_allowed(*needs),
        Failure::NotFound => Advice::new("Cet élément n’existe plus, ou ne vous est plus accessible.", ""),
        Failure::Conflict => Advice::new(
            "Quelqu’un d’autre a fait une modification entre-temps.",
            "Vérifiez le nouvel état, puis recommencez si c’est encore utile.",
        ),
        Failure::Invalid { field: which, why } => {
            Advice::new(format!("À corriger, {}\u{a0}:", field::name(*which)), field::why(*which, *why))
        }
        Failure::Server { trouble } => trouble::trouble(trouble),
        Failure::Store { trouble } => store::store(*trouble),
        Failure::TooLarge { limit } => {
            Advice::new(format!("C’est trop volumineux\u{a0}: {} au plus.", size(*limit)), "")
        }
        Failure::ContentRemoved { at } => Advice::new(super::keeping::removed::said(*at, local), ""),
        Failure::NotDealtWith { messages } => Advice::new(
            format!(
                "Rien n’a été retiré\u{a0}: {}.",
                number::plural(*messages, "message n’est pas traité", "messages ne sont pas traités")
            ),
            "Validez d’abord, ou gardez la boîte en archive.",
        ),
        Failure::Internal { incident } => Advice::new(
            "Bannette a rencontré un problème inattendu. Rien n’a été changé.",
            format!("Réessayez. Si cela revient, donnez au support le numéro d’incident {incident}."),
        ),
    }
}

fn tries(left: u32) -> String {
    match left {
        0 => "C’était le dernier essai.".to_owned(),
        left => format!("Il reste {}.", number::plural(u64::from(left), "essai", "essais")),
    }
}

fn not_allowed(needs: Needs) -> Advice {
    match needs {
        Needs::Read => {
            Advice::new("Vous n’avez plus accès à cette boîte.", "Si vous en avez besoin, demandez-le à son titulaire.")
        }
        Needs::Send => Advice::new(
            "Vous pouvez lire cette boîte, pas envoyer depuis elle.",
            "Demandez à son titulaire le droit «\u{a0}Lecture et envoi\u{a0}».",
        ),
        Needs::Own => Advice::new("Seul le titulaire de la boîte peut faire cela.", ""),
        Needs::Administrator => Advice::new("Seul un administrateur du cabinet peut faire cela.", ""),
        Needs::Validate => Advice::new("Seul un médecin ou un remplaçant peut valider.", ""),
        Needs::Sort => Advice::new(
            "Seules les personnes avec qui la boîte est partagée peuvent trier ses messages.",
            "Le bris de glace permet seulement de lire.",
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::failure;
    use crate::text::time::Civil;
    use bannette_api::connection::Trouble;
    use bannette_api::failure::{Field, Needs, StoreTrouble, Why};
    use bannette_api::{Failure, Timestamp};

    fn every_failure() -> Vec<Failure> {
        vec![
            Failure::NoPractice,
            Failure::PracticeExists,
            Failure::NotSignedIn,
            Failure::WindowLocked,
            Failure::WrongCredentials { tries_left: None },
            Failure::WrongCredentials { tries_left: Some(2) },
            Failure::AccountLocked { until: Timestamp(1_795_331_400_000) },
            Failure::Suspended,
            Failure::PasswordMustChange,
            Failure::NotAllowed { needs: Needs::Read },
            Failure::NotAllowed { needs: Needs::Validate },
            Failure::NotFound,
            Failure::Conflict,
            Failure::Invalid { field: Field::Port, why: Why::OutOfRange { least: 1, most: 65_535 } },
            Failure::Server { trouble: Trouble::LoginRefused },
            Failure::Store { trouble: StoreTrouble::Damaged },
            Failure::TooLarge { limit: 25_000_000 },
            Failure::ContentRemoved { at: Timestamp(1_795_331_400_000) },
            Failure::NotDealtWith { messages: 3 },
            Failure::Internal { incident: "7f3a".to_owned() },
        ]
    }

    #[test]
    fn every_failure_has_whole_sentences() {
        for case in every_failure() {
            let advice = failure(&case, |at| Civil::at(at, 60));
            let whole = advice.sentence();
            assert!(whole.ends_with('.'), "{case:?}: {whole}");
            assert!(whole.chars().next().is_some_and(char::is_uppercase), "{case:?}: {whole}");
        }
    }

    #[test]
    fn what_the_person_needs_is_said() {
        let said = |case: &Failure| failure(case, |at| Civil::at(at, 60)).sentence();
        assert!(said(&Failure::WrongCredentials { tries_left: Some(2) }).contains("Il reste 2\u{a0}essais."));
        assert!(said(&Failure::AccountLocked { until: Timestamp(1_795_331_400_000) }).contains("08:10"));
        assert!(said(&Failure::Internal { incident: "7f3a".to_owned() }).contains("7f3a"));
        let port = Failure::Invalid { field: Field::Port, why: Why::OutOfRange { least: 1, most: 65_535 } };
        assert!(said(&port).contains("65\u{202f}535"));
    }
}
