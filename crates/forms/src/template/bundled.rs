use super::{Fields, Template};
use crate::error::TemplateError;
use std::sync::OnceLock;

/// The templates that the program ships, one for each form it prints.
pub struct Templates(Vec<Template>);

macro_rules! sources {
    ($($name:literal),+ $(,)?) => {
        [$((concat!($name, ".toml"), $name, include_str!(concat!("../../templates/", $name, ".toml")))),+]
    };
}

const SOURCES: [(&str, &str, &str); 8] = sources![
    "admission_notice",
    "handover_record",
    "defect_list",
    "meter_readings",
    "owner_registration",
    "document_receipt",
    "house_handover",
    "key_custody",
];

impl Templates {
    /// The shipped templates, checked against the domain's list of fields.
    ///
    /// # Panics
    /// Never in a program whose tests pass: they load every template.
    pub fn bundled() -> &'static Templates {
        static TEMPLATES: OnceLock<Templates> = OnceLock::new();
        TEMPLATES
            .get_or_init(|| Templates::read().expect("the tests have read every shipped template"))
    }

    pub(crate) fn read() -> Result<Templates, TemplateError> {
        let template =
            |(file, form, text): (&str, &str, &str)| Template::parse(file, text, &fields_of(form));
        SOURCES.into_iter().map(template).collect::<Result<_, _>>().map(Templates)
    }

    pub fn get(&self, form: &str) -> Option<&Template> {
        self.0.iter().find(|template| template.form() == form)
    }

    pub fn iter(&self) -> impl Iterator<Item = &Template> {
        self.0.iter()
    }

    /// The file of a shipped template, for a project that changes its copy.
    pub fn source(form: &str) -> Option<&'static str> {
        SOURCES.iter().find(|(_, name, _)| *name == form).map(|(_, _, text)| *text)
    }
}

/// The fields that the domain gives a form.
pub fn fields_of(form: &str) -> Fields {
    let fields = shoulou_domain::paper::fields(form);
    Fields::new(fields.iter().map(|field| field.path.as_str()))
}
