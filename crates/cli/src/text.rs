//! What the command line says when something is refused: one French sentence, and where there is one the next step.
//!
//! One exhaustive `match` from the core's failures to words: a failure without a sentence must not compile. Nothing here
//! tells a secret or a content.

mod outside;

pub use outside::trouble;

use crate::error::{Error, Named};
use crate::times;
use bannette_api::Failure;
use bannette_api::failure::{Field, Needs, Why};

/// A sentence, and the next step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Said {
    /// What happened.
    pub message: String,
    /// What to do.
    pub hint: Option<String>,
}

impl Said {
    fn new(message: impl AsRef<str>, hint: &str) -> Self {
        Self { message: french(message.as_ref()), hint: (!hint.is_empty()).then(|| french(hint)) }
    }

    /// Both, on one line.
    pub fn sentences(&self) -> String {
        match &self.hint {
            Some(hint) => format!("{} {hint}", self.message),
            None => self.message.clone(),
        }
    }
}

/// The same sentence with the no-break spaces that French wants before double signs and inside quotes.
pub fn french(text: &str) -> String {
    let signs = [" :", " ;", " ?", " !", " »"];
    signs.iter().fold(text.replace("« ", "«\u{a0}"), |text, sign| text.replace(sign, &sign.replace(' ', "\u{a0}")))
}

/// Why a command did not do what was asked.
pub fn error(error: &Error) -> Said {
    match error {
        Error::Refused(refused) => failure(refused),
        Error::Usage(sentence) => Said::new(sentence, ""),
        Error::Unknown { what, name } => unknown(*what, name),
        Error::Unreadable { path, .. } => {
            Said::new(format!("« {path} » ne peut pas être lu."), "Vérifiez le chemin et vos droits sur ce fichier.")
        }
        Error::Output(_) => Said::new("Le résultat n’a pas pu être écrit.", ""),
        Error::Secret(_) => Said::new(
            "Le mot de passe n’a pas pu être lu.",
            "Donnez-le par la variable BANNETTE_PASSWORD ou sur l’entrée standard, en UTF-8.",
        ),
        Error::Json(_) | Error::Runtime(_) => Said::new("Bannette a rencontré un problème inattendu.", ""),
    }
}

/// Nothing has this name, or nothing that may be known of: the sentence is the same.
fn unknown(what: Named, name: &str) -> Said {
    match what {
        Named::Mailbox => Said::new(
            format!("Aucune boîte « {name} » ne vous est accessible."),
            "« bannette mailbox list » montre celles que vous pouvez lire.",
        ),
        Named::Person => Said::new(
            format!("Personne n’a l’identifiant « {name} » dans ce cabinet."),
            "« bannette person list » montre tous les identifiants.",
        ),
        Named::Group => Said::new(
            format!("Aucun groupe ne s’appelle « {name} »."),
            "« bannette group list » montre tous les groupes.",
        ),
    }
}

/// Why the core refused.
pub fn failure(failure: &Failure) -> Said {
    match failure {
        Failure::NoPractice => Said::new(
            "Aucun cabinet n’est encore créé dans ce dossier.",
            "Créez-le avec « bannette init », ou donnez le bon dossier avec --data.",
        ),
        Failure::PracticeExists => Said::new(
            "Un cabinet existe déjà dans ce dossier.",
            "Rien n’a été changé. Donnez un autre dossier avec --data.",
        ),
        Failure::NotSignedIn => Said::new("Cette commande se fait au nom de quelqu’un.", "Ajoutez --as LOGIN."),
        Failure::WindowLocked => Said::new("La session s’est verrouillée.", "Relancez la commande."),
        Failure::WrongCredentials { tries_left } => Said::new(
            "L’identifiant ou le mot de passe n’est pas le bon.",
            &tries_left.map(|left| format!("Essais restants avant blocage : {left}.")).unwrap_or_default(),
        ),
        Failure::AccountLocked { until } => Said::new(
            format!("Trop d’essais : ce compte est bloqué jusqu’au {}.", times::said(*until)),
            "Attendez cette heure, ou demandez un nouveau mot de passe à l’administrateur du cabinet.",
        ),
        Failure::Suspended => Said::new("Ce compte est suspendu.", "Adressez-vous à l’administrateur du cabinet."),
        Failure::PasswordMustChange => Said::new(
            "Le mot de passe reçu de l’administrateur doit être changé d’abord.",
            "Changez-le avec « bannette person password LOGIN --as LOGIN ».",
        ),
        Failure::NotAllowed { needs } => not_allowed(*needs),
        Failure::NotFound => Said::new("Cela n’existe pas, ou ne vous est pas accessible.", ""),
        Failure::Conflict => Said::new(
            "Quelqu’un d’autre a fait une modification entre-temps.",
            "Vérifiez le nouvel état, puis recommencez si c’est encore utile.",
        ),
        Failure::Invalid { field, why } => invalid(*field, *why),
        Failure::Server { trouble } => outside::trouble(trouble),
        Failure::Store { trouble } => outside::store(*trouble),
        Failure::TooLarge { limit } => Said::new(format!("C’est trop volumineux : {limit} octets au plus."), ""),
        Failure::ContentRemoved { at } => Said::new(
            format!("Le contenu a été retiré le {} selon le délai de conservation.", times::said(*at)),
            "Les conclusions restent.",
        ),
        Failure::NotDealtWith { messages } => Said::new(
            format!("Des messages ne sont pas traités ({messages}) : rien n’a été retiré."),
            "Validez-les d’abord, ou gardez la boîte en archive.",
        ),
        Failure::Internal { incident } => Said::new(
            "Bannette a rencontré un problème inattendu. Rien n’a été changé.",
            &format!("Le journal technique en dit la cause, sous le numéro d’incident {incident}."),
        ),
    }
}

