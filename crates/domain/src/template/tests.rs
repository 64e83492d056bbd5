use super::*;

#[test]
fn the_default_template_reads() {
    let template = Template::parse(DEFAULT).unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(template.items.len(), 125);
}
