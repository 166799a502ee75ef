// SPDX-License-Identifier: MIT OR Apache-2.0
//! Other ways to look at a picture in which no code was found: with a margin, negative, in evened
//! light, smaller (which takes noise away) and larger. Cheapest and likeliest first; each is made
//! only when it is its turn.

use image::imageops::{self, FilterType};
use image::{GrayImage, Luma};

/// A picture with a longer side is looked at reduced to this first, in pixels.
const COMFORTABLE_SIDE_PIXELS: u32 = 3000;

/// Pictures up to this side are also looked at enlarged, in pixels.
const SMALL_SIDE_PIXELS: u32 = 1200;

/// Below this side there is nothing to be gained by making a picture smaller, in pixels.
const SMALLEST_SIDE_PIXELS: u32 = 240;

/// The margin put around a picture whose codes touch its edge, in pixels.
const MARGIN_PIXELS: u32 = 40;

/// The picture itself and its variants.
pub(super) fn variants(picture: GrayImage) -> impl Iterator<Item = GrayImage> {
    let side = picture.width().max(picture.height());
    let steps = sides(side).into_iter().flat_map(|side| {
        // What a huge picture hides from the plain look, its reduced variants show as well.
        let looks = if side > COMFORTABLE_SIDE_PIXELS { &Look::ALL[..1] } else { &Look::ALL[..] };
        looks.iter().map(move |look| (side, *look))
    });
    steps.map(move |(new_side, look)| look.at(resized(&picture, side, new_side)))
}

/// The longer sides at which to look.
fn sides(side: u32) -> Vec<u32> {
    let mut sides = vec![side];
    if side > COMFORTABLE_SIDE_PIXELS {
        sides.insert(0, COMFORTABLE_SIDE_PIXELS);
        sides.push(COMFORTABLE_SIDE_PIXELS / 2);
    } else if side > SMALLEST_SIDE_PIXELS {
        sides.extend([side / 2, side * 7 / 10]);
    }
    if side <= SMALL_SIDE_PIXELS {
        sides.extend([side * 2, side * 3]);
    }
    sides
}

fn resized(picture: &GrayImage, side: u32, new_side: u32) -> GrayImage {
    if side == new_side {
        return picture.clone();
    }
    let scaled = |length: u32| {
        let length = u64::from(length) * u64::from(new_side) / u64::from(side.max(1));
        u32::try_from(length).unwrap_or(new_side).max(1)
    };
    let filter = if new_side < side { FilterType::Triangle } else { FilterType::CatmullRom };
    imageops::resize(picture, scaled(picture.width()), scaled(picture.height()), filter)
}

/// How a picture of one size is looked at.
#[derive(Clone, Copy)]
enum Look {
    Plain,
    Negative,
    Framed,
    Evened,
}

impl Look {
    const ALL: [Self; 4] = [Self::Plain, Self::Negative, Self::Framed, Self::Evened];

    fn at(self, mut picture: GrayImage) -> GrayImage {
        match self {
            Self::Plain => picture,
            Self::Negative => {
                imageops::invert(&mut picture);
                framed(&picture)
            }
            Self::Framed => framed(&picture),
            Self::Evened => framed(&evened(picture)),
        }
    }
}

/// Puts a white margin around a picture.
fn framed(picture: &GrayImage) -> GrayImage {
    let (width, height) = picture.dimensions();
    let (framed_width, framed_height) = (width + 2 * MARGIN_PIXELS, height + 2 * MARGIN_PIXELS);
    let mut canvas = GrayImage::from_pixel(framed_width, framed_height, Luma([255]));
    imageops::replace(&mut canvas, picture, i64::from(MARGIN_PIXELS), i64::from(MARGIN_PIXELS));
    canvas
}

/// Takes shadows away: a pixel is dark where it is darker than its surroundings.
fn evened(mut picture: GrayImage) -> GrayImage {
    let (width, height) = picture.dimensions();
    let reach = (width.max(height) / 16).max(4);
    let sums = Sums::of(&picture);
    for (x, y, Luma([shade])) in picture.enumerate_pixels_mut() {
        let left_top = (x.saturating_sub(reach), y.saturating_sub(reach));
        let right_bottom = ((x + reach + 1).min(width), (y + reach + 1).min(height));
        let (sum, count) = sums.within(left_top, right_bottom);
        let is_dark = u64::from(*shade) * count * 100 < sum * 92;
        *shade = if is_dark { 0 } else { 255 };
    }
    picture
}

/// Sums of all shades left of and above each corner of the pixel grid.
struct Sums {
    sums: Vec<u64>,
    stride: usize,
}

impl Sums {
    fn of(picture: &GrayImage) -> Self {
        let stride = picture.width() as usize + 1;
        let mut sums = vec![0; stride * (picture.height() as usize + 1)];
        for (y, row) in picture.rows().enumerate() {
            let mut row_sum = 0;
            for (x, Luma([shade])) in row.enumerate() {
                row_sum += u64::from(*shade);
                sums[(y + 1) * stride + x + 1] = sums[y * stride + x + 1] + row_sum;
            }
        }
        Self { sums, stride }
    }

    /// Sum and number of the pixels in a rectangle, its end not included.
    fn within(&self, (left, top): (u32, u32), (right, bottom): (u32, u32)) -> (u64, u64) {
        let at = |x: u32, y: u32| self.sums[y as usize * self.stride + x as usize];
        let sum = at(right, bottom) + at(left, top) - at(left, bottom) - at(right, top);
        (sum, u64::from(right - left) * u64::from(bottom - top))
    }
}
