//! The cells that speak of a home's buyers: names, papers and phones of several people in one cell, by order.

use super::{
    report::{Problems, Spot},
    sheet::{Cell, Content},
};
use shoulou_domain::{
    checks::{self, Doubt},
    import::{ImportedBuyer, ImportedRepresentative},
    normalize::{
        self,
        paper::{self, PaperKind, PaperNumber},
        people::{self, Name},
        phone::{self, Phone},
    },
    view::Text2,
};
use shoulou_eventlog::Value;
use std::collections::BTreeMap;

/// The cells of one row with their columns; `None` where the list has no such column.
#[derive(Default)]
pub(super) struct Cells<'a> {
    pub name: Option<(usize, &'a Cell)>,
    pub paper: Option<(usize, &'a Cell)>,
    pub phone: Option<(usize, &'a Cell)>,
    pub phone2: Option<(usize, &'a Cell)>,
    pub representative: Option<(usize, &'a Cell)>,
    pub representative_paper: Option<(usize, &'a Cell)>,
}

pub(super) fn read(
    cells: &Cells<'_>,
    kind: Option<&str>,
    further: BTreeMap<&'static str, Value>,
    spot: Spot<'_>,
    problems: &mut Problems,
) -> Vec<ImportedBuyer> {
    let at = |cell: Option<(usize, &Cell)>| Spot { column: cell.map(|(column, _)| column), ..spot };
    let names = cells.name.map(|(_, cell)| people::names(&cell.text())).unwrap_or_default();
    let papers = papers(cells.paper, at(cells.paper), problems);
    let firsts = phones(cells.phone, at(cells.phone), problems);
    let second = phones(cells.phone2, at(cells.phone2), problems);
    if names.is_empty() {
        if !papers.is_empty() || !firsts.is_empty() {
            problems.warn(
                at(cells.name),
                Text2::new(
                    "没有业主姓名，证件和电话未导入。",
                    "There is no buyer's name; papers and phones were not imported.",
                ),
                Text2::new("请补上姓名后重新导入。", "Add the name and import again."),
            );
        }
        return Vec::new();
    }
    let lost =
        names.iter().any(|name| checks::name::person(&name.name) == Some(Doubt::LostCharacter));
    if lost {
        let what = Text2::new(
            "姓名有疑问，已照原样导入。",
            "The name is doubtful; it was imported as it stands.",
        );
        problems.warn(at(cells.name), what, Doubt::LostCharacter.text());
    }
    let mut buyers: Vec<ImportedBuyer> = names.into_iter().map(buyer).collect();
    pair_papers(&mut buyers, papers, at(cells.paper), problems);
    companies(&mut buyers, kind, at(cells.name), problems);
    give_phones(&mut buyers, firsts, at(cells.phone), problems);
    let mut second = second.into_iter();
    if let Some(phone) = second.next() {
        buyers[0].fields.entry("phone2").or_insert(phone.number.into());
    }
    for phone in second {
        too_many_phones(&phone, at(cells.phone2), problems);
    }
    for (field, value) in further {
        // One address for the household; the first buyer's, as the contract has it.
        buyers[0].fields.insert(field, value);
    }
    representative(&mut buyers, cells, spot, problems);
    buyers
}

fn buyer(name: Name) -> ImportedBuyer {
    let mut buyer = ImportedBuyer { name: name.name, ..ImportedBuyer::default() };
    if let Some(share) = name.share {
        buyer.fields.insert("share", share.into());
    }
    buyer
}

fn papers(
    cell: Option<(usize, &Cell)>,
    spot: Spot<'_>,
    problems: &mut Problems,
) -> Vec<PaperNumber> {
    let Some((_, cell)) = cell else { return Vec::new() };
    let numbers = match &cell.content {
        Content::Number(number) => paper::from_number(*number).into_iter().collect(),
        Content::Text(text) if !normalize::is_placeholder(text) => paper::from_text(text),
        Content::Empty | Content::Text(_) if !cell.formula => return Vec::new(),
        _ => Vec::new(),
    };
    if numbers.is_empty() {
        problems.warn(
            spot,
            Text2::new(
                "这一格读不出证件号码，未导入。",
                "No paper's number can be read from this cell; none was imported.",
            ),
            Text2::new("请核对原件后补录。", "Check the original and enter it."),
        );
    }
    for number in &numbers {
        match number {
            PaperNumber::Rounded { first_digits } => problems.warn(
                spot,
                Text2::new(
                    format!("证件号码被 Excel 当作数字，末几位已丢失（只剩 {first_digits}…），号码未导入，不会覆盖已有的完整号码。"),
                    format!("Excel took this number for a quantity and lost its last digits (left: {first_digits}…). It was not imported and replaces no full number."),
                ),
                Text2::new(
                    "请把该列设为文本格式、按证件原件重填后再次导入，或在单元办理中补录。",
                    "Format the column as text, type the number from the original and import again, or enter it in the home's file.",
                ),
            ),
            PaperNumber::Full(number) => {
                if let Some(doubt) = paper::doubt(number) {
                    let what = Text2::new("证件号码有疑问，已照原样导入。", "The paper's number is doubtful; it was imported as it stands.");
                    problems.warn(spot, what, doubt.text());
                }
            }
        }
    }
    numbers
}

/// By order. One number for several people is the first one's, and is said.
fn pair_papers(
    buyers: &mut [ImportedBuyer],
    papers: Vec<PaperNumber>,
    spot: Spot<'_>,
    problems: &mut Problems,
) {
    let (people, numbers) = (buyers.len(), papers.len());
    if numbers > 0 && numbers != people {
        problems.warn(
            spot,
            Text2::new(
                format!("姓名有 {people} 个，证件号码有 {numbers} 个，已按先后对应。"),
                format!("There are {people} names and {numbers} paper numbers; they were paired in order."),
            ),
            Text2::new(
                if numbers > people { "多出的号码未导入，请核对姓名是否缺漏。" } else { "缺号码的业主请补录。" },
                if numbers > people {
                    "The surplus numbers were not imported; check whether a name is missing."
                } else {
                    "Enter the numbers of those without one."
                },
            ),
        );
    }
    for (buyer, paper) in buyers.iter_mut().zip(papers) {
        buyer.paper = Some(paper);
    }
}

fn companies(
    buyers: &mut [ImportedBuyer],
    kind: Option<&str>,
    spot: Spot<'_>,
    problems: &mut Problems,
) {
    for buyer in buyers.iter_mut() {
        let by_code = matches!(&buyer.paper, Some(PaperNumber::Full(number)) if paper::kind(number) == PaperKind::CompanyCode);
        let by_name = people::is_company_name(&buyer.name);
        buyer.company = match kind {
            Some("company") => {
                by_name || by_code || !matches!(buyer.paper, Some(PaperNumber::Full(_)))
            }
            _ => by_name || by_code,
        };
    }
    let company = buyers.iter().any(|buyer| buyer.company);
    if kind.is_some_and(|kind| (kind == "company") != company) {
        problems.warn(
            spot,
            Text2::new(
                format!(
                    "业主类型与姓名、证件不符，按{}导入。",
                    if company { "公司" } else { "个人" }
                ),
                format!(
                    "The kind of buyer does not fit name and paper; imported as a {}.",
                    if company { "company" } else { "person" }
                ),
            ),
            Text2::new("请核对业主类型。", "Check the kind of buyer."),
        );
    }
}

fn phones(cell: Option<(usize, &Cell)>, spot: Spot<'_>, problems: &mut Problems) -> Vec<Phone> {
    let Some((_, cell)) = cell else { return Vec::new() };
    let text = cell.text();
    if normalize::is_placeholder(&text) {
        return Vec::new();
    }
    let scientific = normalize::fold(&text).to_ascii_uppercase().contains("E+");
    let phones = if scientific { Vec::new() } else { phone::from_text(&text) };
    if phones.is_empty() {
        problems.warn(
            spot,
            Text2::new(
                "这一格读不出电话号码，未导入。",
                "No phone number can be read from this cell; none was imported.",
            ),
            Text2::new("请补录电话。", "Enter the phone number."),
        );
    }
    for _ in phones.iter().filter(|phone| phone.doubtful) {
        problems.warn(
            spot,
            Text2::new(
                "电话号码的位数不对，已照原样导入。",
                "The phone number has an odd number of digits; it was imported as it stands.",
            ),
            Text2::new("请核对电话。", "Check it."),
        );
    }
    phones
}

/// As many phones as buyers: by order. Otherwise they are the first buyer's.
fn give_phones(
    buyers: &mut [ImportedBuyer],
    phones: Vec<Phone>,
    spot: Spot<'_>,
    problems: &mut Problems,
) {
    if phones.len() == buyers.len() {
        for (buyer, phone) in buyers.iter_mut().zip(phones) {
            buyer.fields.insert("phone", phone.number.into());
        }
        return;
    }
    let mut free = ["phone", "phone2"].into_iter();
    for phone in phones {
        match free.next() {
            Some(field) => {
                buyers[0].fields.insert(field, phone.number.into());
            }
            None => too_many_phones(&phone, spot, problems),
        }
    }
}

fn too_many_phones(phone: &Phone, spot: Spot<'_>, problems: &mut Problems) {
    problems.warn(
        spot,
        Text2::new(
            format!("电话多于两个，{} 未导入。", phone.number),
            format!("There are more than two phones; {} was not imported.", phone.number),
        ),
        Text2::new("如需保留，请写入备注。", "Put it into the remarks if it is to be kept."),
    );
}

fn representative(
    buyers: &mut [ImportedBuyer],
    cells: &Cells<'_>,
    spot: Spot<'_>,
    problems: &mut Problems,
) {
    let at = |cell: Option<(usize, &Cell)>| Spot { column: cell.map(|(column, _)| column), ..spot };
    let name = cells.representative.map(|(_, cell)| normalize::tidy(&cell.text()));
    let name = name.filter(|name| !normalize::is_placeholder(name));
    let paper = papers(cells.representative_paper, at(cells.representative_paper), problems)
        .into_iter()
        .next();
    if name.is_none() && paper.is_none() {
        return;
    }
    let Some(company) = buyers.iter_mut().find(|buyer| buyer.company) else {
        problems.warn(
            at(cells.representative),
            Text2::new(
                "业主是个人，法定代表人未导入。",
                "The buyer is a person; the legal representative was not imported.",
            ),
            Text2::new("请核对业主类型。", "Check the kind of buyer."),
        );
        return;
    };
    if name.is_none() {
        problems.warn(
            at(cells.representative),
            Text2::new(
                "有法定代表人证件但没有姓名，未导入。",
                "The legal representative has a paper and no name; neither was imported.",
            ),
            Text2::new("请补上姓名后重新导入。", "Add the name and import again."),
        );
        return;
    }
    company.representative = Some(ImportedRepresentative { name, paper });
}
