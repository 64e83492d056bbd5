use std::collections::BTreeSet;

/// The fields a form may name, as path patterns: `project.name`, `owners[].name` for the name of
/// each owner, `papers[]` where the list holds plain texts.
#[derive(Clone, Debug, Default)]
pub struct Fields(BTreeSet<String>);

impl Fields {
    pub fn new<'a>(patterns: impl IntoIterator<Item = &'a str>) -> Fields {
        Fields(patterns.into_iter().map(str::to_owned).collect())
    }

    pub fn contains(&self, pattern: &str) -> bool {
        self.0.contains(pattern)
    }

    /// Whether `name` is a list.
    pub fn is_list(&self, name: &str) -> bool {
        let prefix = format!("{name}[]");
        self.0.range(prefix.clone()..).next().is_some_and(|found| found.starts_with(&prefix))
    }

    /// The field spelt most like `wanted`.
    pub fn nearest(&self, wanted: &str) -> Option<&str> {
        self.0.iter().map(String::as_str).min_by_key(|field| distance(field, wanted))
    }
}

impl<'a> FromIterator<&'a str> for Fields {
    fn from_iter<I: IntoIterator<Item = &'a str>>(patterns: I) -> Fields {
        Fields::new(patterns)
    }
}

/// Levenshtein.
pub(super) fn distance(one: &str, other: &str) -> usize {
    let other: Vec<char> = other.chars().collect();
    let mut row: Vec<usize> = (0..=other.len()).collect();
    for (i, a) in one.chars().enumerate() {
        let mut corner = row[0];
        row[0] = i + 1;
        for (j, b) in other.iter().enumerate() {
            let above = row[j + 1];
            let replaced = corner + usize::from(a != *b);
            row[j + 1] = replaced.min(above + 1).min(row[j] + 1);
            corner = above;
        }
    }
    row[other.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_misspelt_field_finds_the_one_that_was_meant() {
        let fields = Fields::new(["project.name", "owners[].name", "appointment.place"]);
        assert_eq!(fields.nearest("apointment.plase"), Some("appointment.place"));
        assert!(fields.is_list("owners"));
        assert!(!fields.is_list("project"));
    }
}
