//! The project's logo: kept as a blob, drawn at the head of every form.

use crate::{
    api::{Done, Problem},
    attach,
    session::Session,
};
use shoulou_domain::{
    command::{Command, Target},
    view::Text2,
    world::World,
};
use shoulou_eventlog::{Hash, Value};
use shoulou_forms::{Images, display::Image};
use shoulou_store::StoreError;
use std::{path::Path, sync::Arc};

const LARGEST: u64 = 5 * 1024 * 1024;

/// Takes a picture that the forms can show.
pub async fn set(session: &Session, path: &Path) -> Result<Done, Problem> {
    session.writable()?;
    let bytes = attach::read(path, LARGEST).await?;
    let picture = bytes.clone();
    let reading = tokio::task::spawn_blocking(move || Image::read(picture));
    match reading.await.expect("reading a picture does not panic") {
        // Programs do not agree on which way round such a JPEG's inks are.
        Some(image) if image.channels == 4 => return Err(printers_inks()),
        Some(_) => {}
        None => return Err(not_a_logo()),
    }
    let blob = session.store.put_blob(&bytes).await?;
    let (target, value) = (Target::Project, Value::from(blob.to_string()));
    let command = Command::SetField { target, path: "logo".into(), value };
    let (basis, decision) = session.perform(&command, u64::MAX).await?;
    Ok(Done::Recorded { basis, id: None, undo: Some(decision.summary) })
}

/// The picture, under the name by which the forms' data call it. A logo that is not on this PC (yet)
/// holds no paper up.
pub async fn images(session: &Session, world: &World<'_>) -> Result<Images, Problem> {
    let Some(name) = world.project_text("logo") else { return Ok(Images::new()) };
    let Ok(address) = name.parse::<Hash>() else { return Ok(Images::new()) };
    let bytes = match session.store.get_blob(&address).await {
        Err(StoreError::BlobMissing(_)) => return Ok(Images::new()),
        bytes => bytes?,
    };
    let reading = tokio::task::spawn_blocking(move || Image::read(bytes));
    let image = reading.await.expect("reading a picture does not panic");
    Ok(image.map(|image| (name.to_owned(), Arc::new(image))).into_iter().collect())
}

fn not_a_logo() -> Problem {
    Problem::unchanged(
        "not_a_picture",
        Text2::new(
            "这个文件不是可用的 JPEG 或 PNG 图片。",
            "This file is not a usable JPEG or PNG.",
        ),
        Text2::new(
            "请把标志另存为 PNG 或 JPEG 后再选择。",
            "Save the logo as PNG or JPEG and choose it again.",
        ),
    )
}

fn printers_inks() -> Problem {
    Problem::unchanged(
        "logo_is_cmyk",
        Text2::new(
            "这张 JPEG 是印刷用的四色（CMYK）图片，打印颜色会不对。",
            "This JPEG is in printer's inks (CMYK); its colours would come out wrong.",
        ),
        Text2::new("请另存为 RGB 的 PNG 或 JPEG。", "Save it as an RGB PNG or JPEG."),
    )
}
