//! What makes a paper the paper it is: its number, its content, its code to scan.

use super::{Field, FieldType, fields, form};
use crate::{
    command::{SignedHow, SignedPaper},
    dossier::{Dossier, Entry, SignOff},
    fact::{Fact, Printed},
    world::World,
};
use chrono::{DateTime, FixedOffset};
use shoulou_eventlog::{EventRef, Hash, Id, Recorded, Value};

/// `SL-2026-8-2-1203-K7Q2-01`: year, home, the incarnation's tag, running number. Needs no asking:
/// two PCs never share a tag.
pub fn document_number(year: i32, unit_code: &str, tag: &str, running: u32) -> String {
    format!("{}{running:02}", stem(year, unit_code, tag))
}

fn stem(year: i32, unit_code: &str, tag: &str) -> String {
    format!("SL-{year}-{unit_code}-{tag}-")
}

/// Four characters that stand for an incarnation; none that reads like another (no I, L, O, U).
pub fn incarnation_tag(incarnation: Id) -> String {
    const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    let [a, b, c, ..] = Id::derive("document tag", &[&incarnation.0]).0;
    let bits = u32::from_be_bytes([0, a, b, c]);
    (0..4).map(|place| char::from(ALPHABET[(bits >> (5 * place) & 31) as usize])).collect()
}

/// The next running number of this home under this tag. Numbers of voided prints are not used again, nor those
/// of pages that were signed on a screen.
pub fn next_running(world: &World<'_>, year: i32, unit_code: &str, tag: &str) -> u32 {
    let stem = stem(year, unit_code, tag);
    let facts = world.file.into_iter().flat_map(|file| file.facts.values());
    let numbers = facts.filter_map(|fact| match Fact::decode(&fact.kind, &fact.payload)? {
        Fact::Printed(printed) => Some(printed.number),
        Fact::Signed(signed) => on_screen(signed.how),
        Fact::StationSigned(signed) => on_screen(signed.how),
        Fact::KeysReturned(returned) => on_screen(returned.how),
        _ => None,
    });
    let taken = numbers.filter_map(|number| number.strip_prefix(&stem)?.parse::<u32>().ok());
    taken.max().unwrap_or(0) + 1
}

fn on_screen(how: SignedHow) -> Option<String> {
    match how {
        SignedHow::Screen { paper, .. } => Some(paper?.number),
        SignedHow::Paper { .. } => None,
    }
}

/// What the code on a page holds: the document and the page, in characters that make a small code.
pub fn qr_payload(document: Id, page: u32) -> String {
    format!("{}:{page}", qr_head(document))
}

/// `B-2026-K7Q2-001`: a set of blank forms, of a running number that this PC counts.
pub fn blank_number(year: i32, tag: &str, running: u32) -> String {
    format!("B-{year}-{tag}-{running:03}")
}

/// `L-20261121-1430-K7Q2`: a list over many homes. It is no paper of any home, so the time tells it.
pub fn list_number(at: DateTime<FixedOffset>, tag: &str) -> String {
    format!("L-{}-{tag}", at.format("%Y%m%d-%H%M"))
}

/// A page of a numbered set of blank forms.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BlankPage {
    /// As [`blank_number`] gave it.
    pub set: String,
    pub form: String,
    pub page: u32,
}

/// The form's key in characters that make a small code.
pub(super) fn blank_qr_head(set: &str, form: &str) -> String {
    if set.is_empty() {
        return String::new();
    }
    format!("SLB:{set}:{}", form.to_uppercase().replace('_', "."))
}

/// The set, form and page of a scanned code, for somebody to file; `None` for any other code.
pub fn read_blank_qr(text: &str) -> Option<BlankPage> {
    let mut parts = text.trim().strip_prefix("SLB:")?.split(':');
    let (set, key, page) = (parts.next()?, parts.next()?, parts.next()?.parse().ok()?);
    let form = form(&key.to_lowercase().replace('.', "_"))?.key.to_owned();
    parts.next().is_none().then(|| BlankPage { set: set.to_owned(), form, page })
}

pub(super) fn qr_head(document: Id) -> String {
    format!("SL:{document}").to_uppercase()
}

/// The document and page of a scanned code; `None` for a code of somebody else.
pub fn read_qr(text: &str) -> Option<(Id, u32)> {
    let (document, page) = text.trim().strip_prefix("SL:")?.split_once(':')?;
    Some((document.to_lowercase().parse().ok()?, page.parse().ok()?))
}

/// How the content of a form is to be printed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Printing {
    /// The last paper of the form says the same: the same document again, marked 补打.
    Reprint { document: Id, number: String, version: u32 },
    /// Nothing of it was printed yet, but these very pages were signed on a screen.
    Signed { number: String, version: u32 },
    /// The first paper of the form, or one that voids the earlier ones.
    New { version: u32 },
}

/// The template that a paper is laid out with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PrintedIn {
    pub template: Hash,
    /// The program ships it: entries that name no template were printed so.
    pub shipped: bool,
}

