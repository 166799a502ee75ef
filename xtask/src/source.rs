// SPDX-License-Identifier: MIT OR Apache-2.0
//! Rust sources as text with a skeleton: enough to find words of code, tests and functions.
//!
//! This is no parser. Comments and literals are blanked, so that what is left is code and every
//! line keeps its number; functions are found by their keyword and measured by their braces. That
//! is sure for `unsafe` (a word that exists only as a keyword) and good enough for guide sizes.

/// A source with comments and literals replaced by spaces.
pub(crate) struct Skeleton(String);

/// A function and how long it is.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Function {
    /// Its name.
    pub(crate) name: String,
    /// The line its `fn` stands on, from 1.
    pub(crate) line: usize,
    /// Lines from there to its closing brace.
    pub(crate) lines_count: usize,
}

impl Skeleton {
    /// Blanks comments and literals of `source`.
    pub(crate) fn of(source: &str) -> Self {
        let bytes = source.as_bytes();
        let mut kept = bytes.to_vec();
        let mut at = 0;
        while at < bytes.len() {
            let end = match bytes[at] {
                b'/' if bytes.get(at + 1) == Some(&b'/') => end_of_line(bytes, at),
                b'/' if bytes.get(at + 1) == Some(&b'*') => end_of_block_comment(bytes, at),
                b'"' => end_of_string(bytes, at),
                b'r' if !continues_a_word(bytes, at) => end_of_raw_string(bytes, at),
                b'b' | b'c' if !continues_a_word(bytes, at) => match bytes.get(at + 1) {
                    Some(b'r') => end_of_raw_string(bytes, at + 1),
                    _ => at,
                },
                b'\'' => end_of_char(bytes, at),
                _ => at,
            };
            for byte in &mut kept[at..end] {
                if *byte != b'\n' {
                    *byte = b' ';
                }
            }
            at = end.max(at + 1);
        }
        Self(String::from_utf8_lossy(&kept).into_owned())
    }

    /// The code that is left.
    pub(crate) fn text(&self) -> &str {
        &self.0
    }

    /// The lines, from 1, on which `word` stands as a word of code.
    pub(crate) fn lines_with_word(&self, word: &str) -> Vec<usize> {
        let is_part = |it: char| it.is_alphanumeric() || it == '_';
        self.0
            .lines()
            .enumerate()
            .filter(|(_, line)| line.split(|it| !is_part(it)).any(|it| it == word))
            .map(|(index, _)| index + 1)
            .collect()
    }

    /// The line, from 1, on which the tests at the end of the file begin.
    pub(crate) fn first_test_line(&self) -> Option<usize> {
        let lines: Vec<&str> = self.0.lines().collect();
        (0..lines.len())
            .find(|&index| {
                lines[index].trim() == "#[cfg(test)]"
                    && lines[index + 1..]
                        .iter()
                        .find(|line| !line.trim_start().starts_with("#["))
                        .is_some_and(|line| line.trim_start().starts_with("mod "))
            })
            .map(|index| index + 1)
    }

    /// The functions with a body.
    pub(crate) fn functions(&self) -> Vec<Function> {
        let mut functions = Vec::new();
        let mut from = 0;
        while let Some(found) = self.0[from..].find("fn ") {
            let at = from + found;
            from = at + 3;
            if continues_a_word(self.0.as_bytes(), at) {
                continue;
            }
            let name: String = self.0[from..]
                .chars()
                .take_while(|it| it.is_alphanumeric() || *it == '_')
                .collect();
            let Some(end) = end_of_body(self.0.as_bytes(), from) else {
                continue;
            };
            if name.is_empty() {
                continue;
            }
            functions.push(Function {
                name,
                line: lines_in(&self.0[..at]) + 1,
                lines_count: lines_in(&self.0[at..end]) + 1,
            });
        }
        functions
    }
}

fn lines_in(text: &str) -> usize {
    text.bytes().filter(|&byte| byte == b'\n').count()
}

fn continues_a_word(bytes: &[u8], at: usize) -> bool {
    at > 0 && (bytes[at - 1].is_ascii_alphanumeric() || bytes[at - 1] == b'_')
}

fn end_of_line(bytes: &[u8], at: usize) -> usize {
    bytes[at..].iter().position(|&byte| byte == b'\n').map_or(bytes.len(), |found| at + found)
}

