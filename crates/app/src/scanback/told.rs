//! What became of a scan, in words.

use super::read::{Failed, What};
use crate::api::Problem;
use shoulou_domain::view::Text2;
use shoulou_scan::Unreadable;

pub fn loose(what: &What) -> Text2 {
    let (zh, en) = match what {
        What::NoCode => (
            "没有读到本系统的二维码：空白表、折角、遮挡，或不是本系统打印的纸张。请看图归档，或搁置。",
            "No code of ours was read: a blank form, a folded corner, or a paper from elsewhere. Look at it and file it, or put it aside.",
        ),
        What::Blank(_) => (
            "手填的空白表：请看纸上写的房号，选择单元后归档。",
            "A blank form filled in by hand: look whose it is, choose the home and file it.",
        ),
        What::Page { .. } => (
            "二维码所指的文件不在本项目的记录里：可能属于另一个项目，或这台电脑还没有同步到。",
            "The paper that its code names is not in this project's records: it is of another project, or was not synced to this PC yet.",
        ),
        What::Failed(Failed::File(_)) => (
            "文件无法读取：请检查是否仍在原处、有没有权限。",
            "The file cannot be read: see whether it is still there and may be read.",
        ),
        What::Failed(Failed::Scan(why)) => match why {
            Unreadable::NotAScan => (
                "不是 PNG、JPEG 或 PDF：请按其中一种格式重新扫描。",
                "No PNG, JPEG or PDF: scan it again as one of these.",
            ),
            Unreadable::TooLarge => (
                "图像大得不像一页纸：请以 150–300 dpi 重新扫描。",
                "The picture is larger than a page: scan it again at 150–300 dpi.",
            ),
            Unreadable::Damaged => (
                "文件已损坏或不完整：请重新扫描。",
                "The file is damaged or cut off: scan it again.",
            ),
            Unreadable::Encrypted => (
                "PDF 已加密：请另存为不加密的文件。",
                "The PDF is encrypted: save it without encryption.",
            ),
            Unreadable::NoPicture => (
                "这一页没有扫描图像：它不是扫描件，或图像是画出来的。请扫描纸张。",
                "The page holds no scanned picture: it is no scan. Scan the paper.",
            ),
            Unreadable::Unsupported => (
                "图像的压缩方式不支持（如 JPEG 2000）：请在扫描仪里改为 JPEG 或黑白 G4。",
                "The picture is pressed in a way that is not read (JPEG 2000, say): set the scanner to JPEG or black-and-white G4.",
            ),
        },
    };
    Text2::new(zh, en)
}

pub fn under_way() -> Problem {
    Problem::unchanged(
        "scans_under_way",
        Text2::new("上一批扫描件还在读取。", "The last scans are still being read."),
        Text2::new("请等它完成，或先取消。", "Wait until that is done, or cancel it first."),
    )
}

pub fn no_scans() -> Problem {
    Problem::unchanged(
        "no_scans",
        Text2::new("这里没有 PNG、JPEG 或 PDF 文件。", "There are no PNG, JPEG or PDF files here."),
        Text2::new("请选择存放扫描件的文件夹。", "Choose the folder that holds the scans."),
    )
}

pub fn too_many(most: usize) -> Problem {
    Problem::unchanged(
        "too_many_scans",
        Text2::new(
            format!("这个文件夹里的文件超过 {most} 个。"),
            format!("This folder holds more than {most} files."),
        ),
        Text2::new("请选择只放扫描件的文件夹。", "Choose the folder that holds the scans alone."),
    )
}

pub fn no_such_scan() -> Problem {
    Problem::unchanged(
        "no_such_scan",
        Text2::new("这一页扫描件已不在清单里。", "This scan is no longer in the list."),
        Text2::new("请重新读取文件夹。", "Read the folder again."),
    )
}

pub fn changed(name: &str) -> Problem {
    Problem::unchanged(
        "scan_changed",
        Text2::new(
            format!("文件 {name} 在读取之后变了，或已不在原处。"),
            format!("The file {name} changed after it was read, or is gone."),
        ),
        Text2::new("请重新读取文件夹。", "Read the folder again."),
    )
}
