//! Servers that misbehave: a proxy that cuts or falls silent, and a server that says what a test tells it to.
#![allow(dead_code)]

use crate::dovecot::Authority;
use anyhow::Result;
use bannette_mail::Trust;
use std::future::Future;
use std::net::Ipv4Addr;
use std::sync::Arc;
use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::pem::PemObject as _;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};

/// What a proxy does once it has passed its bytes on to the client.
#[derive(Clone, Copy)]
pub enum Then {
    /// Closes both connections.
    Close,
    /// Passes nothing on any more.
    FallSilent,
}

/// A proxy before a port that passes so many bytes on to each client, and then does that. Gives its port.
pub async fn proxy(to: u16, bytes: usize, then: Then) -> Result<u16> {
    serve(move |mut client| async move {
        let mut server = TcpStream::connect((Ipv4Addr::LOCALHOST, to)).await?;
        let (mut from_client, mut to_client) = client.split();
        let (mut from_server, mut to_server) = server.split();
        let back = async {
            let mut left = bytes;
            let mut piece = vec![0; 4096];
            while left > 0 {
                let room = left.min(piece.len());
                let read = from_server.read(&mut piece[..room]).await?;
                if read == 0 {
                    return Ok(());
                }
                to_client.write_all(&piece[..read]).await?;
                left -= read;
            }
            if matches!(then, Then::FallSilent) {
                std::future::pending::<()>().await;
            }
            anyhow::Ok(())
        };
        tokio::select! {
            ended = back => ended,
            ended = tokio::io::copy(&mut from_client, &mut to_server) => Ok(ended.map(|_| ())?),
        }
    })
    .await
}

/// A server in clear that says this and then listens for ever. Gives its port.
pub async fn says(text: &'static str) -> Result<u16> {
    serve(move |mut client| async move {
        client.write_all(text.as_bytes()).await?;
        tokio::io::copy(&mut client, &mut tokio::io::sink()).await?;
        Ok(())
    })
    .await
}

/// A server in clear that answers line by line: to the n-th line it says the n-th text. The first text greets.
pub async fn answers(texts: &'static [&'static str]) -> Result<u16> {
    serve(move |client| async move {
        let mut client = BufReader::new(client);
        for text in texts {
            client.write_all(text.as_bytes()).await?;
            let mut line = String::new();
            client.read_line(&mut line).await?;
        }
        tokio::io::copy(&mut client, &mut tokio::io::sink()).await?;
        Ok(())
    })
    .await
}

/// A server over TLS, with the trust that it asks for: to each line that contains the first text of a pair it says
/// the second, `TAG` standing for the line's first word; the first pair that fits. An empty first text is for the greeting.
pub async fn over_tls(pairs: Vec<(&'static str, String)>) -> Result<(u16, Trust)> {
    let authority = Authority::new("Scripted authority")?;
    let (certificate, key) = authority.issue(&["localhost"], false)?;
    let folder = tempfile::tempdir()?;
    std::fs::write(folder.path().join("ca.pem"), authority.pem())?;
    let (trust, _) = Trust::load(Some(folder.path()))?;
    let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()?
        .with_no_client_auth()
        .with_single_cert(
            vec![CertificateDer::from_pem_slice(certificate.as_bytes())?],
            PrivateKeyDer::from_pem_slice(key.as_bytes())?,
        )?;
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let pairs = Arc::new(pairs);
    let port = serve(move |client| {
        let (acceptor, pairs) = (acceptor.clone(), pairs.clone());
        async move {
            let mut client = BufReader::new(acceptor.accept(client).await?);
            let greeting = pairs.iter().find(|(words, _)| words.is_empty());
            let greeting = greeting.map_or("* OK ready\r\n", |(_, text)| text.as_str());
            client.write_all(greeting.as_bytes()).await?;
            client.flush().await?;
            let mut line = String::new();
            while client.read_line(&mut line).await? > 0 {
                let (tag, command) = line.trim_end().split_once(' ').unwrap_or_default();
                let found = pairs.iter().find(|(words, _)| !words.is_empty() && line.contains(words));
                let text = found.map_or_else(|| usual(command), |(_, text)| text.clone());
                client.write_all(text.replace("TAG", tag).as_bytes()).await?;
                client.flush().await?;
                line.clear();
            }
            Ok(())
        }
    })
    .await?;
    Ok((port, trust))
}

fn usual(command: &str) -> String {
    match command {
        "CAPABILITY" => "* CAPABILITY IMAP4rev1 AUTH=PLAIN SASL-IR UIDPLUS IDLE\r\nTAG OK\r\n",
        "SELECT INBOX" => "* 3 EXISTS\r\n* OK [UIDVALIDITY 7] .\r\n* OK [UIDNEXT 4] .\r\nTAG OK [READ-WRITE] .\r\n",
        _ => "TAG OK done\r\n",
    }
    .to_owned()
}

/// Serves each client by itself, until the test's runtime ends. Gives the port.
async fn serve<F, S>(serve: F) -> Result<u16>
where
    F: Fn(TcpStream) -> S + Send + 'static,
    S: Future<Output = Result<()>> + Send + 'static,
{
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
    let port = listener.local_addr()?.port();
    tokio::spawn(async move {
        while let Ok((client, _)) = listener.accept().await {
            let serving = serve(client);
            tokio::spawn(async move {
                // A client that goes away is what many tests are about.
                if let Err(error) = serving.await {
                    println!("a scripted server ended: {error}");
                }
            });
        }
    });
    Ok(port)
}