impl PrintedIn {
    fn is_of(self, last: &Printed) -> bool {
        last.template.map_or(self.shipped, |template| template == self.template)
    }
}

/// Compares with what was printed before. The same content in other words is another paper.
pub fn printing(world: &World<'_>, form: &str, content: Hash, printed_in: PrintedIn) -> Printing {
    let dossier = Dossier::of(world);
    let last = current(&dossier, form);
    if let Some(last) = last.filter(|last| last.content == content && printed_in.is_of(last)) {
        let (number, version) = (last.number.clone(), last.version);
        return Printing::Reprint { document: last.document, number, version };
    }
    let printed = last.map_or(0, |last| last.version);
    let signed = signed_on(&dossier, form).filter_map(signed_paper);
    match signed.filter(|(paper, _)| paper.version > printed).max_by_key(|(paper, _)| paper.version)
    {
        Some((SignedPaper { number, version, content: said }, template))
            if said == content.to_string() && template == printed_in.template.to_string() =>
        {
            Printing::Signed { number, version }
        }
        Some((later, _)) => Printing::New { version: later.version + 1 },
        None => Printing::New { version: printed + 1 },
    }
}

/// What was signed on a screen, and the template it was laid out with.
fn signed_paper(recorded: &Recorded) -> Option<(SignedPaper, String)> {
    let how = match Fact::decode(&recorded.kind, &recorded.payload)? {
        Fact::Signed(signed) => signed.how,
        Fact::StationSigned(signed) => signed.how,
        _ => return None,
    };
    match how {
        SignedHow::Screen { paper, template, .. } => Some((paper?, template?)),
        SignedHow::Paper { .. } => None,
    }
}

/// The paper of a form that counts: the highest version, of several the last in order.
pub(super) fn current<'d>(dossier: &'d Dossier<'_>, form: &str) -> Option<&'d Printed> {
    let of_form = dossier.prints.iter().filter(|print| print.fact.form == form);
    let rank = |print: &&Entry<'_, Printed>| (print.fact.version, print.meta.order);
    of_form.max_by_key(rank).map(|print| &print.fact)
}

/// The sign-offs that the pages of a form show.
pub fn carries(world: &World<'_>, form: &str) -> Vec<EventRef> {
    let dossier = Dossier::of(world);
    on_pages(&dossier, form).map(|(entry, _)| entry.at).collect()
}

/// The same, as they are recorded.
pub(super) fn signed_on<'d>(
    dossier: &'d Dossier<'_>,
    form: &'d str,
) -> impl Iterator<Item = &'d Recorded> {
    on_pages(dossier, form).map(|(_, recorded)| *recorded)
}

fn on_pages<'d, 'a>(
    dossier: &'d Dossier<'a>,
    form: &'d str,
) -> impl Iterator<Item = &'d (Entry<'a, SignOff>, &'a Recorded)> {
    let key = format!("sign.{form}");
    let on_form = move |station: &str| {
        dossier.template.station(station).is_some_and(|s| s.signs_on.as_deref() == Some(form))
    };
    dossier.sign_offs.iter().filter(move |(entry, _)| {
        let of_day = entry.fact.day == dossier.day;
        entry.fact.items.iter().any(|item| item.key == key)
            || entry.fact.station.as_deref().is_some_and(|station| of_day && on_form(station))
    })
}

/// The address of what a paper says: the fields that are content, in the order of the field list.
/// Number, date of printing, signatures and results entered later do not count.
pub fn content_hash(form: &str, data: &Value) -> Hash {
    let mut text = String::from(form);
    let fields = fields(form);
    for field in fields.iter().filter(|field| field.content && !field.path.contains("[].")) {
        let value = walk(data, &field.path);
        line(&mut text, &field.path, value, field.kind);
        let columns: Vec<_> =
            fields.iter().filter(|column| is_column(column, &field.path)).collect();
        let Some(Value::List(rows)) = value else { continue };
        for row in rows {
            for column in &columns {
                let name = &column.path[field.path.len() + 3..];
                line(&mut text, &column.path, walk(row, name), column.kind);
            }
        }
    }
    Hash::of(text.as_bytes())
}

fn is_column(field: &Field, list: &str) -> bool {
    let column = field.path.strip_prefix(list).and_then(|rest| rest.strip_prefix("[]."));
    field.content && column.is_some()
}

fn walk<'v>(value: &'v Value, path: &str) -> Option<&'v Value> {
    path.split('.').try_fold(value, |value, step| match value {
        Value::Map(map) => map.get(step),
        _ => None,
    })
}

/// One field, so that no two contents read alike: the length goes first.
fn line(text: &mut String, path: &str, value: Option<&Value>, kind: FieldType) {
    let said = match (kind, value) {
        (FieldType::Rows, Some(Value::List(rows))) => rows.len().to_string(),
        (_, Some(Value::Text(said))) => said.clone(),
        (_, Some(Value::Bool(said))) => said.to_string(),
        _ => String::new(),
    };
    text.push_str(&format!("\n{path} {} {said}", said.len()));
}
