//! How what was typed is read.

use super::*;
use crate::state::choices::is_usual_port;
use bannette_api::MailboxId;
use bannette_api::connection::{Doing, MailboxState};
use bannette_api::mailboxes::ServerTold;

fn typed(kind: MailboxKind, texts: &[(Text, &str)]) -> Typed {
    let mut typed = Typed::blank(kind);
    texts.iter().for_each(|(which, text)| typed.put(*which, text));
    typed
}

fn good() -> Typed {
    typed(MailboxKind::Mssante, &[(Text::Address, "derek.sheperd@medecin.test"), (Text::Host, " imap.medecin.test ")])
}

fn fields(typed: &Typed) -> Vec<Field> {
    typed.read().unwrap_err().into_iter().map(|(field, _)| field).collect()
}

/// What the core would keep of what was typed.
fn kept(typed: &Typed) -> MailboxSettings {
    let wanted = typed.read().unwrap();
    MailboxSettings {
        id: MailboxId(Default::default()),
        kind: typed.kind,
        address: wanted.address,
        connection: wanted.connection,
        secret_kept: true,
        outgoing: wanted.outgoing,
        apicrypt: wanted.apicrypt,
        key_code_kept: false,
        certificate: None,
        told: ServerTold::default(),
        archived_at: None,
        options: wanted.options,
        state: MailboxState { doing: Doing::Off, last_success: None, beside: Vec::new() },
        readers: Vec::new(),
    }
}

#[test]
fn an_empty_account_is_the_address() {
    let wanted = good().read().unwrap();
    assert_eq!(
        wanted.connection,
        Connection::imap("imap.medecin.test", 993, Tls::Implicit, "derek.sheperd@medecin.test")
    );
    assert_eq!(wanted.options, Options::default());
    assert_eq!((wanted.outgoing, wanted.apicrypt), (None, None));
}

#[test]
fn every_wrong_field_is_named() {
    let mut wrong = good();
    for (which, text) in [
        (Text::Address, "derek"),
        (Text::Host, "imap medecin"),
        (Text::Port, "70000"),
        (Text::SmtpHost, "smtp.medecin.test"),
        (Text::SmtpPort, "x"),
        (Text::Retention, "0"),
    ] {
        wrong.put(which, text);
    }
    assert_eq!(fields(&wrong), [Field::Address, Field::Host, Field::Port, Field::OutgoingPort, Field::RetentionDays]);
    for (days, right) in [("1", true), ("3650", true), ("3651", false), ("-1", false), ("dix", false), ("", true)] {
        let mut typed = good();
        typed.put(Text::Retention, days);
        assert_eq!(typed.read().is_ok(), right, "{days}");
    }
}

#[test]
fn what_is_kept_reads_as_it_was_typed() {
    let mut all = vec![good()];
    let mut sends = good();
    sends.put(Text::Account, "derek");
    sends.put(Text::SmtpHost, "smtp.medecin.test");
    sends.put(Text::SmtpPort, "587");
    sends.choices.smtp_tls = Tls::Starttls;
    sends.choices.sign_in = SignInWay::Certificate;
    all.push(sends);
    let key = [(Text::Address, "d.sheperd@apicrypt.test"), (Text::KeyId, "derek.SHEPERD"), (Text::Host, "127.0.0.1")];
    for comes in Comes::offered(MailboxKind::Apicrypt) {
        for opens in [Opens::Nothing, Opens::Program, Opens::Clear] {
            let mut apicrypt = typed(MailboxKind::Apicrypt, &key);
            apicrypt.choices.comes = *comes;
            apicrypt.choices.opens = opens;
            apicrypt.put(Text::Path, "/srv/apicrypt");
            apicrypt.put(Text::Program, "/usr/bin/ouvrir");
            apicrypt.put(Text::Arguments, "-k '{key}' \"a b\" {input}");
            all.push(apicrypt);
        }
    }
    let mut bioserveur = typed(MailboxKind::Bioserveur, &[(Text::Address, "Labo"), (Text::Path, r"\\nas\depot")]);
    bioserveur.choices.after = After::Move;
    bioserveur.put(Text::MoveTo, r"D:\pris");
    all.push(bioserveur.clone());
    bioserveur.choices.comes = Comes::Publisher;
    bioserveur.put(Text::Account, "id-42");
    all.push(bioserveur);
    for typed in all {
        let settings = kept(&typed);
        let again = Typed::of(&settings).read().unwrap();
        assert_eq!(again, typed.read().unwrap());
        // Kept and read back, nothing counts as changed.
        assert_eq!(Typed::of(&settings), Typed::of(&kept(&Typed::of(&settings))));
    }
}

