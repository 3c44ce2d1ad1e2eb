//! Hostile and damaged files: no panic, a typed answer, bounded time.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test fails by panicking")]

mod built;

use bannette_pdf::{Limits, PdfTrouble, Picture, Text, pages, render, text};
use built::{bomb, deflated, file, page, stream, with_trailer};
use std::time::{Duration, Instant};

/// All three ways, each inside its time. Says how long each took (`--nocapture`).
fn tried(name: &str, bytes: &[u8]) -> (Text, Result<Picture, PdfTrouble>) {
    let clock = Instant::now();
    let count = pages(bytes);
    let counted = clock.elapsed();
    let read = text(bytes, &Limits::default(), &|| true);
    let texted = clock.elapsed() - counted;
    let large = bytes.to_vec();
    // As the core does: a stack that forms in forms and patterns in patterns fit in.
    let rendering = std::thread::Builder::new().stack_size(16 << 20);
    let picture = rendering.spawn(move || render(&large, 0, 1000, &|| true)).unwrap().join().unwrap();
    let rendered = clock.elapsed() - counted - texted;
    let result = picture.as_ref().map(|picture| (picture.width, picture.height));
    println!(
        "{name}: {} bytes: pages {count:?} in {counted:.0?}; text {} {:?} in {texted:.0?}; picture {result:?} in {rendered:.0?}",
        bytes.len(),
        read.text.len(),
        read.defects,
    );
    for time in [counted, texted, rendered] {
        assert!(time < Duration::from_secs(10), "{name}: {time:?}");
    }
    (read, picture)
}

/// Whatever the answer.
fn survives(name: &str, bytes: &[u8]) {
    let _ = tried(name, bytes);
}

fn refused(name: &str, bytes: &[u8], trouble: PdfTrouble) {
    let (read, picture) = tried(name, bytes);
    assert_eq!((read.text.as_str(), picture), ("", Err(trouble)), "{name}");
}

#[test]
fn what_is_no_pdf_or_encrypted_is_said_to_be() {
    refused("empty", b"", PdfTrouble::NotPdf);
    refused("a zip", b"PK\x03\x04 something", PdfTrouble::NotPdf);
    refused("a mark alone", b"%PDF-1.7", PdfTrouble::Damaged);
    let objects =
        ["<< /Type /Catalog /Pages 2 0 R >>", "<< /Type /Pages /Kids [] /Count 0 >>", "<< /Filter /Standard >>"];
    refused("encrypted", &with_trailer(&objects, "/Encrypt 3 0 R"), PdfTrouble::Encrypted);
    refused("no pages", &file(&objects), PdfTrouble::NoSuchPage);
}

#[test]
fn page_trees_without_end_end() {
    let catalogue = "<< /Type /Catalog /Pages 2 0 R >>".to_owned();
    let own = file(&[&catalogue, "<< /Type /Pages /Kids [2 0 R 2 0 R] /Count 1 >>"]);
    refused("a tree in itself", &own, PdfTrouble::NoSuchPage);
    let inline = file(&[&catalogue, "<< /Type /Pages /Kids 3 0 R >>", "[<< /Type /Pages /Kids 3 0 R >>]"]);
    refused("a list in itself", &inline, PdfTrouble::Unusual);
    let mut shared = vec![catalogue.clone(), "<< /Type /Pages /Kids 3 0 R >>".to_owned()];
    shared.extend((4..30).map(|next| format!("[{}]", format!("<< /Type /Pages /Kids {next} 0 R >>").repeat(10))));
    shared.push("[<< /Type /Page >>]".to_owned());
    refused("ten times ten times ten pages", &file(&shared), PdfTrouble::Unusual);
    let hidden = file(&[&catalogue, "<< /Type /Pages /K#69ds 3 0 R >>", "[<< /Type /Pages /K#69ds 3 0 R >>]"]);
    refused("a list in itself, hidden", &hidden, PdfTrouble::Unusual);
    let in_stream = b"2 0 3 40 << /Type /Pages /Kids 3 0 R >>         [<< /Type /Pages /Kids 3 0 R >>]";
    let packed = [catalogue.clone().into_bytes(), deflated("/Type /ObjStm /N 2 /First 8", in_stream)];
    refused("a list in itself, packed", &file(&packed), PdfTrouble::Unusual);
    let mut deep = vec![catalogue.clone()];
    deep.extend((3..50_000).map(|next| format!("<< /Type /Pages /Kids [{next} 0 R] >>")));
    deep.push("<< /Type /Page /MediaBox [0 0 100 100] >>".to_owned());
    let (_, picture) = tried("a deep tree", &file(&deep));
    assert!(picture.is_ok());
    let mut many = vec![catalogue, String::new()];
    many.extend((0..50_000).map(|_| "<< /Type /Page >>".to_owned()));
    let kids: Vec<String> = (3..50_003).map(|page| format!("{page} 0 R")).collect();
    many[1] = format!("<< /Type /Pages /Kids [{}] >>", kids.join(" "));
    refused("many pages", &file(&many), PdfTrouble::TooManyPages);
}

