//! Whatever people are called and however long their lists are: nothing leaves its cell or page.

#[path = "samples/home.rs"]
mod samples;

use proptest::prelude::*;
use shoulou_eventlog::Value;
use shoulou_forms::{
    DisplayList, FaceId, Fonts, Images, Meta, Page, RenderJob, Templates,
    display::{Item, Run},
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

/// Where the ink of some text is.
struct Box_<'a> {
    run: &'a Run,
    left: i32,
    right: i32,
    top: i32,
    bottom: i32,
}

impl Box_<'_> {
    /// Han fill nine tenths of their square; a tenth of it reaches below the baseline.
    fn of(run: &Run) -> Box_<'_> {
        let (left, right) = extent(run);
        let (top, bottom) = (run.at.y - run.size * 80 / 100, run.at.y + run.size * 8 / 100);
        Box_ { run, left, right, top, bottom }
    }

    fn text(&self) -> String {
        self.run.glyphs.iter().map(|glyph| glyph.character).collect()
    }

    fn covers(&self, other: &Box_<'_>) -> bool {
        const TOUCH: i32 = 400;
        self.left + TOUCH < other.right
            && other.left + TOUCH < self.right
            && self.top + TOUCH < other.bottom
            && other.top + TOUCH < self.bottom
    }
}

/// Rulings: `(at, from, to)`.
fn rules(page: &Page, upright: bool) -> Vec<(i32, i32, i32)> {
    let along = |item: &Item| match item {
        // A dashed one is to cut along, a grey one to write on.
        Item::Line { from, to, dashed: false, gray: 0, .. } => match upright {
            true if from.x == to.x => Some((from.x, from.y.min(to.y), from.y.max(to.y))),
            false if from.y == to.y => Some((from.y, from.x.min(to.x), from.x.max(to.x))),
            _ => None,
        },
        _ => None,
    };
    page.items().filter_map(along).collect()
}

/// Left, right, upper and lower edge of what may be printed on.
fn edges(page: &Page) -> (i32, i32, i32, i32) {
    let (_, height) = page.size();
    let (left, right) = if page.landscape { (48_000, 806_500) } else { (76_000, 550_500) };
    (left, right, 20_000, height - 20_000)
}

fn check_page(form: &str, page: &Page) {
    let (left, right, top, bottom) = edges(page);
    let (uprights, levels) = (rules(page, true), rules(page, false));
    let texts: Vec<Box_<'_>> = page
        .items()
        .filter_map(|item| match item {
            Item::Text(run) => Some(Box_::of(run)),
            _ => None,
        })
        .collect();
    for text in &texts {
        let said = || text.text();
        assert!(text.left >= left, "{form}: {} in the binding edge", said());
        assert!(text.right <= right, "{form}: {} beyond the right margin", said());
        assert!(top < text.top && text.bottom < bottom, "{form}: {} off the page", said());
        for (x, from, to) in &uprights {
            let beside = text.bottom > *from && text.top < *to;
            let crossed = text.left + 200 < *x && text.right - 200 > *x;
            assert!(!(beside && crossed), "{form}: {} crosses the line at {x}", said());
        }
        for (y, from, to) in &levels {
            let beside = text.right - 200 > *from && text.left + 200 < *to;
            let crossed = text.top + 200 < *y && text.bottom - 200 > *y;
            assert!(!(beside && crossed), "{form}: {} stands on the line at {y}", said());
        }
    }
    let mut texts = texts;
    texts.sort_by_key(|text| text.top);
    for (at, text) in texts.iter().enumerate() {
        for other in texts[at + 1..].iter().take_while(|other| other.top < text.bottom) {
            assert!(!text.covers(other), "{form}: {} over {}", text.text(), other.text());
        }
    }
    for item in page.items() {
        let Item::Line { from, to, .. } = item else { continue };
        for point in [from, to] {
            assert!((left..=right).contains(&point.x), "{form}: a line off the page");
            assert!((top..bottom).contains(&point.y), "{form}: a line off the page");
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

fn stands_well(form: &str, data: &Value) {
    for page in &laid_out(form, data).pages {
        check_page(form, page);
        assert!(!body_text(page).trim().is_empty(), "{form}: an empty page");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 5, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn nothing_leaves_its_cell_or_its_page_or_stands_on_anything_else(
        long in wild_text(),
        rows in 0..9usize,
    ) {
        for form in samples::forms() {
            stands_well(form, &stretched(&samples::filled(form), rows, &long, &mut 0));
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn nor_does_it_in_long_lists(
        long in wild_text(),
        rows in 0..=200usize,
        form in prop::sample::select(samples::forms().collect::<Vec<_>>()),
    ) {
        stands_well(form, &stretched(&samples::filled(form), rows, &long, &mut 0));
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

/// The beginning of the titles over a form's last row of signatures.
fn signing(form: &str) -> Option<String> {
    let source: toml::Table =
        Templates::source(form).expect("its file").parse().expect("the tests have read it");
    let last = source["block"].as_array()?.last()?;
    let title = last.get("signatures")?.as_array()?.first()?.get("title")?.as_str()?;
    let words = title.split('{').next().filter(|words| !words.is_empty())?;
    Some(words.to_owned())
}

fn text_of(item: &Item) -> Option<(&Run, String)> {
    match item {
        Item::Text(run) => Some((run, run.glyphs.iter().map(|glyph| glyph.character).collect())),
        _ => None,
    }
}

#[test]
fn signatures_are_never_alone_on_a_page() {
    let mut signed = 0;
    for (form, title) in samples::forms().filter_map(|form| Some((form, signing(form)?))) {
        signed += 1;
        for rows in 0..30 {
            let data = stretched(&samples::filled(form), rows, "云栖路 66 号", &mut 0);
            let list = laid_out(form, &data);
            let last = list.pages.last().expect("a page");
            let texts: Vec<_> = last.form.iter().filter_map(text_of).collect();
            // The head of a table may say the same further up.
            let titles = texts
                .iter()
                .filter(|(run, text)| run.face == FaceId::Heading && text.starts_with(&title));
            let (own, _) = titles.max_by_key(|(run, _)| run.at.y).expect("the row is there");
            let above = texts.iter().any(|(run, _)| run.at.y + 2 * run.size < own.at.y);
            assert!(above, "{form}, {rows} rows: {title} stands alone");
        }
    }
    assert!(signed > 30, "most forms are signed");
}

#[test]
fn every_list_over_many_homes_repeats_its_head_on_every_page() {
    use shoulou_domain::paper::{FORMS, Scope};
    for form in FORMS.iter().filter(|form| form.scope() == Scope::Project) {
        let data = stretched(&samples::filled(form.key), 200, "云栖路", &mut 0);
        let pages = laid_out(form.key, &data).pages;
        assert!(pages.len() > 4, "{}", form.key);
        // The last page may hold the signatures' company alone.
        for page in &pages[..pages.len() - 1] {
            assert!(body_text(page).contains("序号"), "{}: a page without a head", form.key);
        }
    }
}

#[test]
fn no_line_begins_with_a_closing_mark_or_ends_with_an_opening_one() {
    let wild =
        "（《甲乙》、【丙】；丁，戊。）“己”庚！辛？壬：癸…子—丑「寅『卯』」〈辰〉。".repeat(30);
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
                assert!(
                    !"、。，；：？！）】》”」』〉".contains(first),
                    "a line begins with {first}"
                );
                assert!(!"（《【“「『〈".contains(last), "a line ends with {last}");
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
