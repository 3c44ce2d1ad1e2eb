//! What somebody without the right can learn by the command line: nothing. Every command there is, as its own help lists
//! them, is run on what is hidden, with the most talkative log; one that this test has no arguments for fails it.
#![cfg(unix)]
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    dead_code,
    reason = "a test fails by panicking, and uses a part of what it shares with the others"
)]

#[path = "canary/arguments.rs"]
mod arguments;
#[path = "support/bannette.rs"]
mod bannette;
#[path = "support/practice.rs"]
mod practice;
#[path = "canary/reports.rs"]
mod reports;
#[path = "canary/words.rs"]
mod words;
#[path = "canary/world.rs"]
mod world;

use bannette::Bannette;
use practice::PASSWORD;
use std::collections::BTreeSet;
use words::{Canaries, STEM};
use world::{World, login};

/// The commands that do something, from the help of each: `person add`, `mailbox add folder`…
fn commands(nobody: &Bannette, before: &[String]) -> Vec<Vec<String>> {
    let mut words: Vec<&str> = before.iter().map(String::as_str).collect();
    words.push("--help");
    let said = String::from_utf8(nobody.run(&words).stdout).unwrap();
    let listed =
        said.lines().skip_while(|line| !["Commandes", "Genres"].iter().any(|title| line.starts_with(title))).skip(1);
    let names = listed.take_while(|line| !line.trim().is_empty());
    let names = names.filter(|line| line.starts_with("  ") && !line.starts_with("   "));
    let names: Vec<String> = names.filter_map(|line| line.split_whitespace().next()).map(str::to_owned).collect();
    if names.is_empty() {
        return vec![before.to_vec()];
    }
    names.into_iter().flat_map(|name| commands(nobody, &[before, &[name]].concat())).collect()
}

