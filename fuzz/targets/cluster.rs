//! Looks for inputs that break `cluster`.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| parlor_fuzz::run("cluster", data));
