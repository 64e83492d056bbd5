//! Writes each form, filled in and blank, and the whole packet, as PDF files into a folder:
//! `cargo run -p shoulou-forms --example print_samples -- FOLDER`.

#[path = "../tests/samples/home.rs"]
mod samples;

use shoulou_eventlog::Value;
use shoulou_forms::{Copy, Fonts, Images, Meta, RenderJob, Templates, render};
use std::{error::Error, fs, path::PathBuf};

fn main() -> Result<(), Box<dyn Error>> {
    let folder = PathBuf::from(std::env::args().nth(1).ok_or("which folder?")?);
    fs::create_dir_all(&folder)?;
    let images = Images::new();
    let data: Vec<(&str, Value)> =
        samples::forms().map(|form| (form, samples::filled(form))).collect();
    let mut packet = Vec::new();
    for (form, data) in &data {
        let template = Templates::bundled().get(form).ok_or("a form without a template")?;
        let meta = Meta { created: 1_795_254_000, copy: None };
        let job = RenderJob { template, data, images: &images, meta };
        fs::write(folder.join(format!("{form}.pdf")), render(&[job], Fonts::bundled())?.bytes)?;
        let empty = samples::blank();
        let blank = RenderJob { data: &empty, ..job };
        let bytes = render(&[blank], Fonts::bundled())?.bytes;
        fs::write(folder.join(format!("{form}.blank.pdf")), bytes)?;
        for index in 1..=template.copies() {
            let copy = Some(Copy { index, of: template.copies() });
            packet.push(RenderJob { meta: Meta { copy, ..meta }, ..job });
        }
    }
    fs::write(folder.join("packet.pdf"), render(&packet, Fonts::bundled())?.bytes)?;
    Ok(())
}
