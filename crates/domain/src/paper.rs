//! Which papers a case needs, and what stands on each: a tree of plain values that a form template
//! lays out. Everything is ready to print (dates, money, 大写); a template adds the wording.

mod fields;

pub use fields::{FORMS, Field, FieldType, FormInfo, fields, form};
