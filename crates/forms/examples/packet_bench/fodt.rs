//! The outline as a flat OpenDocument text, LibreOffice's own format.

use crate::outline::{Block, Table, Text};
use shoulou_forms::display::Mpt;
use std::{collections::BTreeMap, fmt::Write};

const HEAD: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<office:document office:version="1.2" office:mimetype="application/vnd.oasis.opendocument.text"
 xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"
 xmlns:style="urn:oasis:names:tc:opendocument:xmlns:style:1.0"
 xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"
 xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"
 xmlns:draw="urn:oasis:names:tc:opendocument:xmlns:drawing:1.0"
 xmlns:svg="urn:oasis:names:tc:opendocument:xmlns:svg-compatible:1.0"
 xmlns:xlink="http://www.w3.org/1999/xlink"
 xmlns:fo="urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0">
<office:automatic-styles>
<style:page-layout style:name="a4"><style:page-layout-properties fo:page-width="210mm"
 fo:page-height="297mm" fo:margin-left="27mm"
 fo:margin-right="15mm" fo:margin-top="8mm" fo:margin-bottom="8mm"/></style:page-layout>
<style:style style:name="cell" style:family="table-cell"><style:table-cell-properties
 fo:padding="0.5mm" fo:border="0.4pt solid #000000"/></style:style>
<style:style style:name="picture" style:family="graphic"><style:graphic-properties
 style:wrap="run-through" style:run-through="background" style:horizontal-pos="from-left"
 style:horizontal-rel="page" style:vertical-pos="from-top" style:vertical-rel="page"/></style:style>
"#;
const BODY: &str = r#"</office:automatic-styles>
<office:master-styles><style:master-page style:name="Standard" style:page-layout-name="a4"/>
</office:master-styles><office:body><office:text>
"#;
const TAIL: &str = "</office:text></office:body></office:document>\n";

pub fn document(pages: &[Vec<Block>]) -> String {
    let mut styles = Styles::default();
    let mut body: String = (1..=pages.len()).map(picture).collect();
    for (number, page) in pages.iter().enumerate() {
        // Every page begins with its head line.
        for (place, block) in page.iter().enumerate() {
            body += &match block {
                Block::Text(text) => paragraph(&mut styles, text, place == 0 && number > 0),
                Block::Table(table) => ruled(&mut styles, table),
            };
        }
    }
    let styles: String =
        styles.0.iter().map(|(definition, name)| style(name, definition)).collect();
    [HEAD, &styles, BODY, &body, TAIL].concat()
}

fn picture(page: usize) -> String {
    format!(
        "<draw:frame draw:style-name=\"picture\" text:anchor-type=\"page\" \
         text:anchor-page-number=\"{page}\" svg:x=\"0mm\" svg:y=\"0mm\" svg:width=\"210mm\" \
         svg:height=\"297mm\"><draw:image xlink:href=\"page-{page}.svg\"/></draw:frame>\n"
    )
}

/// Names of styles by what they say.
#[derive(Default)]
struct Styles(BTreeMap<String, String>);

impl Styles {
    fn name(&mut self, definition: String) -> String {
        let next = format!("s{}", self.0.len());
        self.0.entry(definition).or_insert(next).clone()
    }
}

fn style(name: &str, definition: &str) -> String {
    format!("<style:style style:name=\"{name}\" style:family={definition}</style:style>\n")
}

fn paragraph(styles: &mut Styles, text: &Text, new_page: bool) -> String {
    let (face, weight) =
        if text.bold { ("Noto Sans CJK SC", "bold") } else { ("Noto Serif CJK SC", "normal") };
    let (size, height) = (points(text.size), points(text.size * 13 / 10));
    let start = if new_page { "fo:break-before=\"page\"" } else { "" };
    let style = styles.name(format!(
        "\"paragraph\"><style:paragraph-properties fo:line-height=\"{height}\" {start}/>\
         <style:text-properties fo:font-family=\"{face}\" fo:font-size=\"{size}\" \
         fo:font-weight=\"{weight}\" style:font-family-asian=\"{face}\" \
         style:font-size-asian=\"{size}\" style:font-weight-asian=\"{weight}\"/>"
    ));
    let lines: Vec<String> = text.lines.iter().map(|line| escaped(line)).collect();
    format!("<text:p text:style-name=\"{style}\">{}</text:p>\n", lines.join("<text:line-break/>"))
}

fn ruled(styles: &mut Styles, table: &Table) -> String {
    let width = points(table.columns.iter().sum());
    let style = styles.name(format!(
        "\"table\"><style:table-properties style:width=\"{width}\" table:align=\"left\"/>"
    ));
    let mut out = format!("<table:table table:style-name=\"{style}\">");
    for column in &table.columns {
        let style = styles.name(format!(
            "\"table-column\"><style:table-column-properties style:column-width=\"{}\"/>",
            points(*column)
        ));
        let _ = write!(out, "<table:table-column table:style-name=\"{style}\"/>");
    }
    for row in &table.rows {
        let style = styles.name(format!(
            "\"table-row\"><style:table-row-properties style:min-row-height=\"{}\"/>",
            points(row.height)
        ));
        let _ = write!(out, "<table:table-row table:style-name=\"{style}\">");
        for cell in &row.cells {
            let text = cell.as_ref().map(|text| paragraph(styles, text, false));
            let _ = write!(
                out,
                "<table:table-cell table:style-name=\"cell\">{}</table:table-cell>",
                text.unwrap_or_else(|| "<text:p/>".to_owned())
            );
        }
        out += "</table:table-row>\n";
    }
    out + "</table:table>\n"
}

fn points(length: Mpt) -> String {
    format!("{}pt", f64::from(length) / 1000.0)
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}
