//! A home as the log would have it: claims and facts folded one by one.

use crate::{
    command::*,
    fact::*,
    fields::{Entity, claim},
    paper::PrintContext,
    template::Template,
    vocabulary::*,
    world::{World, file_id, unit_id},
};
use chrono::{DateTime, FixedOffset};
use shoulou_eventlog::{
    EntityState, EventRef, Hash, Id, Meta, NewEvent, Order, Source, Value, Void,
};
use std::sync::LazyLock;

pub struct Home {
    pub project_id: Id,
    pub unit_id: Id,
    pub file_id: Id,
    project: EntityState,
    unit: EntityState,
    file: EntityState,
    count: u64,
    /// Who enters what follows.
    pub actor: Id,
}

static TEMPLATE: LazyLock<String> = LazyLock::new(|| {
    String::from_utf8(Template::default_template().canonical()).expect("JSON is UTF-8")
});

pub const DAY: &str = "2026-11-21T10:00:00+08:00";

pub fn id(name: &str) -> Id {
    Id::derive("test", &[name.as_bytes()])
}

pub fn now() -> DateTime<FixedOffset> {
    DateTime::parse_from_rfc3339("2026-11-21T14:30:00+08:00").expect("a time")
}

pub fn item(key: &str) -> ItemRef {
    ItemRef { key: key.to_owned(), instance: 1 }
}

pub fn on_screen() -> SignedHow {
    SignedHow::Screen {
        strokes: vec![vec![[100, 200, 500], [300, 250, 600]]],
        pages: String::new(),
        template: None,
        blob: None,
        paper: None,
    }
}

pub fn on_paper(copies: u32) -> SignedHow {
    SignedHow::Paper { copies, scan: None }
}

impl Home {
    /// A project with its template, staff and the settings of an ordinary villa project; the home
    /// has a code and nothing else.
    pub fn new() -> Home {
        let project_id = id("project");
        let unit_id = unit_id(project_id, "8-2-1203");
        let file_id = file_id(unit_id, 1);
        let empty = EntityState::default;
        let mut home = Home {
            project_id,
            unit_id,
            file_id,
            project: empty(),
            unit: empty(),
            file: empty(),
            count: 0,
            actor: id("王芳"),
        };
        let text = TEMPLATE.clone();
        let hash = Hash::of(text.as_bytes());
        home.project_fact(Fact::TemplateAdded(TemplateAdded {
            hash,
            text,
            form: None,
            shipped: false,
        }));
        for (path, value) in [
            ("name", "云山"),
            ("company", "深圳市云山置业有限公司"),
            ("property_company", "深圳市云山物业服务有限公司"),
            ("city", "深圳"),
            ("address", "深圳市南山区云山路1号"),
        ] {
            home.project_set(path, value);
        }
        home.staff("王芳", "客服代表", "物业客服");
        home.staff("何静", "私家助理", "物业客服");
        home.staff("赵强", "工程师", "工程部");
        home.staff("孙会", "收款", "发展商财务");
        home.staff("周客", "客服", "发展商客服");
        home.staff("吴财", "收款", "财务部");
        home.staff("郑安", "保安", "保安部");
        home.unit_set("code", "8-2-1203");
        home.unit_set("kind", "flat");
        home.unit_set("building", "8");
        let opened = FileOpened { unit: unit_id, sale: 1, template: hash };
        home.fact(Fact::FileOpened(opened));
        home
    }

