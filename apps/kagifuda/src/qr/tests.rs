// SPDX-License-Identifier: MIT OR Apache-2.0
//! Codes are written, ill-treated and read back; hostile pictures get clear answers.
#![allow(clippy::unwrap_used, reason = "a test that cannot draw its code has failed")]

use std::io::Cursor;
use std::time::{Duration, Instant};

use image::imageops::{self, FilterType};
use image::{DynamicImage, GrayImage, ImageFormat, Luma, RgbaImage};
use kagifuda_secret::SecretText;
use proptest::prelude::*;

use super::{Code, CodeTooLarge, Ground, MAX_PICTURE_BYTES, PictureError, read_picture};

const URI: &str =
    "otpauth://totp/Moss:ume?secret=MFRGGZDFMZTWQ2LK&issuer=Moss&algorithm=SHA1&digits=6&period=30";

fn drawn(payload: &str) -> GrayImage {
    let png = Code::of(&SecretText::from(payload)).unwrap().png();
    image::load_from_memory(png.expose()).unwrap().to_luma8()
}

fn encoded(picture: impl Into<DynamicImage>, format: ImageFormat) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    picture.into().write_to(&mut bytes, format).unwrap();
    bytes.into_inner()
}

fn read(picture: impl Into<DynamicImage>) -> Result<Vec<String>, PictureError> {
    let payloads = read_picture(&encoded(picture, ImageFormat::Png))?;
    Ok(payloads.iter().map(|payload| payload.expose().to_owned()).collect())
}

fn assert_reads(picture: impl Into<DynamicImage>) {
    assert_eq!(read(picture), Ok(vec![URI.to_owned()]));
}

/// Seeded noise: an amount added to or taken from every pixel.
fn noisy(mut picture: GrayImage, amount: i32) -> GrayImage {
    let mut state = 1_u32;
    for Luma([shade]) in picture.pixels_mut() {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        let noise = (state >> 16) as i32 % (2 * amount + 1) - amount;
        *shade = (i32::from(*shade) + noise).clamp(0, 255) as u8;
    }
    picture
}

/// Turned by an angle about its middle, on a larger white ground.
fn turned(picture: &GrayImage, degrees: f64) -> GrayImage {
    let (width, height) = picture.dimensions();
    let side = (width + height) as i32;
    let (sine, cosine) = degrees.to_radians().sin_cos();
    GrayImage::from_fn(side as u32, side as u32, |x, y| {
        let (x, y) = (f64::from(x as i32 - side / 2), f64::from(y as i32 - side / 2));
        let from_x = (cosine * x + sine * y + f64::from(width) / 2.0).round() as i64;
        let from_y = (cosine * y - sine * x + f64::from(height) / 2.0).round() as i64;
        let inside = |at: i64, end: u32| u32::try_from(at).ok().filter(|at| *at < end);
        match (inside(from_x, width), inside(from_y, height)) {
            (Some(x), Some(y)) => *picture.get_pixel(x, y),
            _ => Luma([255]),
        }
    })
}

fn scaled(picture: &GrayImage, percent: u32) -> GrayImage {
    let side = picture.width() * percent / 100;
    imageops::resize(picture, side, side, FilterType::Triangle)
}

#[test]
fn what_is_drawn_as_png_is_read_back() {
    assert_reads(drawn(URI));
}

/// 923 characters is the longest batch seen from Google Authenticator, 2953 bytes the longest code.
#[test]
fn long_payloads_are_read_back() {
    for length in [1, 300, 632, 923, 1500, 2953] {
        let payload: String =
            "otpauth-migration://offline?data=".chars().cycle().take(length).collect();
        assert_eq!(read(drawn(&payload)), Ok(vec![payload]), "{length} characters");
    }
    let too_long = SecretText::new("x".repeat(2954));
    assert_eq!(Code::of(&too_long).err(), Some(CodeTooLarge));
}

#[test]
fn text_of_any_language_is_read_back() {
    let payload = "鍵札 🔑 Schlüssel";
    assert_eq!(read(drawn(payload)), Ok(vec![payload.to_owned()]));
}

#[test]
fn turned_pictures_are_read() {
    for degrees in [7.0, 45.0, 90.0, 133.0, 180.0, 270.0, 341.0] {
        assert_reads(turned(&drawn(URI), degrees));
    }
}

#[test]
fn small_and_large_pictures_are_read() {
    for percent in [18, 20, 25, 40, 60, 130, 400] {
        assert_reads(scaled(&drawn(URI), percent));
    }
}

#[test]
fn negative_pictures_are_read() {
    let mut picture = drawn(URI);
    imageops::invert(&mut picture);
    assert_reads(picture);
}

