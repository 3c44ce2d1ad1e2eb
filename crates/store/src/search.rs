//! What somebody typed into the search, understood: name parts in any order, birth dates and numbers as they are typed, words
//! that mean the same. And the words by which a dossier is found, written the same way. Pure: the queries are in `finding`.
//!
//! Birth dates and the numbers of the insured stand in the index under a sign of their own, so that 31/12 finds who was born
//! on that day and not every text with a 31 and a 12.

use bannette_formats::Facts;
use std::collections::{BTreeMap, BTreeSet};
use unicode_normalization::UnicodeNormalization as _;
use unicode_normalization::char::is_combining_mark;

/// Before a birth date that begins with its day. Signs of Unicode's private area: the index takes them for letters, and no text
/// brings them in, since [`parts`] leaves them out.
const BORN: char = '\u{E000}';
/// Before a birth date that begins with its year.
const BORN_IN: char = '\u{E001}';
/// Before an INS or another number of the insured.
const INSURED: char = '\u{E002}';

/// Words that are looked for; what follows is not looked at.
const MOST_WORDS: usize = 12;
/// Letters of a word in which an error may be typed.
const LEAST_LETTERS: usize = 4;
/// Letters of a word beyond which no error is looked for.
const MOST_LETTERS: usize = 24;
/// Chunks of a phrase that may name an analyte.
const PHRASE: usize = 4;

/// What is looked for.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Sought {
    /// A word that begins so, or one that was typed with an error.
    Typed(String),
    /// A word that begins so, exactly.
    Begins(String),
    /// This word.
    Is(String),
    /// All of these.
    All(Vec<Sought>),
    /// One of these.
    Any(Vec<Sought>),
}

/// Words that mean the same: of the search, what `bannette-analytes` knows. Here it is a thing to be asked, so that the store
/// knows no analytes.
pub trait Thesaurus {
    /// Everything else that is written for what a phrase names. `alone`: nothing else is looked for.
    fn synonyms(&self, phrase: &str, alone: bool) -> Vec<&'static str>;
    /// The names that are one typing error away from a word.
    fn near(&self, word: &str) -> Vec<&'static str>;
}

/// Knows no other words.
#[derive(Clone, Copy, Debug)]
pub struct NoThesaurus;

impl Thesaurus for NoThesaurus {
    fn synonyms(&self, _phrase: &str, _alone: bool) -> Vec<&'static str> {
        Vec::new()
    }

    fn near(&self, _word: &str) -> Vec<&'static str> {
        Vec::new()
    }
}

/// A search, understood.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Search {
    sought: Sought,
    /// For each word in which there may be an error: what stands for it besides.
    near: BTreeMap<String, Vec<Sought>>,
}

/// What was meant with words that were typed with an error.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Meant(BTreeMap<String, Vec<Sought>>);

impl Meant {
    /// Notes a word of a dossier that may be meant, and whether only its beginning was typed.
    pub(crate) fn add(&mut self, typed: &str, word: String, beginning: bool) {
        let meant = if beginning { Sought::Begins(word) } else { Sought::Is(word) };
        self.0.entry(typed.to_owned()).or_default().push(meant);
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.values().all(Vec::is_empty)
    }
}

impl Search {
    /// Understands what was typed; nothing where there is no letter and no digit in it.
    #[must_use]
    pub fn typed(text: &str, thesaurus: &impl Thesaurus) -> Option<Self> {
        let chunks: Vec<&str> = text.split_whitespace().filter(|chunk| !parts(chunk).is_empty()).collect();
        let chunks = chunks.get(..chunks.len().min(MOST_WORDS)).unwrap_or_default();
        let mut groups: Vec<Sought> = Vec::new();
        let mut near = BTreeMap::new();
        let mut rest = chunks;
        while !rest.is_empty() {
            let alone = rest.len() == chunks.len();
            let (group, taken) = of_numbers(rest)
                .or_else(|| of_phrase(rest, alone, thesaurus))
                .or_else(|| rest.first().map(|chunk| (word(chunk), 1)))?;
            group.typed_words(&mut |typed| {
                let meant = thesaurus.near(typed).into_iter().map(begins_all);
                near.insert(typed.to_owned(), meant.collect());
            });
            groups.push(group);
            rest = rest.get(taken..).unwrap_or_default();
        }
        let sought = match groups.len() {
            0 => return None,
            1 => groups.pop()?,
            _ => joined_particles(groups),
        };
        Some(Self { sought, near })
    }

