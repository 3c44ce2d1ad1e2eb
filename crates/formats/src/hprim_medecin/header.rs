//! The header of twelve lines: who, when, from whom, for whom. Producers send eleven or thirteen, shift them, put mail
//! text before them; so each line is weighed for what it may be, and the likeliest place wins. It must never drop a
//! line: what has no field of its own goes to the text of the report.

use crate::text::fold;
use crate::{date, text};
use bannette_api::report::{Party, Patient, PatientIdentifier};

/// A header found among the lines before the results.
pub(super) struct Header {
    /// Line, among those searched, at which it begins.
    pub(super) start: usize,
    /// Line after its last.
    pub(super) end: usize,
    /// Whether it stands exactly as the recommendation says.
    pub(super) usual: bool,
    pub(super) patient: Patient,
    pub(super) laboratory: Option<Party>,
    pub(super) recipients: Vec<Party>,
    pub(super) number: Option<String>,
    pub(super) reported_at: Option<String>,
    /// Lines without a field of their own.
    pub(super) left: Vec<String>,
    /// Lines (from the start of the search) where a date should stand and could not be read.
    pub(super) unread_dates: Vec<usize>,
}

/// A place where a header stands, among lines that may hold several reports without an end between them.
pub(super) struct Mark {
    /// Its first line.
    pub(super) start: usize,
    /// The line after its last.
    pub(super) end: usize,
    /// Whether these lines can be nothing else.
    pub(super) sure: bool,
    /// Name and first name, folded.
    name: (String, String),
    /// All its lines, folded.
    all: String,
}

impl Mark {
    /// Whether it names the same person as another one.
    pub(super) fn names_the_same(&self, other: &Self) -> bool {
        self.name == other.name
    }

    /// Whether it is the same once more, as on the next page of a report.
    pub(super) fn repeats(&self, other: &Self) -> bool {
        self.all == other.all
    }
}

/// Lines that a header has as recommended.
const HEADER_LINES: usize = 12;
/// Lines searched for a header.
const SEARCHED: usize = 300;
/// What a place must weigh to be a header.
const THRESHOLD: i32 = 7;
/// What the recommended place must weigh for no other to be looked at: both dates are there.
const SURE: i32 = 13;
/// Two-digit years of birth, where no date of the file says better: above, the last century.
const BIRTH_TURN: u32 = 26;
/// Two-digit years of a file.
const FILE_TURN: u32 = 79;

/// What a line may be.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
struct Looks {
    blank: bool,
    date: bool,
    /// Written as a date, of a day that does not exist.
    no_day: bool,
    place: bool,
    insured: bool,
    name: bool,
    /// May be a name if it stands where one is expected: digits and signs are in it (`FICTIF2`).
    named: bool,
    /// A street: nobody's name.
    street: bool,
    code: bool,
    party: bool,
    /// A code in columns before a name: hardly anything but the sender or the recipient.
    coded: bool,
    digits: bool,
}

/// Where the lines of a header stand, from its first.
#[derive(Clone, Copy, PartialEq)]
struct Shape {
    /// Name (1 as recommended; 0 where the first line, the code, is missing).
    name: usize,
    /// Birth date (6 as recommended).
    birth: usize,
    /// File date, from the birth date (3 as recommended).
    file: usize,
}

const fn shape(name: usize, birth: usize, file: usize) -> Shape {
    Shape { name, birth, file }
}

const USUAL: Shape = shape(1, 6, 3);
const SHAPES: [Shape; 13] = [
    USUAL,
    shape(1, 6, 2),
    shape(1, 6, 4),
    shape(1, 5, 3),
    shape(1, 7, 3),
    shape(1, 5, 2),
    shape(1, 7, 4),
    shape(1, 5, 4),
    shape(1, 7, 2),
    shape(0, 5, 3),
    shape(0, 5, 2),
    shape(0, 5, 4),
    shape(0, 6, 3),
];

/// Longest header: two lines more than usual.
const LONGEST: usize = 14;

