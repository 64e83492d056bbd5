use super::{Condition, Per, Phase, TemplateItem};
use crate::vocabulary::BuyerKind;

/// What is known of one home's case. `None`: nobody has said yet.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Case {
    pub buyer: Option<BuyerKind>,
    /// Announced, or on the day as it was.
    pub delegate: Option<bool>,
    pub dog: Option<bool>,
    pub pet: Option<bool>,
    pub vehicles: Option<u32>,
    pub renovation_delegated: Option<bool>,
    pub keys_retained: bool,
    pub defects: bool,
    /// Refused, postponed, repair first or missed.
    pub day_failed: bool,
    /// Buyers who are natural persons.
    pub persons: u32,
    /// Main family members, buyers in person among them.
    pub family: u32,
}

impl Case {
    /// Whether a condition holds; `None`: not known yet.
    pub fn holds(&self, condition: Condition) -> Option<bool> {
        let is = |kind| self.buyer.map(|buyer| buyer == kind);
        match condition {
            Condition::Person => is(BuyerKind::Person),
            Condition::Company => is(BuyerKind::Company),
            Condition::OwnerComes => self.delegate.map(|delegate| !delegate),
            Condition::Delegate => self.delegate,
            Condition::Dog => self.dog,
            Condition::Pet => self.pet,
            Condition::Vehicles => self.vehicles.map(|count| count > 0),
            Condition::RenovationDelegated => self.renovation_delegated,
            Condition::KeysRetained => Some(self.keys_retained),
            Condition::Defects => Some(self.defects),
            Condition::DayFailed => Some(self.day_failed),
        }
    }

    /// What is assumed while nobody has said: a person who comes in person, with nothing special.
    fn assumed(condition: Condition) -> bool {
        matches!(condition, Condition::Person | Condition::OwnerComes)
    }
}

impl TemplateItem {
    /// Whether this case needs the item. What is posted blank is needed until it is known not to be;
    /// everything else waits until it is known.
    pub fn applies(&self, case: &Case) -> bool {
        self.when.iter().all(|condition| {
            let unknown = self.phase == Phase::Post || Case::assumed(*condition);
            case.holds(*condition).unwrap_or(unknown)
        })
    }

    /// How many of it this case needs: 0 when it does not apply.
    pub fn instances(&self, case: &Case) -> u32 {
        if !self.applies(case) {
            return 0;
        }
        match self.per {
            Per::File => 1,
            Per::Vehicle => case.vehicles.unwrap_or(1),
            Per::Person => case.persons.max(1),
            Per::Family => case.family.max(u32::from(case.buyer != Some(BuyerKind::Company))),
        }
    }
}
