// SPDX-License-Identifier: MIT OR Apache-2.0
//! `move --template`: a page to print and to fill in by hand, for somebody who changes phones or for whoever plans it for
//! a company. One file that loads nothing, A4, in the language that is set. It has no secrets, and room for none.

use std::fmt::Write as _;
use std::path::Path;

use crate::commands::resolve::Reader;
use crate::fault::{Fault, MoveTrouble};
use crate::run::export::create;
use crate::run::session::Session;
use crate::say;
use crate::sheet::escaped;
use crate::term::width::harmless;
use crate::text::Texts;

const STYLE: &str = "@page{size:A4;margin:14mm}\
*{box-sizing:border-box}\
body{font:10.5pt/1.45 'BIZ UDPGothic','Noto Sans CJK JP','Hiragino Sans','Yu Gothic',sans-serif;\
max-width:182mm;margin:8mm auto;padding:0 4mm;color:#111;background:#fff}\
h1{font-size:20pt;margin:0 0 2mm}h2{font-size:12pt;margin:4.5mm 0 1.5mm;border-bottom:.4mm solid #111;\
break-after:avoid}\
p{margin:0 0 2mm}.warn{border:.6mm solid #111;padding:2mm 4mm;margin:3mm 0}\
dl{display:grid;grid-template-columns:max-content 1fr max-content 1fr;gap:2mm 4mm;margin:3mm 0}\
dt{color:#444}dd{margin:0;border-bottom:.2mm solid #111}\
ul{list-style:none;margin:0;padding:0}li{margin:0 0 1.2mm;padding-left:7mm;position:relative;\
break-inside:avoid}\
li::before{content:'';position:absolute;left:0;top:.9mm;width:3.6mm;height:3.6mm;\
border:.35mm solid #111}\
ul.rules li::before{border:0;content:'•';top:0}\
section{break-inside:avoid}\
table{width:100%;border-collapse:collapse;table-layout:fixed;margin:2mm 0}\
table.begun th:first-child{width:50%}table.empty th:nth-child(2){width:27%}\
thead{display:table-header-group}\
th,td{border:.25mm solid #111;padding:1mm 1.5mm;text-align:left;font-weight:400;vertical-align:top}\
thead th{font-size:9pt;background:#eee;-webkit-print-color-adjust:exact;print-color-adjust:exact}\
td{height:8mm}tr{break-inside:avoid}footer{margin-top:4mm;font-size:9pt;color:#444}\
@media print{body{margin:0;padding:0}}";

/// A page: texts by their ids, in the order in which they are read.
struct Page {
    title: &'static str,
    intro: &'static str,
    /// Warned of before anything else.
    warning: &'static str,
    /// What is filled in once.
    facts: &'static [&'static str],
    parts: &'static [Part],
}