#[test]
fn references_in_circles_end() {
    let circle = file(&["<< /Type /Catalog /Pages 2 0 R >>", "2 0 R"]);
    refused("an object that is itself", &circle, PdfTrouble::Damaged);
    let two = file(&["<< /Type /Catalog /Pages 2 0 R >>", "3 0 R", "2 0 R"]);
    refused("two that are each other", &two, PdfTrouble::Damaged);
    let length = file(&[
        "<< /Type /Catalog /Pages 2 0 R >>",
        "<< /Type /Pages /Kids [3 0 R] >>",
        "<< /Type /Page /MediaBox [0 0 100 100] /Contents 4 0 R >>",
        "<< /Length 4 0 R >>\nstream\n0 0 m\nendstream",
    ]);
    survives("a stream whose length is itself", &length);
    let mut previous = String::from_utf8_lossy(&circle).replace("/Size", "/Prev 9 /Size").into_bytes();
    previous.truncate(previous.len() - 1);
    survives("a table before itself", &previous);
}

#[test]
fn sizes_of_pages_are_bounded() {
    let sizes = [
        ("huge", "[0 0 1000000000 1000000000]"),
        ("endless", "[0 0 99999999999999999999999999999999999999999999 1]"),
        ("a roll", "[0 0 10 1000000]"),
        ("a band", "[0 0 1000000 10]"),
        ("nothing", "[0 0 0 0]"),
        ("turned", "[595 842 0 0]"),
        ("far away", "[1000000000000 1000000000000 2000000000000 2000000000000]"),
        ("negative", "[-1000000000 -1000000000 -999999000 -999999000]"),
        ("words", "[/a (b) null true]"),
    ];
    for (name, size) in sizes {
        let bytes = page(
            &format!("/MediaBox {size}"),
            "BT /F1 12 Tf 10 10 Td (mots) Tj ET 0 0 1000000000 1000000000 re f",
            &[],
        );
        let (read, picture) = tried(name, &bytes);
        assert_eq!(read.text, "mots", "{name}");
        if let Ok(picture) = picture {
            assert!(picture.width <= 2400 && picture.height <= 4000, "{name}");
        }
    }
    let user_unit =
        page("/UserUnit 1000000 /Rotate 90 /CropBox [-1000000000 -1000000000 1000000000 1000000000]", "", &[]);
    assert!(tried("a unit of its own", &user_unit).1.is_ok());
}

#[test]
fn a_million_orders_are_not_too_many_or_are_refused() {
    let many = |order: &str| order.repeat(1_000_000);
    for order in ["q\n", "Q\n", "n\n", "1 0 0 1 0 0 cm\n", "0 g\n", "BT\n", "0 0 m\n", "1 1 l\n", "[]\n", "<<\n", "(\n"]
    {
        survives(&format!("a million {order:?}"), &page("", many(order), &[]));
    }
    refused_picture("a million lines", &page("", many("0 0 m 9 9 l S\n"), &[]));
    refused_picture("a million points", &page("", format!("0 0 m {} S", "595 842 l 0 0 l ".repeat(1_000_000)), &[]));
    refused_picture("a million sheets", &page("", many("0 0 595 842 re f\n"), &[]));
    refused_picture("a million texts", &page("", format!("BT /F1 9 Tf {} ET", many("(a) Tj\n")), &[]));
    refused_picture("a text of a million", &page("", format!("BT /F1 9 Tf ({}) Tj ET", many("a")), &[]));
    refused_picture("a million clips", &page("", many("0 0 m 9 9 l 9 0 l h W n\n"), &[]));
    // Just under the limits: these are rendered, and must not take for ever.
    survives("wide sheets", &page("", "0 0 m 595 0 l 600 842 l 0 842 l h f\n".repeat(9_000), &[]));
    survives("many lines", &page("", "0 0 m 595 842 l S\n".repeat(90_000), &[]));
    survives("much text", &page("", format!("BT /F1 400 Tf {} ET", "(Wg) Tj 0 0 Td\n".repeat(9_000)), &[]));
}

