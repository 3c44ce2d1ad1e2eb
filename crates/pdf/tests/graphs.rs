//! Things that stand on themselves, and things that look small and are not.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test fails by panicking")]

mod built;

use bannette_pdf::{Limits, PdfTrouble, Picture, render, text};
use built::{deflated, page, stream, zlib};
use std::time::{Duration, Instant};

fn rendered(name: &str, bytes: &[u8]) -> Result<Picture, PdfTrouble> {
    let clock = Instant::now();
    let read = text(bytes, &Limits::default(), &|| true);
    let texted = clock.elapsed();
    let large = bytes.to_vec();
    let rendering = std::thread::Builder::new().stack_size(16 << 20);
    let picture = rendering.spawn(move || render(&large, 0, 1000, &|| true)).unwrap().join().unwrap();
    let took = clock.elapsed() - texted;
    let result = picture.as_ref().map(|picture| picture.png.len());
    println!("{name}: text {:?} in {texted:.0?}; picture {result:?} in {took:.0?}", read.defects);
    assert!(texted < Duration::from_secs(10) && took < Duration::from_secs(10), "{name}");
    picture
}

fn object(text: &str) -> Vec<u8> {
    text.as_bytes().to_vec()
}

#[test]
fn colours_and_functions_that_stand_on_themselves_are_refused() {
    let colours = "/Resources << /ColorSpace << /C 5 0 R >> /Shading << /S 6 0 R >> >>";
    let use_colour = "/C cs 1 sc 0 0 100 100 re f /S sh";
    let shading = object("<< /ShadingType 2 /ColorSpace /DeviceGray /Coords [0 0 1 1] /Function 7 0 R >>");
    let fine = object("<< /FunctionType 2 /Domain [0 1] /N 1 >>");
    let cases = [
        ("indexed", vec![object("[/Indexed 5 0 R 1 <0001>]"), shading.clone(), fine.clone()]),
        ("separation", vec![object("[/Separation /X 5 0 R 7 0 R]"), shading.clone(), fine.clone()]),
        ("many colours", vec![object("[/DeviceN [/X] 5 0 R 7 0 R]"), shading.clone(), fine.clone()]),
        ("pattern", vec![object("[/Pattern 5 0 R]"), shading.clone(), fine.clone()]),
        (
            "stitched",
            vec![
                object("/DeviceGray"),
                shading.clone(),
                object("<< /FunctionType 3 /Domain [0 1] /Functions [7 0 R] /Bounds [] /Encode [0 1] >>"),
            ],
        ),
        (
            "profile",
            vec![object("[/ICCBased 8 0 R]"), shading.clone(), fine.clone(), stream("/N 3 /Alternate 5 0 R", b"x")],
        ),
    ];
    for (name, objects) in cases {
        assert_eq!(rendered(name, &page(colours, use_colour, &objects)), Err(PdfTrouble::Unusual), "{name}");
    }
    let mut chain = vec![object("[/Indexed 8 0 R 1 <0001>]"), shading, fine];
    chain.extend((9..20_000).map(|next| object(&format!("[/Indexed {next} 0 R 1 <0001>]"))));
    chain.push(object("/DeviceGray"));
    assert_eq!(rendered("a long chain", &page(colours, use_colour, &chain)), Err(PdfTrouble::Unusual));
}

#[test]
fn forms_in_forms_end() {
    let resources = "/Resources << /XObject << /A 5 0 R >> >>";
    let itself = stream("/Subtype /Form /BBox [0 0 9 9] /Resources << /XObject << /A 5 0 R >> >>", b"/A Do /A Do");
    let _ = rendered("a form in itself", &page(resources, "/A Do", &[itself]));
    // Ten times ten times ten…: small to write, endless to draw.
    let forms: Vec<Vec<u8>> = (6..46)
        .map(|next| {
            let entries = format!("/Subtype /Form /BBox [0 0 9 9] /Resources << /XObject << /A {next} 0 R >> >>");
            stream(&entries, "/A Do ".repeat(10).as_bytes())
        })
        .collect();
    assert_eq!(rendered("ten to the forty", &page(resources, "/A Do", &forms)), Err(PdfTrouble::TooLarge));
}

