// SPDX-License-Identifier: MIT OR Apache-2.0
//! The stories, one file per ground that libwebauthn's own suite covers.

mod blobs;
mod management;
mod pin;
mod preflight;
mod prf;
mod registration;
mod settings;
mod u2f;

use std::pin::Pin;

use libwebauthn::transport::hid::channel::HidChannel;

use crate::key::Key;

/// A story, told at a channel to a key that was just reset.
pub(crate) type Story =
    for<'a, 'd> fn(&'a Key, &'a mut HidChannel<'d>) -> Pin<Box<dyn Future<Output = ()> + 'a>>;

/// Lists stories by the names they are told under.
macro_rules! stories {
    ($($room:ident: $($name:ident),+;)+) => {
        &[$($((
            concat!(stringify!($room), "::", stringify!($name)),
            |key, channel| Box::pin($room::$name(key, channel)),
        )),+),+]
    };
}

/// Every story.
pub(crate) const ALL: &[(&str, Story)] = stories! {
    registration:
        a_credential_is_registered_and_signs_in,
        a_key_that_winks_goes_on_working,
        what_the_key_signs_with_extensions_is_told_unchanged,
        a_passkey_signs_in_by_itself_and_two_are_both_told,
        what_a_site_may_ask_for_beside_a_passkey_is_kept,
        a_protected_passkey_is_hidden_without_the_pin;
    preflight:
        nothing_excluded_is_looked_for,
        ids_that_nobody_has_do_not_stop_a_registration,
        what_is_excluded_is_found_among_others,
        a_second_factor_is_excluded_by_its_app_id,
        a_sign_in_without_list_finds_no_second_factor,
        ids_that_nobody_has_end_in_no_credentials,
        what_is_allowed_is_found_among_others;
    pin:
        the_first_pin_is_set_without_asking_for_another,
        a_pin_is_changed_by_whoever_knows_it,
        wrong_pins_cost_tries_and_three_ask_for_the_plug,
        the_right_pin_gives_the_tries_back,
        a_pin_that_is_too_short_is_refused,
        a_pin_is_the_same_however_its_letters_are_composed;
    prf:
        secrets_without_a_pin_ask_for_one_to_be_set,
        secrets_with_a_pin,
        secrets_by_protocol_one,
        secrets_by_protocol_two,
        secrets_at_registration_are_those_of_the_sign_in,
        inputs_of_any_length_have_secrets_of_their_own,
        secrets_ask_for_the_pin_at_registration,
        no_secrets_no_pin,
        secrets_ask_for_the_pin_at_the_sign_in,
        secrets_are_of_one_credential;
    blobs:
        a_blob_that_another_wrote_is_read,
        a_blob_is_written_and_read,
        a_blob_takes_the_place_of_the_one_before,
        a_smaller_blob_leaves_nothing_of_the_larger,
        a_blob_that_is_not_there_cannot_be_deleted,
        a_deleted_blob_is_gone,
        the_blob_of_another_credential_stays,
        a_blob_is_written_for_one_credential_only,
        with_a_pin_a_blob_is_written_by_whoever_knows_it,
        a_blob_of_many_packets_arrives_whole;
    management:
        passkeys_are_counted_and_listed_by_site,
        a_deleted_passkey_signs_in_no_more,
        an_account_is_renamed,
        a_kept_token_lists_without_the_pin_after_the_plug_was_pulled,
        a_reset_takes_everything;
    settings:
        always_asking_for_the_pin_is_turned_on_and_off,
        a_longer_pin_is_asked_for_and_told_to_the_sites_that_may_know,
        a_pin_can_be_declared_stale,
        enterprise_attestation_is_not_offered;
    u2f:
        a_second_factor_is_registered_and_signs_in,
        a_second_factor_that_is_excluded_is_not_registered_again,
        a_site_of_passkeys_falls_back_to_a_second_factor,
        a_second_factor_of_an_app_id_signs_in_by_it,
        a_second_factor_of_old_signs_in_at_the_site_of_today;
};