    /// The words in which an error may have been typed.
    pub(crate) fn may_err(&self) -> impl Iterator<Item = &str> {
        self.near.keys().map(String::as_str)
    }

    /// What is asked of the full text index for exactly what was typed.
    pub(crate) fn exactly(&self) -> String {
        let mut query = String::new();
        self.sought.write(&mut query, &BTreeMap::new());
        query
    }

    /// The same, each word as it was typed or as it was meant; nothing where nothing else than typed is meant.
    pub(crate) fn nearly(&self, meant: &Meant) -> Option<String> {
        if meant.is_empty() && self.near.values().all(Vec::is_empty) {
            return None;
        }
        let mut all = self.near.clone();
        for (typed, meant) in &meant.0 {
            all.entry(typed.clone()).or_default().extend(meant.iter().cloned());
        }
        let mut query = String::new();
        self.sought.write(&mut query, &all);
        Some(query)
    }

    /// Whether these words (of [`Words::of`]) are found by it, exactly or with an error in what was typed.
    #[must_use]
    pub fn finds(&self, words: &Words, with_error: bool) -> bool {
        self.sought.is_in(&words.0, &|typed| {
            with_error
                && (words.0.iter().any(|word| is_meant(typed, word))
                    || self
                        .near
                        .get(typed)
                        .is_some_and(|meant| meant.iter().any(|one| one.is_in(&words.0, &|_| false))))
        })
    }
}

impl Sought {
    fn typed_words(&self, tell: &mut impl FnMut(&str)) {
        match self {
            Self::Typed(word) => tell(word),
            Self::Begins(_) | Self::Is(_) => {}
            Self::All(of) | Self::Any(of) => of.iter().for_each(|one| one.typed_words(tell)),
        }
    }

    /// As the index is asked: only letters and digits go in, quoted.
    fn write(&self, query: &mut String, meant: &BTreeMap<String, Vec<Self>>) {
        match self {
            Self::Typed(word) => {
                let besides = meant.get(word).map_or(&[][..], Vec::as_slice);
                if besides.is_empty() {
                    write_word(word, true, query);
                    return;
                }
                query.push('(');
                write_word(word, true, query);
                for one in besides {
                    query.push_str(" OR ");
                    one.write(query, meant);
                }
                query.push(')');
            }
            Self::Begins(word) => write_word(word, true, query),
            Self::Is(word) => write_word(word, false, query),
            Self::All(of) => write_joined(of, " AND ", query, meant),
            Self::Any(of) => write_joined(of, " OR ", query, meant),
        }
    }

    fn is_in(&self, words: &BTreeSet<String>, meant: &dyn Fn(&str) -> bool) -> bool {
        let begins = |start: &str| words.range(start.to_owned()..).next().is_some_and(|word| word.starts_with(start));
        match self {
            Self::Typed(word) => begins(word) || meant(word),
            Self::Begins(word) => begins(word),
            Self::Is(word) => words.contains(word),
            Self::All(of) => of.iter().all(|one| one.is_in(words, meant)),
            Self::Any(of) => of.iter().any(|one| one.is_in(words, meant)),
        }
    }
}

fn write_word(word: &str, beginning: bool, query: &mut String) {
    query.push('"');
    query.push_str(word);
    query.push_str(if beginning { "\"*" } else { "\"" });
}

fn write_joined(of: &[Sought], by: &str, query: &mut String, meant: &BTreeMap<String, Vec<Sought>>) {
    query.push('(');
    for (number, one) in of.iter().enumerate() {
        if number > 0 {
            query.push_str(by);
        }
        one.write(query, meant);
    }
    query.push(')');
}

/// One word that begins so: with an error, where it is letters only and long enough.
fn begins(part: String) -> Sought {
    let letters = part.chars().count();
    let may_err = (LEAST_LETTERS..=MOST_LETTERS).contains(&letters) && is_letters(&part);
    if may_err { Sought::Typed(part) } else { Sought::Begins(part) }
}

