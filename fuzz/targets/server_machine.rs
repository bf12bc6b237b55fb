//! Looks for inputs that break `server_machine`.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| parlor_fuzz::run("server_machine", data));
