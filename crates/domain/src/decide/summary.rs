use super::desk::Desk;
use crate::{
    command::{Command, ItemRef},
    dossier::steps::Step,
    fields::{self, Entity},
    paper::title_of,
    template::Mark,
    view::Text2,
    vocabulary::Lang,
};

fn joined(zh: &str, en: &str, what: Text2) -> Text2 {
    Text2::new(format!("{zh}：{}", what.zh), format!("{en}: {}", what.en))
}

fn titles(desk: &Desk<'_, '_>, items: &[ItemRef]) -> Text2 {
    match items {
        [only] => desk.dossier.item_title(only),
        _ => Text2::new(format!("{} 项", items.len()), format!("{} items", items.len())),
    }
}

/// The action in a few words. No names, numbers or free text: it is shown over any screen.
pub(super) fn of(desk: &Desk<'_, '_>, command: &Command) -> Text2 {
    use Command::*;
    let item = |item: &ItemRef| desk.dossier.item_title(item);
    match command {
        SetField { path, .. } => {
            let field = [Entity::File, Entity::Unit, Entity::Project, Entity::Staff]
                .iter()
                .find_map(|on| fields::find(*on, path))
                .or_else(|| fields::find(Entity::Staff, &format!("staff/x/{path}")));
            let title = field.map_or_else(|| Text2::new("字段", "field"), fields::Field::title);
            joined("修改", "Changed", title)
        }
        AddStaff { .. } => Text2::new("添加人员", "Staff added"),
        AddUnit { .. } => Text2::new("添加单元", "Home added"),
        ReopenSale { .. } => Text2::new("为再次出售开新档案", "New file for a new sale"),
        AddParty { role, .. } => {
            joined("添加", "Added", Text2::new(role.title(Lang::Zh), role.title(Lang::En)))
        }
        RemoveParty { .. } => Text2::new("移除人员", "Person removed"),
        EraseParty { .. } => Text2::new("删除个人资料", "Personal data erased"),
        EraseHousehold { .. } => Text2::new("删除本户资料", "The household's data erased"),
        TickItem { item: of, mark, on, .. } => {
            let mark = Mark::from_word(mark).map(Mark::title).unwrap_or_default();
            let title = item(of);
            let off = if *on { ("", "") } else { ("取消 ", "not ") };
            Text2::new(
                format!("{} · {}{}", title.zh, off.0, mark.zh),
                format!("{}: {}{}", title.en, off.1, mark.en.to_lowercase()),
            )
        }
        WaiveItem { item: of, .. } => joined("不需要", "Not needed", item(of)),
        SetOutstanding { item: of, outstanding: Some(_), .. } => {
            joined("欠缺", "Outstanding", item(of))
        }
        SetOutstanding { item: of, .. } => joined("不再欠缺", "No longer outstanding", item(of)),
        RecordPosting { items, .. } => joined("寄出", "Posted", titles(desk, items)),
        RecordDelivery { outcome, .. } => joined(
            "寄送结果",
            "Delivery",
            Text2::new(outcome.title(Lang::Zh), outcome.title(Lang::En)),
        ),
        TransferItems { items, .. } => joined("移交", "Passed on", titles(desk, items)),
        AttachScan { .. } => Text2::new("附上扫描件", "Scan attached"),
        FilePages { pages, .. } => Text2::new(
            format!("归档扫描件 {} 页", pages.len()),
            format!("{} scanned pages filed", pages.len()),
        ),
        ExcusePages { .. } => Text2::new("不再追补扫描件", "Pages given up"),
        RecordArrival { .. } => Text2::new("签到", "Checked in"),
        SignItems { items, .. } => joined("签署", "Signed", titles(desk, items)),
        SignStation { station, .. } => {
            joined("签字", "Signed off", desk.dossier.step_title(Step::Station(station)))
        }
        OverrideStep { step, .. } => {
            let title = Step::parse(step).map(|step| desk.dossier.step_title(step));
            joined("放行", "Override", title.unwrap_or_default())
        }
        SetOutcome { outcome, .. } => {
            joined("结果", "Outcome", Text2::new(outcome.title(Lang::Zh), outcome.title(Lang::En)))
        }
        CloseFile { .. } => Text2::new("完成档案", "File closed"),
        ConfirmFile { .. } => Text2::new("确认档案", "File confirmed"),
        RegisterKeys { count, .. } => {
            Text2::new(format!("登记钥匙 {count} 把"), format!("{count} keys registered"))
        }
        TryKey { .. } => Text2::new("试开钥匙", "Key tried"),
        MoveKeys { keys, .. } => {
            Text2::new(format!("移交钥匙 {} 把", keys.len()), format!("{} keys moved", keys.len()))
        }
        RetainKeys { answer: false, .. } => {
            Text2::new("业主不留存钥匙", "No keys left by the owner")
        }
        RetainKeys { keys, .. } => Text2::new(
            format!("留存钥匙 {} 把", keys.len()),
            format!("{} keys retained", keys.len()),
        ),
        ReturnKeys { keys, .. } => Text2::new(
            format!("归还钥匙 {} 把", keys.len()),
            format!("{} keys returned", keys.len()),
        ),
        IssueThings { item: of, .. } => joined("发放", "Issued", item(of)),
        ReadMeter { reading, .. } => joined(
            "抄表",
            "Meter read",
            Text2::new(reading.kind.title(Lang::Zh), reading.kind.title(Lang::En)),
        ),
        NoteDefect { .. } => Text2::new("登记问题", "Defect noted"),
        SetDefectResult { result, .. } => joined(
            "整改",
            "Rectification",
            Text2::new(result.title(Lang::Zh), result.title(Lang::En)),
        ),
        AddFee { .. } => Text2::new("增加款项", "Fee added"),
        TakeFee { .. } => Text2::new("收款", "Fee taken"),
        SetFormTemplate { form, .. } => {
            joined("表格模板改为新版本", "Template changed", title_of(form))
        }
        UseFormTemplate { form, .. } => joined("表格模板换回", "Template put back", title_of(form)),
        SettleDispute { .. } => Text2::new("裁定分歧", "Dispute settled"),
        ClearAlarm { .. } => Text2::new("核实警示", "Alarm cleared"),
        VoidFact { .. } => Text2::new("作废", "Voided"),
    }
}
