//! Archives made to hurt, and archives that were hurt: limits come before work, and what can be read is read.
#![allow(clippy::indexing_slicing, clippy::unwrap_used, clippy::panic)] // a test may fail so

use bannette_api::report::WarningCode;
use bannette_formats::{Message, Source, limits, read, summarise};
use bannette_synthetic::{Generator, XdmDocument, Zip};
use proptest::prelude::*;
use std::time::{Duration, Instant};

/// Far more than a debug build on a busy machine needs.
const GUARD: Duration = Duration::from_secs(20);

fn file(bytes: &[u8]) -> Message {
    let start = Instant::now();
    let message = read(Source::File { name: "a.zip" }, bytes);
    assert!(start.elapsed() < GUARD, "{:?} for {} bytes", start.elapsed(), bytes.len());
    assert_eq!(summarise(&message).len(), message.reports.len());
    assert!(message.attachments.iter().any(|part| part.bytes == bytes), "the archive itself is always kept");
    let unpacked: usize = message.attachments.iter().map(|part| part.bytes.len()).sum();
    assert!(unpacked <= bytes.len() + limits::UNPACKED_BYTES);
    message
}

fn warned(message: &Message, code: WarningCode) -> bool {
    message.warnings.iter().any(|warning| warning.code == code)
}

fn names(message: &Message) -> Vec<&str> {
    message.attachments.iter().skip(1).filter_map(|part| part.document.name.as_deref()).collect()
}

#[test]
fn an_entry_a_hundred_times_its_size_is_not_unpacked() {
    let zeros = vec![0u8; 8 << 20];
    let zip = Zip::new().deflated("bombe.bin", &zeros).stored("a.pdf", b"%PDF-1.4").finish();
    assert!(zeros.len() / zip.len() > limits::ARCHIVE_RATIO, "{}", zip.len());
    let message = file(&zip);
    assert!(warned(&message, WarningCode::ArchiveLimit));
    assert_eq!(names(&message), ["a.pdf"], "the others are");
    let small = Zip::new().deflated("blancs.txt", &vec![b' '; limits::ARCHIVE_SMALL_ENTRY]).finish();
    assert_eq!(names(&file(&small)), ["blancs.txt"], "what is small is unpacked whatever its ratio");
}

#[test]
fn an_entry_that_lies_about_its_size_is_stopped_or_said() {
    let zeros = vec![0u8; 8 << 20];
    let message = file(&Zip::new().lying("bombe.bin", &zeros, 10).finish());
    assert!(warned(&message, WarningCode::ArchiveLimit));
    assert!(names(&message).is_empty());
    for said in [1, 100_000] {
        let text: Vec<u8> = (0..5000u32).flat_map(|n| n.to_string().into_bytes()).collect();
        let message = file(&Zip::new().lying("texte.txt", &text, said).finish());
        assert!(warned(&message, WarningCode::BrokenArchive), "{said}");
        assert_eq!(message.attachments[1].bytes, text, "{said}");
    }
}

#[test]
fn more_than_the_limit_in_all_is_not_opened() {
    let most = u32::try_from(limits::UNPACKED_BYTES).unwrap();
    let zip = Zip::new().lying("a.bin", b"x", most / 2).lying("b.bin", b"x", most / 2 + 1);
    let message = file(&zip.stored("c.pdf", b"%PDF-1.4").finish());
    assert!(warned(&message, WarningCode::ArchiveLimit));
    assert_eq!(message.attachments.len(), 1, "not even the small one");
}

#[test]
fn more_entries_than_the_limit_are_not_opened() {
    let of = |count: usize| (0..count).fold(Zip::new(), |zip, n| zip.stored(&format!("{n}.txt"), b"x")).finish();
    assert_eq!(file(&of(limits::ARCHIVE_ENTRIES)).attachments.len(), 2, "the same content a thousand times is one");
    let message = file(&of(limits::ARCHIVE_ENTRIES + 1));
    assert!(warned(&message, WarningCode::ArchiveLimit));
    assert_eq!(message.attachments.len(), 1);
}

