//! Why paper did not come out.

use crate::{api::Problem, templates::fields};
use shoulou_domain::{paper::PacketChoice, view::Text2};
use shoulou_forms::{FormError, TemplateError};

pub fn form(error: &FormError) -> Problem {
    match error {
        FormError::MissingGlyph { form, field, character } => {
            let title = title(form);
            let code = *character as u32;
            let Text2 { zh, en } = fields::named(form, field);
            Problem::unchanged(
                "missing_glyph",
                Text2::new(
                    format!(
                        "《{title}》的“{zh}”里有字体中没有的字：{character}(U+{code:04X})，没有打印。"
                    ),
                    format!(
                        "“{en}” of {form} has a character that no font has: {character} (U+{code:04X}). Nothing was printed."
                    ),
                ),
                Text2::new(
                    "请核对这个字；确属姓名用字的，先打印空白表由业主手写，并告知我们补字。",
                    "Check the character; if the name is right, print the form blank for the owner to write on, and tell us to add it.",
                ),
            )
        }
        FormError::TooTall { form } => Problem::unchanged(
            "too_tall",
            Text2::new(
                format!("《{}》里有一段内容比一页纸还长，没有打印。", title(form)),
                format!("A part of {form} is longer than a page. Nothing was printed."),
            ),
            Text2::new("请把这一段文字分成几条填写。", "Split that text into several entries."),
        ),
        other => Problem::unchanged(
            "form_unprintable",
            Text2::new(
                format!("表格无法生成：{other}"),
                format!("The form could not be made: {other}"),
            ),
            Text2::new(
                "请恢复这张表的标准模板后再打印。",
                "Go back to the form's standard template, then print.",
            ),
        ),
    }
}

pub fn no_such_list(wanted: &str) -> Problem {
    Problem::unchanged(
        "unknown_form",
        Text2::new(
            format!("没有名为 {wanted} 的名单。"),
            format!("There is no list named {wanted}."),
        ),
        Text2::new("请从“打印名单”中选择。", "Choose one from “Print a list”."),
    )
}

pub fn no_homes() -> Problem {
    Problem::unchanged(
        "no_homes",
        Text2::new("没有可打印的房屋。", "There are no homes to print."),
        Text2::new("请先导入房屋，或者放宽筛选条件。", "Import homes first, or widen the filter."),
    )
}

pub fn unknown_form(wanted: &str, choices: &[PacketChoice]) -> Problem {
    let names: Vec<_> = choices.iter().map(|choice| choice.form).collect();
    let names = names.join(", ");
    Problem::unchanged(
        "unknown_form",
        Text2::new(
            format!("没有名为 {wanted} 的表格。"),
            format!("There is no form named {wanted}."),
        ),
        Text2::new(format!("可用的表格：{names}。"), format!("The forms are: {names}.")),
    )
}

pub fn nothing_chosen() -> Problem {
    Problem::unchanged(
        "no_forms",
        Text2::new("没有选择要打印的表格。", "No form was chosen."),
        Text2::new("请至少勾选一张表格。", "Tick at least one form."),
    )
}

pub fn no_template(form: &str) -> Problem {
    Problem::unchanged(
        "no_template",
        Text2::new(
            format!("缺少《{}》的模板。", title(form)),
            format!("The template of {form} is missing."),
        ),
        Text2::new("请重新安装程序。", "Install the program again."),
    )
}

/// What was recorded by a newer program, as a rule: none is kept that does not read when it is saved.
pub fn template_unreadable(form: &str, error: &TemplateError) -> Problem {
    let title = title(form);
    let (zh, en) = (error.zh(), error.en());
    Problem::unchanged(
        "template_unreadable",
        Text2::new(
            format!("《{title}》用的是项目自己的模板，这个版本的程序读不懂：{zh}。没有打印。"),
            format!(
                "{form} uses the project's own template, which this version of the program cannot read: {en}. Nothing was printed."
            ),
        ),
        Text2::new(
            "请更新程序；急用时，在“表格模板”里把这张表恢复为标准模板，再打印。",
            "Update the program; if it cannot wait, put the form back to the standard template under Form templates, then print.",
        ),
    )
}

pub fn template_disputed(form: &str) -> Problem {
    let title = title(form);
    Problem::unchanged(
        "template_disputed",
        Text2::new(
            format!("《{title}》的模板在两台电脑上改得不同，还没有裁定用哪一个，没有打印。"),
            format!(
                "Two PCs changed the template of {form} differently, and nobody has said which counts. Nothing was printed."
            ),
        ),
        Text2::new(
            "请在“核对”的“分歧”里选定一个，再打印。",
            "Choose one under Review, Disputes, then print.",
        ),
    )
}

fn title(form: &str) -> &str {
    shoulou_domain::paper::form(form).map_or(form, |info| info.zh)
}

