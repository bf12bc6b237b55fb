//! Looks for inputs that break `engine_packets`.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| parlor_fuzz::run("engine_packets", data));
