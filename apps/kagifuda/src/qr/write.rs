// SPDX-License-Identifier: MIT OR Apache-2.0
//! From a payload to a QR code (ISO/IEC 18004), drawn as terminal text, SVG or PNG, always with the
//! quiet zone of four modules that readers need.
//!
//! Correction level M is taken where the payload allows it in a size cameras like, otherwise L.

use std::fmt::Write as _;
use std::io::Cursor;

use fast_qr::{ECL, QRBuilder};
use image::{GrayImage, ImageFormat, Luma};
use kagifuda_secret::{SecretBytes, SecretText};

/// Light modules around a code.
const QUIET_MODULES: usize = 4;

/// Pixels of a module's side in PNG.
const MODULE_PIXELS: u32 = 8;

/// Above this side a code at level M is drawn at level L instead, in modules (version 20).
const COMFORTABLE_SIDE_MODULES: usize = 97;

/// The payload is longer than a QR code can hold (2953 bytes).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CodeTooLarge;

/// What a terminal's text stands on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ground {
    /// Light text on a dark ground, as most terminals have it.
    Dark,
    /// Dark text on a light ground.
    Light,
}

/// A QR code, ready to be drawn.
pub struct Code {
    /// Dark modules are true; row by row, quiet zone included.
    modules: Vec<bool>,
    /// Modules of a side.
    side: usize,
}

/// Dark modules beside each other in a row.
pub(crate) struct Run {
    /// The column of the first.
    pub(crate) x: usize,
    /// The row.
    pub(crate) y: usize,
    /// How many.
    pub(crate) length: usize,
}

impl Code {
    /// Makes the code of a payload.
    ///
    /// # Errors
    /// [`CodeTooLarge`] where no QR code can hold it.
    pub fn of(payload: &SecretText) -> Result<Self, CodeTooLarge> {
        let build = |level| QRBuilder::new(payload.expose()).ecl(level).build();
        let code = match build(ECL::M) {
            Ok(code) if code.size <= COMFORTABLE_SIDE_MODULES => code,
            _ => build(ECL::L).map_err(|_| CodeTooLarge)?,
        };
        let side = code.size + 2 * QUIET_MODULES;
        let mut modules = vec![false; side * side];
        for y in 0..code.size {
            for x in 0..code.size {
                let place = (y + QUIET_MODULES) * side + x + QUIET_MODULES;
                modules[place] = code[y][x].value();
            }
        }
        Ok(Self { modules, side })
    }

    /// Columns a terminal needs to show the code.
    #[must_use]
    pub const fn columns(&self) -> usize {
        self.side
    }

    /// Lines a terminal needs to show the code.
    #[must_use]
    pub const fn lines(&self) -> usize {
        self.side.div_ceil(2)
    }

    /// Whether a module is dark; outside the code all is light.
    fn is_dark(&self, x: usize, y: usize) -> bool {
        y < self.side && self.modules[y * self.side + x]
    }

    /// Draws the code as text, two modules a character, without any control sequence.
    #[must_use]
    pub fn text(&self, ground: Ground) -> SecretText {
        let is_inked = |x, y| match ground {
            Ground::Dark => !self.is_dark(x, y),
            Ground::Light => self.is_dark(x, y),
        };
        let mut text = String::with_capacity(self.lines() * (3 * self.side + 1));
        for y in (0..self.side).step_by(2) {
            for x in 0..self.side {
                text.push(match (is_inked(x, y), is_inked(x, y + 1)) {
                    (true, true) => '█',
                    (true, false) => '▀',
                    (false, true) => '▄',
                    (false, false) => ' ',
                });
            }
            text.push('\n');
        }
        SecretText::new(text)
    }

    /// The dark modules, row by row, neighbours together.
    pub(crate) fn runs(&self) -> Vec<Run> {
        let mut runs = Vec::with_capacity(self.side * self.side / 2);
        for y in 0..self.side {
            let mut x = 0;
            while x < self.side {
                let length = (x..self.side).take_while(|x| self.is_dark(*x, y)).count();
                if length > 0 {
                    runs.push(Run { x, y, length });
                }
                x += length.max(1);
            }
        }
        runs
    }

    /// Draws the code as an SVG picture, dark on white.
    #[must_use]
    pub fn svg(&self) -> SecretText {
        let side = self.side;
        // Eight bytes a rectangle and the coordinates: enough never to grow and leave copies.
        let mut svg = String::with_capacity(300 + side * side * 16);
        let _ = write!(
            svg,
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {side} {side}\" \
             shape-rendering=\"crispEdges\"><path fill=\"#fff\" d=\"M0 0h{side}v{side}H0z\"/>\
             <path d=\""
        );
        for Run { x, y, length } in self.runs() {
            let _ = write!(svg, "M{x} {y}h{length}v1H{x}z");
        }
        svg.push_str("\"/></svg>\n");
        SecretText::new(svg)
    }

    /// Draws the code as a PNG picture, dark on white.
    #[must_use]
    pub fn png(&self) -> SecretBytes {
        let side = self.side as u32 * MODULE_PIXELS;
        let picture = GrayImage::from_fn(side, side, |x, y| {
            let module = |pixel: u32| (pixel / MODULE_PIXELS) as usize;
            Luma([if self.is_dark(module(x), module(y)) { 0 } else { 255 }])
        });
        let mut png = Cursor::new(Vec::with_capacity(64 * 1024));
        picture
            .write_to(&mut png, ImageFormat::Png)
            .expect("a grey picture of moderate size is always a PNG");
        SecretBytes::new(png.into_inner())
    }
}