fn not_allowed(needs: Needs) -> Said {
    match needs {
        Needs::Read => Said::new("Il faut pouvoir lire cette boîte.", "Demandez ce droit à son titulaire."),
        Needs::Send => Said::new(
            "Vous pouvez lire cette boîte, pas envoyer depuis elle.",
            "Demandez à son titulaire le droit « Lecture et envoi ».",
        ),
        Needs::Own => Said::new("Seul le titulaire de la boîte peut le faire.", ""),
        Needs::Administrator => Said::new("Seul un administrateur du cabinet peut le faire.", ""),
        Needs::Validate => Said::new("Seul un médecin ou un remplaçant peut valider.", ""),
        Needs::Sort => Said::new(
            "Seules les personnes avec qui la boîte est partagée peuvent trier ses messages.",
            "Le bris de glace permet seulement de lire.",
        ),
    }
}

fn invalid(field: Field, why: Why) -> Said {
    let name = field_name(field);
    match why {
        Why::Empty => Said::new(format!("Il manque : {name}."), ""),
        Why::TooLong { at_most } => {
            Said::new(format!("Trop long : {name}."), &format!("{at_most} caractères au plus."))
        }
        Why::TooShort { at_least } => {
            Said::new(format!("Trop court : {name}."), &format!("{at_least} caractères au moins."))
        }
        Why::Form => Said::new(format!("Forme inattendue : {name}."), form(field)),
        Why::Implausible => Said::new(
            format!("Hors de ce qui est possible : {name}."),
            "Restez dans l'unité de la ligne, et le seuil bas au-dessous du seuil haut.",
        ),
        Why::OutOfRange { least, most } => {
            Said::new(format!("Hors limites : {name}."), &format!("De {least} à {most}."))
        }
        Why::Taken if field == Field::Path => Said::new(
            "Une autre boîte surveille ce dossier, et l’une des deux en enlèverait les fichiers.",
            "Laissez les fichiers en place dans les deux, ou choisissez un autre dossier.",
        ),
        Why::Taken => Said::new(format!("Déjà pris : {name}."), "Choisissez-en un autre."),
        Why::TooCommon => {
            Said::new(format!("Trop facile à deviner : {name}."), "Choisissez une phrase, sans l’identifiant dedans.")
        }
        Why::Unknown if field == Field::CurrentPassword => Said::new("Ce n’est pas votre mot de passe.", ""),
        Why::Unknown => Said::new(format!("Inconnu de ce cabinet : {name}."), ""),
        Why::NotAFolder => Said::new("Ce dossier n’existe pas ou ne peut pas être lu.", ""),
        Why::InsideData => Said::new("Ce dossier contient les données de Bannette.", "Choisissez-en un autre."),
        Why::EndsBeforeBegin => Said::new("La fin est avant le début.", ""),
        Why::Over => Said::new("La date de fin est déjà passée.", "Choisissez une date à venir."),
        Why::Twice => Said::new(format!("Deux fois le même : {name}."), ""),
        Why::NoSentence => Said::new(format!("Pas encore une phrase : {name}."), "Écrivez au moins trois mots."),
        Why::HasIt => Said::new(format!("Vous l’avez déjà : {name}."), ""),
        Why::TooMany { at_most } => {
            Said::new(format!("Plus de {at_most} lignes."), "Choisissez une période plus courte.")
        }
        Why::LastOne => Said::new(
            "C’est le dernier administrateur actif du cabinet.",
            "Donnez d’abord ce rôle à une autre personne.",
        ),
        Why::CannotRead => Said::new(format!("Sans droit de lecture : {name}."), "Choisissez quelqu’un qui peut lire."),
        Why::WrongPassword => Said::new("Le mot de passe n’ouvre pas ce certificat.", ""),
        Why::NotWritable => Said::new("Bannette ne peut pas y écrire.", ""),
        Why::LinkLoop => Said::new("Ce dossier renvoie à lui-même par des liens.", ""),
        Why::NotThisPost => Said::new("Sans chiffrement, seul ce poste convient (127.0.0.1 ou localhost).", ""),
        Why::Expired => Said::new("Ce certificat n’est plus valable.", ""),
        Why::NotMssante => Said::new(
            "Pro Santé Connect n’ouvre que les serveurs de l’espace MSSanté (leur nom finit par « mssante.fr »).",
            "",
        ),
    }
}

