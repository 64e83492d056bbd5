//! Who signs a form, and who has signed it.

use super::{
    Sheet,
    tree::{Row, Tree},
};
use crate::{
    checks::date,
    command::SignedHow,
    dossier::{Entry, PartyState, SignOff},
    fact::{Fact, StationSigned},
    vocabulary::{Attendance, BuyerKind, PartyRole},
};
use shoulou_eventlog::{Id, Recorded, Value};

/// One sign-off, whoever made it.
pub(super) struct Hand {
    pub name: String,
    pub how: Option<SignedHow>,
    /// 代, company's seal.
    pub role_note: String,
    pub signed_at: String,
}

impl Hand {
    fn waiting(name: impl Into<String>, role_note: impl Into<String>) -> Self {
        Hand { name: name.into(), how: None, role_note: role_note.into(), signed_at: String::new() }
    }
}

impl Sheet<'_, '_> {
    /// The lines where owners or their delegate sign: those who signed, and those who still will.
    pub(super) fn owners_sign(&self, tree: &mut Tree, path: &str) {
        self.parties_sign(tree, path, self.expected(), |_| true);
    }

    /// The same where nobody may sign in their place, whoever comes on the day.
    pub(super) fn owners_sign_in_person(&self, tree: &mut Tree, path: &str) {
        let company = self.dossier.buyer_kind() == Some(BuyerKind::Company);
        let named = self.dossier.present_parties(PartyRole::LegalRepresentative);
        let representatives: Vec<_> = named.filter(|_| company).collect();
        let owners = if representatives.is_empty() {
            self.dossier.owners().collect()
        } else {
            representatives
        };
        self.parties_sign(tree, path, owners, |party| party.role != PartyRole::Delegate);
    }

    /// The lines of those who come in the owners' place.
    pub(super) fn delegates_sign(&self, tree: &mut Tree, path: &str) {
        let delegates = self.dossier.present_parties(PartyRole::Delegate).collect();
        self.parties_sign(tree, path, delegates, |party| party.role == PartyRole::Delegate);
    }

    fn parties_sign(
        &self,
        tree: &mut Tree,
        path: &str,
        expected: Vec<&PartyState<'_>>,
        may: impl Fn(&PartyState<'_>) -> bool,
    ) {
        if self.print.blank {
            return tree.rows(path, [hand_row(self, &Hand::waiting("", ""))]);
        }
        let signed: Vec<_> = self.sign_offs().filter(|(entry, _)| !entry.fact.by_staff).collect();
        let mut hands = Vec::new();
        let mut there = Vec::new();
        for (entry, recorded) in &signed {
            let Some(party) = self.dossier.party(entry.fact.signer) else { continue };
            if !may(party) {
                continue;
            }
            there.push(party.id);
            hands.push(self.hand(party.name(), recorded, self.role_note(party)));
        }
        for party in expected {
            if !there.contains(&party.id) {
                hands.push(Hand::waiting(party.name(), self.role_note(party)));
            }
        }
        if hands.is_empty() {
            hands.push(Hand::waiting("", ""));
        }
        tree.rows(path, hands.iter().map(|hand| hand_row(self, hand)));
    }

    /// The line of a department: the hands of its staff on this form, or one to sign on.
    pub(super) fn staff_signs(&self, tree: &mut Tree, path: &str, whose: impl Fn(Id) -> bool) {
        let mut hands: Vec<Hand> = Vec::new();
        if !self.print.blank {
            let signed = self.sign_offs().filter(|(entry, _)| entry.fact.by_staff);
            let theirs = signed.filter(|(entry, _)| whose(entry.fact.signer));
            hands.extend(theirs.map(|(entry, recorded)| {
                self.hand(self.staff_name(entry.fact.signer), recorded, String::new())
            }));
        }
        if hands.is_empty() {
            hands.push(Hand::waiting("", ""));
        }
        tree.rows(path, hands.iter().map(|hand| hand_row(self, hand)));
    }

    pub(super) fn one_hand(&self, tree: &mut Tree, path: &str, hand: Option<Hand>) {
        let hand = hand.filter(|_| !self.print.blank).unwrap_or_else(|| Hand::waiting("", ""));
        tree.rows(path, [hand_row(self, &hand)]);
    }

    /// Sign-offs on this form: of its item, or of the station that signs on it.
    fn sign_offs(&self) -> impl Iterator<Item = &(Entry<'_, SignOff>, &Recorded)> {
        let key = format!("sign.{}", self.form.key);
        let own_station = self.form.key != "handover_record";
        self.dossier.sign_offs.iter().filter(move |(entry, _)| {
            let station = entry.fact.station.as_deref().filter(|_| own_station);
            let station = station.and_then(|station| self.dossier.template.station(station));
            entry.fact.items.iter().any(|item| item.key == key)
                || entry.fact.day == self.dossier.day
                    && station.is_some_and(|s| s.signs_on.as_deref() == Some(self.form.key))
        })
    }

    fn hand(&self, name: &str, recorded: &Recorded, role_note: String) -> Hand {
        let (how, signed_at) = match Fact::decode(&recorded.kind, &recorded.payload) {
            Some(Fact::Signed(signed)) => (Some(signed.how), signed.signed_at),
            Some(Fact::StationSigned(signed)) => (Some(signed.how), signed.signed_at),
            _ => (None, String::new()),
        };
        Hand { name: name.to_owned(), how, role_note, signed_at }
    }

    /// Who came, else who is announced.
    pub(super) fn expected(&self) -> Vec<&PartyState<'_>> {
        let dossier = self.dossier;
        let signs = |party: &&PartyState| {
            party.present()
                && matches!(
                    party.role,
                    PartyRole::Owner | PartyRole::LegalRepresentative | PartyRole::Delegate
                )
        };
        if let Some(arrival) = &dossier.arrival {
            let visitors = arrival.fact.visitors.iter().filter_map(|id| dossier.party(*id));
            let visitors: Vec<_> = visitors.filter(signs).collect();
            if !visitors.is_empty() {
                return visitors;
            }
        }
        let attendance = dossier.arrival.as_ref().map(|arrival| arrival.fact.attendance);
        let role = match (attendance.or(dossier.announced_attendance()), dossier.buyer_kind()) {
            (Some(Attendance::Delegate), _) => PartyRole::Delegate,
            (Some(Attendance::LegalRepresentative), _) | (_, Some(BuyerKind::Company)) => {
                PartyRole::LegalRepresentative
            }
            _ => PartyRole::Owner,
        };
        let named: Vec<_> = dossier.present_parties(role).collect();
        if named.is_empty() { dossier.owners().collect() } else { named }
    }

