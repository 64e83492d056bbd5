use crate::office::{Office, defect, picture};
use base64::{Engine, engine::general_purpose::STANDARD};
use shoulou_app::api::{Action, Done, Query, ScanContent};
use shoulou_domain::command::{Command, Target};
use shoulou_eventlog::{EventRef, Value};
use std::{path::Path, process::Command as Program};

/// How many pictures another reader finds in a PDF.
fn pictures_in(pdf: &str) -> usize {
    let listed = Program::new("pdfimages").args(["-list", pdf]).output().unwrap();
    assert!(listed.status.success(), "pdfimages is part of poppler-utils");
    String::from_utf8(listed.stdout).unwrap().lines().count().saturating_sub(2)
}

fn logo(path: &Path) -> Action {
    Action::SetLogo { path: path.display().to_string() }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_logo_is_shown_printed_and_taken_away_again() {
    let office = Office::founded().await;
    let unit = office.rows().await[0].unit;
    office.print(unit, "house_handover").await.unwrap();
    assert_eq!(pictures_in(&office.path("out.pdf")), 0);

    office.app.execute(logo(&picture("logo.png"))).await.unwrap();
    let blob = office.project().await.logo.expect("the project has a logo");
    let shown: ScanContent = office.ask(Query::Scan { blob }).await;
    assert_eq!(shown.media, "image/png");
    assert_eq!(STANDARD.decode(shown.base64).unwrap(), std::fs::read(picture("logo.png")).unwrap());
    let preview = office.preview(unit, "house_handover").await;
    let pages = preview.pages as usize;
    let shown = office.write("preview.pdf", &STANDARD.decode(preview.pdf_base64).unwrap());
    assert_eq!(pictures_in(&shown.display().to_string()), pages);
    let printed = office.print(unit, "house_handover").await.unwrap();
    let Done::Printed { documents, pages, .. } = printed else { panic!("{printed:?}") };
    assert_eq!(pictures_in(&office.path("out.pdf")), pages as usize);
    // A logo says nothing about the home: the paper is the one printed before.
    assert!(documents[0].reprint);

    let value = Value::Null;
    let clear = Command::SetField { target: Target::Project, path: "logo".into(), value };
    office.tell(clear).await.unwrap();
    assert_eq!(office.project().await.logo, None);
    office.print(unit, "house_handover").await.unwrap();
    assert_eq!(pictures_in(&office.path("out.pdf")), 0);
    office.app.execute(Action::Undo).await.unwrap();
    assert!(office.project().await.logo.is_some());
    office.sound().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_logo_that_forms_could_not_show_is_refused() {
    let office = Office::founded().await;
    let film = office.write("logo.png", b"\x00\x00\x00\x18ftypmp42");
    let cut = std::fs::read(picture("logo.png")).unwrap();
    let cut = office.write("cut.png", &cut[..200]);
    let mut huge = std::fs::read(picture("grey.jpg")).unwrap();
    huge.resize(5 * 1024 * 1024 + 1, 0);
    let huge = office.write("huge.jpg", &huge);
    for (path, code) in [(film, "not_a_picture"), (cut, "not_a_picture"), (huge, "scan_too_large")]
    {
        let refused = office.app.execute(logo(&path)).await.expect_err(code);
        assert_eq!(refused.code, code);
    }
    let value = Value::from("logo.png");
    let typed = Command::SetField { target: Target::Project, path: "logo".into(), value };
    assert_eq!(office.tell(typed).await.expect_err("no address").code, "value_unreadable");
    assert_eq!(office.project().await.logo, None);
}

#[tokio::test(flavor = "multi_thread")]
async fn photos_of_a_defect_are_kept_listed_and_numbered() {
    let office = Office::founded().await;
    let row = office.rows().await.remove(0);
    office.tell(Command::NoteDefect { file: row.file, defect: defect("空鼓") }).await.unwrap();
    let fact = office.home(row.unit).await.defects[0].fact;
    let attach = |fact: EventRef, path: &Path| Action::AttachPhoto {
        file: row.file,
        fact,
        path: path.display().to_string(),
    };
    office.app.execute(attach(fact, &picture("grey.jpg"))).await.unwrap();
    office.app.execute(attach(fact, &picture("logo.png"))).await.unwrap();
    let photos = office.home(row.unit).await.defects.remove(0).photos;
    let kept: Vec<_> = photos.iter().map(|photo| (&*photo.name, &*photo.media)).collect();
    assert_eq!(kept, [("grey.jpg", "image/jpeg"), ("logo.png", "image/png")]);
    let shown: ScanContent = office.ask(Query::Scan { blob: photos[0].blob.clone() }).await;
    assert_eq!(STANDARD.decode(shown.base64).unwrap(), std::fs::read(picture("grey.jpg")).unwrap());
    office.print(row.unit, "defect_list").await.unwrap();
    let text = Program::new("pdftotext").args(["-raw", &office.path("out.pdf"), "-"]).output();
    let text: String = String::from_utf8(text.unwrap().stdout).unwrap();
    let text: String = text.split_whitespace().collect();
    assert!(text.contains("1-1、1-2"), "{text}");

    let film = office.write("photo.jpg", b"\x00\x00\x00\x18ftypmp42");
    let paper = office.write("scan.jpg", b"%PDF-1.7\n");
    for (path, code) in [(film, "not_a_scan"), (paper, "not_a_photo")] {
        let refused = office.app.execute(attach(fact, &path)).await.expect_err(code);
        assert_eq!(refused.code, code);
    }
    let nowhere = EventRef { ordinal: fact.ordinal + 7, ..fact };
    let refused = office.app.execute(attach(nowhere, &picture("grey.jpg"))).await;
    assert_eq!(refused.expect_err("no such fact").code, "fact_unknown");
    office.app.execute(Action::Undo).await.unwrap();
    assert_eq!(office.home(row.unit).await.defects[0].photos.len(), 1);
    office.sound().await;
}
