use crate::{command::*, dossier::scans::by_hand, fact::*, paper, rehearsal::*, vocabulary::*};
use shoulou_eventlog::{Hash, Id};

/// A home with a 房屋交接单 of three pages on paper.
fn printed(pages: u32) -> (Office, Id) {
    let mut office = Office::with_home("1-1-101");
    office.party(PartyRole::Owner, "陈嘉豪", &[]);
    let document = print(&mut office, "house_handover", 1, pages);
    (office, document)
}

fn print(office: &mut Office, form: &str, version: u32, pages: u32) -> Id {
    let document = Id::derive("printed", &[form.as_bytes(), &version.to_be_bytes()]);
    let fact = serde_json::json!({
        "document": document,
        "form": form,
        "number": paper::document_number(2026, "1-1-101", "K7Q2", version),
        "version": version,
        "pages": pages,
        "content": Hash::of(form.as_bytes()),
        "pdf": Hash::of(b"pdf"),
    });
    let printed: Printed = serde_json::from_value(fact).expect("it is a print");
    let event = Fact::Printed(printed).event(office.file);
    office.commit(&[event]);
    document
}

fn scan(page: u32, bytes: &str) -> PageScan {
    PageScan {
        page,
        content: Hash::of(bytes.as_bytes()),
        // Each PC seals what it keeps anew.
        blob: Hash::of(format!("{bytes} {page} sealed").as_bytes()).to_string(),
        name: "scan-0001.jpg".into(),
        media: "image/jpeg".into(),
        turned: 180,
    }
}

fn file(office: &Office, document: Id, pages: Vec<PageScan>) -> Command {
    Command::FilePages { file: office.file, of: PagesOf::Document { document }, pages }
}

#[test]
fn a_document_is_whole_when_all_its_pages_have_a_scan() {
    let (mut office, document) = printed(3);
    assert_eq!(office.view().documents[0].unscanned, [1, 2, 3]);
    office.done(file(&office, document, vec![scan(1, "a"), scan(3, "c")]));
    let view = &office.view().documents[0];
    let pages: Vec<u32> = view.scanned.iter().map(|page| page.page).collect();
    assert_eq!((pages, &view.unscanned[..]), (vec![1, 3], &[2][..]));
    assert_eq!(view.scanned[0].turned, [180]);
    office.done(file(&office, document, vec![scan(2, "b")]));
    assert!(office.view().documents[0].unscanned.is_empty());
}

#[test]
fn a_page_missed_among_its_scanned_ones_is_outstanding_until_it_comes() {
    let (mut office, document) = printed(3);
    let outstanding = |office: &Office| crate::views::outstanding(&office.world());
    assert!(outstanding(&office).is_empty(), "what was never scanned is not missed");
    office.done(file(&office, document, vec![scan(1, "a")]));
    let [row] = &outstanding(&office)[..] else { panic!("one paper") };
    assert_eq!(row.reason, "扫描件缺第 2、3 页");
    assert_eq!((row.follower, row.item.key.as_str()), (SUPERVISOR, "sign.house_handover"));
    assert_eq!(office.row().outstanding, 1);
    office.done(file(&office, document, vec![scan(2, "b"), scan(3, "c")]));
    assert_eq!((outstanding(&office).len(), office.row().outstanding), (0, 0));
}

#[test]
fn a_missed_page_is_outstanding_also_after_the_signature_was_recorded_and_the_file_closed() {
    let (mut office, document) = printed(2);
    let item = ItemRef { key: "sign.house_handover".into(), instance: 1 };
    let waive = Command::WaiveItem { file: office.file, item, reason: Some("纸质已签".into()) };
    office.done(waive);
    office.done(file(&office, document, vec![scan(1, "a")]));
    assert_eq!(crate::views::outstanding(&office.world()).len(), 1);
}

#[test]
fn a_person_gives_up_a_page_with_a_reason_and_may_take_that_back() {
    let (mut office, document) = printed(2);
    office.done(file(&office, document, vec![scan(1, "a")]));
    let excuse = |pages: Vec<u32>, reason: &str| Command::ExcusePages {
        file: office.file,
        document,
        pages,
        reason: reason.into(),
    };
    let (blank, scanned, right) =
        (excuse(vec![2], " "), excuse(vec![1], "多余"), excuse(vec![2], "原件已交业主"));
    assert_eq!(office.refused(blank), "reason_missing");
    assert_eq!(office.refused(scanned), "nothing_chosen");
    office.done(right);
    let view = &office.view().documents[0];
    assert_eq!((view.excused[0].reason.as_str(), view.unscanned.len()), ("原件已交业主", 0));
    assert_eq!(office.row().outstanding, 0);
    office.undo().expect("it can be taken back");
    assert_eq!(office.view().documents[0].unscanned, [2]);
    assert_eq!(office.row().outstanding, 1);
}

#[test]
fn the_same_scan_is_filed_once_and_another_scan_of_the_page_is_kept_beside_it() {
    let (mut office, document) = printed(1);
    office.done(file(&office, document, vec![scan(1, "a"), scan(1, "a")]));
    let again = office.act(file(&office, document, vec![scan(1, "a")])).expect("it may be tried");
    assert!(again.is_empty());
    office.done(file(&office, document, vec![scan(1, "sharper")]));
    assert_eq!(office.view().documents[0].scanned[0].scans.len(), 2);
    // Another PC that had not seen this filed the same bytes: they are sealed anew, and one scan all the same.
    let elsewhere = PageScan { blob: Hash::of(b"sealed elsewhere").to_string(), ..scan(1, "a") };
    let fact = Fact::PageScanned(PageScanned {
        document,
        form: None,
        set: None,
        page: 1,
        content: elsewhere.content,
        blob: elsewhere.blob,
        name: elsewhere.name,
        media: elsewhere.media,
        turned: 0,
    });
    let event = fact.event(office.file);
    office.commit(&[event]);
    assert_eq!(office.view().documents[0].scanned[0].scans.len(), 2);
}

#[test]
fn a_version_that_was_voided_by_a_later_one_is_filed_and_missed_no_more() {
    let (mut office, old) = printed(2);
    print(&mut office, "house_handover", 2, 2);
    office.done(file(&office, old, vec![scan(1, "a")]));
    assert!(office.view().documents[0].superseded);
    assert_eq!(office.row().outstanding, 0);
}

#[test]
fn a_blank_form_filled_in_by_hand_is_filed_under_the_id_that_every_pc_computes() {
    let mut office = Office::with_home("1-1-101");
    let of = PagesOf::Blank { form: "pet_registration".into(), set: None };
    office.done(Command::FilePages { file: office.file, of, pages: vec![scan(1, "a")] });
    let [view] = &office.view().documents[..] else { panic!("one document") };
    assert!(view.by_hand && view.number.is_empty());
    assert_eq!(view.document, by_hand(office.file, "pet_registration", None));
    let of = PagesOf::Blank { form: "no_such_form".into(), set: None };
    let unknown = Command::FilePages { file: office.file, of, pages: vec![scan(1, "a")] };
    assert_eq!(office.refused(unknown), "document_unknown");
}

#[test]
fn a_page_of_no_document_of_this_home_is_refused() {
    let (mut office, document) = printed(2);
    let elsewhere = file(&office, Id([3; 16]), vec![scan(1, "a")]);
    assert_eq!(office.refused(elsewhere), "document_unknown");
    let beyond = file(&office, document, vec![scan(1, "a"), scan(3, "c")]);
    assert_eq!(office.refused(beyond), "page_unknown");
    assert!(office.view().documents[0].scanned.is_empty(), "all of its pages or none");
}
