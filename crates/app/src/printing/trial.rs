//! A template that is not in use yet, on paper that nobody keeps.

use super::{draft, forms, loaded, previewed, trouble};
use crate::{
    api::{Preview, Problem},
    logo,
    session::{Session, now},
};
use shoulou_domain::{paper, world::World};
use shoulou_eventlog::Id;
use shoulou_forms::{Fonts, Meta, RenderJob, Template, render};

/// Whether the template that the project uses for a form can be read, and why not.
///
/// # Errors
/// As a print would tell it.
pub fn template_in_use(world: &World<'_>, form: &str) -> Result<(), Problem> {
    forms::choose(world, form, true).map(drop)
}

/// The pages of a form in a template under way: for a home, or blank.
pub async fn try_out(
    session: &Session,
    form: &str,
    template: Template,
    unit: Option<Id>,
) -> Result<Preview, Problem> {
    let home = match unit {
        Some(unit) => loaded(session, unit).await?,
        None => session.load_project().await?,
    };
    let world = home.world();
    let print = draft(session.actor().unwrap_or_default(), unit.is_none());
    let data = paper::data(&world, form, &print);
    let images = logo::images(session, &world).await?;
    let copies = template.copies();
    let laying = tokio::task::spawn_blocking(move || {
        let meta = Meta { created: now().timestamp(), copy: None };
        let job = RenderJob { template: &template, data: &data, images: &images, meta };
        render(&[job], Fonts::bundled()).map_err(|error| trouble::form(&error))
    });
    let pdf = laying.await.expect("rendering does not panic")?;
    Ok(previewed(&pdf, std::iter::once(copies)))
}
