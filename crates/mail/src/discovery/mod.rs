//! The servers of a mail address, as its domain announces them.
//!
//! Three ways are asked, in this order: the operators known here, the domain's own configuration file over HTTPS, its SRV
//! records. It must never send a secret or the part of an address before the @, never ask a third party (so not the
//! central database of Mozilla's format), never believe what came without TLS but for names (SRV), which a person sees
//! before they are used and against which the server's certificate is checked afterwards.

mod autoconfig;
mod http;
mod operators;
mod srv;

use crate::Trust;
use bannette_api::servers::{FoundBy, FoundServer, FoundServers};
use std::net::SocketAddr;
use std::time::Duration;
use tokio::time::timeout;

/// How long all of it may take.
const TIME: Duration = Duration::from_secs(10);

/// Which servers the names of the outside lead to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Network {
    /// Those that this post's network says.
    #[default]
    System,
    /// One for names, one for every HTTPS request, whatever it is for: tests stay on this post.
    Only {
        /// The DNS server.
        dns: SocketAddr,
        /// The HTTPS server.
        https: SocketAddr,
    },
}

/// What the domain of an address announces; nothing when it announces nothing usable, or when it does not answer in time.
pub async fn find_servers(address: &str, network: Network, trust: &Trust) -> Option<FoundServers> {
    let domain = domain(address)?;
    let (by, announced) = match operators::known(&domain) {
        Some(announced) => (FoundBy::KnownOperator, announced),
        None => timeout(TIME, ask(&domain, network, trust)).await.ok().flatten()?,
    };
    let Announced { incoming, outgoing, account } = announced;
    let account = account.map_or_else(|| Some(address.to_owned()), |account| autoconfig::filled(&account, address))?;
    Some(FoundServers { by, incoming, outgoing, account })
}

/// Both ways at once, so that a silent one does not hold up the other; the configuration file counts first.
async fn ask(domain: &str, network: Network, trust: &Trust) -> Option<(FoundBy, Announced)> {
    let places = [
        (format!("autoconfig.{domain}"), "/mail/config-v1.1.xml"),
        (domain.to_owned(), "/.well-known/autoconfig/mail/config-v1.1.xml"),
    ];
    let file = |(host, path): (String, &'static str)| async move {
        let text = http::get(&host, path, network, trust).await?;
        autoconfig::read(&text, domain)
    };
    let [first, second] = places;
    let (first, second, records) = futures::join!(file(first), file(second), srv::ask(domain, network));
    first.or(second).map(|found| (FoundBy::Autoconfig, found)).or(records.map(|found| (FoundBy::Srv, found)))
}

/// What was announced for a domain.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Announced {
    incoming: FoundServer,
    outgoing: Option<FoundServer>,
    /// The account's name as a pattern; nothing: the address.
    account: Option<String>,
}

/// The domain of an address, in small letters; nothing for what is no name on the network.
fn domain(address: &str) -> Option<String> {
    let domain = address.split_once('@')?.1.trim_end_matches('.').to_ascii_lowercase();
    is_name(&domain).then_some(domain)
}

/// Whether it is a server's name of at least two parts, and no number.
fn is_name(name: &str) -> bool {
    let part = |part: &str| {
        !part.is_empty()
            && part.len() <= 63
            && !part.starts_with('-')
            && !part.ends_with('-')
            && part.bytes().all(|letter| letter.is_ascii_alphanumeric() || letter == b'-')
    };
    let last = name.rsplit('.').next().unwrap_or_default();
    name.len() <= 253 && name.contains('.') && name.split('.').all(part) && !last.bytes().all(|b| b.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_names_are_asked() {
        assert_eq!(domain("Derek.Sheperd@Medecin.TEST").as_deref(), Some("medecin.test"));
        for wrong in [
            "derek",
            "a@b",
            "a@127.0.0.1",
            "a@[::1]",
            "a@b..test",
            "a@-b.test",
            "a@b.test/x",
            "a@b.test:80",
            "a@é.test",
        ] {
            assert_eq!(domain(wrong), None, "{wrong}");
        }
        assert!(!is_name(&format!("{}.test", "a".repeat(64))));
        assert!(!is_name(&format!("{}test", "a.".repeat(130))));
    }
}
