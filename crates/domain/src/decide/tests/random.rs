use crate::{command::*, dossier::Dossier, rehearsal::*, vocabulary::*};
use proptest::prelude::*;
use shoulou_eventlog::{Id, Value};

/// A command made of three numbers and what the office holds: mostly sensible, often not.
fn command(office: &Office, kind: u8, a: u8, b: u8) -> Command {
    let dossier = office.dossier();
    let file = office.file;
    let (a, b) = (usize::from(a), usize::from(b));
    let pick = |ids: &[Id], n: usize| ids.get(n % (ids.len() + 1)).copied().unwrap_or(Id([1; 16]));
    let parties: Vec<Id> = dossier.parties.iter().map(|party| party.id).collect();
    let keys: Vec<Id> = dossier.keys.iter().map(|key| key.id).collect();
    let all = &dossier.template.items;
    let item =
        ItemRef { key: all[(a * 7 + b) % all.len()].key.clone(), instance: 1 + (b % 2) as u32 };
    let marks =
        ["ready", "seen", "copied", "received", "returned", "filled", "issued", "done", "signed"];
    let facts: Vec<_> = dossier.file.facts.keys().copied().collect();
    let fact = facts.get((a * 31 + b) % (facts.len() + 1)).copied();
    let fact = fact.unwrap_or(shoulou_eventlog::EventRef {
        commit: shoulou_eventlog::Hash([9; 32]),
        ordinal: 0,
    });
    let at = || AT.to_owned();
    let attendance = Attendance::ALL[a % 3];
    let how = if b % 2 == 0 { ink() } else { paper() };
    match kind % 26 {
        0 => {
            let choices: [(&str, Value); 8] = [
                ("has_dog", Value::Bool(b % 2 == 0)),
                ("vehicles", Value::Int(b as i64 % 4)),
                ("buyer_kind", Value::from(if b % 2 == 0 { "company" } else { "person" })),
                ("attendance", Value::from("delegate")),
                ("appointment/at", Value::from("2026-12-01 09:30")),
                ("remark", Value::from("上午")),
                ("contract/no", Value::Int(3)),
                ("fee_start", Value::Null),
            ];
            let (path, value) = choices[a % 8].clone();
            Command::SetField { target: Target::File { id: file }, path: path.into(), value }
        }
        1 => Command::AddParty {
            file,
            role: PartyRole::ALL[a % 5],
            fields: [("name".to_owned(), Value::from("某"))].into(),
        },
        2 => Command::RemoveParty { file, party: pick(&parties, a), reason: "更名".into() },
        3 if b % 4 == 0 => {
            Command::EraseParty { file, party: pick(&parties, a), reason: "期满".into() }
        }
        3 | 4 => Command::TickItem { file, item, mark: marks[b % 9].into(), on: a % 4 != 0 },
        5 => Command::WaiveItem { file, item, reason: (b % 3 != 0).then(|| "无".to_owned()) },
        6 => {
            let outstanding =
                Outstanding { reason: "未带".into(), follower: SUPERVISOR, promised: None };
            Command::SetOutstanding { file, item, outstanding: (b % 3 != 0).then_some(outstanding) }
        }
        7 => Command::RecordPosting {
            file,
            items: vec![item],
            carrier: "邮政".into(),
            number: "1".into(),
            posted_on: at(),
        },
        8 => Command::RecordDelivery {
            file,
            posting: fact,
            outcome: DeliveryOutcome::ALL[b % 2],
            on: at(),
        },
        9 => {
            Command::RecordArrival { file, attendance, visitors: vec![pick(&parties, b)], at: at() }
        }
        10 | 11 => Command::SignItems {
            file,
            items: vec![item],
            signer: Signer::Party { id: pick(&parties, a) },
            how,
            signed_at: at(),
        },
        12 | 13 => Command::SignStation {
            file,
            station: ["G", "A", "B", "C", "E", "F", "H"][a % 7].into(),
            signer: SUPERVISOR,
            how,
            stamped: true,
            result: "".into(),
            slip: None,
            signed_at: at(),
        },
        14 => Command::OverrideStep {
            file,
            step: ["keys", "close", "station:F", "station:G"][a % 4].into(),
            name: "赵敏".into(),
            reason: "急".into(),
        },
        15 => {
            Command::SetOutcome {
                file, outcome: Outcome::ALL[a % 6], reason: Some("因故".into())
            }
        }
        16 => Command::CloseFile { file },
        17 => Command::ConfirmFile { file },
        18 => Command::RegisterKeys {
            file,
            kind: KeyKind::ALL[a % 6],
            name: "钥匙".into(),
            position: "".into(),
            number: "".into(),
            count: (b % 4) as u32,
            holder: Holder::Department { name: "保安部".into() },
        },
        19 => {
            let holders = [
                Holder::Staff { id: SUPERVISOR },
                Holder::Party { id: pick(&parties, b) },
                Holder::Custody { name: "保安部".into() },
                Holder::Missing,
            ];
            let to = holders[a % 4].clone();
            Command::MoveKeys { file, keys: vec![pick(&keys, b)], to, at: at(), purpose: None }
        }
        20 => Command::RetainKeys {
            file,
            answer: a % 3 != 0,
            keys: vec![pick(&keys, b)],
            terms: Some(RetentionTerms {
                sets: 1,
                purpose: "整改".into(),
                who_may_enter: "".into(),
                escorted: true,
                expected_return: None,
            }),
            at: at(),
        },
        21 => Command::ReturnKeys {
            file,
            keys: vec![pick(&keys, b)],
            signer: Signer::Party { id: pick(&parties, a) },
            how,
            at: at(),
        },
        22 => {
            let defect = Defect {
                room: "客厅".into(),
                part: "".into(),
                text: "裂".into(),
                wish: None,
                photos: Vec::new(),
                responsible: None,
                promised: None,
                at: at(),
            };
            Command::NoteDefect { file, defect }
        }
        23 => Command::SetDefectResult {
            file,
            defect: fact,
            result: DefectResult::ALL[a % 4],
            at: at(),
        },
        24 if a % 2 == 0 => Command::AddFee {
            file,
            fee: Fee {
                title: "费".into(),
                payee: Payee::ALL[b % 3],
                base: None,
                unit_price_cents: None,
                period: None,
                cents: b as i64 - 40,
            },
        },
        24 => Command::TakeFee {
            file,
            fee: fact,
            cents: b as i64,
            method: "现金".into(),
            receipt: None,
            at: at(),
        },
        _ => {
            let target = Target::File { id: file };
            Command::VoidFact { target, fact, reason: "误".into() }
        }
    }
}

