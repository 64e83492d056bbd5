//! One file of sections, hashed as a whole: read and written as a stream.

use super::BackupHeader;
use crate::error::{Doing, StoreError};
use sha2::{Digest, Sha256};
use shoulou_eventlog::Hash;
use std::{
    fs::File,
    io::{BufReader, BufWriter, ErrorKind, Read, Write},
    path::Path,
};

const MAGIC: &[u8; 16] = b"shoulou backup\n\0";
const VERSION: u32 = 1;
const LONGEST_HEADER: u32 = 1 << 16;
const PIECE: usize = 1 << 16;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Section {
    Slots,
    Database,
    Blob(Hash),
}

pub(super) struct Writer {
    file: BufWriter<File>,
    digest: Sha256,
}

impl Writer {
    pub fn create(path: &Path, header: &BackupHeader) -> Result<Self, StoreError> {
        let file = File::create(path).doing("creating the backup")?;
        let mut writer = Writer { file: BufWriter::new(file), digest: Sha256::new() };
        let header = serde_json::to_vec(header).map_err(|_| StoreError::BadBackup("header"))?;
        writer.put(MAGIC)?;
        writer.put(&VERSION.to_be_bytes())?;
        writer.put(&(header.len() as u32).to_be_bytes())?;
        writer.put(&header)?;
        Ok(writer)
    }

    pub fn bytes(&mut self, section: Section, bytes: &[u8]) -> Result<(), StoreError> {
        self.head(section, bytes.len() as u64)?;
        self.put(bytes)
    }

    pub fn file(&mut self, section: Section, path: &Path) -> Result<(), StoreError> {
        let mut file = File::open(path).doing("opening the snapshot")?;
        let mut left = file.metadata().doing("measuring the snapshot")?.len();
        self.head(section, left)?;
        let mut piece = vec![0; PIECE];
        while left > 0 {
            let read = file.read(&mut piece).doing("reading the snapshot")?;
            if read == 0 {
                return Err(StoreError::Io {
                    doing: "reading the snapshot",
                    kind: ErrorKind::UnexpectedEof,
                });
            }
            self.put(&piece[..read])?;
            left = left.saturating_sub(read as u64);
        }
        Ok(())
    }

    pub fn finish(mut self) -> Result<(), StoreError> {
        self.put(&[0])?;
        let digest = self.digest.clone().finalize();
        self.put(&digest)?;
        self.file.flush().doing("writing the backup")?;
        self.file.get_ref().sync_all().doing("writing the backup")
    }

    fn head(&mut self, section: Section, length: u64) -> Result<(), StoreError> {
        match section {
            Section::Slots => self.put(&[1])?,
            Section::Database => self.put(&[2])?,
            Section::Blob(address) => {
                self.put(&[3])?;
                self.put(&address.0)?;
            }
        }
        self.put(&length.to_be_bytes())
    }

    fn put(&mut self, bytes: &[u8]) -> Result<(), StoreError> {
        self.digest.update(bytes);
        self.file.write_all(bytes).doing("writing the backup")
    }
}

pub(super) struct Reader {
    file: BufReader<File>,
    digest: Sha256,
    header: BackupHeader,
    /// Bytes of the present section that were not read yet.
    left: u64,
}

impl Reader {
    pub fn open(path: &Path) -> Result<Self, StoreError> {
        let file = match File::open(path) {
            Err(error) if error.kind() == ErrorKind::NotFound => return Err(StoreError::NotFound),
            file => file.doing("opening the backup")?,
        };
        let header = BackupHeader {
            project: Default::default(),
            name: String::new(),
            schema: 0,
            commits: 0,
            last: None,
        };
        let mut reader =
            Reader { file: BufReader::new(file), digest: Sha256::new(), header, left: 0 };
        if reader.take::<16>()? != *MAGIC {
            return Err(StoreError::BadBackup("first bytes"));
        }
        if u32::from_be_bytes(reader.take()?) > VERSION {
            return Err(StoreError::NewerBackup);
        }
        let length = u32::from_be_bytes(reader.take()?);
        if length > LONGEST_HEADER {
            return Err(StoreError::BadBackup("header"));
        }
        let mut text = vec![0; length as usize];
        reader.fill(&mut text)?;
        reader.header =
            serde_json::from_slice(&text).map_err(|_| StoreError::BadBackup("header"))?;
        if reader.header.schema > crate::db::schema_known() {
            return Err(StoreError::NewerBackup);
        }
        Ok(reader)
    }

    pub fn header(&self) -> &BackupHeader {
        &self.header
    }

    /// The next section, whose content must be taken before the one after. At the end the whole file's
    /// hash is checked: what was taken counts only after that.
    pub fn next(&mut self) -> Result<Option<Section>, StoreError> {
        if self.left > 0 {
            return Err(StoreError::BadBackup("unread section"));
        }
        let [kind] = self.take()?;
        let section = match kind {
            0 => return self.end().map(|()| None),
            1 => Section::Slots,
            2 => Section::Database,
            3 => Section::Blob(Hash(self.take()?)),
            _ => return Err(StoreError::BadBackup("unknown section")),
        };
        self.left = u64::from_be_bytes(self.take()?);
        Ok(Some(section))
    }

    /// The present section's content, read piece by piece: a length that lies takes no memory.
    pub fn take_bytes(&mut self) -> Result<Vec<u8>, StoreError> {
        let mut bytes = Vec::new();
        self.pieces(|piece| {
            bytes.extend_from_slice(piece);
            Ok(())
        })?;
        Ok(bytes)
    }

    pub fn take_file(&mut self, path: &Path) -> Result<(), StoreError> {
        let mut file = BufWriter::new(File::create(path).doing("unpacking the backup")?);
        self.pieces(|piece| file.write_all(piece).doing("unpacking the backup"))?;
        file.flush().doing("unpacking the backup")?;
        file.get_ref().sync_all().doing("unpacking the backup")
    }

    fn pieces(
        &mut self,
        mut take: impl FnMut(&[u8]) -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        let mut piece = vec![0; PIECE];
        while self.left > 0 {
            let length = usize::try_from(self.left).unwrap_or(PIECE).min(PIECE);
            self.fill(&mut piece[..length])?;
            take(&piece[..length])?;
            self.left -= length as u64;
        }
        Ok(())
    }

    fn end(&mut self) -> Result<(), StoreError> {
        let expected: [u8; 32] = self.digest.clone().finalize().into();
        if self.take::<32>()? != expected {
            return Err(StoreError::BadBackup("check sum"));
        }
        match self.file.read(&mut [0]) {
            Ok(0) => Ok(()),
            Ok(_) => Err(StoreError::BadBackup("bytes after the end")),
            Err(error) => Err(error).doing("reading the backup"),
        }
    }

    fn take<const N: usize>(&mut self) -> Result<[u8; N], StoreError> {
        let mut bytes = [0; N];
        self.fill(&mut bytes)?;
        Ok(bytes)
    }

    fn fill(&mut self, bytes: &mut [u8]) -> Result<(), StoreError> {
        match self.file.read_exact(bytes) {
            Ok(()) => {
                self.digest.update(&*bytes);
                Ok(())
            }
            Err(error) if error.kind() == ErrorKind::UnexpectedEof => {
                Err(StoreError::BadBackup("it ends too early"))
            }
            Err(error) => Err(error).doing("reading the backup"),
        }
    }
}