#[test]
fn noisy_pale_and_blurred_pictures_are_read() {
    let picture = drawn(URI);
    for amount in [60, 120, 180] {
        assert_reads(noisy(picture.clone(), amount));
    }
    assert_reads(imageops::blur(&picture, 2.5));
    let mut pale = picture;
    pale.pixels_mut().for_each(|Luma([shade])| *shade = 150 + *shade / 5);
    assert_reads(pale);
}

/// A photo of a screen or a page is never lit evenly.
#[test]
fn pictures_with_a_deep_shadow_are_read() {
    let mut picture = drawn(URI);
    let width = f64::from(picture.width());
    for (x, _, Luma([shade])) in picture.enumerate_pixels_mut() {
        let light = (1.0 - 0.95 * f64::from(x) / width) * 0.8;
        *shade = ((38.0 + f64::from(*shade)) * light) as u8;
    }
    assert_reads(picture);
}

#[test]
fn jpeg_of_poor_quality_is_read() {
    let mut bytes = Vec::new();
    let encoder = image::codecs::jpeg::JpegEncoder::new_with_quality(&mut bytes, 15);
    drawn(URI).write_with_encoder(encoder).unwrap();
    assert!(read_picture(&bytes).unwrap()[0].expose() == URI);
}

/// A screenshot cut close to the code, and a transparent picture, which many sites offer.
#[test]
fn codes_without_margin_or_ground_are_read() {
    let picture = drawn(URI);
    let side = picture.width() - 64;
    let bare = imageops::crop_imm(&picture, 32, 32, side, side).to_image();
    assert_reads(noisy(bare.clone(), 100));
    assert_reads(bare);
    let transparent = RgbaImage::from_fn(picture.width(), picture.height(), |x, y| {
        let is_dark = picture.get_pixel(x, y).0[0] == 0;
        image::Rgba([0, 0, 0, if is_dark { 255 } else { 0 }])
    });
    assert_reads(transparent);
}

/// A dozen codes on a sheet, one of them twice: more than the first reader keeps track of.
#[test]
fn all_codes_of_a_picture_are_found_once() {
    let payloads: Vec<String> = (10..21).map(|number| format!("{URI}&number={number}")).collect();
    let side = drawn(&payloads[0]).width();
    let mut sheet = GrayImage::from_pixel(4 * side, 3 * side, Luma([255]));
    for (place, payload) in payloads.iter().chain(&payloads[..1]).enumerate() {
        let (x, y) = (place as u32 % 4 * side, place as u32 / 4 * side);
        imageops::replace(&mut sheet, &drawn(payload), i64::from(x), i64::from(y));
    }
    let mut found = read(sheet).unwrap();
    found.sort();
    assert_eq!(found, payloads);
}

/// Corners of codes all over, and no code: the readers would try them in all combinations.
#[test]
fn a_picture_full_of_corners_is_given_up_in_bounded_time() {
    let corner = imageops::crop_imm(&drawn(URI), 32, 32, 64, 64).to_image();
    let corner = imageops::resize(&corner, 16, 16, FilterType::Triangle);
    let mut picture = GrayImage::from_pixel(800, 800, Luma([255]));
    for place in 0..50 * 50 {
        imageops::replace(&mut picture, &corner, place % 50 * 16, place / 50 * 16);
    }
    let begin = Instant::now();
    assert!(matches!(read(picture), Err(PictureError::NoCode | PictureError::Unreadable)));
    assert!(begin.elapsed() < Duration::from_secs(60), "{:?}", begin.elapsed());
}

fn from_text(text: &str, is_ink_dark: bool) -> GrayImage {
    let lines: Vec<Vec<char>> = text.lines().map(|line| line.chars().collect()).collect();
    GrayImage::from_fn(lines[0].len() as u32 * 6, lines.len() as u32 * 12, |x, y| {
        let character = lines[y as usize / 12][x as usize / 6];
        let is_inked = match y % 12 {
            0..6 => "█▀".contains(character),
            _ => "█▄".contains(character),
        };
        Luma([if is_inked == is_ink_dark { 0 } else { 255 }])
    })
}

#[test]
fn terminal_text_is_a_code_on_either_ground() {
    let code = Code::of(&SecretText::from(URI)).unwrap();
    assert_reads(from_text(code.text(Ground::Dark).expose(), false));
    assert_reads(from_text(code.text(Ground::Light).expose(), true));
    let text = code.text(Ground::Dark);
    assert_eq!(text.expose().lines().count(), code.lines());
    assert!(text.expose().lines().all(|line| line.chars().count() == code.columns()));
    assert!(!text.expose().contains('\u{1b}'), "no control sequences");
}

