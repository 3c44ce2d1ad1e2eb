//! A dossier on paper: what the act *Imprimer* puts on the page, and nothing else ever prints (paper.css). It stands on
//! the page, unseen on the screen, from the act until a little after the next gesture.

mod lines;
mod paging;
mod sheet;

use crate::state::app::App;
use crate::state::clock;
use crate::text::{common, mailbox, paper as words};
use bannette_api::dossiers::PrintedDossier;
use leptos::prelude::{document, set_timeout};
use lines::Line;
use sheet::{Beside, Sheet, sheet};
use std::time::Duration;
use web_sys::Element;

/// The element's identifier, for paper.css.
const ID: &str = "paper";

fn element(name: &str, class: &str, text: Option<&str>) -> Option<Element> {
    let element = document().create_element(name).ok()?;
    element.set_class_name(class);
    if text.is_some() {
        element.set_text_content(text);
    }
    Some(element)
}

fn put(parent: &Element, child: &Element) -> Option<()> {
    parent.append_child(child).ok().map(drop)
}

fn line(line: &Line) -> Option<Element> {
    if let [text] = &line.cells[..]
        && !line.look.starts_with("cells")
    {
        return element("p", line.look, Some(text));
    }
    let row = element("div", line.look, None)?;
    for cell in &line.cells {
        put(&row, &element("span", "", Some(cell))?)?;
    }
    Some(row)
}

/// A page with its head and its foot; gives the part between them.
fn page(paper: &Element, sheet: &Sheet, number: &str) -> Option<Element> {
    let page = element("section", "leaf", None)?;
    let head = element("header", "", None)?;
    let who = element("div", "", None)?;
    put(&who, &element("b", "", Some(&sheet.patient))?)?;
    put(&who, &element("span", "", Some(&sheet.identity))?)?;
    put(&head, &who)?;
    put(&head, &element("span", "known", Some(&sheet.marks))?)?;
    let body = element("div", "between", None)?;
    let foot = element("footer", "", None)?;
    put(&foot, &element("span", "", Some(&sheet.foot))?)?;
    put(&foot, &element("span", "", Some(number))?)?;
    for part in [&head, &body, &foot] {
        put(&page, part)?;
    }
    put(paper, &page)?;
    Some(body)
}

/// Lays the sheet out in pages: each line is measured first, as wide as it will be printed.
fn lay(paper: &Element, sheet: &Sheet) -> Option<usize> {
    let trial = page(paper, sheet, &words::page(99, 99))?;
    // Less than the page has: what a printer draws a hair higher than the screen must not push the last line over.
    let room = trial.get_bounding_client_rect().height() * 0.97;
    let mut heights = Vec::with_capacity(sheet.lines.len());
    for one in &sheet.lines {
        let drawn = line(one)?;
        put(&trial, &drawn)?;
        heights.push(drawn);
    }
    let heights: Vec<f64> = heights.iter().map(|drawn| drawn.get_bounding_client_rect().height()).collect();
    paper.set_text_content(None);
    let pages = paging::pages(&sheet.lines, &heights, room);
    for (at, places) in pages.iter().enumerate() {
        let body = page(paper, sheet, &words::page(at + 1, pages.len()))?;
        for place in places {
            put(&body, &line(sheet.lines.get(*place)?)?)?;
        }
    }
    Some(pages.len())
}

fn beside(app: App, printed: &PrintedDossier, source: Option<String>) -> Beside {
    let row = &printed.view.row;
    let by = app.me().map_or_else(|| common::SOMEBODY.to_owned(), |me| me.person.listed());
    let through = |all: &Vec<bannette_api::mailboxes::MailboxSummary>| {
        let through = all.iter().filter(|one| row.mailboxes.contains(&one.id));
        through.map(|one| format!("{} {}", mailbox::kind(one.kind), one.address)).collect::<Vec<_>>()
    };
    let mailboxes = leptos::prelude::WithUntracked::with_untracked(&app.mailboxes, through);
    Beside {
        received: clock::local(row.received_at).date_time(),
        validated: row
            .validated
            .as_ref()
            .map(|done| format!("le {} par {}", clock::local(done.at).date_time(), app.listed(done.by))),
        source,
        foot: words::foot(&clock::local(printed.at).date_time(), &by, &mailboxes),
    }
}

/// Puts a dossier on the page for paper. Gives how many pages it has; nothing where it could not be laid out.
pub fn lay_out(app: App, printed: &PrintedDossier, source: Option<String>) -> Option<usize> {
    take_away();
    let sheet = sheet(printed, &beside(app, printed, source));
    let paper = element("div", "", None)?;
    paper.set_id(ID);
    paper.set_attribute("aria-hidden", "true").ok()?;
    document().body()?.append_child(&paper).ok()?;
    let pages = lay(&paper, &sheet);
    if pages.is_none() {
        take_away();
    }
    pages
}

/// How long it stays after the gesture that ends it. The web views draw what they print after the system's dialog has
/// closed: a key that was pressed twice there must not leave the paper without its dossier.
const STAYS: Duration = Duration::from_secs(10);

/// Marks that its end is under way.
const ENDING: &str = "data-ending";

/// Takes it from the page, in a while.
pub fn take_away_soon() {
    let paper = document().get_element_by_id(ID).filter(|paper| !paper.has_attribute(ENDING));
    if let Some(paper) = paper
        && paper.set_attribute(ENDING, "true").is_ok()
    {
        // This very one: another may stand there by then.
        set_timeout(move || paper.remove(), STAYS);
    }
}

/// Takes it from the page at once: what would be printed from now on is no dossier.
pub fn take_away() {
    if let Some(paper) = document().get_element_by_id(ID) {
        paper.remove();
    }
}
