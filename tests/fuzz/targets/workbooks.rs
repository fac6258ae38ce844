#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| hereabouts_tests::readers::read("workbooks", bytes));
