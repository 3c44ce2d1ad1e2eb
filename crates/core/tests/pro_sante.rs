//! Mailboxes that open by a token of Pro Santé Connect: a real OpenID provider, a real Dovecot that asks it, and a browser
//! that follows where it is led.
#![cfg(unix)]
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test fails by panicking")]

#[path = "../../../tests/support/dovecot.rs"]
mod dovecot;
#[path = "../../../tests/support/oidc.rs"]
mod oidc;
#[path = "../../../tests/support/practice.rs"]
mod practice;
#[path = "../../../tests/support/proxy.rs"]
mod proxy;

use bannette_api::Failure;
use bannette_api::connection::{Doing, MailboxState, TestConnection, Trouble};
use bannette_api::failure::{Field, Why};
use bannette_api::mailboxes::{AddMailbox, Connection, FetchNow, MailboxKind, MailboxSecret, Outgoing, SignInWay, Tls};
use bannette_api::people::Role;
use bannette_api::pro_sante::{BeginProSante, EndProSante, GetProSante, ProSanteProblem, ProSanteState};
use bannette_core::{Browser, Handle as _, Session};
use dovecot::{Dovecot, OIDC_SECRET, Options};
use oidc::{CLIENT, Held, Oidc, browse};
use practice::{Practice, caught_up, mail};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

const DEREK: &str = "derek";

/// A browser that is led by somebody, or by nobody.
#[derive(Default)]
struct Led {
    follows: bool,
    opened: Mutex<Vec<String>>,
}

impl Browser for Led {
    fn open(&self, address: &str) -> std::io::Result<()> {
        self.opened.lock().unwrap().push(address.to_owned());
        if self.follows {
            let address = address.to_owned();
            std::thread::spawn(move || {
                let seen = browse(&address).unwrap();
                assert!(seen.contains("revenir à Bannette"), "{seen}");
            });
        }
        Ok(())
    }
}

