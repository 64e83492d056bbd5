//! Test only: the window's two calls and its event over HTTP on this machine's loopback address, and
//! the UI built for it, so that browser tests drive the real application.
//!
//! `shoulou-loopback --data DIR --ui DIR [--port N]` prints the address it listens on.

mod pages;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::routing::{get, post};
use axum::{Json, Router};
use serde_json::Value;
use shoulou_app::api::{Action, Done, Problem, Query};
use shoulou_app::{App, Options};
use std::convert::Infallible;
use std::io::Write;
use std::net::Ipv4Addr;
use std::path::PathBuf;
use std::sync::Arc;
use tokio::net::TcpListener;
use tokio::runtime::Handle;

type Refused = (StatusCode, Json<Problem>);

fn refused(problem: Problem) -> Refused {
    (StatusCode::UNPROCESSABLE_ENTITY, Json(problem))
}

async fn execute(
    State(app): State<Arc<App>>,
    Json(action): Json<Action>,
) -> Result<Json<Done>, Refused> {
    let done = apart(move |runtime| runtime.block_on(app.execute(action))).await;
    done.map(Json).map_err(refused)
}

async fn query(
    State(app): State<Arc<App>>,
    Json(query): Json<Query>,
) -> Result<Json<Value>, Refused> {
    let answer = apart(move |runtime| runtime.block_on(app.query(query))).await;
    answer.map(Json).map_err(refused)
}

/// As in the window: each call has a thread of its own.
async fn apart<T: Send + 'static>(call: impl FnOnce(Handle) -> T + Send + 'static) -> T {
    let runtime = Handle::current();
    let answer = tokio::task::spawn_blocking(move || call(runtime)).await;
    answer.expect("the application does not panic")
}

async fn changed(
    State(app): State<Arc<App>>,
) -> Sse<impl futures_util::Stream<Item = Result<Event, Infallible>>> {
    let changes = app.changes();
    let told = futures_util::stream::unfold(changes, |mut changes| async move {
        // A browser that fell behind by the channel's whole length ends its stream and asks anew.
        let topics = changes.recv().await.ok()?;
        let event = Event::default().json_data(&topics).expect("topics are plain data");
        Some((Ok(event), changes))
    });
    Sse::new(told).keep_alive(KeepAlive::default())
}

struct Arguments {
    data: PathBuf,
    ui: PathBuf,
    port: u16,
}

fn arguments() -> Result<Arguments, String> {
    let (mut data, mut ui, mut port) = (None, None, 0);
    let mut given = std::env::args().skip(1);
    while let Some(name) = given.next() {
        let value = given.next().ok_or_else(|| format!("{name} needs a value"))?;
        match name.as_str() {
            "--data" => data = Some(PathBuf::from(value)),
            "--ui" => ui = Some(PathBuf::from(value)),
            "--port" => port = value.parse().map_err(|_| format!("{value} is no port"))?,
            _ => return Err(format!("unknown argument {name}")),
        }
    }
    Ok(Arguments {
        data: data.ok_or("--data DIR is missing")?,
        ui: ui.ok_or("--ui DIR is missing")?,
        port,
    })
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let Arguments { data, ui, port } = arguments()?;
    let app = Arc::new(App::open_folder(data, Options::default()).await);
    let router = Router::new()
        .route("/execute", post(execute))
        .route("/query", post(query))
        .route("/changed", get(changed))
        .with_state(app)
        .fallback(move |uri| pages::serve(ui.clone(), uri));
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await?;
    println!("http://{}", listener.local_addr()?);
    std::io::stdout().flush()?;
    axum::serve(listener, router).await?;
    Ok(())
}
