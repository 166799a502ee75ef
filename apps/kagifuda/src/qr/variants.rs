// SPDX-License-Identifier: MIT OR Apache-2.0
//! Other ways to look at a picture in which no code was found: with a margin, negative, smaller
//! (which takes noise and the grid of screens away) and larger. Cheapest and likeliest first; each is
//! made only when it is its turn.

use image::imageops::{self, FilterType};
use image::{GrayImage, Luma};

/// A picture with a longer side is looked at reduced to about this first, in pixels.
const COMFORTABLE_SIDE_PIXELS: u32 = 3000;

/// Pictures up to this side are also looked at enlarged, in pixels.
const SMALL_SIDE_PIXELS: u32 = 1200;

/// Below this side there is nothing to be gained by making a picture smaller, in pixels.
const SMALLEST_SIDE_PIXELS: u32 = 120;

/// The margin put around a picture whose codes touch its edge, in pixels.
const MARGIN_PIXELS: u32 = 40;

/// The picture itself and its variants.
pub(super) fn variants(picture: GrayImage) -> impl Iterator<Item = GrayImage> {
    let steps = steps(picture.width().max(picture.height()));
    steps.into_iter().map(move |step| step.apply(&picture))
}

#[derive(Clone, Copy)]
struct Step {
    /// Sides in percent.
    percent: u32,
    is_negative: bool,
    has_margin: bool,
}

fn steps(side: u32) -> Vec<Step> {
    let mut sizes = Vec::new();
    if side > COMFORTABLE_SIDE_PIXELS {
        sizes.push((100 * COMFORTABLE_SIDE_PIXELS).div_ceil(side));
    }
    sizes.push(100);
    if side > 2 * SMALLEST_SIDE_PIXELS {
        sizes.extend([50, 70]);
    }
    if side <= SMALL_SIDE_PIXELS {
        sizes.extend([200, 300]);
    }
    if side > 2 * COMFORTABLE_SIDE_PIXELS {
        sizes.push((100 * COMFORTABLE_SIDE_PIXELS).div_ceil(2 * side));
    }
    let looks = |percent| {
        let step = |is_negative, has_margin| Step { percent, is_negative, has_margin };
        [step(false, false), step(true, true), step(false, true)]
    };
    sizes.into_iter().flat_map(looks).collect()
}

impl Step {
    fn apply(self, picture: &GrayImage) -> GrayImage {
        let scaled = |side: u32| {
            let side = u64::from(side) * u64::from(self.percent) / 100;
            u32::try_from(side).unwrap_or(u32::MAX).max(1)
        };
        let mut variant = match self.percent {
            100 => picture.clone(),
            percent => {
                let filter = if percent < 100 { FilterType::Triangle } else { FilterType::Nearest };
                let (width, height) = (scaled(picture.width()), scaled(picture.height()));
                imageops::resize(picture, width, height, filter)
            }
        };
        if self.is_negative {
            imageops::invert(&mut variant);
        }
        if self.has_margin {
            variant = with_margin(&variant);
        }
        variant
    }
}

fn with_margin(picture: &GrayImage) -> GrayImage {
    let (width, height) = picture.dimensions();
    let framed = (width + 2 * MARGIN_PIXELS, height + 2 * MARGIN_PIXELS);
    let mut canvas = GrayImage::from_pixel(framed.0, framed.1, Luma([255]));
    imageops::replace(&mut canvas, picture, i64::from(MARGIN_PIXELS), i64::from(MARGIN_PIXELS));
    canvas
}
