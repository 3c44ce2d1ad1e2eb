//! What each call is asked with: well-formed, with the ids of what is hidden, and every filter and search. A call that is
//! not named here fails the test: whoever adds one decides how it could leak.

use bannette_api::{DossierId, GroupId, MailboxId, PersonId};
use serde_json::{Value, json};

/// What is there to be asked for. In the practice without the hidden mailbox, the ids are nobody's.
pub struct Target {
    /// The hidden mailboxes: a folder and a server's account.
    pub mailboxes: Vec<MailboxId>,
    /// The dossiers in them.
    pub dossiers: Vec<DossierId>,
    pub owner: PersonId,
    pub somebody: PersonId,
    pub group: GroupId,
    /// A folder that may be watched.
    pub folder: String,
    /// Words to search.
    pub searches: Vec<String>,
}

/// The parts of a dossier that are asked for: more than any has.
const PARTS: u32 = 4;

impl Target {
    fn each_mailbox(&self, with: impl Fn(MailboxId) -> Value) -> Vec<Value> {
        self.mailboxes.iter().map(|mailbox| with(*mailbox)).collect()
    }

    fn each_dossier(&self, with: impl Fn(DossierId) -> Value) -> Vec<Value> {
        self.dossiers.iter().map(|dossier| with(*dossier)).collect()
    }

    fn each_part(&self, with: impl Fn(DossierId, u32) -> Value) -> Vec<Value> {
        let parts = self.dossiers.iter().flat_map(|dossier| (0..PARTS).map(move |part| (*dossier, part)));
        parts.map(|(dossier, part)| with(dossier, part)).collect()
    }

    fn lists(&self) -> Vec<Value> {
        let views = ["mine", "critical", "abnormal", "unidentified", "team", "validated", "to_share", "to_sort"];
        let list = |view: &str, mailbox: Option<MailboxId>, words: Option<&str>, limit: u32| json!({ "view": view, "mailbox": mailbox, "words": words, "after": null, "limit": limit });
        let mut all = Vec::new();
        for view in views {
            // A page of one row has a place to go on from.
            all.extend([list(view, None, None, 200), list(view, None, None, 1), list(view, None, Some("exemple"), 1)]);
            all.extend(self.mailboxes.iter().map(|mailbox| list(view, Some(*mailbox), None, 200)));
        }
        all.extend(self.searches.iter().map(|words| list("team", None, Some(words), 200)));
        // The first searches are the letters that every word begins with.
        for words in self.searches.iter().take(4) {
            all.extend(views.map(|view| list(view, None, Some(words), 200)));
            all.extend(self.mailboxes.iter().map(|mailbox| list("team", Some(*mailbox), Some(words), 9)));
        }
        all
    }

    /// Histories of accesses, of the mailboxes and of the dossiers.
    fn histories(&self, name: &str) -> Vec<Value> {
        let filter = json!({ "person": null, "kind": null, "begins": null, "ends": null });
        let ask = |of: Value| {
            if name == "list_accesses" {
                json!({ "of": of, "filter": filter, "after": null, "limit": 50 })
            } else {
                json!({ "of": of, "filter": filter, "form": "csv" })
            }
        };
        let mailboxes = self.mailboxes.iter().map(|id| ask(json!({ "of": "mailbox", "id": id })));
        mailboxes.chain(self.dossiers.iter().map(|id| ask(json!({ "of": "dossier", "id": id })))).collect()
    }

