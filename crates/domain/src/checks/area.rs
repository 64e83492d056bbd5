//! 面积补差: what the measured area changes in the price.

/// From which difference on the buyer may step back, in hundredths of a per cent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AreaRule {
    pub limit: i64,
}

impl Default for AreaRule {
    /// Three per cent, inclusive.
    fn default() -> Self {
        AreaRule { limit: 300 }
    }
}

/// Contracted and measured, in 0.01 m².
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Areas {
    pub contract: i64,
    pub measured: i64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AreaSettlement {
    /// 分; positive: the buyer pays, negative: the buyer is refunded.
    pub cents: i64,
    /// The difference of the area the price was agreed on, in 0.01 m².
    pub difference: i64,
    /// One of the areas differs by more than the limit.
    pub may_rescind: bool,
}

impl Areas {
    fn difference(self) -> i64 {
        self.measured - self.contract
    }

    /// |measured − contract| / contract beyond the limit; on the limit is within it.
    fn exceeds(self, rule: AreaRule) -> bool {
        let limit = i128::from(self.contract) * i128::from(rule.limit);
        i128::from(self.difference().unsigned_abs()) * 10_000 > limit
    }
}

/// What is settled where the price was agreed by the built area (`unit_price` 分 a m²). `inner` adds
/// its own test. `None`: sold per unit (按套), or an area is missing.
pub fn settle(
    built: Areas,
    inner: Option<Areas>,
    unit_price: i64,
    by_unit: bool,
    rule: AreaRule,
) -> Option<AreaSettlement> {
    let known = built.contract > 0 && built.measured > 0;
    if by_unit || !known || unit_price < 0 {
        return None;
    }
    let difference = built.difference();
    // In ten-thousandths of 0.01 m², so that the limit of any area is whole.
    let size = i128::from(difference.unsigned_abs()) * 10_000;
    let limit = i128::from(built.contract) * i128::from(rule.limit);
    let within = size.min(limit);
    let counted = if difference > 0 { within } else { within + 2 * (size - within) };
    let scale = 100 * 10_000;
    let cents = (counted * i128::from(unit_price) + scale / 2) / scale;
    let cents = i64::try_from(cents).ok()? * difference.signum();
    let inner_exceeds = inner.is_some_and(|inner| inner.contract > 0 && inner.exceeds(rule));
    Some(AreaSettlement { cents, difference, may_rescind: built.exceeds(rule) || inner_exceeds })
}

#[cfg(test)]
#[allow(
    clippy::inconsistent_digit_grouping,
    reason = "100_00 is 100.00 m² and 60_000_00 is 60,000.00 元"
)]
mod tests {
    use super::*;

    const PRICE: i64 = 20_000_00;

    fn at(contract: i64, measured: i64) -> AreaSettlement {
        settle(Areas { contract, measured }, None, PRICE, false, AreaRule::default())
            .expect("both areas are known")
    }

    #[test]
    fn of_four_square_metres_more_the_buyer_pays_three() {
        let settled = at(100_00, 104_00);
        assert_eq!(settled.cents, 60_000_00);
        assert!(settled.may_rescind);
    }

    #[test]
    fn of_five_square_metres_less_three_are_refunded_once_and_two_double() {
        let settled = at(100_00, 95_00);
        assert_eq!(settled.cents, -140_000_00);
        assert!(settled.may_rescind);
    }

    #[test]
    fn three_per_cent_exactly_is_settled_at_the_contract_price() {
        for (measured, cents) in [(103_00, 60_000_00), (97_00, -60_000_00)] {
            let settled = at(100_00, measured);
            assert_eq!(settled.cents, cents);
            assert!(!settled.may_rescind);
        }
        assert!(at(100_00, 103_01).may_rescind);
        assert_eq!(at(100_00, 100_00).cents, 0);
    }

    #[test]
    fn a_limit_between_two_hundredths_loses_nothing() {
        let settled = at(89_37, 95_00);
        assert_eq!(settled.cents, 53_622_00);
    }

    #[test]
    fn the_inner_area_alone_can_give_the_right_to_step_back() {
        let built = Areas { contract: 100_00, measured: 101_00 };
        let inner = Areas { contract: 80_00, measured: 77_00 };
        let settled = settle(built, Some(inner), PRICE, false, AreaRule::default());
        let settled = settled.expect("both areas are known");
        assert!(settled.may_rescind);
        assert_eq!(settled.cents, 20_000_00);
    }

    #[test]
    fn a_home_sold_per_unit_settles_nothing() {
        let built = Areas { contract: 100_00, measured: 90_00 };
        assert_eq!(settle(built, None, PRICE, true, AreaRule::default()), None);
    }
}
