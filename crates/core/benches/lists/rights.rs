//! B13r: the rights of a practice of 1,000 people, 100 groups, 200 mailboxes and 20,000 grants, from the store; the list's
//! first page there and in the same practice with few grants; and the same rules in Dovecot's ACL plugin.

use crate::{Filled, MAILBOXES, NOW, PEOPLE, filled, mailbox, peer, person, row};
use anyhow::{Result, anyhow, ensure};
use bannette_api::dossiers::{ListDossiers, View};
use bannette_core::Handle as _;
use std::hint::black_box;
use std::path::Path;
use std::time::Instant;

/// Measures and prints; fails where a bound is passed.
pub async fn measure(dossiers: u32) -> Result<()> {
    let scratch = tempfile::tempdir_in(Path::new(env!("CARGO_TARGET_TMPDIR")))?;
    let (many, few) = (scratch.path().join("many"), scratch.path().join("few"));
    let many = filled(&many, dossiers, true).await?;
    let few = filled(&few, dossiers, false).await?;
    println!("{:<58} {:>12} {:>12}", "", "median", "p95");
    let one = one_right(&many).await?;
    let all = reach(&many).await?;
    let share = pages(&many, &few).await?;
    peer::measure(many.me)?;
    many.core.stop().await;
    few.core.stop().await;
    ensure!(one < 50.0, "one right: {one:.1} µs, more than 50");
    ensure!(all < 2000.0, "all that somebody reaches: {all:.0} µs, more than 2,000");
    ensure!((share - 1.0).abs() < 0.1, "the first page costs {share:.2} × with 20,000 grants");
    Ok(())
}

/// Effective right of one person on one mailbox: of a snapshot without and with its begin and end, and in memory.
async fn one_right(practice: &Filled) -> Result<f64> {
    let store = &practice.store;
    let mut asked = Vec::new();
    let mut snapshot = Vec::new();
    let mut held = Vec::new();
    let facts = store.practice_rights().await?;
    // In turns, so that what else the machine does meets all three.
    for number in 0..5000 {
        let (who, on) = (person(number * 7 % PEOPLE), mailbox(number % MAILBOXES));
        let begun = Instant::now();
        black_box(store.practice_rights().await?.rights_of(who, NOW).of(on));
        asked.push(begun.elapsed().as_secs_f64() * 1e6);
        let begun = Instant::now();
        black_box(store.read().await?.rights_of(who, NOW).await?.of(on));
        snapshot.push(begun.elapsed().as_secs_f64() * 1e6);
        let begun = Instant::now();
        black_box(facts.effective(who, on, NOW));
        held.push(begun.elapsed().as_secs_f64() * 1e6);
    }
    row("one right of one person, from the store", &mut asked, "µs");
    row("the same, in a snapshot with begin and end", &mut snapshot, "µs");
    row("the same, the facts at hand", &mut held, "µs");
    Ok(median(&mut asked))
}

/// All that somebody can reach, with the reasons, from the store.
async fn reach(practice: &Filled) -> Result<f64> {
    let mut times = Vec::new();
    let mut least = usize::MAX;
    for number in 0..1000 {
        let who = person(number % PEOPLE);
        let begun = Instant::now();
        let reach = practice.store.practice_rights().await?.rights_of(who, NOW).reach(who)?;
        times.push(begun.elapsed().as_secs_f64() * 1e6);
        least = least.min(black_box(reach).len());
    }
    ensure!(least > 10, "somebody reaches {least} mailboxes only");
    row("all that one person reaches, from the store", &mut times, "µs");
    Ok(median(&mut times))
}

/// The first page with many grants and with few, in turns. Gives how many times the median grew.
async fn pages(many: &Filled, few: &Filled) -> Result<f64> {
    let mut times = [Vec::new(), Vec::new()];
    for round in 0..800 {
        for turn in 0..2 {
            // Who comes first changes with the round.
            let which = (round + turn) % 2;
            let practice = [many, few][which];
            let call = ListDossiers { view: View::Team, mailbox: None, words: None, after: None, limit: 50 };
            let begun = Instant::now();
            let page = practice.core.handle(&practice.session, call).await.map_err(|failure| anyhow!("{failure:?}"))?;
            times[which].push(begun.elapsed().as_secs_f64() * 1e3);
            ensure!(page.rows.len() == 50, "a page of {} rows", page.rows.len());
        }
    }
    let [mut with, mut without] = times;
    row("first page, Équipe, 60 of 200 mailboxes, 20,000 grants", &mut with, "ms");
    row("the same, with 60 grants in all", &mut without, "ms");
    let share = median(&mut with) / median(&mut without);
    println!("{:<58} {:>11.2} ×", "many grants beside few", share);
    Ok(share)
}

fn median(times: &mut [f64]) -> f64 {
    times.sort_by(f64::total_cmp);
    times[times.len() / 2]
}
