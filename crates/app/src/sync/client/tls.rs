//! Whom to believe at the other end of the line.

use rustls::{
    CertificateError, ClientConfig, DigitallySignedStruct, Error, SignatureScheme,
    client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier},
    crypto::{CryptoProvider, ring, verify_tls12_signature, verify_tls13_signature},
    pki_types::{CertificateDer, ServerName, UnixTime},
};
use shoulou_eventlog::Hash;
use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

/// What the server's certificate must be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Trust {
    /// One that this PC's system trusts.
    System,
    /// The one with this SHA-256.
    Pinned(Hash),
    /// Whatever comes: for an invitation, whose own seal proves who left it and which names the pin.
    Sealed,
}

impl From<Option<Hash>> for Trust {
    fn from(pin: Option<Hash>) -> Self {
        pin.map_or(Trust::System, Trust::Pinned)
    }
}

/// What handshakes brought to light.
#[derive(Debug, Default)]
pub(crate) struct Seen {
    pub stranger: AtomicBool,
}

pub(super) fn config(trust: Trust) -> Option<(ClientConfig, Arc<Seen>)> {
    let provider = Arc::new(ring::default_provider());
    let seen = Arc::new(Seen::default());
    let verifier: Arc<dyn ServerCertVerifier> = match trust {
        Trust::System => Arc::new(rustls_platform_verifier::Verifier::new(provider.clone()).ok()?),
        Trust::Pinned(pin) => {
            Arc::new(Pinned { pin: Some(pin), provider: provider.clone(), seen: seen.clone() })
        }
        Trust::Sealed => {
            Arc::new(Pinned { pin: None, provider: provider.clone(), seen: seen.clone() })
        }
    };
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .ok()?
        .dangerous()
        .with_custom_certificate_verifier(verifier)
        .with_no_client_auth();
    Some((config, seen))
}

/// The pin takes the place of name, authority and dates; that the other end holds the key is checked as ever.
#[derive(Debug)]
struct Pinned {
    pin: Option<Hash>,
    provider: Arc<CryptoProvider>,
    seen: Arc<Seen>,
}

impl ServerCertVerifier for Pinned {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: &ServerName<'_>,
        _: &[u8],
        _: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        let stranger = self.pin.is_some_and(|pin| Hash::of(end_entity) != pin);
        self.seen.stranger.store(stranger, Ordering::Relaxed);
        if stranger {
            return Err(Error::InvalidCertificate(
                CertificateError::ApplicationVerificationFailure,
            ));
        }
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        let algorithms = &self.provider.signature_verification_algorithms;
        verify_tls12_signature(message, cert, dss, algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        let algorithms = &self.provider.signature_verification_algorithms;
        verify_tls13_signature(message, cert, dss, algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider.signature_verification_algorithms.supported_schemes()
    }
}
