//! What a person's accounts give, and what they do not: the default sender is no right, and an owner who is suspended
//! changes nothing while what their mailbox receives still reaches the people they chose.
#![cfg(unix)]
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test fails by panicking")]

#[path = "support/practice.rs"]
mod practice;

use bannette_api::dossiers::View;
use bannette_api::failure::{Field, Needs, Why};
use bannette_api::mailboxes::{
    AddMailbox, Apicrypt, ChangeMailbox, Connection, ListMailboxSettings, MailboxKind, MailboxSecret, Tls,
};
use bannette_api::people::{Role, SuspendPerson};
use bannette_api::senders::{GetSenders, Senders, SetDefaultSender};
use bannette_api::servers::{FindServers, FoundBy};
use bannette_api::session::SignIn;
use bannette_api::sharing::Level;
use bannette_api::{Failure, MailboxId};
use bannette_core::{Core, Handle as _, Network, Session, SystemClock};
use practice::{PASSWORD, Practice, mail, password, place};
use std::sync::Arc;

/// A mailbox on a server, which nobody fetches: nothing is reached.
async fn server(practice: &Practice, owner: &Session, address: &str) -> MailboxId {
    let mut call = AddMailbox::new(MailboxKind::Imap, address, Connection::imap("localhost", 1, Tls::Implicit, "a"));
    call.secret = Some(MailboxSecret("secret".to_owned()));
    call.options.enabled = false;
    practice.core.handle(owner, call).await.unwrap().id
}