fn is_letters(word: &str) -> bool {
    word.chars().all(char::is_alphabetic)
}

fn is_digits(word: &str) -> bool {
    !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_digit())
}

fn any(mut of: Vec<Sought>) -> Sought {
    match of.pop() {
        Some(one) if of.is_empty() => one,
        Some(last) => {
            of.push(last);
            Sought::Any(of)
        }
        None => Sought::Any(of),
    }
}

fn all(mut of: Vec<Sought>) -> Sought {
    match of.pop() {
        Some(one) if of.is_empty() => one,
        Some(last) => {
            of.push(last);
            Sought::All(of)
        }
        None => Sought::All(of),
    }
}

/// All the words of a name, each the beginning of one.
fn begins_all(name: &str) -> Sought {
    all(parts(name).into_iter().map(Sought::Begins).collect())
}

/// A chunk without blanks: its parts, or all of it written together (`jean-pierre` and `jeanpierre`, `25-0513` and `250513`).
fn word(chunk: &str) -> Sought {
    let mut parts = parts(chunk);
    if parts.len() < 2 {
        return parts.pop().map_or_else(|| Sought::Any(Vec::new()), begins);
    }
    let together = begins(parts.concat());
    // What is elided is a word by itself (`d’Essai`), and no beginning of another.
    let part = |part: String| if part.chars().count() == 1 { Sought::Is(part) } else { begins(part) };
    any(vec![all(parts.into_iter().map(part).collect()), together])
}

/// A phrase that names an analyte, and of how many chunks it is: the longest.
fn of_phrase(chunks: &[&str], alone: bool, thesaurus: &impl Thesaurus) -> Option<(Sought, usize)> {
    for length in (1..=chunks.len().min(PHRASE)).rev() {
        let phrase = chunks.get(..length)?;
        let synonyms = thesaurus.synonyms(&phrase.join(" "), alone && length == chunks.len());
        if !synonyms.is_empty() {
            let mut of = vec![all(phrase.iter().map(|chunk| word(chunk)).collect())];
            of.extend(synonyms.into_iter().map(begins_all));
            return Some((any(of), length));
        }
    }
    None
}

/// A birth date or a number, written in one chunk or in several.
fn of_numbers(chunks: &[&str]) -> Option<(Sought, usize)> {
    let (first, _) = chunks.split_first()?;
    if let Some(sought) = date_in_words(chunks) {
        return Some((sought, 3));
    }
    // A number of the insured is typed with blanks where they are printed. A word of the department is 2A or 2B in Corsica.
    let is_piece = |chunk: &&&str| parts(chunk).iter().all(|part| is_digits(part) || part == "2a" || part == "2b");
    let run: Vec<&str> = chunks.iter().take_while(is_piece).copied().collect();
    if run.is_empty() {
        return insured(&parts(first).concat()).map(|sought| (sought, 1));
    }
    if run.len() > 1 {
        let pieces: Vec<String> = run.iter().flat_map(|chunk| parts(chunk)).collect();
        let together = pieces.concat();
        if let Some(sought) = insured(&together) {
            return Some((sought, run.len()));
        }
        // `31/12 1980`, `31 12 1980`, and the same before another number.
        let apart: Vec<&str> = run.iter().take(3).copied().collect();
        for (date, taken) in [(pieces.iter().map(String::as_str).collect(), run.len()), (apart, 3)] {
            if let [day, month, year] = date.as_slice()
                && let Some(born) = born(day, month, Some(year))
            {
                return Some((or_number(born, year, date.concat()), taken));
            }
        }
        let mut of = vec![all(run.iter().map(|chunk| number(chunk)).collect()), Sought::Begins(together.clone())];
        if together.starts_with(['1', '2']) {
            of.push(Sought::Begins(format!("{INSURED}{together}")));
        }
        return Some((any(of), run.len()));
    }
    Some((number(first), 1))
}

