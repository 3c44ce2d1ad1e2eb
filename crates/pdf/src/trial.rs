//! Walks a page as the renderer will, drawing nothing and counting everything. The renderer cannot be stopped once it
//! draws; so it is only let begin what was counted to be bounded.

use crate::PdfTrouble;
use crate::image_size;
use crate::limits::{DRAWN, IMAGE_PIXELS, LAYERS, PAINTED, POINTS};
use crate::signs::{Signs, shows};
use crate::stop::{Patience, leave};
use crate::weigh::Unpacker;
use hayro::hayro_interpret::font::{Glyph, GlyphRun};
use hayro::hayro_interpret::pattern::{Pattern, TilingPattern};
use hayro::hayro_interpret::{
    BlendMode, CacheKey, ClipPath, Context, Device, DrawMode, DrawProps, Image, ImageDrawProps, InterpreterCache,
    InterpreterSettings, Paint, SoftMask, interpret_page,
};
use hayro::hayro_syntax::object::{Dict, Object, Stream};
use hayro::hayro_syntax::page::Page;
use hayro::hayro_syntax::{Filter, Pdf};
use hayro::kurbo::{Affine, BezPath, PathEl, Point, Rect};
use hayro_font::UNITS_PER_EM;
use std::collections::HashSet;

/// Patterns, masks and drawn glyphs in one another.
const NESTED: u32 = 8;
/// How much more a shaded pixel costs than a plain one.
const SHADED: u64 = 20;

/// Refuses a page whose work is more than a page's; tells which signs its picture would lack. To be called inside
/// [`crate::stop::guarded`].
pub(crate) fn refuse_too_much<'a>(
    pdf: &'a Pdf,
    page: &Page<'a>,
    to_pixels: Affine,
    pixels: (u16, u16),
    settings: &InterpreterSettings,
    function: u64,
    patience: Patience<'_>,
) -> Signs {
    let frame = Rect::new(0.0, 0.0, f64::from(pixels.0), f64::from(pixels.1));
    let mut trial = Trial {
        frame,
        function,
        drawn: DRAWN,
        painted: PAINTED,
        points: POINTS,
        image_pixels: IMAGE_PIXELS,
        layers: LAYERS,
        nested: 0,
        masks: HashSet::new(),
        unpacker: Unpacker::new(),
        patience,
        signs: Signs::default(),
    };
    let cache = InterpreterCache::new();
    let mut context = Context::new(to_pixels, frame, &cache, pdf.xref(), settings.clone());
    interpret_page(page, &mut context, &mut trial);
    trial.signs
}

struct Trial<'p> {
    frame: Rect,
    /// What computing a colour costs at the most, in plain pixels.
    function: u64,
    drawn: u64,
    painted: u64,
    points: u64,
    image_pixels: u64,
    layers: u64,
    nested: u32,
    masks: HashSet<u128>,
    unpacker: Unpacker,
    patience: Patience<'p>,
    signs: Signs,
}

fn spend(left: &mut u64, work: u64) {
    match left.checked_sub(work) {
        Some(rest) => *left = rest,
        None => leave(PdfTrouble::TooLarge),
    }
}

/// A count made of a size in the file; what is no number is too much.
fn counted(size: f64) -> u64 {
    if size.is_finite() { size.abs().ceil() as u64 } else { u64::MAX }
}

