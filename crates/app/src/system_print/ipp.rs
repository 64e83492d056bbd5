//! The few words of IPP (RFC 8010, RFC 8011) that a print scheduler is spoken to in.

/// Where an attribute belongs in a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Part {
    Operation = 0x01,
    Job = 0x02,
    End = 0x03,
    Printer = 0x04,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u16)]
pub enum Operation {
    CreateJob = 0x0005,
    SendDocument = 0x0006,
    CancelJob = 0x0008,
    GetJobAttributes = 0x0009,
    GetDefault = 0x4001,
    GetPrinters = 0x4002,
}

/// What an attribute says, as far as it is asked for here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    Number(i32),
    Bool(bool),
    Text(String),
    /// Of a kind that nothing here asks for.
    Other,
}

const NUMBER: u8 = 0x21;
const BOOL: u8 = 0x22;
const ENUM: u8 = 0x23;
const TEXT_WITH_LANGUAGE: u8 = 0x35;
const NAME_WITH_LANGUAGE: u8 = 0x36;
const NAME: u8 = 0x42;
const KEYWORD: u8 = 0x44;
const URI: u8 = 0x45;
const CHARSET: u8 = 0x47;
const LANGUAGE: u8 = 0x48;
const MIME: u8 = 0x49;

/// A request in the making.
pub struct Request(Vec<u8>);

impl Request {
    pub fn new(operation: Operation, user: &str) -> Self {
        let mut bytes = vec![2, 0];
        bytes.extend_from_slice(&(operation as u16).to_be_bytes());
        bytes.extend_from_slice(&1u32.to_be_bytes());
        bytes.push(Part::Operation as u8);
        let mut request = Request(bytes);
        request.put(CHARSET, "attributes-charset", b"utf-8");
        request.put(LANGUAGE, "attributes-natural-language", b"en");
        request.name("requesting-user-name", user)
    }

    fn put(&mut self, tag: u8, name: &str, value: &[u8]) {
        self.0.push(tag);
        for bytes in [name.as_bytes(), value] {
            self.0.extend_from_slice(&(bytes.len() as u16).to_be_bytes());
            self.0.extend_from_slice(bytes);
        }
    }

    /// What follows belongs to the job, not to the operation.
    pub fn of_job(mut self) -> Self {
        self.0.push(Part::Job as u8);
        self
    }

    pub fn uri(mut self, name: &str, value: &str) -> Self {
        self.put(URI, name, value.as_bytes());
        self
    }

    /// Cut to what a name may have: 255 bytes, between characters.
    pub fn name(mut self, name: &str, value: &str) -> Self {
        let end = value.floor_char_boundary(255);
        self.put(NAME, name, &value.as_bytes()[..end]);
        self
    }

    pub fn keyword(mut self, name: &str, value: &str) -> Self {
        self.put(KEYWORD, name, value.as_bytes());
        self
    }

    pub fn keywords(mut self, name: &str, values: &[&str]) -> Self {
        for (at, value) in values.iter().enumerate() {
            self.put(KEYWORD, if at == 0 { name } else { "" }, value.as_bytes());
        }
        self
    }

    pub fn mime(mut self, name: &str, value: &str) -> Self {
        self.put(MIME, name, value.as_bytes());
        self
    }

    pub fn number(mut self, name: &str, value: i32) -> Self {
        self.put(NUMBER, name, &value.to_be_bytes());
        self
    }

    pub fn flag(mut self, name: &str, value: bool) -> Self {
        self.put(BOOL, name, &[u8::from(value)]);
        self
    }

    /// With the document, where it has one.
    pub fn bytes(mut self, document: &[u8]) -> Vec<u8> {
        self.0.push(Part::End as u8);
        self.0.extend_from_slice(document);
        self.0
    }
}

/// An answer: how it went, and groups of attributes, one for each thing told of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Response {
    pub status: u16,
    groups: Vec<(u8, Attributes)>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Attributes(Vec<(String, Vec<Value>)>);

impl Response {
    /// `None` where it is cut off or no IPP.
    pub fn read(bytes: &[u8]) -> Option<Response> {
        let mut reader = Reader(bytes);
        reader.take(2)?;
        let status = reader.short()?;
        reader.take(4)?;
        let mut groups: Vec<(u8, Attributes)> = Vec::new();
        loop {
            let tag = reader.byte()?;
            if tag == Part::End as u8 {
                return Some(Response { status, groups });
            }
            if tag < 0x10 {
                groups.push((tag, Attributes::default()));
                continue;
            }
            let length = reader.short()?;
            let name = String::from_utf8_lossy(reader.take(length.into())?).into_owned();
            let length = reader.short()?;
            let value = value(tag, reader.take(length.into())?);
            let (_, Attributes(attributes)) = groups.last_mut()?;
            match (name.is_empty(), attributes.last_mut()) {
                (true, Some((_, values))) => values.push(value),
                (true, None) => return None,
                (false, _) => attributes.push((name, vec![value])),
            }
        }
    }

    /// The groups about things of one sort.
    pub fn of(&self, part: Part) -> impl Iterator<Item = &Attributes> {
        self.groups.iter().filter(move |(tag, _)| *tag == part as u8).map(|(_, group)| group)
    }

