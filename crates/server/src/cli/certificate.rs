//! A certificate of the server's own, which PCs know by its hash.

use super::place::{Place, make_private};
use rcgen::{CertificateParams, DnType, KeyPair};
use shoulou_eventlog::Hash;
use std::{
    fs::{self, OpenOptions},
    io::{self, Write},
    path::Path,
};
use tokio_rustls::rustls::pki_types::{CertificateDer, pem::PemObject};

/// Makes it where there is none. Its SHA-256 is the pin that goes into codes.
pub(super) fn own(place: &Place, names: &[String]) -> Result<Hash, String> {
    let (certificate, key) = (place.certificate(), place.key());
    if !certificate.exists() || !key.exists() {
        let made = make(names).map_err(|error| error.to_string())?;
        let folder = certificate.parent().unwrap_or(Path::new("."));
        make_private(folder)
            .and_then(|()| write(&key, &made.1))
            .and_then(|()| write(&certificate, &made.0))
            .map_err(|error| format!("{}: {error}", folder.display()))?;
    }
    let read = CertificateDer::from_pem_file(&certificate);
    let der = read.map_err(|error| format!("{}: {error}", certificate.display()))?;
    Ok(Hash::of(&der))
}

/// Certificate and key, in PEM.
fn make(names: &[String]) -> Result<(String, String), rcgen::Error> {
    let mut params = CertificateParams::new(names.to_vec())?;
    params.distinguished_name.push(DnType::CommonName, "shoulou-server");
    let key = KeyPair::generate()?;
    let certificate = params.self_signed(&key)?;
    Ok((certificate.pem(), key.serialize_pem()))
}

fn write(path: &Path, text: &str) -> io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()?;
    fs::metadata(path).map(drop)
}