fn end_of_block_comment(bytes: &[u8], mut at: usize) -> usize {
    let mut depth = 0_usize;
    while at + 1 < bytes.len() {
        match &bytes[at..at + 2] {
            b"/*" => depth += 1,
            b"*/" => depth -= 1,
            _ => {
                at += 1;
                continue;
            }
        }
        at += 2;
        if depth == 0 {
            return at;
        }
    }
    bytes.len()
}

fn end_of_string(bytes: &[u8], open: usize) -> usize {
    let mut at = open + 1;
    while at < bytes.len() {
        match bytes[at] {
            b'\\' => at += 2,
            b'"' => return at + 1,
            _ => at += 1,
        }
    }
    bytes.len()
}

/// The end of the raw string whose `r` stands at `at`, or `at` if none does.
fn end_of_raw_string(bytes: &[u8], at: usize) -> usize {
    let hashes = bytes[at + 1..].iter().take_while(|&&byte| byte == b'#').count();
    let open = at + 1 + hashes;
    if bytes.get(open) != Some(&b'"') {
        return at;
    }
    let mut closing = vec![b'"'];
    closing.resize(1 + hashes, b'#');
    bytes[open + 1..]
        .windows(closing.len())
        .position(|window| window == closing)
        .map_or(bytes.len(), |found| open + 1 + found + closing.len())
}

/// The end of the character literal at `open`, or `open` if it is a lifetime.
fn end_of_char(bytes: &[u8], open: usize) -> usize {
    if bytes.get(open + 1) == Some(&b'\\') {
        let rest = &bytes[(open + 3).min(bytes.len())..];
        return rest.iter().position(|&byte| byte == b'\'').map_or(open, |found| open + 4 + found);
    }
    // One character is at most four bytes of UTF-8.
    (2..=5)
        .find(|&length| bytes.get(open + length) == Some(&b'\''))
        .filter(|&length| {
            std::str::from_utf8(&bytes[open + 1..open + length])
                .is_ok_and(|text| text.chars().count() == 1)
        })
        .map_or(open, |length| open + length + 1)
}

/// The index after the brace that closes the function whose name begins at `from`; `None` for a
/// declaration, which ends with a semicolon.
fn end_of_body(bytes: &[u8], from: usize) -> Option<usize> {
    let mut depth = 0_usize;
    let mut brackets = 0_usize;
    for (index, byte) in bytes.iter().enumerate().skip(from) {
        match byte {
            b'{' => depth += 1,
            b'}' => {
                depth = depth.checked_sub(1)?;
                if depth == 0 {
                    return Some(index + 1);
                }
            }
            b'[' => brackets += 1,
            b']' => brackets = brackets.saturating_sub(1),
            b';' if depth == 0 && brackets == 0 => return None,
            _ => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::{Function, Skeleton};

    #[test]
    fn words_in_comments_and_literals_are_not_code() {
        let source = r##"
// unsafe
/* unsafe /* unsafe */ unsafe */
let a = "unsafe \" unsafe";
let b = r#"unsafe " unsafe"#;
let c = br"unsafe"; let d = 'u'; let e = '\''; let f = '"';
#![forbid(unsafe_code)]
fn keep<'a>(unsafe_name: &'a str) {}
unsafe { real() }
"##;
        assert_eq!(Skeleton::of(source).lines_with_word("unsafe"), [9]);
    }

    #[test]
    fn lines_keep_their_numbers() {
        let source = "a\n/* two\nlines */ b\n\"three\nlines\" c";
        assert_eq!(Skeleton::of(source).text().lines().count(), source.lines().count());
        assert_eq!(Skeleton::of(source).lines_with_word("c"), [5]);
    }

    #[test]
    fn functions_are_measured_by_their_braces() {
        let source = "trait T {\n    fn declared(&self) -> [u8; 2];\n}\n\
                      fn short() {}\nconst fn long(f: fn(u8)) -> u8 {\n    if x { 1 } else { 2 }\n}\n";
        let functions = Skeleton::of(source).functions();
        let expected = [("short", 4, 1), ("long", 5, 3)];
        let expected: Vec<Function> = expected
            .map(|(name, line, lines_count)| Function { name: name.into(), line, lines_count })
            .into();
        assert_eq!(functions, expected);
    }

    #[test]
    fn tests_begin_at_their_attribute() {
        let source = "fn a() {}\n\n#[cfg(test)]\n#[allow(x)]\nmod tests {}\n";
        assert_eq!(Skeleton::of(source).first_test_line(), Some(3));
        assert_eq!(Skeleton::of("#[cfg(test)]\nuse a;\nfn b() {}").first_test_line(), None);
    }
}