/// Plays the script; every so often from an old screen, and every so often with an undo.
fn played(script: &[(u8, u8, u8, u8)]) -> Office {
    let mut office = Office::with_home("1-1-101");
    office.party(PartyRole::Owner, "陈嘉豪", &[("phone", "13812345566")]);
    office.party(PartyRole::Delegate, "王芳", &[]);
    let mut done = false;
    for (kind, a, b, mood) in script {
        office.basis = (mood % 5 == 0).then_some(u64::from(*mood) / 8);
        if mood % 11 == 1 && done {
            let _ = office.undo();
            done = false;
            continue;
        }
        let command = command(&office, *kind, *a, *b);
        done = office.act(command).is_ok();
    }
    office
}

fn script() -> impl Strategy<Value = Vec<(u8, u8, u8, u8)>> {
    proptest::collection::vec(any::<(u8, u8, u8, u8)>(), 0..60)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(16))]

    #[test]
    fn no_sequence_of_commands_breaks_the_view_and_no_order_of_arrival_changes_it(
        script in script(),
        seed in any::<u64>(),
    ) {
        let office = played(&script);
        let view = serde_json::to_string(&office.view()).expect("a view is JSON");
        let row = office.row();
        prop_assert_eq!(&office.view().row, &row);
        for arrived in &office.log {
            let _ = crate::views::describe(&office.world(), &arrived.event);
        }
        let mut order: Vec<usize> = (0..office.log.len()).collect();
        let mut state = seed | 1;
        for place in (1..order.len()).rev() {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            order.swap(place, (state >> 33) as usize % (place + 1));
        }
        let shuffled = office.in_order(&order);
        prop_assert_eq!(serde_json::to_string(&shuffled.view()).expect("a view is JSON"), view);
    }

    #[test]
    fn an_item_read_alone_stands_as_it_does_among_all(script in script()) {
        let office = played(&script);
        let whole = office.dossier();
        let of_template = whole.template.items.iter().flat_map(|item| {
            (1..=3).map(|instance| ItemRef { key: item.key.clone(), instance })
        });
        for item in of_template {
            let alone = Dossier::about(&office.world(), Some(&item));
            let found = (alone.items.len(), format!("{:?}", alone.item(&item)));
            let among = whole.item(&item);
            prop_assert_eq!(found, (usize::from(among.is_some()), format!("{among:?}")));
        }
    }

    #[test]
    fn what_a_screen_did_not_show_is_never_replaced(script in script()) {
        let office = played(&script);
        for arrived in &office.log {
            let Ok(claim) = arrived.event.payload.deserialized::<shoulou_eventlog::Claim>() else {
                continue;
            };
            let Some(basis) = office.screens.get(&number(&arrived.at)) else { continue };
            prop_assert!(claim.replaces.iter().all(|target| number(target) <= *basis));
        }
    }
}
