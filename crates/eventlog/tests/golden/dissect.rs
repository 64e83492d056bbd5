//! Bytes of CBOR told item by item: offset, bytes, what they are.

use std::fmt::Write;

const ROW: usize = 16;

/// `name` gives the meaning of the item at a path, which counts the items of arrays and names the
/// keys of maps: `2.11.0.1`. `inside` tells byte strings that hold CBOR themselves.
pub struct Dissection<'a> {
    pub name: &'a dyn Fn(&str) -> &'a str,
    pub inside: &'a dyn Fn(&str) -> bool,
}

pub struct Table<'a> {
    dissection: &'a Dissection<'a>,
    bytes: &'a [u8],
    at: usize,
    text: String,
}

impl<'a> Dissection<'a> {
    pub fn of(&'a self, bytes: &'a [u8]) -> String {
        let mut table = Table { dissection: self, bytes, at: 0, text: String::new() };
        table.item("", 0, None);
        assert_eq!(table.at, bytes.len());
        table.text
    }
}

impl Table<'_> {
    fn head(&mut self) -> (u8, u64) {
        let first = self.bytes[self.at];
        self.at += 1;
        let width = match first & 0x1f {
            low @ 0..24 => return (first >> 5, u64::from(low)),
            low => 1 << (low - 24),
        };
        let argument = &self.bytes[self.at..self.at + width];
        self.at += width;
        (first >> 5, argument.iter().fold(0, |sum, byte| (sum << 8) | u64::from(*byte)))
    }

    /// One item; `from` is where its row begins: at its key, where it has one.
    fn item(&mut self, path: &str, level: usize, from: Option<usize>) {
        let from = from.unwrap_or(self.at);
        let (major, argument) = self.head();
        let count = usize::try_from(argument).unwrap();
        let below = |part: &str| match path {
            "" => part.to_owned(),
            _ => format!("{path}.{part}"),
        };
        match major {
            0 => self.row(from, level, path, &argument.to_string()),
            1 => self.row(from, level, path, &format!("-{}", argument + 1)),
            2 if (self.dissection.inside)(path) => {
                self.row(from, level, path, &format!("{count} bytes, which are"));
                self.item(path, level + 1, None);
            }
            2 => {
                self.at += count;
                self.row(from, level, path, &format!("{count} bytes"));
            }
            3 => {
                let text = std::str::from_utf8(&self.bytes[self.at..self.at + count]).unwrap();
                self.at += count;
                self.row(from, level, path, &format!("{text:?}"));
            }
            4 => {
                self.row(from, level, path, &format!("array of {count}"));
                (0..count).for_each(|item| self.item(&below(&item.to_string()), level + 1, None));
            }
            5 => {
                self.row(from, level, path, &format!("map of {count}"));
                for _ in 0..count {
                    let from = self.at;
                    let (major, argument) = self.head();
                    let key = match major {
                        0 => argument.to_string(),
                        3 => {
                            let key = &self.bytes[self.at..self.at + argument as usize];
                            self.at += key.len();
                            String::from_utf8(key.to_vec()).unwrap()
                        }
                        _ => panic!("no key of the log"),
                    };
                    self.item(&below(&key), level + 1, Some(from));
                }
            }
            6 => {
                self.row(from, level, path, &format!("tag {argument}"));
                self.item(path, level, None);
            }
            _ => {
                let simple = ["false", "true", "null"][count - 20];
                self.row(from, level, path, simple);
            }
        }
    }

    fn row(&mut self, from: usize, level: usize, path: &str, what: &str) {
        let name = (self.dissection.name)(path);
        let indent = "  ".repeat(level);
        for (row, bytes) in self.bytes[from..self.at].chunks(ROW).enumerate() {
            let hex: String = bytes.iter().map(|byte| format!("{byte:02x} ")).collect();
            let offset = from + row * ROW;
            let line = match row {
                0 if name.is_empty() => format!("{offset:4}  {hex:49} {indent}{what}"),
                0 => format!("{offset:4}  {hex:49} {indent}{name}: {what}"),
                _ => format!("{offset:4}  {hex}"),
            };
            writeln!(self.text, "{}", line.trim_end()).unwrap();
        }
    }
}
