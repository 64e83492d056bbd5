//! Whole forms, as printed: what other programs read in the PDF, and what never changes.

#[path = "samples/home.rs"]
mod samples;

use shoulou_eventlog::Value;
use shoulou_forms::{
    Copy, Fields, Fonts, FormError, Images, Meta, Pdf, RenderJob, Template, Templates,
    display::{Image, Item, mm},
    layout, render,
};
use std::{
    io::Write,
    process::{Command, Stdio},
    sync::Arc,
};

fn template(form: &str) -> &'static Template {
    Templates::bundled().get(form).expect("every form has a template")
}

fn print_with(template: &Template, data: &Value, images: &Images, copy: Option<Copy>) -> Pdf {
    let meta = Meta { created: 1_795_254_000, copy };
    let job = RenderJob { template, data, images, meta };
    render(&[job], Fonts::bundled()).expect("the sample prints")
}

fn print(form: &str, data: &Value) -> Pdf {
    print_with(template(form), data, &Images::new(), None)
}

/// What a tool says of the PDF. The tool missing is a failure, not a reason to look away.
fn ask(tool: &str, arguments: &[&str], pdf: &[u8]) -> String {
    let mut file = tempfile::NamedTempFile::new().expect("a temporary file");
    file.write_all(pdf).expect("written");
    let mut command = Command::new(tool);
    for argument in arguments {
        match *argument {
            "PDF" => command.arg(file.path()),
            other => command.arg(other),
        };
    }
    let output = command.stderr(Stdio::inherit()).output();
    let output = output.unwrap_or_else(|error| panic!("{tool} is needed here: {error}"));
    assert!(output.status.success(), "{tool}: {}", String::from_utf8_lossy(&output.stdout));
    String::from_utf8(output.stdout).expect("UTF-8")
}

fn extracted(pdf: &Pdf) -> String {
    ask("pdftotext", &["-raw", "PDF", "-"], &pdf.bytes).split_whitespace().collect()
}

fn texts<'a>(value: &'a Value, found: &mut Vec<&'a str>) {
    match value {
        Value::Text(text) => found.push(text),
        Value::List(items) => items.iter().for_each(|item| texts(item, found)),
        Value::Map(map) => map.values().for_each(|value| texts(value, found)),
        _ => {}
    }
}

fn set(value: &mut Value, path: &[&str], to: Value) {
    let Value::Map(map) = value else { panic!("a map on the way to {path:?}") };
    match path {
        [last] => drop(map.insert((*last).to_owned(), to)),
        [first, rest @ ..] => set(map.get_mut(*first).expect("the path"), rest, to),
        [] => {}
    }
}

#[test]
fn every_form_of_the_domain_has_a_template_with_its_number_of_copies() {
    for info in shoulou_domain::paper::FORMS {
        assert_eq!(template(info.key).copies(), info.copies, "{}", info.key);
    }
    assert_eq!(Templates::bundled().iter().count(), shoulou_domain::paper::FORMS.len());
}

#[test]
fn text_comes_out_of_the_pdf_as_it_was_put_in() {
    for form in samples::forms() {
        let data = samples::filled(form);
        let out = extracted(&print(form, &data));
        let Value::Map(own) = &data else { panic!("a map") };
        let mut wanted = Vec::new();
        own.iter()
            .filter(|(key, _)| {
                !matches!(key.as_str(), "document" | "project" | "home" | "contract" | "owners")
            })
            .for_each(|(_, value)| texts(value, &mut wanted));
        assert!(!wanted.is_empty(), "{form}");
        for text in wanted {
            let squeezed: String = text.split_whitespace().collect();
            // A cell breaks its text into lines, between which another cell's may stand.
            let found = out.contains(&squeezed) || squeezed.chars().all(|c| out.contains(c));
            assert!(found, "{form}: {text} is not in {out}");
        }
    }
}

#[test]
fn every_page_says_project_form_number_and_its_place_among_the_pages() {
    for form in samples::forms() {
        let pdf = print(form, &samples::filled(form));
        for page in 1..=pdf.pages {
            let at = page.to_string();
            let text = ask("pdftotext", &["-raw", "-f", &at, "-l", &at, "PDF", "-"], &pdf.bytes);
            let text: String = text.split_whitespace().collect();
            for wanted in [
                "云栖花园".to_owned(),
                "SL-2026-8-2-1203-K7Q2-01".to_owned(),
                format!("第{page}页共{}页", pdf.pages),
            ] {
                assert!(text.contains(&wanted), "{form} page {page}: {wanted} is not in {text}");
            }
        }
    }
}

#[test]
fn another_reader_finds_nothing_wrong_with_any_form_filled_in_or_blank() {
    for form in samples::forms() {
        for data in [samples::filled(form), samples::blank(), Value::Null] {
            let said = ask("qpdf", &["--check", "PDF"], &print(form, &data).bytes);
            assert!(said.contains("No syntax or stream encoding errors found"), "{form}: {said}");
        }
    }
}

