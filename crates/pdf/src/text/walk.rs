//! Walks a page's orders for the text they place (ISO 32000-1, 9.4) and nothing else.

use super::lines::{Lines, Placed};
use crate::PdfTrouble;
use crate::limits::CONTENT_BYTES;
use crate::promises::refuse_wide_font;
use crate::stop::Patience;
use crate::weigh::{Unpacker, contents};
use hayro::hayro_interpret::TransformExt;
use hayro::hayro_syntax::content::TypedIter;
use hayro::hayro_syntax::content::ops::TypedInstruction;
use hayro::hayro_syntax::object::{Dict, Name, Object, Stream};
use hayro::hayro_syntax::page::{Page, Resources};
use hayro::kurbo::{Affine, Point, Vec2};
use hayro_font::hayro_cmap::BfString;
use hayro_font::{CMapResolverFn, Font, FontCache, FontGlyph, FontQuery, FontResolverFn, StandardFont, UNITS_PER_EM};
use std::sync::Arc;

/// Forms in forms.
const FORMS: u32 = 12;
/// Saved states; orders beyond do not save.
const SAVED: usize = 256;

/// Walks the pages of one document.
pub(super) struct Walk<'a, 'p> {
    fonts: FontCache<'a>,
    find_font: FontResolverFn,
    find_cmap: CMapResolverFn,
    unpacker: Unpacker,
    patience: Patience<'p>,
    operations: u64,
    /// Characters without a Unicode value.
    pub(super) unmapped: u32,
}

/// The state that an order may save.
#[derive(Clone)]
struct State<'a> {
    page: Affine,
    text: Affine,
    line: Affine,
    font: Option<Font<'a>>,
    size: f64,
    stretch: f64,
    leading: f64,
    rise: f64,
    after_each: f64,
    after_space: f64,
}

impl State<'_> {
    fn new(page: Affine) -> Self {
        Self {
            page,
            text: Affine::IDENTITY,
            line: Affine::IDENTITY,
            font: None,
            size: 1.0,
            stretch: 1.0,
            leading: 0.0,
            rise: 0.0,
            after_each: 0.0,
            after_space: 0.0,
        }
    }

    fn next_line(&mut self, by: Vec2) {
        self.line *= Affine::translate(by);
        self.text = self.line;
    }

    fn advance(&mut self, by: Vec2) {
        self.text *= Affine::translate(by);
    }
}

impl<'a, 'p> Walk<'a, 'p> {
    pub(super) fn new(operations: u64, patience: Patience<'p>) -> Self {
        Self {
            fonts: FontCache::new(),
            find_font: Arc::new(|query| match query {
                FontQuery::Standard(font) => Some(font.get_font_data()),
                FontQuery::Fallback(font) => Some(font.pick_standard_font().get_font_data()),
            }),
            // Predefined maps are those of Chinese, Japanese and Korean.
            find_cmap: Arc::new(|_| None),
            unpacker: Unpacker::new(),
            patience,
            operations,
            unmapped: 0,
        }
    }

    pub(super) fn page(&mut self, page: &Page<'a>, lines: &mut Lines) -> Result<(), PdfTrouble> {
        // Not the page's own way to its content: that keeps it for as long as the document, page after page.
        let mut content = Vec::new();
        for stream in contents(page) {
            if let Some(part) = self.unpacked(&stream)? {
                self.count(u64::try_from(part.len()).unwrap_or(u64::MAX) / 16 + 8)?;
                content.extend_from_slice(&part);
                content.push(b' ');
            }
            if content.len() > CONTENT_BYTES {
                return Err(PdfTrouble::TooLarge);
            }
        }
        let state = State::new(page.initial_transform(true).to_kurbo());
        self.content(&content, page.resources(), state, 0, lines)
    }

