//! The pages that stood above a signature made on the screen: kept, so that they can be shown again.

use super::{forms, sheets::Sheet};
use crate::{api::Problem, session::Session};
use shoulou_domain::{
    command::{Command, SignedHow, SignedPaper},
    world::World,
};
use shoulou_eventlog::{Hash, NewEvent};
use std::{collections::VecDeque, sync::Mutex};

/// Who signs looks at one form at a time; a few more, for another window.
const MOST: usize = 8;

/// Forms shown lately, one at a time, by the hash of their pages.
#[derive(Default)]
pub struct Shown(Mutex<VecDeque<Pages>>);

#[derive(Clone)]
struct Pages {
    hash: Hash,
    pdf: Vec<u8>,
    template: forms::Chosen,
    paper: SignedPaper,
}

impl Shown {
    pub fn remember(&self, pdf: &[u8], sheet: &Sheet) {
        let pages = Pages {
            hash: Hash::of(pdf),
            pdf: pdf.to_vec(),
            template: sheet.template.clone(),
            paper: SignedPaper {
                number: sheet.number.clone(),
                version: sheet.version,
                content: sheet.content.to_string(),
            },
        };
        let mut shown = self.0.lock().expect("no holder panics");
        shown.retain(|known| known.hash != pages.hash);
        shown.push_back(pages);
        if shown.len() > MOST {
            shown.pop_front();
        }
    }

    fn find(&self, hash: Hash) -> Option<Pages> {
        let shown = self.0.lock().expect("no holder panics");
        shown.iter().find(|pages| pages.hash == hash).cloned()
    }
}

/// Keeps the pages under which a command signs, if this PC showed them, and has the command name them and their
/// template.
pub async fn keep(session: &Session, command: &mut Command) -> Result<(), Problem> {
    let Some(SignedHow::Screen { pages, template, blob, paper, .. }) = how(command) else {
        return Ok(());
    };
    // What a caller says of this itself is not looked into.
    (*template, *blob, *paper) = (None, None, None);
    if let Some(shown) = pages.parse().ok().and_then(|hash| session.shown.find(hash)) {
        *blob = Some(session.store.put_blob(&shown.pdf).await?.to_string());
        *template = Some(shown.template.hash.to_string());
        *paper = Some(shown.paper);
    }
    Ok(())
}

/// The shipped words that go into the log with a signature below them.
pub fn words(session: &Session, world: &World<'_>, commands: &[Command]) -> Vec<NewEvent> {
    let mut words: Vec<NewEvent> = Vec::new();
    for command in commands {
        let shown = pages(command).and_then(|hash| session.shown.find(hash));
        words.extend(shown.and_then(|shown| shown.template.kept(world)));
    }
    words.dedup();
    words
}

/// Where the pages of a screen's signature are kept.
pub fn blob(command: &Command) -> Option<&str> {
    match how_of(command)? {
        SignedHow::Screen { blob, .. } => blob.as_deref(),
        SignedHow::Paper { .. } => None,
    }
}

fn pages(command: &Command) -> Option<Hash> {
    match how_of(command)? {
        SignedHow::Screen { pages, .. } => pages.parse().ok(),
        SignedHow::Paper { .. } => None,
    }
}

fn how(command: &mut Command) -> Option<&mut SignedHow> {
    match command {
        Command::SignItems { how, .. }
        | Command::SignStation { how, .. }
        | Command::ReturnKeys { how, .. } => Some(how),
        _ => None,
    }
}

fn how_of(command: &Command) -> Option<&SignedHow> {
    match command {
        Command::SignItems { how, .. }
        | Command::SignStation { how, .. }
        | Command::ReturnKeys { how, .. } => Some(how),
        _ => None,
    }
}