    pub fn world(&self) -> World<'_> {
        World::of_project(self.project_id, &self.project)
            .with_unit(self.unit_id, &self.unit)
            .with_file(self.file_id, &self.file)
    }

    fn at(&mut self) -> (EventRef, Meta) {
        self.count += 1;
        let commit = Hash::of(&self.count.to_be_bytes());
        let order = Order { depth: self.count, ..Order::default() };
        let meta = Meta { order, actor: self.actor, time: now().timestamp_millis(), party: None };
        (EventRef { commit, ordinal: 0 }, meta)
    }

    fn apply(&mut self, on: Entity, new: &NewEvent) -> EventRef {
        let (at, meta) = self.at();
        let meta = Meta { party: new.party, ..meta };
        let state = match on {
            Entity::Project | Entity::Staff => &mut self.project,
            Entity::Unit => &mut self.unit,
            Entity::File => &mut self.file,
        };
        state.apply(at, meta, &new.event, crate::fact::is_known);
        at
    }

    fn set_on(&mut self, on: Entity, entity: Id, path: &str, value: Value) {
        let state = match on {
            Entity::Project | Entity::Staff => &self.project,
            Entity::Unit => &self.unit,
            Entity::File => &self.file,
        };
        let seen = state.registers.get(path).into_iter().flat_map(|open| open.keys()).copied();
        let event = claim(on, entity, path, value, seen.collect(), Source::Person);
        self.apply(on, &event);
    }

    pub fn project_set(&mut self, path: &str, value: impl Into<Value>) {
        self.set_on(Entity::Project, self.project_id, path, value.into());
    }

    pub fn unit_set(&mut self, path: &str, value: impl Into<Value>) {
        self.set_on(Entity::Unit, self.unit_id, path, value.into());
    }

    pub fn set(&mut self, path: &str, value: impl Into<Value>) {
        self.set_on(Entity::File, self.file_id, path, value.into());
    }

    pub fn staff(&mut self, name: &str, role: &str, department: &str) -> Id {
        let staff = id(name);
        for (field, value) in [("name", name), ("role", role), ("department", department)] {
            self.project_set(&format!("staff/{staff}/{field}"), value);
        }
        staff
    }

    pub fn party(&mut self, name: &str, role: &str, fields: &[(&str, &str)]) -> Id {
        let party = id(name);
        self.count += 1;
        self.set(&format!("party/{party}/ordinal"), self.count as i64);
        for (field, value) in [("name", name), ("role", role)].iter().chain(fields) {
            self.set(&format!("party/{party}/{field}"), *value);
        }
        party
    }

    pub fn fact(&mut self, fact: Fact) -> EventRef {
        let event = fact.event(self.file_id);
        self.apply(Entity::File, &event)
    }

    fn project_fact(&mut self, fact: Fact) {
        let event = fact.event(self.project_id);
        self.apply(Entity::Project, &event);
    }

    pub fn void(&mut self, target: EventRef) {
        let void = Void { target, reason: "录入错误".into() };
        let payload = ciborium::Value::serialized(&void).expect("plain values");
        let event =
            shoulou_eventlog::Event { kind: "file.void".into(), entity: self.file_id, payload };
        self.apply(Entity::File, &NewEvent { party: None, event });
    }

    pub fn erase(&mut self, party: Id) {
        let erase = shoulou_eventlog::Erase { party, reason: "本人要求".into() };
        let payload = ciborium::Value::serialized(&erase).expect("plain values");
        let event =
            shoulou_eventlog::Event { kind: "file.erase".into(), entity: self.file_id, payload };
        self.apply(Entity::File, &NewEvent { party: None, event });
    }

    pub fn arrive(&mut self, attendance: Attendance, visitors: &[Id]) {
        let visitors = visitors.to_vec();
        self.fact(Fact::Arrived(Arrived { day: 1, attendance, visitors, at: DAY.into() }));
    }

    pub fn sign(&mut self, form: &str, signer: Signer, how: SignedHow) -> EventRef {
        let items = vec![item(&format!("sign.{form}"))];
        self.fact(Fact::Signed(Signed { items, signer, how, signed_at: DAY.into() }))
    }

    pub fn station(&mut self, station: &str, staff: &str, result: &str) -> EventRef {
        self.station_on(station, staff, result, on_screen())
    }

    pub fn station_on(
        &mut self,
        station: &str,
        staff: &str,
        result: &str,
        how: SignedHow,
    ) -> EventRef {
        self.fact(Fact::StationSigned(StationSigned {
            station: station.into(),
            day: 1,
            signer: id(staff),
            how,
            stamped: true,
            result: result.into(),
            slip: None,
            signed_at: DAY.into(),
        }))
    }

    pub fn fee(&mut self, title: &str, payee: Payee, cents: i64) -> EventRef {
        self.fact(Fact::FeeAdded(Fee {
            title: title.into(),
            payee,
            base: Some("89.37".into()),
            unit_price_cents: Some(380),
            period: Some("3个月".into()),
            cents,
        }))
    }

    pub fn key(&mut self, kind: KeyKind, name: &str, position: &str, number: &str) -> Id {
        let key = id(&format!("key {name} {number} {}", self.count));
        self.fact(Fact::KeyRegistered(KeyRegistered {
            key,
            kind,
            name: name.into(),
            position: position.into(),
            number: number.into(),
        }));
        key
    }

    pub fn move_key(&mut self, key: Id, to: Holder, at: &str, purpose: Option<&str>) {
        self.set(&format!("key/{key}/holder"), crate::dossier::keys::to_value(&to));
        self.fact(Fact::KeyMoved(KeyMoved {
            keys: vec![key],
            to,
            at: at.into(),
            purpose: purpose.map(str::to_owned),
        }));
    }

    pub fn defect(&mut self, room: &str, part: &str, text: &str) -> EventRef {
        self.fact(Fact::DefectNoted(Defect {
            room: room.into(),
            part: part.into(),
            text: text.into(),
            wish: Some("更换".into()),
            photos: vec!["a".into(), "b".into()],
            responsible: Some("工程部".into()),
            promised: Some("2026-12-05".into()),
            at: DAY.into(),
        }))
    }

    pub fn meter(&mut self, kind: MeterKind, reading: &str) -> EventRef {
        self.fact(Fact::MeterRead(MeterReading {
            kind,
            number: "D-1203".into(),
            place: "电井".into(),
            factor: "1".into(),
            reading: reading.into(),
            unit: "kWh".into(),
            card: Some("K88".into()),
            balance: Some("50.00".into()),
            photo: Some("blob".into()),
            at: DAY.into(),
        }))
    }

    /// A photo attached to what was recorded before.
    pub fn photo(&mut self, of: EventRef) -> EventRef {
        self.fact(Fact::Scanned(Scanned {
            item: None,
            fact: Some(of),
            blob: "2e".repeat(32),
            name: "IMG_0001.jpg".into(),
            media: "image/jpeg".into(),
        }))
    }

    pub fn print(&mut self, form: &str, number: &str, version: u32, content: Hash) -> EventRef {
        self.print_in(form, number, version, content, None)
    }

    pub fn print_in(
        &mut self,
        form: &str,
        number: &str,
        version: u32,
        content: Hash,
        template: Option<Hash>,
    ) -> EventRef {
        self.fact(Fact::Printed(Printed {
            document: id(number),
            form: form.into(),
            number: number.into(),
            version,
            pages: 1,
            content,
            template,
            copies: None,
            printer: None,
            pdf: Hash::default(),
            blob: None,
            carries: Vec::new(),
        }))
    }
}

