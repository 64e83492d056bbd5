use crate::{
    command::{ItemRef, Signer},
    dossier::{Dossier, scans::numbers, steps::Step},
    fact::{Fact, again_of},
    fields::{self, Entity, text::minute},
    template::Mark,
    view::Text2,
    vocabulary::*,
    world::World,
};
use shoulou_eventlog::{Claim, Erase, Event, Id, Value, Void};

/// An event as a line of a home's history. Masked fields stay masked. `None` for what a reader need not see.
pub fn describe(world: &World<'_>, event: &Event) -> Option<Text2> {
    let dossier = Dossier::of(world);
    match event.kind.rsplit('.').next().unwrap_or_default() {
        "set" => claim(&dossier, &event.kind, &event.payload.deserialized().ok()?),
        "void" => void(&dossier, &event.payload.deserialized().ok()?),
        "erase" => erased(&dossier, &event.payload.deserialized().ok()?),
        _ => {
            let told = fact(&dossier, Fact::decode(&event.kind, &event.payload)?)?;
            match again_of(&event.payload) {
                Some(_) => text(format!("恢复：{}", told.zh), format!("Restored: {}", told.en)),
                None => Some(told),
            }
        }
    }
}

fn text(zh: impl Into<String>, en: impl Into<String>) -> Option<Text2> {
    Some(Text2::new(zh, en))
}

fn claim(dossier: &Dossier<'_>, kind: &str, claim: &Claim) -> Option<Text2> {
    let on = match kind {
        "project.set" if claim.path.starts_with("staff/") => Entity::Staff,
        "project.set" => Entity::Project,
        "unit.set" => Entity::Unit,
        _ => Entity::File,
    };
    let mut segments = claim.path.split('/');
    match (on, segments.next()) {
        (Entity::File, Some("item")) => return item(dossier, claim),
        // The movement beside it says who holds the key.
        (Entity::File, Some("key")) => return None,
        (Entity::File, Some("alarm")) => return cleared(claim),
        (Entity::File, Some("outcome")) => return outcome(claim),
        _ => {}
    }
    let field = fields::find(on, &claim.path).filter(|field| field.listed)?;
    let title = field.title();
    let shown = super::fields::told(&dossier.world, field, &claim.value);
    let whose = fields::person_in(&claim.path).filter(|_| on == Entity::File);
    let whose =
        whose.and_then(|id| dossier.party(id)).map(|party| party.name()).unwrap_or_default();
    let (whose_zh, whose_en) = if whose.is_empty() {
        (String::new(), String::new())
    } else {
        (format!("{whose} "), format!("{whose}, "))
    };
    if claim.value.is_null() {
        return text(
            format!("清空{whose_zh}{}", title.zh),
            format!("{whose_en}{} cleared", title.en),
        );
    }
    text(
        format!("{whose_zh}{}：{}", title.zh, shown.zh),
        format!("{whose_en}{}: {}", title.en, shown.en),
    )
}

fn cleared(claim: &Claim) -> Option<Text2> {
    let reason = claim.value.as_text().filter(|_| claim.path.ends_with("/reason"))?;
    text(format!("核实警示：{reason}"), format!("Alarm cleared: {reason}"))
}

fn outcome(claim: &Claim) -> Option<Text2> {
    if claim.path != "outcome" {
        let reason = claim.value.as_text()?;
        return text(format!("原因：{reason}"), format!("Reason: {reason}"));
    }
    let word: Option<Outcome> = crate::dossier::word(Some(&claim.value));
    match word {
        Some(outcome) => text(
            format!("结果：{}", outcome.title(Lang::Zh)),
            format!("Outcome: {}", outcome.title(Lang::En)),
        ),
        None => text("清空收楼结果", "Outcome cleared"),
    }
}

