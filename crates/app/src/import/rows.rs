//! Rows below the head, to homes.

use super::{
    owners, remarks,
    report::{Problems, Spot},
    sheet::{Cell, Content, Sheet},
    values::{self, Reading},
    words::{self, IGNORE},
};
use chrono::FixedOffset;
use shoulou_domain::{
    fields::{self, Entity},
    import::ImportedHome,
    normalize::{
        self,
        home::{self, Block, CodeParts, HomeCode, NoCode},
        people,
    },
    view::Text2,
    vocabulary::UnitKind,
};
use shoulou_eventlog::Value;
use std::collections::BTreeMap;

/// Where each target stands.
pub(super) struct Layout {
    columns: BTreeMap<String, usize>,
    scales: BTreeMap<usize, i64>,
    heads: Vec<(usize, String)>,
}

/// A row that names a home.
pub(super) struct Row {
    pub row: usize,
    pub code: HomeCode,
    floor_stated: bool,
}

impl Layout {
    /// `heads` are the words over each column.
    pub fn new(targets: &BTreeMap<u32, String>, heads: Vec<(usize, String)>) -> Self {
        let scales = heads
            .iter()
            .filter(|(_, head)| words::bare(head).contains("万元"))
            .map(|(column, _)| (*column, 10_000))
            .collect();
        let columns = targets
            .iter()
            .filter(|(_, target)| target.as_str() != IGNORE)
            .map(|(column, target)| (target.clone(), *column as usize))
            .collect();
        Layout { columns, scales, heads }
    }

    pub fn column(&self, target: &str) -> Option<usize> {
        self.columns.get(target).copied()
    }

    /// The column to point at for the home's code.
    pub fn code_column(&self) -> Option<usize> {
        ["code", "room", "building"].into_iter().find_map(|target| self.column(target))
    }

    /// The column of a field, for what is told of the field later.
    pub fn column_of(&self, field: &fields::Field) -> Option<usize> {
        self.column(field.path).or_else(|| match field.path {
            "building" | "block" | "room" | "floor" | "kind" | "code" => self.code_column(),
            "party/*/paper_kind" | "party/*/company_code" => self.column("party/*/paper_no"),
            "buyer_kind" | "party/*/share" => self.column("party/*/name"),
            "party/*/phone2" => self.column("party/*/phone"),
            _ => None,
        })
    }

    fn cell<'s>(&self, sheet: &'s Sheet, row: usize, target: &str) -> Option<(usize, &'s Cell)> {
        self.column(target).map(|column| (column, sheet.cell(row, column)))
    }
}

/// The rows that name a home, and how many were passed over. What is passed over for another reason than being
/// blank is told.
pub(super) fn homes(
    sheet: &Sheet,
    first: usize,
    layout: &Layout,
    problems: &mut Problems,
) -> (Vec<Row>, u32) {
    let mut rows = Vec::new();
    let mut skipped = 0;
    let mut blank = Vec::new();
    for row in first..sheet.rows.len() {
        if sheet.is_blank(row) {
            blank.push(row);
        } else if let Some(what) = beside(sheet, row, layout) {
            skipped += 1;
            problems.note(
                Spot { row, column: None, home: None },
                what,
                Text2::new("无需处理。", "Nothing to do."),
            );
        } else if let Some(read) = code(sheet, row, layout, problems) {
            rows.push(read);
        }
    }
    // Blank rows behind the last home are no rows of the list.
    let last = rows.last().map_or(0, |row| row.row);
    blank.retain(|row| *row < last);
    if let Some(&row) = blank.first() {
        let numbers: Vec<_> = blank.iter().take(10).map(|row| (row + 1).to_string()).collect();
        let more = if blank.len() > numbers.len() { "…" } else { "" };
        let what = Text2::new(
            format!("空行 {} 行，已跳过：第 {}{more} 行。", blank.len(), numbers.join("、")),
            format!("{} blank rows were skipped: {}{more}.", blank.len(), numbers.join(", ")),
        );
        problems.note(
            Spot { row, column: None, home: None },
            what,
            Text2::new("无需处理。", "Nothing to do."),
        );
    }
    (rows, skipped + blank.len() as u32)
}

