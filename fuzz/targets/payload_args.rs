//! Looks for inputs that break `payload_args`.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| parlor_fuzz::run("payload_args", data));
