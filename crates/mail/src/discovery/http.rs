//! One small file over HTTPS: no redirect is followed, nothing is told but the server's name and the path, and what is
//! longer than a configuration file is not read.

use super::Network;
use crate::Trust;
use http_body_util::{BodyExt as _, Empty, Limited};
use hyper::body::Bytes;
use hyper::{Request, StatusCode, header};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::pki_types::ServerName;

/// The longest file that is read.
const LONGEST: usize = 64 * 1024;

/// The text of a file, if the server believed for this name gives one.
pub(super) async fn get(host: &str, path: &str, network: Network, trust: &Trust) -> Option<String> {
    let name = ServerName::try_from(host.to_owned()).ok()?;
    let stream = match network {
        Network::System => TcpStream::connect((host, 443)).await,
        Network::Only { https, .. } => TcpStream::connect(https).await,
    };
    let speaking = trust.speaking(None).ok()?;
    let stream = TlsConnector::from(speaking.config).connect(name, stream.ok()?).await.ok()?;
    let (mut sender, connection) = hyper::client::conn::http1::handshake(TokioIo::new(stream)).await.ok()?;
    let request = Request::get(path)
        .header(header::HOST, host)
        .header(header::ACCEPT, "text/xml, application/xml")
        .body(Empty::<Bytes>::new())
        .ok()?;
    let answer = async {
        let reply = sender.send_request(request).await.ok()?;
        if reply.status() != StatusCode::OK {
            return None;
        }
        let body = Limited::new(reply.into_body(), LONGEST).collect().await.ok()?;
        String::from_utf8(body.to_bytes().into()).ok()
    };
    // The connection is driven beside the answer. A server may close it before the last of the answer was looked at.
    tokio::pin!(answer);
    tokio::select! {
        text = &mut answer => text,
        _ = connection => answer.await,
    }
}
