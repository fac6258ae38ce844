//! Sees whether the test bed is beside the checkout, so that tests which need it are reported as ignored where it is not.

#[path = "src/bed.rs"]
#[expect(unreachable_pub, reason = "a file of the library, too")]
mod bed;

fn main() {
    println!("cargo::rustc-check-cfg=cfg(no_test_bed)");
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed=src/bed.rs");
    println!("cargo::rerun-if-env-changed=HEREABOUTS_TEST_BED");
    match bed::test_bed() {
        // One file of it: Cargo would look at each of a folder's files.
        Some(bed) => println!("cargo::rerun-if-changed={}", bed.join("README.md").display()),
        None => println!("cargo::rustc-cfg=no_test_bed"),
    }
}