/// `31 décembre 1980`, `1er janv. 1980`.
fn date_in_words(chunks: &[&str]) -> Option<Sought> {
    let [day, month, year, ..] = chunks else { return None };
    let (day, month) = (parts(day).concat(), parts(month).concat());
    let month = [
        "janvier",
        "fevrier",
        "mars",
        "avril",
        "mai",
        "juin",
        "juillet",
        "aout",
        "septembre",
        "octobre",
        "novembre",
        "decembre",
    ]
    .iter()
    .position(|name| month.len() >= 3 && name.starts_with(&month) && (month != "jui"))?;
    born(day.trim_end_matches("er"), &(month + 1).to_string(), Some(year))
}

/// A chunk of digits and signs between them.
fn number(chunk: &str) -> Sought {
    let pieces = parts(chunk);
    let pieces: Vec<&str> = pieces.iter().map(String::as_str).collect();
    let together = pieces.concat();
    match pieces.as_slice() {
        // Two pieces are a day and a month, wherever such a date exists: whoever looks for a number has more digits.
        [day, month] if chunk.contains(['/', '.', '-']) => {
            if let Some(born) = born(day, month, None) {
                return born;
            }
        }
        [year, month, day] if year.len() == 4 => {
            if let Some(born) = born(day, month, Some(year)) {
                return born;
            }
        }
        [day, month, year] => {
            if let Some(born) = born(day, month, Some(year)) {
                return if chunk.contains('/') { born } else { or_number(born, year, together) };
            }
        }
        [digits] => return of_digits(digits),
        _ => {}
    }
    if let Some(sought) = insured(&together) {
        return sought;
    }
    let apart = all(pieces.iter().map(|piece| Sought::Begins((*piece).to_owned())).collect());
    any(vec![apart, Sought::Begins(together)])
}

/// With a year of four digits it is a date and nothing else.
fn or_number(born: Sought, year: &str, number: String) -> Sought {
    if year.len() == 4 { born } else { any(vec![born, Sought::Begins(number)]) }
}

/// Digits alone: a number's beginning, a date without signs, a year of birth.
fn of_digits(digits: &str) -> Sought {
    let mut of = vec![Sought::Begins(digits.to_owned())];
    let cut = |from, to| digits.get(from..to).unwrap_or_default();
    match digits.len() {
        8 => {
            of.extend(born(cut(0, 2), cut(2, 4), Some(cut(4, 8))));
            of.extend(born(cut(6, 8), cut(4, 6), Some(cut(0, 4))));
        }
        6 => of.extend(born(cut(0, 2), cut(2, 4), Some(cut(4, 6)))),
        4 if digits.starts_with("19") || digits.starts_with("20") => {
            of.push(Sought::Begins(format!("{BORN_IN}{digits}")));
        }
        _ => {}
    }
    if digits.len() >= 5 && digits.starts_with(['1', '2']) {
        of.push(insured(digits).unwrap_or_else(|| Sought::Begins(format!("{INSURED}{digits}"))));
    }
    any(of)
}

/// Who was born on that day. A year may be of two digits, of four, or begun; without, the day of any year.
fn born(day: &str, month: &str, year: Option<&str>) -> Option<Sought> {
    let two = |text: &str, most: u8| {
        let number: u8 = text.parse().ok()?;
        (text.len() <= 2 && (1..=most).contains(&number)).then(|| format!("{number:02}"))
    };
    let (day, month) = (two(day, 31)?, two(month, 12)?);
    let year = year.unwrap_or_default();
    (year.len() <= 4 && year.bytes().all(|byte| byte.is_ascii_digit()))
        .then(|| Sought::Begins(format!("{BORN}{day}{month}{year}")))
}

/// Thirteen signs with or without their key: a matricule of the INS, a NIR.
fn insured(number: &str) -> Option<Sought> {
    let digit = |from: usize, to: usize| number.get(from..to).is_some_and(is_digits);
    let department = digit(5, 7) || matches!(number.get(5..7), Some("2a" | "2b"));
    let whole = number.is_ascii() && digit(0, 5) && department && digit(7, number.len());
    match number.len() {
        13 if whole => Some(Sought::Begins(format!("{INSURED}{number}"))),
        // It may have been sent without its key.
        15 if whole => Some(any(vec![
            Sought::Begins(format!("{INSURED}{number}")),
            Sought::Is(format!("{INSURED}{}", number.get(..13)?)),
        ])),
        _ => None,
    }
}

