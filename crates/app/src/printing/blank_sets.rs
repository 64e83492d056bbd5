//! Numbered sets of blank forms, for the day when the PC cannot be used: what is signed on it, each set under its
//! own number.

use super::{
    forms,
    loose::{self, Filled, To},
    sheets::{draft, tag},
    trouble,
};
use crate::{
    api::{Done, Preview, Problem},
    session::{Loaded, Session, now},
};
use chrono::{DateTime, Datelike, FixedOffset};
use shoulou_domain::paper::{self, PrintContext};
use std::ops::RangeInclusive;

/// More than anybody tears off in a day.
const MOST: u32 = 50;

/// The first of them alone: the others differ in their number.
pub async fn preview(session: &Session, wanted: &[String]) -> Result<Preview, Problem> {
    let at = now();
    let next = counted(session, at).await? + 1;
    let set = filled(session, wanted, next..=next, at).await?;
    loose::preview(session, set, at).await
}

/// No form named: all that are signed on the day.
pub async fn print(
    session: &Session,
    wanted: &[String],
    sets: u32,
    to: To,
) -> Result<Done, Problem> {
    session.date_certain()?;
    let to = to.checked().await?;
    let sets = sets.clamp(1, MOST);
    let _turn = session.turn().await;
    let at = now();
    let taken = counted(session, at).await?;
    let filled = filled(session, wanted, taken + 1..=taken + sets, at).await?;
    let first = filled.first().map(|form| form.number.clone()).unwrap_or_default();
    // A number once on paper is never used again, also where the paper is thrown away.
    session.store.set_setting(&key(at), (taken + sets).to_string().as_bytes()).await?;
    let laid = loose::laid_out(session, filled, at).await?;
    // Blank forms say nothing of anybody: there is nothing to record.
    loose::hand_over(session, &laid, &first, to, Vec::new()).await
}

async fn filled(
    session: &Session,
    wanted: &[String],
    running: RangeInclusive<u32>,
    at: DateTime<FixedOffset>,
) -> Result<Vec<Filled>, Problem> {
    let home = any_home(session).await?;
    let world = home.world();
    let choices = paper::packet(&world);
    for form in wanted {
        if !choices.iter().any(|choice| choice.form == form) {
            return Err(trouble::unknown_form(form, &choices));
        }
    }
    let day = paper::blank_set(&world);
    let chosen: Vec<_> = choices
        .iter()
        .filter(|choice| match wanted.is_empty() {
            true => day.contains(&choice.form),
            false => wanted.iter().any(|form| form == choice.form),
        })
        .collect();
    let (actor, tag) = (session.actor()?, tag(session).await?);
    let mut filled = Vec::new();
    for running in running {
        let number = paper::blank_number(at.year(), &tag, running);
        let print = PrintContext { number: &number, now: at, ..draft(actor, true) };
        for choice in &chosen {
            filled.push(Filled {
                form: choice.form,
                number: number.clone(),
                template: forms::choose(&world, choice.form, true)?,
                copies: choice.copies,
                data: paper::data(&world, choice.form, &print),
            });
        }
    }
    Ok(filled)
}

/// How many sets this PC gave out in this year.
async fn counted(session: &Session, at: DateTime<FixedOffset>) -> Result<u32, Problem> {
    let taken = session.store.setting(&key(at)).await?;
    Ok(taken.and_then(|text| String::from_utf8(text).ok()?.parse().ok()).unwrap_or(0))
}

fn key(at: DateTime<FixedOffset>) -> String {
    format!("blank_sets/{}", at.year())
}

/// Blank forms take their lists (stations, papers to hand out) from the template of files, which a home has.
async fn any_home(session: &Session) -> Result<Loaded, Problem> {
    let first = {
        let directory = session.directory.read().expect("no holder panics");
        directory.rows().map(|row| row.unit).next()
    };
    let loaded = match first {
        Some(unit) => session.load_unit(unit).await?,
        None => return Err(trouble::no_homes()),
    };
    if loaded.file.is_none() { Err(trouble::no_homes()) } else { Ok(loaded) }
}
