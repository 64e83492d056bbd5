//! Forms as this program and as typst lay them out, side by side as pictures, for a person to look at:
//! `cargo run -p shoulou-forms --example beside_typst -- PYTHON FOLDER [FORM…]`, where PYTHON is an interpreter
//! that has typst (`python3 -m venv target/typst && target/typst/bin/pip install typst`). Needs pdftoppm.

#[path = "../../tests/samples/home.rs"]
mod samples;

use shoulou_eventlog::Value;
use shoulou_forms::{Fonts, Images, Meta, RenderJob, Templates, render};
use std::{error::Error, fs, path::Path, process::Command};

const TYPST: &str = "\
import sys, typst
source, pdf, fonts = sys.argv[1:]
typst.compile(source, output=pdf, font_paths=[fonts])";

type Done<T> = Result<T, Box<dyn Error>>;

fn main() -> Done<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [python, folder, forms @ ..] = arguments.as_slice() else {
        return Err("which python has typst, and which folder?".into());
    };
    let all: Vec<String> = samples::forms().map(str::to_owned).collect();
    for form in if forms.is_empty() { &all } else { forms } {
        let place = Path::new(folder).join(form);
        fs::create_dir_all(&place)?;
        let data = samples::filled(form);
        ours(form, &data, &place)?;
        typsts(python, form, &data, &place)?;
        side_by_side(&place)?;
        println!("{}", place.join("beside.png").display());
    }
    Ok(())
}

fn ours(form: &str, data: &Value, place: &Path) -> Done<()> {
    let template = Templates::bundled().get(form).ok_or("no such form")?;
    let images = Images::new();
    let job = RenderJob { template, data, images: &images, meta: Meta::default() };
    Ok(fs::write(place.join("ours.pdf"), render(&[job], Fonts::bundled())?.bytes)?)
}

fn typsts(python: &str, form: &str, data: &Value, place: &Path) -> Done<()> {
    fs::write(place.join("form.toml"), Templates::source(form).ok_or("no such form")?)?;
    fs::write(place.join("data.json"), serde_json::to_vec(&json(data))?)?;
    fs::write(place.join("form.typ"), include_str!("form.typ"))?;
    let fonts = Path::new(env!("CARGO_MANIFEST_DIR")).join("fonts-build/node_modules");
    let mut typst = Command::new(python);
    typst.args(["-c", TYPST]).arg(place.join("form.typ")).arg(place.join("typst.pdf")).arg(fonts);
    succeed(&mut typst)
}

fn json(value: &Value) -> serde_json::Value {
    match value {
        Value::Text(text) => text.as_str().into(),
        Value::Bool(flag) => (*flag).into(),
        Value::Int(int) => (*int).into(),
        Value::List(items) => items.iter().map(json).collect(),
        Value::Map(map) => map.iter().map(|(key, value)| (key.clone(), json(value))).collect(),
        Value::Null => serde_json::Value::Null,
    }
}

/// The first pages, ours at the left.
fn side_by_side(place: &Path) -> Done<()> {
    let mut pages = Vec::new();
    for name in ["ours", "typst"] {
        let mut draw = Command::new("pdftoppm");
        draw.args(["-r", "90", "-png", "-singlefile"]);
        succeed(draw.arg(place.join(format!("{name}.pdf"))).arg(place.join(name)))?;
        pages.push(picture(&place.join(format!("{name}.png")))?);
    }
    let [(width, height, ours), (other_width, other_height, typsts)] = &pages[..] else {
        return Err("two pages".into());
    };
    let rows = (0..*height.max(other_height)).flat_map(|y| {
        let row = |pixels: &[u8], width: &u32| {
            let bytes = *width as usize * 3;
            let row = pixels.chunks(bytes).nth(y as usize);
            row.map_or_else(|| vec![255; bytes], <[u8]>::to_vec)
        };
        [row(ours, width), row(typsts, other_width)].concat()
    });
    let file = fs::File::create(place.join("beside.png"))?;
    let mut encoder = png::Encoder::new(file, width + other_width, *height.max(other_height));
    encoder.set_color(png::ColorType::Rgb);
    encoder.set_depth(png::BitDepth::Eight);
    Ok(encoder.write_header()?.write_image_data(&rows.collect::<Vec<u8>>())?)
}

/// Width, height, and three bytes a pixel.
fn picture(path: &Path) -> Done<(u32, u32, Vec<u8>)> {
    let file = std::io::BufReader::new(fs::File::open(path)?);
    let mut reader = png::Decoder::new(file).read_info()?;
    let mut pixels = vec![0; reader.output_buffer_size().ok_or("a picture too large")?];
    let info = reader.next_frame(&mut pixels)?;
    let pixels = match info.color_type {
        png::ColorType::Grayscale => pixels.iter().flat_map(|gray| [*gray; 3]).collect(),
        _ => pixels,
    };
    Ok((info.width, info.height, pixels))
}

fn succeed(command: &mut Command) -> Done<()> {
    if command.status()?.success() { Ok(()) } else { Err(format!("{command:?} failed").into()) }
}
