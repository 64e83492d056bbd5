//! A project's own templates: on paper, in the log, and back again.

use crate::office::Office;
use base64::{Engine, engine::general_purpose::STANDARD};
use shoulou_app::api::{
    Action, Answer, Done, Preview, PrintedDocument, Problem, Query, ScanContent, TemplateDraft,
    TemplatesView,
};
use shoulou_domain::command::{Command, ItemRef, SignedHow, Signer, Target};
use shoulou_domain::{view::HomeView, vocabulary::Attendance};
use shoulou_eventlog::{Hash, Id};
use std::process::Command as Program;

const FORM: &str = "gas_safety";
const OWN: &str = "本公司另行约定";

fn pages_say(path: &str) -> String {
    let read = Program::new("pdftotext").args(["-layout", path, "-"]).output().unwrap();
    assert!(read.status.success(), "pdftotext is part of poppler-utils");
    String::from_utf8(read.stdout).unwrap()
}

impl Office {
    async fn shipped(&self) -> String {
        self.ask(Query::FormTemplate { form: FORM.into(), template: None }).await
    }

    async fn templates(&self) -> TemplatesView {
        self.ask::<Answer<TemplatesView>>(Query::FormTemplates).await.view
    }

    async fn set_template(&self, text: &str) -> Result<Done, Problem> {
        let (form, text) = (FORM.into(), text.to_owned());
        self.tell(Command::SetFormTemplate { form, text, note: Some("测试".into()) }).await
    }

    /// The addresses of the project's own, the newest first.
    async fn own_templates(&self) -> Vec<String> {
        let forms = self.templates().await.forms;
        let form = forms.into_iter().find(|form| form.form == FORM).unwrap();
        form.versions.into_iter().map(|version| version.template).collect()
    }

    async fn printed(&self, unit: Id) -> (PrintedDocument, String) {
        let done = self.print(unit, FORM).await.unwrap();
        let Done::Printed { documents, .. } = done else { panic!("{done:?}") };
        (documents[0].clone(), pages_say(&self.path("out.pdf")))
    }

    async fn arrive(&self, unit: Id) -> HomeView {
        let home = self.home(unit).await;
        self.tell(Command::RecordArrival {
            file: home.row.file,
            attendance: Attendance::Owner,
            visitors: vec![home.parties[0].id],
            at: "2026-11-21T10:00:00+08:00".into(),
        })
        .await
        .unwrap();
        home
    }
}

