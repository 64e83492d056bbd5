//! A bad template is refused with file, line and what was expected.

use shoulou_forms::{Fields, Template, TemplateError, Templates, fields_of};

fn mistake(text: &str) -> TemplateError {
    let fields = Fields::new(["project.name", "appointment.place", "keys[].name", "keys[].number"]);
    let head = "form = \"f\"\ntitle = \"标题\"\ncode = \"F\"\n";
    Template::parse("notice.toml", &format!("{head}{text}"), &fields).expect_err("a mistake")
}

#[test]
fn an_unknown_field_is_named_with_its_line_and_the_nearest_one() {
    let error = mistake("[[block]]\nparagraph = \"地点：{apointment.plase}\"\n");
    assert_eq!(
        error.to_string(),
        "notice.toml:5: there is no field `apointment.plase`; \
         expected a field of this form, perhaps appointment.place"
    );
}

#[test]
fn the_line_is_the_one_inside_a_long_text() {
    let error = mistake("[[block]]\nparagraph = \"\"\"\n第一行\n第二行{nme}\n\"\"\"\n");
    assert_eq!(error.line, 7);
}

#[test]
fn a_misspelt_word_of_the_template_says_which_are_known() {
    let error = mistake("[[block]]\nparagraf = \"\"\n");
    assert_eq!((error.line, error.problem.en.as_str()), (5, "unknown field `paragraf`"));
    assert!(error.expected.en.contains("`paragraph`"), "{error}");
}

#[test]
fn a_block_is_one_thing() {
    assert_eq!(
        mistake("[[block]]\nheading = \"一\"\nnote = \"二\"\n").problem.en,
        "a block that is two things"
    );
    assert_eq!(mistake("[[block]]\nindent = true\n").problem.en, "a block that is nothing");
}

#[test]
fn a_column_is_looked_up_in_its_row_and_a_text_is_not_a_list() {
    let table = |each: &str, value: &str| {
        format!(
            "[[block]]\ntable = {{ each = \"{each}\", columns = [{{ title = \"t\", value = \"{value}\" }}] }}\n"
        )
    };
    let error = mistake(&table("keys", "{numbr}"));
    assert!(error.expected.en.contains("keys[].number"), "{error}");
    assert!(mistake(&table("project.name", "x")).problem.en.contains("is not a list"));
}

#[test]
fn a_brace_a_width_and_a_format_are_checked() {
    assert_eq!(mistake("[[block]]\nnote = \"{project.name\"\n").problem.en, "a { without its }");
    assert!(mistake("[[block]]\nnote = \"{project.name:wide}\"\n").problem.en.contains("no width"));
    assert!(mistake("[[block]]\nnote = \"{project.name|mony}\"\n").expected.en.contains("date"));
    assert!(mistake("[[block]]\nnote = \n").line >= 5);
}

#[test]
fn a_project_may_change_its_copy_of_a_shipped_template() {
    for template in Templates::bundled().iter() {
        let source = Templates::source(template.form()).expect("its file");
        let copy = source.replace("办理", "受理");
        let fields = fields_of(template.form());
        assert!(Template::parse("own.toml", &copy, &fields).is_ok(), "{}", template.form());
    }
}
