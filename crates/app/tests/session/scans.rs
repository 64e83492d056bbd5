//! Papers that were printed here come back as scans.

use crate::office::{Office, defect};
use lopdf::{Document, Stream, dictionary};
use shoulou_app::api::{
    Action, Answer, Done, FiledHow, FormOrder, LooseWhy, Query, ScanContent, ScansState, ScansView,
};
use shoulou_domain::{
    command::{Command, PagesOf},
    view::OutstandingRow,
};
use shoulou_eventlog::Id;
use std::{
    path::{Path, PathBuf},
    process::Command as Program,
};

/// The stack of papers, before it is scanned: a picture of each page at 150 dpi.
async fn printed(office: &Office, unit: Id, forms: &[&str], name: &str) -> Vec<PathBuf> {
    let out = office.path(&format!("{name}.pdf"));
    let once = |form: &&str| FormOrder { copies: Some(1), ..(*form).into() };
    let forms = forms.iter().map(once).collect();
    let print = Action::Print { unit, forms, blank: false, out: Some(out.clone()), printer: None };
    let done = office.app.execute(print).await.unwrap();
    assert!(matches!(done, Done::Printed { .. }));
    drawn(office, &out, name)
}

fn drawn(office: &Office, pdf: &str, name: &str) -> Vec<PathBuf> {
    let folder = PathBuf::from(office.path(&format!("drawn-{name}")));
    std::fs::create_dir_all(&folder).unwrap();
    draw(&["-r", "150"], pdf, &folder.join(name));
    let mut pages: Vec<PathBuf> =
        std::fs::read_dir(&folder).unwrap().map(|file| file.unwrap().path()).collect();
    pages.sort();
    pages
}

fn draw(how: &[&str], pdf: &str, to: &Path) {
    let grey = ["-gray", "-jpeg", "-jpegopt", "quality=50"];
    let drawn = Program::new("pdftoppm").args(grey).args(how).arg(pdf).arg(to).status();
    assert!(drawn.unwrap().success(), "pdftoppm is part of poppler-utils");
}

/// The folder that the scanner writes into.
struct Tray(PathBuf);

impl Tray {
    fn of(office: &Office, name: &str) -> Tray {
        let folder = PathBuf::from(office.path(name));
        std::fs::create_dir_all(&folder).unwrap();
        Tray(folder)
    }

    fn scan(&self, page: &Path, name: &str) {
        std::fs::copy(page, self.0.join(name)).unwrap();
    }

    async fn read(&self, office: &Office) -> ScansView {
        office.app.scan_back(vec![self.0.display().to_string()], false).await.unwrap()
    }
}

fn count(view: &ScansView, how: FiledHow) -> usize {
    let scans = view.documents.iter().flat_map(|document| &document.scans);
    scans.filter(|scan| scan.how == how).count()
}

async fn outstanding(office: &Office) -> Vec<OutstandingRow> {
    office.ask::<Answer<Vec<OutstandingRow>>>(Query::Outstanding).await.view
}

