// SPDX-License-Identifier: MIT OR Apache-2.0
//! Markdown as far as pages need checking: links, headings, code blocks.
//!
//! A relative link must lead to a file of the repository and, where it has a `#fragment`, to a
//! heading there (GitHub's naming). A README and its translation must have the same headings by
//! level and the same code blocks, comments aside, so that neither says what the other does not.

use std::path::{Component, Path, PathBuf};

use crate::house::House;
use crate::trouble::Trouble;

/// Links of `page` that lead nowhere, each as a sentence.
pub(crate) fn broken(house: &House, page: &str) -> Result<Vec<String>, Trouble> {
    let text = house.read(page)?;
    let mut faults = Vec::new();
    for (line, link) in links(&text) {
        if let Some(fault) = fault_of(house, page, &text, &link)? {
            faults.push(format!("{page}:{line}: {link} {fault}"));
        }
    }
    Ok(faults)
}

fn fault_of(
    house: &House,
    page: &str,
    text: &str,
    link: &str,
) -> Result<Option<&'static str>, Trouble> {
    if link.contains("://") || link.starts_with("mailto:") {
        return Ok(None);
    }
    let (path, fragment) = link.split_once('#').unwrap_or((link, ""));
    if path.is_empty() {
        let is_there = anchors(text).iter().any(|anchor| anchor == fragment);
        return Ok((!is_there).then_some("names no heading of this page"));
    }
    let folder = Path::new(page).parent().unwrap_or(Path::new(""));
    let Some(target) = inside(&folder.join(path)) else {
        return Ok(Some("leads out of the repository"));
    };
    if !house.path(&target).exists() {
        return Ok(Some("leads nowhere"));
    }
    if fragment.is_empty() || target.extension().is_none_or(|it| it != "md") {
        return Ok(None);
    }
    let there = house.read(&target.to_string_lossy())?;
    let is_there = anchors(&there).iter().any(|anchor| anchor == fragment);
    Ok((!is_there).then_some("names no heading of that page"))
}

/// `path` without `.` and `..`, or `None` if it leaves the folder it starts from.
fn inside(path: &Path) -> Option<PathBuf> {
    let mut clean = PathBuf::new();
    for part in path.components() {
        match part {
            Component::Normal(name) => clean.push(name),
            Component::CurDir => {}
            Component::ParentDir if clean.pop() => {}
            _ => return None,
        }
    }
    Some(clean)
}

/// Ways in which a page and its translation differ in shape.
pub(crate) fn twin_faults(one: &str, other: &str) -> Vec<String> {
    let mut faults = Vec::new();
    let (levels_one, levels_other) = (heading_levels(one), heading_levels(other));
    if levels_one != levels_other {
        faults.push(format!("headings differ: {levels_one:?} and {levels_other:?}"));
    }
    let (blocks_one, blocks_other) = (code_blocks(one), code_blocks(other));
    if blocks_one.len() != blocks_other.len() {
        faults.push(format!("{} code blocks and {}", blocks_one.len(), blocks_other.len()));
    }
    for (number, (one, other)) in blocks_one.iter().zip(&blocks_other).enumerate() {
        if one != other {
            faults.push(format!("code block {} differs:\n{one}\n---\n{other}", number + 1));
        }
    }
    faults
}

