use super::Name;

/// Where a form means something of its own by a path that others have as well.
pub(super) const OF_FORM: &[(&str, &[Name])] = &[
    (
        "admission_notice",
        &[("contact.name", "联系人", "Contact"), ("papers", "应带的证件和资料", "Papers to bring")],
    ),
    (
        "intake_guide",
        &[
            ("papers", "应带的证件和资料", "Papers to bring"),
            ("shown", "当日可查阅的文件", "Documents on show"),
        ],
    ),
    ("flow_note", &[("papers", "应带的证件和资料", "Papers to bring")]),
    (
        "stamping",
        &[("papers", "应盖章的文件", "Papers to stamp"), ("total", "份数合计", "Copies in all")],
    ),
    ("stamping_register", &[("papers", "应盖章的文件", "Papers to stamp")]),
    ("document_receipt", &[("papers", "签领的文件", "Documents received")]),
    (
        "file_list",
        &[("papers", "档案中的资料", "Papers of the file"), ("papers[].note", "备注", "Remark")],
    ),
    ("quality_guarantee", &[("phone", "保修电话", "Warranty phone")]),
    (
        "utility_note",
        &[
            ("phone", "咨询电话", "Phone for questions"),
            ("meters[].figures", "起计读数", "First reading"),
        ],
    ),
    ("utility_readings", &[("meters[].figures", "起计读数", "First reading")]),
    ("user_manual", &[("accepted_on", "竣工备案日期", "Completion filed on")]),
    ("area_settlement", &[("unit_price", "单价（元/㎡）", "Price per m² (yuan)")]),
    (
        "follow_up_sheet",
        &[("defects", "待整改问题", "Defects to rectify"), ("outcome", "交付结果", "Outcome")],
    ),
    ("rectification_summary", &[("open", "未完成的问题", "Open defects")]),
    ("owner_registration", &[("residents", "同住人", "Residents")]),
    ("equipment_list", &[("things", "设备设施", "Equipment")]),
    ("equipment_receipt", &[("things", "资料或物品", "Manuals and things")]),
    (
        "house_handover",
        &[
            ("things", "移交的物品", "Things handed over"),
            ("keys", "移交的钥匙", "Keys handed over"),
            ("shown", "提供查阅的文件", "Documents on show"),
        ],
    ),
    ("key_custody", &[("keys", "留存的钥匙", "Keys retained")]),
    ("custody_keys", &[("keys", "留存的钥匙", "Keys retained")]),
    ("pass_papers", &[("rows", "移交的资料", "Papers passed on")]),
    ("pass_things", &[("rows", "移交的物品", "Things passed on")]),
    (
        "pass_keys",
        &[
            ("rows", "移交的钥匙", "Keys passed on"),
            ("rows[].title", "名称、位置、编号", "Name, place, number"),
            ("rows[].to", "现持有人", "Holder now"),
            ("rows[].from", "上一持有人", "Holder before"),
        ],
    ),
    (
        "outstanding_register",
        &[
            ("rows", "各户欠缺", "What is missing"),
            ("rows[].title", "欠缺事项", "What is missing"),
            ("count.rows", "欠缺项数", "Items missing"),
            ("count.overdue", "其中逾期项数", "Items overdue"),
        ],
    ),
    (
        "vehicle_pass_register",
        &[("rows", "各户车辆", "Vehicles of all homes"), ("count.rows", "车辆数", "Vehicles")],
    ),
    (
        "custody_register",
        &[
            ("rows", "各户留存钥匙", "Keys in custody"),
            ("count.overdue", "其中逾期户数", "Homes overdue"),
        ],
    ),
    ("work_note", &[("tasks", "各部门事项", "Tasks of departments")]),
];
