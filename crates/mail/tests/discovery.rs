//! Servers found for a domain: by its configuration file over HTTPS, by its SRV records; on this post, and nowhere else.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "a test fails by panicking"
)]

use bannette_api::mailboxes::Tls;
use bannette_api::servers::{FoundBy, FoundServer, FoundServers};
use bannette_mail::{Network, Trust, find_servers};
use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, UdpSocket};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use tokio_rustls::rustls::{ServerConfig, crypto::ring};

const FILE: &str = r#"<clientConfig version="1.1"><emailProvider id="medecin.test">
    <incomingServer type="imap"><hostname>imap.medecin.test</hostname><port>143</port><socketType>STARTTLS</socketType>
      <username>%EMAILLOCALPART%</username></incomingServer>
    <outgoingServer type="smtp"><hostname>smtp.medecin.test</hostname><port>587</port><socketType>STARTTLS</socketType>
      </outgoingServer></emailProvider></clientConfig>"#;

/// What the outside holds: files by host and path, answers as they stand; records by name: priority, weight, port, target.
#[derive(Clone, Default)]
struct Outside {
    files: BTreeMap<&'static str, String>,
    records: BTreeMap<&'static str, Vec<(u16, u16, u16, &'static str)>>,
}

/// The outside on this post, and what it was asked.
struct World {
    network: Network,
    trust: Trust,
    stranger: Trust,
    asked: Arc<Mutex<Vec<String>>>,
    _folder: tempfile::TempDir,
}

fn answer(text: &str) -> String {
    format!("HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\nContent-Length: {}\r\n\r\n{text}", text.len())
}

async fn https(
    acceptor: TlsAcceptor,
    files: BTreeMap<&'static str, String>,
    asked: Arc<Mutex<Vec<String>>>,
) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let (acceptor, files, asked) = (acceptor.clone(), files.clone(), asked.clone());
            tokio::spawn(async move {
                let Ok(mut stream) = acceptor.accept(stream).await else { return };
                let mut request = Vec::new();
                while !request.ends_with(b"\r\n\r\n") {
                    let Ok(byte) = stream.read_u8().await else { return };
                    request.push(byte);
                }
                let request = String::from_utf8(request).unwrap();
                asked.lock().unwrap().push(request.clone());
                let path = request.split(' ').nth(1).unwrap();
                let host = request.lines().find_map(|line| line.strip_prefix("host: ")).unwrap();
                let reply = files.get(format!("{host}{path}").as_str()).cloned();
                let reply = reply.unwrap_or_else(|| "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n".to_owned());
                // Whoever asks may go away before the end.
                stream.write_all(reply.as_bytes()).await.ok();
                stream.shutdown().await.ok();
            });
        }
    });
    address
}

async fn dns(
    records: BTreeMap<&'static str, Vec<(u16, u16, u16, &'static str)>>,
    asked: Arc<Mutex<Vec<String>>>,
) -> SocketAddr {
    let socket = UdpSocket::bind("127.0.0.1:0").await.unwrap();
    let address = socket.local_addr().unwrap();
    tokio::spawn(async move {
        let mut packet = [0; 1500];
        while let Ok((length, from)) = socket.recv_from(&mut packet).await {
            let question = &packet[12..length];
            let (mut labels, mut at) = (Vec::new(), 0);
            while question[at] != 0 {
                let end = at + 1 + usize::from(question[at]);
                labels.push(String::from_utf8_lossy(&question[at + 1..end]).to_lowercase());
                at = end;
            }
            let name = labels.join(".");
            asked.lock().unwrap().push(name.clone());
            let found = records.get(name.as_str()).cloned().unwrap_or_default();
            let mut reply = packet[..2].to_vec();
            // An answer, recursion available; NXDOMAIN where there is nothing.
            reply.extend([
                0x81,
                if found.is_empty() { 0x83 } else { 0x80 },
                0,
                1,
                0,
                u8::try_from(found.len()).unwrap(),
            ]);
            reply.extend([0, 0, 0, 0]);
            reply.extend(&question[..at + 5]);
            for (priority, weight, port, target) in found {
                let mut data: Vec<u8> =
                    [priority, weight, port].iter().flat_map(|number| number.to_be_bytes()).collect();
                for label in target.split('.').filter(|label| !label.is_empty()) {
                    data.push(u8::try_from(label.len()).unwrap());
                    data.extend(label.as_bytes());
                }
                data.push(0);
                reply.extend([0xc0, 12, 0, 33, 0, 1, 0, 0, 0, 60]);
                reply.extend(u16::try_from(data.len()).unwrap().to_be_bytes());
                reply.extend(data);
            }
            socket.send_to(&reply, from).await.unwrap();
        }
    });
    address
}

impl World {
    async fn new(outside: Outside) -> Self {
        let names = ["autoconfig.medecin.test", "medecin.test"].map(str::to_owned).to_vec();
        let made = rcgen::generate_simple_self_signed(names).unwrap();
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("essai.pem"), made.cert.pem()).unwrap();
        let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(made.signing_key.serialize_der()));
        let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(vec![made.cert.der().clone()], key)
            .unwrap();
        let asked = Arc::default();
        let https = https(TlsAcceptor::from(Arc::new(config)), outside.files, Arc::clone(&asked)).await;
        let dns = dns(outside.records, Arc::clone(&asked)).await;
        let trust = Trust::load(Some(folder.path())).unwrap().0;
        let stranger = Trust::load(None).unwrap().0;
        Self { network: Network::Only { dns, https }, trust, stranger, asked, _folder: folder }
    }

    async fn found(&self) -> Option<FoundServers> {
        find_servers("derek.sheperd@medecin.test", self.network, &self.trust).await
    }
}

