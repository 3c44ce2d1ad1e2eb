//! Signs of fonts that are not in the document: drawn as what they are, or told as missing; never as another sign.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test fails by panicking")]

mod built;

use bannette_pdf::{Limits, Picture, render, text};
use built::{deflated, page, stream};

/// A page that shows these bytes in this font; `more` are the objects from number 6 on.
fn shown_with(font: &str, bytes: &[u8], more: &[Vec<u8>]) -> Vec<u8> {
    let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    let mut objects = vec![font.as_bytes().to_vec()];
    objects.extend_from_slice(more);
    let own = "/MediaBox [0 0 120 60] /Resources << /Font << /F1 5 0 R >> >>";
    page(own, format!("BT /F1 30 Tf 10 20 Td <{hex}> Tj ET"), &objects)
}

fn drawn(bytes: &[u8]) -> Picture {
    render(bytes, 0, 240, &|| true).unwrap()
}

fn shown(font: &str, bytes: &[u8]) -> Picture {
    drawn(&shown_with(font, bytes, &[]))
}

fn letters(kind: &str, name: &str, more: &str) -> String {
    format!("<< /Type /Font /Subtype /{kind} /BaseFont /{name} {more} >>")
}

/// A font whose codes from 128 on are these signs.
fn with_names(kind: &str, name: &str, names: &[&str]) -> String {
    let widths = "600 ".repeat(224);
    letters(kind, name, &format!("{} /FirstChar 32 /LastChar 255 /Widths [{widths}]", encoding(names)))
}

fn encoding(names: &[&str]) -> String {
    let names: String = names.iter().map(|name| format!("/{name} ")).collect();
    format!("/Encoding << /BaseEncoding /WinAnsiEncoding /Differences [128 {names}] >>")
}

/// Every picture is another, none is blank, and none is told as lacking something.
fn all_differ(what: &str, pictures: &[Picture]) {
    let blank = shown(&letters("Type1", "Helvetica", ""), b" ");
    for (place, picture) in pictures.iter().enumerate() {
        assert!(!picture.signs_missing, "{what}: sign {place} is told as missing");
        assert_ne!(picture.png, blank.png, "{what}: sign {place} is not drawn");
        assert!(pictures[..place].iter().all(|other| other.png != picture.png), "{what}: sign {place} twice");
    }
}

#[test]
fn signs_by_their_names_are_drawn_in_every_font_of_letters() {
    let names = [
        "greaterequal",
        "lessequal",
        "notequal",
        "alpha",
        "beta",
        "gamma",
        "Delta",
        "kappa",
        "lambda",
        "mu",
        "arrowup",
        "arrowdown",
        "arrowright",
        "plusminus",
        "approxequal",
        "infinity",
        "radical",
        "summation",
        "perthousand",
        "element",
        "uni2261",
        "uni2080",
        "uni2081",
        "uni00B3",
        "uni2074",
        "Omega",
        "pi",
        "degree",
        "twosuperior",
        "universal",
    ];
    for (kind, font) in [
        ("TrueType", "ArialMT"),
        ("Type1", "Helvetica"),
        ("Type1", "Times-Roman"),
        ("TrueType", "TimesNewRomanPS-BoldMT"),
        ("Type1", "Courier-Bold"),
        ("TrueType", "Calibri"),
        ("TrueType", "ABCDEF+Arial,Italic"),
    ] {
        let font = with_names(kind, font, &names);
        let pictures: Vec<Picture> = (0..names.len()).map(|place| shown(&font, &[128 + place as u8])).collect();
        all_differ(&font, &pictures);
    }
}

#[test]
fn every_letter_of_the_usual_encodings_is_drawn() {
    for font in ["Helvetica", "Times-Italic", "Courier", "Arial-BoldMT", "Verdana", "CenturyGothic"] {
        for encoding in ["WinAnsiEncoding", "MacRomanEncoding", "StandardEncoding"] {
            let font = letters("Type1", font, &format!("/Encoding /{encoding}"));
            let codes: Vec<u8> = (33..127).chain(161..=175).chain([0x80, 0xb5, 0xb1, 0xe9]).collect();
            let picture = shown(&font, &codes);
            assert!(!picture.signs_missing || encoding == "StandardEncoding", "{font}");
        }
    }
}

