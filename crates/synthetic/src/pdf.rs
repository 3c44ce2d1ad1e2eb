//! A PDF of one page that any reader opens, of a wanted size: the rest is a stream that nothing shows.

use crate::random::Random;

/// A PDF whose page says `title`, of about `size` bytes (never smaller than it needs).
pub(crate) fn document(title: &str, size: usize, random: &mut Random) -> Vec<u8> {
    let shown: String = title.chars().map(|c| if c.is_ascii_alphanumeric() || c == '-' { c } else { ' ' }).collect();
    let content = format!("BT /F1 18 Tf 60 760 Td ({shown}) Tj ET");
    let mut objects: Vec<Vec<u8>> = vec![
        b"<< /Type /Catalog /Pages 2 0 R >>".to_vec(),
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>".to_vec(),
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>"
            .to_vec(),
        format!("<< /Length {} >>\nstream\n{content}\nendstream", content.len()).into_bytes(),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>".to_vec(),
    ];
    let padding = size.saturating_sub(assembled(&objects).len() + 120);
    let mut stream = format!("<< /Length {padding} >>\nstream\n").into_bytes();
    stream.reserve(padding + 16);
    while stream.len() < padding {
        stream.extend_from_slice(&random.next().to_le_bytes());
    }
    let start = format!("<< /Length {padding} >>\nstream\n").len();
    stream.resize(start + padding, b' ');
    stream.extend_from_slice(b"\nendstream");
    objects.push(stream);
    assembled(&objects)
}

/// The objects as a file: the first is the catalogue, numbers go up from 1.
pub(crate) fn assembled(objects: &[Vec<u8>]) -> Vec<u8> {
    let mut file = b"%PDF-1.4\n%\xE2\xE3\xCF\xD3\n".to_vec();
    let mut offsets = Vec::with_capacity(objects.len());
    for (number, object) in (1..).zip(objects) {
        offsets.push(file.len());
        file.extend_from_slice(format!("{number} 0 obj\n").as_bytes());
        file.extend_from_slice(object);
        file.extend_from_slice(b"\nendobj\n");
    }
    let start = file.len();
    let count = objects.len() + 1;
    file.extend_from_slice(format!("xref\n0 {count}\n0000000000 65535 f \n").as_bytes());
    for offset in offsets {
        file.extend_from_slice(format!("{offset:010} 00000 n \n").as_bytes());
    }
    file.extend_from_slice(format!("trailer\n<< /Size {count} /Root 1 0 R >>\nstartxref\n{start}\n%%EOF\n").as_bytes());
    file
}
