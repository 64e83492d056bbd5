//! Folders as a disk has them: copied, put back, thrown away.

use std::{
    fs,
    path::{Path, PathBuf},
};
use tempfile::TempDir;

pub type Result<T> = std::result::Result<T, String>;

/// In memory where the system has such a place: what is tested is not the disk.
pub fn fresh() -> Result<TempDir> {
    let memory = Path::new("/dev/shm");
    let made = match memory.is_dir() {
        true => tempfile::tempdir_in(memory),
        false => tempfile::tempdir(),
    };
    made.map_err(|error| format!("a folder: {error}"))
}

pub fn copy(from: &Path, to: &Path) -> Result<()> {
    let failed = |error: std::io::Error| format!("copying a folder: {error}");
    if to.exists() {
        fs::remove_dir_all(to).map_err(failed)?;
    }
    let mut open = vec![(from.to_owned(), to.to_owned())];
    while let Some((from, to)) = open.pop() {
        fs::create_dir_all(&to).map_err(failed)?;
        for entry in fs::read_dir(&from).map_err(failed)? {
            let entry = entry.map_err(failed)?;
            let place: PathBuf = to.join(entry.file_name());
            match entry.file_type().map_err(failed)?.is_dir() {
                true => open.push((entry.path(), place)),
                false => drop(fs::copy(entry.path(), place).map_err(failed)?),
            }
        }
    }
    Ok(())
}
