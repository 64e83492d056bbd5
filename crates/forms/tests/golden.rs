//! Pages as they have been looked at. `BLESS_FORMS=1 cargo test -p shoulou-forms --test golden`
//! writes them anew: look at the pages before committing that
//! (`cargo run -p shoulou-forms --example print_samples -- FOLDER`).

#[path = "samples/home.rs"]
mod samples;

use shoulou_eventlog::Value;
use shoulou_forms::{
    DisplayList, Fonts, Images, Meta, RenderJob, Templates, display::Item, layout,
};
use std::{fmt::Write, fs, path::Path};

fn described(list: &DisplayList) -> String {
    let mut text = String::new();
    for (index, page) in list.pages.iter().enumerate() {
        let hash =
            page.content_hash().iter().fold(String::new(), |hex, byte| format!("{hex}{byte:02x}"));
        writeln!(text, "page {} {hash}", index + 1).expect("writes to memory");
        for item in page.items() {
            match item {
                Item::Text(run) => {
                    let words: String = run.glyphs.iter().map(|glyph| glyph.character).collect();
                    writeln!(text, "  {words}").expect("writes to memory");
                }
                Item::Image { .. } => text.push_str("  [picture]\n"),
                _ => {}
            }
        }
    }
    text
}

#[test]
fn pages_are_as_they_were_when_they_were_looked_at() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden");
    let bless = std::env::var_os("BLESS_FORMS").is_some();
    let images = Images::new();
    let mut changed = Vec::new();
    for form in samples::forms() {
        let template = Templates::bundled().get(form).expect("every form has a template");
        let cases: [(&str, Value); 2] = [("", samples::filled(form)), (".blank", samples::blank())];
        for (suffix, data) in cases {
            let job = RenderJob { template, data: &data, images: &images, meta: Meta::default() };
            let now = described(&layout(&job, Fonts::bundled()).expect("it can be laid out"));
            let path = folder.join(format!("{form}{suffix}.txt"));
            if bless {
                fs::write(&path, &now).expect("written");
            } else if fs::read_to_string(&path).unwrap_or_default() != now {
                changed.push(path.file_name().map(|name| name.to_owned()));
            }
        }
    }
    assert!(changed.is_empty(), "these pages changed: {changed:?}");
}