fn archived() -> Text2 {
    Text2::new(
        "表格已记录并存档，没有丢失。",
        "The papers are recorded and archived; nothing is lost.",
    )
}

pub fn no_such_job() -> Problem {
    Problem::unchanged(
        "no_such_job",
        Text2::new("没有这个打印任务。", "There is no such print job."),
        Text2::new("请刷新任务列表后再看。", "Look at the list of jobs again."),
    )
}

pub fn job_over() -> Problem {
    Problem::unchanged(
        "job_over",
        Text2::new(
            "这个打印任务已经结束，不能再取消。",
            "The job is over; it cannot be cancelled any more.",
        ),
        Text2::new(
            "已出的纸如不需要，请当场作废销毁。",
            "If the paper is not wanted, destroy it at once.",
        ),
    )
}

pub fn job_not_again() -> Problem {
    Problem::unchanged(
        "job_not_again",
        Text2::new(
            "这个任务不能原样再发送：纸已经打出，或它没有存档。",
            "The job cannot be sent again as it was: its paper came out, or it was not archived.",
        ),
        Text2::new(
            "需要再要一份时，请从打印中心补打。",
            "For one more paper, print again from the print centre.",
        ),
    )
}

/// The program ended in the middle of handing a job over.
pub fn interrupted() -> Problem {
    Problem::new(
        "print_interrupted",
        Text2::new(
            "程序在把表格交给打印机时中断，纸没有打出。",
            "The program ended while it handed the papers to the printer; none came out.",
        ),
        archived(),
        Text2::new("请点“再发送一次”。", "Press “Send again”."),
    )
}

pub fn job_failed(printer: &str, said: Option<&str>) -> Problem {
    let said = said.map_or_else(String::new, |said| format!("（{said}）"));
    Problem::new(
        "print_failed",
        Text2::new(
            format!("打印机“{printer}”没有完成打印{said}。"),
            format!("The printer “{printer}” did not finish the job{said}."),
        ),
        archived(),
        Text2::new(
            "请查看打印机后点“再发送一次”；已出的半份请销毁。",
            "Look at the printer, then press “Send again”; destroy what came out of it so far.",
        ),
    )
}

pub fn job_unknown(printer: &str) -> Problem {
    Problem::new(
        "print_unknown",
        Text2::new(
            format!("系统已不知道打印机“{printer}”上这个任务的结果。"),
            format!("The system does not know any more what became of this job on “{printer}”."),
        ),
        archived(),
        Text2::new(
            "请看纸是否已打出：没有就点“再发送一次”。",
            "See whether the paper came out; if not, press “Send again”.",
        ),
    )
}

pub fn no_such_batch() -> Problem {
    Problem::unchanged(
        "no_such_batch",
        Text2::new("没有这个批量打印。", "There is no such batch."),
        Text2::new("请刷新列表后再看。", "Look at the list again."),
    )
}

pub fn batch_running() -> Problem {
    Problem::unchanged(
        "batch_running",
        Text2::new("另一个批量打印正在进行。", "Another batch is under way."),
        Text2::new("请等它完成，或先暂停它。", "Wait until it is finished, or pause it first."),
    )
}

pub fn batch_over() -> Problem {
    Problem::unchanged(
        "batch_over",
        Text2::new("这个批量打印已经结束。", "This batch is over."),
        Text2::new("需要时请重新开始一个。", "Start another one where it is needed."),
    )
}

/// The home was changed again and again while it was being printed.
pub fn home_busy() -> Problem {
    Problem::unchanged(
        "home_busy",
        Text2::new("打印时这一户正在被修改。", "The home was being changed while it was printed."),
        Text2::new("请稍后对失败的单元再试一次。", "Try the failed homes again a little later."),
    )
}

pub fn nothing_needed() -> Problem {
    Problem::unchanged(
        "nothing_needed",
        Text2::new("这一户目前没有需要打印的表格。", "This home needs no forms now."),
        Text2::new("需要时请从打印中心单独打印。", "Print what is wanted from its own page."),
    )
}

pub fn job_taken_back(printer: &str) -> Problem {
    Problem::new(
        "print_cancelled",
        Text2::new(
            format!("打印机“{printer}”上的这个任务被取消了。"),
            format!("This job on the printer “{printer}” was cancelled."),
        ),
        archived(),
        Text2::new("需要时请再发送一次。", "Send it again where it is wanted."),
    )
}

pub fn batch_interrupted() -> Problem {
    Problem::new(
        "batch_interrupted",
        Text2::new(
            "程序在批量打印途中关闭了。",
            "The program ended while the batch was under way.",
        ),
        Text2::new(
            "已打印的都有记录，不会重复。",
            "What was printed is recorded and is not printed twice.",
        ),
        Text2::new(
            "请点“继续”，从停下的那一户接着打。",
            "Press “Resume” to go on with the home where it stopped.",
        ),
    )
}
