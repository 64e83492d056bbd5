use super::*;

#[test]
fn a_round_is_a_session_then_what_is_new_then_the_own_commits_then_the_certificates_then_waiting() {
    let mut pc = Driven::new(Kept { to_sync: 1, ..Kept::default() });
    assert_eq!(pc.link(), Link::NeverConnected);
    assert_eq!(*pc.work(), Work::OpenSession);
    pc.answer(Outcome::Opened(news(2)));
    assert_eq!(*pc.work(), Work::Pull { cursor: cursor(0), limit: 2048, wait: 0 });
    pc.answer(pulled(0, 2, 2));
    assert!(matches!(pc.work(), Work::Take { cursor: at, .. } if *at == cursor(2)));
    assert_eq!(pc.link(), Link::Syncing { done: 0, total: 3 });
    pc.answer(Outcome::Taken { to_sync: 1, erased: false });
    assert_eq!(pc.link(), Link::Syncing { done: 2, total: 3 });
    assert!(matches!(pc.work(), Work::Load { .. }));
    pc.answer(Outcome::Loaded(vec![unsent(1)]));
    assert!(matches!(pc.work(), Work::Push(push) if push.commits == [Bytes(vec![1])]));
    pc.answer(pushed(vec![Fate::Accepted(3)]));
    let numbers = vec![(Hash([1; 32]), 3)];
    let receipt = Some(Bytes(vec![9]));
    let quarantined = Vec::new();
    assert_eq!(*pc.work(), Work::Keep { numbers, quarantined, receipt, reached: None });
    pc.answer(Outcome::Kept { to_sync: 0 });
    assert_eq!(*pc.work(), Work::Members);
    let members = Members { revision: 1, certificates: Vec::new(), standings: Vec::new() };
    pc.answer(Outcome::Members(members.clone()));
    assert_eq!(*pc.work(), Work::TakeMembers(members));
    pc.answer(Outcome::Kept { to_sync: 0 });
    pc.no_blobs();
    assert!(is_waiting_pull(pc.work()));
}

#[test]
fn synced_is_said_when_all_is_here_and_all_is_there() {
    let mut pc = at_ten(0);
    assert!(matches!(pc.link(), Link::Syncing { .. }));
    pc.answer(pulled(10, 10, 10));
    assert_eq!(pc.link(), Link::Synced);
    pc.input(Input::Recorded { to_sync: 1 });
    assert_eq!(pc.link(), Link::Syncing { done: 0, total: 1 });
    assert_eq!(pc.machine.standing().to_sync, 1);
}

#[test]
fn what_is_recorded_while_the_pc_waits_for_news_goes_at_once() {
    let mut pc = up_to_date(0);
    assert!(is_waiting_pull(pc.work()));
    pc.input(Input::Recorded { to_sync: 1 });
    assert_eq!(pc.cancelled.len(), 1);
    assert!(matches!(pc.work(), Work::Load { .. }));
}

#[test]
fn what_is_recorded_while_others_are_counted_is_not_forgotten() {
    let mut pc = up_to_date(1);
    pc.answer(Outcome::Loaded(vec![unsent(1)]));
    pc.answer(pushed(vec![Fate::Accepted(11)]));
    pc.input(Input::Recorded { to_sync: 2 });
    pc.answer(Outcome::Kept { to_sync: 0 });
    assert!(matches!(pc.work(), Work::Load { .. }));
    pc.input(Input::Recorded { to_sync: 1 });
    pc.answer(Outcome::Loaded(Vec::new()));
    assert!(matches!(pc.work(), Work::Load { .. }));
    pc.answer(Outcome::Loaded(Vec::new()));
    assert_eq!(pc.machine.standing().to_sync, 0);
}

#[test]
fn a_late_answer_to_what_was_cancelled_is_ignored() {
    let mut pc = up_to_date(0);
    pc.input(Input::Recorded { to_sync: 1 });
    let ticket = pc.cancelled[0];
    let load = pc.work().clone();
    pc.input(Input::Done { ticket, wall: WALL, outcome: pulled(10, 20, 20) });
    assert_eq!(*pc.work(), load);
}

#[test]
fn a_long_way_behind_is_pulled_before_anything_is_pushed() {
    let mut pc = at_ten(3);
    pc.answer(pulled(10, 15, 20));
    pc.answer(Outcome::Taken { to_sync: 3, erased: false });
    assert_eq!(*pc.work(), Work::Pull { cursor: cursor(15), limit: 2048, wait: 0 });
    pc.answer(pulled(15, 20, 25));
    pc.answer(Outcome::Taken { to_sync: 3, erased: false });
    assert!(matches!(pc.work(), Work::Load { .. }), "others push faster than this PC pulls");
}