#[test]
fn symbol_is_drawn_by_its_codes_under_each_of_its_names() {
    // ≥ ≤ α β Δ µ ° ± ∞ ↑ ↓ ≠ ≡ ≈ → ∈ ∑
    let codes = b"\xb3\xa3abDm\xb0\xb1\xa5\xad\xaf\xb9\xba\xbb\xae\xce\xe5";
    let of = |font: &str| -> Vec<Picture> { codes.iter().map(|code| shown(font, &[*code])).collect() };
    let wanted = of(&letters("Type1", "Symbol", ""));
    all_differ("Symbol", &wanted);
    for (kind, name, more) in [
        ("TrueType", "SymbolMT", ""),
        ("TrueType", "SymbolMT", "/Encoding /WinAnsiEncoding"),
        ("Type1", "Symbol", "/Encoding /StandardEncoding"),
        ("TrueType", "ABCDEF+SymbolMT", "/FontDescriptor << /Type /FontDescriptor /Flags 4 /FontName /SymbolMT >>"),
        ("Type1", "Symbol,Bold", ""),
        ("Type1", "Symbol#2DOblique", ""),
        ("Type1", "StandardSymL", ""),
        ("MMType1", "SymbolStd", ""),
    ] {
        let pictures = of(&letters(kind, name, more));
        let same = pictures.iter().zip(&wanted).filter(|(one, other)| one.png == other.png).count();
        assert_eq!(same, codes.len(), "{name} {more}");
        assert!(pictures.iter().all(|picture| !picture.signs_missing), "{name} {more}");
    }
    let micro = shown(&letters("Type1", "Helvetica", ""), b"m");
    assert!(wanted.iter().all(|picture| picture.png != micro.png), "no letter stands for a sign");
}

#[test]
fn symbol_is_drawn_by_the_names_of_its_signs() {
    let names = ["greaterequal", "mu", "alpha", "Delta", "arrowup", "notequal"];
    let codes = [0xb3, b'm', b'a', b'D', 0xad, 0xb9];
    for font in ["Symbol", "SymbolMT", "Symbol,Italic"] {
        let named = with_names("Type1", font, &names);
        for (place, code) in codes.iter().enumerate() {
            let by_name = shown(&named, &[128 + place as u8]);
            let by_code = shown(&letters("Type1", "Symbol", ""), &[*code]);
            assert!(by_name == by_code, "{font}: {}", names[place]);
        }
    }
}

#[test]
fn signs_of_dingbats_are_drawn_by_code_and_by_name() {
    // Check marks, crosses, arrows, numbers in circles.
    let codes = b"\x33\x34\x37\x38\x46\x48\x6c\x6e\xac\xd4\xe8";
    let names = ["a19", "a20", "a23", "a24", "a10", "a35", "a71", "a73", "a120", "a160", "a178"];
    let plain = letters("Type1", "ZapfDingbats", "");
    let wanted: Vec<Picture> = codes.iter().map(|code| shown(&plain, &[*code])).collect();
    all_differ("ZapfDingbats", &wanted);
    for name in ["ITCZapfDingbats", "ZapfDingbatsITC", "Dingbats", "ABCDEF+ZapfDingbats"] {
        let pictures: Vec<Picture> =
            codes.iter().map(|code| shown(&letters("Type1", name, "/Encoding /WinAnsiEncoding"), &[*code])).collect();
        all_differ(name, &pictures);
        if name != "Dingbats" {
            assert!(pictures == wanted, "{name}");
        }
    }
    let named = with_names("Type1", "ZapfDingbats", &names);
    let pictures: Vec<Picture> = (0..names.len()).map(|place| shown(&named, &[128 + place as u8])).collect();
    all_differ("by name", &pictures);
}