#[test]
fn a_folder_needs_a_name_and_whole_paths() {
    let mut folder = Typed::blank(MailboxKind::Folder);
    assert_eq!(fields(&folder), [Field::Address, Field::Path]);
    folder.put(Text::Address, "Dépôt");
    for (path, why) in [("depot", Why::Form), ("C:depot", Why::Form), ("", Why::Empty)] {
        folder.put(Text::Path, path);
        assert_eq!(folder.read().unwrap_err(), [(Field::Path, why)], "{path}");
    }
    for path in ["/srv/depot", r"C:\depot", "c:/depot", r"\\serveur\depot"] {
        folder.put(Text::Path, path);
        assert!(folder.read().is_ok(), "{path}");
    }
    folder.choices.after = After::Move;
    assert_eq!(folder.read().unwrap_err(), [(Field::MoveTo, Why::Empty)]);
    folder.put(Text::MoveTo, r"\\serveur\depot");
    assert_eq!(folder.read().unwrap_err(), [(Field::MoveTo, Why::Twice)]);
}

#[test]
fn an_apicrypt_account_needs_its_key_and_a_program_its_path() {
    let mut account = typed(MailboxKind::Apicrypt, &[(Text::Address, "a@b.test"), (Text::Host, "pop.b.test")]);
    assert_eq!(fields(&account), [Field::KeyId]);
    account.put(Text::KeyId, &"k".repeat(121));
    assert_eq!(account.read().unwrap_err(), [(Field::KeyId, Why::TooLong { at_most: 120 })]);
    account.put(Text::KeyId, "derek.SHEPERD");
    account.choices.opens = Opens::Program;
    account.put(Text::Arguments, "\"ouvert");
    assert_eq!(fields(&account), [Field::Program, Field::Arguments]);
    // The proxy is on this post, and nowhere else.
    account.choices.opens = Opens::Clear;
    account.choices.comes = Comes::ProxyPop3;
    assert_eq!(account.read().unwrap_err(), [(Field::Host, Why::NotThisPost)]);
    account.put(Text::Host, "localhost");
    let Connection::Pop3 { tls, .. } = account.read().unwrap().connection else { panic!("not POP3") };
    assert_eq!(tls, Tls::Local);
}

#[test]
fn pro_sante_connect_is_for_the_mssante_space_alone() {
    let mut other = good();
    other.choices.sign_in = SignInWay::ProSanteConnect;
    assert_eq!(other.sign_in(), Some(SignInWay::ProSanteConnect));
    other.kind = MailboxKind::Imap;
    assert_eq!(other.sign_in(), Some(SignInWay::Password));
    other.choices.comes = Comes::Folder;
    assert_eq!(other.sign_in(), None);
}

#[test]
fn addresses() {
    assert!(is_address("a@b.test"));
    for wrong in ["a", "a@b", "@b.test", "a@.test", "a@b.", "a b@c.test", "a@b@c.test", "a@b..test"] {
        assert!(!is_address(wrong), "{wrong}");
    }
}

#[test]
fn ports_follow_the_encryption_while_they_are_usual() {
    assert_eq!(usual_port(Comes::Imap, Tls::Starttls), "143");
    assert_eq!(usual_port(Comes::Pop3, Tls::Implicit), "995");
    assert_eq!(usual_port(Comes::ProxyPop3, Tls::Local), "110");
    assert!(is_usual_port(" 993 ") && is_usual_port("") && !is_usual_port("1143"));
}
