//! Passwords: argon2id with 64 MiB, 3 passes, 1 lane (above the least that OWASP's password storage sheet asks for:
//! 19 MiB, 2 passes), and what makes one acceptable.

use crate::failures;
use argon2::password_hash::{PasswordHash, PasswordHasher, PasswordVerifier, SaltString};
use argon2::{Algorithm, Argon2, Params, Version};
use bannette_api::Failure;
use bannette_api::failure::{Field, Why};
use bannette_api::session::Password;
use zeroize::Zeroizing;

const LEAST: u32 = 12;
const MOST: u32 = 256;
/// Words that everybody tries first; a password that is one of them with figures around is refused too.
const COMMON: &[&str] = &[
    "motdepasse",
    "password",
    "azertyuiop",
    "qwertyuiop",
    "bonjour",
    "cabinet",
    "secretariat",
    "docteur",
    "medecin",
    "bannette",
    "administrateur",
    "bienvenue",
    "soleil",
    "doudou",
    "loulou",
    "chouchou",
];

fn argon2() -> Result<Argon2<'static>, Failure> {
    let params = Params::new(64 * 1024, 3, 1, None).map_err(|error| failures::internal(&error))?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

/// Refuses a password that is too short, too long, too common, or made of the login.
pub(crate) fn check(password: &Password, login: &str) -> Result<(), Failure> {
    let refuse = |why| Err(Failure::Invalid { field: Field::Password, why });
    let length = u32::try_from(password.0.chars().count()).unwrap_or(u32::MAX);
    if length < LEAST {
        return refuse(Why::TooShort { at_least: LEAST });
    }
    if length > MOST {
        return refuse(Why::TooLong { at_most: MOST });
    }
    let letters: String = password.0.to_lowercase().chars().filter(|letter| letter.is_alphabetic()).collect();
    let mut distinct: Vec<char> = password.0.chars().collect();
    distinct.sort_unstable();
    distinct.dedup();
    let login = login.to_lowercase();
    let made_of_login = !login.is_empty() && password.0.to_lowercase().replace(&login, "").chars().count() < 8;
    if COMMON.contains(&letters.as_str()) || distinct.len() < 5 || made_of_login {
        return refuse(Why::TooCommon);
    }
    Ok(())
}

/// Hashes a password, on a thread of its own: it takes its time on purpose.
pub(crate) async fn hash(password: Password) -> Result<String, Failure> {
    blocking(move || {
        let password = Zeroizing::new(password.0);
        let mut bytes = [0u8; 16];
        getrandom::fill(&mut bytes).map_err(|error| failures::internal(&error))?;
        let salt = SaltString::encode_b64(&bytes).map_err(|error| failures::internal(&Said(error.to_string())))?;
        let hashed = argon2()?.hash_password(password.as_bytes(), &salt);
        Ok(hashed.map_err(|error| failures::internal(&Said(error.to_string())))?.to_string())
    })
    .await
}

/// Whether the password is the one behind the hash. Without a hash (an unknown login) the same time is spent.
pub(crate) async fn matches(password: Password, hash: Option<String>) -> Result<bool, Failure> {
    blocking(move || {
        let password = Zeroizing::new(password.0);
        let Some(hash) = hash else {
            let mut out = [0u8; 32];
            let spent = argon2()?.hash_password_into(password.as_bytes(), b"bannette no such", &mut out);
            spent.map_err(|error| failures::internal(&Said(error.to_string())))?;
            return Ok(false);
        };
        let hash = PasswordHash::new(&hash).map_err(|error| failures::internal(&Said(error.to_string())))?;
        Ok(argon2()?.verify_password(password.as_bytes(), &hash).is_ok())
    })
    .await
}

async fn blocking<T: Send + 'static>(work: impl FnOnce() -> Result<T, Failure> + Send + 'static) -> Result<T, Failure> {
    tokio::task::spawn_blocking(work).await.map_err(|error| failures::internal(&error))?
}

/// What a library said that gives no `std` error.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
struct Said(String);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_refused() {
        let why = |password: &str| match check(&Password(password.to_owned()), "derek") {
            Err(Failure::Invalid { field: Field::Password, why }) => Some(why),
            _ => None,
        };
        assert_eq!(why("court"), Some(Why::TooShort { at_least: 12 }));
        assert_eq!(why("MotDePasse2026"), Some(Why::TooCommon));
        assert_eq!(why("aaaaaaaaaaaa"), Some(Why::TooCommon));
        assert_eq!(why("derek1234567"), Some(Why::TooCommon));
        assert_eq!(why("quatre chevaux gris"), None);
        assert_eq!(why(&"é".repeat(257)), Some(Why::TooLong { at_most: 256 }));
    }

    #[tokio::test]
    async fn a_hash_matches_its_password_only() {
        let hash = hash(Password("quatre chevaux gris".to_owned())).await.unwrap();
        assert!(hash.starts_with("$argon2id$v=19$m=65536,t=3,p=1$"), "{hash}");
        assert!(matches(Password("quatre chevaux gris".to_owned()), Some(hash.clone())).await.unwrap());
        assert!(!matches(Password("quatre chevaux noirs".to_owned()), Some(hash)).await.unwrap());
        assert!(!matches(Password("quatre chevaux gris".to_owned()), None).await.unwrap());
    }
}
