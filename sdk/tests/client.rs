//! The client against a real server: whatever speaks Socket.IO and does what `server/examples/test_server.rs` does. Its
//! address is `PARLOR_TEST_SERVER`.
//!
//! The same scenarios run in a browser, and with the feature `native` in a program.
#![cfg(any(target_arch = "wasm32", feature = "native"))]
#![expect(clippy::unwrap_used, reason = "a test may")]

#[path = "client/cheatsheet.rs"]
mod cheatsheet;
#[path = "client/choices.rs"]
mod choices;
#[cfg(all(target_arch = "wasm32", feature = "js"))]
#[path = "client/js.rs"]
mod js;
#[cfg_attr(target_arch = "wasm32", path = "client/browser.rs")]
#[cfg_attr(not(target_arch = "wasm32"), path = "client/native.rs")]
mod platform;
#[path = "client/scenarios.rs"]
mod scenarios;
#[path = "client/support.rs"]
mod support;
#[cfg(target_arch = "wasm32")]
#[path = "client/traffic.rs"]
mod traffic;

#[cfg(target_arch = "wasm32")]
wasm_bindgen_test::wasm_bindgen_test_configure!(run_in_browser);

/// A test for each of these.
macro_rules! tests {
    ($($module:ident: $($scenario:ident)*;)*) => {
        $($(
            #[cfg(target_arch = "wasm32")]
            #[wasm_bindgen_test::wasm_bindgen_test]
            async fn $scenario() {
                $module::$scenario().await;
            }

            #[cfg(not(target_arch = "wasm32"))]
            #[test]
            fn $scenario() {
                platform::run($module::$scenario());
            }
        )*)*
    };
}

tests! {
    cheatsheet:
        every_line_of_the_cheat_sheet_reaches_the_server_once_and_nobody_else
    ;
    scenarios:
        every_way_to_connect_ends_on_its_transport
        events_and_acks_carry_any_data_both_ways_over_every_transport
        a_typed_event_has_a_name_and_the_types_of_its_data_and_answer
        bytes_become_attachments_and_a_plain_vec_of_numbers_stays_an_array
        the_server_gets_our_answer_over_every_transport
        one_connection_carries_several_namespaces
        what_is_emitted_before_the_connection_arrives_once_and_in_order
        an_answer_that_does_not_come_is_a_timeout
        an_answer_of_another_type_is_an_error_that_says_so
        of_two_volatile_emits_in_a_row_the_second_is_dropped
        a_socket_that_the_server_disconnected_stays_away_until_it_is_connected_again
        a_lost_connection_comes_back_by_itself_over_every_transport
        a_refused_socket_hears_why_and_may_come_back_with_another_auth
        a_dropped_guard_hears_nothing_more
        arguments_of_another_type_are_told_and_the_stream_goes_on
        the_last_handle_takes_the_connection_with_it
        a_callback_may_drop_the_last_handle_over_every_transport
        a_server_that_cannot_be_reached_is_an_error_per_attempt_and_then_the_end
    ;
    choices:
        what_cannot_work_is_refused_when_it_is_built
        an_empty_address_is_the_pages_own_host
        each_transport_may_have_a_path_of_its_own
        polling_carries_credentials_headers_and_query_past_another_origins_rules
    ;
}
