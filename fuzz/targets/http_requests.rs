//! Looks for inputs that break `http_requests`.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| parlor_fuzz::run("http_requests", data));
