//! Looks for inputs that break `client_machine`.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| parlor_fuzz::run("client_machine", data));
