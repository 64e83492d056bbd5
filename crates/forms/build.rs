//! Says which command builds the fonts, instead of letting `include_bytes!` fail without a hint.

use std::path::Path;

const FACES: [&str; 4] = ["body.ttf", "heading.ttf", "fallback-1.ttf", "fallback-2.ttf"];

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    let root = std::env::var("CARGO_MANIFEST_DIR").expect("cargo sets CARGO_MANIFEST_DIR");
    for face in FACES {
        let path = Path::new(&root).join("fonts").join(face);
        println!("cargo::rerun-if-changed={}", path.display());
        if !path.is_file() {
            println!(
                "cargo::error=crates/forms/fonts/{face} is missing. Build the fonts first: \
                 npm --prefix crates/forms/fonts-build ci && \
                 npm --prefix crates/forms/fonts-build run build"
            );
        }
    }
}