fn server(host: &str, port: u16, tls: Tls) -> FoundServer {
    FoundServer { host: host.to_owned(), port, tls }
}

fn records() -> BTreeMap<&'static str, Vec<(u16, u16, u16, &'static str)>> {
    BTreeMap::from([
        ("_imap._tcp.medecin.test", vec![(0, 1, 143, "imap.medecin.test.")]),
        (
            "_imaps._tcp.medecin.test",
            vec![
                (10, 9, 993, "loin.medecin.test."),
                (5, 1, 993, "un.medecin.test."),
                (5, 2, 994, "deux.medecin.test."),
            ],
        ),
        // There is no such service, says its own record.
        ("_submissions._tcp.medecin.test", vec![(0, 0, 0, ".")]),
        ("_submission._tcp.medecin.test", vec![(0, 0, 587, "smtp.medecin.test.")]),
    ])
}

#[tokio::test(flavor = "multi_thread")]
async fn the_configuration_file_counts_before_the_records() {
    let files = BTreeMap::from([("autoconfig.medecin.test/mail/config-v1.1.xml", answer(FILE))]);
    let world = World::new(Outside { files, records: records() }).await;
    let found = world.found().await.unwrap();
    assert_eq!(found.by, FoundBy::Autoconfig);
    assert_eq!(found.incoming, server("imap.medecin.test", 143, Tls::Starttls));
    assert_eq!(found.outgoing, Some(server("smtp.medecin.test", 587, Tls::Starttls)));
    assert_eq!(found.account, "derek.sheperd");
    // Who asks is told to nobody: the domain alone.
    let asked = world.asked.lock().unwrap().join("\n");
    assert!(!asked.contains("derek") && asked.contains("host: autoconfig.medecin.test"), "{asked}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_well_known_place_is_looked_at_too() {
    let files = BTreeMap::from([("medecin.test/.well-known/autoconfig/mail/config-v1.1.xml", answer(FILE))]);
    let world = World::new(Outside { files, ..Outside::default() }).await;
    assert_eq!(world.found().await.map(|found| found.by), Some(FoundBy::Autoconfig));
}

#[tokio::test(flavor = "multi_thread")]
async fn records_are_taken_by_priority_and_weight_and_tls_from_the_first_byte_first() {
    let world = World::new(Outside { records: records(), ..Outside::default() }).await;
    let found = world.found().await.unwrap();
    assert_eq!(found.by, FoundBy::Srv);
    assert_eq!(found.incoming, server("deux.medecin.test", 994, Tls::Implicit));
    assert_eq!(found.outgoing, Some(server("smtp.medecin.test", 587, Tls::Starttls)));
    assert_eq!(found.account, "derek.sheperd@medecin.test");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_believed_or_is_no_such_file_is_not_used() {
    let place = "autoconfig.medecin.test/mail/config-v1.1.xml";
    let long = format!("<!-- {} -->{FILE}", "x".repeat(70_000));
    let elsewhere =
        "HTTP/1.1 302 Found\r\nLocation: https://medecin.test/ailleurs\r\nContent-Length: 0\r\n\r\n".to_owned();
    let endless =
        format!("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n{}", "1000\r\n".to_owned() + &"y".repeat(4096));
    for (why, reply) in [
        ("too long", answer(&long)),
        ("a redirect", elsewhere),
        ("cut", endless),
        ("no HTTP", "bonjour".to_owned()),
        ("a page", answer("<html><body>Bienvenue</body></html>")),
    ] {
        let files = BTreeMap::from([(place, reply), ("medecin.test/ailleurs", answer(FILE))]);
        let world = World::new(Outside { files, ..Outside::default() }).await;
        assert_eq!(world.found().await, None, "{why}");
    }
    // A server that nobody vouches for gives nothing, and is not even asked for the file.
    let files = BTreeMap::from([(place, answer(FILE))]);
    let world = World::new(Outside { files, ..Outside::default() }).await;
    assert_eq!(find_servers("derek@medecin.test", world.network, &world.stranger).await, None);
    assert!(!world.asked.lock().unwrap().iter().any(|asked| asked.contains("GET")));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_silent_network_does_not_hold_up_longer_than_agreed() {
    let (silent, names) =
        (TcpListener::bind("127.0.0.1:0").await.unwrap(), UdpSocket::bind("127.0.0.1:0").await.unwrap());
    let network = Network::Only { dns: names.local_addr().unwrap(), https: silent.local_addr().unwrap() };
    let begin = std::time::Instant::now();
    let trust = Trust::load(None).unwrap().0;
    assert_eq!(find_servers("derek@medecin.test", network, &trust).await, None);
    assert!(begin.elapsed() < std::time::Duration::from_secs(14), "{:?}", begin.elapsed());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_known_operator_is_not_asked() {
    let world = World::new(Outside::default()).await;
    let found = find_servers("a@medecin.formation.mssante.fr", world.network, &world.trust).await.unwrap();
    assert_eq!(found.by, FoundBy::KnownOperator);
    assert_eq!(found.incoming, server("mail-psc.formation.mailiz.mssante.fr", 143, Tls::Starttls));
    assert!(world.asked.lock().unwrap().is_empty());
    for nobody in ["derek", "a@b", "a@127.0.0.1", "@medecin.test"] {
        assert_eq!(find_servers(nobody, world.network, &world.trust).await.map(|found| found.by), None, "{nobody}");
    }
}
