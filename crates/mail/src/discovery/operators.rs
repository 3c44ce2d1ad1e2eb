//! The operators whose servers are known here. Only what a public text says stands here: what is presumed is asked of the
//! network.

use super::Announced;
use bannette_api::mailboxes::Tls;
use bannette_api::servers::FoundServer;

/// Ends of domains, the IMAP server (143, STARTTLS), the server that takes what one sends (587, STARTTLS).
const OPERATORS: [(&str, &str, &str); 1] = [
    // The national operator's test space for software (référentiel socle MSSanté no. 2).
    ("formation.mssante.fr", "mail-psc.formation.mailiz.mssante.fr", "mail-psc.formation.mailiz.mssante.fr"),
];

/// The servers of a domain that belongs to a known operator.
pub(super) fn known(domain: &str) -> Option<Announced> {
    let belongs = |end: &str| domain == end || domain.strip_suffix(end).is_some_and(|rest| rest.ends_with('.'));
    let (_, imap, smtp) = OPERATORS.iter().find(|(end, ..)| belongs(end))?;
    let server = |host: &str, port| FoundServer { host: host.to_owned(), port, tls: Tls::Starttls };
    Some(Announced { incoming: server(imap, 143), outgoing: Some(server(smtp, 587)), account: None })
}

#[cfg(test)]
mod tests {
    use super::known;

    #[test]
    fn an_operator_is_known_by_the_whole_parts_of_a_domain() {
        assert!(known("medecin.formation.mssante.fr").is_some());
        assert!(known("formation.mssante.fr").is_some());
        for other in ["faussformation.mssante.fr", "medecin.mssante.fr", "formation.mssante.fr.test"] {
            assert_eq!(known(other), None, "{other}");
        }
    }
}