pub fn print() -> PrintContext<'static> {
    PrintContext {
        document: id("document"),
        number: "SL-2026-8-2-1203-K7Q2-01",
        version: 1,
        now: now(),
        actor: id("王芳"),
        reprint: false,
        blank: false,
        signatures: true,
    }
}

const DELEGATE: &[(&str, &str)] = &[
    ("phone", "13700002222"),
    ("sex", "male"),
    ("paper_kind", "resident_id"),
    ("paper_no", "110101199003070038"),
    ("poa_scope", "查验房屋，签署交接文件，领取钥匙"),
    ("poa_signed_on", "2026-11-10"),
    ("poa_until", "2026-12-31"),
    ("poa_notary", "（2026）深证字第1203号"),
];

fn outstanding(reason: &str, follower: &str, promised: &str) -> Value {
    let follower = id(follower).to_string();
    let said = [("reason", reason), ("follower", &follower), ("promised", promised)];
    Value::Map(said.map(|(key, value)| (key.to_owned(), Value::from(value))).into())
}

/// Who bought what, and who comes.
#[derive(Clone, Copy, Debug)]
pub struct CaseOf {
    pub villa: bool,
    pub company: bool,
    pub delegate: bool,
}

/// Two owners of whom a delegate comes, two defects, one key left: everything a file can hold.
pub fn full() -> Home {
    home_of(CaseOf { villa: false, company: false, delegate: true })
}

