use super::*;

fn start(epoch: u8, number: u64) -> EpochStart {
    let Cursor { number, checkpoint, .. } = cursor(number);
    EpochStart { epoch: Id([epoch; 16]), number, checkpoint }
}

#[test]
fn a_session_that_ended_is_opened_again_once() {
    let mut pc = up_to_date(0);
    pc.refuse(RefusalCode::NoSession);
    assert_eq!(*pc.work(), Work::OpenSession);
    pc.answer(Outcome::Opened(news(10)));
    pc.refuse(RefusalCode::NoSession);
    assert_eq!(pc.doing, None, "twice is a failure, which waits");
    pc.wait();
    assert_eq!(*pc.work(), Work::OpenSession);
}

#[test]
fn a_busy_server_gets_the_time_it_asks_for() {
    let mut pc = at_ten(0);
    let refusal = Refusal { code: RefusalCode::Busy, detail: String::new(), epochs: Vec::new() };
    pc.answer(Outcome::Refused { refusal, retry_after: Some(20) });
    assert!(pc.wait() >= 20_000);
    assert!(matches!(pc.link(), Link::Syncing { .. }), "that is not being offline");
}

#[test]
fn each_reason_to_stop_is_said_looked_at_again_every_minute_and_over_when_it_is_gone() {
    for (code, halt) in [
        (RefusalCode::Backwards, Halt::Backwards),
        (RefusalCode::Malformed, Halt::Versions),
        (RefusalCode::NotAMember, Halt::NotAMember),
        (RefusalCode::Revoked, Halt::Revoked),
    ] {
        let mut pc = at_ten(0);
        pc.refuse(code);
        for _ in 0..3 {
            assert_eq!(pc.halted(), Some(halt));
            if halt == Halt::Revoked {
                pc.probe();
            }
            assert_eq!(pc.doing, None);
            assert_eq!(pc.wait(), 60_000);
            if *pc.work() == Work::OpenSession {
                pc.answer(Outcome::Opened(news(10)));
            }
            pc.refuse(code);
        }
        if halt == Halt::Revoked {
            pc.probe();
        }
        pc.wait();
        if *pc.work() == Work::OpenSession {
            pc.answer(Outcome::Opened(news(10)));
        }
        pc.answer(pulled(10, 10, 10));
        assert_eq!(pc.halted(), None);
    }
}

#[test]
fn with_a_server_gone_backwards_nothing_is_pushed_either() {
    let mut pc = at_ten(2);
    pc.refuse(RefusalCode::Backwards);
    pc.input(Input::Recorded { to_sync: 3 });
    assert_eq!(pc.doing, None);
    assert_eq!(pc.machine.standing().to_sync, 3);
}

#[test]
fn a_server_that_lost_only_what_this_pc_pushed_last_is_noticed() {
    let mut pc = up_to_date(1);
    pc.answer(Outcome::Loaded(vec![unsent(1)]));
    pc.answer(pushed(vec![Fate::Accepted(11)]));
    pc.answer(Outcome::Kept { to_sync: 0 });
    pc.no_blobs();
    pc.answer(pulled(10, 10, 10));
    assert_eq!(pc.halted(), Some(Halt::Backwards));
    pc.wait();
    pc.answer(refusal(RefusalCode::Epoch, vec![start(3, 10)]));
    pc.answer(Outcome::Kept { to_sync: 1 });
    let place = Cursor { epoch: Id([3; 16]), ..cursor(10) };
    let news = News { epoch: Id([3; 16]), ..news(10) };
    pc.answer(Outcome::Pulled(Pulled { commits: Vec::new(), cursor: place, news }));
    assert!(matches!(pc.work(), Work::Load { .. }));
}

#[test]
fn a_revoked_pc_still_pushes_and_no_longer_pulls() {
    let mut pc = at_ten(1);
    pc.refuse(RefusalCode::Revoked);
    pc.answer(Outcome::Loaded(vec![unsent(1)]));
    pc.answer(pushed(vec![Fate::Quarantined]));
    let (numbers, quarantined) = (Vec::new(), vec![Hash([1; 32])]);
    let receipt = Some(Bytes(vec![9]));
    assert_eq!(*pc.work(), Work::Keep { numbers, quarantined, receipt, reached: None });
    pc.answer(Outcome::Kept { to_sync: 0 });
    pc.probe();
    assert_eq!(pc.doing, None);
    assert_eq!(pc.halted(), Some(Halt::Revoked));
    pc.input(Input::Recorded { to_sync: 1 });
    assert!(matches!(pc.work(), Work::Load { .. }));
}

