//! What people call the fields of the forms: for whoever writes a template, and for messages about a field.

mod of_form;
mod table;

use super::fields;
use crate::view::Text2;
use of_form::OF_FORM;
use table::{COLUMNS, NAMES};

/// A field's path as in a form's list of fields, its name in Chinese, and in English.
type Name = (&'static str, &'static str, &'static str);

/// What a field of a form is called; `None` for one that the form does not have.
pub fn field_name(form: &str, path: &str) -> Option<Text2> {
    fields(form).iter().find(|field| field.path == path)?;
    name(form, path)
}

fn name(form: &str, path: &str) -> Option<Text2> {
    let of_form = OF_FORM.iter().find(|(key, _)| *key == form);
    let in_table = |table: &[Name], wanted: &str| {
        table.iter().find(|(path, ..)| *path == wanted).map(|(_, zh, en)| Text2::new(*zh, *en))
    };
    let column = path.split_once("[].").map(|(_, column)| column);
    of_form
        .and_then(|(_, own)| in_table(own, path))
        .or_else(|| in_table(NAMES, path))
        .or_else(|| in_table(COLUMNS, column?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::paper::FORMS;
    use std::collections::BTreeSet;

    fn is_han(text: &str) -> bool {
        text.chars().any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c))
    }

    #[test]
    fn every_field_of_every_form_has_a_name_in_both_languages() {
        for form in FORMS {
            for field in fields(form.key) {
                let called = field_name(form.key, &field.path);
                let Text2 { zh, en } =
                    called.unwrap_or_else(|| panic!("{} of {} has no name", field.path, form.key));
                assert!(is_han(&zh), "{} of {}: {zh}", field.path, form.key);
                assert!(!en.is_empty() && !is_han(&en) && en != field.path, "{}", field.path);
            }
        }
    }

    #[test]
    fn no_two_fields_of_a_list_or_a_form_have_the_same_name() {
        for form in FORMS {
            let mut known = BTreeSet::new();
            for field in fields(form.key) {
                let Text2 { zh, en } = field_name(form.key, &field.path).unwrap();
                let list = field.path.split_once("[].").map(|(list, _)| list.to_owned());
                let path = field.path;
                assert!(known.insert((list.clone(), zh.clone())), "{path} of {}: {zh}", form.key);
                assert!(known.insert((list, en.clone())), "{path} of {}: {en}", form.key);
            }
        }
    }

    #[test]
    fn every_name_belongs_to_a_field() {
        let all: Vec<(&str, String)> = FORMS
            .iter()
            .flat_map(|form| fields(form.key).into_iter().map(|field| (form.key, field.path)))
            .collect();
        for (path, ..) in NAMES {
            assert!(all.iter().any(|(_, known)| known == path), "{path}");
        }
        for (form, own) in OF_FORM {
            for (path, ..) in *own {
                assert!(
                    all.iter().any(|(key, known)| key == form && known == path),
                    "{form} {path}"
                );
            }
        }
        for (column, ..) in COLUMNS {
            let is_it = |path: &str| path.split_once("[].").is_some_and(|(_, one)| one == *column);
            assert!(all.iter().any(|(_, known)| is_it(known)), "{column}");
        }
    }
}