#[test]
fn entries_count_over_all_archives_of_a_message() {
    let inner = (0..600).fold(Zip::new(), |zip, n| zip.stored(&format!("{n}.txt"), b"x")).finish();
    let message = file(&Zip::new().stored("a.zip", &inner).stored("b.zip", &[&inner[..], b" "].concat()).finish());
    assert!(warned(&message, WarningCode::ArchiveLimit));
}

#[test]
fn entries_over_one_another_are_refused() {
    let zip = (0..50).fold(Zip::new().deflated("a.txt", b"contenu"), |zip, n| zip.over_the_first(&format!("{n}.txt")));
    let message = file(&zip.finish());
    assert!(warned(&message, WarningCode::ArchiveLimit));
    assert_eq!(message.attachments.len(), 1);
}

#[test]
fn an_archive_in_an_archive_is_opened_and_no_deeper() {
    let mut zip = Zip::new().stored("fond.pdf", b"%PDF-1.4 fond").finish();
    for level in 1..4 {
        let message = file(&zip);
        assert_eq!(names(&message).contains(&"fond.pdf"), level <= limits::ARCHIVE_DEPTH, "{level}");
        assert_eq!(warned(&message, WarningCode::ArchiveLimit), level > limits::ARCHIVE_DEPTH, "{level}");
        zip = Zip::new().stored(&format!("niveau{level}.zip"), &zip).finish();
    }
}

#[test]
fn an_archive_that_holds_itself_ends() {
    let mut zip = Zip::new().stored("a.txt", b"x").finish();
    for _ in 0..200 {
        zip = Zip::new().deflated("encore.zip", &zip).stored("encore2.zip", &zip).finish();
        if zip.len() > 1 << 20 {
            break;
        }
    }
    assert!(warned(&file(&zip), WarningCode::ArchiveLimit));
}

#[test]
fn large_archives_are_read() {
    let zip = Zip::new().deflated("a.pdf", b"%PDF-1.4 a").stored("b.pdf", b"%PDF-1.4 b");
    for bytes in [zip.clone().finish_large(), [b"avant ".as_slice(), &zip.clone().finish()].concat()] {
        if bytes.starts_with(b"PK") {
            let message = file(&bytes);
            assert_eq!(names(&message), ["a.pdf", "b.pdf"]);
            assert_eq!(message.warnings, []);
        }
    }
    let mut huge = zip.finish_large();
    // The first entry says that it would be four thousand million times as large.
    let at = huge.windows(4).position(|window| window == [1, 0, 24, 0]).unwrap() + 4;
    huge[at + 7] = 0x7F;
    assert!(warned(&file(&huge), WarningCode::ArchiveLimit));
}

#[test]
fn an_archive_cut_short_is_read_as_far_as_it_goes() {
    let whole = Zip::new().stored("a.pdf", b"%PDF-1.4 a").deflated("b.pdf", b"%PDF-1.4 bbbbbbbbbbb").finish();
    let directory = whole.windows(4).position(|window| window == b"PK\x01\x02").unwrap();
    let message = file(&whole[..directory]);
    assert_eq!(names(&message), ["a.pdf", "b.pdf"]);
    assert!(warned(&message, WarningCode::BrokenArchive));
    let message = file(&whole[..directory - 4]);
    assert_eq!(names(&message), ["a.pdf", "b.pdf"]);
    let message = file(&whole[..50]);
    assert!(warned(&message, WarningCode::BrokenArchive));
    assert_eq!(file(b"PK\x03\x04").attachments.len(), 1);
    assert!(warned(&file(b"PK\x03\x04"), WarningCode::BrokenArchive));
}