#[test]
fn a_revoked_pc_for_which_there_is_no_more_room_keeps_its_commits_and_asks_again_with_one() {
    let mut pc = at_ten(3);
    pc.refuse(RefusalCode::Revoked);
    for size in [3, 1] {
        pc.answer(Outcome::Loaded((1..=size).map(unsent).collect()));
        pc.refuse(RefusalCode::QuarantineFull);
    }
    for _ in 0..3 {
        assert_eq!(pc.halted(), Some(Halt::QuarantineFull));
        assert_eq!(pc.machine.standing().to_sync, 3, "nothing is set aside");
        assert_eq!(pc.doing, None);
        assert_eq!(pc.wait(), 60_000);
        pc.refuse(RefusalCode::Revoked);
        assert_eq!(*pc.work(), Work::Load { commits: 1, bytes: 4 << 20 });
        pc.answer(Outcome::Loaded(vec![unsent(1)]));
        pc.refuse(RefusalCode::QuarantineFull);
    }
    pc.wait();
    pc.refuse(RefusalCode::Revoked);
    pc.answer(Outcome::Loaded(vec![unsent(1)]));
    pc.answer(pushed(vec![Fate::Quarantined]));
    pc.answer(Outcome::Kept { to_sync: 2 });
    assert_eq!(pc.halted(), Some(Halt::Revoked));
    assert!(matches!(pc.work(), Work::Load { commits: 2, .. }), "there is room again");
}

#[test]
fn a_blob_for_which_there_is_no_room_is_not_passed_over() {
    let mut pc = at_ten(1);
    pc.refuse(RefusalCode::Revoked);
    let blob = Hash([8; 32]);
    for _ in 0..2 {
        pc.answer(Outcome::Loaded(vec![Unsent { blobs: vec![blob], ..unsent(1) }]));
        pc.answer(Outcome::Uploaded(Upload { offset: 0, complete: false }));
        assert_eq!(*pc.work(), Work::Upload { blob, offset: 0 });
        pc.refuse(RefusalCode::QuarantineFull);
        assert_eq!(pc.halted(), Some(Halt::QuarantineFull));
        pc.wait();
        pc.refuse(RefusalCode::Revoked);
    }
}

#[test]
fn a_revoked_pc_with_nothing_to_push_learns_of_a_new_epoch_for_what_it_pushed_may_be_lost() {
    let mut pc = at_ten(0);
    pc.refuse(RefusalCode::Revoked);
    assert!(matches!(pc.work(), Work::Push(push) if push.commits.is_empty()));
    pc.answer(refusal(RefusalCode::Epoch, vec![start(3, 7)]));
    assert!(matches!(pc.work(), Work::Turn { .. }));
}

#[test]
fn an_expired_lease_is_renewed_by_a_session() {
    let mut pc = at_ten(0);
    pc.refuse(RefusalCode::LeaseExpired);
    assert_eq!(*pc.work(), Work::OpenSession);
    pc.answer(Outcome::Opened(news(10)));
    pc.answer(pulled(10, 10, 10));
    assert_eq!(pc.halted(), None);
}

#[test]
fn while_the_lease_is_refused_the_pc_pushes_alone() {
    let renewals: [fn(&mut Driven); 2] = [
        |pc| pc.refuse(RefusalCode::LeaseExpired),
        |pc| {
            pc.answer(Outcome::Opened(news(10)));
            pc.refuse(RefusalCode::LeaseExpired);
        },
    ];
    for renewal in renewals {
        let mut pc = at_ten(1);
        pc.refuse(RefusalCode::LeaseExpired);
        renewal(&mut pc);
        assert_eq!(pc.halted(), Some(Halt::LeaseRefused));
        pc.answer(Outcome::Loaded(vec![unsent(1)]));
        pc.answer(pushed(vec![Fate::Accepted(11)]));
        pc.answer(Outcome::Kept { to_sync: 0 });
        pc.probe();
        assert_eq!(pc.doing, None);
        pc.wait();
        pc.refuse(RefusalCode::LeaseExpired);
        assert_eq!(*pc.work(), Work::OpenSession, "it asks for a renewal again");
    }
}

