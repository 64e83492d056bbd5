use super::{alarms, documents, fields, row};
use crate::{
    command::*,
    dossier::{Dossier, Entry, ItemState, KeyState, PartyState, SignOff, steps::Step},
    fact::{Fact, KeysReturned, Scanned},
    template::{Counting, TemplateItem},
    view::*,
    vocabulary::*,
    world::{World, current_sale},
};
use chrono::{Datelike, NaiveDate, Weekday};
use shoulou_eventlog::{EventRef, Id, Recorded, Value};

/// Everything the page of a home shows.
pub fn home_view(world: &World<'_>, today: NaiveDate) -> HomeView {
    let dossier = Dossier::of(world);
    HomeView {
        row: row::row(&dossier),
        sale: world.unit.map_or(1, current_sale),
        unit_fields: fields::unit_fields(world),
        file_fields: fields::file_fields(&dossier),
        parties: dossier
            .parties
            .iter()
            .filter(|party| !dossier.is_household(party.id))
            .map(|party| party_view(&dossier, party, today))
            .collect(),
        stations: stations(&dossier),
        order_warning: dossier.order_warns(),
        items: items(&dossier),
        keys: dossier.keys.iter().map(|key| key_view(&dossier, key)).collect(),
        retention: retention(&dossier),
        meters: dossier.meters.iter().map(|entry| meter(&dossier, entry)).collect(),
        defects: defects(&dossier),
        fees: fees(&dossier),
        postings: postings(&dossier),
        documents: documents::of(&dossier),
        overrides: overrides(&dossier),
        arrival: dossier.arrival.as_ref().map(|entry| ArrivalView {
            fact: entry.at,
            attendance: entry.fact.attendance,
            visitors: dossier.present.clone(),
            at: entry.fact.at.clone(),
        }),
        alarms: alarms::of(&dossier),
        erased: dossier.household_erased(),
        read_only: [Some(world.project), world.unit, world.file]
            .into_iter()
            .flatten()
            .any(|state| !state.unknown.is_empty()),
    }
}

fn party_view(dossier: &Dossier<'_>, party: &PartyState<'_>, today: NaiveDate) -> PartyView {
    PartyView {
        id: party.id,
        role: party.role,
        name: party.name().to_owned(),
        fields: if party.erased { Vec::new() } else { fields::party_fields(dossier, party, today) },
        removed: party.removed,
        erased: party.erased,
    }
}

fn stations(dossier: &Dossier<'_>) -> Vec<StationView> {
    let view = |station: &crate::template::Station| StationView {
        key: station.key.clone(),
        title: station.title.clone(),
        department: dossier.template.who(&station.department),
        needs_signature: station.signs_on.is_some(),
        needs_stamp: station.stamps,
        progress: dossier.station_progress(station),
        blocked_by: dossier
            .blocked(Step::Station(&station.key))
            .filter(|_| !dossier.station_signed(&station.key)),
        sign_offs: dossier
            .sign_offs
            .iter()
            .filter(|(entry, _)| entry.fact.station.as_deref() == Some(&station.key))
            .filter_map(|(entry, recorded)| sign_off(dossier, entry, recorded))
            .collect(),
    };
    dossier.stations().into_iter().map(view).collect()
}

fn sign_off(
    dossier: &Dossier<'_>,
    entry: &Entry<'_, SignOff>,
    recorded: &Recorded,
) -> Option<SignOffView> {
    let view = match Fact::decode(&recorded.kind, &recorded.payload)? {
        Fact::Signed(signed) => {
            let form = signed.items.first().and_then(|item| form_of(dossier, item));
            let signature = signature(dossier, entry.at, form.as_deref(), signed.how);
            SignOffView { signed_at: signed.signed_at, ..signature }
        }
        Fact::StationSigned(line) => {
            let station = dossier.template.station(&line.station);
            let form = station.and_then(|station| station.signs_on.as_deref());
            SignOffView {
                stamped: line.stamped,
                result: line.result,
                slip: line.slip,
                signed_at: line.signed_at,
                ..signature(dossier, entry.at, form, line.how)
            }
        }
        _ => return None,
    };
    let signer = signer_name(dossier, entry.fact.signer, entry.fact.by_staff);
    Some(SignOffView { signer, entered: entry.meta.time, ..view })
}

fn key_return(dossier: &Dossier<'_>, entry: &Entry<'_, KeysReturned>) -> SignOffView {
    let KeysReturned { signer, how, at, .. } = entry.fact.clone();
    SignOffView {
        signer: signer_name(dossier, signer.id(), matches!(signer, Signer::Staff { .. })),
        signed_at: at,
        entered: entry.meta.time,
        ..signature(dossier, entry.at, Some("key_custody"), how)
    }
}