impl Trial<'_> {
    fn draw(&mut self) {
        spend(&mut self.drawn, 1);
        if !self.patience.lasts() {
            leave(PdfTrouble::Stopped);
        }
    }

    /// Goes into something that is drawn by orders of its own.
    fn nest(&mut self, inside: impl FnOnce(&mut Self)) {
        if self.nested >= NESTED {
            leave(PdfTrouble::Unusual);
        }
        self.nested += 1;
        inside(self);
        self.nested -= 1;
    }

    /// Counts the pixels that this may touch.
    fn paint(&mut self, box_in_pixels: Rect) {
        // An edge that crosses the page is drawn pixel by pixel, be the box ever so narrow.
        let touched = box_in_pixels.abs().inflate(1.0, 1.0).intersect(self.frame);
        spend(&mut self.painted, counted(touched.area()));
    }

    fn path(&mut self, path: &BezPath, transform: Affine, mode: &DrawMode) {
        self.draw();
        let width = match mode {
            DrawMode::Stroke(stroke) => f64::from(stroke.line_width),
            _ => 0.0,
        };
        self.paint(transform.transform_rect_bbox(path.control_box().inflate(width, width)));
        spend(&mut self.points, u64::try_from(path.elements().len()).unwrap_or(u64::MAX));
        if let DrawMode::Stroke(stroke) = mode {
            let dashes: f64 = stroke.dash_array.iter().map(|dash| f64::from(dash.abs())).sum();
            if dashes > 0.0 {
                let count = stroke.dash_array.len() as f64;
                spend(&mut self.points, counted(length(path) / dashes * count));
            }
        }
    }

    /// A picture of its own, as large as the page.
    fn layer(&mut self) {
        spend(&mut self.layers, 1);
        self.paint(self.frame);
    }

    fn props<'a>(&mut self, props: &DrawProps<'a>, is_stroke: bool) {
        self.mask(props.soft_mask.as_ref());
        if let Paint::Pattern(pattern) = &props.paint {
            self.layer();
            match pattern.as_ref() {
                Pattern::Tiling(tiles) => self.tiles(tiles, is_stroke),
                // A function is computed for each pixel.
                Pattern::Shading(_) => {
                    spend(&mut self.painted, counted(self.frame.area()).saturating_mul(SHADED + self.function));
                }
            }
        }
    }

    fn mask<'a>(&mut self, mask: Option<&SoftMask<'a>>) {
        if let Some(mask) = mask
            && self.masks.insert(mask.cache_key())
        {
            self.layer();
            self.nest(|trial| mask.interpret(trial));
        }
    }

    /// A tile is drawn on a picture of its own, as often as its box overlaps its neighbours.
    fn tiles<'a>(&mut self, tiles: &TilingPattern<'a>, is_stroke: bool) {
        let [a, b, c, d, _, _] = tiles.matrix.as_coeffs();
        let (wide, high) = (f64::from(tiles.x_step).abs(), f64::from(tiles.y_step).abs());
        let overlapping = (tiles.bbox.width().abs() / wide + 2.0) * (tiles.bbox.height().abs() / high + 2.0);
        let copies = counted(overlapping);
        spend(&mut self.drawn, copies);
        let picture = (wide * a.hypot(b)).min(u16::MAX.into()) * (high * c.hypot(d)).min(u16::MAX.into());
        spend(&mut self.image_pixels, counted(picture));
        let before = (self.drawn, self.points);
        self.nest(|trial| {
            tiles.interpret(trial, tiles.matrix, is_stroke);
        });
        let (drawn, points) = (before.0 - self.drawn, before.1 - self.points);
        spend(&mut self.drawn, drawn.saturating_mul(copies));
        spend(&mut self.points, points.saturating_mul(copies));
    }

    fn image(&mut self, stream: &Stream<'_>, width: u32, height: u32) {
        let pixels = u64::from(width).saturating_mul(u64::from(height));
        spend(&mut self.image_pixels, pixels);
        spend(&mut self.painted, pixels.saturating_mul(self.function));
        let filters = stream.filters();
        let raw = stream.raw_data();
        match filters.as_slice() {
            [Filter::DctDecode] => self.own_size(image_size::jpeg(&raw)),
            [Filter::JpxDecode] => self.own_size(image_size::jpx(&raw)),
            [Filter::Jbig2Decode] => self.own_size(image_size::jbig2(&raw)),
            [.., Filter::CcittFaxDecode] => {
                spend(&mut self.image_pixels, fax_columns(stream.dict()).saturating_mul(u64::from(height)));
            }
            // An image's own head is hidden behind another filter: it could say anything.
            [_, .., Filter::DctDecode | Filter::JpxDecode | Filter::Jbig2Decode] => leave(PdfTrouble::Unusual),
            [Filter::FlateDecode] => {
                // Images that stand in the content itself were not weighed with the file.
                let most = usize::try_from(IMAGE_PIXELS).unwrap_or(usize::MAX) * 4;
                if let Err(trouble) = self.unpacker.weigh(&raw, most, &mut self.patience, |_| Ok(())) {
                    leave(trouble);
                }
            }
            _ => {}
        }
    }

    /// The size that an image's own head tells: it is what is decoded, whatever the PDF says beside it.
    fn own_size(&mut self, size: Option<(u32, u32)>) {
        let (width, height) = size.unwrap_or_else(|| leave(PdfTrouble::Unusual));
        spend(&mut self.image_pixels, u64::from(width).saturating_mul(u64::from(height)));
    }
}

