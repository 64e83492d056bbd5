//! The data folder: one database per project, and beside it a small label with the project's name.

use crate::api::Problem;
use serde::{Deserialize, Serialize};
use shoulou_eventlog::Id;
use std::{
    fs,
    io::Write,
    path::{Path, PathBuf},
};

const LABEL: &str = "project.json";

/// Where projects lie on this PC.
#[derive(Clone, Debug)]
pub struct Folder {
    root: PathBuf,
}

/// One project's place in the folder. The name is a label to choose by; the log has the true one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    pub id: Id,
    pub name: String,
    pub database: PathBuf,
}

#[derive(Serialize, Deserialize)]
struct Label {
    id: Id,
    name: String,
}

impl Folder {
    pub fn new(root: impl Into<PathBuf>) -> Self {
        Folder { root: root.into() }
    }

    pub fn path(&self) -> &Path {
        &self.root
    }

    /// Each project's database lies in a folder named by its id.
    pub fn place(&self, id: Id, name: &str) -> Place {
        let database = self.root.join(id.to_string()).join("project.db");
        Place { id, name: name.to_owned(), database }
    }

    pub fn projects(&self) -> Result<Vec<Place>, Problem> {
        let entries = match fs::read_dir(&self.root) {
            Ok(entries) => entries,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
            Err(error) => return Err(Problem::cannot_read(&self.root, &error)),
        };
        let mut places: Vec<Place> =
            entries.flatten().filter_map(|entry| self.read(&entry.path())).collect();
        places.sort_by(|a, b| a.name.cmp(&b.name).then(a.id.cmp(&b.id)));
        Ok(places)
    }

    /// A project whose label was lost is still found, under its id.
    fn read(&self, dir: &Path) -> Option<Place> {
        let id: Id = dir.file_name()?.to_str()?.parse().ok()?;
        if !dir.join("project.db").is_file() {
            return None;
        }
        let label = fs::read(dir.join(LABEL)).ok();
        let label = label.and_then(|bytes| serde_json::from_slice::<Label>(&bytes).ok());
        Some(self.place(id, &label.map_or_else(|| id.to_string(), |label| label.name)))
    }

    /// The project of this name or id; without one, the only project there is.
    pub fn choose(&self, wanted: Option<&str>) -> Result<Option<Place>, Problem> {
        let mut places = self.projects()?;
        let Some(wanted) = wanted else {
            return match places.len() {
                0 | 1 => Ok(places.pop()),
                _ => Err(Problem::which_project(&names(&places))),
            };
        };
        let found =
            places.iter().find(|place| place.name == wanted || place.id.to_string() == wanted);
        match found {
            Some(place) => Ok(Some(place.clone())),
            None if places.is_empty() => Ok(None),
            None => Err(Problem::which_project(&names(&places))),
        }
    }

    /// The project that was written to last.
    pub fn latest(&self) -> Result<Option<Place>, Problem> {
        let written = |place: &Place| {
            let wal = place.database.with_extension("db-wal");
            let time = |path: &Path| fs::metadata(path).and_then(|file| file.modified()).ok();
            time(&wal).max(time(&place.database))
        };
        Ok(self.projects()?.into_iter().max_by_key(written))
    }

    pub fn prepare(&self, place: &Place) -> Result<(), Problem> {
        let dir = place.dir();
        fs::create_dir_all(dir).map_err(|error| Problem::cannot_write(dir, &error))?;
        place.relabel(&place.name)
    }
}

impl Place {
    pub fn dir(&self) -> &Path {
        self.database.parent().expect("a database lies in its project's folder")
    }

    /// Moves everything of this project to a folder beside it, which no list of projects shows.
    /// Its name ends with `why`.
    pub fn move_aside(&self, why: &str) -> Result<PathBuf, Problem> {
        let mut name = self.dir().as_os_str().to_owned();
        name.push(format!(".{why}"));
        let aside = PathBuf::from(name);
        fs::rename(self.dir(), &aside).map_err(|error| Problem::cannot_write(&aside, &error))?;
        Ok(aside)
    }

