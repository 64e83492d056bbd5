//! Whatever people are called and however long their lists are: nothing leaves its cell or page.

#[path = "samples/home.rs"]
mod samples;

use proptest::prelude::*;
use shoulou_eventlog::Value;
use shoulou_forms::{
    DisplayList, FaceId, Fonts, Images, Meta, Page, RenderJob, Templates,
    display::{A4, Item, Run},
    layout,
};

fn laid_out(form: &str, data: &Value) -> DisplayList {
    let template = Templates::bundled().get(form).expect("every form has a template");
    let images = Images::new();
    let job = RenderJob { template, data, images: &images, meta: Meta::default() };
    layout(&job, Fonts::bundled()).expect("it can be laid out")
}

/// Left and right end of the ink, without the white half of a mark at either end.
fn extent(run: &Run) -> (i32, i32) {
    let fonts = Fonts::bundled();
    let mut x = run.at.x;
    for (i, glyph) in run.glyphs.iter().enumerate() {
        x += fonts.width(glyph.character, run.face, run.size);
        if i + 1 < run.glyphs.len() {
            x += glyph.after + run.spacing;
        }
    }
    let half = |c: Option<char>, marks: &str| match c {
        Some(c) if marks.contains(c) => run.size / 2,
        _ => 0,
    };
    let last = run.glyphs.last().map(|glyph| glyph.character);
    let space = if last == Some(' ') { run.size / 2 } else { 0 };
    (run.at.x, x - half(last, "、。，．；：）】》」』〕〉〗") - space)
}

fn check_page(form: &str, page: &Page) {
    let uprights: Vec<(i32, i32, i32)> = page
        .items()
        .filter_map(|item| match item {
            Item::Line { from, to, .. } if from.x == to.x => {
                Some((from.x, from.y.min(to.y), from.y.max(to.y)))
            }
            _ => None,
        })
        .collect();
    for item in page.items() {
        match item {
            Item::Text(run) => {
                let (left, right) = extent(run);
                let text: String = run.glyphs.iter().map(|glyph| glyph.character).collect();
                assert!(left >= 76_000, "{form}: {text} in the binding edge");
                assert!(right <= 550_500, "{form}: {text} beyond the right margin");
                assert!((20_000..A4.1 - 20_000).contains(&run.at.y), "{form}: {text} off the page");
                for (x, top, bottom) in &uprights {
                    let beside = run.at.y > *top && run.at.y - run.size / 2 < *bottom;
                    let crossed = left + 200 < *x && right - 200 > *x;
                    assert!(!(beside && crossed), "{form}: {text} crosses the line at {x}");
                }
            }
            Item::Line { from, to, .. } => {
                for point in [from, to] {
                    assert!((76_000..=550_500).contains(&point.x), "{form}: a line off the page");
                    assert!(
                        (20_000..A4.1 - 20_000).contains(&point.y),
                        "{form}: a line off the page"
                    );
                }
            }
            _ => {}
        }
    }
}

fn body_text(page: &Page) -> String {
    let text = |item: &Item| match item {
        Item::Text(run) => run.glyphs.iter().map(|glyph| glyph.character).collect(),
        _ => String::new(),
    };
    page.form.iter().map(text).collect()
}

/// Stretches every list to `rows` and fills every third text with `long`.
fn stretched(value: &Value, rows: usize, long: &str, counter: &mut usize) -> Value {
    match value {
        Value::Map(map) => {
            let stretch = |(key, value): (&String, &Value)| {
                let kept = matches!(key.as_str(), "document" | "strokes" | "signatures");
                let value =
                    if kept { value.clone() } else { stretched(value, rows, long, counter) };
                (key.clone(), value)
            };
            Value::Map(map.iter().map(stretch).collect())
        }
        Value::List(items) if !items.is_empty() => Value::List(
            (0..rows).map(|i| stretched(&items[i % items.len()], rows, long, counter)).collect(),
        ),
        Value::Text(_) => {
            *counter += 1;
            if counter.is_multiple_of(3) { Value::from(long) } else { value.clone() }
        }
        other => other.clone(),
    }
}

