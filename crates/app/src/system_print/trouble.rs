//! What printers do to people, in three sentences.

use crate::api::Problem;
use shoulou_domain::view::Text2;

fn kept() -> Text2 {
    Text2::new(
        "已记录的表格都已存档，没有丢失。",
        "The papers that were recorded are archived; nothing is lost.",
    )
}

/// The scheduler does not answer, or there is none.
pub fn no_print_service() -> Problem {
    Problem::new(
        "no_print_service",
        Text2::new("这台电脑的打印服务没有应答。", "The print service of this PC does not answer."),
        kept(),
        Text2::new(
            "请先另存为 PDF；或请管理员安装、启动打印服务（CUPS）后再打印。",
            "Save a PDF for now, or have the print service (CUPS) installed or started, then print.",
        ),
    )
}

pub fn no_default() -> Problem {
    Problem::new(
        "no_default_printer",
        Text2::new("系统没有设置默认打印机。", "The system has no default printer."),
        kept(),
        Text2::new(
            "请在列表里选一台打印机，或先另存为 PDF。",
            "Choose a printer from the list, or save a PDF.",
        ),
    )
}

pub fn gone(printer: &str) -> Problem {
    Problem::new(
        "printer_gone",
        Text2::new(
            format!("打印机“{printer}”已不在这台电脑上。"),
            format!("The printer “{printer}” is not on this PC any more."),
        ),
        kept(),
        Text2::new(
            "请改选另一台打印机，或在系统设置里把它装回来，再发送一次。",
            "Choose another printer, or set it up again in the system's settings, and send once more.",
        ),
    )
}

pub fn takes_no_jobs(printer: &str) -> Problem {
    Problem::new(
        "printer_takes_no_jobs",
        Text2::new(
            format!("打印机“{printer}”目前不接受打印任务。"),
            format!("The printer “{printer}” does not take jobs now."),
        ),
        kept(),
        Text2::new(
            "请改选另一台打印机，或请管理员恢复它，再发送一次。",
            "Choose another printer, or have it set to take jobs again, and send once more.",
        ),
    )
}

/// The scheduler refused something, and says why in its own words.
pub fn refused(said: &str) -> Problem {
    Problem::new(
        "print_refused",
        Text2::new(
            format!("打印服务没有照办：{said}"),
            format!("The print service refused: {said}"),
        ),
        kept(),
        Text2::new(
            "请查看打印机状态后再发送一次，或先另存为 PDF。",
            "Look at the printer's state and send once more, or save a PDF.",
        ),
    )
}