fn item(dossier: &Dossier<'_>, claim: &Claim) -> Option<Text2> {
    let mut segments = claim.path.split('/').skip(1);
    let (key, instance, what) = (segments.next()?, segments.next()?, segments.next()?);
    let item = ItemRef { key: key.to_owned(), instance: instance.parse().ok()? };
    let title = dossier.item_title(&item);
    match (what, &claim.value) {
        ("waived", Value::Text(reason)) => text(
            format!("{}：不需要（{reason}）", title.zh),
            format!("{}: not needed ({reason})", title.en),
        ),
        ("waived", _) => {
            text(format!("{}：恢复为需要", title.zh), format!("{}: needed again", title.en))
        }
        ("outstanding", Value::Map(map)) => {
            let of = |name: &str| map.get(name).and_then(Value::as_text).unwrap_or_default();
            let (reason, promised) = (of("reason"), of("promised"));
            let (zh, en) = match promised {
                "" => (String::new(), String::new()),
                day => (format!("，承诺 {day}"), format!(", promised for {day}")),
            };
            text(
                format!("{}：欠缺（{reason}）{zh}", title.zh),
                format!("{}: outstanding ({reason}){en}", title.en),
            )
        }
        ("outstanding", _) => {
            text(format!("{}：不再欠缺", title.zh), format!("{}: no longer outstanding", title.en))
        }
        (mark, on) => {
            let mark = Mark::from_word(mark)?.title();
            let off = if *on == Value::Bool(true) { ("", "") } else { ("取消 ", "not ") };
            text(
                format!("{}：{}{}", title.zh, off.0, mark.zh),
                format!("{}: {}{}", title.en, off.1, mark.en.to_lowercase()),
            )
        }
    }
}

/// Of a household one line, whoever was in it.
fn erased(dossier: &Dossier<'_>, erase: &Erase) -> Option<Text2> {
    match crate::dossier::word::<ErasureReason>(Some(&erase.reason.as_str().into())) {
        None => text("删除了一位人员的资料", "A person's data were erased"),
        Some(why) if dossier.is_household(erase.party) => text(
            format!("删除了本户全部资料：{}", why.title(Lang::Zh)),
            format!("The household's data were erased: {}", why.title(Lang::En).to_lowercase()),
        ),
        Some(_) => None,
    }
}

fn void(dossier: &Dossier<'_>, void: &Void) -> Option<Text2> {
    let reason = &void.reason;
    let voided = dossier.file.facts.get(&void.target);
    let what = voided
        .and_then(|recorded| Fact::decode(&recorded.kind, &recorded.payload))
        .and_then(|of| fact(dossier, of))
        .unwrap_or_else(|| Text2::new("一条记录", "a record"));
    // Why is told by a voiding of its own, as long as its part is there.
    let others = dossier.file.voids.get(&void.target);
    let told = others.is_some_and(|all| all.values().any(|one| !one.reason.is_empty()));
    match reason.as_str() {
        "" if told => None,
        "" => text(format!("作废“{}”", what.zh), format!("Voided “{}”", what.en)),
        _ => {
            text(format!("作废“{}”：{reason}", what.zh), format!("Voided “{}”: {reason}", what.en))
        }
    }
}

fn titles(dossier: &Dossier<'_>, items: &[ItemRef]) -> Text2 {
    let titles: Vec<Text2> = items.iter().map(|item| dossier.item_title(item)).collect();
    let list = |pick: fn(&Text2) -> &str, join: &str| {
        titles.iter().map(pick).collect::<Vec<_>>().join(join)
    };
    Text2::new(list(|title| &title.zh, "、"), list(|title| &title.en, ", "))
}

fn person<'a>(dossier: &'a Dossier<'_>, id: Id) -> &'a str {
    let party = dossier.party(id).map(|party| party.name()).filter(|name| !name.is_empty());
    party.or_else(|| dossier.world.staff_name(id)).unwrap_or("—")
}