/// Why a row that is not blank is none of the list's: a total, a signature line, the head once more.
fn beside(sheet: &Sheet, row: usize, layout: &Layout) -> Option<Text2> {
    let texts: Vec<(usize, String)> = sheet.rows[row]
        .iter()
        .enumerate()
        .filter(|(_, cell)| !cell.is_empty())
        .map(|(column, cell)| (column, words::bare(&cell.text())))
        .collect();
    let named = layout.code_column().is_some_and(|column| !sheet.cell(row, column).is_empty());
    let (_, first) = texts.first()?;
    const TOTALS: &[&str] = &["合计", "总计", "小计", "共计", "累计", "总和", "本页合计", "total"];
    if TOTALS.iter().any(|word| first.starts_with(word)) {
        return Some(Text2::new("合计行，已跳过。", "A row of totals; skipped."));
    }
    let same = texts.iter().filter(|(column, text)| {
        layout
            .heads
            .iter()
            .any(|(own, head)| own == column && words::bare(head).contains(text.as_str()))
    });
    if texts.len() >= 2 && same.count() * 10 >= texts.len() * 8 {
        return Some(Text2::new("重复的表头，已跳过。", "The head once more; skipped."));
    }
    const SIGNED: &[&str] = &[
        "审核",
        "制表",
        "复核",
        "审批",
        "经办",
        "填表",
        "制单",
        "批准",
        "负责人",
        "签字",
        "日期",
        "注",
        "说明",
        "备注",
        "附",
    ];
    let signed = |text: &String| SIGNED.iter().any(|word| text.starts_with(word));
    if !named && signed(first) {
        return Some(Text2::new(
            "签字或说明行，已跳过。",
            "A line of signatures or notes; skipped.",
        ));
    }
    let mapped = |column: &usize| layout.columns.values().any(|own| own == column);
    if matches!(&texts[..], [(column, _)] if !mapped(column)) && !named {
        return Some(Text2::new(
            "只有一格文字、没有房号的行，已跳过。",
            "A row with one text and no home; skipped.",
        ));
    }
    None
}

fn code(sheet: &Sheet, row: usize, layout: &Layout, problems: &mut Problems) -> Option<Row> {
    let text =
        |target| layout.cell(sheet, row, target).map(|(_, cell)| cell.text()).unwrap_or_default();
    let given = ["code", "building", "block", "floor", "room"].map(text);
    let [code, building, block, floor, room] = given
        .each_ref()
        .map(|text| if normalize::is_placeholder(text) { "" } else { text.as_str() });
    let parts = CodeParts { code, building, block, floor, room };
    let shown = [building, block, code, room].concat();
    let shown = normalize::tidy(&shown);
    let spot = Spot {
        row,
        column: layout.code_column(),
        home: (!shown.is_empty()).then_some(shown.as_str()),
    };
    let date = layout
        .code_column()
        .is_some_and(|column| matches!(sheet.cell(row, column).content, Content::Date(_)));
    let read = if date { Err(NoCode::Unreadable) } else { home::from_parts(parts) };
    match read {
        Ok(code) => {
            let floor_stated = !floor.is_empty() && code.floor.is_some();
            Some(Row { row, code, floor_stated })
        }
        Err(why) => {
            let (what, todo) = no_code(why, &shown, date);
            problems.error(spot, what, todo);
            None
        }
    }
}

fn no_code(why: NoCode, shown: &str, date: bool) -> (Text2, Text2) {
    let fix = Text2::new(
        "请改正房号后重新导入；本行未导入。",
        "Correct the code and import again; this row is not imported.",
    );
    let what = match why {
        _ if date => {
            Text2::new("房号被 Excel 变成了日期。", "Excel turned the home's code into a date.")
        }
        NoCode::Empty => {
            let todo = Text2::new(
                "如果是上一行房屋的共有人，请写进同一格（用“、”隔开）或合并房号单元格，再重新导入；本行未导入。",
                "If this is a co-owner of the row above, write both into one cell or merge the cells of the code, then import again; this row is not imported.",
            );
            return (Text2::new("这一行没有房号。", "This row has no home's code."), todo);
        }
        NoCode::NoBuilding => Text2::new(
            format!("“{shown}”没有写明楼栋。"),
            format!("“{shown}” does not say which building."),
        ),
        NoCode::NoRoom => Text2::new(
            format!("“{shown}”没有写明房间号。"),
            format!("“{shown}” does not say which room."),
        ),
        NoCode::Contradiction => Text2::new(
            format!("“{shown}”中楼栋与房号互相矛盾。"),
            format!("In “{shown}” building and room contradict each other."),
        ),
        NoCode::Unreadable => Text2::new(
            format!("“{shown}”读不出房号。"),
            format!("No home's code can be read from “{shown}”."),
        ),
    };
    (what, fix)
}

