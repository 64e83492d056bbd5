use super::{ImportedBuyer, Notice, Writing};
use crate::{
    fields::Entity,
    normalize::paper::{self, PaperNumber},
    world,
};
use shoulou_eventlog::{EntityState, Id, Value};
use std::collections::BTreeSet;

/// An owner as the file has it.
struct Known {
    id: Id,
    ordinal: i64,
    name: String,
    paper: String,
    removed: bool,
}

/// Where a buyer of the list goes.
enum Seat {
    Known(Id),
    New(Id, i64),
    Removed,
    Erased,
}

impl Writing<'_> {
    pub(super) fn buyers(&mut self, buyers: &[ImportedBuyer]) {
        if buyers.is_empty() {
            return;
        }
        let known = owners(self.file.state);
        let company = buyers.iter().any(|buyer| buyer.company);
        let kind = if company { "company" } else { "person" };
        self.say(Entity::File, "buyer_kind", None, kind.into());
        let seats = seats(self.file.id, self.file.state, &known, buyers);
        for (n, (buyer, seat)) in buyers.iter().zip(seats).enumerate() {
            let place = n + 1;
            match seat {
                Seat::Removed => self.notices.push(Notice::Removed { buyer: place }),
                Seat::Erased => self.notices.push(Notice::Erased { buyer: place }),
                Seat::New(id, ordinal) => {
                    self.party(id, "role", place, "owner".into());
                    self.party(id, "ordinal", place, Value::Int(ordinal));
                    self.buyer(id, place, buyer);
                }
                Seat::Known(id) => {
                    let before = text(self.file.state, id, "name");
                    let clashes = self.clashes.len();
                    self.buyer(id, place, buyer);
                    if before != buyer.name && self.clashes.len() == clashes {
                        let to = buyer.name.clone();
                        self.notices.push(Notice::Renamed { buyer: place, from: before, to });
                    }
                }
            }
        }
        let standing = known.iter().filter(|owner| !owner.removed).count();
        if standing > buyers.len() {
            self.notices.push(Notice::FewerBuyers { file: standing, list: buyers.len() });
        }
    }

    fn buyer(&mut self, id: Id, place: usize, buyer: &ImportedBuyer) {
        self.party(id, "name", place, buyer.name.as_str().into());
        let kind_stated = buyer.fields.contains_key("paper_kind");
        let number = self.paper(id, place, buyer.paper.as_ref(), kind_stated);
        if let Some(number) = number.filter(|_| buyer.company) {
            self.party(id, "company_code", place, number.into());
        }
        for (field, value) in &buyer.fields {
            self.party(id, field, place, value.clone());
        }
        let Some(representative) = &buyer.representative else { return };
        if let Some(name) = &representative.name {
            self.party(id, "legal_representative", place, name.as_str().into());
        }
        let person = Id::derive("representative", &[&id.0]);
        let gone = self.file.state.erased.contains(&person)
            || !text(self.file.state, person, "removed").is_empty();
        if gone {
            return;
        }
        if let Some(name) = &representative.name {
            self.party(person, "role", place, "legal_representative".into());
            self.party(person, "name", place, name.as_str().into());
            self.paper(person, place, representative.paper.as_ref(), false);
        }
    }

    /// A rounded number is compared and never written.
    fn paper<'n>(
        &mut self,
        id: Id,
        place: usize,
        paper: Option<&'n PaperNumber>,
        kind_stated: bool,
    ) -> Option<&'n str> {
        match paper? {
            PaperNumber::Full(number) => {
                if !kind_stated {
                    self.party(id, "paper_kind", place, paper::kind(number).word().into());
                }
                self.party(id, "paper_no", place, number.as_str().into());
                Some(number)
            }
            rounded => {
                let known = text(self.file.state, id, "paper_no");
                if !known.is_empty() {
                    self.notices.push(if rounded.agrees_with(&known) {
                        Notice::RoundedKnown { buyer: place }
                    } else {
                        Notice::RoundedDisagrees { buyer: place }
                    });
                }
                None
            }
        }
    }

    fn party(&mut self, id: Id, field: &str, place: usize, value: Value) {
        self.say(Entity::File, &format!("party/{id}/{field}"), Some(place), value);
    }
}

fn text(file: &EntityState, party: Id, field: &str) -> String {
    let value = file.value(&format!("party/{party}/{field}"));
    value.and_then(Value::as_text).unwrap_or_default().to_owned()
}

fn owners(file: &EntityState) -> Vec<Known> {
    let from = file.registers.range("party/".to_owned()..);
    let mut owners: Vec<_> = from
        .take_while(|(path, _)| path.starts_with("party/"))
        .filter_map(|(path, _)| {
            path.strip_suffix("/role")?.strip_prefix("party/")?.parse::<Id>().ok()
        })
        .filter(|&id| text(file, id, "role") == "owner")
        .map(|id| Known {
            id,
            ordinal: file
                .value(&format!("party/{id}/ordinal"))
                .and_then(Value::as_int)
                .unwrap_or(i64::MAX),
            name: text(file, id, "name"),
            paper: text(file, id, "paper_no"),
            removed: !text(file, id, "removed").is_empty(),
        })
        .collect();
    owners.sort_by_key(|owner| (owner.ordinal, owner.id));
    owners
}

/// The same paper first, then the same name, then the place in the list: a list in another order, or an owner
/// whom a clerk entered before the list came, makes nobody twice.
fn seats(file: Id, state: &EntityState, known: &[Known], buyers: &[ImportedBuyer]) -> Vec<Seat> {
    let mut taken = BTreeSet::new();
    let mut found: Vec<Option<&Known>> = vec![None; buyers.len()];
    let tests: [fn(&Known, &ImportedBuyer) -> bool; 2] = [
        |owner, buyer| matches!(&buyer.paper, Some(PaperNumber::Full(number)) if *number == owner.paper),
        |owner, buyer| owner.name == buyer.name,
    ];
    for same in tests {
        for (seat, buyer) in found.iter_mut().zip(buyers) {
            if seat.is_none() {
                let owner =
                    known.iter().find(|owner| !taken.contains(&owner.id) && same(owner, buyer));
                *seat = owner.inspect(|owner| {
                    taken.insert(owner.id);
                });
            }
        }
    }
    let mut seats = Vec::new();
    for (n, seat) in found.into_iter().enumerate() {
        if let Some(owner) = seat {
            seats.push(if owner.removed { Seat::Removed } else { Seat::Known(owner.id) });
            continue;
        }
        let own = world::buyer(file, n as u32 + 1);
        if state.erased.contains(&own) && taken.insert(own) {
            seats.push(Seat::Erased);
            continue;
        }
        if known.iter().any(|owner| owner.id == own && !owner.removed) && taken.insert(own) {
            seats.push(Seat::Known(own));
            continue;
        }
        let free = (n as u32 + 1..).find(|&ordinal| {
            let id = world::buyer(file, ordinal);
            let used = known.iter().any(|owner| owner.id == id) || state.erased.contains(&id);
            !used && !taken.contains(&id)
        });
        let ordinal = free.unwrap_or(u32::MAX);
        let id = world::buyer(file, ordinal);
        taken.insert(id);
        seats.push(Seat::New(id, i64::from(ordinal)));
    }
    seats
}
