// SPDX-License-Identifier: MIT OR Apache-2.0
//! Stub: word lists come here.
