//! The packet as other programs take it: lines of text and tables, read back from the ruled pages.
//! Line breaks are kept, which is in the others' favour.

use shoulou_forms::{
    DisplayList, FaceId, Page,
    display::{Item, Mpt, Run},
};

pub enum Block {
    Text(Text),
    Table(Table),
}

/// Lines of one size and weight.
pub struct Text {
    pub size: Mpt,
    pub bold: bool,
    pub lines: Vec<String>,
}

pub struct Table {
    pub columns: Vec<Mpt>,
    pub rows: Vec<Row>,
}

pub struct Row {
    pub height: Mpt,
    /// One for each column.
    pub cells: Vec<Option<Text>>,
}

/// A row of cells as it was drawn: upright rules of one height side by side.
struct Band<'a> {
    top: Mpt,
    bottom: Mpt,
    edges: Vec<Mpt>,
    cells: Vec<Vec<&'a Run>>,
}

/// For each page what stands on it, from top to bottom.
pub fn outline(list: &DisplayList) -> Vec<Vec<Block>> {
    list.pages.iter().map(page).collect()
}

fn page(page: &Page) -> Vec<Block> {
    let mut bands = bands(page);
    let mut loose = Vec::new();
    for item in page.items() {
        if let Item::Text(run) = item {
            let cell = bands.iter_mut().find_map(|band| band.cell(run));
            cell.unwrap_or(&mut loose).push(run);
        }
    }
    let texts = lines(&loose).map(|line| (line[0].at.y, Block::Text(text(line))));
    let mut blocks: Vec<(Mpt, Block)> = texts.collect();
    blocks.extend(bands.into_iter().map(|band| (band.top, Block::Table(band.table()))));
    blocks.sort_by_key(|(y, _)| *y);

    let mut joined: Vec<Block> = Vec::new();
    for (_, block) in blocks {
        match (joined.last_mut(), block) {
            (Some(Block::Table(above)), Block::Table(below)) if above.columns == below.columns => {
                above.rows.extend(below.rows);
            }
            (_, block) => joined.push(block),
        }
    }
    joined
}

fn bands(page: &Page) -> Vec<Band<'_>> {
    let mut bands: Vec<Band<'_>> = Vec::new();
    for item in &page.form {
        match item {
            Item::Line { from, to, .. } if from.x == to.x => {
                let (top, bottom) = (from.y, to.y);
                match bands.iter_mut().find(|band| (band.top, band.bottom) == (top, bottom)) {
                    Some(band) => band.edges.push(from.x),
                    None => {
                        bands.push(Band { top, bottom, edges: vec![from.x], cells: Vec::new() })
                    }
                }
            }
            _ => {}
        }
    }
    for band in &mut bands {
        band.edges.sort_unstable();
        band.edges.dedup();
        band.cells.resize(band.edges.len() - 1, Vec::new());
    }
    // A rule alone stands beside a paragraph and holds nothing.
    bands.retain(|band| !band.cells.is_empty());
    bands
}

impl<'a> Band<'a> {
    fn cell(&mut self, run: &Run) -> Option<&mut Vec<&'a Run>> {
        let column = self.edges.windows(2).position(|e| (e[0]..e[1]).contains(&run.at.x))?;
        (self.top..=self.bottom).contains(&run.at.y).then(|| &mut self.cells[column])
    }

    fn table(self) -> Table {
        let columns = self.edges.windows(2).map(|edges| edges[1] - edges[0]).collect();
        let cells = self.cells.iter().map(|runs| {
            let lines = lines(runs).map(text);
            lines
                .reduce(|above, below| Text { lines: [above.lines, below.lines].concat(), ..above })
        });
        let row = Row { height: self.bottom - self.top, cells: cells.collect() };
        Table { columns, rows: vec![row] }
    }
}

fn lines<'a>(runs: &[&'a Run]) -> impl Iterator<Item = Vec<&'a Run>> {
    let mut runs = runs.to_vec();
    runs.sort_by_key(|run| (run.at.y, run.at.x));
    let lines = runs.chunk_by(|one, next| one.at.y == next.at.y);
    lines.map(<[&Run]>::to_vec).collect::<Vec<_>>().into_iter()
}

fn text(line: Vec<&Run>) -> Text {
    let (mut words, mut end) = (String::new(), line[0].at.x);
    for run in &line {
        if run.at.x > end + run.size {
            words.push('　');
        }
        words.extend(run.glyphs.iter().map(|glyph| glyph.character));
        end = run.at.x + run.size * run.glyphs.len() as Mpt;
    }
    Text { size: line[0].size, bold: line[0].face == FaceId::Heading, lines: vec![words] }
}
