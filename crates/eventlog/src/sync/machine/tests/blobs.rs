use super::*;

const BLOB: Hash = Hash([8; 32]);

fn with_blob() -> Driven {
    let mut pc = up_to_date(1);
    pc.answer(Outcome::Loaded(vec![Unsent { blobs: vec![BLOB], ..unsent(1) }]));
    pc
}

fn uploaded(offset: u64, complete: bool) -> Outcome {
    Outcome::Uploaded(Upload { offset, complete })
}

#[test]
fn a_commits_blobs_go_before_it_and_from_where_the_upload_is() {
    let mut pc = with_blob();
    assert_eq!(*pc.work(), Work::AskUpload(BLOB));
    pc.answer(uploaded(70, false));
    assert_eq!(*pc.work(), Work::Upload { blob: BLOB, offset: 70 });
    pc.answer(uploaded(90, false));
    assert_eq!(*pc.work(), Work::Upload { blob: BLOB, offset: 90 });
    pc.answer(uploaded(100, true));
    assert!(matches!(pc.work(), Work::Push(_)));
}

#[test]
fn an_upload_that_broke_off_asks_how_far_it_came() {
    let mut pc = with_blob();
    pc.answer(uploaded(70, false));
    pc.answer(Outcome::Offline);
    pc.wait();
    pc.answer(pulled(10, 10, 10));
    pc.answer(Outcome::Loaded(vec![Unsent { blobs: vec![BLOB], ..unsent(1) }]));
    assert_eq!(*pc.work(), Work::AskUpload(BLOB));
}

#[test]
fn a_blob_whose_bytes_are_wrong_or_gone_does_not_hold_up_its_commit() {
    let mut pc = with_blob();
    pc.answer(uploaded(0, false));
    pc.refuse(RefusalCode::WrongBytes);
    assert_eq!(*pc.work(), Work::AskUpload(BLOB));
    pc.answer(uploaded(0, false));
    pc.refuse(RefusalCode::WrongBytes);
    pc.answer(uploaded(0, false));
    assert!(matches!(pc.work(), Work::Push(_)));

    let mut pc = with_blob();
    pc.answer(uploaded(0, false));
    pc.answer(Outcome::NoBlob);
    assert!(matches!(pc.work(), Work::Push(_)));
}

#[test]
fn two_pcs_that_send_the_same_blob_do_not_give_it_up() {
    let mut pc = with_blob();
    pc.answer(uploaded(0, false));
    for offset in 1..6 {
        pc.refuse(RefusalCode::WrongBytes);
        pc.answer(uploaded(offset, false));
        assert_eq!(*pc.work(), Work::Upload { blob: BLOB, offset });
    }
}

#[test]
fn news_come_in_while_a_large_blob_goes_out() {
    let mut pc = with_blob();
    pc.answer(uploaded(0, false));
    pc.now = pc.now.after(6_000);
    pc.answer(uploaded(1, false));
    assert!(matches!(pc.work(), Work::Pull { wait: 0, .. }));
    pc.answer(pulled(10, 10, 10));
    assert_eq!(*pc.work(), Work::Upload { blob: BLOB, offset: 1 });
}

#[test]
fn blobs_that_are_wanted_are_fetched_when_the_rest_is_done_and_missing_ones_are_passed_over() {
    let mut pc = at_ten(0);
    pc.answer(pulled(10, 10, 10));
    assert_eq!(*pc.work(), Work::NextOffer, "the program may have ended in the middle of it");
    pc.answer(Outcome::Blob(None));
    assert_eq!(*pc.work(), Work::NextWanted { skip: Vec::new() });
    pc.answer(Outcome::Blob(Some(BLOB)));
    assert_eq!(*pc.work(), Work::Fetch { blob: BLOB });
    pc.answer(Outcome::Fetched { complete: false });
    assert_eq!(*pc.work(), Work::Fetch { blob: BLOB });
    pc.refuse(RefusalCode::NotFound);
    assert_eq!(*pc.work(), Work::NextWanted { skip: vec![BLOB] });
    pc.answer(Outcome::Blob(None));
    assert!(is_waiting_pull(pc.work()));
    pc.input(Input::Wanted);
    assert_eq!(*pc.work(), Work::NextWanted { skip: Vec::new() });
}

#[test]
fn after_an_epoch_turned_the_blobs_that_the_server_may_have_lost_are_offered() {
    let mut pc = at_ten(0);
    let Cursor { number, checkpoint, .. } = cursor(4);
    let start = EpochStart { epoch: Id([3; 16]), number, checkpoint };
    pc.answer(refusal(RefusalCode::Epoch, vec![start]));
    pc.answer(Outcome::Kept { to_sync: 0 });
    let at = Cursor { epoch: Id([3; 16]), ..cursor(4) };
    let news = News { epoch: Id([3; 16]), ..news(4) };
    pc.answer(Outcome::Pulled(Pulled { commits: Vec::new(), cursor: at, news }));
    assert_eq!(*pc.work(), Work::Members, "the server may have lost certificates, too");
    let members = Members { revision: 1, certificates: Vec::new(), standings: Vec::new() };
    pc.answer(Outcome::Members(members));
    pc.answer(Outcome::Kept { to_sync: 0 });
    assert_eq!(*pc.work(), Work::NextOffer);
    pc.answer(Outcome::Blob(Some(BLOB)));
    assert_eq!(*pc.work(), Work::AskUpload(BLOB));
    pc.answer(uploaded(0, false));
    pc.answer(uploaded(5, true));
    assert_eq!(*pc.work(), Work::Offered(BLOB));
    pc.answer(Outcome::Kept { to_sync: 0 });
    assert_eq!(*pc.work(), Work::NextOffer);
    pc.answer(Outcome::Blob(None));
    assert_eq!(*pc.work(), Work::NextWanted { skip: Vec::new() });
}
