//! The outline as a typst document.

use crate::outline::{Block, Row, Table, Text};
use shoulou_forms::display::Mpt;

const HEAD: &str = r#"#set page(paper: "a4", margin: (left: 27mm, right: 15mm, y: 8mm))
#set text(font: ("Noto Serif SC", "Noto Serif JP", "Noto Serif HK"), lang: "zh", top-edge: 0.8em, bottom-edge: -0.2em)
#set par(leading: 0.3em, spacing: 0.6em)
#set table(inset: 1mm, stroke: 0.4pt)
#let normal(size, body) = text(size: size, body)
#let bold(size, body) = text(font: "Noto Sans SC", weight: "bold", size: size, body)
"#;

pub fn document(pages: &[Vec<Block>]) -> String {
    let page = |(number, blocks): (usize, &Vec<Block>)| {
        let blocks: String = blocks.iter().map(block).collect();
        let picture = format!("image(\"page-{}.svg\", width: 210mm, height: 297mm)", number + 1);
        format!("#place(top + left, dx: -27mm, dy: -8mm, {picture})\n{blocks}")
    };
    let pages: Vec<String> = pages.iter().enumerate().map(page).collect();
    HEAD.to_owned() + &pages.join("#pagebreak()\n")
}

fn block(block: &Block) -> String {
    match block {
        Block::Text(text) => format!("#par({})\n", words(text)),
        Block::Table(table) => ruled(table),
    }
}

fn ruled(table: &Table) -> String {
    let heights: Vec<Mpt> = table.rows.iter().map(|row| row.height).collect();
    let rows = table.rows.iter().map(cells).collect::<String>();
    let (columns, heights) = (lengths(&table.columns), lengths(&heights));
    format!("#table(columns: ({columns}), rows: ({heights}),\n{rows})\n")
}

fn cells(row: &Row) -> String {
    let cell = |cell: &Option<Text>| cell.as_ref().map_or("[]".to_owned(), words) + ", ";
    row.cells.iter().map(cell).chain(["\n".to_owned()]).collect()
}

fn lengths(lengths: &[Mpt]) -> String {
    lengths.iter().map(|length| format!("{}pt, ", f64::from(*length) / 1000.0)).collect()
}

fn words(text: &Text) -> String {
    let quoted = |line: &String| format!("\"{}\"", line.replace('\\', "\\\\").replace('"', "\\\""));
    let lines: Vec<String> = text.lines.iter().map(quoted).collect();
    let face = if text.bold { "bold" } else { "normal" };
    format!("{face}({}pt, {})", f64::from(text.size) / 1000.0, lines.join(" + linebreak() + "))
}
