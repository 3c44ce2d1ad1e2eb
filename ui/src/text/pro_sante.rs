//! Pro Santé Connect in words.

use super::mailbox::Tone;
use super::time::{Local, recent};
use super::trouble::trouble;
use bannette_api::Timestamp;
use bannette_api::pro_sante::{ProSanteProblem, ProSanteState};

/// Its name.
pub const TITLE: &str = "Pro Santé Connect";
/// Signs in.
pub const SIGN_IN: &str = "Se connecter avec Pro Santé Connect";
/// Gives the sign-in in the browser up.
pub const GIVE_UP: &str = "Abandonner";
/// Signs out.
pub const SIGN_OUT: &str = "Se déconnecter de Pro Santé Connect";

/// Where one stands, with its weight.
#[must_use]
pub fn state(state: &ProSanteState, now: Timestamp, local: Local) -> (Tone, String) {
    match state {
        ProSanteState::NotRegistered => (
            Tone::Warn,
            "Ce cabinet n’est pas encore inscrit à Pro Santé Connect\u{a0}: demandez son inscription à la personne qui a installé Bannette. Sans elle, choisissez un mot de passe ou un certificat."
                .to_owned(),
        ),
        ProSanteState::SignedOut { why: None } => {
            (Tone::Muted, "Vous n’êtes pas connecté. Votre navigateur s’ouvrira pour votre carte CPS ou e-CPS.".to_owned())
        }
        ProSanteState::SignedOut { why: Some(why) } => (Tone::Warn, problem(why)),
        ProSanteState::InBrowser { .. } => {
            (Tone::Info, "Terminez la connexion dans votre navigateur, puis revenez ici.".to_owned())
        }
        ProSanteState::SignedIn { since } => (
            Tone::Good,
            format!("Vous êtes connecté depuis {}. La connexion prend fin quand Bannette se ferme.", recent(*since, now, local)),
        ),
    }
}

fn problem(problem: &ProSanteProblem) -> String {
    match problem {
        ProSanteProblem::Refused => "La connexion a été refusée ou abandonnée. Réessayez.".to_owned(),
        ProSanteProblem::NobodyCame => "Le navigateur n’a pas répondu à temps. Réessayez.".to_owned(),
        ProSanteProblem::NotBelieved => {
            "La réponse reçue n’est pas celle de Pro Santé Connect\u{a0}: rien n’a été accepté. Réessayez.".to_owned()
        }
        ProSanteProblem::NoBrowser => {
            "Aucun navigateur ne s’ouvre sur ce poste. Choisissez un navigateur par défaut, puis réessayez.".to_owned()
        }
        ProSanteProblem::Ended => {
            "Votre connexion à Pro Santé Connect a pris fin. Connectez-vous à nouveau.".to_owned()
        }
        ProSanteProblem::Outside { trouble: why } => trouble(why).sentence(),
    }
}

#[cfg(test)]
mod tests {
    use super::state;
    use crate::text::mailbox::Tone;
    use crate::text::time::Civil;
    use bannette_api::Timestamp;
    use bannette_api::connection::Trouble;
    use bannette_api::pro_sante::{ProSanteProblem, ProSanteState};

    #[test]
    fn every_standing_says_what_to_do() {
        let said = |one: ProSanteState| state(&one, Timestamp(0), |at| Civil::at(at, 0));
        assert_eq!(said(ProSanteState::SignedIn { since: Timestamp(0) }).0, Tone::Good);
        assert!(said(ProSanteState::NotRegistered).1.contains("inscription"));
        for why in [
            ProSanteProblem::Refused,
            ProSanteProblem::NobodyCame,
            ProSanteProblem::NotBelieved,
            ProSanteProblem::NoBrowser,
            ProSanteProblem::Ended,
            ProSanteProblem::Outside { trouble: Trouble::TimedOut },
        ] {
            let (tone, text) = said(ProSanteState::SignedOut { why: Some(why) });
            assert!(tone == Tone::Warn && text.split(". ").count() >= 2 || text.contains("puis"), "{text}");
        }
    }
}
