use super::{Entity, Field, Mask, Scope};
use crate::view::FieldKind::{self, *};
use Entity::{File, Project, Staff, Unit};

const fn field(
    on: Entity,
    path: &'static str,
    kind: FieldKind,
    zh: &'static str,
    en: &'static str,
) -> Field {
    Field {
        on,
        path,
        kind,
        zh,
        en,
        scope: Scope::Common,
        mask: Mask::Open,
        importable: false,
        required: false,
        worded: false,
        listed: true,
        choices: &[],
    }
}

const fn project(path: &'static str, kind: FieldKind, zh: &'static str, en: &'static str) -> Field {
    field(Project, path, kind, zh, en)
}

const fn unit(path: &'static str, kind: FieldKind, zh: &'static str, en: &'static str) -> Field {
    field(Unit, path, kind, zh, en).import()
}

const fn file(path: &'static str, kind: FieldKind, zh: &'static str, en: &'static str) -> Field {
    field(File, path, kind, zh, en)
}

const fn party(path: &'static str, kind: FieldKind, zh: &'static str, en: &'static str) -> Field {
    let mut field = field(File, path, kind, zh, en);
    field.scope = Scope::Person;
    field
}

impl Field {
    const fn import(mut self) -> Self {
        self.importable = true;
        self
    }
    const fn required(mut self) -> Self {
        self.required = true;
        self
    }
    const fn worded(mut self) -> Self {
        self.worded = true;
        self
    }
    const fn household(mut self) -> Self {
        self.scope = Scope::Household;
        self
    }
    const fn person(mut self) -> Self {
        self.scope = Scope::Person;
        self
    }
    const fn mask(mut self, mask: Mask) -> Self {
        self.mask = mask;
        self
    }
    const fn unlisted(mut self) -> Self {
        self.listed = false;
        self
    }
    const fn of(mut self, choices: &'static [(&'static str, &'static str, &'static str)]) -> Self {
        self.choices = choices;
        self
    }
}