fn refused_picture(name: &str, bytes: &[u8]) {
    assert_eq!(tried(name, bytes).1, Err(PdfTrouble::TooLarge), "{name}");
}

#[test]
fn what_unpacks_without_end_is_refused() {
    let gigabyte = bomb(1 << 30);
    let with = |entries: &str| stream(entries, &gigabyte);
    let content = |object: Vec<u8>| {
        file(&[
            b"<< /Type /Catalog /Pages 2 0 R >>".to_vec(),
            b"<< /Type /Pages /Kids [3 0 R] >>".to_vec(),
            b"<< /Type /Page /MediaBox [0 0 100 100] /Contents 4 0 R >>".to_vec(),
            object,
        ])
    };
    refused("a bomb", &content(with("/Filter /FlateDecode")), PdfTrouble::TooLarge);
    refused(
        "a packed bomb of objects",
        &content(with("/Type /ObjStm /N 1 /First 4 /Filter /FlateDecode")),
        PdfTrouble::TooLarge,
    );
    refused("a bomb without its name", &content(with("/Filter/F#6cateDecode")), PdfTrouble::TooLarge);
    let twice = built::zlib(&gigabyte);
    refused("a bomb in a bomb", &content(stream("/Filter [/FlateDecode /FlateDecode]", &twice)), PdfTrouble::Unusual);
    refused("a filter elsewhere", &content(stream("/Filter 9 0 R", &twice)), PdfTrouble::Unusual);
    let sixteen = bomb(100 << 20);
    refused("a large content", &content(stream("/Filter /FlateDecode", &sixteen)), PdfTrouble::TooLarge);
    let again = vec!["4 0 R"; 900].join(" ");
    let repeated = file(&[
        b"<< /Type /Catalog /Pages 2 0 R >>".to_vec(),
        b"<< /Type /Pages /Kids [3 0 R] >>".to_vec(),
        format!("<< /Type /Page /MediaBox [0 0 100 100] /Contents [{again}] >>").into_bytes(),
        stream("/Filter /FlateDecode", &bomb(15 << 20)),
    ]);
    refused("a content again and again", &repeated, PdfTrouble::TooLarge);
    // A stored block whose two lengths disagree: strict readers end there, forgiving ones go on into the bomb.
    let mut forgiven = vec![0x78, 0x9c, 0x00, 0x01, 0x00, 0x00, 0x00, b'q'];
    forgiven.extend_from_slice(&gigabyte[2..]);
    refused("a bomb for the forgiving", &content(stream("/Filter /FlateDecode", &forgiven)), PdfTrouble::TooLarge);
    let pages = 200;
    let mut shared = vec![b"<< /Type /Catalog /Pages 2 0 R >>".to_vec(), Vec::new()];
    shared.push(stream("/Filter /FlateDecode", &bomb(15 << 20)));
    shared.extend((0..pages).map(|_| b"<< /Type /Page /Contents 3 0 R >>".to_vec()));
    let kids: Vec<String> = (4..4 + pages).map(|page| format!("{page} 0 R")).collect();
    shared[1] = format!("<< /Type /Pages /Kids [{}] >>", kids.join(" ")).into_bytes();
    survives("a content shared by all pages", &file(&shared));
}

#[test]
fn repairing_is_bounded() {
    let objects: String = (1..20_000).map(|number| format!("{number} 0 obj (\n")).collect();
    survives("strings without end", format!("%PDF-1.7\n{objects}").as_bytes());
    survives("strings without end, with a table", format!("%PDF-1.7\n{objects}\nstartxref\n9\n%%EOF").as_bytes());
    let lists: String = (1..20_000).map(|number| format!("{number} 0 obj [\n")).collect();
    survives("lists without end", format!("%PDF-1.7\n{lists}").as_bytes());
    let dictionaries: String = (1..20_000).map(|number| format!("{number} 0 obj << /Type /ObjStm\n")).collect();
    survives("dictionaries without end", format!("%PDF-1.7\n{dictionaries}\nstartxref\n9\n%%EOF").as_bytes());
    survives("dictionaries in dictionaries", format!("%PDF-1.7\n1 0 obj {}", "<< /a ".repeat(200_000)).as_bytes());
    let streams = "stream\n\x78\x01\x00".repeat(19_000);
    survives("many streams", format!("%PDF-1.7\n{streams}").as_bytes());
    let large = vec![b'('; 25 << 20];
    survives("25 MiB of nothing", &[b"%PDF-1.7\n".as_slice(), &large[9..]].concat());
}
