//! From placed characters to lines of words. A PDF knows neither: it places glyphs, in any order, and often without spaces.

use hayro::kurbo::{Point, Vec2};

/// A character where it stands.
pub(super) struct Placed {
    /// Where its baseline begins, the page's top left being the origin.
    pub(super) start: Point,
    /// Where the next one begins.
    pub(super) end: Point,
    /// Its size.
    pub(super) em: f64,
}

/// A piece of a line: characters that follow one another without a gap.
#[derive(Debug)]
struct Piece {
    text: String,
    /// The direction of writing, in degrees.
    turn: i16,
    /// Along the direction of writing.
    from: f64,
    to: f64,
    /// Across it.
    across: f64,
    em: f64,
}

/// The pieces of a page.
#[derive(Debug, Default)]
pub(super) struct Lines {
    pieces: Vec<Piece>,
}

/// A gap that parts two words, in ems. A space is 0.25 em or more in nearly all fonts; kerning stays below 0.1.
const WORD_GAP: f64 = 0.18;
/// How far back a character may go and still follow the one before, in ems.
const BACK: f64 = 0.5;
/// How far two baselines of one line may differ, in ems.
const SAME_LINE: f64 = 0.35;

impl Lines {
    pub(super) fn push(&mut self, text: &str, placed: &Placed) {
        let along = placed.end - placed.start;
        let along = if along.hypot() > 0.0 { along.normalize() } else { Vec2::new(1.0, 0.0) };
        let across = Vec2::new(-along.y, along.x);
        let piece = Piece {
            text: String::new(),
            turn: along.atan2().to_degrees().round() as i16,
            from: placed.start.to_vec2().dot(along),
            to: placed.end.to_vec2().dot(along),
            across: placed.start.to_vec2().dot(across),
            em: placed.em,
        };
        if ![piece.from, piece.to, piece.across, piece.em].iter().all(|number| number.is_finite()) {
            return;
        }
        match self.pieces.last_mut() {
            Some(last) if last.is_followed_by(&piece) => {
                last.text.push_str(text);
                last.to = piece.to;
            }
            _ => self.pieces.push(Piece { text: text.to_owned(), ..piece }),
        }
    }

    /// Appends the page's lines, up to so many bytes in all. False when they did not all fit.
    pub(super) fn write(mut self, into: &mut String, most: usize) -> bool {
        self.pieces.retain(|piece| !piece.text.trim().is_empty());
        // Upright text first, then what is written in a margin.
        self.pieces.sort_by(|one, other| {
            (one.turn != 0, one.turn).cmp(&(other.turn != 0, other.turn)).then(one.across.total_cmp(&other.across))
        });
        let mut line: Vec<&Piece> = Vec::new();
        for piece in &self.pieces {
            if line.first().is_some_and(|first| !first.shares_line_with(piece)) && !write_line(&mut line, into, most) {
                return false;
            }
            line.push(piece);
        }
        write_line(&mut line, into, most)
    }
}

impl Piece {
    fn is_followed_by(&self, next: &Self) -> bool {
        let gap = next.from - self.to;
        self.turn == next.turn
            && (next.across - self.across).abs() < 0.2 * self.em
            && gap < WORD_GAP * self.em
            && gap > -BACK * self.em
    }

    fn shares_line_with(&self, other: &Self) -> bool {
        self.turn == other.turn && (other.across - self.across).abs() <= SAME_LINE * self.em.min(other.em)
    }
}

fn write_line(line: &mut Vec<&Piece>, into: &mut String, most: usize) -> bool {
    line.sort_by(|one, other| one.from.total_cmp(&other.from));
    let mut text = String::new();
    let mut before: Option<&Piece> = None;
    for piece in line.drain(..) {
        if let Some(before) = before {
            // Bold without a bold font: the same text twice, a hair apart.
            if before.text == piece.text && (before.from - piece.from).abs() < 0.2 * piece.em {
                continue;
            }
            if piece.from - before.to > WORD_GAP * piece.em || before.to - piece.from > BACK * piece.em {
                text.push(' ');
            }
        }
        text.push_str(&piece.text);
        before = Some(piece);
    }
    let mut first = true;
    for word in text.split(|c: char| c.is_whitespace() || c.is_control()).filter(|word| !word.is_empty()) {
        let parting = if into.is_empty() {
            ""
        } else if first {
            "\n"
        } else {
            " "
        };
        if into.len() + parting.len() + word.len() > most {
            return false;
        }
        into.push_str(parting);
        into.push_str(word);
        first = false;
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    fn placed(x: f64, y: f64, width: f64) -> Placed {
        Placed { start: Point::new(x, y), end: Point::new(x + width, y), em: 10.0 }
    }

    fn written(lines: Lines) -> String {
        let mut text = String::new();
        assert!(lines.write(&mut text, 1000));
        text
    }

    #[test]
    fn gaps_part_words_and_kerning_does_not() {
        let mut lines = Lines::default();
        for (at, letter) in [(0.0, "A"), (4.5, "V"), (12.0, "k"), (60.0, "5")] {
            lines.push(letter, &placed(at, 100.0, 5.0));
        }
        assert_eq!(written(lines), "AV k 5");
    }

    #[test]
    fn lines_are_read_from_the_top_whatever_their_order_in_the_file() {
        let mut lines = Lines::default();
        lines.push("valeur", &placed(200.0, 101.0, 30.0));
        lines.push("dessous", &placed(0.0, 120.0, 30.0));
        lines.push("Potassium", &placed(0.0, 100.0, 50.0));
        assert_eq!(written(lines), "Potassium valeur\ndessous");
    }

    #[test]
    fn a_text_drawn_twice_is_read_once() {
        let mut lines = Lines::default();
        lines.push("GRAS", &placed(0.0, 100.0, 30.0));
        lines.push("GRAS", &placed(0.4, 100.0, 30.0));
        assert_eq!(written(lines), "GRAS");
    }

    #[test]
    fn the_text_ends_at_its_limit_between_words() {
        let mut lines = Lines::default();
        lines.push("é".repeat(8).as_str(), &placed(0.0, 100.0, 50.0));
        lines.push("suite", &placed(70.0, 100.0, 30.0));
        let mut text = String::new();
        assert!(!lines.write(&mut text, 20));
        assert_eq!(text, "éééééééé");
    }

    #[test]
    fn numbers_without_end_are_left_out() {
        let mut lines = Lines::default();
        lines.push("x", &placed(f64::NAN, 0.0, 1.0));
        lines.push("y", &placed(f64::INFINITY, 0.0, 1.0));
        assert_eq!(written(lines), "");
    }
}