/// A particle may stand apart or not (`le goff`, `LEGOFF`): each pair of words of which one is short is looked for together too.
fn joined_particles(groups: Vec<Sought>) -> Sought {
    let short = |word: &str| word.chars().count() <= 3;
    let mut ways = Vec::new();
    for (place, pair) in groups.windows(2).enumerate() {
        let (Some(one), Some(other)) = (pair.first().and_then(Sought::letters), pair.last().and_then(Sought::letters))
        else {
            continue;
        };
        if short(one) || short(other) {
            let before = groups.iter().take(place).cloned();
            let after = groups.iter().skip(place + 2).cloned();
            let together = Sought::Begins(format!("{one}{other}"));
            ways.push(all(before.chain([together]).chain(after).collect()));
        }
    }
    ways.insert(0, Sought::All(groups));
    any(ways)
}

impl Sought {
    /// The word that was typed, where it is one word of letters.
    fn letters(&self) -> Option<&str> {
        match self {
            Self::Typed(word) | Self::Begins(word) if is_letters(word) => Some(word),
            _ => None,
        }
    }
}

/// A text cut into words as they stand in the index: small letters without accents, and digits. `œ` is `oe`, `γ` is `gamma`;
/// an apostrophe behind an e is an accent typed on capitals (`CRE'ATININE`), since French never elides after one.
pub(crate) fn parts(text: &str) -> Vec<String> {
    let mut all = Vec::new();
    let mut word = String::new();
    let mut letters = text.nfkd().flat_map(char::to_lowercase).peekable();
    while let Some(letter) = letters.next() {
        match letter {
            'œ' => word.push_str("oe"),
            'æ' => word.push_str("ae"),
            'ß' => word.push_str("ss"),
            'ø' => word.push('o'),
            'ł' => word.push('l'),
            'đ' | 'ð' => word.push('d'),
            'ı' => word.push('i'),
            'γ' => word.push_str("gamma"),
            'β' => word.push_str("beta"),
            'α' => word.push_str("alpha"),
            'κ' => word.push_str("kappa"),
            'λ' => word.push_str("lambda"),
            _ if is_combining_mark(letter) => {}
            _ if letter.is_alphanumeric() => word.push(letter),
            '\'' | '’' | '`' | '´'
                if word.ends_with('e') && letters.peek().is_some_and(|next| next.is_alphabetic()) => {}
            _ if word.is_empty() => {}
            _ => all.push(std::mem::take(&mut word)),
        }
    }
    if !word.is_empty() {
        all.push(word);
    }
    all
}

/// What a dossier says of who and what it is, besides its text.
#[derive(Clone, Copy, Debug)]
pub struct Named<'a> {
    /// As sent.
    pub last_name: &'a str,
    /// As sent.
    pub first_name: &'a str,
    /// `YYYY-MM-DD`, or its beginning.
    pub birth_date: &'a str,
    /// The laboratory's number for it.
    pub number: &'a str,
    /// Who sent it.
    pub sender: &'a str,
    /// What it is compared by.
    pub facts: &'a Facts,
}

/// The words by which a dossier is found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Words(BTreeSet<String>);

impl Words {
    /// Of a text alone.
    #[must_use]
    pub fn of(text: &str) -> Self {
        let mut words = Self::default();
        words.add(text);
        words
    }

    /// Of a text, and of what the dossier is named by.
    #[must_use]
    pub fn of_dossier(text: &str, named: &Named<'_>) -> Self {
        let mut words = Self::of(text);
        let facts = named.facts;
        for name in names(named) {
            words.add_name(name);
        }
        for number in [named.number].into_iter().chain(facts.identifiers.iter().map(|(_, value)| value.as_str())) {
            words.add_name(number);
        }
        for date in [Some(named.birth_date), facts.birth_date.as_deref()].into_iter().flatten() {
            words.add_birth_date(date);
        }
        for number in [&facts.ins, &facts.insured_number].into_iter().flatten() {
            let number = parts(number).concat();
            if !number.is_empty() {
                words.0.insert(format!("{INSURED}{number}"));
            }
        }
        words
    }

