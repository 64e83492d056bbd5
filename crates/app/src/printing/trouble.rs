//! Why paper did not come out.

use crate::api::Problem;
use shoulou_domain::{paper::PacketChoice, view::Text2};
use shoulou_forms::FormError;

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

fn title(form: &str) -> &str {
    shoulou_domain::paper::form(form).map_or(form, |info| info.zh)
}
