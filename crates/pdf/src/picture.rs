//! A page as a picture.

use crate::PdfTrouble;
use crate::document::{count, open};
use crate::limits::{PAGES, PICTURE_HEIGHT, PICTURE_WIDTHS};
use crate::loops::refuse_loops;
use crate::promises::refuse_promises;
use crate::stop::{Patience, guarded};
use crate::trial::refuse_too_much;
use hayro::hayro_interpret::{InterpreterSettings, TransformExt};
use hayro::kurbo::Affine;
use hayro::vello_cpu::color::palette::css::WHITE;
use hayro::vello_cpu::{Pixmap, RasterizerSettings, RenderContext, Resources, TargetInit};
use hayro::{RenderCache, RenderSettings, render_into};

/// A rendered page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Picture {
    /// Pages of the document.
    pub pages: u32,
    /// Width in pixels.
    pub width: u32,
    /// Height in pixels.
    pub height: u32,
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
        let pdf = open(bytes, &mut patience)?;
        let pages = count(&pdf);
        if pages > PAGES {
            return Err(PdfTrouble::TooManyPages);
        }
        let number = usize::try_from(page).unwrap_or(usize::MAX);
        let page = pdf.pages().get(number).ok_or(PdfTrouble::NoSuchPage)?;
        refuse_loops(&pdf)?;
        let function = refuse_promises(&pdf)?;
        let (scale, width, height) = measure(page.render_dimensions(), width_px)?;
        let to_pixels = Affine::scale(scale) * page.initial_transform(true).to_kurbo();
        let settings = InterpreterSettings::default();
        crate::weigh::refuse_heavy_content(page, &mut patience)?;
        refuse_too_much(&pdf, page, to_pixels, (width, height), &settings, function, patience);

        let mut canvas = RenderContext::new(width, height);
        render_into(page, &RenderCache::new(), &settings, &RenderSettings::default(), &mut canvas, to_pixels);
        canvas.flush();
        let mut pixels = Pixmap::new(width, height);
        let on_paper = RasterizerSettings { target_init: TargetInit::Clear(WHITE), ..RasterizerSettings::default() };
        canvas.render_with(&mut pixels, &mut Resources::default(), on_paper);
        let png = png(&pixels).ok_or(PdfTrouble::Damaged)?;
        Ok(Picture { pages, width: width.into(), height: height.into(), png })
    })
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
