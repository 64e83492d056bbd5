#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| shoulou_fuzz::blob(bytes));
