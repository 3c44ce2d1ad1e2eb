//! The servers of an address that was given without any.

use crate::desk::Desk;
use crate::error::Error;
use bannette_api::mailboxes::Tls;
use bannette_api::servers::{FindServers, FoundBy, FoundServer, FoundServers};

/// The servers of an operator that Bannette knows. What a domain announces itself nobody has vouched for: it is told, and
/// used only when the person writes it.
pub async fn of(desk: &Desk, address: &str) -> Result<FoundServers, Error> {
    match desk.call(FindServers { address: address.to_owned() }).await? {
        Some(found) if found.by == FoundBy::KnownOperator => Ok(found),
        Some(found) => Err(Error::Usage(announced(&found))),
        None => Err(Error::Usage(NOT_FOUND.to_owned())),
    }
}

const NOT_FOUND: &str = "Le domaine de cette adresse n’annonce pas de serveur. Demandez-le à l’opérateur de messagerie, \
                         puis donnez-le avec --imap SERVEUR:PORT.";

/// What to write to use what the domain announces.
fn announced(found: &FoundServers) -> String {
    let FoundServer { host, port, tls } = &found.incoming;
    let tls = match tls {
        Tls::Implicit => "implicit",
        Tls::Starttls | Tls::Local => "starttls",
    };
    let outgoing = found.outgoing.as_ref().map(|server| format!(" --smtp {}:{}", server.host, server.port));
    format!(
        "Le domaine de cette adresse annonce un serveur, que rien d’autre ne confirme. Si c’est celui de votre opérateur, \
         ajoutez : --imap {host}:{port} --tls {tls} --account {}{}",
        found.account,
        outgoing.unwrap_or_default()
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_domain_announces_is_told_as_it_can_be_written() {
        let server = |host: &str, port, tls| FoundServer { host: host.to_owned(), port, tls };
        let found = FoundServers {
            by: FoundBy::Autoconfig,
            incoming: server("imap.example.org", 993, Tls::Implicit),
            outgoing: Some(server("smtp.example.org", 465, Tls::Implicit)),
            account: "anne@example.org".to_owned(),
        };
        let options =
            "--imap imap.example.org:993 --tls implicit --account anne@example.org --smtp smtp.example.org:465";
        assert!(announced(&found).ends_with(options));
    }
}
