//! Which 单元 a home is in where the list does not say: the answer of the person, else what the project and the
//! list itself know of the building, else a question.

use super::rows::Row;
use crate::api::ImportQuestion;
use shoulou_domain::{
    normalize::home::{self, Block, HomeCode},
    view::Text2,
    vocabulary::UnitKind,
};
use std::collections::{BTreeMap, BTreeSet};

/// The answer for a building that has no 单元.
pub const WITHOUT: &str = "无";

/// The 单元 of each building, as far as homes tell.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Blocks(BTreeMap<String, BTreeSet<Block>>);

impl Blocks {
    /// From the codes of the homes a project has.
    pub fn of_codes<'a>(codes: impl IntoIterator<Item = &'a str>) -> Self {
        let mut blocks = Blocks::default();
        for code in codes {
            if let Ok(home) = home::parse(code) {
                // A canonical code of two parts is a home of a building without 单元.
                let block =
                    if home.block == Block::Unknown { Block::Without } else { home.block.clone() };
                blocks.learn(&HomeCode { block, ..home });
            }
        }
        blocks
    }

    fn learn(&mut self, home: &HomeCode) {
        if home.kind == UnitKind::Flat && home.block != Block::Unknown {
            self.0.entry(home.building.clone()).or_default().insert(home.block.clone());
        }
    }

    /// The 单元 of each row, and a question for every building where nothing tells.
    pub(super) fn settle(
        mut self,
        rows: &[Row],
        answers: &BTreeMap<String, String>,
    ) -> (Vec<Option<Block>>, Vec<ImportQuestion>) {
        for row in rows {
            self.learn(&row.code);
        }
        let mut asked: BTreeMap<&str, &Row> = BTreeMap::new();
        let settled = rows
            .iter()
            .map(|row| {
                if row.code.block != Block::Unknown {
                    return Some(row.code.block.clone());
                }
                let building = &row.code.building;
                let known = self.0.get(building);
                let answer =
                    answers.iter().find(|(asked, _)| home::building_name(asked) == *building);
                if let Some((_, answer)) = answer {
                    return Some(block(answer));
                }
                if let Some(only) =
                    known.filter(|known| known.len() == 1).and_then(|known| known.first())
                {
                    return Some(only.clone());
                }
                asked.entry(building).or_insert(row);
                None
            })
            .collect();
        let questions =
            asked.into_iter().map(|(building, row)| self.question(building, row)).collect();
        (settled, questions)
    }

    fn question(&self, building: &str, example: &Row) -> ImportQuestion {
        let known = self.0.get(building);
        let mut choices: Vec<String> = known
            .into_iter()
            .flatten()
            .filter_map(|block| match block {
                Block::Is(block) => Some(block.clone()),
                _ => None,
            })
            .collect();
        if choices.is_empty() {
            choices.push("1".to_owned());
        }
        choices.push(WITHOUT.to_owned());
        let room = &example.code.room;
        let text = if known.is_some_and(|known| known.len() > 1) {
            Text2::new(
                format!(
                    "{building}栋不止一个单元，名单里“{building}栋{room}”等房号没有写单元。它们属于哪个单元？"
                ),
                format!(
                    "Building {building} has more than one 单元, and the list does not say which “{building}栋{room}” and others are in. Which one?"
                ),
            )
        } else {
            Text2::new(
                format!(
                    "名单里“{building}栋{room}”等房号没有写单元，项目里也还没有这一栋。这一栋是只有一个单元，还是不分单元？"
                ),
                format!(
                    "The list does not give the 单元 of “{building}栋{room}” and others, and the project has no home of this building yet. Which 单元 are they in, or has the building none?"
                ),
            )
        };
        ImportQuestion { building: building.to_owned(), text, choices }
    }
}

fn block(answer: &str) -> Block {
    let bare = shoulou_domain::normalize::fold(answer);
    let bare = bare.trim_end_matches("单元");
    if bare.is_empty() || bare == WITHOUT || bare == "0" {
        Block::Without
    } else {
        Block::Is(bare.to_owned())
    }
}
