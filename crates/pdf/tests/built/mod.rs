//! Writes PDFs object by object, the wrong ones too.
#![allow(dead_code, reason = "each test file uses what it needs")]

use flate2::Compression;
use flate2::write::ZlibEncoder;
use std::io::Write as _;

/// A file of these objects, numbered from 1; the first is the catalogue.
pub fn file<O: AsRef<[u8]>>(objects: &[O]) -> Vec<u8> {
    with_trailer(objects, "")
}

/// The same, with more entries in the trailer.
pub fn with_trailer<O: AsRef<[u8]>>(objects: &[O], more: &str) -> Vec<u8> {
    let mut file = b"%PDF-1.7\n%\xE2\xE3\xCF\xD3\n".to_vec();
    let mut offsets = Vec::new();
    for (number, object) in (1..).zip(objects) {
        offsets.push(file.len());
        file.extend_from_slice(format!("{number} 0 obj\n").as_bytes());
        file.extend_from_slice(object.as_ref());
        file.extend_from_slice(b"\nendobj\n");
    }
    let start = file.len();
    let size = objects.len() + 1;
    file.extend_from_slice(format!("xref\n0 {size}\n0000000000 65535 f \n").as_bytes());
    for offset in offsets {
        file.extend_from_slice(format!("{offset:010} 00000 n \n").as_bytes());
    }
    file.extend_from_slice(
        format!("trailer\n<< /Size {size} /Root 1 0 R {more} >>\nstartxref\n{start}\n%%EOF\n").as_bytes(),
    );
    file
}

/// A page of this content; `page` adds entries to the page, the objects follow from number 5 on.
pub fn page(page: &str, content: impl AsRef<[u8]>, more: &[Vec<u8>]) -> Vec<u8> {
    let mut objects = vec![
        b"<< /Type /Catalog /Pages 2 0 R >>".to_vec(),
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>".to_vec(),
        format!("<< /Type /Page /Parent 2 0 R /Contents 4 0 R {} {page} >>", media_box(page)).into_bytes(),
        stream("", content.as_ref()),
    ];
    objects.extend_from_slice(more);
    file(&objects)
}

fn media_box(page: &str) -> &'static str {
    if page.contains("/MediaBox") { "" } else { "/MediaBox [0 0 595 842]" }
}

pub fn stream(entries: &str, content: &[u8]) -> Vec<u8> {
    let mut object = format!("<< /Length {} {entries} >>\nstream\n", content.len()).into_bytes();
    object.extend_from_slice(content);
    object.extend_from_slice(b"\nendstream");
    object
}

pub fn deflated(entries: &str, content: &[u8]) -> Vec<u8> {
    stream(&format!("/Filter /FlateDecode {entries}"), &zlib(content))
}

pub fn zlib(content: &[u8]) -> Vec<u8> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(content).unwrap();
    encoder.finish().unwrap()
}

/// So many zeros, compressed without being made first.
pub fn bomb(bytes: usize) -> Vec<u8> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::fast());
    let piece = vec![b' '; 1 << 20];
    for _ in 0..bytes >> 20 {
        encoder.write_all(&piece).unwrap();
    }
    encoder.finish().unwrap()
}
