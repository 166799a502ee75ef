// SPDX-License-Identifier: MIT OR Apache-2.0
//! From the bytes of a picture to the payloads of all QR codes in it.
//!
//! Limits hold before anything is decoded: bytes, then the size the header claims, then memory. Two
//! independent readers look at the picture, and at inverted and resized variants of it until one
//! variant shows a code. A reader that stumbles over a hostile picture counts as having found
//! nothing. Formats are PNG and JPEG, told by content and never by file name.
//!
//! A code that was read is painted over and the picture looked at again, because codes beside each
//! other confuse the readers and a sheet of a dozen must not lose one silently. quircs works within
//! fixed bounds (8 codes, 32 corners a look) and goes first. The time of rqrr grows with the cube of
//! what looks like a corner: it has a thread of its own, is waited for two seconds, and is not asked
//! again for a picture that took it longer.

use std::io::Cursor;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::Duration;

use image::error::ImageError;
use image::{DynamicImage, GrayImage, ImageFormat, ImageReader, Limits, Luma};
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

/// The most looks at one variant; each but the last reads at least one code.
const MAX_LOOKS: usize = 64;

/// How long rqrr is waited for; it takes a tenth of that for any picture with codes.
const PATIENCE: Duration = Duration::from_secs(2);

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
    let mut second = SecondReader { is_exhausted: false };
    for variant in variants(picture) {
        let sight = look(variant, &mut second);
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
        Luma([over_white as u8])
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
    /// Takes over what a look found and paints it over; tells whether anything was read.
    fn take(&mut self, found: Vec<Found>, picture: &mut GrayImage) -> bool {
        let mut was_read = false;
        for Found { corners, payload } in found {
            self.was_seen = true;
            let Some(payload) = payload else { continue };
            was_read = true;
            paint_over(picture, corners);
            if !self.payloads.contains(&payload) {
                self.payloads.push(payload);
            }
        }
        was_read
    }
}

/// A code that one of the readers found, going round its corners.
struct Found {
    corners: [(i32, i32); 4],
    payload: Option<SecretText>,
}

/// Looks until there is nothing new to be read.
fn look(mut picture: GrayImage, second: &mut SecondReader) -> Sight {
    let mut sight = Sight::default();
    for _ in 0..MAX_LOOKS {
        let first = catch_unwind(AssertUnwindSafe(|| with_quircs(&picture))).unwrap_or_default();
        let was_read = sight.take(first, &mut picture)
            || sight.take(second.read(picture.clone()), &mut picture);
        if !was_read {
            break;
        }
    }
    sight
}

/// Whitens all pixels inside a convex figure.
fn paint_over(picture: &mut GrayImage, corners: [(i32, i32); 4]) {
    let bounds = |of: fn(&(i32, i32)) -> i32, end: u32| {
        let least = corners.iter().map(of).min().unwrap_or(0).max(0) as u32;
        let most = corners.iter().map(of).max().unwrap_or(0).max(-1) + 1;
        least.min(end)..(most as u32).min(end)
    };
    let columns = bounds(|corner| corner.0, picture.width());
    let rows = bounds(|corner| corner.1, picture.height());
    for y in rows {
        for x in columns.clone() {
            let (x, y) = (x as i32, y as i32);
            let sides = (0..4).map(|side| {
                let ((ax, ay), (bx, by)) = (corners[side], corners[(side + 1) % 4]);
                let cross = |a: i32, b: i32| i64::from(a) * i64::from(b);
                (cross(bx - ax, y - ay) - cross(by - ay, x - ax)).signum()
            });
            let turns: i64 = sides.clone().sum();
            if turns.abs() == sides.map(i64::abs).sum::<i64>() {
                picture.put_pixel(x as u32, y as u32, Luma([255]));
            }
        }
    }
}

/// rqrr, while it is worth asking.
struct SecondReader {
    is_exhausted: bool,
}

impl SecondReader {
    fn read(&mut self, picture: GrayImage) -> Vec<Found> {
        if self.is_exhausted {
            return Vec::new();
        }
        let (answer, answered) = mpsc::channel();
        let reader = thread::Builder::new().name("second QR reader".into());
        // Where no thread is to be had the channel closes at once, which is an answer too.
        let _ = reader.spawn(move || answer.send(with_rqrr(&picture)));
        let found = answered.recv_timeout(PATIENCE);
        self.is_exhausted = matches!(found, Err(RecvTimeoutError::Timeout));
        found.unwrap_or_default()
    }
}

fn with_quircs(picture: &GrayImage) -> Vec<Found> {
    let (width, height) = picture.dimensions();
    let mut reader = quircs::Quirc::new();
    let codes = reader.identify(width as usize, height as usize, picture.as_raw());
    codes
        .flatten()
        .map(|code| Found {
            corners: code.corners.map(|corner| near(corner.x, corner.y)),
            payload: code.decode().ok().map(|data| text_of(data.payload)),
        })
        .collect()
}

fn with_rqrr(picture: &GrayImage) -> Vec<Found> {
    let (width, height) = picture.dimensions();
    let (width, height) = (width as usize, height as usize);
    let shades = picture.as_raw();
    let mut prepared =
        rqrr::PreparedImage::prepare_from_greyscale(width, height, |x, y| shades[y * width + x]);
    let codes = prepared.detect_grids();
    codes
        .iter()
        .map(|code| {
            let mut payload = Vec::new();
            let is_read = code.decode_to(&mut payload).is_ok();
            Found {
                corners: code.bounds.map(|corner| near(corner.x, corner.y)),
                payload: is_read.then(|| text_of(payload)),
            }
        })
        .collect()
}

/// Keeps what the readers' geometry makes of hostile pictures within reason.
fn near(x: i32, y: i32) -> (i32, i32) {
    const FAR: i32 = 2 * MAX_SIDE_PIXELS as i32;
    (x.clamp(-FAR, FAR), y.clamp(-FAR, FAR))
}

/// Payloads are UTF-8 as nearly every app writes it, otherwise Latin-1 as ISO/IEC 18004 has it.
fn text_of(payload: Vec<u8>) -> SecretText {
    let text = String::from_utf8(payload)
        .unwrap_or_else(|error| error.into_bytes().into_iter().map(char::from).collect());
    SecretText::new(text)
}