/// Everything a row says of its home; the 单元 must be known by now.
pub(super) fn read(
    sheet: &Sheet,
    row: &Row,
    block: Block,
    layout: &Layout,
    offset: FixedOffset,
    problems: &mut Problems,
) -> ImportedHome {
    let code = HomeCode { block, ..row.code.clone() };
    let label = code.canonical().unwrap_or_default();
    let spot = |column| Spot { row: row.row, column, home: Some(&label) };
    let mut unit = BTreeMap::new();
    let mut file = BTreeMap::new();
    let mut buyer = BTreeMap::new();
    let mut kind = None;
    for (target, &column) in &layout.columns {
        let Some(field) = fields::importable().find(|field| field.path == target) else { continue };
        if SEPARATELY.contains(&field.path) {
            continue;
        }
        let scale = layout.scales.get(&column).copied().unwrap_or(1);
        let how = Reading { scale, epoch_1904: sheet.epoch_1904, offset };
        let Some(value) =
            values::read(field, sheet.cell(row.row, column), how, spot(Some(column)), problems)
        else {
            continue;
        };
        match (field.on, field.path.strip_prefix("party/*/")) {
            (_, Some(own)) => {
                buyer.insert(own, value);
            }
            (Entity::Unit, _) if field.path == "kind" => {
                other_kind(&code, &value, spot(Some(column)), problems)
            }
            (Entity::Unit, _) => {
                unit.insert(field.path, value);
            }
            _ if field.path == "buyer_kind" => kind = value.as_text().map(str::to_owned),
            _ => {
                file.insert(field.path, value);
            }
        }
    }
    if let (Some(remark), Some(column)) =
        (file.get("remark").and_then(Value::as_text), layout.column("remark"))
        && let Some(todo) = remarks::calls(remark)
    {
        let what = Text2::new(
            format!("备注：{remark}（已导入备注）。"),
            format!("Remark: {remark} (kept in the remarks)."),
        );
        problems.note(spot(Some(column)), what, todo);
    }
    let cell = |target| layout.cell(sheet, row.row, target);
    let cells = owners::Cells {
        name: cell("party/*/name"),
        paper: cell("party/*/paper_no"),
        phone: cell("party/*/phone"),
        phone2: cell("party/*/phone2"),
        representative: cell("party/*/legal_representative"),
        representative_paper: cell(words::REPRESENTATIVE_PAPER),
    };
    let buyers = owners::read(&cells, kind.as_deref(), buyer, spot(None), problems);
    ImportedHome { home: code, floor_stated: row.floor_stated, unit, file, buyers }
}

/// Read together with others of the row, not by themselves.
const SEPARATELY: &[&str] = &[
    "code",
    "building",
    "block",
    "floor",
    "room",
    "party/*/name",
    "party/*/paper_no",
    "party/*/phone",
    "party/*/phone2",
    "party/*/legal_representative",
];

fn other_kind(code: &HomeCode, value: &Value, spot: Spot<'_>, problems: &mut Problems) {
    let own = if code.kind == UnitKind::Villa { "villa" } else { "flat" };
    if value.as_text().is_some_and(|said| said != own) {
        problems.warn(
            spot,
            Text2::new(
                "类型与房号的写法不符，按房号导入。",
                "The kind does not fit the code; the code was followed.",
            ),
            Text2::new("请核对房号。", "Check the code."),
        );
    }
}

/// Names in a row, to tell whether two rows of one home are two people.
pub(super) fn names(home: &ImportedHome) -> Vec<&str> {
    home.buyers
        .iter()
        .map(|buyer| buyer.name.as_str())
        .filter(|name| !people::names(name).is_empty())
        .collect()
}