#[test]
fn patterns_masks_and_glyphs_that_draw_themselves_end() {
    let own = "/Resources << /Pattern << /P 5 0 R >> >>";
    let tile = |step: &str, own: &str, content: &str| {
        let entries = format!("/PatternType 1 /PaintType 1 /TilingType 1 /BBox [0 0 9 9] {step} {own}");
        stream(&entries, content.as_bytes())
    };
    let fill = "/Pattern cs /P scn 0 0 500 500 re f";
    let itself = tile("/XStep 9 /YStep 9", own, fill);
    let plain = tile("/XStep 12 /YStep 12", "", "0 0 9 9 re f");
    let blank = rendered("nothing", &page("", "", &[])).unwrap();
    assert_ne!(rendered("a plain pattern", &page(own, fill, &[plain])).unwrap(), blank, "patterns are drawn");
    let _ = rendered("a pattern of itself", &page(own, fill, &[itself]));
    let fine = tile("/XStep 0.01 /YStep 0.01", "", "0 0 9 9 re f");
    assert!(rendered("a tiny step", &page(own, fill, &[fine])).is_err());
    let huge = tile("/XStep 100000000 /YStep 100000000", "", "0 0 9 9 re f");
    assert!(rendered("a huge step", &page(own, fill, &[huge])).is_err());

    let states = "/Resources << /ExtGState << /G 5 0 R >> >>";
    let state = object("<< /SMask << /S /Alpha /G 6 0 R >> >>");
    let group = stream(
        "/Subtype /Form /BBox [0 0 9 9] /Group << /S /Transparency >> /Resources << /ExtGState << /G 5 0 R >> >>",
        b"/G gs 0 0 9 9 re f",
    );
    let _ = rendered("a mask of itself", &page(states, "/G gs 0 0 9 9 re f", &[state, group]));

    let font = object(
        "<< /Type /Font /Subtype /Type3 /FontBBox [0 0 9 9] /FontMatrix [1 0 0 1 0 0] /FirstChar 97 /LastChar 97 /Widths [9] \
         /Encoding << /Differences [97 /a] >> /CharProcs << /a 6 0 R >> /Resources << /Font << /F 5 0 R >> >> >>",
    );
    let glyph = stream("", b"9 0 d0 BT /F 9 Tf (aaaa) Tj ET");
    let fonts = "/Resources << /Font << /F 5 0 R >> >>";
    let _ = rendered("a glyph of itself", &page(fonts, "BT /F 9 Tf (aaaa) Tj ET", &[font, glyph]));
}