#[test]
fn certificates_are_asked_for_when_there_are_newer_ones() {
    let mut pc = up_to_date(0);
    let later = News { members: 2, ..news(10) };
    pc.now = pc.now.after(50_000);
    pc.answer(Outcome::Pulled(Pulled { commits: Vec::new(), cursor: cursor(10), news: later }));
    assert_eq!(*pc.work(), Work::Members);
}

#[test]
fn an_answer_with_a_gap_or_of_another_place_is_not_taken() {
    for (commits, to) in [(2, 13), (0, 11), (3, 12)] {
        let mut pc = at_ten(0);
        let commits = vec![Bytes(vec![1]); commits];
        pc.answer(Outcome::Pulled(Pulled { commits, cursor: cursor(to), news: news(20) }));
        assert_eq!(pc.halted(), Some(Halt::Versions));
        assert_eq!(pc.doing, None);
    }
}

#[test]
fn a_server_that_never_waits_is_not_asked_without_pause() {
    let mut pc = up_to_date(0);
    pc.answer(pulled(10, 10, 10));
    assert_eq!(pc.doing, None);
    assert_eq!(pc.wait(), 5_000);
    assert_eq!(pc.link(), Link::Synced);
}

#[test]
fn a_clock_minutes_off_is_said_and_one_of_seconds_is_not() {
    for (off, said) in
        [(4_000, None), (-4_000, None), (700_000, Some(-700_000)), (-700_000, Some(700_000))]
    {
        let mut pc = Driven::new(Kept::default());
        pc.answer(Outcome::Opened(News { time: WALL + off, ..news(0) }));
        assert_eq!(pc.machine.standing().clock_off, said);
    }
}

#[test]
fn offline_is_said_with_its_beginning_and_every_try_waits_longer() {
    let mut pc = up_to_date(0);
    pc.now = Millis(70_000);
    pc.answer(Outcome::Offline);
    let since = pc.now;
    let mut last = 0;
    for _ in 0..12 {
        assert_eq!(pc.link(), Link::Offline { since });
        last = pc.wait();
        pc.answer(Outcome::Offline);
    }
    assert!((30_000..=60_000).contains(&last));
    pc.input(Input::SyncNow);
    assert!(matches!(pc.work(), Work::Pull { wait: 0, .. }), "a person need not wait");
}

#[test]
fn what_was_under_way_when_a_person_asks_counts_as_of_before() {
    let mut pc = at_ten(0);
    pc.input(Input::SyncNow);
    pc.answer(pulled(10, 10, 10));
    assert!(matches!(pc.link(), Link::Syncing { .. }), "the server may have more by now");
    assert!(matches!(pc.work(), Work::Pull { wait: 0, .. }));
    pc.input(Input::SyncNow);
    pc.answer(Outcome::Offline);
    assert!(matches!(pc.work(), Work::Pull { wait: 0, .. }), "the line may be back by now");
    pc.answer(pulled(10, 10, 10));
    assert_eq!(pc.link(), Link::Synced);
    pc.no_blobs();
    assert!(is_waiting_pull(pc.work()));
}

#[test]
fn what_is_recorded_offline_waits_for_the_pause_to_end() {
    let mut pc = up_to_date(0);
    pc.answer(Outcome::Offline);
    pc.input(Input::Recorded { to_sync: 1 });
    assert_eq!(pc.doing, None);
    assert_eq!(pc.machine.standing().to_sync, 1);
    pc.wait();
    pc.answer(pulled(10, 10, 10));
    assert!(matches!(pc.work(), Work::Load { .. }));
}

#[test]
fn a_full_disk_is_said_and_tried_again() {
    let mut pc = at_ten(0);
    pc.answer(pulled(10, 12, 12));
    pc.answer(Outcome::Failed(Failure::DiskFull));
    assert_eq!(pc.halted(), Some(Halt::DiskFull));
    pc.wait();
    assert_eq!(*pc.work(), Work::Pull { cursor: cursor(10), limit: 2048, wait: 0 });
    pc.answer(pulled(10, 12, 12));
    pc.answer(Outcome::Taken { to_sync: 0, erased: false });
    assert_eq!(pc.halted(), None);
}