fn own(shipped: &str) -> String {
    shipped.replace("**关**", &format!("{OWN}：**关**"))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_form_prints_in_the_projects_words_and_goes_back_to_the_programs() {
    let office = Office::founded().await;
    let unit = office.rows().await[0].unit;
    let shipped = office.shipped().await;
    let (first, text) = office.printed(unit).await;
    assert!(!text.contains(OWN) && !first.reprint);
    office.set_template(&own(&shipped)).await.unwrap();
    let preview = office.preview(unit, FORM).await;
    let shown = office.write("preview.pdf", &STANDARD.decode(preview.pdf_base64).unwrap());
    assert!(pages_say(&shown.display().to_string()).contains(OWN));
    let (second, text) = office.printed(unit).await;
    assert!(text.contains(OWN) && !second.reprint, "other words are another paper");
    let (again, _) = office.printed(unit).await;
    assert!(again.reprint && again.number == second.number);
    let view = office.templates().await;
    let form = view.forms.iter().find(|form| form.form == FORM).unwrap();
    assert_eq!((form.own, form.version, form.by_name.as_str()), (true, Some(1), "陈静"));
    assert_eq!(form.versions[0].note.as_deref(), Some("测试"));
    let versions = office.home(unit).await.documents;
    assert_eq!(versions.iter().filter(|paper| paper.form == FORM && !paper.superseded).count(), 1);

    let back = Command::UseFormTemplate { form: FORM.into(), template: None };
    office.tell(back).await.unwrap();
    assert!(!office.printed(unit).await.1.contains(OWN));
    // To save the shipped text is to go back to it.
    office.set_template(&own(&shipped)).await.unwrap();
    office.set_template(&shipped).await.unwrap();
    assert!(office.templates().await.forms.iter().all(|form| !form.own));
    office.app.execute(Action::Undo).await.unwrap();
    assert!(office.printed(unit).await.1.contains(OWN));
    let office = office.reopened().await;
    assert!(office.printed(unit).await.1.contains(OWN), "it is in the log");
    office.sound().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_template_with_a_mistake_is_told_by_line_and_changes_nothing() {
    let office = Office::founded().await;
    let shipped = office.shipped().await;
    let events = office.app.verify().await.unwrap().events;
    let line = shipped.lines().position(|line| line.contains("{owner_phone}")).unwrap() + 1;
    let wrong = shipped.replace("{owner_phone}", "{ownr_phone}");
    let problem = office.set_template(&wrong).await.unwrap_err();
    assert_eq!(problem.code, "template_wrong");
    assert!(
        problem.what.zh.contains(&format!("gas_safety.toml 第 {line} 行")),
        "{}",
        problem.what.zh
    );
    assert!(problem.what.zh.contains("没有字段“ownr_phone”"));
    assert!(
        problem.what.zh.contains("owner_phone") && problem.what.en.contains("perhaps owner_phone")
    );
    let misspelt = shipped.replacen("heading", "headng", 1);
    assert!(office.set_template(&misspelt).await.unwrap_err().what.zh.contains("“heading”"));
    assert!(office.set_template("form = \"gas_safety\"").await.is_err());
    let other = office
        .ask::<String>(Query::FormTemplate { form: "fire_safety".into(), template: None })
        .await;
    assert!(office.set_template(&other).await.unwrap_err().what.zh.contains("fire_safety"));
    assert!(
        office.templates().await.forms.iter().all(|form| !form.own && form.versions.is_empty())
    );
    assert_eq!(office.app.verify().await.unwrap().events, events, "a refusal has written nothing");
    let unit = Some(office.rows().await[0].unit);
    let ask = Query::TemplateDraft { form: FORM.into(), text: wrong, unit };
    let draft: TemplateDraft = office.ask(ask).await;
    assert_eq!(draft.mistake.unwrap().line as usize, line);
    assert!(draft.tree.is_some() && draft.preview.is_none());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_signed_prints_in_the_words_that_were_signed() {
    let office = Office::founded().await;
    let unit = office.rows().await[0].unit;
    let shipped = office.shipped().await;
    office.set_template(&own(&shipped)).await.unwrap();
    let home = office.arrive(unit).await;
    let shown: Preview = office.preview(unit, FORM).await;
    let pages = STANDARD.decode(shown.pdf_base64).unwrap();
    let strokes = vec![vec![[0, 0, 500], [100, 80, 700]]];
    let hash = Hash::of(&pages).to_string();
    let (template, blob, paper) = (None, None, None);
    let how = SignedHow::Screen { strokes, pages: hash, template, blob, paper };
    let item = ItemRef { key: format!("sign.{FORM}"), instance: 1 };
    let signer = Signer::Party { id: home.parties[0].id };
    let signed_at = "2026-11-21T11:00:00+08:00".into();
    let file = home.row.file;
    let blobs = office.app.verify().await.unwrap().blobs;
    let sign = Command::SignItems { file, items: vec![item], signer, how, signed_at };
    office.tell(sign).await.unwrap();
    let kept = office.app.verify().await.unwrap().blobs;
    assert_eq!(kept, blobs + 1, "the pages that were shown are kept");
    let changed = own(&shipped).replace(OWN, "第二次改过");
    office.set_template(&changed).await.unwrap();
    // Whoever asks is shown the pages that were signed, and which paper they say they are.
    let home = office.home(unit).await;
    let signed = home.items.iter().flat_map(|item| &item.sign_offs).next().unwrap();
    let kept = signed.pages.clone().unwrap();
    assert_eq!((kept.form.as_str(), kept.title.zh.as_str()), (FORM, "户内燃气安全操作书"));
    assert_eq!(kept.template, office.own_templates().await.last().cloned());
    assert_eq!(kept.hash, Hash::of(&pages).to_string());
    let archived: ScanContent = office.ask(Query::Scan { blob: kept.blob }).await;
    assert_eq!(archived.media, "application/pdf");
    assert_eq!(STANDARD.decode(archived.base64).unwrap(), pages);
    let (paper, text) = office.printed(unit).await;
    assert!(text.contains(OWN) && !text.contains("第二次改过"), "{text}");
    let said = kept.paper.unwrap();
    assert_eq!((said.number, said.version), (paper.number.clone(), 1));
    let (again, text) = office.printed(unit).await;
    assert!(again.reprint && again.number == paper.number && text.contains(OWN));
    // Another home, where nobody has signed, has the new words.
    let other = office.rows().await[1].unit;
    assert!(office.printed(other).await.1.contains("第二次改过"));

    let target = Target::File { id: file };
    let void = Command::VoidFact { target, fact: signed.fact, reason: "重签".into() };
    office.tell(void).await.unwrap();
    let (fresh, text) = office.printed(unit).await;
    assert!(text.contains("第二次改过") && !fresh.reprint && fresh.number != paper.number);
    office.sound().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_projects_copy_says_how_many_copies_there_are() {
    let office = Office::founded().await;
    let unit = office.rows().await[0].unit;
    let three = office.shipped().await.replace("copies = 1", "copies = 3");
    office.set_template(&three).await.unwrap();
    let (paper, _) = office.printed(unit).await;
    assert_eq!(paper.copies, 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_template_leaves_as_a_file_and_comes_in_again() {
    let office = Office::founded().await;
    let text = own(&office.shipped().await);
    let path = office.path("gas.toml");
    let export = Action::ExportTemplate { text: text.clone(), path: path.clone() };
    office.app.execute(export).await.unwrap();
    assert_eq!(office.ask::<String>(Query::ReadTemplate { path }).await, text);
    let film = office.write("film.toml", b"\x00\xff\xfe").display().to_string();
    assert!(office.app.query(Query::ReadTemplate { path: film }).await.is_err());
}

#[tokio::test(flavor = "multi_thread")]
async fn clauses_that_a_company_words_itself_are_listed_until_it_has() {
    let office = Office::founded().await;
    let form = "fire_safety".to_owned();
    let legal = |view: &TemplatesView| {
        view.legal.iter().filter(|place| place.form == form).cloned().collect::<Vec<_>>()
    };
    let places = legal(&office.templates().await);
    assert_eq!((places.len(), places[0].heading.as_str()), (1, "三、责任"));
    let ask = Query::FormTemplate { form: form.clone(), template: None };
    let text = office.ask::<String>(ask).await.replace("legal = true\n", "");
    office.tell(Command::SetFormTemplate { form: form.clone(), text, note: None }).await.unwrap();
    assert!(legal(&office.templates().await).is_empty());
}
