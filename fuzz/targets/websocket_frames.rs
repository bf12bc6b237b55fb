//! Looks for inputs that break `websocket_frames`.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| parlor_fuzz::run("websocket_frames", data));
