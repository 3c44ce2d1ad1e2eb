//! What a client says in the mechanisms of SASL that we speak: one message each, in base64.

use crate::Secret;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use zeroize::Zeroizing;

/// PLAIN (RFC 4616): takes any character that a secret may have.
pub(crate) fn plain(account: &str, secret: &Secret) -> Zeroizing<String> {
    encoded(&["\0", account, "\0", secret.expose()])
}

/// XOAUTH2: `user=…^Aauth=Bearer …^A^A`.
pub(crate) fn xoauth2(account: &str, token: &Secret) -> Zeroizing<String> {
    encoded(&["user=", account, "\x01auth=Bearer ", token.expose(), "\x01\x01"])
}

/// EXTERNAL (RFC 4422 A): whom one wants to be; the proof is in the handshake. `=` stands for nobody in particular.
pub(crate) fn external(account: &str) -> Zeroizing<String> {
    if account.is_empty() { Zeroizing::new("=".to_owned()) } else { encoded(&[account]) }
}

/// A word of LOGIN, the mechanism without a standard.
pub(crate) fn word(text: &str) -> Zeroizing<String> {
    encoded(&[text])
}

fn encoded(parts: &[&str]) -> Zeroizing<String> {
    // Of the right size from the beginning: to grow would leave copies.
    let mut message = Zeroizing::new(Vec::with_capacity(parts.iter().map(|part| part.len()).sum()));
    parts.iter().for_each(|part| message.extend_from_slice(part.as_bytes()));
    Zeroizing::new(STANDARD.encode(&*message))
}

#[cfg(test)]
mod tests {
    use super::{external, plain, xoauth2};
    use crate::Secret;

    #[test]
    fn messages_are_as_their_standards_write_them() {
        // RFC 4616 4, and Google's own example of XOAUTH2.
        assert_eq!(*plain("tim", &Secret::new("tanstaaftanstaaf".into())), "AHRpbQB0YW5zdGFhZnRhbnN0YWFm");
        let token = Secret::new("ya29.vF9dft4qmTc2Nvb3RlckBhdHRhdmlzdGEuY29tCg".into());
        let expected = "dXNlcj1zb21ldXNlckBleGFtcGxlLmNvbQFhdXRoPUJlYXJlciB5YTI5LnZGOWRmdDRxbVRjMk52YjNSbGNrQmhkSFJoZG1semRHRXVZMjl0Q2cBAQ==";
        assert_eq!(*xoauth2("someuser@example.com", &token), expected);
        assert_eq!((external("").as_str(), external("a").as_str()), ("=", "YQ=="));
    }
}