    /// Counts work; the end of it ends the walk.
    fn count(&mut self, work: u64) -> Result<(), PdfTrouble> {
        self.operations = self.operations.checked_sub(work).ok_or(PdfTrouble::TooLarge)?;
        if self.patience.lasts() { Ok(()) } else { Err(PdfTrouble::Stopped) }
    }

    fn content(
        &mut self,
        content: &[u8],
        resources: &Resources<'a>,
        mut state: State<'a>,
        depth: u32,
        lines: &mut Lines,
    ) -> Result<(), PdfTrouble> {
        use TypedInstruction as Order;
        let mut saved: Vec<State<'a>> = Vec::new();
        let mut orders = TypedIter::new(content);
        while let Some(order) = orders.next() {
            self.count(1)?;
            match order {
                Order::SaveState(_) if saved.len() < SAVED => saved.push(state.clone()),
                Order::RestoreState(_) => state = saved.pop().unwrap_or(state),
                Order::Transform(by) => state.page *= affine([&by.0, &by.1, &by.2, &by.3, &by.4, &by.5]),
                Order::BeginText(_) => (state.text, state.line) = (Affine::IDENTITY, Affine::IDENTITY),
                Order::SetTextMatrix(to) => {
                    state.line = affine([&to.0, &to.1, &to.2, &to.3, &to.4, &to.5]);
                    state.text = state.line;
                }
                Order::TextFont(font) => {
                    state.size = font.1.as_f64();
                    state.font = self.font(font.0, resources);
                }
                Order::HorizontalScaling(to) => state.stretch = to.0.as_f64() / 100.0,
                Order::TextLeading(to) => state.leading = to.0.as_f64(),
                Order::TextRise(to) => state.rise = to.0.as_f64(),
                Order::CharacterSpacing(to) => state.after_each = to.0.as_f64(),
                Order::WordSpacing(to) => state.after_space = to.0.as_f64(),
                Order::NextLine(by) => state.next_line(Vec2::new(by.0.as_f64(), by.1.as_f64())),
                Order::NextLineAndSetLeading(by) => {
                    state.leading = -by.1.as_f64();
                    state.next_line(Vec2::new(by.0.as_f64(), by.1.as_f64()));
                }
                Order::NextLineUsingLeading(_) => state.next_line(Vec2::new(0.0, -state.leading)),
                Order::ShowText(text) => self.show(text.0.as_bytes(), &mut state, lines)?,
                Order::NextLineAndShowText(text) => {
                    state.next_line(Vec2::new(0.0, -state.leading));
                    self.show(text.0.as_bytes(), &mut state, lines)?;
                }
                Order::ShowTextWithParameters(text) => {
                    state.after_space = text.0.as_f64();
                    state.after_each = text.1.as_f64();
                    state.next_line(Vec2::new(0.0, -state.leading));
                    self.show(text.2.as_bytes(), &mut state, lines)?;
                }
                Order::ShowTexts(texts) => {
                    for part in texts.0.iter::<Object<'_>>() {
                        self.count(1)?;
                        match part {
                            Object::Number(by) => {
                                let by = -by.as_f64() / f64::from(UNITS_PER_EM) * state.size;
                                let upright = state.font.as_ref().is_none_or(Font::is_horizontal);
                                let by = if upright { Vec2::new(by * state.stretch, 0.0) } else { Vec2::new(0.0, by) };
                                state.advance(by);
                            }
                            Object::String(text) => self.show(text.as_bytes(), &mut state, lines)?,
                            _ => {}
                        }
                    }
                }
                Order::XObject(form) if depth < FORMS => {
                    if let Some(form) = resources.get_x_object(form.0) {
                        self.form(&form, resources, &state, depth, lines)?;
                    }
                }
                _ => {}
            }
        }
        Ok(())
    }

    /// The font of this name, or, as all viewers do, Helvetica.
    fn font(&self, name: &Name<'_>, resources: &Resources<'a>) -> Option<Font<'a>> {
        let named = resources.get_font(name).filter(|dict| refuse_wide_font(dict).is_ok());
        let named = named.and_then(|dict| self.fonts.font(&dict, &self.find_font, &self.find_cmap));
        named.or_else(|| self.fonts.standard_font(StandardFont::Helvetica, &self.find_font))
    }

    fn form(
        &mut self,
        form: &Stream<'a>,
        resources: &Resources<'a>,
        state: &State<'a>,
        depth: u32,
        lines: &mut Lines,
    ) -> Result<(), PdfTrouble> {
        let dict = form.dict();
        if dict.get::<Name<'_>>("Subtype").is_none_or(|kind| kind.as_str() != "Form") {
            return Ok(());
        }
        let Some(content) = self.unpacked(form)? else { return Ok(()) };
        // A form without an order costs its bytes all the same, each time it is used.
        self.count(u64::try_from(content.len()).unwrap_or(u64::MAX) / 16 + 8)?;
        let mut inside = state.clone();
        inside.page *= Affine::new(dict.get::<[f64; 6]>("Matrix").unwrap_or([1.0, 0.0, 0.0, 1.0, 0.0, 0.0]));
        let own = dict.get::<Dict<'a>>("Resources").map(Resources::new);
        self.content(&content, own.as_ref().unwrap_or(resources), inside, depth + 1, lines)
    }

    fn unpacked(&mut self, stream: &Stream<'a>) -> Result<Option<Vec<u8>>, PdfTrouble> {
        self.unpacker.weigh_content(stream, &mut self.patience)?;
        Ok(stream.decoded_data().ok().map(|content| content.into_owned()))
    }

    fn show(&mut self, bytes: &[u8], state: &mut State<'a>, lines: &mut Lines) -> Result<(), PdfTrouble> {
        if state.font.is_none() {
            state.font = self.fonts.standard_font(StandardFont::Helvetica, &self.find_font);
        }
        let Some(font) = state.font.clone() else { return Ok(()) };
        let upright = font.is_horizontal();
        let em = f64::from(UNITS_PER_EM);
        let mut at = 0;
        while at < bytes.len() {
            self.count(1)?;
            let (code, length) = font.read_code(bytes, at);
            at += length.max(1);
            let wide = font.code_advance(code);
            let after = state.after_each + if code == 32 && length == 1 { state.after_space } else { 0.0 };
            let advance = if upright {
                Vec2::new((wide.x / em * state.size + after) * state.stretch, 0.0)
            } else {
                Vec2::new(0.0, wide.y / em * state.size + after)
            };
            let here = state.page * state.text;
            let placed = Placed {
                start: here * Point::new(0.0, state.rise),
                end: here * (Point::new(0.0, state.rise) + advance),
                em: (here * Point::new(0.0, state.size) - here * Point::ORIGIN).hypot(),
            };
            state.advance(advance);
            let meaning = match font.glyph(font.map_code(code), code) {
                FontGlyph::Outline(glyph) => glyph.as_unicode(),
                FontGlyph::Type3(glyph) => glyph.as_unicode(),
            };
            match meaning {
                Some(BfString::Char(one)) => lines.push(written(one, &mut [0; 4]), &placed),
                Some(BfString::String(some)) => lines.push(&some, &placed),
                None => self.unmapped = self.unmapped.saturating_add(1),
            }
        }
        Ok(())
    }
}

fn affine(numbers: [&hayro::hayro_syntax::object::Number; 6]) -> Affine {
    Affine::new(numbers.map(hayro::hayro_syntax::object::Number::as_f64))
}

/// A character as the search has it: ligatures are letters, a hyphen that may break a word is none.
fn written(one: char, room: &mut [u8; 4]) -> &str {
    match one {
        'ﬀ' => "ff",
        'ﬁ' => "fi",
        'ﬂ' => "fl",
        'ﬃ' => "ffi",
        'ﬄ' => "ffl",
        'ﬅ' | 'ﬆ' => "st",
        '\u{ad}' => "",
        one => one.encode_utf8(room),
    }
}