/// A part of a page, with the text of its heading.
enum Part {
    /// Tasks, each with a box.
    Tasks(&'static str, &'static [&'static str]),
    /// What always holds.
    Rules(&'static str, &'static [&'static str]),
    /// A table: its columns, and the words its rows begin with, else how many empty ones.
    Table(&'static str, &'static [&'static str], Rows),
}

enum Rows {
    Begun(&'static [&'static str]),
    Empty(usize),
}

const PERSON: Page = Page {
    title: "move-page-person-title",
    intro: "move-page-person-intro",
    warning: "move-page-person-warning",
    facts: &["move-page-old", "move-page-new", "move-page-begun", "move-page-wiped"],
    parts: &[
        Part::Tasks(
            "move-page-before",
            &[
                "move-page-person-before-keep",
                "move-page-person-before-backup",
                "move-page-person-before-spares",
                "move-page-person-before-list",
                "move-page-person-before-bank",
                "move-page-person-before-clock",
            ],
        ),
        Part::Table(
            "move-page-person-table",
            &[
                "move-page-column-service",
                "move-page-column-method",
                "move-page-column-moved",
                "move-page-column-tried",
                "move-page-column-off",
            ],
            Rows::Empty(15),
        ),
        Part::Tasks(
            "move-page-during",
            &[
                "move-page-person-during-order",
                "move-page-person-during-codes",
                "move-page-person-during-counting",
                "move-page-person-during-passkeys",
                "move-page-person-during-bank",
                "move-page-person-during-sim",
            ],
        ),
        Part::Tasks(
            "move-page-after",
            &[
                "move-page-person-after-table",
                "move-page-person-after-accounts",
                "move-page-person-after-pictures",
                "move-page-person-after-codes",
                "move-page-person-after-map",
                "move-page-person-after-wipe",
            ],
        ),
    ],
};

const COMPANY: Page = Page {
    title: "move-page-company-title",
    intro: "move-page-company-intro",
    warning: "move-page-company-warning",
    facts: &["move-page-group", "move-page-count", "move-page-begins", "move-page-deadline"],
    parts: &[
        Part::Table(
            "move-page-roles",
            &["move-page-column-role", "move-page-column-name", "move-page-column-reach"],
            Rows::Begun(&[
                "move-page-role-lead",
                "move-page-role-admin",
                "move-page-role-desk",
                "move-page-role-deputy",
                "move-page-role-audit",
            ]),
        ),
        Part::Tasks(
            "move-page-before",
            &[
                "move-page-company-before-list",
                "move-page-company-before-admins",
                "move-page-company-before-spares",
                "move-page-company-before-bound",
                "move-page-company-before-trial",
                "move-page-company-before-tell",
            ],
        ),
        Part::Tasks(
            "move-page-during",
            &[
                "move-page-company-during-order",
                "move-page-company-during-prove",
                "move-page-company-during-both",
                "move-page-company-during-record",
                "move-page-company-during-desk",
            ],
        ),
        Part::Tasks(
            "move-page-after",
            &[
                "move-page-company-after-revoke",
                "move-page-company-after-missing",
                "move-page-company-after-wipe",
                "move-page-company-after-pictures",
                "move-page-company-after-keep",
            ],
        ),
        Part::Rules(
            "move-page-desk",
            &[
                "move-page-desk-never",
                "move-page-desk-call-back",
                "move-page-desk-short",
                "move-page-desk-two",
                "move-page-desk-lost",
                "move-page-desk-written",
            ],
        ),
        Part::Table(
            "move-page-handed-out",
            &[
                "move-page-column-person",
                "move-page-column-device",
                "move-page-column-handed",
                "move-page-column-proven",
                "move-page-column-disabled",
                "move-page-column-initials",
            ],
            Rows::Empty(14),
        ),
        Part::Table(
            "move-page-signed",
            &["move-page-column-what", "move-page-column-name", "move-page-column-signature"],
            Rows::Begun(&[
                "move-page-sign-moved",
                "move-page-sign-off",
                "move-page-sign-wiped",
                "move-page-sign-left",
            ]),
        ),
    ],
};

/// Writes a page to a new file, or prints it.
pub(super) fn write(s: &mut Session<'_>, reader: Reader, file: Option<&Path>) -> Result<(), Fault> {
    let html = html(
        match reader {
            Reader::Person => &PERSON,
            Reader::Company => &COMPANY,
        },
        s.texts,
    );
    let Some(file) = file else { return s.print(&html) };
    let ending = file.extension().map(|ending| ending.to_string_lossy().to_lowercase());
    if !matches!(ending.as_deref(), Some("html" | "htm")) {
        return Err(MoveTrouble::NoSuchPage { path: file.to_owned() }.into());
    }
    create(file, &[html.as_bytes()])?;
    let path = harmless(&file.display().to_string());
    let told = say!(s.texts, "move-page-written", path = path);
    s.tell(&told);
    Ok(())
}

fn html(page: &Page, t: &Texts) -> String {
    let text = |id: &str| escaped(&t.get(id));
    let (lang, title) = (t.lang().name(), text(page.title));
    let mut html = format!(
        "<!doctype html>\n<html lang=\"{lang}\">\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; \
         style-src 'unsafe-inline'\">\n<title>{title} – Kagifuda</title>\n<style>{STYLE}</style>\n\
         <h1>{title}</h1>\n<p>{}</p>\n<p class=\"warn\">{}</p>\n<dl>",
        text(page.intro),
        text(page.warning),
    );
    for fact in page.facts {
        let _ = write!(html, "<dt>{}</dt><dd></dd>", text(fact));
    }
    html.push_str("</dl>\n");
    for part in page.parts {
        lay(&mut html, part, t);
    }
    let foot = say!(t, "move-page-foot", version = env!("CARGO_PKG_VERSION"));
    let _ = writeln!(html, "<footer>{}</footer>", escaped(&foot));
    html
}

fn lay(html: &mut String, part: &Part, t: &Texts) {
    let text = |id: &str| escaped(&t.get(id));
    let (Part::Tasks(heading, _) | Part::Rules(heading, _) | Part::Table(heading, ..)) = part;
    let _ = writeln!(html, "<section><h2>{}</h2>", text(heading));
    match part {
        Part::Tasks(_, lines) => list(html, "", lines, t),
        Part::Rules(_, lines) => list(html, " class=\"rules\"", lines, t),
        Part::Table(_, columns, rows) => {
            let class = if matches!(rows, Rows::Empty(_)) { "empty" } else { "begun" };
            let _ = write!(html, "<table class=\"{class}\"><thead><tr>");
            for column in *columns {
                let _ = write!(html, "<th scope=\"col\">{}</th>", text(column));
            }
            html.push_str("</tr></thead>\n<tbody>\n");
            let empty = |count: usize| "<td></td>".repeat(count);
            match rows {
                Rows::Empty(count) => {
                    let row = format!("<tr>{}</tr>\n", empty(columns.len()));
                    html.push_str(&row.repeat(*count));
                }
                Rows::Begun(begun) => {
                    for first in *begun {
                        let rest = empty(columns.len() - 1);
                        let first = text(first);
                        let _ = writeln!(html, "<tr><th scope=\"row\">{first}</th>{rest}</tr>");
                    }
                }
            }
            html.push_str("</tbody></table>\n");
        }
    }
    html.push_str("</section>\n");
}

fn list(html: &mut String, class: &str, lines: &[&str], t: &Texts) {
    let _ = writeln!(html, "<ul{class}>");
    for line in lines {
        let _ = writeln!(html, "<li>{}</li>", escaped(&t.get(line)));
    }
    html.push_str("</ul>\n");
}
