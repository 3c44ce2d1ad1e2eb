//! Files damaged at random: no panic leaves, every answer is typed, and what is whole stays readable.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test fails by panicking")]

mod built;

use bannette_pdf::{Limits, PdfTrouble, pages, render, text};
use bannette_synthetic::Generator;
use proptest::prelude::*;

fn all_ways(bytes: &[u8]) {
    let limits = Limits::default();
    let read = text(bytes, &limits, &|| true);
    assert!(read.text.len() <= limits.bytes);
    let counted = pages(bytes);
    if let Ok(picture) = render(bytes, 0, 200, &|| true) {
        assert_eq!(counted, Ok(picture.pages));
        assert!(picture.png.starts_with(b"\x89PNG"));
    }
}

/// A report, plain or compressed, and a page with an image, a form, a shading and a composite font.
fn whole() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![
        (0u64..20, any::<bool>()).prop_map(|(seed, compressed)| Generator::new(seed).pdf_report(2, compressed).bytes),
        Just(rich()),
    ]
}

fn rich() -> Vec<u8> {
    let object = |text: &str| text.as_bytes().to_vec();
    let image = "/Subtype /Image /Width 2 /Height 2 /ColorSpace /DeviceRGB /BitsPerComponent 8";
    let map = "1 begincodespacerange <0000> <FFFF> endcodespacerange 1 beginbfrange <0001> <0010> <0041> endbfrange";
    built::page(
        "/Resources << /XObject << /I 5 0 R /F 6 0 R >> /Shading << /S 7 0 R >> /Font << /T 9 0 R >> >>",
        "q 90 0 0 90 0 0 cm /I Do Q /F Do /S sh BT /T 12 Tf 10 500 Td <00010002> Tj ET [3 2] 0 d 0 0 m 90 90 l S",
        &[
            built::deflated(image, &[7; 12]),
            built::stream("/Subtype /Form /BBox [0 0 99 99] /Matrix [1 0 0 1 5 5]", b"0 0 9 9 re f"),
            object("<< /ShadingType 2 /ColorSpace /DeviceGray /Coords [0 0 90 90] /Function 8 0 R >>"),
            object("<< /FunctionType 2 /Domain [0 1] /C0 [0] /C1 [1] /N 1 >>"),
            object(
                "<< /Type /Font /Subtype /Type0 /BaseFont /X /Encoding /Identity-H /ToUnicode 10 0 R \
                 /DescendantFonts [11 0 R] >>",
            ),
            built::stream("", map.as_bytes()),
            object("<< /Type /Font /Subtype /CIDFontType2 /BaseFont /X /W [0 [500 600] 5 9 500] >>"),
        ],
    )
}

#[test]
fn a_rich_page_is_read_and_drawn() {
    assert_eq!(text(&rich(), &Limits::default(), &|| true).text, "AB");
    assert!(render(&rich(), 0, 200, &|| true).is_ok());
}

#[test]
fn a_file_cut_short_anywhere_is_answered() {
    let report = Generator::new(1).pdf_report(1, true).bytes;
    for cut in (0..report.len()).step_by(7) {
        let part = &report[..cut];
        let read = text(part, &Limits::default(), &|| true);
        if cut < 8 {
            assert!(matches!(pages(part), Err(PdfTrouble::NotPdf | PdfTrouble::Damaged)));
            assert_eq!(read.text, "");
        }
    }
    // Without its table the file is repaired.
    let table = report.windows(4).position(|four| four == b"xref").unwrap();
    let read = text(&report[..table], &Limits::default(), &|| true);
    assert!(read.text.contains("Potassium") || !read.defects.is_empty());
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, ..ProptestConfig::default() })]

    #[test]
    fn any_cut(bytes in whole(), at in any::<prop::sample::Index>()) {
        all_ways(&bytes[..at.index(bytes.len())]);
    }

    #[test]
    fn any_bytes_changed(
        mut bytes in whole(),
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..8),
    ) {
        for (at, byte) in changes {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        all_ways(&bytes);
    }

    #[test]
    fn any_piece_repeated_or_lost(
        bytes in whole(),
        one in any::<prop::sample::Index>(),
        other in any::<prop::sample::Index>(),
        to in any::<prop::sample::Index>(),
    ) {
        let (one, other) = (one.index(bytes.len()), other.index(bytes.len()));
        let piece = bytes[one.min(other)..one.max(other)].to_vec();
        let mut more = bytes.clone();
        let at = to.index(bytes.len());
        more.splice(at..at, piece.iter().copied());
        all_ways(&more);
        let mut less = bytes;
        less.drain(one.min(other)..one.max(other));
        all_ways(&less);
    }

    #[test]
    fn any_numbers_changed(
        bytes in whole(),
        which in any::<prop::sample::Index>(),
        number in prop_oneof![Just("0"), Just("-1"), Just("2147483648"), Just("99999999999999999999"), Just("0.000001"), Just("1 0 R")],
    ) {
        let digits: Vec<usize> = (0..bytes.len()).filter(|at| bytes[*at].is_ascii_digit()).collect();
        let at = digits[which.index(digits.len())];
        let end = (at..bytes.len()).find(|at| !bytes[*at].is_ascii_digit()).unwrap_or(bytes.len());
        let mut changed = bytes;
        changed.splice(at..end, number.bytes());
        all_ways(&changed);
    }

    #[test]
    fn any_content(content in "[ -~]{0,300}") {
        all_ways(&built::page("", content, &[]));
    }
}
