use shoulou_domain::view::Text2;

/// Why a form cannot be printed. Carries no personal data beyond the one character.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FormError {
    #[error(
        "form {form}: no font has the character {character} (U+{:04X}) of {field}",
        *character as u32
    )]
    MissingGlyph { form: String, field: String, character: char },
    #[error("form {form}: {field} is {found}, expected {expected}")]
    WrongType { form: String, field: String, found: &'static str, expected: &'static str },
    #[error("form {form}: a block is taller than a page")]
    TooTall { form: String },
    #[error("the PDF could not be written: {0}")]
    Pdf(String),
}

/// Where a template is wrong and what was expected there.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}", self.en())]
pub struct TemplateError {
    pub file: String,
    /// From 1.
    pub line: usize,
    pub problem: Text2,
    pub expected: Text2,
}

impl TemplateError {
    pub fn zh(&self) -> String {
        let TemplateError { file, line, problem, expected } = self;
        format!("{file} 第 {line} 行：{}；应为{}", problem.zh, expected.zh)
    }

    pub fn en(&self) -> String {
        let TemplateError { file, line, problem, expected } = self;
        format!("{file}:{line}: {}; expected {}", problem.en, expected.en)
    }
}
