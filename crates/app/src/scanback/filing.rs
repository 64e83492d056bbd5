//! Pages to their papers: each paper one action, all of its pages or none.

use super::{
    read::{Found, Opened, What},
    told,
    whose::{Home, Whose},
};
use crate::{
    api::{Done, FiledDocument, FiledHow, FiledScan, Problem, ScansState, Topic},
    session::Session,
};
use shoulou_domain::{
    command::{Command, PageScan, PagesOf},
    dossier::scans::by_hand as id_by_hand,
    paper,
    view::DocumentView,
    views,
};
use shoulou_eventlog::{Hash, Id};
use std::{
    collections::{BTreeSet, HashMap},
    sync::{Arc, Mutex, PoisonError},
};

/// The scans of one document: which of those found, and of which page.
struct Paper {
    document: Id,
    scans: Vec<(usize, u32)>,
}

pub(super) async fn all(
    session: &Arc<Session>,
    found: &[Found],
    whose: Whose,
    look_only: bool,
) -> Result<(), Problem> {
    let opened = Arc::new(Mutex::new(Opened::default()));
    for paper in papers(found) {
        if session.scans.cancelled() {
            break;
        }
        let Some(home) = whose.home(&paper.document) else { continue };
        let line = file(session, found, &paper, home, &opened, look_only).await?;
        session.scans.run().view.documents.push(line);
        session.tell(vec![Topic::Scans]);
    }
    Ok(())
}

/// What was done since with papers that waited: a signature recorded, pages given up or asked for again.
pub(super) async fn look_again(session: &Session) -> Result<(), Problem> {
    let arrival = session.arrival();
    let homes: BTreeSet<Id> = {
        let run = session.scans.run();
        let over = matches!(run.view.state, ScansState::Done | ScansState::Cancelled);
        if !over || run.looked == arrival {
            return Ok(());
        }
        run.view.documents.iter().map(|line| line.unit).collect()
    };
    for unit in homes {
        let loaded = session.load_unit(unit).await?;
        let now = views::documents(&loaded.world());
        let mut run = session.scans.run();
        for line in run.view.documents.iter_mut().filter(|line| line.unit == unit) {
            let Some(view) = now.iter().find(|view| view.document == line.document) else {
                continue;
            };
            line.missing.clone_from(&view.unscanned);
            line.to_sign.clone_from(&view.to_sign);
            line.superseded = view.superseded;
        }
    }
    session.scans.run().looked = arrival;
    Ok(())
}

/// In the order their first pages were met.
fn papers(found: &[Found]) -> Vec<Paper> {
    let mut papers: Vec<Paper> = Vec::new();
    let mut places = HashMap::new();
    for (scan, found) in found.iter().enumerate() {
        let What::Page { document, page } = found.what else { continue };
        let place = *places.entry(document).or_insert_with(|| {
            papers.push(Paper { document, scans: Vec::new() });
            papers.len() - 1
        });
        papers[place].scans.push((scan, page));
    }
    papers
}

async fn file(
    session: &Arc<Session>,
    found: &[Found],
    paper: &Paper,
    home: &Home,
    opened: &Arc<Mutex<Opened>>,
    look_only: bool,
) -> Result<FiledDocument, Problem> {
    let mut filed = home.filed.clone();
    let (mut scans, mut pages) = (Vec::new(), Vec::new());
    let mut problem = None;
    for (scan, page) in &paper.scans {
        let one = &found[*scan];
        let Some(content) = one.content else { continue };
        let beside = filed.iter().any(|(other, _)| other == page);
        let how = match filed.insert((*page, content)) {
            false => FiledHow::Already,
            true if beside => FiledHow::Beside,
            true => FiledHow::Filed,
        };
        scans.push(FiledScan { scan: *scan as u32, page: *page, how });
        if how == FiledHow::Already || look_only || problem.is_some() {
            continue;
        }
        match kept(session, one, content, *page, opened).await {
            Ok(page) => pages.push(page),
            Err(trouble) => problem = Some(trouble),
        }
    }
    if problem.is_none() && !pages.is_empty() {
        let of = PagesOf::Document { document: paper.document };
        let command = Command::FilePages { file: home.file, of, pages };
        problem = session.perform(&command, u64::MAX).await.err();
    }
    let view = document(session, home.file, paper.document).await?;
    let project = project_name(session).await?;
    let mut line = line(home, &project, paper.document, view.as_ref(), scans, problem);
    if look_only {
        line.missing.retain(|page| !line.scans.iter().any(|scan| scan.page == *page));
    }
    Ok(line)
}

