//! A page as a picture.

use crate::PdfTrouble;
use crate::document::Document;
use crate::doubt::has_doubtful_fonts;
use crate::fonts::FontSet;
use crate::limits::{PAGES, PICTURE_HEIGHT, PICTURE_WIDTHS};
use crate::loops::refuse_loops;
use crate::promises::{Promises, refuse_promises};
use crate::signs::Signs;
use crate::stop::{Patience, guarded};
use crate::trial::refuse_too_much;
use hayro::hayro_interpret::{InterpreterSettings, InterpreterWarning, TransformExt};
use hayro::hayro_syntax::page::Page;
use hayro::kurbo::{Affine, BezPath, Stroke};
use hayro::vello_cpu::color::palette::css::{BLACK, WHITE};
use hayro::vello_cpu::{Pixmap, RasterizerSettings, RenderContext, Resources, TargetInit};
use hayro::{RenderCache, RenderSettings, render_into};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// A rendered page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Picture {
    /// Pages of the document.
    pub pages: u32,
    /// Width in pixels.
    pub width: u32,
    /// Height in pixels.
    pub height: u32,
    /// Whether signs are missing on it that the page means: in fonts that are not in the document, or not whole. A box
    /// stands where one is known to be missing.
    pub signs_missing: bool,
    /// The picture (PNG, 8 bits a channel, RGB, no transparency).
    pub png: Vec<u8>,
}

/// Renders a page (the first is 0), about so many pixels wide: see [`PICTURE_WIDTHS`] and [`PICTURE_HEIGHT`].
///
/// `go_on` is asked while the document is weighed and its page is walked for a trial; `false` ends in
/// [`PdfTrouble::Stopped`]. While the renderer draws nothing is asked: it cannot be stopped, and what the trial lets
/// pass is bounded.
///
/// Colours of colours and forms in forms may need more than 2 MiB of stack: call it on a thread that has 16.
///
/// # Errors
///
/// [`PdfTrouble`], whatever the bytes.
pub fn render(bytes: &[u8], page: u32, width_px: u32, go_on: &dyn Fn() -> bool) -> Result<Picture, PdfTrouble> {
    guarded(|| {
        let mut patience = Patience::new(go_on);
        let document = Document::open(bytes, &mut patience)?.with_packed_names_mended(&patience)?;
        let pages = document.count();
        if pages > PAGES {
            return Err(PdfTrouble::TooManyPages);
        }
        let page = document.page(page).ok_or(PdfTrouble::NoSuchPage)?;
        refuse_loops(&document.pdf)?;
        let promises = refuse_promises(&document.pdf)?;
        let (scale, width, height) = measure(page.render_dimensions(), width_px)?;
        let to_pixels = Affine::scale(scale) * page.initial_transform(true).to_kurbo();
        crate::weigh::refuse_heavy_content(page, &mut patience)?;
        let is_doubtful = has_doubtful_fonts(page, &mut patience)?;
        let frame = Frame { to_pixels, pixels: (width, height) };
        let Tried { settings, signs } = best(&document, page, &frame, promises, go_on);

        let mut canvas = RenderContext::new(width, height);
        render_into(page, &RenderCache::new(), &settings, &RenderSettings::default(), &mut canvas, to_pixels);
        mark(&mut canvas, &signs.boxes);
        canvas.flush();
        let mut pixels = Pixmap::new(width, height);
        let on_paper = RasterizerSettings { target_init: TargetInit::Clear(WHITE), ..RasterizerSettings::default() };
        canvas.render_with(&mut pixels, &mut Resources::default(), on_paper);
        let png = png(&pixels).ok_or(PdfTrouble::Damaged)?;
        let signs_missing = signs.lacking > 0 || is_doubtful;
        Ok(Picture { pages, width: width.into(), height: height.into(), signs_missing, png })
    })
}

/// Where a page is drawn.
struct Frame {
    to_pixels: Affine,
    pixels: (u16, u16),
}

/// A way to draw a page, and what it lacks.
struct Tried {
    settings: InterpreterSettings,
    signs: Signs,
}

