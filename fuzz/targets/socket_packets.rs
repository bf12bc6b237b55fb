//! Looks for inputs that break `socket_packets`.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| parlor_fuzz::run("socket_packets", data));