#[test]
fn a_cut_archive_whose_sizes_stand_behind_is_read() {
    let mut bytes = Vec::new();
    for (name, content) in [("a.pdf", "%PDF-1.4 a"), ("b.pdf", "%PDF-1.4 b")] {
        bytes.extend_from_slice(b"PK\x03\x04\x14\0\x08\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\x05\0\0\0");
        bytes.extend_from_slice(name.as_bytes());
        bytes.extend_from_slice(content.as_bytes());
        bytes.extend_from_slice(b"PK\x07\x08\0\0\0\0\x0A\0\0\0\x0A\0\0\0");
    }
    let message = file(&bytes);
    assert_eq!(names(&message), ["a.pdf", "b.pdf"]);
    assert_eq!(message.attachments[2].bytes, b"%PDF-1.4 b");
}

#[test]
fn a_changed_content_is_said_and_kept() {
    let mut zip = Zip::new().stored("a.pdf", b"%PDF-1.4 contenu").finish();
    let at = zip.windows(7).position(|window| window == b"contenu").unwrap();
    zip[at] = b'C';
    let message = file(&zip);
    assert!(warned(&message, WarningCode::BrokenArchive));
    assert_eq!(message.attachments[1].bytes, b"%PDF-1.4 Contenu");
}

#[test]
fn an_encrypted_or_strangely_packed_entry_is_named() {
    let zip = Zip::new().stored("secret.pdf", b"%PDF-1.4").finish();
    let (mut encrypted, mut strange) = (zip.clone(), zip);
    let directory = encrypted.windows(4).position(|window| window == b"PK\x01\x02").unwrap();
    encrypted[directory + 8] |= 1;
    strange[directory + 10] = 9;
    let message = file(&encrypted);
    assert!(warned(&message, WarningCode::Encrypted) && message.warnings[0].message.contains("secret.pdf"));
    assert!(warned(&file(&strange), WarningCode::BrokenArchive));
}

#[test]
fn a_million_signatures_are_no_work() {
    for piece in ["PK\x03\x04", "PK\x01\x02", "PK\x05\x06", "PK", "PK\x06\x07"] {
        file(("PK\x03\x04".to_owned() + &piece.repeat(4_000_000 / piece.len())).as_bytes());
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn cut_and_flipped_archives_never_panic(
        seed in any::<u64>(),
        end in any::<prop::sample::Index>(),
        flips in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..12),
    ) {
        let (name, hprim) = Generator::new(seed).hprim_file();
        let documents = [
            XdmDocument { name: &name, media_type: "text/plain", bytes: &hprim },
            XdmDocument { name: "DOC0002.XML", media_type: "text/xml", bytes: b"<a/>" },
        ];
        let whole = Generator::new(seed).xdm(None, &documents, &[]);
        let mut bytes = whole[..4 + end.index(whole.len() - 3)].to_vec();
        for (at, byte) in &flips {
            let at = at.index(bytes.len());
            bytes[at] = *byte;
        }
        let message = read(Source::File { name: "a.zip" }, &bytes);
        prop_assert!(!message.reports.is_empty());
        prop_assert_eq!(summarise(&message).len(), message.reports.len());
        prop_assert!(message.attachments.iter().any(|part| part.bytes == bytes));
    }

    #[test]
    fn random_records_never_panic(pieces in prop::collection::vec(
        prop_oneof![
            Just(b"PK\x03\x04".to_vec()), Just(b"PK\x01\x02".to_vec()), Just(b"PK\x05\x06".to_vec()),
            Just(b"PK\x06\x06".to_vec()), Just(b"PK\x06\x07".to_vec()), prop::collection::vec(any::<u8>(), 0..40),
            Just(vec![0; 20]), Just(vec![0xFF; 8]),
        ], 0..40)) {
        let bytes = [b"PK\x03\x04".to_vec(), pieces.concat()].concat();
        let message = read(Source::File { name: "a.zip" }, &bytes);
        prop_assert!(!message.reports.is_empty());
    }
}
