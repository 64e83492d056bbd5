//! What is drawn on a page and is neither text nor rule (codes, signatures, boxes, rings), as the
//! picture that one puts into a document of another program.

use shoulou_forms::{
    Page,
    display::{Item, Paint, Point, Segment},
};
use std::fmt::Write;

/// An SVG of the size of the page.
pub fn svg(page: &Page) -> String {
    let (width, height) = page.size();
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" \
         width=\"210mm\" height=\"297mm\">\n"
    );
    for item in page.items() {
        let (path, paint) = match item {
            Item::Path { segments, paint } => (segments.iter().map(step).collect(), *paint),
            // The grounds of cells belong to the tables.
            Item::Fill { rects, gray: 0 } => {
                let square = |r: &shoulou_forms::display::Rect| {
                    format!("M{} {}h{}v{}h-{}z", r.x, r.y, r.width, r.height, r.width)
                };
                (rects.iter().map(square).collect::<String>(), Paint::Fill { gray: 0 })
            }
            _ => continue,
        };
        let look = match paint {
            Paint::Fill { gray } => format!("fill=\"{}\"", colour(gray)),
            Paint::Stroke { width, gray, .. } => {
                format!("fill=\"none\" stroke=\"{}\" stroke-width=\"{width}\"", colour(gray))
            }
        };
        let _ = writeln!(svg, "<path d=\"{path}\" {look}/>");
    }
    svg + "</svg>\n"
}

fn step(segment: &Segment) -> String {
    let at = |p: &Point| format!("{} {}", p.x, p.y);
    match segment {
        Segment::Move(p) => format!("M{}", at(p)),
        Segment::Line(p) => format!("L{}", at(p)),
        Segment::Curve(a, b, c) => format!("C{} {} {}", at(a), at(b), at(c)),
        Segment::Close => "Z".to_owned(),
    }
}

fn colour(gray: u8) -> String {
    format!("#{gray:02x}{gray:02x}{gray:02x}")
}