#[test]
fn nothing_is_begun_after_the_stop() {
    let mut pc = up_to_date(0);
    pc.input(Input::Stop);
    assert_eq!(pc.cancelled.len(), 1);
    pc.input(Input::SyncNow);
    pc.input(Input::Recorded { to_sync: 1 });
    assert_eq!(pc.doing, None);
}

#[test]
fn a_snapshot_that_was_begun_is_gone_on_with_at_the_next_start() {
    let config = Config { snapshot_every: Some(5), ..Config::new(PROJECT, 7) };
    for (number, goes_on) in [(0, true), (10, false)] {
        let kept = Kept { cursor: Some(cursor(number)), members: Some(1), ..Kept::default() };
        let mut pc = Driven::with(kept, config.clone());
        pc.answer(Outcome::Opened(news(10)));
        assert_eq!(*pc.work() == Work::LoadSnapshot, goes_on);
    }
}

#[test]
fn a_new_pc_takes_a_snapshot_before_the_log_and_an_up_to_date_one_makes_it_when_it_is_old() {
    let config = Config { snapshot_every: Some(5), ..Config::new(PROJECT, 7) };
    let mut pc = Driven::with(Kept::default(), config);
    pc.answer(Outcome::Opened(News { members: 0, ..news(2) }));
    assert_eq!(*pc.work(), Work::LoadSnapshot);
    pc.refuse(RefusalCode::NotFound);
    pc.answer(pulled(0, 10, 10));
    pc.answer(Outcome::Taken { to_sync: 0, erased: true });
    for _ in 0..100 {
        match pc.work().clone() {
            Work::Members => pc.answer(Outcome::Members(Members {
                revision: 1,
                certificates: Vec::new(),
                standings: Vec::new(),
            })),
            Work::TakeMembers(_) => pc.answer(Outcome::Kept { to_sync: 0 }),
            Work::NextOffer | Work::NextWanted { .. } => pc.no_blobs(),
            Work::Pull { .. } => {
                pc.now = pc.now.after(50_000);
                pc.answer(pulled(10, 10, 10));
            }
            _ => break,
        }
    }
    assert_eq!(*pc.work(), Work::AskSnapshot);
    pc.answer(Outcome::Snapshot(Some(4)));
    assert_eq!(*pc.work(), Work::MakeSnapshot);
    pc.answer(Outcome::Snapshot(Some(10)));
    assert!(!matches!(pc.work(), Work::AskSnapshot | Work::MakeSnapshot));
}

/// What a PC at number 10 asks the store to keep when its two commits got these numbers, the last being `head`.
fn kept_after(numbers: [u64; 2], head: u64) -> (Driven, Option<Reached>) {
    let mut pc = up_to_date(2);
    pc.answer(Outcome::Loaded(vec![unsent(1), unsent(2)]));
    let fates = numbers.map(Fate::Accepted).to_vec();
    pc.answer(Outcome::Pushed(Pushed { fates, receipt: Some(Bytes(vec![9])), news: news(head) }));
    let Work::Keep { reached, .. } = pc.work().clone() else { panic!("{:?}", pc.work()) };
    (pc, reached)
}

#[test]
fn what_a_pc_pushed_last_does_not_come_back_to_it() {
    let (mut pc, reached) = kept_after([11, 12], 12);
    let checkpoint = cursor(10).checkpoint.then(&Hash([1; 32])).then(&Hash([2; 32]));
    let end = Cursor { number: 12, checkpoint, ..cursor(10) };
    assert_eq!(reached.map(|reached| reached.cursor), Some(end));
    pc.answer(Outcome::Reached { to_sync: 0 });
    pc.no_blobs();
    assert_eq!(pc.link(), Link::Synced);
    assert_eq!(*pc.work(), Work::Pull { cursor: end, limit: 2048, wait: 50 });
}

#[test]
fn what_others_pushed_meanwhile_is_pulled_with_it() {
    assert_eq!(kept_after([11, 13], 13).1, None);
    assert_eq!(kept_after([12, 13], 13).1, None);
    assert_eq!(kept_after([11, 12], 13).1, None);
}

#[test]
fn a_receipt_that_does_not_bear_out_the_place_leaves_the_cursor_where_it_is() {
    let (mut pc, reached) = kept_after([11, 12], 12);
    assert!(reached.is_some());
    pc.answer(Outcome::Kept { to_sync: 0 });
    pc.no_blobs();
    assert!(matches!(pc.work(), Work::Pull { cursor: at, .. } if *at == cursor(10)));
}
