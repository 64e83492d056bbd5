//! Lists over many homes: what they are made of, and that they were printed.

use super::{
    State, forms,
    loose::{self, Filled, Laid, To},
    sheets::{draft, tag},
    trouble,
};
use crate::{
    api::{BatchHomes, Done, ListForm, Preview, Problem},
    search::Filter,
    session::{Session, now},
};
use chrono::{DateTime, FixedOffset};
use shoulou_domain::{
    fact::{Fact, ListPrinted},
    paper::{self, FORMS, HomeList, PrintContext, Scope},
    world::{self, World},
};
use shoulou_eventlog::{Hash, Id, NewEvent};

/// The lists there are.
pub async fn lists(session: &Session) -> Result<Vec<ListForm>, Problem> {
    let project = session.load_project().await?;
    let world = project.world();
    let name = world.project_text("name").unwrap_or_default();
    let of_project = FORMS.iter().filter(|form| form.scope() == Scope::Project);
    let list = |form: &paper::FormInfo| ListForm {
        form: form.key.to_owned(),
        title: form.title().titled(name),
    };
    Ok(of_project.map(list).collect())
}

/// A list as it goes out under `number`, and over how many homes it is. They are read one after another: a list of
/// thousands takes no more memory than its rows.
async fn filled(
    session: &Session,
    form: &str,
    homes: &BatchHomes,
    number: &str,
    at: DateTime<FixedOffset>,
) -> Result<(Filled, u32), Problem> {
    let Some(mut list) = HomeList::new(form) else { return Err(trouble::no_such_list(form)) };
    let form = paper::form(form).map_or("", |info| info.key);
    let units = units(session, homes);
    if units.is_empty() {
        return Err(trouble::no_homes());
    }
    let print = PrintContext { number, now: at, ..draft(session.actor()?, false) };
    let mut taken = 0;
    for unit in units {
        let loaded = session.load_unit(unit).await?;
        if loaded.file.is_some() {
            list.add(&loaded.world(), &print);
            taken += 1;
        }
    }
    let project = session.load_project().await?;
    let world = project.world();
    let template = forms::choose(&world, form, false)?;
    let data = list.finish(&world, &print);
    let copies = template.copies().max(1);
    Ok((Filled { form, number: number.to_owned(), template, copies, data }, taken))
}

pub async fn preview(
    session: &Session,
    form: &str,
    homes: &BatchHomes,
) -> Result<Preview, Problem> {
    // The number is that of the minute in which it is printed.
    let (at, number) = (now(), "");
    let (list, _) = filled(session, form, homes, number, at).await?;
    loose::preview(session, vec![list], at).await
}

pub async fn print(
    session: &Session,
    form: &str,
    homes: &BatchHomes,
    to: To,
) -> Result<Done, Problem> {
    session.date_certain()?;
    let to = to.checked().await?;
    let State { lists, .. } = &session.printing;
    let _turn = lists.lock().await;
    let at = now();
    let number = next_number(session, at).await?;
    let (list, homes) = filled(session, form, homes, &number, at).await?;
    let project = session.load_project().await?;
    let laid = loose::laid_out(session, vec![list], at).await?;
    let events = said(&laid, &project.world(), homes, to.printer());
    loose::hand_over(session, &laid, &number, to, events).await
}

/// That it was printed, and in which words.
fn said(laid: &Laid, world: &World<'_>, homes: u32, printer: Option<&str>) -> Vec<NewEvent> {
    let printed = laid.documents().map(|(list, pages)| {
        Fact::ListPrinted(ListPrinted {
            form: list.form.to_owned(),
            number: list.number.clone(),
            homes,
            pages,
            copies: list.copies,
            template: list.template.hash,
            printer: printer.map(str::to_owned),
            pdf: Hash::of(&laid.pdf.bytes),
        })
        .event(world::lists(world.project_id))
    });
    let kept = laid.filled.iter().filter_map(|list| list.template.kept(world));
    printed.chain(kept).collect()
}

/// The time tells a list; those of one minute are counted.
async fn next_number(session: &Session, at: DateTime<FixedOffset>) -> Result<String, Problem> {
    let first = paper::list_number(at, &tag(session).await?);
    let recorded = session.store.entity(world::lists(session.place.id)).await?.unwrap_or_default();
    let printed =
        recorded.facts.values().filter_map(|fact| match Fact::decode(&fact.kind, &fact.payload)? {
            Fact::ListPrinted(list) => Some(list.number),
            _ => None,
        });
    let before = printed.filter(|number| number.starts_with(&first)).count();
    Ok(if before == 0 { first } else { format!("{first}-{}", before + 1) })
}

pub fn units(session: &Session, homes: &BatchHomes) -> Vec<Id> {
    match homes {
        BatchHomes::Units { units } => units.clone(),
        BatchHomes::Filter { search, building, stage, only } => {
            let today = now().date_naive().to_string();
            let building = building.as_deref();
            let filter = Filter { search, building, stage: *stage, only: *only, today: &today };
            let directory = session.directory.read().expect("no holder panics");
            let found = directory.list(&filter, 0, usize::MAX);
            found.rows.into_iter().map(|row| row.unit).collect()
        }
    }
}
