// SPDX-License-Identifier: MIT OR Apache-2.0
//! The sheet as a page for a browser: one file that loads nothing, fits on one A4 page when printed, and
//! reads well to a screen reader.

use std::fmt::Write as _;

use kagifuda_secret::SecretBytes;

use super::{NOTES, Sheet, steps};
use crate::qr::Code;
use crate::say;
use crate::text::Texts;

/// Enough never to grow and leave copies: the page without its code takes a quarter of it.
const ROOM_BYTES: usize = 256 * 1024;

const STYLE: &str = "@page{size:A4;margin:15mm}\
*{box-sizing:border-box}\
body{font:11pt/1.5 'BIZ UDPGothic','Noto Sans CJK JP','Hiragino Sans','Yu Gothic',sans-serif;\
max-width:180mm;margin:8mm auto;padding:0 4mm;color:#111;background:#fff}\
h1{font-size:22pt;margin:0}h2{font-size:12pt;margin:6mm 0 2mm;border-bottom:.4mm solid #111}\
.warn{border:.6mm solid #111;padding:2mm 4mm;margin:4mm 0}\
.head{display:flex;gap:8mm;justify-content:space-between;align-items:flex-start}\
.head svg{width:48mm;height:48mm;flex:none}\
dl{display:grid;grid-template-columns:max-content 1fr;gap:1mm 4mm;margin:3mm 0}\
dt{color:#444}dd{margin:0;min-height:1.5em;border-bottom:.2mm dotted #888;overflow-wrap:anywhere}\
.words{columns:4;padding:0;margin:2mm 0;list-style:none}\
.words li{font-weight:700;font-size:13pt;break-inside:avoid}\
.words span{display:inline-block;width:2em;color:#555;font-weight:400;font-size:9pt}\
ol.steps{margin:0;padding-left:6mm}.line{border-bottom:.3mm solid #111;height:9mm}\
footer{margin-top:5mm;font-size:9pt;color:#444}\
@media(max-width:150mm){.head{flex-direction:column}.words{columns:2}}";

/// Writes the page.
pub(super) fn page(sheet: &Sheet<'_>, texts: &Texts) -> SecretBytes {
    let mut html = String::with_capacity(ROOM_BYTES);
    let title = say!(texts, "sheet-title");
    let _ = write!(
        html,
        "<!doctype html>\n<html lang=\"{lang}\">\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; \
         style-src 'unsafe-inline'\">\n<title>{title} – Kagifuda</title>\n<style>{STYLE}</style>\n",
        lang = texts.lang().name(),
    );
    let _ = write!(html, "<div class=\"head\"><div><h1>{title}</h1>\n<dl>");
    for (name, value) in sheet.facts(texts) {
        let _ = write!(html, "<dt>{name}</dt><dd>{}</dd>", escaped(&value));
    }
    html.push_str("</dl></div>\n");
    if let Ok(code) = Code::of(&sheet.code()) {
        html.push_str(code.svg().expose());
    }
    let _ = write!(html, "</div>\n<p class=\"warn\">{}</p>\n", say!(texts, "sheet-warning"));
    let _ = write!(html, "<h2>{}</h2>\n<ol class=\"words\">", say!(texts, "sheet-words"));
    for (index, word) in sheet.words().iter().enumerate() {
        let _ = write!(html, "<li><span>{}</span>{}</li>", index + 1, escaped(word));
    }
    let _ = write!(html, "</ol>\n<h2>{}</h2>\n<ol class=\"steps\">", say!(texts, "sheet-steps"));
    for step in steps(texts) {
        let _ = write!(html, "<li>{}</li>", escaped(&step));
    }
    html.push_str("</ol>\n");
    for (heading, hint) in NOTES {
        let hint = texts.get(hint);
        let _ = write!(html, "<h2>{}</h2>\n<p>{hint}</p>\n", texts.get(heading));
        html.push_str("<div class=\"line\"></div><div class=\"line\"></div>\n");
    }
    let version = env!("CARGO_PKG_VERSION");
    let _ = writeln!(html, "<footer>{}</footer>", say!(texts, "sheet-foot", version = version));
    SecretBytes::new(html.into_bytes())
}

/// Text as it stands between tags or in an attribute.
pub(crate) fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('"', "&quot;")
}
