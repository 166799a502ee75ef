// SPDX-License-Identifier: MIT OR Apache-2.0
//! Listings: columns aligned by what they take on the screen. Where they do not fit, the columns that
//! may shrink give way, the widest first; what is piped is never cut.

use super::width::{columns, cut, harmless, pad};
use super::{Screen, Style};

/// Columns between two columns of a table.
const GAP: usize = 2;
/// No column shrinks below this.
const LEAST: usize = 6;

/// A table being put together.
#[derive(Default)]
pub struct Grid {
    heads: Vec<Head>,
    rows: Vec<Vec<String>>,
}

struct Head {
    text: String,
    shrinks: bool,
    to_the_right: bool,
    style: Option<Style>,
}

impl Grid {
    /// Begins a table.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a column that keeps its width.
    #[must_use]
    pub fn column(self, text: impl Into<String>) -> Self {
        self.head(text.into(), false)
    }

    /// Adds a column that may be cut.
    #[must_use]
    pub fn shrinking(self, text: impl Into<String>) -> Self {
        self.head(text.into(), true)
    }

    /// Sets the last column to the right, for numbers.
    #[must_use]
    pub fn right(mut self) -> Self {
        if let Some(head) = self.heads.last_mut() {
            head.to_the_right = true;
        }
        self
    }

    /// Emphasises the last column.
    #[must_use]
    pub fn styled(mut self, style: Style) -> Self {
        if let Some(head) = self.heads.last_mut() {
            head.style = Some(style);
        }
        self
    }

    fn head(mut self, text: String, shrinks: bool) -> Self {
        self.heads.push(Head { text, shrinks, to_the_right: false, style: None });
        self
    }

    /// Adds a row, one cell for each column.
    pub fn row<C: Into<String>>(&mut self, cells: impl IntoIterator<Item = C>) {
        let cells: Vec<String> = cells.into_iter().map(|cell| harmless(&cell.into())).collect();
        debug_assert_eq!(cells.len(), self.heads.len());
        self.rows.push(cells);
    }

    /// Whether it has no rows.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// Sets the table. Columns in which no row says anything are left out; without a terminal, so are
    /// the headings and the alignment, and cells are separated by tabs.
    #[must_use]
    pub fn render(&self, screen: Screen) -> String {
        let Some(limit) = screen.columns else {
            return self.plain();
        };
        let used: Vec<usize> = (0..self.heads.len())
            .filter(|index| self.rows.iter().any(|row| !row[*index].is_empty()))
            .collect();
        let widths = self.widths(&used, limit);
        let mut out = String::new();
        let heads: Vec<&str> = self.heads.iter().map(|head| head.text.as_str()).collect();
        if heads.iter().any(|head| !head.is_empty()) {
            let line = self.line(&used, &widths, &heads, |_, text| text.to_owned());
            out.push_str(&screen.paint(Style::Faint, &line));
            out.push('\n');
        }
        for row in &self.rows {
            let cells: Vec<&str> = row.iter().map(String::as_str).collect();
            let painted = |head: &Head, text: &str| match head.style {
                Some(style) => screen.paint(style, text),
                None => text.to_owned(),
            };
            out.push_str(&self.line(&used, &widths, &cells, painted));
            out.push('\n');
        }
        out
    }

    fn plain(&self) -> String {
        self.rows.iter().map(|row| row.join("\t") + "\n").collect()
    }

    fn widths(&self, used: &[usize], limit: usize) -> Vec<usize> {
        let mut widths: Vec<usize> = used
            .iter()
            .map(|index| {
                let cells = self.rows.iter().map(|row| columns(&row[*index]));
                cells.chain([columns(&self.heads[*index].text)]).max().unwrap_or(0)
            })
            .collect();
        let gaps = GAP * used.len().saturating_sub(1);
        while widths.iter().sum::<usize>() + gaps > limit {
            let widest = (0..used.len())
                .filter(|at| self.heads[used[*at]].shrinks && widths[*at] > LEAST)
                .max_by_key(|at| widths[*at]);
            match widest {
                Some(at) => widths[at] -= 1,
                None => break,
            }
        }
        widths
    }

    fn line(
        &self,
        used: &[usize],
        widths: &[usize],
        cells: &[&str],
        painted: impl Fn(&Head, &str) -> String,
    ) -> String {
        let mut line = String::new();
        for (at, index) in used.iter().enumerate() {
            let head = &self.heads[*index];
            let text = cut(cells[*index], widths[at]);
            let is_last = at + 1 == used.len();
            let missing = " ".repeat(widths[at] - columns(&text));
            if at > 0 {
                line.push_str(&" ".repeat(GAP));
            }
            if head.to_the_right {
                line.push_str(&missing);
            }
            line.push_str(&painted(head, &text));
            if !head.to_the_right && !is_last {
                line.push_str(&missing);
            }
        }
        line.trim_end().to_owned()
    }
}

/// Two columns of running text: a name, and a text that is wrapped beside it.
#[must_use]
pub fn beside(rows: &[(String, String)], page: usize) -> String {
    const INDENT: usize = 2;
    let longest = rows.iter().map(|(name, _)| columns(name)).max().unwrap_or(0);
    let left = longest.min(page * 2 / 5) + INDENT + GAP;
    let mut out = String::new();
    for (name, text) in rows {
        let start = format!("{}{name}", " ".repeat(INDENT));
        let mut lines = super::width::wrap(text, page.saturating_sub(left).max(20)).into_iter();
        if columns(&start) + GAP > left {
            out.push_str(&start);
            out.push('\n');
        } else {
            out.push_str(&pad(&start, left));
            out.push_str(lines.next().unwrap_or_default().as_str());
            out.push('\n');
        }
        for line in lines {
            out.push_str(&" ".repeat(left));
            out.push_str(&line);
            out.push('\n');
        }
    }
    out.lines().map(|line| line.trim_end().to_owned() + "\n").collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tokens() -> Grid {
        let mut grid = Grid::new()
            .shrinking("発行元")
            .shrinking("アカウント")
            .column("コード")
            .column("残り")
            .right();
        grid.row(["とても長い名前の銀行オンラインサービス", "sato@example.jp", "123 456", "7 秒"]);
        grid.row(["GitHub", "花子", "654 321", "12 秒"]);
        grid
    }

    fn at(columns: usize) -> String {
        tokens().render(Screen { columns: Some(columns), is_coloured: false })
    }

    #[test]
    fn a_japanese_table_is_aligned_when_wide() {
        assert_eq!(
            at(120),
            "\
発行元                                  アカウント       コード    残り
とても長い名前の銀行オンラインサービス  sato@example.jp  123 456   7 秒
GitHub                                  花子             654 321  12 秒
"
        );
    }

    #[test]
    fn a_japanese_table_fits_forty_columns() {
        let table = at(40);
        assert!(table.lines().all(|line| columns(line) <= 40), "{table}");
        assert!(table.contains("123 456   7 秒"), "codes are never cut:\n{table}");
    }

    #[test]
    fn what_is_piped_is_whole_and_separated_by_tabs() {
        let piped = tokens().render(Screen::PLAIN);
        assert!(
            piped.starts_with("とても長い名前の銀行オンラインサービス\tsato@example.jp\t123 456")
        );
    }

    #[test]
    fn a_column_nobody_fills_is_left_out() {
        let mut grid = Grid::new().column("a").column("b").column("c");
        grid.row(["1", "", "3"]);
        assert_eq!(grid.render(Screen { columns: Some(80), is_coloured: false }), "a  c\n1  3\n");
    }
}
