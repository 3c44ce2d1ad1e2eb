//! The servers that a domain announces in the network's directory (SRV records, RFC 6186 and RFC 8314). TLS from the first
//! byte is preferred, as RFC 8314 asks.

use super::{Announced, Network, is_name};
use bannette_api::mailboxes::Tls;
use bannette_api::servers::FoundServer;
use hickory_resolver::config::{ConnectionConfig, NameServerConfig, ResolverConfig};
use hickory_resolver::net::runtime::TokioRuntimeProvider;
use hickory_resolver::proto::rr::RData;
use hickory_resolver::{Resolver, TokioResolver};
use std::cmp::Reverse;
use std::time::Duration;

/// How long one question may wait for its answer, and how often it is asked.
const PATIENCE: Duration = Duration::from_secs(3);
const ATTEMPTS: usize = 2;

fn resolver(network: Network) -> Option<TokioResolver> {
    let mut builder = match network {
        Network::System => Resolver::builder_tokio().ok()?,
        Network::Only { dns, .. } => {
            let mut udp = ConnectionConfig::udp();
            udp.port = dns.port();
            let server = NameServerConfig::new(dns.ip(), true, vec![udp]);
            let config = ResolverConfig::from_name_servers(vec![server]);
            Resolver::builder_with_config(config, TokioRuntimeProvider::default())
        }
    };
    let options = builder.options_mut();
    options.timeout = PATIENCE;
    options.attempts = ATTEMPTS;
    builder.build().ok()
}

/// What the records of a domain announce.
pub(super) async fn ask(domain: &str, network: Network) -> Option<Announced> {
    let resolver = resolver(network)?;
    let (imaps, imap, submissions, submission) = futures::join!(
        best(&resolver, "_imaps._tcp", domain, Tls::Implicit),
        best(&resolver, "_imap._tcp", domain, Tls::Starttls),
        best(&resolver, "_submissions._tcp", domain, Tls::Implicit),
        best(&resolver, "_submission._tcp", domain, Tls::Starttls),
    );
    Some(Announced { incoming: imaps.or(imap)?, outgoing: submissions.or(submission), account: None })
}

/// The server to ask first for a service. A target that is the root says that there is no such service (RFC 2782).
async fn best(resolver: &TokioResolver, service: &str, domain: &str, tls: Tls) -> Option<FoundServer> {
    // Whole: the search list of this post's network has no say in it.
    let lookup = resolver.srv_lookup(format!("{service}.{domain}.")).await.ok()?;
    let records = lookup.answers().iter().filter_map(|record| match &record.data {
        RData::SRV(record) => Some(record),
        _ => None,
    });
    let usable = records.filter_map(|record| {
        let host = record.target.to_ascii().trim_end_matches('.').to_ascii_lowercase();
        (is_name(&host) && record.port > 0).then(|| {
            let rank = (record.priority, Reverse(record.weight));
            (rank, FoundServer { host, port: record.port, tls })
        })
    });
    usable.min_by_key(|(rank, _)| *rank).map(|(_, server)| server)
}
