//! The built program, for tests that run it as its users do.

use std::path::PathBuf;
use std::process::Command;
use std::sync::OnceLock;

/// Path of the `hereabouts` program, built as this test was.
///
/// # Panics
/// When it does not build.
#[must_use]
pub fn binary() -> PathBuf {
    static BUILT: OnceLock<PathBuf> = OnceLock::new();
    let build = || {
        // target/PROFILE/deps/this-test
        let test = std::env::current_exe().unwrap();
        let profile_dir = test.parent().and_then(|deps| deps.parent()).unwrap();
        let profile = match profile_dir.file_name().and_then(|name| name.to_str()).unwrap() {
            "debug" => "dev",
            other => other,
        };
        // With the whole workspace, so that dependencies have the features they were tested with.
        let built = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
            .args([
                "build",
                "--quiet",
                "--locked",
                "--workspace",
                "--bin",
                "hereabouts",
                "--profile",
                profile,
            ])
            .arg("--target-dir")
            .arg(profile_dir.parent().unwrap())
            .current_dir(env!("CARGO_MANIFEST_DIR"))
            .status();
        assert!(built.unwrap().success(), "the program does not build");
        profile_dir.join(format!("hereabouts{}", std::env::consts::EXE_SUFFIX))
    };
    BUILT.get_or_init(build).clone()
}