#[test]
fn names_that_lie_packed_are_mended_too() {
    // A table in a stream, and a page with its fonts in a stream of objects.
    let font = "<< /Type /Font /Subtype /TrueType /BaseFont /SymbolMT >>";
    let page =
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 120 60] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>";
    let inside = [(5, font), (3, page)];
    let (mut heads, mut bodies) = (String::new(), String::new());
    for (number, object) in inside {
        heads.push_str(&format!("{number} {} ", bodies.len()));
        bodies.push_str(object);
        bodies.push(' ');
    }
    let packed = deflated(&format!("/Type /ObjStm /N 2 /First {}", heads.len()), format!("{heads}{bodies}").as_bytes());
    let objects: [(u32, Vec<u8>); 4] = [
        (1, b"<< /Type /Catalog /Pages 2 0 R >>".to_vec()),
        (2, b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>".to_vec()),
        (4, stream("", b"BT /F1 30 Tf 10 20 Td <b3> Tj ET")),
        (6, packed),
    ];
    let mut bytes = b"%PDF-1.5\n".to_vec();
    let mut places = [[0u8; 4]; 8];
    for (number, object) in &objects {
        let [_, a, b, c] = u32::try_from(bytes.len()).unwrap().to_be_bytes();
        assert_eq!(a, 0);
        places[*number as usize] = [1, b, c, 0];
        bytes.extend_from_slice(format!("{number} 0 obj\n").as_bytes());
        bytes.extend_from_slice(object);
        bytes.extend_from_slice(b"\nendobj\n");
    }
    (places[5], places[3]) = ([2, 0, 6, 0], [2, 0, 6, 1]);
    let start = bytes.len();
    let [_, _, b, c] = u32::try_from(start).unwrap().to_be_bytes();
    places[7] = [1, b, c, 0];
    let table = stream("/Type /XRef /W [1 2 1] /Size 8 /Root 1 0 R", &places.concat());
    bytes.extend_from_slice(b"7 0 obj\n");
    bytes.extend_from_slice(&table);
    bytes.extend_from_slice(format!("\nendobj\nstartxref\n{start}\n%%EOF\n").as_bytes());
    let wanted = shown(&letters("Type1", "Symbol", ""), b"\xb3");
    assert!(drawn(&bytes) == wanted);
}

#[test]
fn what_cannot_be_drawn_is_told_and_a_box_stands_there() {
    let blank = shown(&letters("Type1", "Helvetica", ""), b" ");
    let fonts = [
        with_names("Type1", "Helvetica", &["nosuchsign"]),
        with_names("TrueType", "TimesNewRomanPSMT", &["uniE123"]),
        with_names("Type1", "Symbol", &["afii57664"]),
        with_names("TrueType", "ArialMT", &["uni4E2D"]),
    ];
    for font in &fonts {
        let picture = shown(font, b"\x80");
        assert!(picture.signs_missing, "{font}");
        assert_ne!(picture.png, blank.png, "{font}: a box");
    }
    for font in ["Wingdings", "Wingdings-Regular", "Webdings", "MTExtra", "ABCDEF+Code39"] {
        for more in ["", "/Encoding /WinAnsiEncoding"] {
            assert!(shown(&letters("TrueType", font, more), b"\xe9").signs_missing, "{font}");
        }
    }
    // Fonts that lie in the document and cannot be read.
    for (kind, key) in [("TrueType", "FontFile2"), ("Type1", "FontFile"), ("Type1", "FontFile3")] {
        let font = letters(kind, "ABCDEF+Labo", &format!("/FontDescriptor << /Flags 32 /{key} 6 0 R >>"));
        assert!(drawn(&shown_with(&font, b"a", &[stream("", b"no font at all")])).signs_missing, "{key}");
    }
    let own = "/FontDescriptor << /Type /FontDescriptor /Flags 4 /FontName /LaboSignes >>";
    assert!(shown(&letters("TrueType", "LaboSignes", own), b"a").signs_missing, "an encoding of its own");
    let named = format!("{own} /Encoding /WinAnsiEncoding");
    assert!(!shown(&letters("TrueType", "LaboTexte", &named), b"a").signs_missing);
}