fn wild_text() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        Just("喆堃昇珺赟旻玥翀燚犇㐂䶮𠮷𬭎".to_owned()),
        Just("杭州市西湖区云栖路 66 号云栖花园 8 栋 2 单元 1203 室".to_owned()),
        Just("（《“甲”》、【乙】；丙，丁。）".to_owned()),
        Just("第一行\n\n第二行\t制表".to_owned()),
        "[A-Za-z0-9-]{1,60}",
        "[一-龥]{1,40}",
        "[ -~]{0,30}",
    ];
    prop::collection::vec(piece, 0..8).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 8, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn nothing_leaves_its_cell_or_its_page(long in wild_text(), rows in 0..24usize) {
        for form in samples::forms() {
            let data = stretched(&samples::filled(form), rows, &long, &mut 0);
            let list = laid_out(form, &data);
            for page in &list.pages {
                check_page(form, page);
                prop_assert!(!body_text(page).trim().is_empty(), "{form}: an empty page");
            }
        }
    }
}

#[test]
fn two_hundred_rows_stay_on_their_pages() {
    for form in samples::forms() {
        let data = stretched(&samples::filled(form), 200, "云栖路 66 号", &mut 0);
        let list = laid_out(form, &data);
        list.pages.iter().for_each(|page| check_page(form, page));
    }
}

#[test]
fn a_text_longer_than_a_page_goes_on_in_the_next_row() {
    let mut data = samples::filled("defect_list");
    let Value::Map(map) = &mut data else { panic!("a map") };
    let long = "墙面有一道很长的裂缝，".repeat(400);
    let defect = samples::map([("no", "1".into()), ("item", long.clone().into())]);
    map.insert("defects".into(), Value::List(vec![defect]));
    let list = laid_out("defect_list", &data);
    assert!(list.pages.len() > 2);
    list.pages.iter().for_each(|page| check_page("defect_list", page));
    let whole: String = list.pages.iter().map(body_text).collect();
    assert_eq!(whole.matches('裂').count(), 400);
}

#[test]
fn signatures_are_never_alone_on_a_page() {
    for rows in 0..60 {
        let defect = samples::map([("no", "1".into()), ("item", "裂缝".into())]);
        let mut data = samples::filled("document_receipt");
        let Value::Map(map) = &mut data else { panic!("a map") };
        map.insert("papers".into(), Value::List(vec![defect; rows]));
        let list = laid_out("document_receipt", &data);
        let last = body_text(list.pages.last().expect("a page"));
        assert!(last.contains("业主依法及依合同享有的权利"), "{rows} rows: {last}");
    }
}

#[test]
fn no_line_begins_with_a_closing_mark_or_ends_with_an_opening_one() {
    let wild = "（《甲乙》、【丙】；丁，戊。）“己”庚！辛？壬：癸…子—丑".repeat(30);
    for shift in 0..40 {
        let mut data = samples::filled("key_custody");
        let Value::Map(map) = &mut data else { panic!("a map") };
        map.insert("purpose".into(), format!("{}{wild}", "字".repeat(shift)).into());
        for page in &laid_out("key_custody", &data).pages {
            let lines = page.form.iter().filter_map(|item| match item {
                Item::Text(run) if run.face == FaceId::Body && run.glyphs.len() > 20 => Some(run),
                _ => None,
            });
            for run in lines {
                let (first, last) =
                    (run.glyphs[0].character, run.glyphs[run.glyphs.len() - 1].character);
                assert!(!"、。，；：？！）】》”".contains(first), "a line begins with {first}");
                assert!(!"（《【“".contains(last), "a line ends with {last}");
            }
        }
    }
}

#[test]
fn a_form_for_each_car_begins_a_page_for_each() {
    let title = |page: &Page| body_text(page).contains("车辆通行证申请表");
    let list = laid_out("vehicle_pass_application", &samples::filled("vehicle_pass_application"));
    assert_eq!(list.pages.len(), 2);
    assert!(list.pages.iter().all(title));
    let blank = laid_out("vehicle_pass_application", &samples::blank());
    assert_eq!(blank.pages.len(), 1);
}
