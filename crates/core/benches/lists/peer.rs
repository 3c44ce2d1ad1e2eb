//! The peer of B13r: the same people, groups, mailboxes and rules in Dovecot's ACL plugin, asked by `doveadm acl rights` (a
//! program for each check, as its manual has it) and by MYRIGHTS over one open connection, which is the fairer one.

use crate::dovecot::{Dovecot, Options};
use crate::{MAILBOXES, PEOPLE, grants_of, groups_of, row};
use anyhow::{Context as _, Result, ensure};
use bannette_api::PersonId;
use bannette_api::sharing::{Grantee, Level};
use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{Ipv4Addr, TcpStream};
use std::process::Command;
use std::time::Instant;

const SECRET: &str = "secret";
/// The person to whom sixty mailboxes are shared is one more user.
const ME: &str = "moi";

fn user(number: u128) -> String {
    format!("p{number}")
}

/// The rules of a mailbox, as lines of its `dovecot-acl`.
fn lines(number: u128, me: PersonId) -> Vec<String> {
    let owner = if number == 0 { ME.to_owned() } else { user(number) };
    let mut lines = vec![format!("user={owner} lrwstipekxa")];
    for grant in grants_of(number, me) {
        let rights = if grant.level == Level::Send { "lrp" } else { "lr" };
        let last = |id: uuid::Uuid, base: u128| id.as_u128() - base;
        lines.push(match grant.to {
            Grantee::Person(id) if id == me => format!("user={ME} {rights}"),
            Grantee::Person(id) => format!("user={} {rights}", user(last(id.0, 10_000))),
            Grantee::Group(id) => format!("group=g{} {rights}", last(id.0, 20_000)),
            Grantee::Everyone => format!("anyone {rights}"),
        });
    }
    lines
}

/// Measures and prints.
pub fn measure(me: PersonId) -> Result<()> {
    let names: Vec<String> = (0..PEOPLE).map(user).chain([ME.to_owned()]).collect();
    let users: Vec<(&str, &str)> = names.iter().map(|name| (name.as_str(), SECRET)).collect();
    let server = Dovecot::start_with(&users, Options { with_acl: true, without_tls: true, ..Options::default() })?;
    let groups = |number: u128| groups_of(number).iter().map(|group| format!("g{group}")).collect();
    let in_groups = (0..PEOPLE).map(|number| (names[number as usize].as_str(), groups(number)));
    server.set_groups(in_groups.chain([(ME, Vec::new())]))?;
    for number in 0..MAILBOXES {
        server.public_mailbox(&format!("m{number}"), &lines(number, me))?;
    }
    doveadm(&server)?;
    imap(&server)
}

fn doveadm(server: &Dovecot) -> Result<()> {
    let mut times = Vec::new();
    let mut may = 0;
    for number in 0..60u128 {
        let (who, on) = (user(number * 7 % PEOPLE), format!("Public.m{}", number * 3 % MAILBOXES));
        let mut command = Command::new("doveadm");
        command.arg("-c").arg(server.configuration_file()).args(["acl", "rights", "-u", &who, &on]);
        let begun = Instant::now();
        let said = command.output().context("doveadm is not installed: apt-get install dovecot-core")?;
        times.push(begun.elapsed().as_secs_f64() * 1e6);
        // Without any right, it says that there is no such mailbox.
        may += usize::from(String::from_utf8_lossy(&said.stdout).contains("read"));
    }
    ensure!(may > 5, "doveadm found {may} rights of 60");
    row("Dovecot: doveadm acl rights, a program a check", &mut times, "µs");
    Ok(())
}

/// MYRIGHTS on each mailbox in turn, twice: the second time nothing is new to the server.
fn imap(server: &Dovecot) -> Result<()> {
    let (mut first, mut again) = (Vec::new(), Vec::new());
    let mut may = 0;
    for number in 0..20u128 {
        let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, server.starttls_port()))?;
        stream.set_nodelay(true)?;
        let mut answers = BufReader::new(stream.try_clone()?);
        let mut ask = |line: &str| -> Result<(String, f64)> {
            let (mut said, begun) = (String::new(), Instant::now());
            stream.write_all(format!("a {line}\r\n").as_bytes())?;
            loop {
                let start = said.len();
                ensure!(answers.read_line(&mut said)? > 0, "the server closed: {said}");
                if said[start..].starts_with("a ") {
                    return Ok((said, begun.elapsed().as_secs_f64() * 1e6));
                }
            }
        };
        let (said, _) = ask(&format!("LOGIN {} {SECRET}", user(number * 7 % PEOPLE)))?;
        ensure!(said.contains("a OK"), "LOGIN: {said}");
        for times in [&mut first, &mut again] {
            for on in 0..MAILBOXES {
                let (said, time) = ask(&format!("MYRIGHTS Public.m{on}"))?;
                may += usize::from(said.contains("a OK"));
                times.push(time);
            }
        }
        ask("LOGOUT")?;
    }
    ensure!(may > 100, "MYRIGHTS found {may} rights");
    row("Dovecot: MYRIGHTS on an open connection, the first time", &mut first, "µs");
    row("the same, again on the same connection", &mut again, "µs");
    Ok(())
}