/// A line of Markdown with what it belongs to.
enum Line<'a> {
    Text(&'a str),
    Fence(&'a str),
    Code(&'a str),
}

fn lines(text: &str) -> impl Iterator<Item = Line<'_>> {
    let mut fence: Option<&str> = None;
    text.lines().map(move |line| {
        let trimmed = line.trim_start();
        let mark = ["```", "~~~"].into_iter().find(|mark| trimmed.starts_with(mark));
        match (fence, mark) {
            (None, Some(mark)) => {
                fence = Some(mark);
                Line::Fence(trimmed)
            }
            (Some(open), Some(mark)) if open == mark => {
                fence = None;
                Line::Fence("")
            }
            (Some(_), _) => Line::Code(line),
            (None, None) => Line::Text(line),
        }
    })
}

fn heading(line: &str) -> Option<(usize, &str)> {
    let level = line.bytes().take_while(|&byte| byte == b'#').count();
    let title = line[level..].strip_prefix(' ')?;
    (1..=6).contains(&level).then(|| (level, title.trim()))
}

fn headings(text: &str) -> impl Iterator<Item = (usize, &str)> {
    lines(text).filter_map(|line| match line {
        Line::Text(line) => heading(line),
        Line::Fence(_) | Line::Code(_) => None,
    })
}

fn heading_levels(text: &str) -> Vec<usize> {
    headings(text).map(|(level, _)| level).collect()
}

/// Code blocks without their comments, which are translated.
fn code_blocks(text: &str) -> Vec<String> {
    let mut blocks: Vec<String> = Vec::new();
    for line in lines(text) {
        match line {
            Line::Fence(opening) if !opening.is_empty() => blocks.push(opening.to_owned()),
            Line::Code(code) => {
                let code = code.split(" # ").next().unwrap_or(code).trim_end();
                if let (Some(block), false) = (blocks.last_mut(), code.starts_with("# ")) {
                    block.push('\n');
                    block.push_str(code);
                }
            }
            Line::Fence(_) | Line::Text(_) => {}
        }
    }
    blocks
}

/// The names GitHub gives to the headings of a page.
fn anchors(text: &str) -> Vec<String> {
    let mut anchors: Vec<String> = Vec::new();
    for (_, title) in headings(text) {
        let plain: String = title
            .to_lowercase()
            .chars()
            .filter(|it| it.is_alphanumeric() || matches!(it, ' ' | '-' | '_' | 'ー'))
            .map(|it| if it == ' ' { '-' } else { it })
            .collect();
        let same = anchors.iter().filter(|it| **it == plain).count();
        anchors.push(if same == 0 { plain } else { format!("{plain}-{same}") });
    }
    anchors
}

/// The targets of all links and pictures, with the line they stand on, from 1.
fn links(text: &str) -> Vec<(usize, String)> {
    let mut found = Vec::new();
    for (index, line) in lines(text).enumerate() {
        let Line::Text(line) = line else { continue };
        let line = without_inline_code(line);
        for part in line.split("](").skip(1) {
            if let Some((target, _)) = part.split_once(')') {
                let target = match target.strip_prefix('<').and_then(|it| it.split_once('>')) {
                    Some((target, _)) => target,
                    None => target.split_whitespace().next().unwrap_or_default(),
                };
                found.push((index + 1, target.to_owned()));
            }
        }
        let defined = line.trim_start().strip_prefix('[').and_then(|it| it.split_once("]: "));
        if let Some((_, target)) = defined {
            found.push((index + 1, target.trim().to_owned()));
        }
    }
    found
}

fn without_inline_code(line: &str) -> String {
    line.split('`').step_by(2).collect::<Vec<_>>().join("`")
}

#[cfg(test)]
mod tests {
    use std::path::{Path, PathBuf};

    use super::{anchors, inside, links, twin_faults};

    #[test]
    fn links_are_found_outside_code_only() {
        let page = "See [a](a.md) and ![b](<b c.svg> \"title\").\n`[no](no.md)`\n\
                    ```\n[no](no.md)\n```\n[d]: d.md\n[e](e.md#part)\n";
        let targets: Vec<(usize, String)> = links(page);
        let expected = [(1, "a.md"), (1, "b c.svg"), (6, "d.md"), (7, "e.md#part")];
        assert_eq!(targets, expected.map(|(line, it)| (line, it.to_owned())));
    }

    #[test]
    fn a_path_may_not_leave_the_repository() {
        assert_eq!(inside(Path::new("docs/../README.md")), Some(PathBuf::from("README.md")));
        assert_eq!(inside(Path::new("docs/../../elsewhere")), None);
        assert_eq!(inside(Path::new("/etc/passwd")), None);
    }

    #[test]
    fn headings_are_named_as_github_names_them() {
        let page =
            "# What it is, *not yet*\n## Twice\n## Twice\n```\n# no heading\n```\n## 使い方\n";
        assert_eq!(anchors(page), ["what-it-is-not-yet", "twice", "twice-1", "使い方"]);
    }

    #[test]
    fn a_translation_has_the_same_shape() {
        let one = "# A\n\n## B\n```sh\ncargo run # start it\n# a comment\n```\n";
        let other = "# あ\n\n## い\n```sh\ncargo run # 始める\n# 注釈\n```\n";
        assert_eq!(twin_faults(one, other), [""; 0]);
    }

    #[test]
    fn a_translation_that_lags_behind_is_noticed() {
        let one = "# A\n## B\n```\ncargo run\n```\n";
        assert_eq!(twin_faults(one, "# A\n```\ncargo run\n```\n").len(), 1);
        assert_eq!(twin_faults(one, "# A\n## B\n```\ncargo test\n```\n").len(), 1);
        assert_eq!(twin_faults(one, "# A\n## B\n").len(), 1);
    }
}