/// In the order screens show them.
pub const FIELDS: &[Field] = &[
    project("name", Text, "项目名称", "Project").required(),
    project("company", Text, "开发公司", "Developer").required(),
    project("property_company", Text, "物业公司", "Property company"),
    project("city", Text, "城市", "City"),
    project("address", Text, "项目地址", "Address"),
    project("phone", Text, "服务电话", "Service phone"),
    project("logo", Text, "标志图片", "Logo").unlisted(),
    project("filing_no", Text, "竣工验收备案号", "Completion filing no."),
    project("filing_date", Date, "竣工验收备案日期", "Completion filed on"),
    project("presale_no", Text, "预售许可证号", "Presale permit no."),
    project("notice_days", Int, "提前通知天数", "Days of notice"),
    project("working_days", Bool, "期限按工作日计", "Count working days"),
    project("handover_place", Text, "收楼地点", "Place of handover"),
    project("handover_hours", Text, "收楼时间", "Hours of handover"),
    project("station_order", List, "办理顺序", "Order of the stations"),
    project("supervisor_roles", List, "可确认档案的岗位", "Roles that confirm files").worded(),
    project("roles", List, "岗位", "Roles").worded(),
    project("departments", List, "部门", "Departments").worded(),
    project("security_department", Text, "钥匙保管部门", "Department that keeps keys").worded(),
    project(
        "handover_copies_to",
        List,
        "房屋交接单各联去向",
        "Holders of the handover sheet's copies",
    )
    .worded(),
    project("meter_kinds", List, "能源表种类", "Kinds of meters"),
    project("inspection_rooms", List, "验房部位", "Rooms to inspect"),
    project("shown_papers", List, "交付时出示的文件", "Papers shown at handover"),
    project("consequence_clause", LongText, "通知书后果条款", "Consequence clause of the notice"),
    project(
        "maintenance_fund_gate",
        Bool,
        "须先出示维修资金凭证",
        "Maintenance-fund proof required",
    ),
    project("title_days", Int, "产证办理天数", "Days to the title certificate"),
    project("retention_years", Int, "档案保存年限", "Years files are kept"),
    project(
        "fee/property/unit_price",
        Money,
        "物业费单价(每平方米·月)",
        "Property fee per m² and month",
    ),
    project("fee/property/months", Int, "预收物业费月数", "Months of property fee in advance"),
    project("fee/deposit/renovation", Money, "装修押金", "Renovation deposit"),
    project("fee/waste", Money, "装修垃圾清运费", "Renovation waste fee"),
    project("fee/water_price", Money, "临时水价(每吨)", "Interim water price per ton"),
    project("fee/electricity_price", Money, "临时电价(每度)", "Interim electricity price per kWh"),
    project(
        "title/legal_representative",
        Text,
        "“法定代表人”的称谓",
        "Word for “legal representative”",
    ),
    project(
        "statutory_titles",
        Bool,
        "两书用《住宅…》法定名称",
        "Statutory titles of the two books",
    ),
    project("item_title/*", Text, "文件标题", "Title of a paper").unlisted(),
    project("template", Text, "档案模板", "Template of files").unlisted(),
    field(Staff, "staff/*/name", Text, "姓名", "Name").person().required(),
    field(Staff, "staff/*/role", Text, "岗位", "Role").person().required().worded(),
    field(Staff, "staff/*/department", Text, "部门", "Department").person().worded(),
    field(Staff, "staff/*/phone", Phone, "电话", "Phone").person().mask(Mask::Phone),
    field(Staff, "staff/*/active", Bool, "在岗", "Active").person(),
    unit("code", Text, "房号", "Home").required(),
    unit("building", Text, "栋", "Building"),
    unit("block", Text, "单元", "Block"),
    unit("floor", Int, "楼层", "Floor"),
    unit("room", Text, "室", "Room"),
    unit("kind", Choice, "类型", "Kind")
        .required()
        .of(&[("flat", "高层", "Flat"), ("villa", "别墅", "Villa")]),
    unit("layout", Text, "户型", "Layout"),
    unit("contract_area", Area, "合同建筑面积", "Contract area"),
    unit("inner_area", Area, "合同套内面积", "Contract inner area"),
    unit("measured_area", Area, "实测建筑面积", "Measured area"),
    unit("measured_inner_area", Area, "实测套内面积", "Measured inner area"),
    unit("address", Text, "房屋坐落", "Address of the home"),
    field(Unit, "sale", Int, "销售次序", "Sale").unlisted(),
    file("contract/no", Text, "合同编号", "Contract no.").import(),
    file("contract/signed_on", Date, "合同签订日期", "Contract signed on").import(),
    file("contract/filing_no", Text, "合同备案号", "Contract filing no.").import(),
    file("contract/total_price", Money, "合同总价", "Contract price").import(),
    file("contract/unit_price", Money, "合同单价(每平方米)", "Price per m²").import(),
    file("contract/by_unit", Bool, "按套计价", "Sold per unit").import(),
    file("contract/payment", Choice, "付款方式", "Way of payment").import().of(&[
        ("lump_sum", "一次性付款", "Lump sum"),
        ("instalments", "分期付款", "Instalments"),
        ("mortgage", "按揭贷款", "Mortgage"),
        ("fund_loan", "公积金贷款", "Housing-fund loan"),
        ("combined_loan", "组合贷款", "Combined loan"),
    ]),
    file("contract/bank", Text, "按揭银行", "Mortgage bank").import(),
    file("contract/handover_on", Date, "合同约定交付日期", "Handover date by contract").import(),
    file("appointment/at", Time, "预约时间", "Appointment").import(),
    file("appointment/place", Text, "收楼地点", "Place").import(),
    file("buyer_kind", Choice, "业主类型", "Kind of buyer")
        .import()
        .of(&[("person", "个人", "Person"), ("company", "公司", "Company")]),
    file("attendance", Choice, "来人", "Who comes").import().of(&[
        ("owner", "业主本人", "Owner in person"),
        ("legal_representative", "法定代表人", "Legal representative"),
        ("delegate", "委托代办", "Delegate"),
    ]),
    file("has_pet", Bool, "有宠物", "Has a pet"),
    file("has_dog", Bool, "养犬", "Has a dog"),
    file("vehicles", Int, "车辆数", "Vehicles").import(),
    file("renovation_delegated", Bool, "委托装修", "Renovation delegated"),
    file("residents", Int, "居住人数", "Residents").import(),
    file("move_in_on", Date, "计划入住日期", "Moving in on").import(),
    file("renovation_on", Date, "计划装修日期", "Renovation from").import(),
    file("renovation/name", Text, "装修受托人", "Renovation agent").household(),
    file("renovation/paper_no", Text, "装修受托人证件号", "Renovation agent's paper no.")
        .household()
        .mask(Mask::Number),
    file("renovation/phone", Phone, "装修受托人电话", "Renovation agent's phone")
        .household()
        .mask(Mask::Phone),
    file("renovation/qualification", Text, "施工资质证号", "Builder's qualification no.")
        .household(),
    file("renovation/lead", Text, "装修现场负责人", "Head of the renovation site").household(),
    file("renovation/lead_phone", Phone, "现场负责人电话", "Site head's phone")
        .household()
        .mask(Mask::Phone),
    file("renovation/until", Date, "装修委托期限", "Renovation agent until"),
    file("parking", Text, "车位", "Parking").import().household(),
    file("billing", Choice, "缴费方式", "Way of billing").of(&[
        ("cash", "现金", "Cash"),
        ("bank_collection", "银行托收", "Bank collection"),
        ("transfer", "转账", "Transfer"),
        ("mobile", "移动支付", "Mobile payment"),
    ]),
    file("fee_start", Date, "物业费起计日", "Property fee from").import(),
    file("vehicle/*/plate", Text, "车牌", "Plate").household(),
    file("vehicle/*/model", Text, "车型", "Model").household(),
    file("vehicle/*/colour", Text, "车身颜色", "Colour").household(),
    file("pet/*/kind", Text, "宠物品种", "Kind of pet").household(),
    file("pet/*/name", Text, "宠物名称", "Pet's name").household(),
    file("pet/*/licence", Text, "犬证号", "Dog licence").household(),
    file("assistant", Text, "私家助理", "Private assistant").unlisted(),
    file("maintenance_fund_shown", Bool, "已出示维修资金凭证", "Maintenance-fund proof shown"),
    file("area/settlement", Choice, "面积差处理", "Area difference")
        .of(&[("keep", "结算后收楼", "Settle and keep"), ("rescind", "解除合同", "Rescind")]),
    file("remark", LongText, "备注", "Remark").import().household(),
    party("party/*/name", Text, "姓名/名称", "Name").import().required(),
    party("party/*/role", Choice, "身份", "Role").required().unlisted().of(&[
        ("owner", "业主", "Owner"),
        ("legal_representative", "法定代表人", "Legal representative"),
        ("delegate", "代办人", "Delegate"),
        ("family", "家庭成员", "Family member"),
        ("emergency", "紧急联系人", "Emergency contact"),
    ]),
    party("party/*/ordinal", Int, "次序", "Order").unlisted(),
    party("party/*/former_name", Text, "曾用名", "Former name").import(),
    party("party/*/sex", Choice, "性别", "Sex")
        .import()
        .of(&[("male", "男", "Male"), ("female", "女", "Female")]),
    party("party/*/birth_date", Date, "出生日期", "Born on").import(),
    party("party/*/paper_kind", Choice, "证件类型", "Kind of paper").import().of(&[
        ("resident_id", "居民身份证", "Resident ID"),
        ("passport", "护照", "Passport"),
        ("hk_macau_permit", "港澳居民来往内地通行证", "Permit for Hong Kong and Macau residents"),
        ("taiwan_permit", "台湾居民来往大陆通行证", "Permit for Taiwan residents"),
        (
            "residence_permit",
            "港澳台居民居住证",
            "Residence permit for Hong Kong, Macau and Taiwan residents",
        ),
        ("foreigner_permit", "外国人永久居留身份证", "Foreigner's permanent residence card"),
        ("company_code", "统一社会信用代码", "Company code"),
        ("other", "其他", "Other"),
    ]),
    party("party/*/paper_no", IdNumber, "证件号码", "Paper number").import().mask(Mask::Number),
    party("party/*/nationality", Text, "国籍", "Nationality").import(),
    party("party/*/phone", Phone, "电话", "Phone").import().mask(Mask::Phone),
    party("party/*/phone2", Phone, "备用电话", "Second phone").import().mask(Mask::Phone),
    party("party/*/email", Text, "电子邮箱", "E-mail").import().mask(Mask::Email),
    party("party/*/address", Text, "通讯地址", "Address").import().mask(Mask::Address),
    party("party/*/employer", Text, "工作单位", "Employer"),
    party("party/*/share", Text, "产权份额", "Share").import(),
    party("party/*/relation", Text, "与业主关系", "Relation to the owner").import(),
    party("party/*/company_code", IdNumber, "统一社会信用代码", "Company code")
        .import()
        .mask(Mask::Number),
    party("party/*/legal_representative", Text, "法定代表人姓名", "Legal representative").import(),
    party("party/*/contact", Text, "公司联系人", "Company's contact").import(),
    party("party/*/poa_scope", LongText, "委托事项", "Matters delegated"),
    party("party/*/poa_signed_on", Date, "委托书签署日期", "Power of attorney signed on"),
    party("party/*/poa_until", Date, "委托期限至", "Power of attorney until"),
    party("party/*/poa_notary", Text, "公证书号", "Notary's number"),
    party("party/*/removed", LongText, "移除原因", "Why removed").unlisted(),
];