#[test]
fn a_new_epoch_is_taken_up_from_the_highest_place_both_know() {
    for (starts, from) in [(7, 4), (4, 4), (3, 0)] {
        let mut pc = at_ten(0);
        pc.answer(refusal(RefusalCode::Epoch, vec![start(3, starts)]));
        let place = Cursor { epoch: Id([3; 16]), ..cursor(from) };
        assert_eq!(*pc.work(), Work::Turn { cursor: place });
        pc.answer(Outcome::Kept { to_sync: 6 });
        assert_eq!(pc.told, [Tell::NewEpoch { from }]);
        assert_eq!(*pc.work(), Work::Pull { cursor: place, limit: 2048, wait: 0 });
        assert_eq!(pc.machine.standing().to_sync, 6, "what has no number is pushed again");
    }
}

#[test]
fn a_server_gone_backwards_is_left_alone_until_its_epoch_changes() {
    let mut pc = at_ten(1);
    pc.refuse(RefusalCode::Backwards);
    pc.wait();
    assert!(matches!(pc.work(), Work::Pull { wait: 0, .. }));
    pc.answer(refusal(RefusalCode::Epoch, vec![start(3, 7)]));
    pc.answer(Outcome::Kept { to_sync: 7 });
    assert_eq!(pc.halted(), None);
}

#[test]
fn where_the_server_grew_between_its_loss_and_the_new_epoch_the_pc_goes_back_until_both_agree() {
    let remembered = (1..=8).map(cursor).collect();
    let kept = Kept { cursor: Some(cursor(9)), remembered, ..Kept::default() };
    let mut pc = Driven::new(kept);
    pc.answer(Outcome::Opened(news(20)));
    pc.answer(refusal(RefusalCode::Epoch, vec![start(3, 20)]));
    let mut places = Vec::new();
    while let Work::Turn { cursor } = *pc.work() {
        places.push(cursor.number);
        pc.answer(Outcome::Kept { to_sync: 6 });
        pc.refuse(RefusalCode::Backwards);
        if pc.doing.is_none() {
            break;
        }
    }
    assert_eq!(places, [9, 4, 2, 1, 0]);
    assert_eq!(pc.halted(), Some(Halt::Backwards), "the beginning is the same for all");
}

#[test]
fn an_epoch_that_is_refused_in_the_push_is_taken_up_too() {
    let mut pc = up_to_date(1);
    pc.answer(Outcome::Loaded(vec![unsent(1)]));
    pc.answer(refusal(RefusalCode::Epoch, vec![start(3, 7)]));
    assert!(matches!(pc.work(), Work::Turn { .. }));
}

#[test]
fn a_push_that_is_too_large_is_halved_down_to_the_one_commit_that_is_set_aside() {
    let mut pc = up_to_date(4);
    let mut sizes = Vec::new();
    for size in [4, 2, 1] {
        let Work::Load { commits, .. } = *pc.work() else { panic!("{:?}", pc.work()) };
        sizes.push(commits);
        pc.answer(Outcome::Loaded((1..=size).map(unsent).collect()));
        pc.refuse(RefusalCode::TooLarge);
    }
    assert_eq!(sizes, [4096, 2, 1]);
    let aside = Work::SetAside { commit: Hash([1; 32]), why: Aside::TooLarge };
    assert_eq!(*pc.work(), aside);
    assert_eq!(pc.told, []);
    pc.answer(Outcome::Kept { to_sync: 3 });
    assert_eq!(pc.told, [Tell::SetAside { commit: Hash([1; 32]), why: Aside::TooLarge }]);
    assert!(matches!(pc.work(), Work::Load { .. }), "the others go on");
}

