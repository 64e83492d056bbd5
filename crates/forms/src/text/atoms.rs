use crate::{
    display::Mpt,
    error::FormError,
    font::{FaceId, Fonts, Shown},
};

#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Style {
    pub face: FaceId,
    pub size: Mpt,
    pub gray: u8,
}

#[derive(Clone, Debug)]
pub(crate) enum Piece {
    /// `field` names the field that the text came from; empty for the form's own words.
    Text { text: String, style: Style, field: String },
    /// A check box.
    Box { ticked: bool, style: Style },
    /// A line to write on.
    Blank { width: Mpt, style: Style },
}

/// The smallest thing on a line.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Atom {
    pub what: What,
    pub style: Style,
    pub advance: Mpt,
    /// Space before it when it does not begin a line (negative: marks move together).
    pub before: Mpt,
}

#[derive(Clone, Copy, Debug)]
pub(crate) enum What {
    Char(char, Shown),
    Box { ticked: bool },
    Blank,
    NewLine,
}

/// Invisible characters that lists and chats leave behind; no font shows them.
pub(crate) fn is_dropped(c: char) -> bool {
    matches!(c,
        '\u{0}'..='\u{8}' | '\u{b}'..='\u{1f}' | '\u{7f}'..='\u{9f}' | '\u{ad}'
        | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2064}'
        | '\u{2066}'..='\u{2069}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}'
        | '\u{e0100}'..='\u{e01ef}')
}

/// # Errors
/// [`FormError::MissingGlyph`] for the first character that no face has.
pub(crate) fn atoms(form: &str, pieces: &[Piece], fonts: &Fonts) -> Result<Vec<Atom>, FormError> {
    let mut atoms: Vec<Atom> = Vec::new();
    let mut last: Option<char> = None;
    for piece in pieces {
        match piece {
            Piece::Text { text, style, field } => {
                for c in text.chars().filter(|c| !is_dropped(*c)) {
                    let c = if matches!(c, '\t' | '\u{a0}') { ' ' } else { c };
                    if c == '\n' {
                        // An empty field leaves no empty line behind.
                        if atoms.last().is_none_or(|last| matches!(last.what, What::NewLine)) {
                            continue;
                        }
                        let (advance, before) = (0, 0);
                        atoms.push(Atom { what: What::NewLine, style: *style, advance, before });
                        last = None;
                        continue;
                    }
                    let shown = fonts.show(c, style.face).ok_or_else(|| {
                        let field = if field.is_empty() { "the form's text" } else { field };
                        FormError::MissingGlyph {
                            form: form.to_owned(),
                            field: field.to_owned(),
                            character: c,
                        }
                    })?;
                    atoms.push(Atom {
                        what: What::Char(c, shown),
                        style: *style,
                        advance: scaled(style.size, shown.advance),
                        before: last.map_or(0, |last| scaled(style.size, space(last, c))),
                    });
                    last = Some(c);
                }
            }
            Piece::Box { ticked, style } => {
                let what = What::Box { ticked: *ticked };
                let advance = scaled(style.size, 1100);
                let before = if last.is_some() { scaled(style.size, 150) } else { 0 };
                atoms.push(Atom { what, style: *style, advance, before });
                last = None;
            }
            Piece::Blank { width, style } => {
                let (what, advance) = (What::Blank, *width);
                let before = if last.is_some() { scaled(style.size, 80) } else { 0 };
                atoms.push(Atom { what, style: *style, advance, before });
                last = None;
            }
        }
    }
    Ok(atoms)
}

fn scaled(size: Mpt, thousandths: i32) -> Mpt {
    (i64::from(size) * i64::from(thousandths) / 1000) as Mpt
}

/// Space between two neighbours, in thousandths of the size.
fn space(one: char, other: char) -> i32 {
    // Readers of the text take a tenth or more for a space between words.
    const HAN_LATIN: i32 = 95;
    const SHARED: i32 = -500;
    if is_han(one) && is_latin(other) || is_latin(one) && is_han(other) {
        return HAN_LATIN;
    }
    let squeezed = is_closing(one) && (is_closing(other) || is_opening(other))
        || is_opening(one) && is_opening(other);
    if squeezed { SHARED } else { 0 }
}

/// Full-width marks whose ink stands in the left half.
pub(super) fn is_closing(c: char) -> bool {
    matches!(
        c,
        '、' | '。'
            | '，'
            | '．'
            | '；'
            | '：'
            | '）'
            | '】'
            | '》'
            | '」'
            | '』'
            | '〕'
            | '〉'
            | '〗'
    )
}

/// Full-width marks whose ink stands in the right half.
pub(super) fn is_opening(c: char) -> bool {
    matches!(c, '（' | '【' | '《' | '「' | '『' | '〔' | '〈' | '〖')
}

fn is_han(c: char) -> bool {
    matches!(c, '\u{3400}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}')
}

fn is_latin(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '@' | '%' | '&' | '#' | '+' | '=')
}