    pub fn move_back(&self, aside: &Path) -> Result<(), Problem> {
        let moved = fs::remove_dir_all(self.dir()).and_then(|()| fs::rename(aside, self.dir()));
        moved.map_err(|error| Problem::cannot_write(self.dir(), &error))
    }

    pub fn relabel(&self, name: &str) -> Result<(), Problem> {
        let label = Label { id: self.id, name: name.to_owned() };
        let text = serde_json::to_vec_pretty(&label).expect("a label is plain text");
        let path = self.dir().join(LABEL);
        write_whole(&path, &text)
    }
}

/// Writes a file so that after a crash either the old or the new one is there, whole.
pub fn write_whole(path: &Path, bytes: &[u8]) -> Result<(), Problem> {
    Staged::write(path, bytes)?.put()
}

/// A file that lies on the disk beside its place, whole. Unless it is put there, it goes away again.
pub struct Staged {
    part: PathBuf,
    pub path: PathBuf,
}

impl Staged {
    pub fn write(path: &Path, bytes: &[u8]) -> Result<Staged, Problem> {
        let mut name = path.as_os_str().to_owned();
        name.push(".part");
        let staged = Staged { part: PathBuf::from(name), path: path.to_owned() };
        let written = fs::File::create(&staged.part)
            .and_then(|mut file| file.write_all(bytes).and_then(|()| file.sync_all()));
        written.map_err(|error| Problem::cannot_write(path, &error))?;
        Ok(staged)
    }

    pub fn put(self) -> Result<(), Problem> {
        let moved = fs::rename(&self.part, &self.path);
        moved.map_err(|error| Problem::cannot_write(&self.path, &error))
    }
}

impl Drop for Staged {
    fn drop(&mut self) {
        // Where it was put, there is nothing left to take away.
        let _ = fs::remove_file(&self.part);
    }
}

fn names(places: &[Place]) -> Vec<String> {
    places.iter().map(|place| place.name.clone()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn made(folder: &Folder, name: &str) -> Place {
        let place = folder.place(Id::derive("test", &[name.as_bytes()]), name);
        folder.prepare(&place).unwrap();
        fs::write(&place.database, b"").unwrap();
        place
    }

    #[test]
    fn the_only_project_needs_no_name_and_of_several_one_is_asked_for() {
        let dir = tempfile::tempdir().unwrap();
        let folder = Folder::new(dir.path().join("new"));
        assert_eq!(folder.choose(None).unwrap(), None);
        let first = made(&folder, "锦绣豪庭");
        assert_eq!(folder.choose(None).unwrap(), Some(first.clone()));
        made(&folder, "云山别墅");
        let problem = folder.choose(None).unwrap_err();
        assert!(problem.what.zh.contains("锦绣豪庭") && problem.what.zh.contains("云山别墅"));
        assert_eq!(folder.choose(Some("锦绣豪庭")).unwrap(), Some(first));
    }

    #[test]
    fn a_project_whose_label_is_gone_is_found_by_its_id() {
        let dir = tempfile::tempdir().unwrap();
        let folder = Folder::new(dir.path());
        let place = made(&folder, "锦绣豪庭");
        fs::remove_file(place.dir().join(LABEL)).unwrap();
        let found = folder.choose(Some(&place.id.to_string())).unwrap().unwrap();
        assert_eq!(found.database, place.database);
    }

    #[test]
    fn a_file_is_replaced_whole_or_not_at_all() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("packet.pdf");
        write_whole(&path, b"old").unwrap();
        let problem = write_whole(&dir.path().join("gone/packet.pdf"), b"new").unwrap_err();
        assert_eq!(problem.code, "cannot_write");
        assert_eq!(fs::read(&path).unwrap(), b"old");
    }
}
