//! That a test which needs the test bed says so where it is seen.

/// The build script saw the bed or its absence; a bed that comes or goes later would be believed in wrongly.
#[test]
fn the_test_bed_is_where_the_build_saw_it() {
    let there = hereabouts_tests::bed::test_bed().is_some();
    assert_eq!(there, !cfg!(no_test_bed), "the test bed came or went: touch tests/build.rs and build again");
}
