// SPDX-License-Identifier: MIT OR Apache-2.0
//! What every other room relies on: equality looks at every byte, and taking a secret over leaves
//! nothing where it came from.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on should say so by panicking")]

use kagifuda_secret::{SecretArray, SecretBytes, SecretText, equal_in_constant_time};
use proptest::prelude::*;

#[test]
fn taking_a_secret_over_wipes_its_source() {
    let mut source = [7_u8; 32];
    let secret = SecretArray::take(&mut source);
    assert_eq!(source, [0; 32]);
    assert_eq!(secret.expose(), &[7; 32]);
}

#[test]
fn a_slice_of_another_length_is_no_key() {
    assert!(SecretArray::<4>::from_slice(&[1, 2, 3, 4]).is_some());
    assert!(SecretArray::<4>::from_slice(&[1, 2, 3]).is_none());
    assert!(SecretArray::<4>::from_slice(&[1, 2, 3, 4, 5]).is_none());
}

#[test]
fn a_copy_is_equal_and_its_own() {
    let text = SecretText::from("合札");
    let copy = text.duplicate();
    drop(text);
    assert_eq!(copy.expose(), "合札");
    assert!(SecretBytes::from([1, 2].as_slice()).duplicate() == SecretBytes::new(vec![1, 2]));
    assert!(SecretArray::from_slice(&[1, 2]).unwrap().duplicate().expose() == &[1, 2]);
}

#[test]
fn every_single_bit_counts_in_a_comparison() {
    let secret = [0x5a_u8; 64];
    for bit in 0..secret.len() * 8 {
        let mut other = secret;
        other[bit / 8] ^= 1 << (bit % 8);
        assert!(!equal_in_constant_time(&secret, &other), "bit {bit}");
        assert!(SecretArray::from_slice(&secret) != SecretArray::<64>::from_slice(&other));
    }
    assert!(equal_in_constant_time(&secret, &secret.clone()));
}

proptest! {
    #[test]
    fn comparing_agrees_with_plain_equality(
        left in prop::collection::vec(0_u8..3, 0..6),
        right in prop::collection::vec(0_u8..3, 0..6),
    ) {
        prop_assert_eq!(equal_in_constant_time(&left, &right), left == right);
        let is_equal = SecretBytes::new(left.clone()) == SecretBytes::new(right.clone());
        prop_assert_eq!(is_equal, left == right);
    }
}
