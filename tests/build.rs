//! Sees whether the test bed is beside the checkout, and whether this is root and may mount, so that tests which need it are
//! reported as ignored where it is not.

#[path = "src/bed.rs"]
#[expect(unreachable_pub, reason = "a file of the library, too")]
mod bed;

use std::process::{Command, Stdio};

fn may_mount() -> bool {
    let test = "test $(id -u) = 0 && unshare --mount true";
    Command::new("sh").args(["-c", test]).stderr(Stdio::null()).status().is_ok_and(|ended| ended.success())
}

fn main() {
    println!("cargo::rustc-check-cfg=cfg(no_mounts)");
    if !may_mount() {
        println!("cargo::rustc-cfg=no_mounts");
    }
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