#[test]
fn signs_that_are_written_over_are_told() {
    // Neither the font nor the usual measures say how wide an alpha is.
    let greek = encoding(&["alpha", "beta", "greaterequal", "acute"]);
    for (kind, font) in [("Type1", "Times-Roman"), ("TrueType", "ArialMT"), ("Type1", "Courier")] {
        let told = |codes: &[u8]| shown(&letters(kind, font, &greek), codes).signs_missing;
        assert!(told(b"\x80\x81"), "{font}");
        assert!(!told(b"a\x82b\x83") || font == "Courier", "{font}");
    }
}

#[test]
fn what_is_blank_lacks_nothing() {
    let fonts = [
        with_names("Type1", "Helvetica", &["space", "nbspace", "uni00A0", "softhyphen", "uni200B", "uni2003"]),
        letters("TrueType", "ArialMT", "/Encoding /WinAnsiEncoding"),
        letters("Type1", "Symbol", ""),
    ];
    for font in &fonts {
        let codes: &[u8] = if font.contains("Differences") { &[128, 129, 130, 131, 132, 133] } else { b" \t\r\n" };
        assert!(!shown(font, codes).signs_missing, "{font}");
    }
    // What is only there to be searched is not looked at.
    let hidden = "/MediaBox [0 0 120 60] /Resources << /Font << /F1 5 0 R >> >>";
    let font = with_names("Type1", "Helvetica", &["nosuchsign"]).into_bytes();
    let bytes = page(hidden, "BT 3 Tr /F1 30 Tf 10 20 Td <80> Tj ET", &[font]);
    assert!(!drawn(&bytes).signs_missing);
}

/// A font of many signs that is not in the document; `map` says what its codes mean.
fn composite(name: &str, map: Option<&[(u16, char)]>, code: u16) -> Picture {
    let to = if map.is_some() { "/ToUnicode 7 0 R" } else { "" };
    let font = letters("Type0", name, &format!("/Encoding /Identity-H /DescendantFonts [6 0 R] {to}"));
    let below = letters(
        "CIDFontType2",
        name,
        "/CIDSystemInfo << /Registry (Adobe) /Ordering (Identity) /Supplement 0 >> /DW 600",
    );
    let lines: String =
        map.unwrap_or_default().iter().map(|(code, sign)| format!("<{code:04X}> <{:04X}>\n", *sign as u32)).collect();
    let table = format!(
        "/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /X def 1 begincodespacerange <0000> <FFFF> \
         endcodespacerange {} beginbfchar {lines} endbfchar endcmap end end",
        map.unwrap_or_default().len()
    );
    drawn(&shown_with(&font, &code.to_be_bytes(), &[below.into_bytes(), stream("", table.as_bytes())]))
}

#[test]
fn fonts_of_many_signs_are_drawn_by_what_their_codes_mean() {
    let map = [(68u16, '≥'), (69, '≤'), (70, 'α'), (71, 'µ'), (72, 'm'), (73, '↑'), (74, 'é'), (75, '₂'), (76, ' ')];
    for name in ["ArialMT", "TimesNewRomanPSMT", "CourierNew", "Calibri", "SymbolMT"] {
        let pictures: Vec<Picture> = (68..76).map(|code| composite(name, Some(&map), code)).collect();
        all_differ(name, &pictures);
        assert!(!composite(name, Some(&map), 76).signs_missing, "{name}: a blank");
        let unknown = composite(name, Some(&map), 90);
        assert!(unknown.signs_missing, "{name}: nobody knows what this code means");
        assert!(composite(name, None, 68).signs_missing, "{name}: nor this one");
        assert!(composite(name, Some(&[(68, '中')]), 68).signs_missing, "{name}: no font has this sign");
    }
}

#[test]
fn words_of_symbol_are_what_is_meant() {
    for name in ["Symbol", "SymbolMT", "Symbol,Bold"] {
        let bytes = shown_with(&letters("TrueType", name, ""), b"\xb3m", &[]);
        let read = text(&bytes, &Limits::default(), &|| true);
        assert!(["≥μ", "≥µ"].contains(&read.text.trim()), "{name}: {:?}", read.text);
    }
}
