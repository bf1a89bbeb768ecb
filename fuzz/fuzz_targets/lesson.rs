#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| moussaillon_fuzz::lesson(data));
