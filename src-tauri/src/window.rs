//! The one window: its size, its title, and what it may not do.

use tauri::plugin::TauriPlugin;
use tauri::webview::NewWindowResponse;
use tauri::{AppHandle, Manager, Runtime, Url, WebviewUrl, WebviewWindowBuilder};
use tauri_plugin_window_state::StateFlags;

const LABEL: &str = "main";

pub(crate) fn open<R: Runtime>(app: &AppHandle<R>) -> tauri::Result<()> {
    WebviewWindowBuilder::new(app, LABEL, WebviewUrl::default())
        .title("收楼")
        .inner_size(1366.0, 768.0)
        .min_inner_size(1280.0, 720.0)
        .center()
        .devtools(cfg!(debug_assertions))
        .on_navigation(is_our_own)
        .on_new_window(|_, _| NewWindowResponse::Deny)
        .build()?;
    Ok(())
}

/// Size, place and whether it filled the screen come back at the next start; nothing else does.
pub(crate) fn remembered_place<R: Runtime>() -> TauriPlugin<R> {
    tauri_plugin_window_state::Builder::default()
        .with_state_flags(StateFlags::SIZE | StateFlags::POSITION | StateFlags::MAXIMIZED)
        .build()
}

/// For the second start on the same folder: the window that is open comes forward instead.
pub(crate) fn bring_to_front<R: Runtime>(app: &AppHandle<R>) {
    if let Some(window) = app.get_webview_window(LABEL) {
        // Each may be refused by the window manager; the window that is open stays usable.
        let _ = window.unminimize();
        let _ = window.show();
        let _ = window.set_focus();
    }
}

/// The window shows the program's own pages and never anything from a network.
fn is_our_own(url: &Url) -> bool {
    match url.scheme() {
        "tauri" => true,
        // The custom protocol's spelling on Windows.
        "http" | "https" if url.host_str() == Some("tauri.localhost") => true,
        "http" => cfg!(dev) && url.host_str() == Some("127.0.0.1"),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::is_our_own;

    #[test]
    fn the_window_never_leaves_the_programs_own_pages() {
        let own = |url: &str| is_our_own(&url.parse().expect("a URL"));
        assert!(own("tauri://localhost/index.html"));
        assert!(own("http://tauri.localhost/"));
        assert!(!own("https://example.com/"));
        assert!(!own("https://tauri.localhost.example.com/"));
        assert!(!own("file:///etc/hosts"));
        assert!(!own("javascript:alert(1)"));
    }
}