/// Looks for a header. `tagged`: a tag of HPRIM follows these lines, so that a weak one at their very start is enough.
pub(super) fn find(lines: &[&str], tagged: bool) -> Option<Header> {
    let searched = lines.get(..SEARCHED).unwrap_or(lines);
    // The recommended place first: most need no other.
    let mut looks: Vec<Looks> = Vec::with_capacity(32);
    looks.extend(searched.iter().take(HEADER_LINES).map(|line| look(line)));
    if weigh(&looks, USUAL).is_some_and(|weight| weight >= SURE) {
        return Some(read(lines, &looks, 0, USUAL));
    }
    looks.extend(searched.iter().skip(HEADER_LINES).map(|line| look(line)));
    let mut best: Option<(i32, usize, Shape)> = None;
    for start in 0..looks.len() {
        for shape in SHAPES {
            let Some(weight) = weigh(looks.get(start..).unwrap_or_default(), shape) else { continue };
            if best.is_none_or(|(found, _, _)| weight > found) {
                best = Some((weight, start, shape));
            }
        }
    }
    if let Some((weight, start, shape)) = best
        && weight >= THRESHOLD
    {
        return Some(read(lines, &looks, start, shape));
    }
    let weak = tagged && lines.len() >= 12 && looks.get(1).is_some_and(|looks| looks.name);
    let dated = |at: usize| looks.get(at).is_some_and(|looks| looks.blank || looks.date);
    (weak && dated(USUAL.birth) && dated(USUAL.birth + USUAL.file)).then(|| read(lines, &looks, 0, USUAL))
}

/// How much these lines look like a header of this shape. None: they cannot be one.
fn weigh(looks: &[Looks], shape: Shape) -> Option<i32> {
    let at = |index: usize| looks.get(index).copied().unwrap_or(Looks { blank: true, ..Looks::default() });
    let code = if shape.name == 0 { Looks { blank: true, ..Looks::default() } } else { at(0) };
    let (last, first) = (at(shape.name), at(shape.name + 1));
    let birth = at(shape.birth);
    if !last.named || birth.insured || !(birth.date || birth.no_day || birth.blank) || looks.len() <= shape.birth {
        return None;
    }
    let mut weight = 1;
    weight += i32::from(code.code) - i32::from(!code.code && !code.blank && !code.party) * 2;
    weight += i32::from(first.name) - i32::from(first.date || first.place || first.street) * 6;
    weight -= i32::from(!first.named && !first.blank) * 2 + i32::from(shape.name == 0) + i32::from(!last.name) * 2;
    weight += i32::from(birth.date) * 8 + i32::from(birth.no_day) * 6;
    weight += i32::from(at(shape.birth - 1).place) * 2;
    weight += match at(shape.birth + 1) {
        looks if looks.insured => 3,
        looks if looks.blank => 0,
        _ => -2,
    };
    weight += match at(shape.birth + shape.file) {
        looks if looks.date => 4,
        looks if looks.blank => 0,
        _ => -3,
    };
    let sender = shape.birth + shape.file + 1;
    weight += i32::from(at(sender).party) + i32::from(at(sender + 1).party);
    weight -= i32::from(shape.birth - shape.name != USUAL.birth - USUAL.name) + i32::from(shape.file != USUAL.file);
    // Dates between those of birth and of the file belong to another shape.
    let inside = (shape.name..shape.birth).any(|index| at(index).date);
    (!inside).then_some(weight)
}

fn look(line: &str) -> Looks {
    let text = text::trimmed(line, super::is_edge);
    if text.is_empty() {
        return Looks { blank: true, ..Looks::default() };
    }
    if text.len() > 400 {
        return Looks::default();
    }
    // One pass: each line of a header comes here.
    let (mut digits, mut letters, mut others, mut words, mut in_word) = (0, 0, 0, 0, false);
    for c in text.chars() {
        let mut blank = false;
        match c {
            'A'..='Z' | 'a'..='z' => letters += 1,
            '0'..='9' => digits += 1,
            ' ' => blank = true,
            '-' | '\'' | '’' | '.' | '?' => {}
            _ if c.is_alphabetic() => letters += 1,
            _ => {
                others += 1;
                blank = c.is_whitespace();
            }
        }
        words += usize::from(!blank && !in_word);
        in_word = !blank;
    }
    let numbered = text.as_bytes().first().is_some_and(u8::is_ascii_digit);
    let date = numbered && date::is_whole(text, BIRTH_TURN);
    let place = numbered && is_place(text);
    let insured = numbered && is_insured_number(text);
    let street = !place && is_street(text);
    let first_word = text.split_whitespace().next().unwrap_or_default();
    let counted = first_word.bytes().all(|byte| byte.is_ascii_digit());
    let named = letters > 0 && !(date || place || insured || street || counted) && words <= 8 && text.len() <= 50;
    Looks {
        blank: false,
        date,
        no_day: numbered && !date && is_written_as_date(text),
        place,
        insured,
        name: named && digits + others == 0 && words <= 6,
        named: named && !text.contains(['|', ':']),
        street,
        code: words == 1 && text.len() <= 40 || is_composite(line),
        party: letters > 0 && text.len() <= 80 && digits <= 12,
        coded: letters > 0 && text.len() <= 80 && is_coded(text),
        digits: digits > 0,
    }
}

