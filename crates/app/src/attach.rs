//! Scans and photos of papers, kept as the copy.

use crate::{
    api::{Done, Problem},
    session::Session,
};
use shoulou_domain::{
    command::{Command, ItemRef, ScanSubject},
    refusal::Refusal,
    view::Text2,
};
use shoulou_eventlog::{EventRef, Id};
use std::path::Path;

/// A page scanned at 300 dpi in colour stays below; a film does not.
const LARGEST: u64 = 50 * 1024 * 1024;

pub async fn file(
    session: &Session,
    file: Id,
    item: ItemRef,
    path: &Path,
) -> Result<Done, Problem> {
    session.writable()?;
    let bytes = read(path, LARGEST).await?;
    let media = media(&bytes).ok_or_else(not_a_scan)?;
    keep(session, file, ScanSubject::Item { item }, path, &bytes, media).await
}

/// A photo or scan of something recorded.
pub async fn to_fact(
    session: &Session,
    file: Id,
    fact: EventRef,
    path: &Path,
) -> Result<Done, Problem> {
    session.writable()?;
    let loaded = session.load_file(file).await?;
    let recorded = loaded.file.as_ref().and_then(|(_, state)| state.facts.get(&fact));
    let kind = recorded.ok_or(Refusal::FactUnknown)?.kind.as_str();
    let bytes = read(path, LARGEST).await?;
    let media = match media(&bytes) {
        Some("application/pdf") if matches!(kind, "file.defect_noted" | "file.meter_read") => {
            return Err(not_a_photo());
        }
        media => media.ok_or_else(not_a_scan)?,
    };
    keep(session, file, ScanSubject::Fact { fact }, path, &bytes, media).await
}

/// A file of at most `largest` bytes.
pub(crate) async fn read(path: &Path, largest: u64) -> Result<Vec<u8>, Problem> {
    let wrong = |error| Problem::cannot_read(path, &error);
    let size = tokio::fs::metadata(path).await.map_err(wrong)?.len();
    if size > largest {
        return Err(too_large(size, largest));
    }
    tokio::fs::read(path).await.map_err(wrong)
}

async fn keep(
    session: &Session,
    file: Id,
    subject: ScanSubject,
    path: &Path,
    bytes: &[u8],
    media: &str,
) -> Result<Done, Problem> {
    let blob = session.store.put_blob(bytes).await?;
    let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let command =
        Command::AttachScan { file, subject, blob: blob.to_string(), name, media: media.into() };
    let (basis, decision) = session.perform(&command, u64::MAX).await?;
    Ok(Done::Recorded { basis, id: None, undo: Some(decision.summary) })
}

/// The kind of a scan by its first bytes, whatever its name says.
pub fn media(bytes: &[u8]) -> Option<&'static str> {
    const KINDS: &[(&[u8], &str)] = &[
        (b"%PDF-", "application/pdf"),
        (b"\x89PNG\r\n\x1a\n", "image/png"),
        (b"\xff\xd8\xff", "image/jpeg"),
    ];
    KINDS.iter().find(|(magic, _)| bytes.starts_with(magic)).map(|(_, media)| *media)
}

fn too_large(size: u64, largest: u64) -> Problem {
    let (mb, most) = (size.div_ceil(1024 * 1024), largest / (1024 * 1024));
    Problem::unchanged(
        "scan_too_large",
        Text2::new(
            format!("文件有 {mb} MB，超过 {most} MB。"),
            format!("The file has {mb} MB; {most} MB is the limit."),
        ),
        Text2::new(
            "请以较低分辨率重新保存或扫描。",
            "Save or scan it again at a lower resolution.",
        ),
    )
}

fn not_a_scan() -> Problem {
    Problem::unchanged(
        "not_a_scan",
        Text2::new("这个文件不是 PDF、PNG 或 JPEG。", "This file is not a PDF, PNG or JPEG."),
        Text2::new("请选择扫描件或照片。", "Choose a scan or a photo."),
    )
}

fn not_a_photo() -> Problem {
    Problem::unchanged(
        "not_a_photo",
        Text2::new(
            "问题和表具的照片须是 PNG 或 JPEG。",
            "A defect's or meter's photo is a PNG or JPEG.",
        ),
        Text2::new("请选择照片。", "Choose a photo."),
    )
}

#[cfg(test)]
mod tests {
    use super::media;

    #[test]
    fn a_scan_is_known_by_its_bytes_not_by_its_name() {
        assert_eq!(media(b"%PDF-1.7\n"), Some("application/pdf"));
        assert_eq!(media(b"\xff\xd8\xff\xe0"), Some("image/jpeg"));
        assert_eq!(media(b"MZ\x90\x00"), None);
    }
}