/// The same in each case.
pub fn home_of(case: CaseOf) -> Home {
    let mut home = Home::new();
    home.unit_set("kind", if case.villa { "villa" } else { "flat" });
    for (path, value) in [
        ("filing_no", "深竣备2026-118"),
        ("filing_date", "2026-09-30"),
        ("handover_place", "云山客服中心"),
        ("handover_hours", "9:00–17:00"),
        ("logo", &"1f".repeat(32)),
        ("consequence_clause", "逾期未办理的，按合同约定处理。"),
        ("phone", "0755-26001234"),
        ("security_department", "保安部"),
    ] {
        home.project_set(path, value);
    }
    home.project_set("retention_years", 10);
    home.project_set("title_days", 90);
    home.staff("刘颖", "客服主管", "物业客服");
    home.project_set("statutory_titles", true);
    home.unit_set("contract_area", 89_37);
    home.unit_set("measured_area", 90_12);
    home.unit_set("inner_area", 70_00);
    home.unit_set("layout", "三室两厅");
    home.unit_set("floor", 12);
    home.unit_set("measured_inner_area", 70_50);
    for (path, value) in [
        ("contract/no", "SZ-2024-0816"),
        ("contract/signed_on", "2024-08-16"),
        ("contract/handover_on", "2026-11-30"),
        ("area/settlement", "keep"),
        ("remark", "请微信联系"),
        ("appointment/at", DAY),
        ("appointment/place", "样板房书房"),
        ("buyer_kind", if case.company { "company" } else { "person" }),
        (
            "attendance",
            match (case.delegate, case.company) {
                (true, _) => "delegate",
                (false, true) => "legal_representative",
                (false, false) => "owner",
            },
        ),
        ("billing", "bank_collection"),
        ("move_in_on", "2027-03-01"),
        ("renovation_on", "2026-12-10"),
        ("parking", "B1-088"),
        ("renovation/name", "安居装饰工程有限公司"),
        ("renovation/paper_no", "91440300MA5EXAMPLE"),
        ("renovation/phone", "0755-26007788"),
        ("renovation/qualification", "粤建装 D344012345"),
        ("renovation/lead", "罗工"),
        ("renovation/lead_phone", "13600005555"),
        ("renovation/until", "2027-06-30"),
        ("fee_start", "2026-11-21"),
        ("outcome", "accepted_with_defects"),
        ("outcome/reason", "两处整改不影响入住"),
    ] {
        home.set(path, value);
    }
    home.set("assistant", id("何静").to_string());
    let assistant = id("何静");
    home.project_set(&format!("staff/{assistant}/phone"), "13900001111");
    home.set("contract/unit_price", 20_000_00);
    home.set("contract/total_price", 1_787_400_00);
    home.set("vehicles", 1);
    home.set("vehicle/1/plate", "粤B12345");
    home.set("vehicle/1/model", "汉 EV");
    home.set("vehicle/1/colour", "白色");
    home.set("has_dog", true);
    home.set("pet/1/kind", "犬（泰迪）");
    home.set("pet/1/name", "豆豆");
    home.set("pet/1/licence", "深犬2025-0331");
    home.set("residents", 4);
    for (path, value) in [
        ("fee/property/unit_price", 380),
        ("fee/property/months", 3),
        ("fee/water_price", 420),
        ("fee/electricity_price", 98),
    ] {
        home.project_set(path, value);
    }
    let owners = if case.company { company_owner(&mut home) } else { owners(&mut home) };
    let visitors: Vec<Id> = match case.delegate {
        true => vec![home.party("王五", "delegate", DELEGATE)],
        false => owners.clone(),
    };
    home.party(
        "陈小宝",
        "family",
        &[
            ("relation", "子女"),
            ("sex", "male"),
            ("birth_date", "2016-05-04"),
            ("paper_kind", "passport"),
            ("paper_no", "E12345678"),
            ("phone", "13600003333"),
            ("employer", "云山小学"),
        ],
    );
    home.party("陈父", "emergency", &[("relation", "父亲"), ("phone", "13500004444")]);
    for (title, payee, cents) in [
        ("代收维修资金", Payee::DeveloperService, 1_234_500),
        ("面积补差", Payee::DeveloperFinance, 1_500_000),
        ("装修押金", Payee::PropertyFinance, 500_000),
        ("物业管理费", Payee::PropertyFinance, 101_882),
    ] {
        let fee = home.fee(title, payee, cents);
        home.fact(Fact::FeePaid(FeePaid {
            fee,
            cents,
            method: "刷卡".into(),
            receipt: Some("0012388".into()),
            at: DAY.into(),
        }));
    }
    for (key, serials) in
        [("issue.vehicle_pass", "P-0312"), ("issue.equipment_manuals", "空调说明书")]
    {
        home.fact(Fact::Issued(Issued {
            item: item(key),
            serials: vec![serials.into()],
            count: 1,
            at: DAY.into(),
        }));
    }
    home.set(
        "item/issue.garage_remote/1/outstanding",
        outstanding("配件未到", "何静", "2026-11-28"),
    );
    let posting = home.fact(Fact::Posted(Posted {
        items: vec![item("post.admission_notice")],
        carrier: "顺丰".into(),
        number: "SF1".into(),
        posted_on: "2026-11-07".into(),
    }));
    let outcome = DeliveryOutcome::Received;
    home.fact(Fact::Delivered(Delivered { posting, outcome, on: "2026-11-09".into() }));
    let attendance = match (case.delegate, case.company) {
        (true, _) => Attendance::Delegate,
        (false, true) => Attendance::LegalRepresentative,
        (false, false) => Attendance::Owner,
    };
    home.arrive(attendance, &visitors);
    home.fact(Fact::Transferred(Transferred {
        items: vec![item("after.handover_record")],
        from: "assistant".into(),
        to: "cs_centre".into(),
        at: DAY.into(),
        slip: None,
    }));
    home.fact(Fact::Transferred(Transferred {
        items: vec![item("ready.garage_remote")],
        from: "engineering".into(),
        to: "cs_rep".into(),
        at: DAY.into(),
        slip: None,
    }));
    home.set("item/ready.house_handover/1/stamped", true);
    home.set(
        "item/identity.vehicle_licence/1/outstanding",
        outstanding("未带", "何静", "2026-12-05"),
    );
    home.set("item/identity.delegate_id/1/seen", true);
    home.set("item/identity.delegate_id/1/copied", true);
    home.set("item/identity.power_of_attorney/1/received", true);
    home.set("item/issue.residents_manual/1/issued", true);
    let later = outstanding("印刷中", "何静", "2026-11-25");
    home.set("item/issue.renovation_manual/1/outstanding", later);
    home.fact(Fact::Overridden(Overridden {
        step: "keys".into(),
        name: "何静".into(),
        reason: "证件复印件次日补交".into(),
    }));
    for (kind, reading) in
        [(MeterKind::Electricity, "00123.4"), (MeterKind::ColdWater, "7"), (MeterKind::Gas, "1.5")]
    {
        home.meter(kind, reading);
    }
    let first = home.defect("主卧", "窗", "玻璃划痕");
    home.defect("厨房", "地砖", "空鼓");
    home.fact(Fact::DefectResulted(DefectResulted {
        defect: first,
        result: DefectResult::Accepted,
        at: "2026-12-01T09:00:00+08:00".into(),
    }));
    for (station, staff) in
        [("D", "王芳"), ("G", "赵强"), ("A", "周客"), ("B", "孙会"), ("E", "吴财"), ("F", "王芳")]
    {
        home.station(station, staff, "已办");
    }
    home.station_on("C", "吴财", "已办", on_paper(1));
    keys(&mut home, visitors[0]);
    for form in crate::paper::FORMS {
        for visitor in &visitors {
            home.sign(form.key, Signer::Party { id: *visitor }, on_screen());
        }
    }
    for (form, staff) in [
        ("handover_record", "何静"),
        ("house_handover", "周客"),
        ("meter_readings", "赵强"),
        ("key_custody", "何静"),
        ("key_custody", "郑安"),
        ("equipment_list", "赵强"),
        ("custody_keys", "郑安"),
        ("file_list", "刘颖"),
        ("follow_up_sheet", "刘颖"),
    ] {
        home.sign(form, Signer::Staff { id: id(staff) }, on_paper(2));
    }
    for form in crate::paper::FORMS {
        let own = ["handover_record", "meter_readings", "key_custody"];
        if !own.contains(&form.key) {
            home.sign(form.key, Signer::Staff { id: id("王芳") }, on_paper(2));
        }
    }
    let in_person =
        ["house_rules", "personal_information", "power_of_attorney", "renovation_authorisation"];
    for form in in_person.into_iter().filter(|_| case.delegate) {
        home.sign(form, Signer::Party { id: owners[0] }, on_screen());
    }
    for (form, number) in
        [("defect_list", "SL-D"), ("meter_readings", "SL-M"), ("key_custody", "SL-K")]
    {
        home.print(form, number, 1, Hash::default());
    }
    home
}