/// All headers among these lines, in order. They are looked for by their dates and postcodes, so that lines without any
/// cost little.
pub(super) fn marks(lines: &[&str]) -> Vec<Mark> {
    let mut marks: Vec<Mark> = Vec::new();
    let mut from = 0;
    for (at, line) in lines.iter().enumerate() {
        if at < from || !is_anchor(line) {
            continue;
        }
        let Some((start, shape, sure)) = header_around(lines, at, from) else { continue };
        let end = (start + shape.birth + shape.file + 3).min(lines.len());
        let name = |index: usize| lines.get(start + index).map(|line| fold(line)).unwrap_or_default();
        let all = lines.get(start + shape.name..end).unwrap_or_default().iter().map(|line| fold(line)).collect();
        marks.push(Mark { start, end, sure, name: (name(shape.name), name(shape.name + 1)), all });
        from = end;
    }
    marks
}

/// The likeliest header of which this line is a date or the town, from this line on: where it begins, its shape, and
/// whether it is sure.
fn header_around(lines: &[&str], anchor: usize, from: usize) -> Option<(usize, Shape, bool)> {
    let first = anchor.saturating_sub(LONGEST).max(from);
    let looks: Vec<Looks> = lines.get(first..)?.iter().take(2 * LONGEST).map(|line| look(line)).collect();
    let mut best: Option<(bool, i32, usize, Shape)> = None;
    for shape in SHAPES {
        for place in [shape.birth - 1, shape.birth, shape.birth + shape.file] {
            let Some(start) = anchor.checked_sub(place).and_then(|start| start.checked_sub(first)) else { continue };
            let Some(found) = looks.get(start..) else { continue };
            let Some(weight) = weigh(found, shape).filter(|weight| *weight >= THRESHOLD) else { continue };
            let Some(sure) = is_sure(found, shape) else { continue };
            if best.is_none_or(|(best_sure, best, ..)| (sure, weight) > (best_sure, best)) {
                best = Some((sure, weight, first + start, shape));
            }
        }
    }
    let (sure, _, start, found) = best?;
    // The line before the name may be the last of the report before: a code is one word, not written as words are.
    let before = lines.get(start).copied().unwrap_or_default();
    if found.name == 1 && start > 0 && !may_be_code(before) {
        return Some((start + 1, shape(0, found.birth - 1, found.file), sure));
    }
    Some((start, found, sure))
}

/// Whether a line can be the first of a header, among the lines of another report.
fn may_be_code(line: &str) -> bool {
    let text = text::trimmed(line, super::is_edge);
    let one = !text.contains(char::is_whitespace);
    let written = text.contains(|c: char| c.is_ascii_digit()) || !text.contains(char::is_lowercase);
    text.is_empty() || one && written || is_insured_number(text) || line.len() >= 100 && is_composite(line)
}

/// Whether these lines are a header for sure, or only perhaps; none where too little says so. Among words, a line that may
/// be a name and a date below it are not enough.
fn is_sure(looks: &[Looks], shape: Shape) -> Option<bool> {
    let at = |index: usize| looks.get(index).copied().unwrap_or_default();
    let file = shape.birth + shape.file;
    let (born, filed) = (at(shape.birth).date, at(file).date);
    let place = (shape.name + 2..shape.birth).any(|index| at(index).place);
    let insured = at(shape.birth + 1).insured;
    let (sender, recipient) = (at(file + 1).coded, at(file + 2).coded);
    let others = [place, insured, sender, recipient].into_iter().filter(|found| *found).count();
    let count = others + usize::from(born) + usize::from(filed);
    let number = at(file - 1);
    let in_order = shape == USUAL && at(0).code && at(1).name && at(2).name && number.code && number.digits;
    let dated = born && filed;
    if dated && (others > 0 || in_order) || count >= 4 {
        return Some(true);
    }
    let named = at(shape.name).name && at(shape.name + 1).name;
    let perhaps = dated && named && (number.digits || shape == USUAL && at(file + 1).party);
    (perhaps || count == 3).then_some(false)
}

/// Whether the first lines, though no header can be read from them, look as if they began a report of their own.
pub(super) fn may_begin(lines: &[&str]) -> bool {
    let Some(first) = lines.get(..HEADER_LINES) else { return false };
    let looks: Vec<Looks> = first.iter().map(|line| look(line)).collect();
    let named = looks.get(1).is_some_and(|looks| looks.name);
    named && looks.iter().any(|looks| looks.place || looks.insured || looks.coded || looks.date)
}

