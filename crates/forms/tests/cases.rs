//! Every form in every case (who bought, who comes, flat or villa), filled by the domain from a whole file.
//!
//! `BLESS_FORMS=1 cargo test -p shoulou-forms --test cases` writes the addresses of the pages anew: look at
//! the pages before committing that (`cargo run -p shoulou-forms --example print_cases -- FOLDER`).

// The domain's own fixture looks for these beside itself.
use shoulou_domain::{command, dossier, fact, fields, paper, template, vocabulary, world};

#[path = "../../domain/src/paper/tests/fixture.rs"]
#[allow(dead_code, clippy::inconsistent_digit_grouping)]
mod fixture;

use fixture::{CaseOf, Home, home_of, print};
use paper::FORMS;
use sha2::{Digest, Sha256};
use shoulou_eventlog::Value;
use shoulou_forms::{
    DisplayList, Fonts, Images, Meta, Page, Pdf, RenderJob, Templates, display::Item, layout,
    render,
};
use std::{fmt::Write as _, fs, io::Write as _, path::Path, process::Command, thread};

/// `flat-person-self`, and its home.
fn cases() -> impl Iterator<Item = (String, CaseOf)> {
    (0..8).map(|bits| {
        let case = CaseOf { villa: bits & 4 != 0, company: bits & 2 != 0, delegate: bits & 1 != 0 };
        let words = [
            if case.villa { "villa" } else { "flat" },
            if case.company { "company" } else { "person" },
            if case.delegate { "delegate" } else { "self" },
        ];
        (words.join("-"), case)
    })
}

fn filled(home: &Home) -> Vec<(&'static str, Value)> {
    FORMS.iter().map(|form| (form.key, paper::data(&home.world(), form.key, &print()))).collect()
}

fn job<'a>(form: &str, data: &'a Value, images: &'a Images) -> RenderJob<'a> {
    let template = Templates::bundled().get(form).expect("every form has a template");
    RenderJob { template, data, images, meta: Meta { created: 1_795_254_000, copy: None } }
}

