//! What happens to bytes on their way, from a seed.

/// Heads of CBOR items that promise more than comes, nest, or end nothing; and tags.
const HEADS: [&[u8]; 12] = [
    &[0x5b, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff],
    &[0x7a, 0xff, 0xff, 0xff, 0xff],
    &[0x9b, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff],
    &[0xbb, 0x00, 0x00, 0x00, 0x00, 0xff, 0xff, 0xff, 0xff],
    &[0x9f],
    &[0xbf],
    &[0x5f],
    &[0xff],
    &[0x81, 0x81, 0x81, 0x81, 0x81, 0x81, 0x81, 0x81, 0x81, 0x81, 0x81, 0x81],
    &[0xfb, 0x7f, 0xf8, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00],
    &[0xd8, 0x12],
    &[0xf6],
];

/// SplitMix64.
#[derive(Clone, Debug)]
pub struct Harm(u64);

impl Harm {
    #[must_use]
    pub fn new(seed: u64) -> Self {
        Harm(seed)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn below(&mut self, end: usize) -> usize {
        (self.next() % end.max(1) as u64) as usize
    }

    /// One of `corpus`, harmed in some places.
    pub fn of(&mut self, corpus: &[Vec<u8>]) -> Vec<u8> {
        let mut bytes = corpus.get(self.below(corpus.len())).cloned().unwrap_or_default();
        for _ in 0..=self.below(4) {
            self.once(&mut bytes, corpus);
        }
        bytes
    }

    fn once(&mut self, bytes: &mut Vec<u8>, corpus: &[Vec<u8>]) {
        let at = self.below(bytes.len() + 1);
        let kind = self.below(8);
        match (kind, bytes.get_mut(at)) {
            (0, Some(byte)) => *byte ^= 1 << self.below(8),
            (1, Some(byte)) => *byte = self.next().to_be_bytes()[0],
            (2, _) => bytes.truncate(at),
            (3, Some(_)) => drop(bytes.remove(at)),
            (4, _) => {
                let end = (at + self.below(40)).min(bytes.len());
                let again = bytes[at..end].to_vec();
                bytes.splice(at..at, again);
            }
            (5, _) => {
                let other = corpus.get(self.below(corpus.len())).cloned().unwrap_or_default();
                let from = self.below(other.len() + 1);
                bytes.truncate(at);
                bytes.extend_from_slice(&other[from..]);
            }
            (6, _) => {
                let head = HEADS[self.below(HEADS.len())];
                let end = (at + head.len()).min(bytes.len());
                bytes.splice(at..end, head.iter().copied());
            }
            _ => {
                let head = HEADS[self.below(HEADS.len())];
                bytes.splice(at..at, head.iter().copied());
            }
        }
    }
}