/// Keeps a page's bytes; they are durable before the entry that names them.
async fn kept(
    session: &Session,
    found: &Found,
    content: Hash,
    page: u32,
    opened: &Arc<Mutex<Opened>>,
) -> Result<PageScan, Problem> {
    let (again, opened) = (found.clone(), opened.clone());
    let reading = tokio::task::spawn_blocking(move || {
        opened.lock().unwrap_or_else(PoisonError::into_inner).page(&again)
    });
    let read = reading.await.map_err(|_| told::changed(&found.name()))??;
    let blob = session.store.put_blob(&read.bytes).await?;
    Ok(PageScan {
        page,
        content,
        blob: blob.to_string(),
        name: found.name(),
        media: read.media.to_owned(),
        turned: found.turned,
    })
}

async fn document(
    session: &Session,
    file: Id,
    document: Id,
) -> Result<Option<DocumentView>, Problem> {
    let loaded = session.load_file(file).await?;
    let all = views::documents(&loaded.world());
    Ok(all.into_iter().find(|view| view.document == document))
}

async fn project_name(session: &Session) -> Result<String, Problem> {
    let project = session.project().await?;
    Ok(project.value("name").and_then(|name| name.as_text()).unwrap_or_default().to_owned())
}

fn line(
    home: &Home,
    project: &str,
    document: Id,
    view: Option<&DocumentView>,
    scans: Vec<FiledScan>,
    problem: Option<Problem>,
) -> FiledDocument {
    FiledDocument {
        document,
        unit: home.unit,
        code: home.code.clone(),
        title: paper::title_of(&home.form).titled(project),
        form: home.form.clone(),
        number: home.number.clone(),
        pages: home.pages,
        scans,
        missing: view.map(|view| view.unscanned.clone()).unwrap_or_default(),
        superseded: view.is_some_and(|view| view.superseded),
        voided: home.voided,
        to_sign: view.and_then(|view| view.to_sign.clone()),
        problem,
    }
}

/// Files a page where a person says it belongs.
pub async fn by_hand(
    session: &Session,
    scan: u32,
    unit: Id,
    of: PagesOf,
    page: u32,
) -> Result<Done, Problem> {
    session.writable()?;
    let found = session.scans.run().found.get(scan as usize).cloned();
    let found = found.ok_or_else(told::no_such_scan)?;
    let content = found.content.ok_or_else(told::no_such_scan)?;
    let loaded = session.load_unit(unit).await?;
    let code = loaded.code().to_owned();
    let file = loaded.file.ok_or_else(|| Problem::unknown_unit(&unit.to_string()))?.0;
    let scanned = kept(session, &found, content, page, &Arc::default()).await?;
    let command = Command::FilePages { file, of: of.clone(), pages: vec![scanned] };
    let (basis, decision) = session.perform(&command, u64::MAX).await?;
    let of = match &of {
        PagesOf::Document { document } => *document,
        PagesOf::Blank { form, set } => id_by_hand(file, form, set.as_deref()),
    };
    let project = project_name(session).await?;
    if let Some(view) = document(session, file, of).await? {
        let mut run = session.scans.run();
        run.view.loose.retain(|line| line.scan != scan);
        let known = run.view.documents.iter_mut().find(|line| line.document == of);
        let filed = FiledScan { scan, page, how: FiledHow::Filed };
        match known {
            Some(known) => {
                known.scans.push(filed);
                known.missing = view.unscanned;
            }
            None => {
                let home = Home {
                    unit,
                    file,
                    code,
                    form: view.form.clone(),
                    number: view.number.clone(),
                    pages: view.pages,
                    voided: false,
                    filed: Default::default(),
                };
                let line = line(&home, &project, of, Some(&view), vec![filed], None);
                run.view.documents.push(line);
            }
        }
    }
    session.tell(vec![Topic::Scans]);
    Ok(Done::Recorded { basis, id: None, undo: Some(decision.summary) })
}
