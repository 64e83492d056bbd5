//! How a PC comes to a project. An administrator's PC seals what the new one must know and leaves it
//! with the server; the key to it is in the code that a person types or scans. So the server never
//! sees the project key, and the code stays short.

use super::wire;
use crate::{Hash, Id, ProjectKey, Salt};
use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};
use zeroize::{Zeroize, ZeroizeOnDrop};

/// Crockford's base 32: no I, L, O, U.
const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const DIGITS: usize = 24;
const AAD: &[u8] = b"shoulou invitation 1";

/// The secret of an invitation: 116 random bits and 4 that check them, `K7QF-…` six groups of four.
#[derive(Clone, PartialEq, Eq, Zeroize, ZeroizeOnDrop)]
pub struct Secret([u8; 15]);

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Purpose {
    /// Brings a project that so far lives on one PC to the server.
    Found,
    /// Joins a project.
    Join,
}

/// What the new PC must know.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Invitation {
    pub purpose: Purpose,
    /// The server's Ed25519 key, which signs receipts and certificates.
    pub server: wire::Bytes,
    /// SHA-256 of the server's TLS certificate, where it is not one that the PC would trust anyway.
    pub pin: Option<Hash>,
    pub token: wire::Bytes,
    /// With [`Purpose::Join`].
    pub project: Option<InvitedTo>,
}

#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct InvitedTo {
    pub id: Id,
    pub name: String,
    pub key: wire::Bytes,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SecretError {
    #[error("24 letters and digits are expected")]
    Length,
    #[error("this character is in no code")]
    Character(char),
    #[error("a character is wrong")]
    Check,
}

impl Secret {
    pub fn new(mut random: [u8; 15]) -> Self {
        random[14] = (random[14] & 0xf0) | check(&random);
        Secret(random)
    }

    /// Where the server keeps the invitation. Tells nothing of the secret.
    pub fn locator(&self) -> Id {
        Id::derive("invitation", &[&self.0])
    }

    fn key(&self) -> ProjectKey {
        ProjectKey::new(Hash::of(&[&b"shoulou invitation key 1"[..], &self.0].concat()).0)
    }

    /// `salt` is random.
    pub fn seal(&self, invitation: &Invitation, salt: Salt) -> Vec<u8> {
        let sealed = self.key().seal(&salt, AAD, &wire::encode(invitation));
        [&salt[..], &sealed].concat()
    }

    /// `None` where it is not the invitation of this secret.
    pub fn open(&self, sealed: &[u8]) -> Option<Invitation> {
        let (salt, sealed) = sealed.split_first_chunk::<24>()?;
        wire::decode(&self.key().open(salt, AAD, sealed)?).ok()
    }
}

fn check(random: &[u8; 15]) -> u8 {
    let mut checked = *random;
    checked[14] &= 0xf0;
    Hash::of(&checked).0[0] & 0x0f
}

impl fmt::Display for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let bits = self.0.iter().fold(0u128, |bits, byte| (bits << 8) | u128::from(*byte));
        for at in 0..DIGITS {
            if at > 0 && at % 4 == 0 {
                f.write_str("-")?;
            }
            let digit = (bits >> (5 * (DIGITS - 1 - at))) & 31;
            write!(f, "{}", char::from(ALPHABET[digit as usize]))?;
        }
        Ok(())
    }
}

/// As people type it: small letters, O for 0, I and L for 1, spaces and dashes anywhere.
impl FromStr for Secret {
    type Err = SecretError;

    fn from_str(text: &str) -> Result<Self, SecretError> {
        let mut bits = 0u128;
        let mut digits = 0;
        for character in text.chars().filter(|one| !one.is_whitespace() && *one != '-') {
            let plain = match character.to_ascii_uppercase() {
                'O' => '0',
                'I' | 'L' => '1',
                plain => plain,
            };
            let digit = ALPHABET.iter().position(|known| char::from(*known) == plain);
            let digit = digit.ok_or(SecretError::Character(character))?;
            digits += 1;
            if digits > DIGITS {
                return Err(SecretError::Length);
            }
            bits = (bits << 5) | digit as u128;
        }
        if digits != DIGITS {
            return Err(SecretError::Length);
        }
        let mut bytes = [0; 15];
        bytes.copy_from_slice(&bits.to_be_bytes()[1..]);
        if bytes[14] & 0x0f == check(&bytes) { Ok(Secret(bytes)) } else { Err(SecretError::Check) }
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

impl fmt::Debug for Invitation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Invitation to {:?}", self.purpose)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn secret() -> Secret {
        Secret::new([0x5a, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 0xe7])
    }

    #[test]
    fn a_secret_is_read_as_people_type_it() {
        let text = secret().to_string();
        assert_eq!(text.len(), 29);
        assert_eq!(text.parse(), Ok(secret()));
        let typed = text.replace('-', " ").to_lowercase().replace('0', "o").replace('1', "l");
        assert_eq!(typed.parse(), Ok(secret()));
        assert_eq!("K7QF".parse::<Secret>(), Err(SecretError::Length));
        let no_digit = text.replacen(|_| true, "U", 1);
        assert_eq!(no_digit.parse::<Secret>(), Err(SecretError::Character('U')));
    }

    #[test]
    fn most_slips_of_the_finger_are_noticed() {
        let text = secret().to_string().replace('-', "");
        let mut noticed = 0;
        for at in 0..DIGITS {
            let mut typed: Vec<char> = text.chars().collect();
            typed[at] = if typed[at] == '7' { '8' } else { '7' };
            let typed: String = typed.into_iter().collect();
            noticed += usize::from(typed.parse::<Secret>() == Err(SecretError::Check));
        }
        assert!(noticed >= 20, "{noticed} of {DIGITS}");
    }

    #[test]
    fn an_invitation_opens_with_its_secret_alone() {
        let invitation = Invitation {
            purpose: Purpose::Join,
            server: vec![3; 32].into(),
            pin: None,
            token: vec![4; 16].into(),
            project: Some(InvitedTo {
                id: Id([1; 16]),
                name: "锦绣豪庭".into(),
                key: vec![9; 32].into(),
            }),
        };
        let sealed = secret().seal(&invitation, [8; 24]);
        assert_eq!(secret().open(&sealed), Some(invitation));
        assert_eq!(Secret::new([7; 15]).open(&sealed), None);
        assert_eq!(secret().open(&sealed[..20]), None);
    }
}
