//! The closed words a template may use; a template with another word is refused.

use crate::view::Text2;
use serde::{Deserialize, Serialize};

macro_rules! template_words {
    ($(#[$doc:meta])* $name:ident { $($word:ident = $text:literal, $zh:literal / $en:literal);+ $(;)? }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        pub enum $name { $(#[serde(rename = $text)] $word),+ }

        impl $name {
            pub const ALL: &'static [$name] = &[$($name::$word),+];

            pub fn word(self) -> &'static str {
                match self { $($name::$word => $text),+ }
            }

            pub fn from_word(word: &str) -> Option<Self> {
                match word { $($text => Some($name::$word),)+ _ => None }
            }

            pub fn title(self) -> Text2 {
                let (zh, en) = match self { $($name::$word => ($zh, $en)),+ };
                Text2 { zh: zh.into(), en: en.into() }
            }
        }
    };
}

template_words!(
    /// Where an item stands on the page of a home.
    Phase {
        Before = "before", "前期准备" / "Before";
        Post = "post", "邮寄" / "Posted";
        Ready = "ready", "备齐" / "Ready";
        Identity = "identity", "证件" / "Identity";
        Sign = "sign", "当日办理" / "On the day";
        Issue = "issue", "发放" / "Issued";
        After = "after", "后续" / "Afterwards";
    }
);
template_words!(ItemKind {
    Task = "task", "事项" / "Task";
    Paper = "paper", "资料" / "Paper";
    Thing = "thing", "物品" / "Thing";
    Key = "key", "钥匙" / "Key";
    Fee = "fee", "款项" / "Fee";
    Reading = "reading", "读数" / "Reading";
    Inspection = "inspection", "验房" / "Inspection";
});
template_words!(
    /// What is ticked off of an item.
    Mark {
        Ready = "ready", "备好" / "Ready";
        Stamped = "stamped", "已盖章" / "Stamped";
        Carried = "carried", "已随带" / "Carried along";
        Posted = "posted", "已寄出" / "Posted";
        Returned = "returned", "已交回" / "Returned";
        Filled = "filled", "已填写" / "Filled";
        Seen = "seen", "原件已核" / "Original seen";
        Copied = "copied", "复印件已留" / "Copy kept";
        Signed = "signed", "已签署" / "Signed";
        Issued = "issued", "已发放" / "Issued";
        Received = "received", "已收到" / "Received";
        Checked = "checked", "已核对" / "Checked";
        Passed = "passed", "已移交" / "Passed on";
        Filed = "filed", "已归档" / "Filed";
        Done = "done", "已完成" / "Done";
    }
);
template_words!(
    /// A condition on the case; an item may name several, and all must hold.
    Condition {
        Person = "person", "个人业主" / "the buyer is a person";
        Company = "company", "公司业主" / "the buyer is a company";
        OwnerComes = "owner_comes", "业主（法定代表人）本人到场" / "the owner or legal representative comes";
        Delegate = "delegate", "委托代办" / "a delegate comes";
        Dog = "dog", "养犬" / "a dog is kept";
        Pet = "pet", "养宠物" / "a pet is kept";
        Vehicles = "vehicles", "有车辆" / "there are vehicles";
        RenovationDelegated = "renovation_delegated", "委托装修" / "renovation is delegated";
        KeysRetained = "keys_retained", "留存钥匙" / "keys are retained";
        Defects = "defects", "有整改项" / "there are defects";
        DayFailed = "day_failed", "当日未收楼" / "the home was not taken over that day";
    }
);
template_words!(
    /// One of the item for each of these.
    Per {
        File = "file", "每份档案" / "file";
        Vehicle = "vehicle", "每辆车" / "vehicle";
        Person = "person", "每位个人业主" / "buyer in person";
        Family = "family", "每位主要家庭成员" / "main family member";
    }
);
template_words!(StationKind {
    Money = "money", "收款" / "Money";
    Forms = "forms", "签署" / "Forms";
    Identity = "identity", "证件" / "Identity";
    Inspection = "inspection", "验房" / "Inspection";
    Keys = "keys", "钥匙" / "Keys";
    Farewell = "farewell", "送别" / "Farewell";
    Filing = "filing", "归档" / "Filing";
});
template_words!(WhoKind {
    Role = "role", "岗位" / "Role";
    Department = "department", "部门" / "Department";
    Place = "place", "去向" / "Place";
});

impl Per {
    pub fn is_file(&self) -> bool {
        *self == Per::File
    }
}
