//! The arguments of a program on one line, as one writes them: parted by white space, held together by quotation marks of
//! either kind. No shell reads them: nothing else has a meaning.

/// What a new program is given: the file to open and the file to write.
pub const USUAL: &str = "{input} {output}";

/// The arguments of a line; nothing when a quotation mark stays open.
#[must_use]
pub fn split(line: &str) -> Option<Vec<String>> {
    let mut arguments = Vec::new();
    let mut open: Option<String> = None;
    let mut quoted: Option<char> = None;
    for letter in line.chars() {
        match quoted {
            Some(mark) if letter == mark => quoted = None,
            Some(_) => open.get_or_insert_default().push(letter),
            None if letter == '"' || letter == '\'' => {
                quoted = Some(letter);
                open.get_or_insert_default();
            }
            None if letter.is_whitespace() => arguments.extend(open.take()),
            None => open.get_or_insert_default().push(letter),
        }
    }
    arguments.extend(open);
    quoted.is_none().then_some(arguments)
}

/// The line of these arguments.
#[must_use]
pub fn join(arguments: &[String]) -> String {
    let bare = |one: &String| !one.is_empty() && !one.contains(|c: char| c.is_whitespace() || "\"'".contains(c));
    let written = arguments.iter().map(|one| match one {
        one if bare(one) => one.clone(),
        one => format!("\"{}\"", one.replace('"', "\"'\"'\"")),
    });
    written.collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::{join, split};
    use proptest::prelude::*;

    #[test]
    fn white_space_parts_and_quotation_marks_hold() {
        let parts = |line: &str| split(line).unwrap();
        assert_eq!(parts("  {input}\t-o {output} "), ["{input}", "-o", "{output}"]);
        assert_eq!(
            parts(r#""C:\Mes clefs\a" 'x "y" z' --k="un deux""#),
            [r"C:\Mes clefs\a", r#"x "y" z"#, "--k=un deux"]
        );
        assert_eq!(parts(r#""" ''"#), ["", ""]);
        assert_eq!(split(r#"a "b"#), None);
        assert_eq!(parts("$(rm -r) ; & |"), ["$(rm", "-r)", ";", "&", "|"], "nothing is a shell's");
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_again(arguments in proptest::collection::vec("[a\"' \\\\{}é]{0,6}", 0..5)) {
            prop_assert_eq!(split(&join(&arguments)), Some(arguments));
        }
    }
}