/// A line that is a day and nothing else.
fn is_date(line: &str) -> bool {
    let text = text::trimmed(line, super::is_edge);
    text.len() <= 20 && text.as_bytes().first().is_some_and(u8::is_ascii_digit) && date::is_whole(text, BIRTH_TURN)
}

/// A line by which a header is looked for.
fn is_anchor(line: &str) -> bool {
    is_date(line) || {
        let text = text::trimmed(line, super::is_edge);
        text.as_bytes().first().is_some_and(u8::is_ascii_digit) && is_place(text)
    }
}

/// `5 quai des Epreuves`, `12 bis RUE DES ESSAIS`, `RUE DU 8 MAI`.
fn is_street(text: &str) -> bool {
    const WAYS: [&str; 10] =
        ["rue", "avenue", "boulevard", "chemin", "impasse", "allee", "allée", "route", "quai", "square"];
    let mut words = text.split_whitespace();
    let (first, second) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
    let numbered = first.bytes().all(|byte| byte.is_ascii_digit() || byte == b',') && !first.is_empty();
    let way = WAYS.contains(&first.to_lowercase().as_str());
    let of = ["de", "du", "des", "la", "le", "les"].contains(&second.to_lowercase().as_str());
    numbered && second.contains(char::is_alphabetic) || way && of
}

/// `LABTIL     LABO DES TILLEULS`: a code, then its name in the next column.
fn is_coded(text: &str) -> bool {
    let Some((code, rest)) = text.split_once(char::is_whitespace) else { return false };
    code.len() <= 10 && rest.starts_with(char::is_whitespace) && rest.contains(char::is_alphabetic)
}

/// A first line of several columns (160 characters in all).
fn is_composite(line: &str) -> bool {
    line.len() >= 60 && line.contains("          ")
}

/// `76600 LE HAVRE`
fn is_place(text: &str) -> bool {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    digits == 5 && text.len() < 60 && text.as_bytes().get(5).is_none_or(|byte| *byte == b' ')
}

/// 13 or 15 digits, with blanks; `2A` and `2B` for Corsica.
fn is_insured_number(text: &str) -> bool {
    let mut length = 0;
    for (at, c) in text.chars().filter(|c| !c.is_whitespace()).enumerate() {
        let digit = c.is_ascii_digit() || (at == 6 && matches!(c, 'A' | 'B' | 'a' | 'b'));
        if !digit || at == 0 && !matches!(c, '1'..='4' | '7' | '8') {
            return false;
        }
        length = at + 1;
    }
    matches!(length, 13..=15)
}

/// Reads the lines of a header whose place is known.
fn read(lines: &[&str], looks: &[Looks], start: usize, shape: Shape) -> Header {
    let line = |index: usize| lines.get(start + index).map_or("", |line| text::trimmed(line, super::is_edge));
    let words = |index: usize| Some(line(index)).filter(|line| !is_placeholder(line));
    let text = |index: usize| words(index).map(str::to_owned);
    let street = is_street(line(shape.name + 1));
    let mut header = Header {
        start,
        end: start,
        usual: start == 0 && shape == USUAL && !street,
        patient: Patient {
            used_name: text(shape.name),
            first_name: text(shape.name + 1).filter(|_| !street),
            ..Patient::default()
        },
        laboratory: None,
        recipients: Vec::new(),
        number: None,
        reported_at: None,
        left: Vec::new(),
        unread_dates: Vec::new(),
    };
    let address = if street { shape.name + 1 } else { shape.name + 2 };
    header.patient.address = (address..shape.birth).filter_map(text).collect();
    if shape.name > 0
        && let Some(code) = words(0)
    {
        header.left.push(reference(code));
        header.patient.identifiers.extend(identifier(code));
    }
    let file = shape.birth + shape.file;
    let filed = date::whole(line(file), FILE_TURN);
    // Nobody is examined before being born: the year of the file tells 1928 from 2028.
    let turn = filed.as_deref().and_then(|day| day.get(2..4)?.parse().ok()).unwrap_or(BIRTH_TURN);
    match date::whole(line(shape.birth), turn) {
        Some(day) => header.patient.birth_date = Some(day),
        None => header.note_unread(text(shape.birth), start + shape.birth),
    }
    let file_looks = looks.get(start + file).copied().unwrap_or_default();
    let present = lines.len() > start + file;
    let numbers = (shape.birth + 1..file).all(|index| may_be_number(line(index)));
    if !present || !numbers || !(file_looks.date || file_looks.blank || file_looks.no_day) {
        // The header stops after the date of birth: what follows is already the report.
        header.end = (start + shape.birth + 1).min(lines.len());
        header.usual = false;
        return header;
    }
    for index in shape.birth + 1..file {
        header.number_line(text(index), index == shape.birth + 1 && shape.file >= 3);
    }
    match filed {
        Some(day) => header.reported_at = Some(day),
        None => header.note_unread(text(file), start + file),
    }
    // Some repeat the number of the file in the first line.
    header.patient.identifiers.retain(|one| Some(&one.value) != header.number.as_ref());
    header.laboratory = words(file + 1).and_then(party);
    header.recipients.extend(words(file + 2).and_then(party));
    header.end = (start + file + 3).min(lines.len());
    header.usual &= header.end == start + 12;
    header
}

