//! Coming to a project, and staying.

use crate::{
    office::{DAY, NOW, PROJECT, Pc, code, invite, office, start},
    store::{Store, on_both},
};
use shoulou_eventlog::{
    Id,
    sync::{Certificate, Role, wire::RefusalCode},
};

on_both! {
    an_invitation_is_for_one_pc_and_a_limited_time
    a_project_is_founded_once
    a_session_is_the_devices_alone
    a_lease_ends_pulls_and_a_session_renews_it
    only_an_administrator_invites
    a_pc_takes_another_name_and_everybody_hears_of_it
}

async fn an_invitation_is_for_one_pc_and_a_limited_time(store: Store) {
    let ledger = store.open().await;
    let (one, _) = office(&ledger).await;
    let (three, four) = (Pc::new(3), Pc::new(4));
    let token = [33; 16];
    let invitation = invite(token, Role::Member);
    ledger.invite(PROJECT, one.device, invitation.clone(), NOW).await.unwrap();
    ledger.invite(PROJECT, one.device, invitation.clone(), NOW).await.unwrap();
    let found = ledger.invitation(invitation.locator, NOW).await.unwrap();
    assert_eq!(found.sealed, invitation.sealed);

    let mut forged = three.enrol_with(&token);
    forged.key = four.enrol_with(&token).key;
    assert_eq!(code(ledger.enrol(PROJECT, forged, NOW).await), RefusalCode::Malformed);
    let enrolled = ledger.enrol(PROJECT, three.enrol_with(&token), NOW).await.unwrap();
    let certificate = Certificate::read(&enrolled.certificate.0, &ledger.server_key()).unwrap();
    assert_eq!((certificate.device, certificate.role), (three.device, Role::Member));
    let again = ledger.enrol(PROJECT, three.enrol_with(&token), NOW).await.unwrap();
    assert_eq!(again.certificate, enrolled.certificate, "the first answer may have been lost");
    let other = ledger.enrol(PROJECT, four.enrol_with(&token), NOW).await;
    assert_eq!(code(other), RefusalCode::Spent);
    assert_eq!(code(ledger.invitation(invitation.locator, NOW).await), RefusalCode::Spent);

    let late = invite([34; 16], Role::Member);
    ledger.invite(PROJECT, one.device, late.clone(), NOW).await.unwrap();
    let after = NOW + 3_600_001;
    assert_eq!(code(ledger.invitation(late.locator, after).await), RefusalCode::Spent);
    let enrol = ledger.enrol(PROJECT, four.enrol_with(&[34; 16]), after).await;
    assert_eq!(code(enrol), RefusalCode::Spent);
    let nothing = ledger.invitation(Id([0; 16]), NOW).await;
    assert_eq!(code(nothing), RefusalCode::NotFound);
}

async fn a_project_is_founded_once(store: Store) {
    let ledger = store.open().await;
    let one = Pc::new(1);
    let early = ledger.found(PROJECT, one.enrol_with(&[1; 16]), NOW).await;
    assert_eq!(code(early), RefusalCode::NotFound, "it takes an invitation");
    let enrolled = one.found(&ledger).await;
    let certificate = Certificate::read(&enrolled.certificate.0, &ledger.server_key()).unwrap();
    assert_eq!(certificate.role, Role::Administrator);
    let again = ledger.found(PROJECT, one.enrol_with(&one.device.0), NOW).await.unwrap();
    assert_eq!(again.certificate, enrolled.certificate);
    let two = Pc::new(2);
    ledger.invite_to_found(invite([5; 16], Role::Administrator), NOW).await.unwrap();
    let second = ledger.found(PROJECT, two.enrol_with(&[5; 16]), NOW).await;
    assert_eq!(code(second), RefusalCode::Spent, "the project is here");
    let joined = ledger.enrol(PROJECT, two.enrol_with(&[5; 16]), NOW).await;
    assert_eq!(code(joined), RefusalCode::NotFound, "a founding code joins no project");
    assert_eq!(ledger.projects().await.unwrap(), [PROJECT]);
}

