fn main() {
    // Naming the two calls makes Tauri refuse every other one, and lets the capability file grant them.
    let calls = tauri_build::AppManifest::new().commands(&["execute", "query"]);
    let attributes = tauri_build::Attributes::new()
        .capabilities_path_pattern("./src-tauri/capabilities/**/*")
        .app_manifest(calls);
    tauri_build::try_build(attributes).expect("tauri.conf.json and capabilities are valid");
}