/// The fonts with which the fewest signs are missing; the renderer's own where they do.
fn best<'a>(
    document: &'a Document,
    page: &Page<'a>,
    frame: &Frame,
    promises: Promises,
    go_on: &dyn Fn() -> bool,
) -> Tried {
    let tried = |set| tried(document, page, frame, promises.function, set, go_on);
    if promises.lacks_wide_font {
        return tried(FontSet::WideForAll);
    }
    let mut best = tried(FontSet::Small);
    for set in [FontSet::Wide, FontSet::WideForAll] {
        if best.signs.lacking == 0 {
            break;
        }
        let other = tried(set);
        if other.signs.lacking < best.signs.lacking {
            best = other;
        }
    }
    best
}

/// Walks the page with these fonts.
fn tried<'a>(
    document: &'a Document,
    page: &Page<'a>,
    frame: &Frame,
    function: u64,
    set: FontSet,
    go_on: &dyn Fn() -> bool,
) -> Tried {
    let unread_font = Arc::new(AtomicBool::new(false));
    let noted = Arc::clone(&unread_font);
    let settings = InterpreterSettings {
        font_resolver: set.resolver(),
        warning_sink: Arc::new(move |warning| {
            if matches!(warning, InterpreterWarning::UnsupportedFont) {
                noted.store(true, Ordering::Relaxed);
            }
        }),
        ..InterpreterSettings::default()
    };
    let (pdf, patience) = (&document.pdf, Patience::new(go_on));
    let mut signs = refuse_too_much(pdf, page, frame.to_pixels, frame.pixels, &settings, function, patience);
    if unread_font.load(Ordering::Relaxed) {
        signs.lack(None);
    }
    Tried { settings, signs }
}

/// Draws a box where a sign is missing, over whatever stands in its place.
fn mark(canvas: &mut RenderContext, boxes: &[BezPath]) {
    if boxes.is_empty() {
        return;
    }
    canvas.take_current_state();
    canvas.reset_mask();
    canvas.reset_filter_effect();
    canvas.set_transform(Affine::IDENTITY);
    canvas.set_stroke(Stroke::new(1.2));
    for one in boxes {
        canvas.set_paint(WHITE);
        canvas.fill_path(one);
        canvas.set_paint(BLACK);
        canvas.stroke_path(one);
    }
}

/// The scale, and the picture's size.
fn measure((wide, high): (f32, f32), width_px: u32) -> Result<(f64, u16, u16), PdfTrouble> {
    let (wide, high) = (f64::from(wide), f64::from(high));
    if !(wide.is_finite() && high.is_finite() && wide >= 1.0 && high >= 1.0) {
        return Err(PdfTrouble::Damaged);
    }
    let asked = f64::from(width_px.clamp(*PICTURE_WIDTHS.start(), *PICTURE_WIDTHS.end()));
    let scale = (asked / wide).min(f64::from(PICTURE_HEIGHT) / high);
    // Both fit: the width and the height were bounded above.
    let pixels = |size: f64| (size * scale).round().clamp(1.0, f64::from(PICTURE_HEIGHT)) as u16;
    Ok((scale, pixels(wide), pixels(high)))
}

fn png(pixels: &Pixmap) -> Option<Vec<u8>> {
    // On white paper nothing is transparent.
    let rgb: Vec<u8> = pixels.data().iter().flat_map(|pixel| [pixel.r, pixel.g, pixel.b]).collect();
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, pixels.width().into(), pixels.height().into());
    encoder.set_color(png::ColorType::Rgb);
    encoder.set_depth(png::BitDepth::Eight);
    encoder.set_compression(png::Compression::Fast);
    let mut writer = encoder.write_header().ok()?;
    writer.write_image_data(&rgb).ok()?;
    writer.finish().ok()?;
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_picture_stays_inside_its_bounds() {
        let a4 = (595.0, 842.0);
        assert_eq!(measure(a4, 1000).unwrap().1, 1000);
        assert_eq!(measure(a4, 0).unwrap().1, 200);
        assert_eq!(measure(a4, u32::MAX).unwrap().1, 2400);
        let roll = measure((100.0, 1_000_000.0), 2400).unwrap();
        assert_eq!((roll.1, roll.2), (1, 4000));
        let wide = measure((1_000_000.0, 10.0), 1000).unwrap();
        assert_eq!((wide.1, wide.2), (1000, 1));
        assert_eq!(measure((f32::NAN, 1.0), 1000), Err(PdfTrouble::Damaged));
        assert_eq!(measure((0.0, 1.0), 1000), Err(PdfTrouble::Damaged));
    }
}
