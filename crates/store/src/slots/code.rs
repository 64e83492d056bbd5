use super::random;
use crate::error::StoreError;
use sha2::{Digest, Sha256};
use std::fmt;
use zeroize::{Zeroize, ZeroizeOnDrop};

/// No I, L, O or U: nothing that reads as something else.
const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const LENGTH: usize = 32;

/// 128 random bits and a 32-bit check sum, as eight groups of four characters.
#[derive(Clone, PartialEq, Eq, Zeroize, ZeroizeOnDrop)]
pub struct RecoveryCode([u8; 16]);

impl RecoveryCode {
    pub(super) fn random() -> Result<Self, StoreError> {
        Ok(RecoveryCode(random()?))
    }

    pub(super) fn entropy(&self) -> &[u8; 16] {
        &self.0
    }

    /// Takes what a person typed: any case, dashes, spaces and full-width letters do not matter, and
    /// O, I and L count as the digits they look like.
    pub fn parse(typed: &str) -> Result<Self, StoreError> {
        let digits = digits(typed).ok_or(StoreError::MistypedCode)?;
        if digits.len() != LENGTH {
            return Err(StoreError::MistypedCode);
        }
        let number =
            |digits: &[u8]| digits.iter().fold(0u64, |sum, digit| sum << 5 | u64::from(*digit));
        let mut bytes = [0; 20];
        for (bytes, digits) in bytes.chunks_mut(5).zip(digits.chunks(8)) {
            bytes.copy_from_slice(&number(digits).to_be_bytes()[3..]);
        }
        let mut entropy = [0; 16];
        entropy.copy_from_slice(&bytes[..16]);
        if bytes[16..] != check(&entropy) {
            return Err(StoreError::MistypedCode);
        }
        Ok(RecoveryCode(entropy))
    }

    /// Whether somebody most likely meant to type a code, not a password.
    pub(super) fn resembles(typed: &str) -> bool {
        digits(typed).is_some_and(|digits| (28..=36).contains(&digits.len()))
    }
}

fn check(entropy: &[u8; 16]) -> [u8; 4] {
    let digest = Sha256::new().chain_update(b"shoulou/recovery/1").chain_update(entropy).finalize();
    [digest[0], digest[1], digest[2], digest[3]]
}

fn digits(typed: &str) -> Option<Vec<u8>> {
    typed
        .chars()
        .map(|c| match c {
            '\u{ff01}'..='\u{ff5e}' => char::from_u32(c as u32 - 0xfee0).unwrap_or(c),
            c => c,
        })
        .filter(|c| !c.is_whitespace() && !matches!(c, '-' | '–' | '—' | '－'))
        .map(|c| match c.to_ascii_uppercase() {
            'O' => Some(0),
            'I' | 'L' => Some(1),
            c => ALPHABET.iter().position(|letter| char::from(*letter) == c).map(|at| at as u8),
        })
        .collect()
}

/// As it is printed and typed.
impl fmt::Display for RecoveryCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let bytes = [&self.0[..], &check(&self.0)].concat();
        for (index, chunk) in bytes.chunks(5).enumerate() {
            let number = chunk.iter().fold(0u64, |sum, byte| sum << 8 | u64::from(*byte));
            let letters: String = (0..8)
                .rev()
                .map(|place| char::from(ALPHABET[(number >> (5 * place) & 31) as usize]))
                .collect();
            let dash = if index == 0 { "" } else { "-" };
            write!(f, "{dash}{}-{}", &letters[..4], &letters[4..])?;
        }
        Ok(())
    }
}

impl fmt::Debug for RecoveryCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RecoveryCode(…)")
    }
}
