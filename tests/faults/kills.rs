//! R1: `kill -9` at random instants, fifty times, while messages are delivered, fetched and removed from the server.

use crate::bannette::{self, Bannette};
use crate::dovecot::Dovecot;
use crate::practice::mail;
use crate::rows;
use serde_json::json;
use sha2::{Digest as _, Sha256};
use std::collections::BTreeMap;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

const KILLS: u32 = 50;
const PASSWORD: &str = "quatre chevaux gris 7";
const SECRET: &str = "secret-du-serveur";

/// Every message that was ever delivered, by its hash.
struct Ledger<'a> {
    server: &'a Dovecot,
    delivered: Mutex<BTreeMap<Vec<u8>, i64>>,
}

impl Ledger<'_> {
    fn deliver(&self, count: usize) {
        let mut delivered = self.delivered.lock().unwrap();
        for _ in 0..count {
            let message = mail(u32::try_from(delivered.len()).unwrap(), "EXEMPLE", "N");
            self.server.deliver("derek", &message).unwrap();
            delivered.insert(Sha256::digest(&message).to_vec(), 1);
        }
    }

    /// Whether messages went from the server since.
    fn shrank_since(&self, before: Standing) -> bool {
        let delivered = self.delivered.lock().unwrap();
        let came = i64::try_from(delivered.len()).unwrap() - before.delivered;
        i64::try_from(self.server.count("derek").unwrap()).unwrap() < before.on_server + came
    }
}

/// Ends the delivery beside.
struct Ends<'a>(&'a AtomicBool);

impl Drop for Ends<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

/// Where everything stands at a moment.
#[derive(Clone, Copy, Default)]
struct Standing {
    delivered: i64,
    stored: i64,
    /// Stored and, as far as the store knows, on the server still.
    kept: i64,
    on_server: i64,
}

impl Standing {
    fn not_fetched(self) -> i64 {
        self.delivered - self.stored
    }

    /// Gone from the server, and the store does not know it yet.
    fn gone_unnoted(self) -> i64 {
        self.not_fetched() + self.kept - self.on_server
    }
}

/// What a kill hit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Hit {
    /// Before anything was stored: starting, connecting, the first batch.
    NothingYet,
    /// Some messages were stored and others were not.
    ComingIn,
    /// All messages were stored, and some or all of them were not removed from the server yet.
    Removing,
    /// Between a removal and its note.
    RemovedNotNoted,
    /// All was done, but for what came meanwhile.
    Idle,
}

fn hit(before: Standing, after: Standing) -> Hit {
    if after.gone_unnoted() > 0 {
        Hit::RemovedNotNoted
    } else if after.kept < before.kept + after.stored - before.stored {
        if after.kept > 0 { Hit::Removing } else { Hit::Idle }
    } else if after.stored == before.stored {
        Hit::NothingYet
    } else if after.not_fetched() > 0 {
        Hit::ComingIn
    } else {
        Hit::Removing
    }
}

/// Xorshift: the same kills each time, as far as a race can be the same.
struct Dice(u64);

impl Dice {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % bound
    }
}

async fn standing(bannette: &Bannette, ledger: &Ledger<'_>) -> Standing {
    let copy = tempfile::tempdir().unwrap();
    let mut file = rows::open_copy(&bannette.data, &bannette.key, copy.path()).await;
    // Nothing is delivered while it is counted.
    let delivered = ledger.delivered.lock().unwrap().len();
    let on_server = ledger.server.count("derek").unwrap();
    let counts = async {
        let stored = rows::number(&mut file, "select count(*) from delivery").await;
        (stored, rows::number(&mut file, "select count(*) from delivery where state = 0").await)
    };
    let (stored, kept) = counts.await;
    sqlx::Connection::close(file).await.unwrap();
    let number = |count: usize| i64::try_from(count).unwrap();
    Standing { delivered: number(delivered), stored, kept, on_server: number(on_server) }
}

fn set_up(folder: &std::path::Path, server: &Dovecot) -> Bannette {
    let bannette = Bannette::at(folder);
    let init = ["init", "--practice", "Cabinet", "--admin", "Derek SHEPERD", "--login", "derek"];
    bannette.clone().with("BANNETTE_PASSWORD", PASSWORD).json(&init).done();
    std::fs::create_dir(bannette.data.join("autorites")).unwrap();
    std::fs::write(bannette.data.join("autorites/essai.pem"), server.ca_pem()).unwrap();
    let derek = bannette.signed_in("derek", PASSWORD);
    let imap = format!("localhost:{}", server.tls_port());
    let add = ["mailbox", "add", "mssante", "--address", "derek@medecin.test", "--account", "derek", "--imap", &imap];
    let add = [&add[..], &["--tls", "implicit", "--delete-from-server"]].concat();
    derek.clone().with("BANNETTE_SECRET", SECRET).json(&add).done();
    derek
}

