//! Whatever is sent, the answer is a refusal of the protocol, and the server goes on.

use crate::{
    office::{NOW, PROJECT, Pc, office, start},
    store::{Store, on_both},
    wire::{Answer, Request, Server, bomb, path, raw, session},
};
use shoulou_eventlog::{
    Id,
    sync::wire::{Fate, Pulled, Push, Pushed, RefusalCode, encode},
};
use shoulou_server::http::ROUTES;
use std::time::Duration;

on_both! {
    a_body_that_is_no_message_is_malformed_on_every_route
    a_message_that_is_cut_or_changed_is_refused_and_nothing_breaks
    a_body_that_is_too_large_is_refused_before_it_is_read
    what_unpacks_to_more_than_a_body_is_refused_while_it_unpacks
    heads_paths_and_tokens_that_are_wrong_are_refused
    commits_of_another_project_are_no_commits_of_this_one
    a_waiting_pull_is_answered_by_a_push_by_news_of_members_and_at_the_end
}

const MESSAGES: &str = "application/cbor";

struct Open {
    server: Server,
    one: Pc,
    token: String,
    epoch: Id,
    _store: Store,
}

async fn open(store: Store) -> Open {
    let ledger = store.open().await;
    let (one, _) = office(&ledger).await;
    let server = Server::start(&ledger).await;
    let token = session(server.at, &one).await;
    let epoch = start(&ledger, PROJECT).await.epoch;
    Open { server, one, token, epoch, _store: store }
}

impl Open {
    fn post(&self, rest: &str) -> Request {
        Request::new("POST", path(PROJECT, rest)).token(&self.token).with("content-type", MESSAGES)
    }

    async fn push(&self, body: Vec<u8>) -> Answer {
        self.post("/commits").bytes(body).send(self.server.at).await
    }

    async fn is_well(&self) {
        let push = encode(&Push { epoch: self.epoch, commits: Vec::new() });
        assert_eq!(self.push(push).await.status, 200);
    }
}

async fn a_body_that_is_no_message_is_malformed_on_every_route(store: Store) {
    let open = open(store).await;
    let deep = [vec![0x81; 4000], vec![0]].concat();
    let lying = [
        &[0xa2, 0x65][..],
        b"epoch",
        &[0x50],
        &[1; 16],
        &[0x67],
        b"commits",
        &[0x9b, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff],
    ]
    .concat();
    let long_text = [&[0x7b, 0, 0, 0, 0xff, 0xff, 0xff, 0xff, 0xff][..], b"x"].concat();
    let bodies: [Vec<u8>; 9] = [
        vec![],
        b"hello".to_vec(),
        vec![0xff; 100],
        vec![0xa0],
        b"null".to_vec(),
        deep,
        lying,
        long_text,
        b"\x1f\x8b\x08".to_vec(),
    ];
    for route in ROUTES.iter().filter(|route| ["POST", "PUT"].contains(&route.method)) {
        if route.path.contains("{device}") {
            continue;
        }
        let path = route.path.replace("{project}", &PROJECT.to_string());
        for body in &bodies {
            let request = Request::new(route.method, &path).token(&open.token);
            let request = request.with("content-type", MESSAGES).bytes(body.clone());
            let answer = request.send(open.server.at).await;
            assert_eq!((answer.status, answer.refused()), (400, RefusalCode::Malformed), "{path}");
        }
    }
    open.is_well().await;
}

async fn a_message_that_is_cut_or_changed_is_refused_and_nothing_breaks(store: Store) {
    let mut open = open(store).await;
    let commit = open.one.about(Id([7; 16]), &[]);
    let whole = encode(&Push { epoch: open.epoch, commits: vec![commit.bytes()] });
    for end in (0..whole.len()).step_by(7) {
        assert_eq!(open.push(whole[..end].to_vec()).await.status, 400);
    }
    assert_eq!(open.push([&whole[..], &[0]].concat()).await.status, 400);
    for at in (0..whole.len()).step_by(11) {
        let mut changed = whole.clone();
        changed[at] ^= 0x55;
        let answer = open.push(changed).await;
        // A key that is not known is passed over, and the epoch may be another now.
        assert!([200, 400, 409].contains(&answer.status), "{at}: {answer:?}");
        if answer.status == 200 {
            let fates = answer.message::<Pushed>().fates;
            assert!(!fates.iter().any(|fate| matches!(fate, Fate::Accepted(_))), "{at}: {fates:?}");
        }
    }
    let answer = open.push(whole.clone()).await.message::<Pushed>();
    assert_eq!(answer.fates, [Fate::Accepted(1)]);
    let replayed = open.push(whole).await.message::<Pushed>();
    assert_eq!((replayed.fates, replayed.news.head), (vec![Fate::Known(1)], 1));
}