fn field_name(field: Field) -> &'static str {
    match field {
        Field::Threshold => "le seuil",
        Field::Practice => "le nom du cabinet",
        Field::FirstName => "le prénom",
        Field::LastName => "le nom",
        Field::Login => "l’identifiant",
        Field::Password => "le nouveau mot de passe",
        Field::CurrentPassword => "le mot de passe actuel",
        Field::Rpps => "le numéro RPPS",
        Field::Address => "l’adresse de la boîte",
        Field::Host => "le nom du serveur",
        Field::Port => "le port",
        Field::Account => "le nom du compte",
        Field::Secret => "le mot de passe du compte",
        Field::Path => "le chemin du dossier",
        Field::RetentionDays => "le délai de conservation",
        Field::IdleMinutes => "la durée avant verrouillage",
        Field::Group => "le nom du groupe",
        Field::Grantee => "le destinataire du droit",
        Field::Period => "la période du droit",
        Field::Motive => "le motif",
        Field::Words => "les mots recherchés",
        Field::Dossiers => "les dossiers sélectionnés",
        Field::Reason => "le motif",
        Field::Duration => "la durée",
        Field::Mailbox => "la boîte",
        Field::Administrator => "l’administration du cabinet",
        Field::NewOwner => "le nouveau titulaire de la boîte",
        Field::Responsible => "le nouveau responsable des dossiers",
        Field::OutgoingHost => "le nom du serveur d’envoi",
        Field::OutgoingPort => "le port d’envoi",
        Field::KeyId => "l’identifiant de la clé",
        Field::KeyCode => "le code d’utilisation de la clé",
        Field::Certificate => "le certificat",
        Field::CertificatePassword => "le mot de passe du certificat",
        Field::Program => "le programme",
        Field::Arguments => "les arguments du programme",
        Field::MoveTo => "le dossier de destination",
    }
}

/// The form that a field should have, where it can be said.
fn form(field: Field) -> &'static str {
    match field {
        Field::Address => "Écrivez une adresse complète, par exemple nom@medecin.test.",
        Field::Rpps => "Un numéro RPPS a 11 chiffres.",
        Field::Login => "Lettres, chiffres, point, tiret ; sans espace.",
        Field::Host => "Écrivez le nom du serveur seul, par exemple imap.test.",
        Field::Path => "Écrivez le chemin complet du dossier.",
        _ => "",
    }
}

#[cfg(test)]
mod tests {
    use super::outside::store;
    use super::*;
    use bannette_api::Timestamp;
    use bannette_api::connection::Trouble;
    use bannette_api::failure::StoreTrouble;

    fn troubles() -> Vec<Trouble> {
        use Trouble::*;
        let host = || "imap.test".to_owned();
        vec![
            NameNotFound { host: host() },
            Refused { host: host(), port: 143 },
            TimedOut,
            Unreachable,
            Interrupted,
            NotImap,
            NoTls,
            CertificateExpired,
            CertificateUntrusted,
            CertificateWrongName { host: host() },
            TlsFailed,
            LoginRefused,
            SecretMissing,
            NoInbox,
            ServerFault,
            UidValidityChanged,
            FolderMissing,
            FolderUnreadable,
            FolderSilent,
            DiskFull,
            StoreFailed,
            KeyStoreClosed,
            FolderNotWritable,
            FolderLoop,
            TokenNeeded,
            CertificateMissing,
            CertificateRefused,
            NotPop3,
            NotSmtp,
            ContractNeeded,
            FilesLeft { too_large: 1, empty: 2, unreadable: 3 },
            Encrypted { messages: 2, why: bannette_api::connection::OpeningFault::NoTool },
            Encrypted { messages: 2, why: bannette_api::connection::OpeningFault::KeyStoreClosed },
            Encrypted { messages: 2, why: bannette_api::connection::OpeningFault::Refused { code: Some(3) } },
        ]
    }

    fn stores() -> Vec<StoreTrouble> {
        use StoreTrouble::*;
        vec![WrongKey, NoKey, KeyStoreClosed, Damaged, TooNew, DiskFull, ReadOnly, Busy, NetworkShare]
    }