/// Those who sign for themselves.
fn owners(home: &mut Home) -> Vec<Id> {
    let papers = [
        ("sex", "male"),
        ("paper_kind", "resident_id"),
        ("paper_no", "11010519491231002X"),
        ("phone", "13812345566"),
        ("email", "chen@example.com"),
        ("address", "深圳市福田区莲花路2号"),
        ("share", "60%"),
    ];
    let chen = home.party("陈嘉豪", "owner", &papers);
    let li = home.party("李敏", "owner", &[("phone", "13812345577"), ("share", "40%")]);
    home.set(&format!("party/{chen}/phone2"), "0755-26001111");
    vec![chen, li]
}

const COMPANY: &[(&str, &str)] = &[
    ("company_code", "91350100M000100Y43"),
    ("contact", "江秘书"),
    ("phone", "0755-26005678"),
    ("address", "深圳市南山区科技路3号"),
    ("share", "100%"),
];

fn company_owner(home: &mut Home) -> Vec<Id> {
    home.party("云帆科技有限公司", "owner", COMPANY);
    vec![home.party("林总", "legal_representative", &[])]
}

/// A home that a company bought, whose representative comes.
pub fn company() -> Home {
    let mut home = Home::new();
    home.unit_set("kind", "villa");
    home.set("buyer_kind", "company");
    let representative = company_owner(&mut home)[0];
    let delegate = home.party("江秘书", "delegate", DELEGATE);
    for id in [representative, delegate] {
        home.sign("company_power_of_attorney", Signer::Party { id }, on_screen());
    }
    home.set("attendance", "legal_representative");
    home
}

