// SPDX-License-Identifier: MIT OR Apache-2.0
//! Reads the transcripts under `tests/vectors/ctap`: lines `field: value` in their order, and bytes as
//! `86 0008 a1*57`.

/// One line of a transcript.
pub(crate) struct Line {
    /// Where it is, to tell a failure by.
    pub(crate) place: String,
    pub(crate) field: String,
    pub(crate) value: String,
}

/// Reads hexadecimal, with blanks anywhere, and a byte with how often it stands there.
pub(crate) fn bytes(text: &str) -> Vec<u8> {
    let mut bytes = Vec::new();
    for word in text.split_whitespace() {
        let (hex, times) = word.split_once('*').unwrap_or((word, "1"));
        assert_eq!(hex.len() % 2, 0, "{text}");
        let piece: Vec<u8> = (0..hex.len())
            .step_by(2)
            .map(|at| u8::from_str_radix(&hex[at..at + 2], 16).expect("hexadecimal"))
            .collect();
        bytes.extend(piece.repeat(times.parse().expect("a number")));
    }
    bytes
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// What an `event` line says, with its bytes written out.
pub(crate) fn event(value: &str) -> String {
    let mut words = value.splitn(3, ' ');
    match (words.next(), words.next(), words.next()) {
        (Some("request"), Some(kind), Some(request)) => {
            format!("request {kind} {}", hex(&bytes(request)))
        }
        _ => value.into(),
    }
}

/// The lines of every file whose name begins with this, without remarks; a line without text
/// is one without field.
pub(crate) fn transcripts(prefix: &str) -> Vec<Vec<Line>> {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/vectors/ctap");
    let mut paths: Vec<_> = std::fs::read_dir(folder)
        .expect("the folder of vectors is in the repository")
        .map(|entry| entry.expect("a readable folder").path())
        .collect();
    paths.sort();
    let mut transcripts = Vec::new();
    for path in paths {
        let name = path.file_name().expect("a file").to_string_lossy().into_owned();
        if !name.starts_with(prefix) || !name.ends_with(".txt") {
            continue;
        }
        let text = std::fs::read_to_string(&path).expect("a readable file");
        let is_remark = |line: &str| line.starts_with('#') || line.starts_with("remark:");
        let lines = text.lines().enumerate().filter(|(_, line)| !is_remark(line));
        transcripts.push(lines.map(|(number, line)| read_line(&name, number, line)).collect());
    }
    transcripts
}

fn read_line(name: &str, number: usize, line: &str) -> Line {
    let place = format!("{name}:{}", number + 1);
    let (field, value) = match line {
        "" => ("", ""),
        line => line.split_once(':').unwrap_or_else(|| panic!("{place}: field: value")),
    };
    Line { place, field: field.into(), value: value.trim().into() }
}
