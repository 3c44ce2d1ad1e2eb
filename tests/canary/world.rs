//! Two practices with the same people and the same history; in one of them a doctor has mailboxes that nobody else may
//! read. Nobody else may be able to tell them apart.

use crate::arguments::Target;
use crate::practice::{self, PASSWORD, Practice, password};
use crate::reports;
use crate::words::Canaries;
use bannette_api::dossiers::{OpenDossier, View};
use bannette_api::mailboxes::{AddMailbox, Connection, MailboxKind, MailboxSecret, Options, Tls};
use bannette_api::people::{AddGroup, JoinGroup, LeaveGroup, ResumePerson, Role, SuspendPerson};
use bannette_api::session::SignIn;
use bannette_api::sharing::{Grant, Grantee, Level, SetSharing};
use bannette_api::{DossierId, GroupId, MailboxId, PersonId};
use bannette_core::{Handle as _, Session};
use std::collections::BTreeMap;
use std::path::PathBuf;

/// The people without a right, by what they are. `former` had one, used it, and lost it in an open session.
pub const OUTSIDERS: [&str; 6] = ["stranger", "administrator", "suspended", "former", "left", "ended"];

pub struct World {
    pub practice: Practice,
    pub target: Target,
    pub owner: Session,
    /// The session that was open when the right was taken back.
    pub former: Session,
    ids: BTreeMap<&'static str, PersonId>,
}

/// The login of one of the people.
pub fn login(who: &str) -> &str {
    if who == "administrator" { "derek" } else { who }
}

impl World {
    /// The practice, with the hidden mailboxes if there are to be any.
    pub async fn build(mut canaries: Option<&mut Canaries>) -> Self {
        let practice = Practice::new().await;
        let (owner, me) = practice.person("owner", Role::Doctor).await;
        let mut ids = BTreeMap::from([("owner", me.id), ("administrator", practice.derek_id)]);
        let mut sessions = BTreeMap::new();
        for (who, role) in [
            ("stranger", Role::Doctor),
            ("suspended", Role::Doctor),
            ("former", Role::Doctor),
            ("left", Role::Secretary),
            ("ended", Role::Locum),
            ("somebody", Role::Other),
        ] {
            let (session, person) = practice.person(who, role).await;
            ids.insert(who, person.id);
            sessions.insert(who, session);
        }
        let core = &practice.core;
        let group = core.handle(&practice.derek, AddGroup { name: "Secrétariat".to_owned() }).await.unwrap().id;
        core.handle(&practice.derek, JoinGroup { group, person: ids["left"] }).await.unwrap();
        let hidden = match canaries.as_deref_mut() {
            Some(canaries) => hidden(&practice, &owner, canaries).await,
            None => vec![MailboxId(uuid::Uuid::now_v7()), MailboxId(uuid::Uuid::now_v7())],
        };
        let former = sessions.remove("former").unwrap();
        if canaries.is_some() {
            share(&practice, &owner, &hidden, &ids, group).await;
            core.fetch_once(&owner, None).await.unwrap();
            used(&practice, &former).await;
        }
        core.handle(&practice.derek, LeaveGroup { group, person: ids["left"] }).await.unwrap();
        if canaries.is_some() {
            take_back(&practice, &owner, &hidden, &ids, group).await;
        }
        let dossiers = match canaries {
            Some(_) => practice.list(&owner, View::Team).await.unwrap().iter().map(|row| row.id).collect(),
            None => (0..3).map(|_| DossierId(uuid::Uuid::now_v7())).collect(),
        };
        // What the stranger may read stays, and comes after what is hidden: nothing before it may show.
        let own = practice.folder.path().join("depot");
        std::fs::create_dir(&own).unwrap();
        for number in 1..=4 {
            let name = if number < 4 { "EXEMPLE" } else { "MODELE" };
            std::fs::write(own.join(format!("{number}.eml")), practice::mail_with_document(number, name, "HH"))
                .unwrap();
        }
        let free = practice.folder.path().join("libre");
        std::fs::create_dir(&free).unwrap();
        practice.folder_mailbox(&sessions["stranger"], &own).await;
        core.fetch_once(&sessions["stranger"], None).await.unwrap();
        assert_eq!(practice.list(&sessions["stranger"], View::Team).await.unwrap().len(), 4);
        let target = Target {
            mailboxes: hidden,
            dossiers,
            owner: ids["owner"],
            somebody: ids["somebody"],
            group,
            folder: free.to_string_lossy().into_owned(),
            searches: Vec::new(),
        };
        Self { practice, target, owner, former, ids }
    }