/// A practice that is registered with the provider, and its browser.
async fn registered(oidc: &Oidc, follows: bool) -> (Practice, Arc<Led>) {
    let practice = Practice::new().await;
    let registration = format!(r#"{{"issuer":"{}","client_id":"{CLIENT}"}}"#, oidc.issuer());
    std::fs::write(practice.data().join("pro-sante-connect.json"), registration).unwrap();
    let browser = Arc::new(Led { follows, ..Led::default() });
    practice.core.use_browser(browser.clone());
    practice.core.trust_with_tokens("localhost");
    (practice, browser)
}

fn server(oidc: &Oidc) -> Dovecot {
    let options = Options { oidc_port: Some(oidc.port()), with_submission: true, ..Options::default() };
    Dovecot::start_with(&[(DEREK, "unused")], options).unwrap()
}

fn by_token(host: &str, port: u16) -> Connection {
    let (host, account) = (host.to_owned(), DEREK.to_owned());
    Connection::Imap { host, port, tls: Tls::Starttls, account, sign_in: SignInWay::ProSanteConnect }
}

fn adding(host: &str, port: u16) -> AddMailbox {
    AddMailbox::new(MailboxKind::Mssante, "derek@medecin.mssante.test", by_token(host, port))
}

async fn standing(practice: &Practice, session: &Session) -> ProSanteState {
    practice.core.handle(session, GetProSante {}).await.unwrap()
}

async fn until(practice: &Practice, wanted: impl Fn(&ProSanteState) -> bool) -> ProSanteState {
    let begun = Instant::now();
    loop {
        let state = standing(practice, &practice.derek).await;
        if wanted(&state) {
            return state;
        }
        assert!(begun.elapsed() < Duration::from_secs(20), "still {state:?}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

fn signed_in(state: &ProSanteState) -> bool {
    matches!(state, ProSanteState::SignedIn { .. })
}

fn waits_for_a_token(state: &MailboxState) -> bool {
    matches!(state.doing, Doing::NeedsPerson { why: Trouble::TokenNeeded, .. })
}

#[tokio::test(flavor = "multi_thread")]
async fn signing_in_in_the_browser_opens_the_mailbox_and_signing_out_closes_it() {
    let Some(oidc) = Oidc::start(DEREK, OIDC_SECRET, 600).unwrap() else { return };
    let server = server(&oidc);
    server.deliver(DEREK, &mail(1, "EXEMPLE", "N")).unwrap();
    let (practice, browser) = registered(&oidc, true).await;
    practice.trust(server.ca_pem());
    practice.core.start_fetching();
    assert_eq!(standing(&practice, &practice.derek).await, ProSanteState::SignedOut { why: None });
    let outgoing = Some(Outgoing { host: "localhost".to_owned(), port: server.submission_port(), tls: Tls::Starttls });
    // A password, given all the same, is no way in.
    let secret = Some(MailboxSecret("unused".to_owned()));
    let call = AddMailbox { outgoing, secret, ..adding("localhost", server.starttls_port()) };
    let mailbox = practice.core.handle(&practice.derek, call).await.unwrap().id;
    practice.until(&practice.derek, mailbox, waits_for_a_token).await;
    assert!(!server.log().contains("method=PLAIN"), "{}", server.log());

    practice.core.handle(&practice.derek, BeginProSante {}).await.unwrap();
    until(&practice, signed_in).await;
    practice.until(&practice.derek, mailbox, caught_up).await;
    practice.until_listed(&practice.derek, 1).await;
    let test =
        TestConnection { mailbox: Some(mailbox), connection: None, outgoing: None, certificate: None, secret: None };
    let report = practice.core.handle(&practice.derek, test).await.unwrap();
    assert!(report.steps.len() == 7 && report.steps.iter().all(|step| step.trouble.is_none()), "{report:?}");

    // What the browser was led to: PKCE by SHA-256, a state, a nonce, a port of loopback, and no secret.
    let opened = browser.opened.lock().unwrap()[0].clone();
    for part in [
        "code_challenge_method=S256",
        "state=",
        "nonce=",
        "acr_values=eidas1",
        "redirect_uri=http%3A%2F%2F127.0.0.1%3A",
    ] {
        assert!(opened.contains(part), "{opened}");
    }
    // Nobody else is signed in by it.
    let (other, _) = practice.person("meredith", Role::Doctor).await;
    assert_eq!(standing(&practice, &other).await, ProSanteState::SignedOut { why: None });

    let out = practice.core.handle(&practice.derek, EndProSante {}).await.unwrap();
    assert_eq!(out, ProSanteState::SignedOut { why: None });
    practice.until(&practice.derek, mailbox, waits_for_a_token).await;
    assert_eq!(oidc.given("authorization_code").unwrap(), 1);
    practice.core.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_that_ends_in_mid_fetch_is_renewed_once_and_nothing_is_lost() {
    let Some(oidc) = Oidc::start(DEREK, OIDC_SECRET, 7).unwrap() else { return };
    let server = server(&oidc);
    for number in 1..=200 {
        server.deliver(DEREK, &mail(number, "EXEMPLE", "N")).unwrap();
    }
    let (practice, _) = registered(&oidc, true).await;
    practice.trust(server.ca_pem());
    practice.core.handle(&practice.derek, BeginProSante {}).await.unwrap();
    until(&practice, signed_in).await;
    // The line breaks after some messages, and is mended when the token has ended.
    let line = proxy::Proxy::before(server.starttls_port());
    line.cut_after(60_000);
    practice.core.start_fetching();
    let mailbox = practice.core.handle(&practice.derek, adding("localhost", line.port())).await.unwrap().id;
    practice.until(&practice.derek, mailbox, |state| matches!(state.doing, Doing::Waiting { .. })).await;
    tokio::time::sleep(Duration::from_secs(8)).await;
    line.cut_after(proxy::WHOLE);
    practice.core.handle(&practice.derek, FetchNow { mailbox }).await.unwrap();
    practice.until(&practice.derek, mailbox, caught_up).await;
    let counts = practice.core.handle(&practice.derek, bannette_api::dossiers::GetCounts {}).await.unwrap();
    assert_eq!(counts.team, 200);
    assert!(oidc.given("refresh_token").unwrap() >= 1);
    assert_eq!(oidc.given("authorization_code").unwrap(), 1);
    practice.core.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_token_is_renewed_once_and_no_password_is_tried() {
    let Some(oidc) = Oidc::start("somebody-else", OIDC_SECRET, 600).unwrap() else { return };
    let server = server(&oidc);
    let (practice, _) = registered(&oidc, true).await;
    practice.trust(server.ca_pem());
    practice.core.handle(&practice.derek, BeginProSante {}).await.unwrap();
    until(&practice, signed_in).await;
    let call =
        AddMailbox { secret: Some(MailboxSecret("unused".to_owned())), ..adding("localhost", server.starttls_port()) };
    let mailbox = practice.core.handle(&practice.derek, call).await.unwrap().id;
    let fetched = practice.core.fetch_once(&practice.derek, Some(mailbox)).await.unwrap();
    assert_eq!(fetched[0].outcome, Err(Trouble::LoginRefused));
    assert_eq!(oidc.given("refresh_token").unwrap(), 1);
    assert!(!server.log().contains("method=PLAIN"), "{}", server.log());
    practice.core.stop().await;
}

/// The provider takes its time to renew a token; meanwhile its owner signs out, and in again.
async fn signs_in_anew_while_a_renewal_is_under_way(held: Held) {
    // The server refuses every token of this account, which is what has a token renewed.
    let Some(oidc) = Oidc::start("somebody-else", OIDC_SECRET, 600).unwrap() else { return };
    let server = server(&oidc);
    let (practice, _) = registered(&oidc, true).await;
    practice.trust(server.ca_pem());
    practice.core.handle(&practice.derek, BeginProSante {}).await.unwrap();
    until(&practice, signed_in).await;
    let mailbox = practice.core.handle(&practice.derek, adding("localhost", server.starttls_port())).await.unwrap().id;
    oidc.hold(held).unwrap();
    let fetching = practice.core.fetch_once(&practice.derek, Some(mailbox));
    let meanwhile = async {
        counted(&oidc, "held", 1).await;
        if held == Held::Answer {
            counted(&oidc, "refresh_token", 1).await;
        }
        practice.core.handle(&practice.derek, EndProSante {}).await.unwrap();
        counted(&oidc, "revocation", 1).await;
        practice.core.handle(&practice.derek, BeginProSante {}).await.unwrap();
        until(&practice, signed_in).await;
        oidc.release().unwrap();
    };
    let (fetched, ()) = tokio::join!(fetching, meanwhile);
    assert_eq!(fetched.unwrap()[0].outcome, Err(Trouble::LoginRefused));
    let state = standing(&practice, &practice.derek).await;
    assert!(signed_in(&state), "the end of the former session ended the new one: {state:?}");
    // Each grant gives an access token, a refresh token and an ID token; the last one was the new sign-in's.
    let tokens = oidc.tokens().unwrap();
    let shown = oidc.shown().unwrap();
    assert_eq!(shown.last(), tokens.iter().rev().nth(2), "not the new sign-in's token; shown {shown:?} of {tokens:?}");
    assert_eq!(oidc.given("refresh_token").unwrap(), u64::from(held == Held::Answer));
    practice.core.stop().await;
}

async fn counted(oidc: &Oidc, what: &str, wanted: u64) {
    let begun = Instant::now();
    while oidc.given(what).unwrap() != wanted {
        assert!(begun.elapsed() < Duration::from_secs(20), "{what}: {}", oidc.given(what).unwrap());
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_renewal_that_is_answered_after_a_new_sign_in_changes_nothing() {
    signs_in_anew_while_a_renewal_is_under_way(Held::Answer).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_renewal_that_is_refused_after_a_new_sign_in_changes_nothing() {
    signs_in_anew_while_a_renewal_is_under_way(Held::Question).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_goes_to_servers_of_the_space_only() {
    let practice = Practice::new().await;
    assert_eq!(standing(&practice, &practice.derek).await, ProSanteState::NotRegistered);
    let begun = practice.core.handle(&practice.derek, BeginProSante {}).await.unwrap();
    assert_eq!(begun, ProSanteState::NotRegistered);
    for host in ["localhost", "127.0.0.1", "mssante.fr", "mail.mssante.fr.test", "mail-mssante.fr", "mailmssante.fr"] {
        let refused = practice.core.handle(&practice.derek, adding(host, 143)).await;
        assert_eq!(refused, Err(Failure::Invalid { field: Field::Host, why: Why::NotMssante }), "{host}");
        let test = TestConnection {
            mailbox: None,
            connection: Some(by_token(host, 143)),
            outgoing: None,
            certificate: None,
            secret: None,
        };
        let refused = practice.core.handle(&practice.derek, test).await;
        assert_eq!(refused, Err(Failure::Invalid { field: Field::Host, why: Why::NotMssante }), "{host}");
    }
    let elsewhere = Some(Outgoing { host: "smtp.test".to_owned(), port: 587, tls: Tls::Starttls });
    let call = AddMailbox { outgoing: elsewhere, ..adding("mail.medecin.mssante.fr", 143) };
    let refused = practice.core.handle(&practice.derek, call).await;
    assert_eq!(refused, Err(Failure::Invalid { field: Field::OutgoingHost, why: Why::NotMssante }));
    let disabled = bannette_api::mailboxes::Options { enabled: false, ..Default::default() };
    let call = AddMailbox { options: disabled, ..adding("mail.medecin.mssante.fr", 143) };
    practice.core.handle(&practice.derek, call).await.unwrap();
    practice.core.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn only_the_answer_to_our_question_is_taken() {
    let Some(oidc) = Oidc::start(DEREK, OIDC_SECRET, 600).unwrap() else { return };
    let (practice, browser) = registered(&oidc, false).await;
    let in_browser = |state: &ProSanteState| matches!(state, ProSanteState::InBrowser { .. });
    assert!(in_browser(&practice.core.handle(&practice.derek, BeginProSante {}).await.unwrap()));
    let opened = browser.opened.lock().unwrap()[0].clone();
    let value = |name: &str| {
        let rest = opened.split(&format!("{name}=")).nth(1).unwrap();
        rest.split('&').next().unwrap().replace("%3A", ":").replace("%2F", "/")
    };
    let (back, state) = (value("redirect_uri"), value("&state"));
    for forged in ["?code=forged&state=forged", "?code=forged", "?error=access_denied", "", "/../x"] {
        let seen = browse(&format!("{back}{forged}")).unwrap();
        assert!(seen.starts_with("HTTP/1.1 404"), "{seen}");
        assert!(in_browser(&standing(&practice, &practice.derek).await), "{forged}");
    }
    // Our state with a code that the provider never gave: refused there.
    browse(&format!("{back}?code=forged&state={state}")).unwrap();
    let refused = ProSanteState::SignedOut { why: Some(ProSanteProblem::Refused) };
    until(&practice, |state| *state == refused).await;

    // Refused by the person; given up here; begun anew, which gives the first up.
    practice.core.handle(&practice.derek, BeginProSante {}).await.unwrap();
    let opened = browser.opened.lock().unwrap()[1].clone();
    let part = |name: &str| opened.split(&format!("{name}=")).nth(1).unwrap().split('&').next().unwrap().to_owned();
    let back = part("redirect_uri").replace("%3A", ":").replace("%2F", "/");
    browse(&format!("{back}?error=access_denied&state={}", part("&state"))).unwrap();
    until(&practice, |state| *state == refused).await;
    assert!(in_browser(&practice.core.handle(&practice.derek, BeginProSante {}).await.unwrap()));
    let out = practice.core.handle(&practice.derek, EndProSante {}).await.unwrap();
    assert_eq!(out, ProSanteState::SignedOut { why: None });
    assert_eq!(oidc.given("authorization_code").unwrap(), 0);

    // A provider that is not there.
    drop(oidc);
    let state = practice.core.handle(&practice.derek, BeginProSante {}).await.unwrap();
    assert!(matches!(state, ProSanteState::SignedOut { why: Some(ProSanteProblem::Outside { .. }) }), "{state:?}");
    practice.core.stop().await;
}
