// SPDX-License-Identifier: MIT OR Apache-2.0
//! Placeholder.
pub(crate) fn measure(_: usize, _: &mut crate::scale::Report) {}