fn keys(home: &mut Home, visitor: Id) {
    let given = home.key(KeyKind::Door, "入户门钥匙", "入户门", "A1");
    let left = home.key(KeyKind::Door, "入户门钥匙", "入户门", "A1");
    home.key(KeyKind::EntryCard, "入户卡", "", "C-001");
    let card = home.key(KeyKind::EntryCard, "入户卡", "", "C-002");
    home.move_key(given, Holder::Party { id: visitor }, DAY, None);
    home.move_key(card, Holder::Party { id: visitor }, DAY, None);
    home.fact(Fact::KeysRetained(KeysRetained {
        answer: true,
        keys: vec![left],
        terms: Some(RetentionTerms {
            sets: 1,
            purpose: "整改施工".into(),
            who_may_enter: "工程部维修人员".into(),
            escorted: true,
            expected_return: Some("2026-12-20".into()),
        }),
        at: DAY.into(),
    }));
    let custody = || Holder::Custody { name: "保安部".into() };
    home.move_key(left, custody(), "2026-11-21T17:00:00+08:00", None);
    let engineer = Holder::Staff { id: id("赵强") };
    home.move_key(left, engineer, "2026-11-25T09:00:00+08:00", Some("更换玻璃"));
    home.move_key(left, custody(), "2026-11-25T16:00:00+08:00", None);
    home.fact(Fact::KeysReturned(KeysReturned {
        keys: vec![left],
        signer: Signer::Party { id: visitor },
        how: on_screen(),
        at: "2026-12-18T10:00:00+08:00".into(),
    }));
}
