//! Every page of a document is reached, in the order of its list, however that list is built.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test fails by panicking")]

mod built;

use bannette_pdf::{Limits, PAGES, PdfTrouble, pages, render, text};
use built::{file, stream};

/// A document of lists and pages, numbered from 2 on; the first list is the document's. A list's members are numbers.
enum Node<'a> {
    List(&'a str, &'a [u32]),
    Page(&'a str),
}

fn document(nodes: &[Node<'_>]) -> Vec<u8> {
    let mut objects = vec![b"<< /Type /Catalog /Pages 2 0 R >>".to_vec()];
    let contents = nodes.len() + 2;
    for (place, node) in nodes.iter().enumerate() {
        objects.push(match node {
            Node::List(more, kids) => {
                let kids: String = kids.iter().map(|kid| format!("{kid} 0 R ")).collect();
                format!("<< /Type /Pages /Kids [{kids}] {more} >>").into_bytes()
            }
            Node::Page(_) => {
                let content = contents + place;
                format!("<< /Type /Page /MediaBox [0 0 200 60] /Contents {content} 0 R >>").into_bytes()
            }
        });
    }
    for node in nodes {
        let words = if let Node::Page(words) = node { words } else { "" };
        objects.push(stream("", format!("BT /F1 18 Tf 10 20 Td ({words}) Tj ET").as_bytes()));
    }
    file(&objects)
}

/// Its words are those, page by page, and each page is drawn.
fn reads(what: &str, bytes: &[u8], wanted: &[&str]) {
    let read = text(bytes, &Limits::default(), &|| true);
    let words: Vec<&str> = read.text.split_whitespace().collect();
    assert_eq!((words.as_slice(), read.defects), (wanted, vec![]), "{what}");
    let count = u32::try_from(wanted.len()).unwrap();
    assert_eq!(pages(bytes), Ok(count), "{what}");
    for (number, words) in (0..).zip(wanted) {
        let picture = render(bytes, number, 200, &|| true).unwrap();
        let alone = document(&[Node::List("", &[3]), Node::Page(words)]);
        assert!(picture.png == render(&alone, 0, 200, &|| true).unwrap().png, "{what}: page {number}");
        assert_eq!(picture.pages, count, "{what}");
    }
    assert_eq!(render(bytes, count, 200, &|| true), Err(PdfTrouble::NoSuchPage), "{what}");
}

#[test]
fn a_page_that_is_named_twice_stands_there_twice() {
    use Node::{List, Page};
    let sheets = || vec![Page("un"), Page("notice"), Page("deux"), Page("fin")];
    let with = |list: Node<'static>| document(&std::iter::once(list).chain(sheets()).collect::<Vec<_>>());
    let notice = ["un", "notice", "deux", "notice", "fin"];
    reads("twice", &with(List("/Count 5", &[3, 4, 5, 4, 6])), &notice);
    reads(
        "in a row",
        &with(List("/Count 6", &[3, 4, 4, 4, 5, 6])),
        &["un", "notice", "notice", "notice", "deux", "fin"],
    );
    reads("at both ends", &with(List("", &[6, 3, 4, 5, 6])), &["fin", "un", "notice", "deux", "fin"]);
    for count in ["/Count 1", "/Count 400", "/Count -5", "/Count (five)", "/Count 0"] {
        reads(count, &with(List(count, &[3, 4, 5, 4, 6])), &notice);
    }
}

#[test]
fn a_list_that_is_shared_stands_wherever_it_is_named() {
    use Node::{List, Page};
    let shared = [List("/Count 5", &[3, 6, 3]), List("/Count 2", &[4, 5]), Page("un"), Page("deux"), Page("fin")];
    reads("lists", &document(&shared), &["un", "deux", "fin", "un", "deux"]);
    let deep = [List("", &[3, 3, 7]), List("", &[4, 6]), List("", &[5, 5]), Page("un"), Page("deux"), Page("fin")];
    reads("in lists", &document(&deep), &["un", "un", "deux", "un", "un", "deux", "fin"]);
    let in_itself = [List("", &[3, 2, 4]), Page("un"), Page("deux")];
    reads("in itself", &document(&in_itself), &["un", "deux"]);
    let each_other = [List("", &[3, 4]), List("", &[4, 5]), List("", &[3, 6]), Page("un"), Page("deux")];
    reads("in each other", &document(&each_other), &["deux", "un", "un", "deux"]);
}

#[test]
fn shared_lists_do_not_make_pages_without_end() {
    use Node::{List, Page};
    // Ten times ten times ten…
    let tens: Vec<[u32; 10]> = (3..40).map(|next| [next; 10]).collect();
    let mut nodes: Vec<Node<'_>> = tens.iter().map(|kids| List("", kids)).collect();
    nodes.push(Page("un"));
    let bytes = document(&nodes);
    assert_eq!(pages(&bytes), Err(PdfTrouble::TooManyPages));
    assert_eq!(render(&bytes, 0, 200, &|| true), Err(PdfTrouble::TooManyPages));
    let read = text(&bytes, &Limits::default(), &|| true);
    assert!(read.text.split_whitespace().count() <= usize::try_from(PAGES).unwrap());
    // The same of nothing at all.
    nodes.pop();
    nodes.push(List("", &[]));
    assert!(pages(&document(&nodes)).is_err());
}

#[test]
fn what_the_list_names_wrongly_hides_no_page() {
    use Node::{List, Page};
    reads("nothing there", &document(&[List("", &[3, 90, 4]), Page("un"), Page("deux")]), &["un", "deux"]);
    reads(
        "an empty list",
        &document(&[List("", &[3, 4, 5]), Page("un"), List("", &[]), Page("deux")]),
        &["un", "deux"],
    );
    // A list that does not say what it is: the parser takes it for a page.
    let plain = document(&[List("", &[3, 4]), Page("un"), List("", &[5]), Page("deux")]);
    let mut untyped = plain.clone();
    let at = plain.windows(28).position(|part| part == b"/Type /Pages /Kids [5 0 R ] ").unwrap();
    untyped[at..at + 12].fill(b' ');
    assert_ne!(plain, untyped);
    assert_eq!(render(&untyped, 0, 200, &|| true), Err(PdfTrouble::Unusual), "it says that it cannot be shown");
}
