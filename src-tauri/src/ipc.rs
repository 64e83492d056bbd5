//! The two calls and the event, as [`shoulou_app::api`] declares them, over Tauri's own channel.

use serde_json::Value;
use shoulou_app::api::{Action, Done, Problem, Query, Topic};
use shoulou_app::{App, Options};
use std::path::PathBuf;
use std::sync::Arc;
use tauri::{AppHandle, Emitter, Manager, Runtime, State};
use tokio::runtime::Handle;
use tokio::sync::OnceCell;
use tokio::sync::broadcast::{Receiver, error::RecvError};

#[tauri::command]
pub(crate) async fn execute(core: State<'_, Arc<Core>>, action: Action) -> Result<Done, Problem> {
    let core = core.inner().clone();
    apart(move |runtime| runtime.block_on(async { core.app().await.execute(action).await })).await
}

#[tauri::command]
pub(crate) async fn query(core: State<'_, Arc<Core>>, query: Query) -> Result<Value, Problem> {
    let core = core.inner().clone();
    apart(move |runtime| runtime.block_on(async { core.app().await.query(query).await })).await
}

/// A call computes as well as waits (a packet, an import), so it has a thread of its own and holds up
/// no other.
async fn apart<T: Send + 'static>(call: impl FnOnce(Handle) -> T + Send + 'static) -> T {
    let runtime = Handle::current();
    match tokio::task::spawn_blocking(move || call(runtime)).await {
        Ok(answer) => answer,
        Err(panicked) => std::panic::resume_unwind(panicked.into_panic()),
    }
}

/// The application, opened while the web view loads; the first calls wait for it.
pub(crate) struct Core {
    dir: PathBuf,
    app: OnceCell<App>,
}

impl Core {
    async fn app(&self) -> &App {
        let options = Options { latest: true, ..Options::default() };
        self.app.get_or_init(|| App::open_folder(&self.dir, options)).await
    }
}

/// Opens the folder, and tells the window from then on what changed.
pub(crate) fn open<R: Runtime>(handle: &AppHandle<R>, dir: PathBuf) {
    let core = Arc::new(Core { dir, app: OnceCell::new() });
    handle.manage(core.clone());
    let handle = handle.clone();
    tauri::async_runtime::spawn(async move {
        let changes = apart(move |runtime| runtime.block_on(core.app()).changes()).await;
        forward(changes, handle).await;
    });
}

async fn forward<R: Runtime>(mut changes: Receiver<Vec<Topic>>, handle: AppHandle<R>) {
    loop {
        let topics = match changes.recv().await {
            Ok(topics) => topics,
            // What was missed is unknown, so every screen asks again.
            Err(RecvError::Lagged(_)) => vec![Topic::Units, Topic::Project, Topic::Status],
            Err(RecvError::Closed) => return,
        };
        // Fails only while the window is closing, when nobody is left to be told.
        let _ = handle.emit("changed", topics);
    }
}
