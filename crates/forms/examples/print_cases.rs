//! Writes every form of every case (who bought, who comes, flat or villa), filled by the domain, one PDF for each
//! case: `cargo run -p shoulou-forms --example print_cases -- FOLDER`.

// The domain's own fixture looks for these beside itself.
use shoulou_domain::{command, dossier, fact, fields, paper, template, vocabulary, world};

#[path = "../../domain/src/paper/tests/fixture.rs"]
#[allow(dead_code, clippy::inconsistent_digit_grouping)]
mod fixture;

use fixture::{CaseOf, home_of, print};
use paper::FORMS;
use shoulou_eventlog::Value;
use shoulou_forms::{Fonts, Images, Meta, RenderJob, Templates, render};
use std::{error::Error, fs, path::PathBuf};

fn main() -> Result<(), Box<dyn Error>> {
    let folder = PathBuf::from(std::env::args().nth(1).ok_or("which folder?")?);
    fs::create_dir_all(&folder)?;
    let images = Images::new();
    for bits in 0..8 {
        let case = CaseOf { villa: bits & 4 != 0, company: bits & 2 != 0, delegate: bits & 1 != 0 };
        let home = home_of(case);
        let data: Vec<(&str, Value)> = FORMS
            .iter()
            .map(|form| (form.key, paper::data(&home.world(), form.key, &print())))
            .collect();
        let mut jobs = Vec::new();
        for (form, data) in &data {
            let template = Templates::bundled().get(form).ok_or("a form without a template")?;
            jobs.push(RenderJob { template, data, images: &images, meta: Meta::default() });
        }
        let pdf = render(&jobs, Fonts::bundled())?;
        fs::write(folder.join(format!("{case:?}.pdf")), &pdf.bytes)?;
        for document in &pdf.documents {
            println!("{case:?}\t{}\t{}", document.form, document.pages.start + 1);
        }
    }
    Ok(())
}
