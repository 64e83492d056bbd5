/// For reading: outer blanks gone, odd spaces made plain, invisible marks dropped, full-width letters and
/// digits narrowed. Chinese punctuation stays: remarks and addresses are prose.
pub fn tidy(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\u{ff10}'..='\u{ff19}' | '\u{ff21}'..='\u{ff3a}' | '\u{ff41}'..='\u{ff5a}' => {
                out.push(narrow(c));
            }
            '\r' | '\n' | '\u{2028}' | '\u{2029}' => {
                while out.ends_with(' ') {
                    out.pop();
                }
                if !out.is_empty() && !out.ends_with('\n') {
                    out.push('\n');
                }
            }
            _ if is_invisible(c) => {}
            _ if c.is_whitespace() => {
                if !out.is_empty() && !out.ends_with([' ', '\n']) {
                    out.push(' ');
                }
            }
            _ => out.push(c),
        }
    }
    out.truncate(out.trim_end().len());
    out
}

/// For codes, numbers, dates and heads: tidied, every full-width form narrowed and every dash made `-`.
pub fn fold(text: &str) -> String {
    tidy(text)
        .chars()
        .map(|c| match c {
            '\u{ff01}'..='\u{ff5e}' => narrow(c),
            '‐' | '‑' | '‒' | '–' | '—' | '―' | '−' | '─' | '﹣' => '-',
            '。' => '.',
            _ => c,
        })
        .collect()
}

/// What people type into a cell that has nothing to say.
pub fn is_placeholder(text: &str) -> bool {
    let folded = fold(text);
    folded.chars().all(|c| matches!(c, '/' | '-' | '\\' | '.' | ' ' | '\n' | '*' | '_'))
        || matches!(
            folded.to_ascii_lowercase().as_str(),
            "无" | "暂无" | "没有" | "空" | "n/a" | "na" | "null" | "none" | "nil"
        )
}

fn narrow(c: char) -> char {
    char::from_u32(c as u32 - 0xfee0).unwrap_or(c)
}

fn is_invisible(c: char) -> bool {
    matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}' | '\u{feff}' | '\u{ad}')
        || (c.is_control() && !c.is_whitespace())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn full_width_letters_and_odd_spaces_are_made_plain_and_prose_keeps_its_commas() {
        assert_eq!(tidy("　ＡＢ\u{a0}１２\u{200b}　"), "AB 12");
        assert_eq!(tidy("业主在国外，委托母亲办理"), "业主在国外，委托母亲办理");
        assert_eq!(tidy("上\r\n\r\n 下"), "上\n下");
        assert_eq!(fold("１－１－１２０３"), "1-1-1203");
        assert_eq!(fold("别墅２２＃"), "别墅22#");
    }

    #[test]
    fn a_rare_name_passes_untouched() {
        for name in ["徐㐂", "朱𬭎", "尼格买提·热合曼", "𠮷田"] {
            assert_eq!(tidy(name), name);
        }
    }

    #[test]
    fn marks_for_nothing_are_nothing() {
        for mark in ["", "/", "—", "－", "——", "无", " / ", "N/A", "\u{3000}"] {
            assert!(is_placeholder(mark), "{mark:?}");
        }
        assert!(!is_placeholder("0"));
        assert!(!is_placeholder("无锡"));
    }
}