/// When a kill comes. Each turn waits until its part of the work was seen to begin, so that all are hit however fast the
/// machine is.
#[derive(Clone, Copy)]
enum Aim {
    /// At any instant from its start.
    Anywhere,
    /// After it began to take messages in.
    ComingIn,
    /// After the first message went from the server.
    Removing,
}

impl Aim {
    fn of(turn: u32) -> Self {
        match turn % 5 {
            0 | 2 => Self::ComingIn,
            1 | 3 => Self::Removing,
            _ => Self::Anywhere,
        }
    }
}

fn start_and_kill(derek: &Bannette, turn: u32, dice: &mut Dice, before: Standing, ledger: &Ledger<'_>) {
    let mut following = derek.follow();
    match Aim::of(turn) {
        Aim::Anywhere => std::thread::sleep(Duration::from_millis(dice.below(1500))),
        Aim::ComingIn => {
            following.until(|line| line["mailboxes"][0]["state"]["doing"]["of"].is_u64());
            // How long that part takes is the machine's: from one turn to the next the time doubles, up to 0.8 s.
            std::thread::sleep(Duration::from_micros(dice.below(50_000 << (turn / 5 % 5))));
        }
        Aim::Removing => {
            let begun = Instant::now();
            while !ledger.shrank_since(before) {
                if begun.elapsed() > Duration::from_secs(30) {
                    // Its last words are waited for.
                    following.kill();
                    panic!("nothing is removed: {}", following.last_words());
                }
                std::thread::sleep(Duration::from_millis(1));
            }
            std::thread::sleep(Duration::from_micros(dice.below(30_000)));
        }
    }
    assert!(following.runs(), "it ended by itself: {}", following.last_words());
    following.kill();
}

/// Whether kills came in the middle of the work, and of each part of it.
fn is_a_race(hits: &BTreeMap<Hit, u32>) -> bool {
    let of = |hit| hits.get(&hit).copied().unwrap_or(0);
    let (coming_in, removing) = (of(Hit::ComingIn), of(Hit::Removing) + of(Hit::RemovedNotNoted));
    coming_in + removing >= KILLS / 3 && coming_in >= 5 && removing >= 5
}

#[tokio::test(flavor = "multi_thread")]
async fn fifty_kills_lose_nothing_and_double_nothing() {
    bannette::program();
    let begun = Instant::now();
    let server = Dovecot::start(&[("derek", SECRET)]).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let derek = set_up(folder.path(), &server);
    let ledger = Ledger { server: &server, delivered: Mutex::default() };
    let mut dice = Dice(0x0b5e_55ed_1234_5678);
    let mut hits: BTreeMap<Hit, u32> = BTreeMap::new();
    ledger.deliver(600);
    let mut before = standing(&derek, &ledger).await;
    for turn in 0..4 * KILLS {
        // What is hit depends on the machine's pace: it goes on until each part of the work was hit often enough.
        if turn >= KILLS && is_a_race(&hits) {
            break;
        }
        // Enough lies there that a kill can hit in the middle.
        ledger.deliver(usize::try_from((500 - before.not_fetched()).max(1)).unwrap());
        let over = AtomicBool::new(false);
        std::thread::scope(|scope| {
            // And more comes while it runs.
            scope.spawn(|| {
                while !over.load(Ordering::Relaxed) {
                    ledger.deliver(3);
                    std::thread::sleep(Duration::from_millis(40));
                }
            });
            // After a panic too: the delivery would go on for ever.
            let _ends = Ends(&over);
            start_and_kill(&derek, turn, &mut dice, before, &ledger);
        });
        let after = standing(&derek, &ledger).await;
        assert!(after.gone_unnoted() >= 0, "more on the server than was delivered");
        *hits.entry(hit(before, after)).or_default() += 1;
        before = after;
    }
    let kills: u32 = hits.values().sum();
    println!("{kills} kills in {:?} hit: {hits:?}; {} messages delivered", begun.elapsed(), before.delivered);
    assert!(is_a_race(&hits), "hardly a race");

    assert_eq!(derek.json(&["fetch"]).done()[0].get("trouble"), None);
    assert_eq!(server.count("derek").unwrap(), 0, "left on the server");
    assert_eq!(derek.json(&["journal", "verify"]).done()["faults"], json!([]));
    let delivered = ledger.delivered.lock().unwrap().clone();
    assert_eq!(derek.json(&["mailbox", "list"]).done()[0]["waiting"], delivered.len());
    let mut file = rows::open(&derek.data, &derek.key).await;
    assert!(rows::shown(&mut file).await == delivered, "something was lost or doubled");
    let each_once = rows::number(&mut file, "select count(*) - count(distinct raw) from delivery").await;
    assert_eq!(each_once, 0, "a message was delivered twice");
    rows::is_whole(&mut file).await;
}