    /// Takes in another text.
    pub fn add(&mut self, text: &str) {
        for chunk in text.split_whitespace() {
            let pieces = parts(chunk);
            // `T.S.H.` is found by TSH.
            if pieces.len() > 1
                && chunk.contains('.')
                && pieces.iter().all(|piece| piece.len() == 1 && is_letters(piece))
            {
                self.0.insert(pieces.concat());
            }
            self.0.extend(pieces);
        }
    }

    /// A name or a number, its parts and all of it together.
    fn add_name(&mut self, name: &str) {
        let pieces = parts(name);
        if pieces.len() > 1 {
            self.0.insert(pieces.concat());
        }
        self.0.extend(pieces);
    }

    fn add_birth_date(&mut self, date: &str) {
        let digits: String = date.chars().take(10).filter(char::is_ascii_digit).collect();
        if digits.is_empty() {
            return;
        }
        if let (8, Some(year), Some(short), Some(month), Some(day)) =
            (digits.len(), digits.get(..4), digits.get(2..4), digits.get(4..6), digits.get(6..8))
        {
            self.0.insert(format!("{BORN}{day}{month}{year}"));
            self.0.insert(format!("{BORN}{day}{month}{short}"));
        }
        self.0.insert(format!("{BORN_IN}{digits}"));
    }

    /// As the full text index takes them.
    pub(crate) fn written(&self) -> String {
        let mut text = String::new();
        for word in &self.0 {
            if !text.is_empty() {
                text.push(' ');
            }
            text.push_str(word);
        }
        text
    }
}

fn names<'a>(named: &Named<'a>) -> impl Iterator<Item = &'a str> {
    let facts = named.facts;
    [named.last_name, named.first_name, named.sender]
        .into_iter()
        .chain(facts.family_names.iter().chain(&facts.first_names).map(String::as_str))
}

/// The words of names that may be meant by a word with an error in it.
pub(crate) fn name_words(named: &Named<'_>) -> BTreeSet<String> {
    let mut words = Words::default();
    names(named).for_each(|name| words.add_name(name));
    let kept =
        |word: &String| (LEAST_LETTERS - 1..=MOST_LETTERS + 1).contains(&word.chars().count()) && is_letters(word);
    words.0.into_iter().filter(kept).collect()
}

/// What may have been meant by a word with one error in it: a letter too many, missing, or another one, or two that changed
/// places. `whole`: words. The others are beginnings of words: an error in the last letter typed says nothing of a beginning,
/// and too few letters would begin half the names.
pub(crate) struct Errors {
    pub(crate) whole: Vec<String>,
    pub(crate) beginnings: Vec<String>,
}

impl Errors {
    pub(crate) fn of(typed: &str) -> Self {
        let letters: Vec<char> = typed.chars().collect();
        let length = letters.len();
        let (mut whole, mut beginnings) = (BTreeSet::new(), BTreeSet::new());
        let text = |before: usize, between: &[char], after: usize| -> String {
            letters.iter().take(before).chain(between).chain(letters.iter().skip(after)).collect()
        };
        for place in 0..=length {
            let early = place + 1 < length;
            let mut add = |word: String, early: bool| {
                if early && word.chars().count() >= LEAST_LETTERS {
                    beginnings.insert(word.clone());
                }
                whole.insert(word);
            };
            if place < length {
                add(text(place, &[], place + 1), early);
            }
            if let (Some(one), Some(other)) = (letters.get(place), letters.get(place + 1)) {
                add(text(place, &[*other, *one], place + 2), true);
            }
            for letter in 'a'..='z' {
                add(text(place, &[letter], place), place < length);
                if place < length {
                    add(text(place, &[letter], place + 1), early);
                }
            }
        }
        whole.remove(typed);
        beginnings.remove(typed);
        Self { whole: whole.into_iter().collect(), beginnings: beginnings.into_iter().collect() }
    }
}

