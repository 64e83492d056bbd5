//! What came together from several PCs and wants a person's eye: disputes and broken rules, over all homes.

use crate::{
    api::{Answer, DisputeView, PlacedSide, Problem, RuleView},
    session::{Loaded, Session},
};
use shoulou_domain::{command::Target, view::Disputed, views};
use shoulou_eventlog::Id;

impl Session {
    pub(crate) async fn disputes(&self) -> Result<Answer<Vec<DisputeView>>, Problem> {
        let basis = self.arrival();
        let mut view = Vec::new();
        let project = self.load_project().await?;
        for disputed in views::project_disputes(&project.world()) {
            view.push(self.placed(disputed, None).await?);
        }
        for unit in self.units(|row| row.disputes > 0) {
            let home = self.load_unit(unit).await?;
            for disputed in views::disputes(&home.world()) {
                view.push(self.placed(disputed, Some(&home)).await?);
            }
        }
        Ok(Answer { basis, view })
    }

    /// Says of each side on which PC it was said.
    async fn placed(
        &self,
        disputed: Disputed,
        home: Option<&Loaded>,
    ) -> Result<DisputeView, Problem> {
        let Disputed { target, path, title, sides: said } = disputed;
        let mut sides = Vec::with_capacity(said.len());
        for side in said {
            let device = self.store.device_of(&side.claim.commit).await?;
            let place = match device {
                Some(device) => self.label_of(device).await?,
                None => String::new(),
            };
            let this_pc = device.is_some() && device == Some(self.device().await?);
            sides.push(PlacedSide { side, place, this_pc });
        }
        let home = home.filter(|_| !matches!(target, Target::Project | Target::Staff { .. }));
        Ok(DisputeView {
            target,
            unit: home.and_then(|home| home.unit.as_ref()).map(|(unit, _)| *unit),
            code: home.map(|home| home.code().to_owned()),
            path,
            title,
            sides,
        })
    }

    pub(crate) async fn rules(&self) -> Result<Answer<Vec<RuleView>>, Problem> {
        let basis = self.arrival();
        let mut view = Vec::new();
        for unit in self.units(|row| row.alarms > 0) {
            let home = self.load_unit(unit).await?;
            let Some((file, _)) = home.file else { continue };
            let alarms = views::alarms(&home.world());
            view.extend(alarms.into_iter().map(|alarm| RuleView {
                unit,
                file,
                code: home.code().to_owned(),
                key: alarm.key,
                seen: alarm.seen,
                text: alarm.text,
            }));
        }
        Ok(Answer { basis, view })
    }

    fn units(&self, wanted: impl Fn(&shoulou_domain::view::HomeRow) -> bool) -> Vec<Id> {
        let directory = self.directory.read().expect("no holder panics");
        directory.rows().filter(|row| wanted(row)).map(|row| row.unit).collect()
    }
}