fn printed(data: &[(&'static str, Value)]) -> Pdf {
    let images = Images::new();
    let jobs: Vec<_> = data.iter().map(|(form, data)| job(form, data, &images)).collect();
    render(&jobs, Fonts::bundled()).expect("it prints")
}

fn address(list: &DisplayList) -> String {
    let mut hash = Sha256::new();
    list.pages.iter().for_each(|page| hash.update(page.content_hash()));
    hash.finalize()[..8].iter().fold(String::new(), |hex, byte| format!("{hex}{byte:02x}"))
}

#[test]
fn pages_of_every_case_are_as_they_were_when_they_were_looked_at() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden/cases.txt");
    let known = fs::read_to_string(&path).unwrap_or_default();
    let images = Images::new();
    let (mut now, mut changed) = (String::new(), Vec::new());
    for (name, case) in cases() {
        for (form, data) in filled(&home_of(case)) {
            let list = layout(&job(form, &data, &images), Fonts::bundled()).expect("laid out");
            let line = format!("{form} {name} {} {}", list.pages.len(), address(&list));
            if !known.lines().any(|known| known == line) {
                changed.push((format!("{form}.{name}"), form, data));
            }
            writeln!(now, "{line}").expect("writes to memory");
        }
    }
    if std::env::var_os("BLESS_FORMS").is_some() {
        return fs::write(&path, now).expect("written");
    }
    let pictures = changed.iter().map(|(name, form, data)| {
        picture(name, &render(&[job(form, data, &images)], Fonts::bundled()).expect("it prints"))
    });
    let pictures: Vec<_> = pictures.collect();
    assert!(pictures.is_empty(), "these pages changed; look at them: {pictures:#?}");
    assert_eq!(known, now, "pages that are no more");
}

/// Draws the first page of what changed, for a person to look at.
fn picture(name: &str, pdf: &Pdf) -> String {
    let stem = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let file = stem.with_extension("pdf");
    fs::write(&file, &pdf.bytes).expect("written");
    let mut draw = Command::new("pdftoppm");
    draw.args(["-r", "80", "-png", "-singlefile"]).arg(&file).arg(&stem);
    assert!(draw.status().expect("pdftoppm is needed here").success());
    format!("{}.png", stem.display())
}

fn ask(tool: &str, arguments: &[&str], pdf: &Pdf) -> String {
    let mut file = tempfile::NamedTempFile::new().expect("a temporary file");
    file.write_all(&pdf.bytes).expect("written");
    let path = file.path().to_str().expect("UTF-8");
    let arguments =
        arguments.iter().map(|argument| if *argument == "PDF" { path } else { argument });
    let output = Command::new(tool).args(arguments).output();
    let output = output.unwrap_or_else(|error| panic!("{tool} is needed here: {error}"));
    assert!(output.status.success(), "{tool}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("UTF-8")
}

fn sorted(text: impl Iterator<Item = char>) -> String {
    let mut letters: Vec<char> = text.filter(|c| !c.is_whitespace()).collect();
    letters.sort_unstable();
    letters.into_iter().collect()
}

fn letters(page: &Page) -> String {
    let glyphs = page.items().filter_map(|item| match item {
        Item::Text(run) => Some(run.glyphs.iter().map(|glyph| glyph.character)),
        _ => None,
    });
    sorted(glyphs.flatten())
}

#[test]
fn every_page_of_every_case_says_to_other_readers_exactly_what_was_put_on_it() {
    for (name, case) in cases() {
        let data = filled(&home_of(case));
        let pdf = printed(&data);
        let images = Images::new();
        let pages: Vec<(&str, Page)> = data
            .iter()
            .flat_map(|(form, data)| {
                let list = layout(&job(form, data, &images), Fonts::bundled()).expect("laid out");
                list.pages.into_iter().map(|page| (*form, page))
            })
            .collect();
        let text = ask("pdftotext", &["-raw", "PDF", "-"], &pdf);
        let read: Vec<&str> = text.split_terminator('\u{c}').collect();
        assert_eq!(read.len(), pages.len(), "{name}");
        for (at, (read, (form, page))) in read.iter().zip(&pages).enumerate() {
            assert_eq!(sorted(read.chars()), letters(page), "{name}, {form}, page {}", at + 1);
        }
    }
}

#[test]
fn another_reader_finds_nothing_wrong_and_every_font_inside() {
    for (name, case) in cases() {
        let pdf = printed(&filled(&home_of(case)));
        let said = ask("qpdf", &["--check", "PDF"], &pdf);
        assert!(said.contains("No syntax or stream encoding errors found"), "{name}: {said}");
        let fonts = ask("pdffonts", &["PDF"], &pdf);
        let fonts: Vec<&str> = fonts.lines().skip(2).collect();
        assert!(fonts.len() >= 2, "{name}: text and headings");
        for font in fonts {
            let words: Vec<&str> = font.split_whitespace().rev().collect();
            // From the right: object (two numbers), Unicode, subset, embedded.
            assert_eq!(words[2..5], ["yes", "yes", "yes"], "{name}: {font}");
        }
    }
}

#[test]
fn every_case_gives_the_same_bytes_on_any_thread_and_any_run() {
    thread::scope(|scope| {
        let runs: Vec<_> = cases()
            .filter(|(_, case)| case.delegate)
            .map(|(name, case)| {
                let run = move || printed(&filled(&home_of(case))).bytes;
                (name, scope.spawn(run), scope.spawn(run))
            })
            .collect();
        for (name, one, other) in runs {
            assert!(one.join().expect("prints") == other.join().expect("prints"), "{name}");
        }
    });
}

#[test]
fn villas_have_what_only_villas_have() {
    let images = Images::new();
    let says = |villa: bool, form: &str, words: &str| {
        let home = home_of(CaseOf { villa, company: false, delegate: false });
        let data = paper::data(&home.world(), form, &print());
        let list = layout(&job(form, &data, &images), Fonts::bundled()).expect("laid out");
        let text: String = list
            .pages
            .iter()
            .flat_map(Page::items)
            .filter_map(|item| match item {
                Item::Text(run) => Some(run.glyphs.iter().map(|g| g.character).collect::<String>()),
                _ => None,
            })
            .collect();
        text.contains(words)
    };
    assert!(says(true, "equipment_list", "别墅专有设备"));
    assert!(!says(false, "equipment_list", "别墅专有设备"));
}

#[test]
fn the_follow_up_sheet_of_a_home_nobody_worked_on_is_one_page() {
    let home = Home::new();
    let images = Images::new();
    let data = paper::data(&home.world(), "follow_up_sheet", &print());
    let list = layout(&job("follow_up_sheet", &data, &images), Fonts::bundled()).expect("laid out");
    assert_eq!(list.pages.len(), 1);
}