/// The columns of a fax (ISO 32000-1, table 11): its rows are the image's.
fn fax_columns(image: &Dict<'_>) -> u64 {
    let columns = |parameters: &Dict<'_>| parameters.get::<u32>("Columns").map_or(1728, u64::from);
    match image.get::<Object<'_>>("DecodeParms").or_else(|| image.get("DP")) {
        Some(Object::Dict(parameters)) => columns(&parameters),
        Some(Object::Array(each)) => each.iter::<Dict<'_>>().map(|one| columns(&one)).max().unwrap_or(1728),
        _ => 1728,
    }
}

fn length(path: &BezPath) -> f64 {
    let mut length = 0.0;
    let mut at = Point::ORIGIN;
    for element in path.elements() {
        let points: &[Point] = match element {
            PathEl::MoveTo(to) => {
                at = *to;
                &[]
            }
            PathEl::LineTo(to) => &[*to],
            PathEl::QuadTo(one, to) => &[*one, *to],
            PathEl::CurveTo(one, two, to) => &[*one, *two, *to],
            PathEl::ClosePath => &[],
        };
        for to in points {
            length += (*to - at).hypot();
            at = *to;
        }
    }
    // Closing lines are not longer than the rest.
    length * 2.0
}

impl<'a> Device<'a> for Trial<'_> {
    fn draw_path(&mut self, path: &BezPath, props: DrawProps<'a>, mode: &DrawMode) {
        self.path(path, props.transform, mode);
        self.props(&props, matches!(mode, DrawMode::Stroke(_)));
    }

    fn push_clip_path(&mut self, clip: &ClipPath) {
        self.draw();
        // Clips are told in pixels.
        self.paint(clip.path.control_box());
        spend(&mut self.points, u64::try_from(clip.path.elements().len()).unwrap_or(u64::MAX));
    }

    fn push_transparency_group(&mut self, _: f32, mask: Option<SoftMask<'a>>, _: BlendMode) {
        self.draw();
        self.layer();
        self.mask(mask.as_ref());
    }

    fn draw_glyph_run(&mut self, run: &GlyphRun<'_, 'a>, props: DrawProps<'a>, mode: &DrawMode) {
        let is_stroke = matches!(mode, DrawMode::Stroke(_));
        self.draw();
        self.props(&props, is_stroke);
        for placed in run.glyphs() {
            self.draw();
            // A glyph is about as large as its em, which is a thousand units.
            let em = Rect::new(0.0, -f64::from(UNITS_PER_EM), f64::from(UNITS_PER_EM), f64::from(UNITS_PER_EM));
            self.paint((props.transform * placed.transform()).transform_rect_bbox(em));
            let is_shown = !matches!(mode, DrawMode::Invisible);
            match &**placed {
                Glyph::Type3(glyph) => {
                    let before = self.drawn;
                    self.nest(|trial| glyph.interpret(trial, props.transform, placed.transform(), &props.paint));
                    if is_shown && self.drawn == before && glyph.as_unicode().is_some_and(|means| shows(&means)) {
                        self.signs.lack(None);
                    }
                }
                Glyph::Outline(glyph) if is_shown => self.signs.look(glyph, props.transform * placed.transform()),
                Glyph::Outline(_) => {}
            }
        }
    }

    fn draw_image(&mut self, image: Image<'a, '_>, props: ImageDrawProps<'a>) {
        self.draw();
        self.mask(props.soft_mask.as_ref());
        let (width, height) = (image.width(), image.height());
        let whole = Rect::new(0.0, 0.0, width.into(), height.into());
        self.paint(props.transform.transform_rect_bbox(whole));
        match &image {
            Image::Stencil(stencil) => self.image(stencil.stream(), width, height),
            Image::Raster(raster) => self.image(raster.stream(), width, height),
        }
    }

    fn pop_clip(&mut self) {}

    fn pop_transparency_group(&mut self) {}
}
