use super::{Fields, Template};
use std::sync::OnceLock;

/// The templates that the program ships, one for each form it prints; each is read when it is first
/// asked for.
pub struct Templates([OnceLock<Template>; SOURCES.len()]);

struct Source {
    file: &'static str,
    form: &'static str,
    text: &'static str,
}

macro_rules! sources {
    ($($name:literal),+ $(,)?) => {
        &[$(Source {
            file: concat!($name, ".toml"),
            form: $name,
            text: include_str!(concat!("../../templates/", $name, ".toml")),
        }),+]
    };
}

const SOURCES: &[Source] = sources![
    "admission_notice",
    "intake_guide",
    "welcome_letter",
    "contact_sheet",
    "work_note",
    "stamping",
    "equipment_list",
    "flow_note",
    "power_of_attorney",
    "company_power_of_attorney",
    "renovation_authorisation",
    "handover_record",
    "defect_list",
    "meter_readings",
    "owner_registration",
    "family_registration",
    "vehicle_pass_application",
    "pet_registration",
    "dog_agreement",
    "gas_safety",
    "fire_safety",
    "equipment_receipt",
    "document_receipt",
    "house_handover",
    "house_rules",
    "personal_information",
    "fee_list",
    "fee_difference_agreement",
    "utility_note",
    "area_settlement",
    "key_custody",
    "quality_guarantee",
    "user_manual",
    "vehicle_pass",
    "vehicle_pass_list",
    "missing_list",
    "rectification_list",
    "utility_readings",
    "custody_keys",
    "pass_papers",
    "pass_things",
    "pass_keys",
    "file_list",
    "follow_up_sheet",
    "intake_list",
    "outstanding_register",
    "rectification_summary",
    "vehicle_pass_register",
    "custody_register",
    "stamping_register",
];

impl Templates {
    /// The shipped templates, checked against the domain's list of fields.
    pub fn bundled() -> &'static Templates {
        static TEMPLATES: Templates = Templates([const { OnceLock::new() }; SOURCES.len()]);
        &TEMPLATES
    }

    /// # Panics
    /// Never in a program whose tests pass: they read every template.
    pub fn get(&self, form: &str) -> Option<&Template> {
        let (at, source) = SOURCES.iter().enumerate().find(|(_, source)| source.form == form)?;
        let read = || {
            Template::parse(source.file, source.text, &fields_of(form))
                .expect("the tests have read every shipped template")
        };
        self.0.get(at).map(|template| template.get_or_init(read))
    }

    pub fn iter(&self) -> impl Iterator<Item = &Template> {
        SOURCES.iter().filter_map(|source| self.get(source.form))
    }

    /// The file of a shipped template, for a project that changes its copy.
    pub fn source(form: &str) -> Option<&'static str> {
        SOURCES.iter().find(|source| source.form == form).map(|source| source.text)
    }
}

/// The fields that the domain gives a form.
pub fn fields_of(form: &str) -> Fields {
    let fields = shoulou_domain::paper::fields(form);
    Fields::new(fields.iter().map(|field| field.path.as_str()))
}
