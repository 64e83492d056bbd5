//! Why paper did not come out.

use crate::api::Problem;
use shoulou_domain::{paper::PacketChoice, view::Text2};
use shoulou_forms::{FormError, TemplateError};

pub fn form(error: &FormError) -> Problem {
    match error {
        FormError::MissingGlyph { form, field, character } => {
            let title = title(form);
            let code = *character as u32;
            Problem::unchanged(
                "missing_glyph",
                Text2::new(
                    format!(
                        "《{title}》的“{field}”里有字体中没有的字：{character}(U+{code:04X})，没有打印。"
                    ),
                    format!(
                        "“{field}” of {form} has a character that no font has: {character} (U+{code:04X}). Nothing was printed."
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
            "请在“待核对”的“分歧”里选定一个，再打印。",
            "Choose one under Review, Disputes, then print.",
        ),
    )
}

fn title(form: &str) -> &str {
    shoulou_domain::paper::form(form).map_or(form, |info| info.zh)
}