    /// This practice's own folder.
    pub fn folder(&self) -> String {
        self.practice.folder.path().to_string_lossy().into_owned()
    }

    /// A session of one of the people; the suspended one is suspended after the sign-in.
    pub async fn session(&self, who: &str) -> Session {
        let core = &self.practice.core;
        if who == "former" {
            return self.former.clone();
        }
        if who == "suspended" {
            core.handle(&self.practice.derek, ResumePerson { person: self.ids[who] }).await.unwrap();
        }
        let session = core.session();
        let sign_in = SignIn { login: login(who).to_owned(), password: password(PASSWORD) };
        core.handle(&session, sign_in).await.unwrap();
        if who == "suspended" {
            core.handle(&self.practice.derek, SuspendPerson { person: self.ids[who] }).await.unwrap();
        }
        session
    }
}

/// A watched folder full of canaries and an account on a server, both under names that are canaries.
async fn hidden(practice: &Practice, owner: &Session, canaries: &mut Canaries) -> Vec<MailboxId> {
    let folder: PathBuf = practice.folder.path().join(canaries.word("folder: path"));
    std::fs::create_dir(&folder).unwrap();
    reports::fill(&folder, canaries);
    let watched = AddMailbox::new(
        MailboxKind::Folder,
        &canaries.word("folder: label"),
        Connection::folder(folder.to_string_lossy().into_owned()),
    );
    let account = AddMailbox {
        // A secret never comes back, not to its owner either: it is no canary.
        secret: Some(MailboxSecret("secret du serveur".to_owned())),
        options: Options { enabled: false, ..Options::default() },
        ..AddMailbox::new(
            MailboxKind::Mssante,
            &format!("{}@medecin.test", canaries.word("account: address")),
            Connection::imap(
                format!("{}.test", canaries.word("account: server")),
                993,
                Tls::Implicit,
                canaries.word("account: name"),
            ),
        )
    };
    let watched = practice.core.handle(owner, watched).await.unwrap().id;
    vec![watched, practice.core.handle(owner, account).await.unwrap().id]
}

/// Everyone who later has no right has one for a while, each by another way.
async fn share(
    practice: &Practice,
    owner: &Session,
    hidden: &[MailboxId],
    ids: &BTreeMap<&'static str, PersonId>,
    group: GroupId,
) {
    // A right that is over cannot be given: this one ends before anybody looks.
    // Three seconds, because on a machine that has other work to do, giving it may itself take more than one.
    let soon = practice.sharing(owner, hidden[0]).await.now.plus(3000);
    let grant = |to, ends| Grant { to, level: Level::Send, begins: None, ends };
    let grants = vec![
        grant(Grantee::Person(ids["former"]), None),
        grant(Grantee::Person(ids["suspended"]), None),
        grant(Grantee::Person(ids["ended"]), Some(soon)),
        grant(Grantee::Group(group), None),
    ];
    for mailbox in hidden {
        let version = practice.sharing(owner, *mailbox).await.version;
        let call = SetSharing { mailbox: *mailbox, shared: true, grants: grants.clone(), motives: Vec::new(), version };
        practice.core.handle(owner, call).await.unwrap();
    }
    tokio::time::sleep(std::time::Duration::from_millis(3100)).await;
}

/// The former reader looks at everything while it is allowed.
async fn used(practice: &Practice, former: &Session) {
    let rows = practice.list(former, View::Team).await.unwrap();
    assert!(rows.len() >= 8, "{} dossiers arrived", rows.len());
    for row in rows {
        practice.core.handle(former, OpenDossier { dossier: row.id, encoding: None, message: None }).await.unwrap();
    }
}

/// Leaves the group's right (who left the group has it no more), the suspended person's and the one that ended.
async fn take_back(
    practice: &Practice,
    owner: &Session,
    hidden: &[MailboxId],
    ids: &BTreeMap<&'static str, PersonId>,
    group: GroupId,
) {
    for mailbox in hidden {
        let before = practice.sharing(owner, *mailbox).await;
        let gone = Grantee::Person(ids["former"]);
        let grants: Vec<Grant> = before.grants.into_iter().filter(|grant| grant.to != gone).collect();
        assert_eq!(grants.len(), 3);
        assert!(grants.iter().any(|grant| grant.to == Grantee::Group(group)));
        let call = SetSharing { mailbox: *mailbox, shared: true, grants, motives: Vec::new(), version: before.version };
        practice.core.handle(owner, call).await.unwrap();
    }
}