#[tokio::test(flavor = "multi_thread")]
async fn a_folder_of_scans_is_filed_and_reading_it_again_files_nothing_twice() {
    let office = Office::founded().await;
    let (one, other) = (office.rows().await[0].unit, office.rows().await[2].unit);
    let mut pages = printed(&office, one, &["house_handover", "house_rules"], "one").await;
    pages.extend(printed(&office, other, &["owner_registration"], "other").await);
    let tray = Tray::of(&office, "scans");
    for (at, page) in pages.iter().enumerate() {
        tray.scan(page, &format!("scan{at:04}.jpg"));
    }
    std::fs::write(tray.0.join("broken.png"), b"\x89PNG\r\n\x1a\nnothing").unwrap();
    std::fs::write(tray.0.join("notes.txt"), b"not a scan").unwrap();

    let looked = office.app.scan_back(vec![tray.0.display().to_string()], true).await.unwrap();
    assert_eq!(count(&looked, FiledHow::Filed), pages.len());
    assert!(office.home(one).await.documents.iter().all(|one| one.scanned.is_empty()));

    let view = tray.read(&office).await;
    assert_eq!((view.state, view.documents.len()), (ScansState::Done, 3));
    assert_eq!(count(&view, FiledHow::Filed), pages.len());
    assert!(view.documents.iter().all(|one| one.missing.is_empty() && one.problem.is_none()));
    let [broken] = &view.loose[..] else { panic!("{:?}", view.loose) };
    assert_eq!((broken.name.as_str(), broken.why), ("broken.png", LooseWhy::Unreadable));
    let home = office.home(one).await;
    assert!(home.documents.iter().all(|document| document.unscanned.is_empty()));
    let kept = &home.documents[0].scanned[0].scans[0];
    let shown: ScanContent = office.ask(Query::Scan { blob: kept.blob.clone() }).await;
    assert_eq!(shown.media, "image/jpeg");

    let basis = office.app.basis().await.unwrap();
    let again = tray.read(&office).await;
    assert_eq!(count(&again, FiledHow::Already), pages.len());
    assert_eq!(office.app.basis().await.unwrap(), basis, "nothing was written");
    assert!(tray.0.join("scan0000.jpg").exists(), "the files stay");
    office.sound().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_missed_page_is_outstanding_until_it_comes() {
    let office = Office::founded().await;
    let unit = office.rows().await[0].unit;
    let pages = printed(&office, unit, &["house_rules"], "rules").await;
    assert!(pages.len() >= 2, "the house rules have several pages");
    let tray = Tray::of(&office, "scans");
    for (at, page) in pages.iter().enumerate().skip(1) {
        tray.scan(page, &format!("{at}.jpg"));
    }
    let view = tray.read(&office).await;
    assert_eq!(view.documents[0].missing, [1]);
    let [row] = &outstanding(&office).await[..] else { panic!("one paper is outstanding") };
    assert_eq!((row.unit, row.reason.as_str()), (unit, "扫描件缺第 1 页"));
    tray.scan(&pages[0], "late.jpg");
    let view = tray.read(&office).await;
    assert!(view.documents[0].missing.is_empty());
    assert!(outstanding(&office).await.is_empty());
    // The whole paper came with one action; undoing takes that back.
    office.app.execute(Action::Undo).await.unwrap();
    assert_eq!(outstanding(&office).await.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_scan_of_a_page_is_kept_beside_the_first_and_an_old_version_is_said_to_be_old() {
    let office = Office::founded().await;
    let unit = office.rows().await[0].unit;
    let file = office.rows().await[0].file;
    let pages = printed(&office, unit, &["defect_list"], "old").await;
    office.tell(Command::NoteDefect { file, defect: defect("空鼓") }).await.unwrap();
    printed(&office, unit, &["defect_list"], "new").await;
    let tray = Tray::of(&office, "scans");
    tray.scan(&pages[0], "a.jpg");
    draw(&["-r", "140", "-f", "1", "-l", "1"], &office.path("old.pdf"), &tray.0.join("b"));
    let view = tray.read(&office).await;
    let [document] = &view.documents[..] else { panic!("one document") };
    let how: Vec<_> = document.scans.iter().map(|scan| scan.how).collect();
    assert_eq!(how, [FiledHow::Filed, FiledHow::Beside]);
    assert!(document.superseded);
    assert!(outstanding(&office).await.is_empty(), "nobody misses pages of an old version");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_no_code_tells_is_filed_by_hand_or_put_aside() {
    let office = Office::founded().await;
    let unit = office.rows().await[0].unit;
    let own = printed(&office, unit, &["house_handover"], "own").await;
    let stranger = Office::founded().await;
    let theirs = stranger.rows().await[0].unit;
    let foreign = printed(&stranger, theirs, &["house_handover"], "foreign").await;
    let tray = Tray::of(&office, "scans");
    tray.scan(&foreign[0], "foreign.jpg");
    // The corner with the code is torn off.
    let below = ["-r", "150", "-f", "1", "-l", "1", "-y", "300", "-W", "1240", "-H", "1400"];
    draw(&below, &office.path("own.pdf"), &tray.0.join("torn"));
    assert!(!own.is_empty());
    let view = tray.read(&office).await;
    let why: Vec<_> = view.loose.iter().map(|loose| (loose.name.as_str(), loose.why)).collect();
    let torn = view.loose[1].name.clone();
    assert!(torn.starts_with("torn"));
    assert_eq!(
        why,
        [("foreign.jpg", LooseWhy::UnknownDocument), (torn.as_str(), LooseWhy::NoCode)]
    );
    let shown = Query::ScanPicture { scan: view.loose[1].scan, longest: 200 };
    assert_eq!(office.ask::<ScanContent>(shown).await.media, "image/jpeg");

    let aside = Action::PutScanAside { scan: view.loose[0].scan, aside: true };
    office.app.execute(aside).await.unwrap();
    let document = office.home(unit).await.documents[0].document;
    let of = PagesOf::Document { document };
    let scan = view.loose[1].scan;
    office.app.execute(Action::FileScan { scan, unit, of, page: 1 }).await.unwrap();
    let home = office.home(unit).await;
    assert_eq!(home.documents[0].scanned[0].page, 1);

    let again = tray.read(&office).await;
    let [foreign] = &again.loose[..] else { panic!("{:?}", again.loose) };
    assert!(foreign.aside, "the page filed by hand is known by its bytes, the other was put aside");
    office.sound().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pdf_of_many_pages_is_read_page_by_page() {
    let office = Office::founded().await;
    let unit = office.rows().await[0].unit;
    let pages = printed(&office, unit, &["house_rules", "fire_safety"], "stack").await;
    let tray = Tray::of(&office, "scans");
    std::fs::write(tray.0.join("stack.PDF"), stack(&pages)).unwrap();
    let view = tray.read(&office).await;
    assert_eq!((view.done as usize, view.total as usize), (pages.len(), pages.len()));
    assert_eq!(count(&view, FiledHow::Filed), pages.len());
    assert!(view.documents.iter().all(|one| one.missing.is_empty()));
}

/// What a document feeder makes: each page one JPEG.
fn stack(pages: &[PathBuf]) -> Vec<u8> {
    let mut pdf = Document::with_version("1.4");
    let root = pdf.new_object_id();
    let mut kids = Vec::new();
    for page in pages {
        let (width, height) = image::image_dimensions(page).unwrap();
        let head = dictionary! {
            "Type" => "XObject", "Subtype" => "Image", "Filter" => "DCTDecode",
            "Width" => width, "Height" => height,
            "BitsPerComponent" => 8, "ColorSpace" => "DeviceGray",
        };
        let picture = pdf.add_object(Stream::new(head, std::fs::read(page).unwrap()));
        let drawing = b"q 595 0 0 842 0 0 cm /P Do Q".to_vec();
        let drawing = pdf.add_object(Stream::new(dictionary! {}, drawing));
        let page = dictionary! {
            "Type" => "Page", "Parent" => root, "Contents" => drawing,
            "MediaBox" => vec![0.into(), 0.into(), 595.into(), 842.into()],
            "Resources" => dictionary! { "XObject" => dictionary! { "P" => picture } },
        };
        kids.push(pdf.add_object(page).into());
    }
    let count = kids.len() as i64;
    pdf.set_object(root, dictionary! { "Type" => "Pages", "Kids" => kids, "Count" => count });
    let catalog = pdf.add_object(dictionary! { "Type" => "Catalog", "Pages" => root });
    pdf.trailer.set("Root", catalog);
    let mut bytes = Vec::new();
    pdf.save_to(&mut bytes).unwrap();
    bytes
}