impl Header {
    fn note_unread(&mut self, text: Option<String>, line: usize) {
        if let Some(text) = text {
            self.left.push(text);
            self.unread_dates.push(line);
        }
    }

    /// The lines between the two dates: number of the insured, number of the file.
    fn number_line(&mut self, text: Option<String>, insured_place: bool) {
        let Some(text) = text else { return };
        if self.patient.insured_number.is_none() && (insured_place || is_insured_number(&text)) {
            self.patient.insured_number = Some(text);
        } else if self.number.is_none() {
            self.number = Some(text);
        } else {
            self.left.push(text);
        }
    }
}

/// A line written as a date, whatever its numbers say.
fn is_written_as_date(text: &str) -> bool {
    if !text.starts_with(|c: char| c.is_ascii_digit()) {
        return false;
    }
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    let signs = text.bytes().filter(|byte| matches!(byte, b'/' | b'-' | b'.')).count();
    digits + signs == text.len() && (4..=8).contains(&digits) && (signs == 2 || signs == 0 && digits == 8)
}

/// Whether a line can hold the number of an insured or of a file: short, and no sentence.
fn may_be_number(text: &str) -> bool {
    text.len() <= 40 && !text.contains(':') && text.split_whitespace().count() <= 7 && {
        let lower = text.chars().filter(|c| c.is_lowercase()).count();
        lower * 2 <= text.len()
    }
}

/// Nothing but dots and dashes.
fn is_placeholder(text: &str) -> bool {
    !text.chars().any(char::is_alphanumeric)
}

/// The patient's code at the laboratory, where the first line can be nothing else: one word with a digit in it. Titles,
/// the laboratory's own name and the number of the insured stand there too.
fn identifier(code: &str) -> Option<PatientIdentifier> {
    let one = !code.contains(char::is_whitespace) && code.len() <= 40;
    let number = code.contains(|c: char| c.is_ascii_digit()) && !is_insured_number(code) && !is_date(code);
    (one && number).then(|| PatientIdentifier { value: code.to_owned(), authority: None })
}

/// The code in the first line; its columns told apart.
fn reference(code: &str) -> String {
    let mut reference = String::with_capacity(code.len() + 16);
    reference.push_str("Référence :");
    let mut sign = " ";
    for cell in code.split("  ").map(str::trim).filter(|cell| !cell.is_empty()) {
        reference.push_str(sign);
        reference.push_str(cell);
        sign = " · ";
    }
    reference
}

/// A code of ten columns and a name, or one of them.
fn party(text: &str) -> Option<Party> {
    let text = text.trim();
    let (code, name) = match text.split_once(char::is_whitespace) {
        Some((code, rest)) if is_code(code, rest) => (Some(code), rest.trim()),
        _ => (None, text),
    };
    let id = code.filter(|code| !is_placeholder(code)).map(str::to_owned);
    let name = Some(name).filter(|name| !is_placeholder(name)).map(squeezed);
    (id.is_some() || name.is_some()).then_some(Party { name, id })
}

/// Whether the first word of a line is a code: columns follow it, or it holds a digit.
fn is_code(word: &str, rest: &str) -> bool {
    let columns = rest.starts_with(char::is_whitespace);
    word.len() <= 10
        && (columns || word.len() == 10 || is_placeholder(word) || word.contains(|c: char| c.is_ascii_digit()))
}

/// Blanks that follow one another made one.
fn squeezed(text: &str) -> String {
    let mut squeezed = String::with_capacity(text.len());
    for word in text.split_whitespace() {
        if !squeezed.is_empty() {
            squeezed.push(' ');
        }
        squeezed.push_str(word);
    }
    squeezed
}
