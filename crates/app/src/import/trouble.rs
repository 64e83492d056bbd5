//! What keeps a whole file from being read.

use crate::api::Problem;
use shoulou_domain::view::Text2;

pub(super) fn unreadable_file(path: &str, error: &std::io::Error) -> Problem {
    let missing = error.kind() == std::io::ErrorKind::NotFound;
    let (zh, en) = if missing {
        ("文件不存在", "it does not exist")
    } else {
        ("文件无法读取", "it cannot be read")
    };
    refuse(
        "import_file",
        Text2::new(format!("打不开“{path}”：{zh}。"), format!("“{path}” cannot be opened: {en}.")),
        Text2::new(
            "请确认文件仍在原处，并且没有被其他程序占用，再试一次。",
            "Make sure the file is still there and no other program holds it, then try again.",
        ),
    )
}

pub(super) fn password() -> Problem {
    refuse(
        "import_password",
        Text2::new(
            "这个表格设有打开密码，无法读取。",
            "This workbook has a password and cannot be read.",
        ),
        Text2::new(
            "请用 Excel 打开，在“文件 → 信息 → 保护工作簿”中取消密码后另存，再导入。",
            "Open it in Excel, remove the password under File → Info → Protect Workbook, save, then import.",
        ),
    )
}

pub(super) fn broken() -> Problem {
    refuse(
        "import_broken",
        Text2::new(
            "这个文件已损坏或不完整，读不出表格。",
            "This file is damaged or incomplete; no sheet can be read from it.",
        ),
        Text2::new(
            "请用 Excel 或 WPS 打开并另存为 .xlsx；若打不开，请向发送人重新索取。",
            "Open it in Excel or WPS and save it as .xlsx; if that fails, ask the sender for it again.",
        ),
    )
}

pub(super) fn not_a_list() -> Problem {
    refuse(
        "import_format",
        Text2::new(
            "这个文件不是 .xlsx、.xls 或 CSV 表格（可能只是改了扩展名，或由网页导出）。",
            "This file is no .xlsx, .xls or CSV list (perhaps renamed, or exported as a web page).",
        ),
        Text2::new(
            "请用 Excel 或 WPS 打开，另存为 .xlsx 后再导入。",
            "Open it in Excel or WPS, save it as .xlsx, then import that.",
        ),
    )
}

pub(super) fn empty() -> Problem {
    refuse(
        "import_empty",
        Text2::new("这张表里没有任何内容。", "This sheet is empty."),
        Text2::new(
            "请选择有名单的工作表，或换一个文件。",
            "Choose the sheet that has the list, or another file.",
        ),
    )
}

pub(super) fn no_homes() -> Problem {
    refuse(
        "import_no_homes",
        Text2::new("表头以下没有一行数据。", "There is no row of data below the head."),
        Text2::new("请检查表头行是否选对。", "Check that the right rows are taken for the head."),
    )
}

pub(super) fn too_large(rows: usize, columns: usize) -> Problem {
    refuse(
        "import_too_large",
        Text2::new(
            format!("这张表超出可导入的大小（最多 {rows} 行、{columns} 列、64 MB）。"),
            format!(
                "This sheet is larger than can be imported (at most {rows} rows, {columns} columns, 64 MB)."
            ),
        ),
        Text2::new(
            "请删去名单以外的内容，或分成几个文件导入。",
            "Delete what does not belong to the list, or import it in several files.",
        ),
    )
}

pub(super) fn no_sheet(name: &str) -> Problem {
    refuse(
        "import_sheet",
        Text2::new(
            format!("文件里没有名为“{name}”的工作表。"),
            format!("The file has no sheet “{name}”."),
        ),
        Text2::new("请从列出的工作表中选择。", "Choose one of the sheets that are listed."),
    )
}

pub(super) fn mapping_incomplete() -> Problem {
    refuse(
        "import_mapping",
        Text2::new(
            "还没有指定哪一列是房号（或楼栋与房号）。",
            "No column is named yet for the home's code (or for building and room).",
        ),
        Text2::new(
            "请在列对应中选定后再导入。",
            "Choose it in the mapping of columns, then import.",
        ),
    )
}

pub(super) fn mapping_unknown(target: &str) -> Problem {
    refuse(
        "import_mapping",
        Text2::new(
            format!("列对应中的“{target}”不是可导入的字段，或用了两次。"),
            format!("“{target}” in the mapping is no field a list can fill, or is used twice."),
        ),
        Text2::new("请在列对应中改选。", "Choose another in the mapping of columns."),
    )
}

pub(super) fn unanswered(buildings: &[String]) -> Problem {
    let list = buildings.join("、");
    refuse(
        "import_question",
        Text2::new(
            format!("名单没有写明单元，系统也无法判断：{list}。"),
            format!(
                "The list does not name the 单元 of these buildings, and nothing else tells: {list}."
            ),
        ),
        Text2::new(
            "请先回答这些楼栋属于哪个单元（blocks）。",
            "Answer first which 单元 they have (`blocks`).",
        ),
    )
}

fn refuse(code: &str, what: Text2, todo: Text2) -> Problem {
    let kept = Text2::new(
        "没有导入任何内容，原有记录不变。",
        "Nothing was imported; the records are unchanged.",
    );
    Problem { code: code.to_owned(), what, kept, todo }
}