    pub fn went_well(&self) -> bool {
        self.status < 0x0100
    }
}

impl Attributes {
    fn values(&self, name: &str) -> &[Value] {
        let found = self.0.iter().find(|(own, _)| own == name);
        found.map_or(&[], |(_, values)| values)
    }

    pub fn text(&self, name: &str) -> Option<&str> {
        self.texts(name).next()
    }

    pub fn texts(&self, name: &str) -> impl Iterator<Item = &str> {
        self.values(name).iter().filter_map(|value| match value {
            Value::Text(text) => Some(text.as_str()),
            _ => None,
        })
    }

    pub fn number(&self, name: &str) -> Option<i32> {
        self.values(name).iter().find_map(|value| match value {
            Value::Number(number) => Some(*number),
            _ => None,
        })
    }

    pub fn flag(&self, name: &str) -> Option<bool> {
        self.values(name).iter().find_map(|value| match value {
            Value::Bool(flag) => Some(*flag),
            _ => None,
        })
    }
}

fn value(tag: u8, bytes: &[u8]) -> Value {
    let text = |bytes: &[u8]| Value::Text(String::from_utf8_lossy(bytes).into_owned());
    match tag {
        NUMBER | ENUM => {
            bytes.try_into().map_or(Value::Other, |n| Value::Number(i32::from_be_bytes(n)))
        }
        BOOL => Value::Bool(bytes.first().is_some_and(|byte| *byte != 0)),
        TEXT_WITH_LANGUAGE | NAME_WITH_LANGUAGE => {
            let mut reader = Reader(bytes);
            let after_language = reader.short().and_then(|length| {
                reader.take(length.into())?;
                let length = reader.short()?;
                reader.take(length.into())
            });
            after_language.map_or(Value::Other, text)
        }
        0x41..=0x49 => text(bytes),
        _ => Value::Other,
    }
}

struct Reader<'b>(&'b [u8]);

impl<'b> Reader<'b> {
    fn take(&mut self, count: usize) -> Option<&'b [u8]> {
        let (taken, rest) = self.0.split_at_checked(count)?;
        self.0 = rest;
        Some(taken)
    }

    fn byte(&mut self) -> Option<u8> {
        self.take(1).map(|byte| byte[0])
    }

    fn short(&mut self) -> Option<u16> {
        self.take(2).map(|bytes| u16::from_be_bytes([bytes[0], bytes[1]]))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer() -> Vec<u8> {
        let printer = |tag, name: &str, value: &[u8]| {
            let mut request = Request(Vec::new());
            request.put(tag, name, value);
            request.0
        };
        let mut bytes = vec![2, 0, 0, 0, 0, 0, 0, 1, Part::Operation as u8];
        bytes.extend(printer(CHARSET, "attributes-charset", b"utf-8"));
        bytes.push(Part::Printer as u8);
        bytes.extend(printer(NAME, "printer-name", "二楼".as_bytes()));
        bytes.extend(printer(ENUM, "printer-state", &5i32.to_be_bytes()));
        bytes.extend(printer(KEYWORD, "printer-state-reasons", b"media-empty-error"));
        bytes.extend(printer(KEYWORD, "", b"offline-report"));
        bytes.extend(printer(BOOL, "color-supported", &[1]));
        bytes.extend(printer(
            TEXT_WITH_LANGUAGE,
            "printer-info",
            b"\0\x02zh\0\x06\xe8\xb4\xa2\xe5\x8a\xa1",
        ));
        bytes.push(Part::End as u8);
        bytes
    }

    #[test]
    fn an_answer_reads_as_it_was_given() {
        let response = Response::read(&answer()).unwrap();
        assert!(response.went_well());
        let printer = response.of(Part::Printer).next().unwrap();
        assert_eq!(printer.text("printer-name"), Some("二楼"));
        assert_eq!(printer.number("printer-state"), Some(5));
        let reasons: Vec<_> = printer.texts("printer-state-reasons").collect();
        assert_eq!(reasons, ["media-empty-error", "offline-report"]);
        assert_eq!(printer.flag("color-supported"), Some(true));
        assert_eq!(printer.text("printer-info"), Some("财务"));
        assert_eq!(printer.text("nothing"), None);
    }

    #[test]
    fn an_answer_cut_off_anywhere_is_no_answer_and_harmed_ones_do_no_harm() {
        let whole = answer();
        for end in 0..whole.len() {
            assert_eq!(Response::read(&whole[..end]), None, "cut off at {end}");
        }
        for at in 0..whole.len() {
            for bit in 0..8 {
                let mut harmed = whole.clone();
                harmed[at] ^= 1 << bit;
                let _ = Response::read(&harmed);
            }
        }
    }

    #[test]
    fn a_long_name_is_cut_between_characters() {
        let long = format!("a{}", "房".repeat(100));
        let bytes = Request::new(Operation::CreateJob, "x").name("job-name", &long).bytes(b"");
        let kept = format!("a{}", "房".repeat(84));
        let at = bytes.windows(kept.len()).position(|some| some == kept.as_bytes()).unwrap();
        assert_eq!(bytes[at - 2..at], [0, 253], "what is left has 253 bytes");
        assert!(bytes[at + 253] < 0x80, "the next attribute, not the rest of a character");
    }
}