#[test]
fn images_that_are_larger_than_they_say_are_refused() {
    let resources = "/Resources << /XObject << /I 5 0 R >> >>";
    let draw = "500 0 0 500 0 0 cm /I Do";
    let image = |size: &str, filter: &str, data: &[u8]| {
        let entries = format!("/Subtype /Image {size} /ColorSpace /DeviceRGB /BitsPerComponent 8 {filter}");
        page(resources, draw, &[stream(&entries, data)])
    };
    let small = "/Width 10 /Height 10";
    let mut jpeg = b"\xff\xd8\xff\xc0\x00\x11\x08\xff\xff\xff\xff\x03\x01\x11\x00\x02\x11\x00\x03\x11\x00".to_vec();
    jpeg.extend_from_slice(b"\xff\xda\x00\x0c\x03\x01\x00\x02\x00\x03\x00\x00\x3f\x00");
    assert_eq!(rendered("a JPEG of 65535", &image(small, "/Filter /DCTDecode", &jpeg)), Err(PdfTrouble::TooLarge));
    let wrapped = image(small, "/Filter [/FlateDecode /DCTDecode]", &zlib(&jpeg));
    assert_eq!(rendered("a JPEG in Flate", &wrapped), Err(PdfTrouble::Unusual));
    let mut jpx = b"\xff\x4f\xff\x51\x00\x2f\x00\x00".to_vec();
    jpx.extend_from_slice(&[0x7f, 0xff, 0xff, 0xff, 0x7f, 0xff, 0xff, 0xff, 0, 0, 0, 0, 0, 0, 0, 0]);
    assert_eq!(rendered("a JPEG 2000", &image(small, "/Filter /JPXDecode", &jpx)), Err(PdfTrouble::TooLarge));
    let said = "/Width 2000000000 /Height 2000000000";
    assert_eq!(rendered("a size that is only said", &image(said, "", b"x")), Err(PdfTrouble::TooLarge));
    let fax = "/Filter /CCITTFaxDecode /DecodeParms << /K -1 /Columns 2000000000 /Rows 2000000000 >>";
    assert_eq!(rendered("a fax", &image(small, fax, &[0x55; 1000])), Err(PdfTrouble::Unusual));
    let tall = "/Width 10 /Height 2000000";
    let fax = "/Filter /CCITTFaxDecode /DecodeParms << /K -1 /Columns 65535 >>";
    assert_eq!(rendered("a tall fax", &image(tall, fax, &[0x55; 1000])), Err(PdfTrouble::TooLarge));
    let mut jbig2 = vec![0, 0, 0, 0, 48, 0, 1, 0, 0, 0, 19, 0, 0, 0xff, 0xff, 0, 0, 0xff, 0xff];
    jbig2.extend_from_slice(&[0; 11]);
    assert_eq!(rendered("a JBIG2", &image(small, "/Filter /JBIG2Decode", &jbig2)), Err(PdfTrouble::TooLarge));
    let predictor = "/Filter /FlateDecode /DecodeParms << /Predictor 15 /Columns 2000000000 /Colors 32 >>";
    assert_eq!(rendered("a predictor", &image(small, predictor, &zlib(&[1; 1000]))), Err(PdfTrouble::Unusual));
    let wide = "/Filter /FlateDecode /DecodeParms << /Predictor 15 /Columns 65535 /Colors 255 /BitsPerComponent 16 >>";
    let _ = rendered("a wide predictor", &image(small, wide, &zlib(&[1; 1000])));
    let mut inline = b"q 100 0 0 100 0 0 cm BI /W 10 /H 10 /CS /RGB /BPC 8 /F /Fl ID ".to_vec();
    inline.extend_from_slice(&built::bomb(1 << 30));
    inline.extend_from_slice(b" EI Q");
    assert_eq!(rendered("a bomb in the content", &page("", &inline, &[])), Err(PdfTrouble::TooLarge));
}

#[test]
fn strokes_of_endless_dashes_are_refused() {
    for dash in ["[0.00001]", "[0.00001 0]", "[0 0.00001]", "[0]", "[-1]", "[100000000000]"] {
        let content = format!("{dash} 0 d 0 0 m 1000000000 1000000000 l S 0 0 m 595 842 l S");
        let _ = rendered(dash, &page("", content, &[]));
    }
    let wide = "1000000000 w 0 0 m 595 842 l S 0.0000001 w 1 J 1 j 0 0 m 1 1 l 2 0 l S";
    assert!(rendered("widths", &page("", wide, &[])).is_ok());
    let curves = "0 0 m 100000000000 0 0 100000000000 595 842 c S ".repeat(100);
    let _ = rendered("far curves", &page("", curves, &[]));
}