    fn invalids() -> Vec<Failure> {
        use Field::*;
        let fields = [
            Practice,
            FirstName,
            LastName,
            Login,
            Password,
            CurrentPassword,
            Rpps,
            Address,
            Host,
            Port,
            Account,
            Secret,
            Path,
            RetentionDays,
            IdleMinutes,
            Group,
            Grantee,
            Period,
            Words,
            Reason,
            Duration,
            Mailbox,
            Administrator,
            NewOwner,
            Responsible,
            OutgoingHost,
            OutgoingPort,
            KeyId,
            KeyCode,
            Certificate,
            CertificatePassword,
            Program,
            Arguments,
            MoveTo,
        ];
        let whys = [
            Why::Empty,
            Why::TooLong { at_most: 3 },
            Why::TooShort { at_least: 12 },
            Why::Form,
            Why::OutOfRange { least: 1, most: 9 },
            Why::Taken,
            Why::TooCommon,
            Why::Unknown,
            Why::NotAFolder,
            Why::InsideData,
            Why::EndsBeforeBegin,
            Why::Over,
            Why::Twice,
            Why::NoSentence,
            Why::HasIt,
            Why::TooMany { at_most: 9 },
            Why::LastOne,
            Why::CannotRead,
            Why::WrongPassword,
            Why::NotWritable,
            Why::LinkLoop,
            Why::NotThisPost,
            Why::Expired,
            Why::NotMssante,
        ];
        let all = fields.into_iter().flat_map(|field| whys.map(|why| Failure::Invalid { field, why }));
        all.collect()
    }

    fn failures() -> Vec<Failure> {
        let needs = [Needs::Read, Needs::Send, Needs::Own, Needs::Administrator, Needs::Validate, Needs::Sort];
        let mut all = vec![
            Failure::NoPractice,
            Failure::PracticeExists,
            Failure::NotSignedIn,
            Failure::WindowLocked,
            Failure::WrongCredentials { tries_left: None },
            Failure::WrongCredentials { tries_left: Some(2) },
            Failure::AccountLocked { until: Timestamp(1_795_331_400_000) },
            Failure::Suspended,
            Failure::PasswordMustChange,
            Failure::NotFound,
            Failure::Conflict,
            Failure::TooLarge { limit: 1 },
            Failure::ContentRemoved { at: Timestamp(1_795_331_400_000) },
            Failure::NotDealtWith { messages: 3 },
            Failure::Internal { incident: "7f3a".to_owned() },
        ];
        all.extend(needs.map(|needs| Failure::NotAllowed { needs }));
        all.extend(invalids());
        all.extend(troubles().into_iter().map(|trouble| Failure::Server { trouble }));
        all.extend(stores().into_iter().map(|trouble| Failure::Store { trouble }));
        all
    }

    #[test]
    fn every_failure_is_said_in_whole_sentences() {
        for case in failures() {
            let Said { message, hint } = failure(&case);
            for sentence in [Some(message), hint].into_iter().flatten() {
                assert!(sentence.ends_with('.'), "{case:?}: {sentence}");
                let first = sentence.chars().find(|letter| letter.is_alphanumeric());
                assert!(first.is_some_and(|letter| !letter.is_lowercase()), "{case:?}: {sentence}");
                assert!(!sentence.contains(" :") && !sentence.contains("« "), "{case:?}: {sentence}");
                assert!(!sentence.contains("  "), "{case:?}: {sentence}");
                assert!(!sentence.contains('\''), "{case:?}: {sentence}");
            }
        }
    }

    #[test]
    fn troubles_and_stores_are_told_apart() {
        let said: std::collections::BTreeSet<_> = troubles().iter().map(|case| trouble(case).message).collect();
        assert_eq!(said.len(), troubles().len());
        let said: std::collections::BTreeSet<_> = stores().iter().map(|case| store(*case).message).collect();
        assert_eq!(said.len(), stores().len());
    }

    #[test]
    fn statuses_are_those_of_the_contract() {
        let numbers = [
            (Failure::NotAllowed { needs: Needs::Own }, 3),
            (Failure::WrongCredentials { tries_left: None }, 3),
            (Failure::NotFound, 4),
            (Failure::Invalid { field: Field::Login, why: Why::Taken }, 5),
            (Failure::Server { trouble: Trouble::TimedOut }, 6),
            (Failure::Store { trouble: StoreTrouble::WrongKey }, 7),
            (Failure::Conflict, 1),
        ];
        for (case, number) in numbers {
            assert_eq!(Error::Refused(case.clone()).status() as u8, number, "{case:?}");
        }
        assert_eq!(Error::Usage(String::new()).status() as u8, 2);
    }
}
