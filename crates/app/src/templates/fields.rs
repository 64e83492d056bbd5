//! The fields that a form may name, each with what people call it.

use crate::api::TemplateField;
use shoulou_domain::{
    paper::{self, Field, FieldType},
    view::Text2,
};

/// In the order of the form's field list, its own first and then what every form has.
pub fn of(form: &str) -> Vec<TemplateField> {
    let fields = paper::fields(form);
    let (common, own): (Vec<_>, Vec<_>) = fields.iter().partition(|field| is_common(&field.path));
    own.into_iter().chain(common).map(|field| one(form, field)).collect()
}

/// What people call a field of a form, or a column of one of its lists; its path where the form has no such field.
pub fn named(form: &str, path: &str) -> Text2 {
    let is_it = |field: &&Field| {
        field.path == path || field.path.split_once("[].").is_some_and(|(_, column)| column == path)
    };
    let field = paper::fields(form).iter().find(is_it).map(|field| field.path.clone());
    field.map_or_else(|| Text2::new(path, path), |field| title(form, &field))
}

fn is_common(path: &str) -> bool {
    ["project.", "home.", "contract.", "document."].iter().any(|head| path.starts_with(head))
        || path == "owners"
}

fn one(form: &str, field: &Field) -> TemplateField {
    let (list, path) = match field.path.split_once("[].") {
        Some((list, column)) => (Some(list.to_owned()), column.to_owned()),
        None => (None, field.path.clone()),
    };
    let kind = match field.kind {
        FieldType::Text => "text",
        FieldType::Flag => "flag",
        FieldType::Rows => "rows",
        FieldType::Strokes => "strokes",
    };
    TemplateField { path, list, title: title(form, &field.path), kind: kind.to_owned() }
}

fn title(form: &str, path: &str) -> Text2 {
    paper::field_name(form, path).unwrap_or_else(|| Text2::new(path, path))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_field_is_named_by_what_it_is_in_its_own_list() {
        let fields = of("handover_record");
        let title = |list: Option<&str>, path: &str| {
            let is_it =
                |field: &&TemplateField| field.list.as_deref() == list && field.path == path;
            fields.iter().find(is_it).unwrap().title.clone()
        };
        assert_eq!(title(Some("stations"), "department").zh, "部门");
        assert_eq!(title(Some("overrides"), "name").zh, "批准人");
        assert_eq!(title(Some("signatures.owner"), "name").en, "Name");
        assert_eq!(title(None, "home.code"), Text2::new("房号", "Home"));
    }

    #[test]
    fn a_message_about_a_column_names_it_without_its_list() {
        assert_eq!(named("vehicle_pass", "plate"), Text2::new("车牌号码", "Number plate"));
        assert_eq!(named("vehicle_pass", "nothing"), Text2::new("nothing", "nothing"));
    }
}