fn fact(dossier: &Dossier<'_>, fact: Fact) -> Option<Text2> {
    let money = fields::text::money;
    match fact {
        Fact::Founded(_) => text("建立项目", "Project founded"),
        Fact::TemplateAdded(added) if added.form.is_some() => {
            let info = added.form.as_deref().and_then(crate::paper::form);
            let title = info.map(crate::paper::FormInfo::title).unwrap_or_default();
            text(
                format!("收录表格模板：{}", title.zh),
                format!("Template of a form added: {}", title.en),
            )
        }
        Fact::TemplateAdded(_) => text("收录档案模板", "Template added"),
        Fact::UnitAdded(unit) => {
            text(format!("添加单元 {}", unit.code), format!("Home {} added", unit.code))
        }
        Fact::FileOpened(file) => text(
            format!("开立收楼档案（第 {} 次销售）", file.sale),
            format!("File opened, sale {}", file.sale),
        ),
        Fact::Signed(signed) => {
            let (items, who) =
                (titles(dossier, &signed.items), person(dossier, signed.signer.id()));
            let acts = dossier.party(signed.signer.id()).map(|party| party.role);
            let (zh, en) = match (&signed.signer, acts) {
                (Signer::Party { .. }, Some(PartyRole::Delegate)) => ("（代）", " (for the owner)"),
                _ => ("", ""),
            };
            text(format!("{who}{zh}签署 {}", items.zh), format!("{who}{en} signed {}", items.en))
        }
        Fact::StationSigned(line) => {
            let title = dossier.step_title(Step::Station(&line.station));
            let who = person(dossier, line.signer);
            let stamp = if line.stamped { ("并盖章", " and stamped") } else { ("", "") };
            text(
                format!("{who}在“{}”签字{}", title.zh, stamp.0),
                format!("{who} signed off{}: {}", stamp.1, title.en),
            )
        }
        Fact::Arrived(arrived) => {
            let who: Vec<_> = arrived.visitors.iter().map(|id| person(dossier, *id)).collect();
            let (zh, en) = (arrived.attendance.title(Lang::Zh), arrived.attendance.title(Lang::En));
            let at = minute(&arrived.at);
            text(
                format!("签到：{}（{zh}）{at}", who.join("、")),
                format!("Checked in: {} ({}) {at}", who.join(", "), en.to_lowercase()),
            )
        }
        Fact::Posted(posted) => {
            let items = titles(dossier, &posted.items);
            let how = format!("{} {}", posted.carrier, posted.number);
            text(format!("寄出 {}（{how}）", items.zh), format!("Posted {} ({how})", items.en))
        }
        Fact::Delivered(delivered) => text(
            format!("寄送结果：{} {}", delivered.outcome.title(Lang::Zh), delivered.on),
            format!(
                "Delivery: {} {}",
                delivered.outcome.title(Lang::En).to_lowercase(),
                delivered.on
            ),
        ),
        Fact::Transferred(moved) => {
            let items = titles(dossier, &moved.items);
            let (from, to) = (dossier.world.word(&moved.from), dossier.world.word(&moved.to));
            text(
                format!("{} 移交 {}：{}", from.zh, to.zh, items.zh),
                format!("{} passed to {}: {}", from.en, to.en, items.en),
            )
        }
        Fact::Scanned(scan) => match scan.item {
            Some(item) => {
                let title = dossier.item_title(&item);
                text(format!("附扫描件：{}", title.zh), format!("Scan attached: {}", title.en))
            }
            None => text("为记录附扫描件", "Scan attached to a record"),
        },
        Fact::PageScanned(scan) => {
            let printed = dossier.prints.iter().find(|print| print.fact.document == scan.document);
            let paper = printed.map(|print| print.fact.number.clone());
            let blank = || scan.form.as_deref().and_then(crate::paper::form);
            let paper = paper.or_else(|| Some(blank()?.zh.to_owned())).unwrap_or_default();
            let page = scan.page;
            text(
                format!("归档扫描件：{paper} 第 {page} 页"),
                format!("Scan filed: {paper}, page {page}"),
            )
        }
        Fact::PagesExcused(excused) => {
            let (zh, en) = (numbers(&excused.pages, "、"), numbers(&excused.pages, ", "));
            let reason = &excused.reason;
            text(
                format!("不再追补第 {zh} 页的扫描件：{reason}"),
                format!("Page {en} will not be scanned: {reason}"),
            )
        }
        Fact::KeyRegistered(key) => {
            let name = key_name(&key.name, &key.position, &key.number);
            text(format!("登记钥匙：{name}"), format!("Key registered: {name}"))
        }
        Fact::KeyTried(tried) => {
            let name = key_of(dossier, tried.key);
            let fits = if tried.fits { ("相符", "fits") } else { ("不符", "does not fit") };
            text(format!("试开 {name}：{}", fits.0), format!("Key tried, {name}: {}", fits.1))
        }
        Fact::KeyMoved(moved) => {
            let to = dossier.holder_shown(&moved.to);
            let keys = keys_of(dossier, &moved.keys);
            text(format!("钥匙 {keys} → {}", to.zh), format!("Keys {keys} → {}", to.en))
        }
        Fact::KeysRetained(slip) if slip.answer => {
            let keys = keys_of(dossier, &slip.keys);
            text(format!("业主留存钥匙：{keys}"), format!("Owner left keys: {keys}"))
        }
        Fact::KeysRetained(_) => text("业主不留存钥匙", "Owner left no keys"),
        Fact::KeysReturned(slip) => {
            let (keys, who) = (keys_of(dossier, &slip.keys), person(dossier, slip.signer.id()));
            text(format!("{who}签收归还的钥匙：{keys}"), format!("{who} took back keys: {keys}"))
        }
        Fact::Issued(issued) => {
            let title = dossier.item_title(&issued.item);
            text(
                format!("发放 {} ×{}", title.zh, issued.count),
                format!("Issued {} ×{}", title.en, issued.count),
            )
        }
        Fact::MeterRead(read) => {
            let (zh, en) = (read.kind.title(Lang::Zh), read.kind.title(Lang::En));
            let figures = format!("{} {}", read.reading, read.unit);
            text(
                format!("抄表 {zh}：{figures}"),
                format!("Meter read, {}: {figures}", en.to_lowercase()),
            )
        }
        Fact::DefectNoted(defect) => {
            let what = format!("{} {}", defect.room, defect.text);
            text(format!("登记问题：{what}"), format!("Defect noted: {what}"))
        }
        Fact::DefectResulted(result) => {
            let no = dossier
                .defects
                .iter()
                .position(|defect| defect.at == dossier.again.now(result.defect));
            let no = no.map_or(0, |no| no + 1);
            let (zh, en) = (result.result.title(Lang::Zh), result.result.title(Lang::En));
            text(format!("问题 {no}：{zh}"), format!("Defect {no}: {}", en.to_lowercase()))
        }
        Fact::FeeAdded(fee) => {
            let sum = money(fee.cents);
            text(format!("应收 {}：{sum} 元", fee.title), format!("Fee {}: {sum} yuan", fee.title))
        }
        Fact::FeePaid(paid) => {
            let title = dossier.fees.iter().find(|fee| fee.at == dossier.again.now(paid.fee));
            let title = title.map(|fee| fee.fact.title.as_str()).unwrap_or_default();
            let (sum, method) = (money(paid.cents), &paid.method);
            text(
                format!("收款 {title}：{sum} 元（{method}）"),
                format!("Taken for {title}: {sum} yuan ({method})"),
            )
        }
        Fact::Overridden(lifted) => {
            let step = Step::parse(&lifted.step).map(|step| dossier.step_title(step))?;
            let (name, reason) = (&lifted.name, &lifted.reason);
            text(
                format!("放行“{}”：{name}，{reason}", step.zh),
                format!("Override of “{}”: {name}, {reason}", step.en),
            )
        }
        Fact::DayClosed(day) => text(
            format!("第 {} 次收楼日结束：{}", day.day, day.outcome.title(Lang::Zh)),
            format!("Day {} ended: {}", day.day, day.outcome.title(Lang::En).to_lowercase()),
        ),
        Fact::Printed(printed) => {
            let number = &printed.number;
            text(format!("打印 {number}"), format!("Printed {number}"))
        }
        Fact::ListPrinted(list) => {
            let (number, homes) = (&list.number, list.homes);
            text(format!("打印 {number}（{homes} 户）"), format!("Printed {number}, {homes} homes"))
        }
        Fact::Closed(_) => text("档案完成", "File closed"),
        Fact::Confirmed(_) => text("主管确认档案", "File confirmed by the supervisor"),
        Fact::Revealed(revealed) => {
            let title = fields::find(Entity::File, &revealed.path).map(fields::Field::title);
            let title = title.unwrap_or_default();
            text(format!("查看完整{}", title.zh), format!("{} read in full", title.en))
        }
    }
}

fn key_name(name: &str, position: &str, number: &str) -> String {
    let parts = [name, position, number];
    parts.iter().filter(|part| !part.is_empty()).copied().collect::<Vec<_>>().join(" ")
}

fn key_of(dossier: &Dossier<'_>, id: Id) -> String {
    dossier
        .key(id)
        .map_or_else(|| "—".to_owned(), |key| key_name(&key.name, &key.position, &key.number))
}

fn keys_of(dossier: &Dossier<'_>, keys: &[Id]) -> String {
    keys.iter().map(|id| key_of(dossier, *id)).collect::<Vec<_>>().join("、")
}