/// Rasterises the one path form the writer uses.
fn from_svg(svg: &str) -> GrayImage {
    let side: u32 =
        svg.split("viewBox=\"0 0 ").nth(1).unwrap().split(' ').next().unwrap().parse().unwrap();
    let mut picture = GrayImage::from_pixel(side, side, Luma([255]));
    let path = svg.split("<path d=\"").nth(1).unwrap().split('"').next().unwrap();
    for run in path.split('M').skip(1) {
        let numbers: Vec<u32> =
            run.split(|c: char| !c.is_ascii_digit()).filter_map(|part| part.parse().ok()).collect();
        let (x, y, length) = (numbers[0], numbers[1], numbers[2]);
        (x..x + length).for_each(|x| picture.put_pixel(x, y, Luma([0])));
    }
    imageops::resize(&picture, side * 6, side * 6, FilterType::Nearest)
}

#[test]
fn svg_is_a_code() {
    assert_reads(from_svg(Code::of(&SecretText::from(URI)).unwrap().svg().expose()));
}

#[test]
fn files_that_are_no_pictures_are_told_apart() {
    assert_eq!(read_picture(b"").err(), Some(PictureError::Empty));
    assert_eq!(read_picture(b"otpauth://totp/a").err(), Some(PictureError::NotAPicture));
    assert_eq!(read_picture(b"GIF89a\x01\x00\x01\x00").err(), Some(PictureError::NotAPicture));
    let large = vec![0; MAX_PICTURE_BYTES + 1];
    assert_eq!(read_picture(&large).err(), Some(PictureError::FileTooLarge));
}

#[test]
fn pictures_without_a_readable_code_are_told_apart() {
    let blank = GrayImage::from_pixel(200, 200, Luma([255]));
    assert_eq!(read(blank.clone()), Err(PictureError::NoCode));
    assert_eq!(read(noisy(blank, 120)), Err(PictureError::NoCode));
    assert_eq!(read(GrayImage::from_pixel(1, 1, Luma([0]))), Err(PictureError::NoCode));
    let mut covered = drawn(URI);
    let middle = GrayImage::from_pixel(170, 60, Luma([0]));
    imageops::replace(&mut covered, &middle, 110, 150);
    assert_eq!(read(covered), Err(PictureError::Unreadable));
}

/// A photo of 20 million pixels with the code in a corner.
#[test]
fn a_code_in_a_huge_photo_is_found() {
    let mut photo = GrayImage::from_pixel(5000, 4000, Luma([200]));
    imageops::replace(&mut photo, &drawn(URI), 4500, 3500);
    assert_reads(photo);
}

/// A PNG of a few bytes may claim any size; the claim is refused before memory is asked for.
#[test]
fn huge_claims_are_refused_before_decoding() {
    let mut png = encoded(drawn(URI), ImageFormat::Png);
    for (width, height) in [(20_000_u32, 20_000_u32), (1 << 31, 1 << 31), (40_000, 10), (0, 10)] {
        png[16..20].copy_from_slice(&width.to_be_bytes());
        png[20..24].copy_from_slice(&height.to_be_bytes());
        let checksum = crc32(&png[12..29]);
        png[29..33].copy_from_slice(&checksum.to_be_bytes());
        let error = read_picture(&png).err().unwrap();
        let is_refused = matches!(error, PictureError::BadSize { .. } | PictureError::Damaged);
        assert!(is_refused, "{width} x {height}: {error:?}");
    }
}

/// The checksum of PNG chunks (ISO 3309), bit by bit.
fn crc32(bytes: &[u8]) -> u32 {
    let step = |crc: u32, _| if crc & 1 == 1 { crc >> 1 ^ 0xedb8_8320 } else { crc >> 1 };
    !bytes.iter().fold(!0, |crc, byte| (0..8).fold(crc ^ u32::from(*byte), step))
}

#[test]
fn pictures_cut_short_are_damaged() {
    for format in [ImageFormat::Png, ImageFormat::Jpeg] {
        let whole = encoded(drawn(URI), format);
        for length in [9, 24, 60, whole.len() / 2] {
            let outcome = read_picture(&whole[..length]);
            // Decoders of JPEG show what there is; half a code is no code.
            let error = outcome.err().unwrap();
            let is_clear = matches!(
                error,
                PictureError::Damaged | PictureError::NoCode | PictureError::Unreadable
            );
            assert!(is_clear, "{format:?} cut to {length}: {error:?}");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(16))]

    /// Any byte of a picture may be wrong: an answer comes, and no panic leaves the reader.
    #[test]
    fn changed_pictures_get_an_answer(place in any::<prop::sample::Index>(), byte in any::<u8>()) {
        let small = scaled(&drawn("otpauth://totp/a?secret=MFRGG"), 40);
        for format in [ImageFormat::Png, ImageFormat::Jpeg] {
            let mut bytes = encoded(small.clone(), format);
            let place = place.index(bytes.len());
            bytes[place] = byte;
            let _ = read_picture(&bytes);
        }
    }
}