    /// A delegate signs with the own name plus 代; a company stamps.
    fn role_note(&self, party: &PartyState<'_>) -> String {
        let company = self.dossier.buyer_kind() == Some(BuyerKind::Company);
        match (party.role, company) {
            (PartyRole::Delegate, false) => "代".into(),
            (PartyRole::Delegate, true) => "代（公司盖章）".into(),
            (_, true) => "（公司盖章）".into(),
            _ => String::new(),
        }
    }

    /// Whether a member of staff belongs to a department, by its key in the template.
    pub(super) fn works_in(&self, staff: Id, departments: &[&str]) -> bool {
        let department = self.dossier.world.staff_text(staff, "department").unwrap_or_default();
        departments
            .iter()
            .any(|key| *key == department || self.dossier.template.who(key).zh == department)
    }

    /// The handler's cells on a line of the handover record.
    pub(super) fn station_cells(&self, signed: &StationSigned) -> Row {
        let hand = Hand {
            name: self.staff_name(signed.signer).to_owned(),
            how: Some(signed.how.clone()),
            role_note: String::new(),
            signed_at: signed.signed_at.clone(),
        };
        let arrived = self.dossier.arrival.as_ref().map(|arrival| date::day(&arrival.fact.at));
        let same_day = arrived.is_some_and(|day| day == date::day(&hand.signed_at));
        let cell = |(column, value): (&'static str, Value)| match column {
            "name" => ("handler", value),
            // On the day of the handling the hour is enough for a narrow cell.
            "time" if same_day && value != Value::from("") => {
                ("time", date::clock(&hand.signed_at).unwrap_or_default().into())
            }
            _ => (column, value),
        };
        hand_row(self, &hand).into_iter().map(cell).collect()
    }
}

fn hand_row(sheet: &Sheet<'_, '_>, hand: &Hand) -> Row {
    let shown = hand.how.as_ref().filter(|_| sheet.print.signatures);
    let mut note = hand.role_note.clone();
    let mut strokes = Value::List(Vec::new());
    match shown {
        Some(SignedHow::Screen { strokes: drawn, .. }) => strokes = drawing(drawn),
        Some(SignedHow::Paper { copies, .. }) => {
            if !note.is_empty() {
                note.push('，');
            }
            note.push_str(&format!("纸签{copies}份"));
        }
        None => {}
    }
    let time = shown.map(|_| date::minute(&hand.signed_at)).unwrap_or_default();
    vec![
        ("name", hand.name.as_str().into()),
        ("strokes", strokes),
        ("note", note.into()),
        ("time", time.into()),
    ]
}

fn drawing(strokes: &[Vec<[i32; 3]>]) -> Value {
    let point = |[x, y, pressure]: &[i32; 3]| {
        Value::List([x, y, pressure].map(|n| Value::Int(i64::from(*n))).to_vec())
    };
    let stroke = |points: &Vec<[i32; 3]>| Value::List(points.iter().map(point).collect());
    Value::List(strokes.iter().map(stroke).collect())
}