#[test]
fn the_same_input_gives_the_same_bytes_on_any_thread() {
    let data: Vec<(&str, Value)> =
        samples::forms().map(|form| (form, samples::filled(form))).collect();
    let images = Images::new();
    let packet = || {
        let jobs: Vec<RenderJob<'_>> = data
            .iter()
            .map(|(form, data)| RenderJob {
                template: template(form),
                data,
                images: &images,
                meta: Meta::default(),
            })
            .collect();
        render(&jobs, Fonts::bundled()).expect("prints")
    };
    let first = packet();
    std::thread::scope(|scope| {
        let others: Vec<_> = (0..4).map(|_| scope.spawn(packet)).collect();
        for other in others {
            assert!(other.join().expect("prints") == first);
        }
    });
}

#[test]
fn a_character_that_no_font_has_is_named_with_its_field_before_anything_is_printed() {
    let mut data = samples::filled("key_custody");
    set(&mut data, &["purpose"], "给𮙋先生".into());
    let images = Images::new();
    let good = samples::filled("defect_list");
    let job = |form, data| RenderJob {
        template: template(form),
        data,
        images: &images,
        meta: Meta::default(),
    };
    let jobs = [job("defect_list", &good), job("key_custody", &data)];
    let error = render(&jobs, Fonts::bundled()).expect_err("no font has it");
    assert_eq!(
        error,
        FormError::MissingGlyph {
            form: "key_custody".into(),
            field: "purpose".into(),
            character: '𮙋'
        }
    );
    assert_eq!(shoulou_forms::check(&jobs, Fonts::bundled()), [error]);
    assert_eq!(Fonts::bundled().missing("给𮙋先生"), Some('𮙋'));
}

#[test]
fn rare_names_print_and_come_out_again() {
    let names = "喆堃昇珺赟旻玥翀燚犇㐂䶮𠮷𬭎𡋾𦭵";
    let mut data = samples::filled("document_receipt");
    set(&mut data, &["owners"], names.into());
    assert!(extracted(&print("document_receipt", &data)).contains(names));
}

#[test]
fn two_characters_that_share_a_glyph_come_out_as_two() {
    let mut data = samples::filled("document_receipt");
    // A radical and the Han that looks the same.
    set(&mut data, &["owners"], "一⼀乙⼄二⼆".into());
    assert!(extracted(&print("document_receipt", &data)).contains("一⼀乙⼄二⼆"));
}

/// The same form before anybody signed it.
fn unsigned(value: &Value) -> Value {
    match value {
        Value::Map(map) if map.contains_key("strokes") && map.contains_key("note") => {
            let waiting = |(key, value): (&String, &Value)| {
                let cleared = match key.as_str() {
                    "strokes" => Value::List(Vec::new()),
                    "name" | "note" | "handler" => Value::from(""),
                    "time" if !map.contains_key("key") => Value::from(""),
                    _ => value.clone(),
                };
                (key.clone(), cleared)
            };
            Value::Map(map.iter().map(waiting).collect())
        }
        Value::Map(map) => {
            Value::Map(map.iter().map(|(key, value)| (key.clone(), unsigned(value))).collect())
        }
        Value::List(items) => Value::List(items.iter().map(unsigned).collect()),
        other => other.clone(),
    }
}

#[test]
fn what_a_signature_covers_does_not_change_by_signing_numbering_or_reprinting() {
    for form in samples::forms() {
        let data = samples::filled(form);
        let signed = print(form, &data).documents[0].hashes.clone();
        let mut other = unsigned(&data);
        let Value::Map(fields) = &data else { panic!("a map") };
        assert_eq!(other != data, fields.contains_key("signatures"), "{form}");
        set(&mut other, &["document", "number"], "SL-2026-8-2-1203-K7Q2-09".into());
        set(&mut other, &["document", "mark"], "补打".into());
        let reprint = print(form, &other);
        assert_eq!(reprint.documents[0].hashes, signed, "{form}");
        assert!(extracted(&reprint).contains("补打"));
        let of_project = shoulou_domain::paper::form(form).expect("a form").scope()
            == shoulou_domain::paper::Scope::Project;
        // A list names its homes in its rows, and its project in its title.
        let (path, to) = match of_project {
            true => (["project", "name"], "云栖新城"),
            false => (["home", "code"], "8-2-1204"),
        };
        set(&mut other, &path, to.into());
        assert_ne!(print(form, &other).documents[0].hashes, signed, "{form}");
    }
}

#[test]
fn copies_say_which_of_how_many_they_are() {
    let data = samples::filled("house_handover");
    let copy = Some(Copy { index: 2, of: 3 });
    let pdf = print_with(template("house_handover"), &data, &Images::new(), copy);
    assert!(extracted(&pdf).contains("第2份共3份"));
}

#[test]
fn a_packet_tells_which_pages_belong_to_which_form() {
    let (one, other) = (samples::filled("house_handover"), samples::filled("defect_list"));
    let images = Images::new();
    let job = |form, data| RenderJob {
        template: template(form),
        data,
        images: &images,
        meta: Meta::default(),
    };
    let jobs = [job("house_handover", &one), job("defect_list", &other)];
    let pdf = render(&jobs, Fonts::bundled()).expect("prints");
    assert_eq!(pdf.documents[0].pages.end, pdf.documents[1].pages.start);
    assert_eq!(pdf.documents[1].pages.end, pdf.pages);
    assert_eq!(pdf.documents[0].hashes.len(), pdf.documents[0].pages.len());
}

