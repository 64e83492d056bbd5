//! What screens, lists and papers read, worked out from the records.

pub(crate) mod alarms;
mod describe;
mod disputes;
mod documents;
mod fields;
mod home;
mod project;
mod row;
mod sentence;
mod templates;

pub use describe::describe;
pub use disputes::{alarms, disputes, project_disputes};
pub use documents::documents;
pub use fields::{field_view, project_fields, unit_fields};
pub use home::home_view;
pub use project::{
    ReadyOrder, departments, order_in_use, order_warns, ready_orders, roles, staff, stations,
    supervisor_roles,
};
pub use row::{outstanding, summarize};
pub use sentence::named;
pub use templates::{FormTemplateVersion, FormTemplateView, form_templates};
