// SPDX-License-Identifier: MIT OR Apache-2.0
//! From the bytes of a picture to the payloads of all QR codes in it.
//!
//! Limits hold before anything is decoded: bytes, then the size the header claims, then memory. Two
//! independent readers look at the picture, and at inverted and resized variants of it until one
//! variant shows a code. A reader that stumbles over a hostile picture counts as having found
//! nothing. Formats are PNG and JPEG, told by content and never by file name.

use std::io::Cursor;
use std::panic::{AssertUnwindSafe, catch_unwind};

use image::error::ImageError;
use image::{DynamicImage, GrayImage, ImageFormat, ImageReader, Limits};
use kagifuda_secret::SecretText;

use super::variants::variants;

/// The largest picture file, in bytes.
pub const MAX_PICTURE_BYTES: usize = 32 * 1024 * 1024;

/// The most pixels of a picture; phone cameras make 50 million.
pub const MAX_PIXELS: u64 = 64_000_000;

/// The longest side of a picture, in pixels.
const MAX_SIDE_PIXELS: u32 = 30_000;

/// The most memory a decoder may take: four bytes a pixel, and as much again to work in.
const MAX_DECODER_BYTES: u64 = 8 * MAX_PIXELS;

/// Why a picture yields no payload.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum PictureError {
    /// The file is empty.
    Empty,
    /// The file is larger than [`MAX_PICTURE_BYTES`].
    FileTooLarge,
    /// The file is no PNG and no JPEG; other formats can be saved as one.
    NotAPicture,
    /// The picture claims more than [`MAX_PIXELS`], or none.
    BadSize {
        /// Width claimed.
        width: u32,
        /// Height claimed.
        height: u32,
    },
    /// The picture breaks off or is not what its format says.
    Damaged,
    /// There is no QR code in the picture.
    NoCode,
    /// There is a QR code in the picture, but too blurred, small or covered to be read.
    Unreadable,
}

/// Reads all QR codes of a PNG or JPEG picture, each payload once.
///
/// # Errors
/// [`PictureError`]; at least one payload otherwise.
pub fn read_picture(bytes: &[u8]) -> Result<Vec<SecretText>, PictureError> {
    let picture = decode(bytes)?;
    let mut was_seen = false;
    for variant in variants(picture) {
        let sight = look(&variant);
        if !sight.payloads.is_empty() {
            return Ok(sight.payloads);
        }
        was_seen |= sight.was_seen;
    }
    Err(if was_seen { PictureError::Unreadable } else { PictureError::NoCode })
}

/// Decodes to shades of grey, transparent parts as white.
fn decode(bytes: &[u8]) -> Result<GrayImage, PictureError> {
    if bytes.is_empty() {
        return Err(PictureError::Empty);
    }
    if bytes.len() > MAX_PICTURE_BYTES {
        return Err(PictureError::FileTooLarge);
    }
    let format = image::guess_format(bytes).map_err(|_| PictureError::NotAPicture)?;
    if !matches!(format, ImageFormat::Png | ImageFormat::Jpeg) {
        return Err(PictureError::NotAPicture);
    }
    let reader = || {
        let mut limits = Limits::default();
        limits.max_image_width = Some(MAX_SIDE_PIXELS);
        limits.max_image_height = Some(MAX_SIDE_PIXELS);
        limits.max_alloc = Some(MAX_DECODER_BYTES);
        let mut reader = ImageReader::with_format(Cursor::new(bytes), format);
        reader.limits(limits);
        reader
    };
    let (width, height) = reader().into_dimensions().map_err(|_| PictureError::Damaged)?;
    let bad_size = PictureError::BadSize { width, height };
    let pixels = u64::from(width) * u64::from(height);
    if pixels == 0 || pixels > MAX_PIXELS || width.max(height) > MAX_SIDE_PIXELS {
        return Err(bad_size);
    }
    match catch_unwind(AssertUnwindSafe(|| reader().decode())) {
        Ok(Ok(picture)) => Ok(grey(&picture)),
        Ok(Err(ImageError::Limits(_))) => Err(bad_size),
        Ok(Err(_)) | Err(_) => Err(PictureError::Damaged),
    }
}

fn grey(picture: &DynamicImage) -> GrayImage {
    if !picture.color().has_alpha() {
        return picture.to_luma8();
    }
    let with_alpha = picture.to_luma_alpha8();
    let (width, height) = with_alpha.dimensions();
    GrayImage::from_fn(width, height, |x, y| {
        let [shade, alpha] = with_alpha.get_pixel(x, y).0.map(u16::from);
        let over_white = (shade * alpha + 255 * (255 - alpha)) / 255;
        image::Luma([over_white as u8])
    })
}

/// What two readers make of one variant of a picture.
#[derive(Default)]
struct Sight {
    payloads: Vec<SecretText>,
    /// Whether something that looks like a code was seen.
    was_seen: bool,
}

impl Sight {
    fn add(&mut self, payload: Option<SecretText>) {
        self.was_seen = true;
        let new = payload.filter(|payload| !self.payloads.contains(payload));
        self.payloads.extend(new);
    }
}

/// Both readers look, as each finds codes the other misses.
fn look(picture: &GrayImage) -> Sight {
    let mut sight = Sight::default();
    for reader in [with_quircs, with_rqrr] {
        let found = catch_unwind(AssertUnwindSafe(|| reader(picture))).unwrap_or_default();
        for payload in found {
            sight.add(payload);
        }
    }
    sight
}

fn with_quircs(picture: &GrayImage) -> Vec<Option<SecretText>> {
    let (width, height) = picture.dimensions();
    let mut reader = quircs::Quirc::new();
    let codes = reader.identify(width as usize, height as usize, picture.as_raw());
    codes
        .map(|code| {
            let data = code.ok()?.decode().ok()?;
            Some(text_of(data.payload))
        })
        .collect()
}

fn with_rqrr(picture: &GrayImage) -> Vec<Option<SecretText>> {
    let (width, height) = picture.dimensions();
    let shade = |x: usize, y: usize| picture.get_pixel(x as u32, y as u32).0[0];
    let mut prepared =
        rqrr::PreparedImage::prepare_from_greyscale(width as usize, height as usize, shade);
    let codes = prepared.detect_grids();
    codes
        .iter()
        .map(|code| {
            let mut payload = Vec::new();
            code.decode_to(&mut payload).ok()?;
            Some(text_of(payload))
        })
        .collect()
}

/// Payloads are UTF-8 as nearly every app writes it, otherwise Latin-1 as ISO/IEC 18004 has it.
fn text_of(payload: Vec<u8>) -> SecretText {
    let text = String::from_utf8(payload)
        .unwrap_or_else(|error| error.into_bytes().into_iter().map(char::from).collect());
    SecretText::new(text)
}