async fn a_session_is_the_devices_alone(store: Store) {
    let ledger = store.open().await;
    let (one, two) = office(&ledger).await;
    let token = one.session(&ledger, NOW).await.unwrap().token;
    let caller = ledger.session(&token, NOW).unwrap();
    assert_eq!((caller.project, caller.device), (PROJECT, one.device));
    assert_eq!(code(ledger.session(&token, NOW + DAY)), RefusalCode::NoSession);
    for at in 0..token.len() {
        let mut changed = token.clone().into_bytes();
        changed[at] = if changed[at] == b'A' { b'B' } else { b'A' };
        let changed = String::from_utf8(changed).unwrap();
        assert_eq!(code(ledger.session(&changed, NOW)), RefusalCode::NoSession);
    }
    let nonce = ledger.challenge(PROJECT, one.device, NOW).nonce;
    let mut other = two.sign_in(nonce.clone());
    assert_eq!(
        code(ledger.open_session(PROJECT, other.clone(), NOW).await),
        RefusalCode::NoSession
    );
    other.device = one.device;
    assert_eq!(code(ledger.open_session(PROJECT, other, NOW).await), RefusalCode::NotAMember);
    let late = ledger.open_session(PROJECT, one.sign_in(nonce), NOW + DAY).await;
    assert_eq!(code(late), RefusalCode::NoSession);
    let stranger = Pc::new(9).session(&ledger, NOW).await;
    assert_eq!(code(stranger), RefusalCode::NotAMember);
    let elsewhere = Pc::of(Id([0x22; 16]), 1).session(&ledger, NOW).await;
    assert_eq!(
        code(elsewhere),
        RefusalCode::NotAMember,
        "whether there is such a project is not said"
    );
}

async fn a_lease_ends_pulls_and_a_session_renews_it(store: Store) {
    let ledger = store.open().await;
    let (_, two) = office(&ledger).await;
    let cursor = start(&ledger, PROJECT).await;
    let late = NOW + 31 * DAY;
    let pulled = ledger.pull(PROJECT, two.device, cursor, 10, late).await;
    assert_eq!(code(pulled), RefusalCode::LeaseExpired);
    let before = ledger.news(PROJECT, late).await.unwrap().members;
    let session = two.session(&ledger, late).await.unwrap();
    let own = Certificate::read(&session.certificate.0, &ledger.server_key()).unwrap();
    assert_eq!(own.lease, late + 30 * DAY);
    assert_eq!(session.news.members, before + 1);
    assert!(ledger.pull(PROJECT, two.device, cursor, 10, late).await.is_ok());
    let soon = two.session(&ledger, late + 1000).await.unwrap();
    assert_eq!(soon.news.members, before + 1, "one certificate a day is news enough");
}

async fn only_an_administrator_invites(store: Store) {
    let ledger = store.open().await;
    let (one, two) = office(&ledger).await;
    let refused = ledger.invite(PROJECT, two.device, invite([9; 16], Role::Member), NOW).await;
    assert_eq!(code(refused), RefusalCode::NotAnAdministrator);
    let mut long = invite([9; 16], Role::Member);
    long.seconds = u32::MAX;
    assert_eq!(code(ledger.invite(PROJECT, one.device, long, NOW).await), RefusalCode::Malformed);
    let mut taken = invite(two.device.0, Role::Member);
    taken.sealed = vec![2; 10].into();
    assert_eq!(code(ledger.invite(PROJECT, one.device, taken, NOW).await), RefusalCode::Malformed);
}

async fn a_pc_takes_another_name_and_everybody_hears_of_it(store: Store) {
    let ledger = store.open().await;
    let (one, two) = office(&ledger).await;
    let before = ledger.news(PROJECT, NOW).await.unwrap().members;
    let name = vec![5; 40];
    let news = ledger.relabel(PROJECT, two.device, two.device, name.clone(), NOW).await.unwrap();
    assert_eq!(news.members, before + 1);
    let members = ledger.members(PROJECT, one.device, NOW).await.unwrap();
    let certificates =
        members.certificates.iter().map(|one| Certificate::read(&one.0, &ledger.server_key()));
    let renamed = certificates.map(Result::unwrap).find(|one| one.device == two.device).unwrap();
    assert_eq!((renamed.label.0, renamed.revision), (name.clone(), before + 1));

    let again = ledger.relabel(PROJECT, one.device, two.device, name.clone(), NOW).await.unwrap();
    assert_eq!(again.members, before + 1, "the same name is no news");
    let of_another = ledger.relabel(PROJECT, two.device, one.device, name.clone(), NOW).await;
    assert_eq!(code(of_another), RefusalCode::NotAnAdministrator);
    let long = ledger.relabel(PROJECT, two.device, two.device, vec![5; 1025], NOW).await;
    assert_eq!(code(long), RefusalCode::Malformed);
    ledger.revoke(PROJECT, None, two.device, NOW).await.unwrap();
    let gone = ledger.relabel(PROJECT, two.device, two.device, vec![6; 40], NOW).await;
    assert_eq!(code(gone), RefusalCode::Revoked);
}
