//! What came of a folder of scans, for a person.

use crate::show::{Output, say};
use shoulou_app::api::{FiledDocument, FiledHow, ScansView};
use shoulou_domain::vocabulary::Lang;
use std::io::Write;

pub fn tell(output: &Output, scans: &ScansView) {
    for document in &scans.documents {
        let title = output.text(&document.title);
        say!("{}\t{}\t{title}\t{}", document.code, document.number, state(output, document));
        if let Some(problem) = &document.problem {
            output.problem(problem);
        }
    }
    for loose in &scans.loose {
        let mark = if loose.aside { "–" } else { "?" };
        say!(
            "{mark}\t{} {}/{}\t{}",
            loose.name,
            loose.sheet,
            loose.sheets,
            output.text(&loose.text)
        );
    }
    let filed = |how| -> usize {
        let scans = scans.documents.iter().flat_map(|document| &document.scans);
        scans.filter(|scan| scan.how == how).count()
    };
    let (new, beside, already) =
        (filed(FiledHow::Filed), filed(FiledHow::Beside), filed(FiledHow::Already));
    let missing: usize = scans.documents.iter().map(|document| document.missing.len()).sum();
    let loose = scans.loose.len();
    say!(
        "{}",
        match output.lang {
            Lang::Zh => format!(
                "归档 {new} 页，另存同页扫描 {beside} 页，早已归档 {already} 页；缺 {missing} 页，待人工处理 {loose} 页。"
            ),
            Lang::En => format!(
                "{new} pages filed, {beside} more beside an earlier scan, {already} there already; {missing} missing, {loose} for a person."
            ),
        }
    );
}

fn state(output: &Output, document: &FiledDocument) -> String {
    let pages: Vec<String> = document.scans.iter().map(|scan| mark(scan.how, scan.page)).collect();
    let missing: Vec<String> = document.missing.iter().map(u32::to_string).collect();
    let mut said = vec![pages.join(" ")];
    let (lacks, old) = match output.lang {
        Lang::Zh => ("缺第", "已有新版本"),
        Lang::En => ("missing", "a later version was printed"),
    };
    if !missing.is_empty() {
        said.push(format!("{lacks} {}", missing.join(" ")));
    }
    if document.superseded || document.voided {
        said.push(old.to_owned());
    }
    said.join("; ")
}

fn mark(how: FiledHow, page: u32) -> String {
    match how {
        FiledHow::Filed => format!("+{page}"),
        FiledHow::Beside => format!("&{page}"),
        FiledHow::Already => format!("={page}"),
    }
}