    /// The arguments of a call, tried one after the other; `login` asks, `number` makes new names new.
    pub fn arguments(&self, name: &str, login: &str, password: &str, number: usize) -> Vec<Value> {
        let connection = json!({ "by": "folder", "path": self.folder });
        let options = json!({ "enabled": true, "delete_from_server": false, "retention_days": 90, "auto_share": true });
        match name {
            "get_situation"
            | "sign_out"
            | "lock_window"
            | "still_here"
            | "list_people"
            | "list_thresholds"
            | "list_groups"
            | "list_mailboxes"
            | "list_mailbox_settings"
            | "get_senders"
            | "get_counts"
            | "get_pro_sante"
            | "begin_pro_sante"
            | "end_pro_sante"
            | "verify_journal" => vec![json!({})],
            "create_practice" => vec![json!({ "practice": "Autre", "title": "dr", "first_name": "A", "last_name": "B",
                "role": "doctor", "login": "autre", "password": password })],
            "sign_in" => vec![json!({ "login": login, "password": password })],
            "unlock_window" => vec![json!({ "password": password })],
            "change_password" => vec![json!({ "current": password, "new": "court" })],
            "set_idle_lock" => vec![json!({ "minutes": 15 })],
            "add_person" => vec![json!({ "title": "none", "first_name": "N", "last_name": "N", "role": "other",
                "rpps": null, "login": format!("nouveau{number}"), "password": password, "administrator": false })],
            "suspend_person" | "resume_person" => vec![json!({ "person": self.somebody })],
            "reset_password" => vec![json!({ "person": self.somebody, "password": password })],
            "add_group" => vec![json!({ "name": format!("Groupe {number}") })],
            "join_group" | "leave_group" => vec![json!({ "group": self.group, "person": self.somebody })],
            "remove_group" => {
                let unknown = GroupId(uuid::Uuid::from_u128(77));
                vec![json!({ "before": { "id": unknown, "name": "G", "members": [] } })]
            }
            "what_can_reach" => [self.owner, self.somebody].iter().map(|who| json!({ "person": who })).collect(),
            "add_mailbox" => vec![json!({ "kind": "folder", "address": format!("Dossier {number}"),
                "connection": connection, "secret": null, "options": options })],
            "change_mailbox" => self.each_mailbox(|mailbox| {
                json!({ "mailbox": mailbox, "address": "Autre nom",
                "connection": connection, "secret": null, "options": options })
            }),
            "test_connection" => {
                self.each_mailbox(|mailbox| json!({ "mailbox": mailbox, "connection": null, "secret": null }))
            }
            // Other than they are: past the gate it is a conflict, and nothing changes.
            "change_person" => {
                let before = json!({ "id": self.somebody, "login": "autre", "title": "none", "first_name": "A",
                    "last_name": "A", "role": "other", "rpps": null, "administrator": false, "suspended_since": null });
                vec![json!({ "before": before, "title": "none", "first_name": "N", "last_name": "N", "role": "other",
                    "rpps": null, "administrator": false })]
            }
            "preview_departure" => [self.owner, self.somebody].iter().map(|who| json!({ "person": who })).collect(),
            // A version that is never the present one: nobody leaves.
            "depart_person" => [self.owner, self.somebody]
                .iter()
                .map(|who| json!({ "person": who, "version": 999_999, "hand_over": [] }))
                .collect(),
            "set_group" => vec![json!({ "before": null, "name": format!("Groupe entier {number}"), "members": [] })],
            "set_threshold" => vec![json!({ "row": "potassium", "setting": { "on": true, "high": "6" } })],
            "rename_group" => vec![json!({ "group": GroupId(uuid::Uuid::from_u128(77)), "name": "Autre" })],
            "preview_group_removal" => vec![json!({ "group": self.group, "leaving": null })],
            "get_told" | "list_closed_mailboxes" => vec![json!({})],
            "mark_notices_seen" => vec![json!({ "up_to": 1 })],
            "list_accesses" | "export_accesses" => self.histories(name),
            // Too long a time: nothing opens.
            "break_glass" => self.each_mailbox(|mailbox| {
                json!({ "mailbox": mailbox, "reason": "Le titulaire est absent depuis lundi.", "minutes": 9999 })
            }),
            "end_broken_glass" | "acknowledge_broken_glass" => {
                vec![json!({ "glass": uuid::Uuid::from_u128(78) })]
            }
            "who_can_read_dossier" => self.each_dossier(|dossier| json!({ "dossier": dossier })),
            // To a mailbox that does not exist: nothing is taken away from the owner.
            "remove_mailbox" => self.each_mailbox(|mailbox| {
                json!({ "mailbox": mailbox, "received": { "becomes": "handed_over", "to": uuid::Uuid::from_u128(79) } })
            }),
            "preview_server_deletion" | "preview_purge" | "purge_mailbox" | "preview_removal" => {
                self.each_mailbox(|mailbox| json!({ "mailbox": mailbox }))
            }
            "fetch_now" | "get_sharing" | "who_can_read" => self.each_mailbox(|mailbox| json!({ "mailbox": mailbox })),
            // No address: nobody's domain is asked.
            "find_servers" => vec![json!({ "address": "personne" })],
            "set_default_sender" => {
                let mut each = self.each_mailbox(|mailbox| json!({ "mailbox": mailbox }));
                each.push(json!({ "mailbox": null }));
                each
            }
            // A version that is never the present one: past the gate it is a conflict, and nothing changes.
            "set_sharing" => self.each_mailbox(
                |mailbox| json!({ "mailbox": mailbox, "shared": false, "grants": [], "motives": [], "version": 999_999 }),
            ),
            "list_dossiers" => self.lists(),
            "open_dossier" | "print_dossier" => {
                let encodings = [json!(null), json!("windows_1252")];
                let each =
                    |dossier| encodings.clone().map(|encoding| json!({ "dossier": dossier, "encoding": encoding }));
                self.dossiers.iter().flat_map(each).collect()
            }
            "get_history" => self.each_dossier(
                |dossier| json!({ "dossier": dossier, "label": "Potassium", "loinc": null, "unit": "mmol/L" }),
            ),
            "read_source" => self.each_dossier(|dossier| json!({ "dossier": dossier, "from": 0, "length": 1 << 20 })),
            "read_attachment" => self
                .each_part(|dossier, part| json!({ "dossier": dossier, "part": part, "from": 0, "length": 1 << 20 })),
            "render_page" => {
                self.each_part(|dossier, part| json!({ "dossier": dossier, "part": part, "page": 0, "width": 200 }))
            }
            "save_attachment" => self.each_part(|dossier, part| json!({ "dossier": dossier, "part": part })),
            "set_visibility" => {
                let each = |dossier: &DossierId| {
                    let mailboxes = std::iter::once(Value::Null).chain(self.mailboxes.iter().map(|one| json!(one)));
                    let set = |visibility: &str, mailbox: Value| json!({ "dossiers": [dossier], "mailbox": mailbox, "visibility": visibility });
                    mailboxes.flat_map(|on| [set("shared", on.clone()), set("withheld", on)]).collect::<Vec<_>>()
                };
                self.dossiers.iter().flat_map(each).collect()
            }
            "relate_dossiers" => {
                let pair = |one: &DossierId, other: &DossierId, relation: &str| json!({ "dossier": one, "other": other, "relation": relation });
                let pairs = self.dossiers.iter().zip(self.dossiers.iter().skip(1));
                pairs.flat_map(|(one, other)| [pair(one, other, "apart"), pair(other, one, "version_of")]).collect()
            }
            "erase_values" => self.each_dossier(|dossier| json!({ "dossier": dossier })),
            "treat_as_result" => self.each_dossier(|dossier| json!({ "dossiers": [dossier] })),
            "validate_dossier" => self.each_dossier(|dossier| json!({ "dossier": dossier, "validated": true })),
            other => panic!("decide: with what arguments could {other} leak something of a mailbox that is hidden?"),
        }
    }
}
