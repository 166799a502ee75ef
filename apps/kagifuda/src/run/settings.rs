// SPDX-License-Identifier: MIT OR Apache-2.0
//! What the holder set once for all: lines `name = value` in `$XDG_CONFIG_HOME/kagifuda/settings`.
//!
//! There is one name so far, `display.conceal`. Lines that say something else are passed over, so that an older
//! program reads the settings of a newer one. A file that cannot be read hides codes: whoever wrote it wanted
//! less shown than usual.

use std::path::PathBuf;

/// No settings are longer.
const MAX_BYTES: u64 = 64 * 1024;

/// Whether codes on the screen are hidden until asked for.
pub(super) fn is_concealed() -> bool {
    let Some(path) = path() else { return false };
    match read(&path) {
        Ok(text) => is_on(&text, "display.conceal"),
        Err(error) => error.kind() != std::io::ErrorKind::NotFound,
    }
}

fn path() -> Option<PathBuf> {
    let absolute =
        |name| std::env::var_os(name).map(PathBuf::from).filter(|path| path.is_absolute());
    let folder = absolute("XDG_CONFIG_HOME").or_else(|| Some(absolute("HOME")?.join(".config")))?;
    Some(folder.join("kagifuda").join("settings"))
}

fn read(path: &PathBuf) -> std::io::Result<String> {
    use std::io::Read as _;
    let mut text = String::new();
    std::fs::File::open(path)?.take(MAX_BYTES).read_to_string(&mut text)?;
    Ok(text)
}

/// The last line of that name decides.
fn is_on(text: &str, name: &str) -> bool {
    let lines = text.lines().filter_map(|line| line.split_once('='));
    let mut values = lines.filter(|(found, _)| found.trim() == name).map(|(_, value)| value.trim());
    values.next_back().is_some_and(|value| matches!(value, "yes" | "true" | "on" | "1" | "はい"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_line_decides_and_what_is_not_known_is_passed_over() {
        let name = "display.conceal";
        assert!(is_on("display.conceal = yes\n", name));
        assert!(is_on("# a remark\nother = no\n display.conceal=true", name));
        assert!(!is_on("display.conceal = yes\ndisplay.conceal = no", name));
        assert!(!is_on("", name) && !is_on("display.conceal", name));
    }
}