/// How it was signed; by whom and when is for the caller to say.
fn signature(
    dossier: &Dossier<'_>,
    fact: EventRef,
    form: Option<&str>,
    how: SignedHow,
) -> SignOffView {
    let on_screen = matches!(how, SignedHow::Screen { .. });
    let (copies, strokes, scan, pages) = match how {
        SignedHow::Screen { strokes, pages, template, blob, paper } => {
            let pages = form.zip(blob).map(|(form, blob)| SignedPages {
                form: form.to_owned(),
                title: documents::title(dossier, form),
                blob,
                hash: pages,
                template,
                paper,
            });
            (0, strokes, None, pages)
        }
        SignedHow::Paper { copies, scan } => (copies, Vec::new(), scan, None),
    };
    SignOffView {
        fact,
        signer: String::new(),
        on_screen,
        copies,
        stamped: false,
        result: String::new(),
        slip: None,
        signed_at: String::new(),
        entered: 0,
        strokes,
        scans: scans(dossier, fact, scan.as_slice()),
        pages,
    }
}

/// The form that an item is signed on.
fn form_of(dossier: &Dossier<'_>, item: &ItemRef) -> Option<String> {
    let known = dossier.template.items.iter().find(|one| one.key == item.key)?;
    Some(known.form.clone().unwrap_or_else(|| known.paper().to_owned()))
}

/// A delegate signs with the own name plus 代.
fn signer_name(dossier: &Dossier<'_>, signer: Id, by_staff: bool) -> String {
    if by_staff {
        return dossier.world.staff_name(signer).unwrap_or_default().to_owned();
    }
    match dossier.party(signer) {
        Some(party) if party.role == PartyRole::Delegate => format!("{}（代）", party.name()),
        Some(party) => party.name().to_owned(),
        None => String::new(),
    }
}

fn items(dossier: &Dossier<'_>) -> Vec<ItemView> {
    dossier.items.iter().map(|state| item_view(dossier, state)).collect()
}

fn item_view(dossier: &Dossier<'_>, state: &ItemState<'_>) -> ItemView {
    let item = dossier.template_item(state);
    let who = |key: &str| dossier.template.who(key);
    let outstanding = state.outstanding.as_ref().map(|outstanding| OutstandingView {
        reason: outstanding.reason.clone(),
        follower: outstanding.follower,
        promised: outstanding.promised.clone(),
        since: outstanding.since,
    });
    ItemView {
        item: state.item.clone(),
        title: dossier.item_title(&state.item),
        no: item.and_then(|item| item.no),
        phase: item.map_or("after", |item| item.phase.word()).to_owned(),
        kind: item.map_or("paper", |item| item.kind.word()).to_owned(),
        stage: item.and_then(|item| item.stage),
        progress: state.progress,
        marks: state
            .marks
            .iter()
            .map(|mark| MarkView {
                mark: mark.mark.word().to_owned(),
                title: mark.mark.title(),
                on: mark.on,
                by: mark.by,
                time: mark.time,
            })
            .collect(),
        due: item.and_then(|item| due(dossier, item)),
        role: item.map(|item| who(&item.role)).unwrap_or_default(),
        copies: item.map_or(1, |item| item.copies),
        stamp: item.is_some_and(|item| item.stamp),
        form: item.and_then(|item| item.form.clone()),
        comes_from: item.and_then(|item| item.comes_from.as_deref()).map(who),
        goes_to: item
            .map(|item| item.goes_to.iter().map(|key| who(key)).collect())
            .unwrap_or_default(),
        waived: state.waived.map(str::to_owned),
        outstanding,
        sign_offs: dossier
            .sign_offs
            .iter()
            .filter(|(entry, _)| entry.fact.items.contains(&state.item))
            .filter_map(|(entry, recorded)| sign_off(dossier, entry, recorded))
            .collect(),
        serials: dossier
            .issues
            .iter()
            .filter(|issued| issued.fact.item == state.item)
            .flat_map(|issued| issued.fact.serials.iter().cloned())
            .collect(),
        scans: dossier
            .scans
            .iter()
            .filter(|scan| scan.fact.item.as_ref() == Some(&state.item))
            .map(scan_view)
            .collect(),
        disputed: state.disputed,
        dropped: state.dropped,
    }
}

fn scan_view(scan: &Entry<'_, Scanned>) -> ScanView {
    let Scanned { blob, name, media, .. } = scan.fact.clone();
    ScanView { fact: scan.at, blob, name, media }
}

/// What shows a fact: `noted` with it, then attached to it since.
fn scans(dossier: &Dossier<'_>, fact: EventRef, noted: &[String]) -> Vec<ScanView> {
    let noted = noted.iter().map(|blob| ScanView {
        fact,
        blob: blob.clone(),
        name: String::new(),
        media: String::new(),
    });
    noted.chain(dossier.scans_of(fact).map(scan_view)).collect()
}

/// The day an item is due, once there is an appointment to count from.
fn due(dossier: &Dossier<'_>, item: &TemplateItem) -> Option<String> {
    let appointed = row::appointed_day(dossier)?;
    let works = |day: NaiveDate| !matches!(day.weekday(), Weekday::Sat | Weekday::Sun);
    let working = dossier.world.project.value("working_days") == Some(&Value::Bool(true));
    let counting = if working { Counting::Working(&works) } else { Counting::Calendar };
    item.due?.on(appointed, dossier.template.letters, counting).map(|day| day.to_string())
}

