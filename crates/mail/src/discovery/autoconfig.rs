//! The configuration file of a domain, in the format of Mozilla's autoconfiguration (`clientConfig`, version 1.1): the
//! first IMAP server and the first SMTP server that are encrypted. What is in clear is passed over, and nothing of the
//! file is ever shown as a text.

use super::{Announced, is_name};
use bannette_api::mailboxes::Tls;
use bannette_api::servers::FoundServer;
use quick_xml::Reader;
use quick_xml::events::Event;

/// Deeper than any such file.
const DEPTH: usize = 16;

/// A server of the file, as far as it was read.
#[derive(Default)]
struct Server {
    kind: String,
    host: String,
    port: String,
    socket: String,
    account: String,
}

impl Server {
    fn field(&mut self, name: &str) -> Option<&mut String> {
        match name {
            "hostname" => Some(&mut self.host),
            "port" => Some(&mut self.port),
            "socketType" => Some(&mut self.socket),
            "username" => Some(&mut self.account),
            _ => None,
        }
    }

    fn place(&self, kind: &str, domain: &str) -> Option<FoundServer> {
        let tls = match self.socket.trim() {
            "SSL" | "TLS" => Tls::Implicit,
            "STARTTLS" => Tls::Starttls,
            _ => return None,
        };
        let host = self.host.trim().replace("%EMAILDOMAIN%", domain).to_ascii_lowercase();
        let port = self.port.trim().parse().ok().filter(|port| *port > 0)?;
        (self.kind == kind && is_name(&host)).then_some(FoundServer { host, port, tls })
    }
}

/// What the file announces for a domain; nothing when it is no such file, or names no encrypted IMAP server.
pub(super) fn read(text: &str, domain: &str) -> Option<Announced> {
    let (mut incoming, mut outgoing) = (None, None);
    let mut reader = Reader::from_str(text);
    let mut path: Vec<String> = Vec::new();
    let mut server: Option<Server> = None;
    loop {
        match reader.read_event() {
            Ok(Event::Start(element)) if path.len() < DEPTH => {
                let name = element.local_name().as_ref().to_owned();
                if matches!(name.as_str(), "incomingServer" | "outgoingServer") {
                    let kind = element.try_get_attribute("type").ok().flatten();
                    let kind = kind.map(|kind| kind.value.into_owned());
                    server = Some(Server { kind: kind.unwrap_or_default(), ..Server::default() });
                }
                path.push(name);
            }
            Ok(Event::Text(text)) => {
                let field = path.last().and_then(|name| server.as_mut()?.field(name));
                if let Some(field) = field {
                    field.push_str(&text);
                }
            }
            Ok(Event::End(_)) => match (path.pop(), server.take()) {
                (Some(name), Some(whole)) if name == "incomingServer" => {
                    let account = Some(whole.account.trim().to_owned()).filter(|account| !account.is_empty());
                    incoming = incoming.or_else(|| whole.place("imap", domain).map(|place| (place, account)));
                }
                (Some(name), Some(whole)) if name == "outgoingServer" => {
                    outgoing = outgoing.or_else(|| whole.place("smtp", domain));
                }
                (_, open) => server = open,
            },
            // No document type is opened: it has no place in such a file.
            Ok(Event::Eof | Event::DocType(_) | Event::Start(_)) | Err(_) => break,
            Ok(_) => {}
        }
    }
    let (incoming, account) = incoming?;
    Some(Announced { incoming, outgoing, account })
}

/// The account's name that a pattern means for an address; nothing when it asks for what is not known here.
pub(super) fn filled(pattern: &str, address: &str) -> Option<String> {
    let (local, domain) = address.split_once('@')?;
    let filled =
        pattern.replace("%EMAILADDRESS%", address).replace("%EMAILLOCALPART%", local).replace("%EMAILDOMAIN%", domain);
    let good = !filled.contains('%') && filled.len() <= 254 && !filled.chars().any(char::is_control);
    good.then_some(filled)
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
        <clientConfig version="1.1"><emailProvider id="medecin.test"><domain>medecin.test</domain>
        <displayName>Opérateur</displayName>
        <incomingServer type="pop3"><hostname>pop.medecin.test</hostname><port>995</port><socketType>SSL</socketType>
          <username>%EMAILADDRESS%</username></incomingServer>
        <incomingServer type="imap"><hostname>clair.medecin.test</hostname><port>143</port><socketType>plain</socketType>
          <username>x</username></incomingServer>
        <incomingServer type="imap"><hostname> IMAP.%EMAILDOMAIN% </hostname><port>143</port>
          <socketType>STARTTLS</socketType><username>%EMAILLOCALPART%</username></incomingServer>
        <incomingServer type="imap"><hostname>autre.medecin.test</hostname><port>993</port><socketType>SSL</socketType>
          </incomingServer>
        <outgoingServer type="smtp"><hostname>smtp.medecin.test</hostname><port>465</port><socketType>SSL</socketType>
          </outgoingServer></emailProvider></clientConfig>"#;

    #[test]
    fn the_first_encrypted_servers_count() {
        let found = read(FILE, "medecin.test").unwrap();
        let imap = FoundServer { host: "imap.medecin.test".into(), port: 143, tls: Tls::Starttls };
        let smtp = FoundServer { host: "smtp.medecin.test".into(), port: 465, tls: Tls::Implicit };
        assert_eq!((found.incoming, found.outgoing), (imap, Some(smtp)));
        assert_eq!(found.account.as_deref(), Some("%EMAILLOCALPART%"));
    }

    #[test]
    fn what_is_no_such_file_announces_nothing() {
        let with = |from: &str, to: &str| read(&FILE.replace(from, to), "medecin.test");
        assert!(read("", "medecin.test").is_none());
        assert!(read("<html><body>Page introuvable", "medecin.test").is_none());
        assert!(with("<clientConfig", "<!DOCTYPE a [<!ENTITY b \"c\">]><clientConfig").is_none());
        // An address, a name of one part, a port that is none, a broken end: the next server, or none.
        for (from, to) in
            [(" IMAP.%EMAILDOMAIN% ", "10.0.0.1"), (" IMAP.%EMAILDOMAIN% ", "localhost"), ("STARTTLS", "x")]
        {
            assert_eq!(with(from, to).map(|found| found.incoming.host).as_deref(), Some("autre.medecin.test"), "{to}");
        }
        assert!(with("type=\"imap\"", "type=\"ews\"").is_none());
        assert!(read(&"<a>".repeat(10_000), "medecin.test").is_none());
        let cut = FILE.split("<outgoingServer").next().unwrap();
        assert!(read(cut, "medecin.test").is_some_and(|found| found.outgoing.is_none()));
    }

    #[test]
    fn an_account_is_filled_in_or_refused() {
        let filled = |pattern| filled(pattern, "derek@medecin.test");
        assert_eq!(filled("%EMAILADDRESS%").as_deref(), Some("derek@medecin.test"));
        assert_eq!(filled(r"CAB\%EMAILLOCALPART%").as_deref(), Some(r"CAB\derek"));
        assert_eq!(filled("%REALNAME%"), None);
        assert_eq!(filled("a\r\nb"), None);
    }
}
