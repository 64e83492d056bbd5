//! The desktop shell: one window over [`shoulou_app::App`], and nothing of the trade itself.

mod folder;
mod ipc;
mod window;

use tauri::Manager;

/// Opens the window and returns when it is closed.
///
/// # Errors
/// Where the system has no web view or no display. A data folder that cannot be opened is no error
/// here: the window opens and shows what the application says about it.
pub fn run() -> tauri::Result<()> {
    let named = folder::named(std::env::args_os().skip(1), std::env::var_os("SHOULOU_DATA"));
    let mut builder = tauri::Builder::default();
    // A folder named by hand is a window of its own; the lock in the folder keeps two of them apart.
    if named.is_none() {
        builder = builder.plugin(tauri_plugin_single_instance::init(|app, _, _| {
            window::bring_to_front(app);
        }));
    }
    builder
        .plugin(tauri_plugin_dialog::init())
        .plugin(window::remembered_place())
        .invoke_handler(tauri::generate_handler![ipc::execute, ipc::query])
        .setup(move |app| {
            let dir = match named {
                Some(dir) => dir,
                None => app.path().app_data_dir()?,
            };
            ipc::open(app.handle(), dir);
            window::open(app.handle())?;
            Ok(())
        })
        .run(tauri::generate_context!())
}