fn key_view(dossier: &Dossier<'_>, key: &KeyState<'_>) -> KeyView {
    let disputed = if key.holders.len() > 1 {
        key.holders.iter().map(|holder| dossier.holder_shown(holder)).collect()
    } else {
        Vec::new()
    };
    KeyView {
        id: key.id,
        kind: key.kind,
        name: key.name.clone(),
        position: key.position.clone(),
        number: key.number.clone(),
        label: key.label.clone(),
        fits: key.fits,
        holder: key.holder().clone(),
        holder_shown: dossier.holder_shown(key.holder()),
        disputed,
        moves: key
            .moves
            .iter()
            .map(|moved| KeyMoveView {
                fact: moved.at,
                to: dossier.holder_shown(&moved.to),
                at: moved.when.clone(),
                by: moved.meta.actor,
                purpose: moved.purpose.clone(),
            })
            .collect(),
    }
}

fn retention(dossier: &Dossier<'_>) -> Option<RetentionView> {
    let slip = dossier.retention()?;
    let retained = |id: &shoulou_eventlog::Id| dossier.key(*id).is_some_and(KeyState::retained);
    Some(RetentionView {
        fact: slip.at,
        answer: slip.fact.answer,
        keys: slip.fact.keys.clone(),
        terms: slip.fact.terms.clone(),
        at: slip.fact.at.clone(),
        passed_to_security: dossier.passed_to_security(),
        returned: slip.fact.answer && !slip.fact.keys.iter().any(retained),
        scans: scans(dossier, slip.at, &[]),
        returns: dossier
            .returns
            .iter()
            .filter(|entry| entry.fact.keys.iter().any(|key| slip.fact.keys.contains(key)))
            .map(|entry| key_return(dossier, entry))
            .collect(),
    })
}

fn meter(dossier: &Dossier<'_>, entry: &Entry<'_, MeterReading>) -> FactView<MeterReading> {
    FactView {
        fact: entry.at,
        by: entry.meta.actor,
        entered: entry.meta.time,
        voided: entry.voided.map(str::to_owned),
        fact_is: entry.fact.clone(),
        scans: scans(dossier, entry.at, entry.fact.photo.as_slice()),
    }
}

/// Numbered as on the list that was signed: a voided one keeps its number.
fn defects(dossier: &Dossier<'_>) -> Vec<DefectView> {
    let view = |(n, entry): (usize, &Entry<'_, Defect>)| {
        let result = dossier.defect_result(&entry.at);
        DefectView {
            fact: entry.at,
            no: n as u32 + 1,
            defect: entry.fact.clone(),
            result: result.map_or(DefectResult::Open, |result| result.fact.result),
            result_at: result.map(|result| result.fact.at.clone()),
            voided: entry.voided.map(str::to_owned),
            photos: scans(dossier, entry.at, &entry.fact.photos),
        }
    };
    dossier.defects.iter().enumerate().map(view).collect()
}

fn fees(dossier: &Dossier<'_>) -> Vec<FeeView> {
    let view = |entry: &Entry<'_, Fee>| FeeView {
        fact: entry.at,
        fee: entry.fact.clone(),
        paid_cents: dossier.paid(&entry.at),
        payments: dossier
            .payments
            .iter()
            .filter(|payment| payment.fact.fee == entry.at)
            .map(|payment| PaymentView {
                fact: payment.at,
                cents: payment.fact.cents,
                method: payment.fact.method.clone(),
                receipt: payment.fact.receipt.clone(),
                at: payment.fact.at.clone(),
                by: payment.meta.actor,
            })
            .collect(),
        voided: entry.voided.map(str::to_owned),
    };
    dossier.fees.iter().map(view).collect()
}

fn postings(dossier: &Dossier<'_>) -> Vec<PostingView> {
    let delivery = |posting| {
        let delivered = dossier.deliveries.iter().rfind(|entry| entry.fact.posting == posting)?;
        Some((delivered.fact.outcome, delivered.fact.on.clone()))
    };
    dossier
        .postings
        .iter()
        .map(|entry| PostingView {
            fact: entry.at,
            items: entry.fact.items.clone(),
            carrier: entry.fact.carrier.clone(),
            number: entry.fact.number.clone(),
            posted_on: entry.fact.posted_on.clone(),
            delivery: delivery(entry.at),
        })
        .collect()
}

fn overrides(dossier: &Dossier<'_>) -> Vec<OverrideView> {
    let view = |entry: &Entry<'_, crate::fact::Overridden>| OverrideView {
        fact: entry.at,
        step: entry.fact.step.clone(),
        step_title: Step::parse(&entry.fact.step)
            .map_or_else(Text2::default, |step| dossier.step_title(step)),
        name: entry.fact.name.clone(),
        reason: entry.fact.reason.clone(),
        by: entry.meta.actor,
        time: entry.meta.time,
    };
    dossier.overrides.iter().map(view).collect()
}
