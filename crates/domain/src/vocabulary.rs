//! The closed word lists of 收楼. Open ones (roles, departments, stations, items) are data.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($word:ident = $zh:literal / $en:literal),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema, TS)]
        #[serde(rename_all = "snake_case")]
        #[ts(export)]
        pub enum $name { $($word),+ }

        impl $name {
            pub const ALL: &'static [$name] = &[$($name::$word),+];

            pub fn title(self, lang: Lang) -> &'static str {
                match (self, lang) {
                    $(($name::$word, Lang::Zh) => $zh, ($name::$word, Lang::En) => $en),+
                }
            }
        }
    };
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum Lang {
    #[default]
    Zh,
    En,
}

words!(UnitKind { Flat = "高层" / "Flat", Villa = "别墅" / "Villa" });
words!(BuyerKind { Person = "个人" / "Person", Company = "公司" / "Company" });
words!(
    /// Who comes on the day.
    Attendance {
        Owner = "业主本人" / "Owner in person",
        LegalRepresentative = "法定代表人" / "Legal representative",
        Delegate = "委托代办" / "Delegate",
    }
);
words!(PartyRole {
    Owner = "业主" / "Owner",
    LegalRepresentative = "法定代表人" / "Legal representative",
    Delegate = "代办人" / "Delegate",
    Family = "家庭成员" / "Family member",
    Emergency = "紧急联系人" / "Emergency contact",
});
words!(KeyKind {
    Door = "户门钥匙" / "Door key",
    Room = "房间钥匙" / "Room key",
    EntryCard = "入户卡" / "Entry card",
    Mailbox = "信箱钥匙" / "Mailbox key",
    GarageRemote = "车库遥控器" / "Garage remote",
    Other = "其他" / "Other",
});
words!(MeterKind {
    Electricity = "电" / "Electricity",
    ElectricityPeak = "电(峰)" / "Electricity, peak",
    ElectricityFlat = "电(平)" / "Electricity, flat",
    ElectricityValley = "电(谷)" / "Electricity, valley",
    ColdWater = "冷水" / "Cold water",
    HotWater = "热水" / "Hot water",
    ReclaimedWater = "中水" / "Reclaimed water",
    Gas = "燃气" / "Gas",
    Heat = "热量" / "Heat",
});
words!(Payee {
    DeveloperService = "发展商客服" / "Developer's customer service",
    DeveloperFinance = "发展商财务" / "Developer's finance",
    PropertyFinance = "物业财务" / "Property finance",
});
words!(Outcome {
    Accepted = "收楼" / "Accepted",
    AcceptedWithDefects = "先收后改" / "Accepted with defects",
    RepairFirst = "修复后再交付" / "Repair first",
    Refused = "拒收" / "Refused",
    Postponed = "缓交" / "Postponed",
    NoShow = "未到场" / "No-show",
});
words!(DefectResult {
    Open = "待整改" / "Open",
    Repaired = "已整改" / "Repaired",
    Accepted = "复验通过" / "Re-inspected, accepted",
    Rejected = "复验不通过" / "Re-inspected, rejected",
});
words!(
    /// Why a home's personal data are erased. A closed list: the reason outlives the data, so it must hold none.
    ErasureReason {
        TermOver = "保存期满" / "The retention term is over",
        OwnerAsked = "业主要求" / "The owner asked for it",
        SaleEnded = "退房或换房" / "The sale was ended or exchanged",
        EnteredByMistake = "误录" / "Entered by mistake",
    }
);
words!(DeliveryOutcome { Received = "签收" / "Received", Returned = "退件" / "Returned" });
words!(
    /// The stages a home shows, in the order of the day.
    Stage {
        CheckIn = "签到" / "Check-in",
        Identity = "证件" / "Identity",
        Fees = "缴费" / "Fees",
        Inspection = "验房" / "Inspection",
        Signing = "签署" / "Signing",
        Keys = "钥匙" / "Keys",
        Archive = "归档" / "Archive",
    }
);
words!(Progress {
    Todo = "未办" / "To do",
    Partial = "进行中" / "Under way",
    Done = "完成" / "Done",
    Blocked = "受阻" / "Blocked",
});