#[test]
fn shadings_and_maps_of_characters_are_bounded() {
    let resources = "/Resources << /Shading << /S 5 0 R >> >>";
    let function = "{ ".to_owned() + &"dup mul sqrt ".repeat(2_000) + "}";
    let shading = object("<< /ShadingType 1 /ColorSpace /DeviceGray /Function 6 0 R >>");
    let function = stream("/FunctionType 4 /Domain [0 1 0 1] /Range [0 1]", function.as_bytes());
    let computing = page(resources, "600 0 0 900 0 0 cm /S sh", &[shading, function]);
    assert_eq!(rendered("a shading that computes", &computing), Err(PdfTrouble::TooLarge));
    let mesh = object(
        "<< /ShadingType 2 /ColorSpace /DeviceGray /Coords [0 0 600 800] /Function 6 0 R /Extend [true true] >>",
    );
    let plain = object("<< /FunctionType 2 /Domain [0 1] /C0 [0] /C1 [1] /N 1 >>");
    assert!(rendered("a plain shading", &page(resources, "/S sh", &[mesh, plain])).is_ok());
    let fonts = "/Resources << /Font << /F 5 0 R >> >>";
    let font = object(
        "<< /Type /Font /Subtype /Type0 /BaseFont /X /Encoding /Identity-H /ToUnicode 6 0 R /DescendantFonts [7 0 R] >>",
    );
    let map = "/CIDInit /ProcSet findresource begin begincmap 1 begincodespacerange <0000> <FFFF> endcodespacerange \
               1 beginbfrange <00000000> <FFFFFFFF> <0041> endbfrange 1 begincidrange <00000000> <FFFFFFFF> 0 endcidrange \
               1 beginbfrange <0000> <FFFF> [<0041>] endbfrange endcmap";
    let descendant = object("<< /Type /Font /Subtype /CIDFontType2 /BaseFont /X /W [0 2000000000 500] >>");
    let bytes = page(fonts, "BT /F 9 Tf <00010002> Tj ET", &[font, deflated("", map.as_bytes()), descendant]);
    assert_eq!(rendered("a map of everything", &bytes), Err(PdfTrouble::Unusual));
    let mesh = stream(
        "/ShadingType 5 /ColorSpace /DeviceGray /BitsPerCoordinate 8 /BitsPerComponent 8 /VerticesPerRow 0 /Decode [0 1 0 1 0 1]",
        b"x",
    );
    assert_eq!(rendered("a mesh of nothing", &page(resources, "/S sh", &[mesh])), Err(PdfTrouble::Unusual));
}

#[test]
fn tables_that_promise_more_than_they_hold_are_bounded() {
    let catalogue = "<< /Type /Catalog /Pages 2 0 R >>";
    for (name, entries) in [
        ("entries of nothing", "/Type /XRef /W [0 0 0] /Index [0 2000000000] /Size 2000000000 /Root 1 0 R"),
        ("entries without end", "/Type /XRef /W [1 2 1] /Size 2000000000 /Root 1 0 R"),
        ("long entries", "/Type /XRef /W [2000000000 2000000000 2000000000] /Size 9 /Root 1 0 R"),
    ] {
        let table = stream(entries, &[1; 400]);
        let start = 9;
        let mut bytes = format!("%PDF-1.7\n9 0 obj {}", "").into_bytes();
        bytes.extend_from_slice(&table);
        bytes.extend_from_slice(format!("\nendobj\n1 0 obj {catalogue} endobj\nstartxref\n{start}\n%%EOF").as_bytes());
        let _ = rendered(name, &bytes);
    }
    let promised = stream("/Type /ObjStm /N 2000000000 /First 2000000000", b"1 0 2 5");
    let objects = [catalogue.as_bytes().to_vec(), promised];
    let _ = rendered("objects that are promised", &built::file(&objects));
    let table = b"%PDF-1.7\nxref\n0 2000000000\n0000000000 65535 f \ntrailer << /Root 1 0 R >>\nstartxref\n9\n%%EOF";
    let _ = rendered("a long table", table);
    let samples =
        stream("/FunctionType 0 /Domain [0 1 0 1 0 1] /Range [0 1] /Size [60000 60000 60000] /BitsPerSample 32", b"x");
    let shading = object("<< /ShadingType 1 /ColorSpace /DeviceGray /Function 6 0 R >>");
    let resources = "/Resources << /Shading << /S 5 0 R >> >>";
    let _ = rendered("a function of samples", &page(resources, "600 0 0 900 0 0 cm /S sh", &[shading, samples]));
}
