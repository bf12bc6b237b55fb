//! Looks for inputs that break `websocket_deflated`.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| parlor_fuzz::run("websocket_deflated", data));
