//! The folder of the built front end must exist to be embedded; empty without Node.

fn main() -> std::io::Result<()> {
    println!("cargo:rerun-if-changed=../../web/dist");
    std::fs::create_dir_all("../../web/dist")
}