/// Whether a word, or its beginning, may be meant by what was typed: as [`Errors`] says it, without making them all.
fn is_meant(typed: &str, word: &str) -> bool {
    let (typed, word): (Vec<char>, Vec<char>) = (typed.chars().collect(), word.chars().collect());
    if !word.iter().all(|letter| letter.is_alphabetic()) {
        return false;
    }
    if one_error(&typed, &word) {
        return true;
    }
    let length = typed.len();
    let beginning = |taken: usize| word.get(..taken);
    // The last letter typed must stand as it is at the end of the beginning, or have changed places with the one before.
    let last = |start: &[char]| {
        start.last() == typed.last()
            || (start.len() == length
                && length >= 2
                && start.last() == typed.get(length - 2)
                && start.get(length - 2) == typed.last())
    };
    [length - 1, length, length + 1]
        .into_iter()
        .filter(|taken| *taken >= LEAST_LETTERS)
        .filter_map(beginning)
        .any(|start| one_error(&typed, start) && last(start))
}

/// Whether two words are one error apart; not none.
#[must_use]
pub fn is_one_error(one: &str, other: &str) -> bool {
    one_error(&one.chars().collect::<Vec<_>>(), &other.chars().collect::<Vec<_>>())
}

fn one_error(one: &[char], other: &[char]) -> bool {
    if one == other {
        return false;
    }
    let same = one.iter().zip(other).take_while(|(a, b)| a == b).count();
    let (one, other) = (one.get(same..).unwrap_or_default(), other.get(same..).unwrap_or_default());
    match (one, other) {
        ([_, one @ ..], [_, other @ ..]) if one == other => true,
        ([a, b, one @ ..], [c, d, other @ ..]) if a == d && b == c && one == other => true,
        ([_, rest @ ..], _) if rest == other => true,
        (_, [_, rest @ ..]) if rest == one => true,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What the index is asked and what a message's own words are asked is the same question.
    #[test]
    fn what_may_be_meant_is_one_question_in_two_forms() {
        // All words of up to six letters out of two, against all typed ones.
        let words: Vec<String> = (1..=6u32)
            .flat_map(|length| (0..1u32 << length).map(move |bits| (length, bits)))
            .map(|(length, bits)| (0..length).map(|at| if bits >> at & 1 == 0 { 'a' } else { 'b' }).collect())
            .collect();
        for typed in words.iter().filter(|word| word.len() >= LEAST_LETTERS && word.len() < 6) {
            let errors = Errors::of(typed);
            assert!(!errors.whole.contains(typed) && !errors.beginnings.contains(typed));
            for word in &words {
                let begins = |start: &String| word.starts_with(start.as_str()) && word != start;
                let asked = errors.whole.contains(word) || errors.beginnings.iter().any(begins);
                assert_eq!(is_meant(typed, word), asked, "{typed} for {word}");
            }
        }
    }

    #[test]
    fn one_error_is_a_letter_more_or_less_or_other_or_two_that_changed_places() {
        for (one, other) in
            [("dupont", "dupond"), ("dupont", "dupnt"), ("dupont", "duppont"), ("dupont", "dupotn"), ("a", "")]
        {
            assert!(is_one_error(one, other) && is_one_error(other, one), "{one} {other}");
        }
        for (one, other) in
            [("dupont", "dupont"), ("dupont", "dupnto"), ("dupont", "dpuotn"), ("dupont", "du"), ("", "")]
        {
            assert!(!is_one_error(one, other), "{one} {other}");
        }
    }

    #[test]
    fn the_index_is_asked_letters_and_digits_only() {
        let hostile = [
            "a\" OR \"b",
            "NEAR(a b)",
            "words:x",
            "a* AND *",
            "\u{E000}31121980",
            "\u{E002}1",
            "-x",
            "^a",
            "(a",
            "a\u{0}b",
        ];
        for typed in hostile {
            let query = Search::typed(typed, &NoThesaurus).map(|search| search.exactly()).unwrap_or_default();
            let quoted = query.split('"').skip(1).step_by(2);
            for word in quoted {
                let own = word.strip_prefix([BORN, BORN_IN, INSURED]).unwrap_or(word);
                assert!(own.chars().all(char::is_alphanumeric), "{typed}: {query}");
            }
        }
        assert_eq!(Search::typed(" — ’ \u{E000} ", &NoThesaurus), None);
        assert_eq!(parts("CRE'ATININE l’ŒUVRE γGT straße"), ["creatinine", "l", "oeuvre", "gammagt", "strasse"]);
    }
}