#[test]
fn a_list_is_closed_below_its_last_row_and_repeats_its_head_on_every_page() {
    let mut data = samples::filled("defect_list");
    let defect = |no: usize| {
        samples::map([("no", no.to_string().into()), ("item", "墙面有一道裂缝".into())])
    };
    set(&mut data, &["defects"], Value::List((1..=90).map(defect).collect()));
    let pdf = print("defect_list", &data);
    assert!(pdf.pages > 3);
    let text = extracted(&pdf);
    assert_eq!(text.matches("复验签认").count(), pdf.pages as usize + 1, "heads and the clause");
    assert_eq!(text.matches("以下空白").count(), 1);
}

#[test]
fn the_projects_own_clause_stands_where_the_templates_would() {
    let mut data = samples::filled("admission_notice");
    let standard = "房屋毁损灭失的风险";
    assert!(extracted(&print("admission_notice", &data)).contains(standard));
    set(&mut data, &["consequence"], "逾期三十日未办理的，视为已交付。".into());
    let text = extracted(&print("admission_notice", &data));
    assert!(text.contains("逾期三十日未办理的，视为已交付。"), "{text}");
    assert!(!text.contains(standard), "{text}");
}

#[test]
fn a_picture_stands_in_its_place() {
    let fields = Fields::new(["people[].name", "people[].photo"]);
    let text = "form = \"photos\"\ntitle = \"照片\"\ncode = \"T\"\n\n[[block]]\n\
                photos = { each = \"people\", caption = \"{name}\", image = \"photo\" }\n";
    let template = Template::parse("photos.toml", text, &fields).expect("a template");
    let jpeg = include_bytes!("samples/grey.jpg").to_vec();
    let image = Image::from_jpeg(jpeg).expect("a JPEG");
    let images = Images::from([("blob:1".to_owned(), Arc::new(image))]);
    let person =
        |name: &str, photo: &str| samples::map([("name", name.into()), ("photo", photo.into())]);
    let people = vec![person("张翀", "blob:1"), person("李敏", ""), person("王芳", "blob:1")];
    let data = samples::map([("people", Value::List(people))]);
    let pdf = print_with(&template, &data, &images, None);
    let listed = ask("pdfimages", &["-list", "PDF"], &pdf.bytes);
    assert_eq!(listed.matches("jpeg").count(), 2, "{listed}");
    assert!(extracted(&pdf).contains("李敏"));
    assert_eq!(Image::from_jpeg(b"GIF89a".to_vec()), None);
}

#[test]
fn the_projects_logo_heads_every_page_and_is_no_part_of_what_is_signed() {
    let logo = Image::read(include_bytes!("samples/logo.png").to_vec()).expect("a PNG");
    let images = Images::from([("blob:logo".to_owned(), Arc::new(logo))]);
    for form in samples::forms() {
        let without = samples::filled(form);
        let mut data = without.clone();
        set(&mut data, &["project", "logo"], "blob:logo".into());
        let pdf = print_with(template(form), &data, &images, None);
        let plain = print(form, &without);
        assert_eq!(pdf.documents, plain.documents, "{form}: the same pages, the same hashes");
        let listed = ask("pdfimages", &["-list", "PDF"], &pdf.bytes);
        assert_eq!(listed.matches(" rgb ").count(), pdf.pages as usize, "{form}: {listed}");
        assert_eq!(print(form, &data).bytes, plain.bytes, "{form}: no picture, no change");
        let job = RenderJob {
            template: template(form),
            data: &data,
            images: &images,
            meta: Meta::default(),
        };
        for page in layout(&job, Fonts::bundled()).expect("it can be laid out").pages {
            let place = page.furniture.iter().find_map(|item| match item {
                Item::Image { rect, .. } => Some(*rect),
                _ => None,
            });
            let place = place.expect("the logo");
            assert_eq!(place.height, mm(120));
            assert!((place.width - place.height * 3).abs() < 10, "in proportion: {place:?}");
        }
    }
}

#[test]
fn a_copy_says_what_the_first_says_and_which_copy_it_is() {
    let data = [samples::filled("house_handover"), samples::filled("house_handover")];
    let images = Images::new();
    let template = template("house_handover");
    let apart: Vec<_> = (1..=2)
        .map(|index| {
            let meta = Meta { created: 1_795_254_000, copy: Some(Copy { index, of: 2 }) };
            RenderJob { template, data: &data[index as usize - 1], images: &images, meta }
        })
        .collect();
    let shared: Vec<_> = apart.iter().map(|job| RenderJob { data: &data[0], ..*job }).collect();
    let print = |jobs: &[RenderJob<'_>]| render(jobs, Fonts::bundled()).expect("the sample prints");
    let (apart, shared) = (print(&apart), print(&shared));
    assert_eq!(apart.bytes, shared.bytes);
    assert!(extracted(&shared).contains("第2份共2份"));
}