#[tokio::test(flavor = "multi_thread")]
async fn the_default_sender_gives_no_right_and_is_told_only_while_it_may_be_used() {
    let practice = Practice::new().await;
    let core = &practice.core;
    let (owner, _) = practice.person("anne", Role::Doctor).await;
    let (claire, person) = practice.person("claire", Role::Secretary).await;
    let mailbox = server(&practice, &owner, "anne@medecin.test").await;
    let folder = practice.folder.path().join("depot");
    std::fs::create_dir(&folder).unwrap();
    let depot = practice.folder_mailbox(&owner, &folder).await.id;
    practice.share(&owner, depot, &[(person.id, Level::Send)]).await;
    let senders = async || core.handle(&claire, GetSenders {}).await.unwrap();
    let set = async |mailbox| core.handle(&claire, SetDefaultSender { mailbox }).await;

    // Nothing to read, then only to read: not among them, and not to be chosen.
    assert_eq!(senders().await, Senders::default());
    assert_eq!(set(Some(mailbox)).await, Err(Failure::NotFound));
    practice.share(&owner, mailbox, &[(person.id, Level::Read)]).await;
    assert_eq!(senders().await, Senders::default());
    assert_eq!(set(Some(mailbox)).await, Err(Failure::NotAllowed { needs: Needs::Send }));
    // Nothing is sent from a folder, whatever the right.
    let refused = Failure::Invalid { field: Field::Mailbox, why: Why::Unknown };
    assert_eq!(set(Some(depot)).await, Err(refused));

    practice.share(&owner, mailbox, &[(person.id, Level::Send)]).await;
    let chosen = set(Some(mailbox)).await.unwrap();
    assert_eq!((chosen.chosen, chosen.among.len()), (Some(mailbox), 1));
    assert_eq!(senders().await, chosen);
    // The right is taken back: the choice is not told. It comes back with the right.
    practice.share(&owner, mailbox, &[(person.id, Level::Read)]).await;
    assert_eq!(senders().await, Senders::default());
    practice.share(&owner, mailbox, &[(person.id, Level::Send)]).await;
    assert_eq!(senders().await.chosen, Some(mailbox));
    // Each person has their own.
    let anne = core.handle(&owner, GetSenders {}).await.unwrap();
    assert_eq!((anne.chosen, anne.among.len()), (None, 1));
    assert_eq!(set(None).await.unwrap().chosen, None);
    assert_eq!(senders().await.chosen, None);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_mailbox_of_a_suspended_owner_goes_on_being_fetched_for_its_readers() {
    let practice = Practice::new().await;
    let core = &practice.core;
    let (owner, anne) = practice.person("anne", Role::Doctor).await;
    let (claire, person) = practice.person("claire", Role::Secretary).await;
    let folder = practice.folder.path().join("depot");
    std::fs::create_dir(&folder).unwrap();
    let settings = practice.folder_mailbox(&owner, &folder).await;
    practice.share(&owner, settings.id, &[(person.id, Level::Read)]).await;
    core.handle(&practice.derek, SuspendPerson { person: anne.id }).await.unwrap();

    // Their settings cannot be changed: not by them, and by nobody else.
    let change = || ChangeMailbox { address: "Autre".to_owned(), ..ChangeMailbox::keeping(&settings) };
    assert!(matches!(core.handle(&owner, change()).await, Err(Failure::Suspended | Failure::NotSignedIn)));
    assert_eq!(core.handle(&claire, change()).await, Err(Failure::NotAllowed { needs: Needs::Own }));
    assert_eq!(core.handle(&practice.derek, change()).await, Err(Failure::NotFound));

    // What the laboratory sends is not lost to the practice.
    std::fs::write(folder.join("1.eml"), mail(1, "EXEMPLE", "HH")).unwrap();
    core.fetch_once(&claire, None).await.unwrap();
    assert_eq!(practice.list(&claire, View::Team).await.unwrap().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn two_accounts_of_a_kind_at_one_address_are_refused_and_a_change_of_server_forgets_the_secret() {
    let practice = Practice::new().await;
    let core = &practice.core;
    let (owner, _) = practice.person("anne", Role::Doctor).await;
    let account = |address: &str, host: &str| {
        let mut call =
            AddMailbox::new(MailboxKind::Apicrypt, address, Connection::imap(host, 1, Tls::Implicit, "anne"));
        call.apicrypt = Some(Apicrypt { key_id: "anne".to_owned(), ..Apicrypt::default() });
        call.secret = Some(MailboxSecret("secret".to_owned()));
        call.options.enabled = false;
        call
    };
    let first = core.handle(&owner, account("anne@apicrypt.test", "localhost")).await.unwrap();
    let taken = Err(Failure::Invalid { field: Field::Address, why: Why::Taken });
    assert_eq!(core.handle(&owner, account("anne@apicrypt.test", "127.0.0.1")).await, taken);
    let second = core.handle(&owner, account("anne@autre.test", "localhost")).await.unwrap();
    let mut change = ChangeMailbox::keeping(&second);
    change.address = "anne@apicrypt.test".to_owned();
    assert_eq!(core.handle(&owner, change).await, taken);

    let mut change = ChangeMailbox::keeping(&first);
    change.options.retention_days = Some(30);
    assert!(core.handle(&owner, change).await.unwrap().secret_kept);
    let mut change = ChangeMailbox::keeping(&first);
    change.connection = Connection::imap("127.0.0.1", 1, Tls::Implicit, "anne");
    assert!(!core.handle(&owner, change).await.unwrap().secret_kept);
    assert_eq!(core.handle(&owner, ListMailboxSettings {}).await.unwrap().len(), 2);
}

/// A mail address is the same whatever the case; a folder's name is what was written. What the store refuses is what the
/// screen calls the same.
#[tokio::test(flavor = "multi_thread")]
async fn one_address_is_one_account_whatever_its_case() {
    let practice = Practice::new().await;
    let core = &practice.core;
    let (owner, _) = practice.person("anne", Role::Doctor).await;
    let folder = practice.folder.path().join("depot");
    std::fs::create_dir(&folder).unwrap();
    let path = folder.to_string_lossy().into_owned();
    let add = async |kind: MailboxKind, address: &str| {
        let connection = match kind {
            MailboxKind::Folder | MailboxKind::Bioserveur => Connection::folder(path.clone()),
            _ => Connection::imap("localhost", 1, Tls::Implicit, "anne"),
        };
        let mut call = AddMailbox::new(kind, address, connection);
        call.apicrypt =
            (kind == MailboxKind::Apicrypt).then(|| Apicrypt { key_id: "anne".to_owned(), ..Apicrypt::default() });
        call.options.enabled = false;
        core.handle(&owner, call).await
    };
    let taken = Failure::Invalid { field: Field::Address, why: Why::Taken };
    for (kind, address, others) in [
        (MailboxKind::Mssante, "Derek@X.test", ["derek@x.test", "DEREK@X.TEST"]),
        (MailboxKind::Imap, "Derek@X.test", ["derek@X.test", "Derek@x.test"]),
        (MailboxKind::Apicrypt, "Derek@X.test", ["derek@X.test", "Derek@x.test"]),
        (MailboxKind::Folder, "Depot", ["depot", "DEPOT"]),
        (MailboxKind::Bioserveur, "Bioserveur", ["bioserveur", "BIOSERVEUR"]),
    ] {
        add(kind, address).await.unwrap();
        assert_eq!(add(kind, address).await.unwrap_err(), taken);
        for other in others {
            let refused = add(kind, other).await.err();
            assert_eq!(refused, kind.same_address(address, other).then_some(taken.clone()), "{kind:?} {other}");
            assert_eq!(kind.same_address(address, other), kind.is_mail());
        }
    }
    // What was changed is compared too, and another owner has their own.
    let mut change = ChangeMailbox::keeping(&add(MailboxKind::Imap, "autre@x.test").await.unwrap());
    change.address = "DEREK@x.test".to_owned();
    assert_eq!(core.handle(&owner, change).await, Err(taken));
    server(&practice, &practice.derek, "derek@x.test").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn servers_are_found_by_whoever_is_signed_in() {
    let practice = Practice::new().await;
    let find = |address: &str| FindServers { address: address.to_owned() };
    let found = practice.core.handle(&practice.derek, find("a@medecin.formation.mssante.fr")).await.unwrap().unwrap();
    assert_eq!((found.by, found.incoming.port), (FoundBy::KnownOperator, 143));
    let wrong = Err(Failure::Invalid { field: Field::Address, why: Why::Form });
    assert_eq!(practice.core.handle(&practice.derek, find("personne")).await, wrong);
    let nobody = practice.core.session();
    assert_eq!(practice.core.handle(&nobody, find("a@medecin.test")).await, Err(Failure::NotSignedIn));

    // Where nothing answers, nothing is found, and that is no failure. The closed ports are this post's.
    let nowhere = "127.0.0.1:1".parse().unwrap();
    let network = Network::Only { dns: nowhere, https: nowhere };
    practice.core.stop().await;
    let core = Core::open_within(place(practice.folder.path()), Arc::new(SystemClock), network).await;
    let _stopping = practice::Stopping(core.clone());
    let derek = core.session();
    core.handle(&derek, SignIn { login: "derek".to_owned(), password: password(PASSWORD) }).await.unwrap();
    assert_eq!(core.handle(&derek, find("a@medecin.test")).await, Ok(None));
}
