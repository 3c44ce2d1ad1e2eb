//! One HTTPS request and its answer, through the same encryption and the same trust as mail. Must never follow a
//! redirection, never hold a long answer, never go unencrypted to another post.

use crate::server::{Protocol, encrypt, reach, resolve};
use crate::{Account, Limits, MailError, Secret, SignIn, Trust};
use bannette_api::mailboxes::Tls;
use http::header::HOST;
use http::{HeaderValue, Request, Response, Uri};
use http_body_util::{BodyExt as _, Full, Limited};
use hyper::body::Bytes;
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use tokio::time::timeout;

/// The longest answer: documents and tokens have a few kilobytes.
const LONGEST: usize = 256 * 1024;

/// Sends the request, and gives the answer whole.
pub(crate) async fn send(
    request: Request<Vec<u8>>,
    trust: &Trust,
    limits: &Limits,
) -> Result<Response<Vec<u8>>, MailError> {
    let at = place(request.uri())?;
    let addresses = resolve(&at, limits).await?;
    let stream = reach(&addresses, &at, limits).await?;
    let stream = encrypt(stream, Protocol::Http, &at, trust, limits).await?;
    let asking = async {
        let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await.map_err(|_| fault())?;
        let answering = async {
            let (head, body) = sender.send_request(prepared(request)?).await.map_err(|_| fault())?.into_parts();
            let body = Limited::new(body, LONGEST).collect().await.map_err(|_| fault())?.to_bytes().to_vec();
            Ok(Response::from_parts(head, body))
        };
        tokio::pin!(answering);
        // The connection must be driven while its answer is waited for.
        tokio::select! {
            answered = &mut answering => answered,
            _ended = connection => timeout(limits.silence, answering).await.map_err(|_| MailError::Interrupted)?,
        }
    };
    timeout(limits.login, asking).await.map_err(|_| MailError::TimedOut)?
}

fn fault() -> MailError {
    MailError::ServerFault
}

/// Where the request goes.
fn place(uri: &Uri) -> Result<Account, MailError> {
    let host = uri.host().ok_or(MailError::ServerFault)?.trim_matches(['[', ']']).to_owned();
    let (tls, usual) = match uri.scheme_str() {
        Some("https") => (Tls::Implicit, 443),
        // To this post alone: the address that it comes to is looked at.
        Some("http") => (Tls::Local, 80),
        _ => return Err(MailError::NoTls),
    };
    let port = uri.port_u16().unwrap_or(usual);
    Ok(Account { host, port, tls, account: String::new(), sign_in: SignIn::Password(Secret::new(String::new())) })
}

/// The request as a server wants it: its path alone, and the server's name in its head.
fn prepared(request: Request<Vec<u8>>) -> Result<Request<Full<Bytes>>, MailError> {
    let (mut head, body) = request.into_parts();
    let server = head.uri.authority().and_then(|server| HeaderValue::from_str(server.as_str()).ok());
    head.headers.insert(HOST, server.ok_or(MailError::ServerFault)?);
    let path = head.uri.path_and_query().map_or("/", |path| path.as_str());
    head.uri = path.parse().map_err(|_| MailError::ServerFault)?;
    Ok(Request::from_parts(head, Full::new(Bytes::from(body))))
}
