// SPDX-License-Identifier: MIT OR Apache-2.0
//! Orders carried out with a scripted agent and a scripted person.