async fn a_body_that_is_too_large_is_refused_before_it_is_read(store: Store) {
    let open = open(store).await;
    let huge = open.post("/commits").with("content-length", 1u64 << 40).bytes(vec![0; 100]);
    let answer = huge.send(open.server.at).await;
    assert_eq!((answer.status, answer.refused()), (413, RefusalCode::TooLarge));
    let head = format!(
        "POST {} HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {}\r\ncontent-type: {MESSAGES}\r\n\
         transfer-encoding: chunked\r\nconnection: close\r\n\r\n",
        path(PROJECT, "/commits"),
        open.token
    );
    let chunk = [b"100000\r\n".to_vec(), vec![0; 1 << 20], b"\r\n".to_vec()].concat();
    let chunks = vec![chunk; 9].concat();
    let answer = raw(open.server.at, &[head.as_bytes(), &chunks, b"0\r\n\r\n"].concat()).await;
    assert_eq!(answer.status, 413);
    let small = open.post("/session").bytes(vec![0; 65 << 10]).send(open.server.at).await;
    assert_eq!(small.status, 413);
    open.is_well().await;
}

async fn what_unpacks_to_more_than_a_body_is_refused_while_it_unpacks(store: Store) {
    let open = open(store).await;
    let packed = |bytes: &[u8]| zstd::encode_all(bytes, 3).unwrap();
    let send = async |body: Vec<u8>| {
        open.post("/commits")
            .with("content-encoding", "zstd")
            .bytes(body)
            .send(open.server.at)
            .await
    };
    let bomb = bomb();
    assert!(bomb.len() < 64 << 10);
    let answer = send(bomb.clone()).await;
    assert_eq!((answer.status, answer.refused()), (413, RefusalCode::TooLarge));
    let bombs = vec![bomb; 64].concat();
    assert_eq!(send(bombs).await.status, 413, "many frames are one body");
    assert_eq!(send(b"no zstd".to_vec()).await.status, 400);
    let push = encode(&Push { epoch: open.epoch, commits: Vec::new() });
    let good = packed(&push);
    assert_eq!(send(good[..good.len() - 3].to_vec()).await.status, 400);
    assert_eq!(send(good).await.status, 200);
    let other = open.post("/commits").with("content-encoding", "gzip").bytes(push);
    assert_eq!(other.send(open.server.at).await.status, 400);
}

