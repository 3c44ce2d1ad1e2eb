//! Reports as laboratories write them: every word is found, and the page shows ink where the words stand.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test fails by panicking")]

use bannette_pdf::{Defect, Limits, PdfTrouble, pages, render, text};
use bannette_synthetic::Generator;

fn words(text: &str) -> Vec<&str> {
    text.split_whitespace().collect()
}

fn pixels(png: &[u8]) -> (u32, u32, Vec<u8>) {
    let mut reader = png::Decoder::new(std::io::Cursor::new(png)).read_info().unwrap();
    let mut data = vec![0; reader.output_buffer_size().unwrap()];
    let info = reader.next_frame(&mut data).unwrap();
    assert_eq!((info.color_type, info.bit_depth), (png::ColorType::Rgb, png::BitDepth::Eight));
    (info.width, info.height, data)
}

#[test]
fn every_word_of_a_report_is_found_in_its_order() {
    for (seed, compressed) in [(1, false), (2, true), (3, true)] {
        let report = Generator::new(seed).pdf_report(3, compressed);
        let read = text(&report.bytes, &Limits::default(), &|| true);
        assert_eq!((read.pages, &read.defects), (3, &vec![]));
        let wanted: Vec<&str> = report.pages.iter().flatten().flat_map(|piece| piece.split_whitespace()).collect();
        assert_eq!(words(&read.text), wanted);
        assert!(read.text.contains("Résultats validés électroniquement"), "accents");
        assert!(read.text.contains("n° "), "signs");
    }
}

#[test]
fn lines_of_the_table_stay_lines() {
    let report = Generator::new(4).pdf_report(1, true);
    let read = text(&report.bytes, &Limits::default(), &|| true);
    assert!(read.text.lines().any(|line| line == "Analyse Résultat Unité Valeurs de référence Antériorité"));
}

#[test]
fn a_page_shows_ink_where_its_words_stand_and_paper_elsewhere() {
    let report = Generator::new(5).pdf_report(2, true);
    assert_eq!(pages(&report.bytes), Ok(2));
    for page in 0..2u32 {
        let picture = render(&report.bytes, page, 1000, &|| true).unwrap();
        assert_eq!((picture.pages, picture.width, picture.height), (2, 1000, 1415));
        let (width, height, data) = pixels(&picture.png);
        let scale = f64::from(width) / 595.0;
        let dark = |x: std::ops::Range<u32>, y: std::ops::Range<u32>| {
            let at = |x: u32, y: u32| data[((y * width + x) * 3) as usize];
            y.flat_map(|y| x.clone().map(move |x| (x, y))).filter(|(x, y)| at(*x, *y) < 100).count()
        };
        for (place, piece) in report.places[page as usize].iter().zip(&report.pages[page as usize]) {
            let x = (f64::from(place.0) * scale) as u32;
            let y = height - (f64::from(place.1) * scale) as u32;
            assert!(dark(x..x + 12, y - 10..y) > 3, "no ink at {piece}");
        }
        // The margins are paper.
        assert_eq!(dark(0..70, 0..height) + dark(930..1000, 0..height), 0);
        if page == 0 {
            let folder = std::path::PathBuf::from(env!("CARGO_TARGET_TMPDIR"));
            std::fs::write(folder.join("report.png"), &picture.png).unwrap();
            std::fs::write(folder.join("report.pdf"), &report.bytes).unwrap();
        }
    }
    assert_eq!(render(&report.bytes, 2, 1000, &|| true), Err(PdfTrouble::NoSuchPage));
}

#[test]
fn mails_of_the_generator_hold_pdfs_that_are_read() {
    let specimen = Generator::new(6).with_pdf("cabinet@example.org", 60_000..70_000);
    let message = String::from_utf8_lossy(&specimen.message).into_owned();
    assert!(message.contains("application/pdf"));
}

#[test]
fn a_text_ends_at_its_limits() {
    let report = Generator::new(7).pdf_report(3, true);
    let one_page = text(&report.bytes, &Limits { pages: 1, ..Limits::default() }, &|| true);
    assert_eq!((one_page.pages, &one_page.defects), (3, &vec![Defect::Cut]));
    assert!(one_page.text.contains("Page 1/3") && !one_page.text.contains("Page 2/3"));
    let short = text(&report.bytes, &Limits { bytes: 100, ..Limits::default() }, &|| true);
    assert_eq!(short.defects, vec![Defect::Cut]);
    assert!(short.text.len() <= 100 && short.text.len() > 80);
    let few = text(&report.bytes, &Limits { operations: 1500, ..Limits::default() }, &|| true);
    assert_eq!(few.defects, vec![Defect::Cut]);
    assert!(!few.text.is_empty());
}

#[test]
fn the_caller_may_stop_at_any_time() {
    let report = Generator::new(8).pdf_report(3, true);
    for asked in 0..40 {
        let left = std::cell::Cell::new(asked);
        let go_on = || {
            left.set(left.get() - 1);
            left.get() >= 0
        };
        let read = text(&report.bytes, &Limits::default(), &go_on);
        if left.get() < 0 {
            assert_eq!(read.defects, vec![Defect::Trouble(PdfTrouble::Stopped)]);
        }
        left.set(asked);
        let rendered = render(&report.bytes, 0, 200, &go_on);
        if left.get() < 0 {
            assert_eq!(rendered, Err(PdfTrouble::Stopped));
        }
    }
    assert_eq!(render(&report.bytes, 0, 200, &|| false), Err(PdfTrouble::Stopped));
}