/// What a command is given, tried one after the other.
fn given(command: &str, world: &World, number: usize) -> Vec<Vec<String>> {
    let target = &world.target;
    let line = |text: &str| text.split_whitespace().map(str::to_owned).collect::<Vec<_>>();
    let each_mailbox = |more: &str| target.mailboxes.iter().map(|one| line(&format!("{one} {more}"))).collect();
    let dossiers = target.dossiers.iter().take(3);
    match command {
        "init" => vec![line("--practice Autre --admin Autre --login autre")],
        "person list" | "group list" | "mailbox list" | "journal verify" => vec![Vec::new()],
        "journal" | "journal export" => {
            let ask = |of: String| line(&if command == "journal" { of } else { format!("{of} --form csv") });
            let mailboxes = target.mailboxes.iter().map(|one| ask(format!("--mailbox {one}")));
            mailboxes.chain(dossiers.map(|one| ask(format!("--dossier {one}")))).collect()
        }
        "person add" => vec![line(&format!("--name Nouveau --login nouveau{number} --role other"))],
        "person suspend" | "person resume" | "person password" => vec![line("somebody")],
        "group add" => vec![line(&format!("Groupe{number}"))],
        "group join" | "group leave" => vec![line("Secrétariat somebody")],
        "group remove" => vec![line("Personne"), line("Secrétariat --preview")],
        "group rename" => vec![line("Personne Autre")],
        "mailbox add mssante" | "mailbox add imap" => {
            vec![line(&format!("--address nouvelle{number}@medecin.test --imap 127.0.0.1:9 --account nouvelle"))]
        }
        "mailbox add apicrypt" => {
            let add = format!("--address nouvelle{number}@apicrypt.test --key-id cle --path {}", target.folder);
            vec![line(&add)]
        }
        "mailbox add bioserveur" => vec![line(&format!("--address labo{number} --path {}", target.folder))],
        "mailbox add folder" => vec![line(&format!("--path {}", target.folder))],
        "mailbox deletion" => each_mailbox(""),
        "mailbox purge" => [each_mailbox("--dry-run"), each_mailbox("")].concat(),
        "mailbox remove" => [each_mailbox("--preview"), each_mailbox("--archive")].concat(),
        "mailbox show" | "mailbox test" | "share show" | "share on" | "share off" => each_mailbox(""),
        "mailbox set" => each_mailbox("enabled=false"),
        "share set" => each_mailbox("--everyone --level none"),
        "fetch" => {
            [vec![Vec::new()], target.mailboxes.iter().map(|one| line(&format!("--mailbox {one}"))).collect()].concat()
        }
        "access" => [each_mailbox(""), vec![line("--person owner"), line("--person somebody")]].concat(),
        "list" => {
            let mut all: Vec<_> = target.mailboxes.iter().map(|one| line(&format!("--mailbox {one}"))).collect();
            all.extend(
                ["", "--state validated", "--state to-share", "--state to-sort", "--abnormal", "--limit 1"].map(line),
            );
            all
        }
        "show" => dossiers.flat_map(|one| [line(&one.to_string()), line(&format!("{one} --source"))]).collect(),
        "threshold list" => vec![Vec::new()],
        "threshold on" | "threshold off" | "threshold reset" => vec![line("potassium")],
        "threshold set" => vec![line("potassium --high 6")],
        "search" => vec![line(&STEM[..1]), line(&STEM[..3]), line(STEM), line("exemple")],
        "dossier share" | "dossier withhold" | "dossier confidential" | "dossier treat" | "dossier erase-values" => {
            dossiers.map(|one| line(&one.to_string())).collect()
        }
        "dossier version" | "dossier apart" => {
            let pairs = target.dossiers.iter().zip(target.dossiers.iter().skip(1));
            pairs.map(|(one, other)| line(&format!("{one} {other}"))).collect()
        }
        "validate" => dossiers.map(|one| line(&one.to_string())).collect(),
        "parse" => vec![line(&format!("{}/depot/1.eml", world.folder()))],
        "completions" => vec![line("bash")],
        other => panic!("decide: with what arguments could «{other}» leak something of a mailbox that is hidden?"),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_has_no_right_learns_nothing_by_any_command() {
    let mut canaries = Canaries::default();
    let world = World::build(Some(&mut canaries)).await;
    world.practice.core.stop().await;
    let nobody = Bannette::at(world.practice.folder.path());
    let all = commands(&nobody, &[]);
    assert!(all.len() > 20, "only {all:?}");
    let (mut leaks, mut run) = (Vec::new(), 0);
    for (place, who) in ["stranger", "administrator"].into_iter().enumerate() {
        let person = nobody.signed_in(login(who), PASSWORD).with("BANNETTE_NEW_PASSWORD", "cinq moutons verts");
        for command in &all {
            let name = command.join(" ");
            for arguments in given(&name, &world, place) {
                let typed: Vec<&str> = command.iter().chain(&arguments).map(String::as_str).collect();
                let ended = person.json(&typed);
                run += 1;
                let text = format!("{}\n{}", String::from_utf8_lossy(&ended.stdout), ended.stderr);
                let mut hidden = canaries.found_in(&text);
                if let Ok(answer) = serde_json::from_slice(&ended.stdout) {
                    hidden.extend(canaries.found_in_answer(&answer));
                }
                // Who reaches which mailbox, by name, is an administrator's to know; what lies in it is not.
                if ["access", "group remove"].contains(&name.as_str()) && who == "administrator" {
                    hidden.retain(|field| !["folder: label", "account: address"].contains(&field.as_str()));
                }
                if !hidden.is_empty() {
                    leaks.push(format!("{typed:?} tells {who}: {hidden:?}"));
                }
            }
        }
    }
    println!("{run} commands were run");
    assert!(leaks.is_empty(), "{} leaks:\n{}", leaks.len(), leaks.join("\n"));

    let owner = nobody.signed_in("owner", PASSWORD);
    let mut seen: BTreeSet<String> = canaries.found_in_answer(&owner.json(&["list"]).done());
    seen.extend(canaries.found_in_answer(&owner.json(&["mailbox", "list"]).done()));
    for field in ["hprim: last name", "hl7: last name", "xdm: last name", "mail: subject", "folder: label"] {
        assert!(seen.contains(field), "the owner is not shown {field}, but {seen:?}");
    }
}