async fn heads_paths_and_tokens_that_are_wrong_are_refused(store: Store) {
    let open = open(store).await;
    let at = open.server.at;
    for (method, path, status) in [
        ("GET", "/", 404),
        ("GET", "/v1", 404),
        ("GET", "/v2/health", 404),
        ("DELETE", "/v1/health", 405),
        ("GET", "/v1/projects/xyz/heads", 401),
        ("GET", "/v1/invitations/../../etc/passwd", 404),
        ("GET", "/v1/invitations/%2e%2e", 400),
        ("GET", "/v1/invitations/00", 400),
        ("POST", "/v1/projects/0/challenge", 400),
    ] {
        assert_eq!(Request::new(method, path).send(at).await.status, status, "{method} {path}");
    }
    for query in ["", "?epoch=0", "?after=-1", "?epoch=00&after=x&checkpoint=00"] {
        let request = Request::new("GET", path(PROJECT, "/commits") + query).token(&open.token);
        assert_eq!(request.send(at).await.status, 400, "{query}");
    }
    for token in ["", "x", "AAAA", &open.token[1..], &format!("{}A", open.token)] {
        let answer = Request::new("GET", path(PROJECT, "/heads")).token(token).send(at).await;
        assert_eq!((answer.status, answer.refused()), (401, RefusalCode::NoSession), "{token}");
    }
    let blob = "0".repeat(64);
    let upload = |offset: &str, length: &str| {
        let request = Request::new("PATCH", path(PROJECT, &format!("/blobs/{blob}")));
        request.token(&open.token).with("upload-offset", offset).with("upload-length", length)
    };
    assert_eq!(upload("x", "7").send(at).await.status, 400);
    assert_eq!(upload("0", "99999999999").send(at).await.status, 413);
    assert_eq!(upload("5", "7").bytes(vec![0; 2]).send(at).await.status, 409);
    assert_eq!(upload("0", "1").bytes(vec![0; 2]).send(at).await.status, 409);
    assert_eq!(raw(at, b"nonsense\r\n\r\n").await.status, 400);
    let mut long = Request::new("GET", "/v1/health");
    for _ in 0..200 {
        long = long.with("x-long", "x".repeat(1000));
    }
    assert_eq!(long.send(at).await.status, 431);
    open.is_well().await;
}

async fn commits_of_another_project_are_no_commits_of_this_one(store: Store) {
    let mut open = open(store).await;
    let foreign = Pc::of(Id([0x22; 16]), 1).commit();
    let own = open.one.commit();
    let push = Push { epoch: open.epoch, commits: vec![foreign.bytes(), own.bytes()] };
    let pushed = open.push(encode(&push)).await.message::<Pushed>();
    assert_eq!(pushed.fates, [Fate::Refused("project".into()), Fate::Accepted(1)]);
}

async fn a_waiting_pull_is_answered_by_a_push_by_news_of_members_and_at_the_end(store: Store) {
    let mut open = open(store).await;
    let at = open.server.at;
    let pull = |after: u64, checkpoint: String| {
        let query = format!("?epoch={}&after={after}&checkpoint={checkpoint}&wait=50", open.epoch);
        Request::new("GET", path(PROJECT, "/commits") + &query)
            .token(&open.token)
            .with("accept-encoding", "gzip, zstd")
    };
    let start = shoulou_eventlog::sync::Checkpoint::start(PROJECT).0;
    let waiting = tokio::spawn(pull(0, start.to_string()).send(at));
    let mut draft =
        open.one.draft(vec![crate::office::said(None, "file.noted", &"x".repeat(5000))]);
    draft.time = NOW;
    let commit = open.one.write(draft);
    tokio::time::sleep(Duration::from_millis(200)).await;
    let push = encode(&Push { epoch: open.epoch, commits: vec![commit.bytes()] });
    assert_eq!(open.push(push).await.status, 200);
    let answer = waiting.await.unwrap();
    assert_eq!(answer.headers["content-encoding"], "zstd");
    let pulled: Pulled = answer.message();
    assert_eq!(pulled.commits, [commit.bytes()]);

    let pull = |open: &Open| {
        let cursor = pulled.cursor;
        let query = format!(
            "?epoch={}&after={}&checkpoint={}&wait=50",
            cursor.epoch, cursor.number, cursor.checkpoint.0
        );
        Request::new("GET", path(PROJECT, "/commits") + &query).token(&open.token)
    };
    let waiting = tokio::spawn(pull(&open).send(at));
    tokio::time::sleep(Duration::from_millis(200)).await;
    let revoke = format!("/members/{}/revoke", Pc::new(2).device);
    assert_eq!(open.post(&revoke).send(at).await.status, 200);
    let told: Pulled = waiting.await.unwrap().message();
    assert!(told.commits.is_empty() && told.news.members > pulled.news.members);

    let waiting = tokio::spawn(pull(&open).send(at));
    tokio::time::sleep(Duration::from_millis(200)).await;
    open.server.stop.send(true).unwrap();
    assert_eq!(waiting.await.unwrap().status, 200);
    open.server.served.await.unwrap();
    assert!(tokio::net::TcpStream::connect(at).await.is_err());
}