#[test]
fn a_refused_commit_is_set_aside_and_told_and_the_others_go_on() {
    let mut pc = up_to_date(2);
    pc.answer(Outcome::Loaded(vec![unsent(1), unsent(2)]));
    pc.answer(pushed(vec![Fate::Refused("signature".into()), Fate::Accepted(11)]));
    let why = Aside::Refused("signature".into());
    assert_eq!(*pc.work(), Work::SetAside { commit: Hash([1; 32]), why });
    pc.answer(Outcome::Kept { to_sync: 1 });
    assert!(matches!(pc.work(), Work::Keep { numbers, .. } if numbers.len() == 1));
    assert_eq!(pc.told.len(), 1);
}

#[test]
fn parents_that_the_server_lacks_are_pushed_first() {
    let mut pc = up_to_date(1);
    pc.answer(Outcome::Loaded(vec![unsent(2)]));
    pc.answer(pushed(vec![Fate::Missing(vec![Hash([1; 32])])]));
    assert_eq!(*pc.work(), Work::LoadNamed(vec![Hash([1; 32]), Hash([2; 32])]));
    pc.answer(Outcome::Loaded(vec![unsent(1), unsent(2)]));
    assert!(
        matches!(pc.work(), Work::Push(push) if push.commits == [Bytes(vec![1]), Bytes(vec![2])])
    );
    pc.answer(pushed(vec![Fate::Accepted(11), Fate::Accepted(12)]));
    pc.answer(Outcome::Kept { to_sync: 0 });
    assert_eq!(pc.told, []);
}

#[test]
fn parents_of_parents_that_the_server_lacks_are_pushed_before_them() {
    let mut pc = up_to_date(1);
    pc.answer(Outcome::Loaded(vec![unsent(3)]));
    pc.answer(pushed(vec![Fate::Missing(vec![Hash([2; 32])])]));
    pc.answer(Outcome::Loaded(vec![unsent(2), unsent(3)]));
    let (two, three) = (Fate::Missing(vec![Hash([1; 32])]), Fate::Missing(vec![Hash([2; 32])]));
    pc.answer(pushed(vec![two, three]));
    let why = Aside::Orphan(vec![Hash([2; 32])]);
    if *pc.work() == (Work::SetAside { commit: Hash([3; 32]), why }) {
        panic!("its parent is only on its way");
    }
    let family = (1..=3).map(|name| Hash([name; 32])).collect();
    assert_eq!(*pc.work(), Work::LoadNamed(family));
    pc.answer(Outcome::Loaded((1..=3).map(unsent).collect()));
    pc.answer(pushed((11..=13).map(Fate::Accepted).collect()));
    pc.answer(Outcome::Kept { to_sync: 0 });
    assert_eq!(pc.told, []);
}

#[test]
fn a_commit_whose_parents_are_nowhere_is_set_aside() {
    let lost = Hash([1; 32]);
    let aside = Work::SetAside { commit: Hash([2; 32]), why: Aside::Orphan(vec![lost]) };
    let mut pc = up_to_date(1);
    pc.answer(Outcome::Loaded(vec![unsent(2)]));
    pc.answer(pushed(vec![Fate::Missing(vec![lost])]));
    pc.answer(Outcome::Loaded(vec![unsent(2)]));
    assert_eq!(*pc.work(), aside);

    let mut pc = up_to_date(1);
    pc.answer(Outcome::Loaded(vec![unsent(2)]));
    pc.answer(pushed(vec![Fate::Missing(vec![lost])]));
    pc.answer(Outcome::Loaded(vec![unsent(1), unsent(2)]));
    pc.answer(pushed(vec![Fate::Refused("header".into()), Fate::Missing(vec![lost])]));
    pc.answer(Outcome::Kept { to_sync: 1 });
    assert_eq!(*pc.work(), aside, "parents that are not taken are no parents");
}

#[test]
fn what_the_server_sends_and_the_store_cannot_read_stops_it() {
    let mut pc = at_ten(0);
    pc.answer(pulled(10, 12, 12));
    pc.answer(Outcome::Failed(Failure::Unreadable));
    assert_eq!(pc.halted(), Some(Halt::Versions));
    assert_eq!(pc.wait(), 60_000);
}
