//! All forms, filled in, printed and drawn at 150 dpi.

#[path = "../../../forms/tests/samples/home.rs"]
mod samples;

use image::GrayImage;
use shoulou_eventlog::{Id, Value};
use shoulou_forms::{Fonts, Images, Meta, RenderJob, Templates, render};
use std::process::Command;

pub struct Printed {
    pub code: String,
    pub picture: GrayImage,
}

pub fn printed() -> Vec<Printed> {
    let images = Images::new();
    let forms: Vec<(&str, Value, Id)> = samples::forms()
        .map(|form| {
            let document = Id::derive("a printed form", &[form.as_bytes()]);
            (form, named(samples::filled(form), document), document)
        })
        .collect();
    let job = |(form, data, _)| {
        let template = Templates::bundled().get(form).expect("every form has a template");
        RenderJob { template, data, images: &images, meta: Meta::default() }
    };
    let jobs: Vec<RenderJob<'_>> =
        forms.iter().map(|(form, data, document)| job((*form, data, document))).collect();
    let pdf = render(&jobs, Fonts::bundled()).expect("the samples can be printed");
    let mut codes = Vec::new();
    for printed in &pdf.documents {
        let (_, _, document) = forms.iter().find(|(form, ..)| *form == printed.form).unwrap();
        let pages = printed.pages.end - printed.pages.start;
        codes.extend((1..=pages).map(|page| shoulou_domain::paper::qr_payload(*document, page)));
    }
    let pictures = drawn(&pdf.bytes);
    assert_eq!(pictures.len(), codes.len());
    codes.into_iter().zip(pictures).map(|(code, picture)| Printed { code, picture }).collect()
}

fn named(mut data: Value, document: Id) -> Value {
    let code = shoulou_domain::paper::qr_payload(document, 1);
    let Value::Map(all) = &mut data else { panic!("a sample is a map") };
    let Some(Value::Map(print)) = all.get_mut("document") else { panic!("it has a document") };
    print.insert("qr".into(), code.trim_end_matches(":1").into());
    data
}

fn drawn(pdf: &[u8]) -> Vec<GrayImage> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("printed.pdf");
    std::fs::write(&path, pdf).unwrap();
    let pages = folder.path().join("page");
    let drawn = Command::new("pdftoppm")
        .args(["-r", "150", "-gray", "-png"])
        .arg(&path)
        .arg(&pages)
        .status();
    assert!(drawn.expect("pdftoppm is installed (poppler-utils)").success());
    let mut files: Vec<_> =
        std::fs::read_dir(folder.path()).unwrap().map(|file| file.unwrap().path()).collect();
    files.retain(|file| file.extension().is_some_and(|kind| kind == "png"));
    files.sort();
    files.iter().map(|file| image::open(file).unwrap().into_luma8()).collect()
}
