//! Every route, asked by everybody: `tests/access.toml` says what comes of it.

use crate::{
    office::{NOW, PROJECT, Pc, invite, office, start},
    store::{Store, on_both},
    wire::{Request, Server, path},
};
use shoulou_eventlog::{
    Hash, Id,
    sync::{
        Role, SnapshotNote,
        wire::{Bytes, Challenge, Cursor, DropBlobs, Push},
    },
};
use shoulou_server::{Ledger, http::ROUTES};
use std::collections::BTreeSet;

const WHO: [&str; 6] = ["administrator", "member", "other", "revoked", "expired", "nobody"];
const ELSEWHERE: Id = Id([0x22; 16]);
const ERASED: Id = Id([7; 16]);

/// A project in which everything is there that a route could be asked for.
struct World {
    ledger: Ledger,
    server: Server,
    pcs: Vec<Pc>,
    tokens: Vec<Option<String>>,
    cursor: Cursor,
    blob: Hash,
    _store: Store,
}

impl World {
    async fn new(store: Store) -> World {
        let ledger = store.open().await;
        let (mut administrator, member) = office(&ledger).await;
        let (revoked, expired) = (Pc::new(3), Pc::new(4));
        revoked.join(&ledger, &administrator).await;
        expired.join(&ledger, &administrator).await;
        Pc::new(6).join(&ledger, &administrator).await;
        let other = Pc::of(ELSEWHERE, 5);
        other.found(&ledger).await;
        let mut pcs = vec![administrator.clone(), member, other, revoked.clone(), expired.clone()];
        let mut tokens = Vec::new();
        for pc in &pcs {
            tokens.push(Some(pc.session(&ledger, NOW).await.unwrap().token));
        }
        pcs.push(Pc::new(9));
        tokens.push(None);
        ledger.revoke(PROJECT, None, revoked.device, NOW).await.unwrap();
        let end = format!("UPDATE member SET lease = 1 WHERE device = x'{}'", expired.device);
        store.sql(&end).await.unwrap();

        let blob = Hash::of(b"a photo");
        let whole = b"a photo".to_vec();
        ledger.append(PROJECT, administrator.device, blob, 0..7, whole, NOW).await.unwrap();
        let (about, erasure) = (administrator.about(ERASED, &[]), administrator.erase(ERASED));
        administrator.fates(&ledger, &[&about, &erasure]).await;
        let first = start(&ledger, PROJECT).await;
        let cursor = administrator.pull(&ledger, first).await.unwrap().cursor;
        let server = Server::start(&ledger).await;
        let world = World { ledger, server, pcs, tokens, cursor, blob, _store: store };
        let note = world.note(0);
        world.ledger.put_snapshot(PROJECT, administrator.device, note, NOW).await.unwrap();
        world
    }

    fn note(&self, who: usize) -> Bytes {
        let pc = &self.pcs[who];
        let note = SnapshotNote {
            project: PROJECT,
            cursor: self.cursor,
            fold: "1".into(),
            blob: self.blob,
            size: 7,
            commits: 2,
            events: 4,
            erased: 1,
            device: pc.device,
            key: pc.signing.verifying_key().as_bytes().to_vec().into(),
        };
        note.sign(&pc.signing).into()
    }

    /// A request that is right in everything but, maybe, who sends it.
    async fn request(&self, route: &str, who: usize) -> Request {
        let (method, template) = route.split_once(' ').unwrap();
        let method = ROUTES.iter().find(|one| one.method == method).unwrap().method;
        let target = Pc::new(6).device;
        let concrete = template
            .replace("{project}", &PROJECT.to_string())
            .replace("{device}", &target.to_string())
            .replace("{hash}", &self.blob.to_string());
        let at = Request::new(method, concrete);
        let fresh = [who as u8 + 100; 16];
        let rest = template.strip_prefix("/v1/projects/{project}").unwrap_or(template);
        match (method, rest) {
            ("GET", "/v1/invitations/{locator}") => {
                let invite = invite(fresh, Role::Member);
                let path = format!("/v1/invitations/{}", invite.locator);
                let _ = self.ledger.invite(PROJECT, self.pcs[0].device, invite, NOW).await;
                Request::new(method, path)
            }
            ("POST", "/found") => {
                let founder = Pc::of(Id(fresh), who as u8 + 100);
                let invite = invite(fresh, Role::Administrator);
                self.ledger.invite_to_found(invite, NOW).await.unwrap();
                Request::new(method, path(founder.project, rest))
                    .message(&founder.enrol_with(&fresh))
            }
            ("POST", "/enrol") => {
                let invite = invite(fresh, Role::Member);
                self.ledger.invite(PROJECT, self.pcs[0].device, invite, NOW).await.unwrap();
                at.message(&Pc::new(who as u8 + 100).enrol_with(&fresh))
            }
            ("POST", "/challenge") => at.message(&Challenge { device: self.pcs[who].device }),
            ("POST", "/session") => {
                let mut pc = self.pcs[who].clone();
                pc.project = PROJECT;
                at.message(&pc.sign_in(self.ledger.challenge(PROJECT, pc.device, NOW).nonce))
            }
            ("POST", "/commits") => {
                at.message(&Push { epoch: self.cursor.epoch, commits: Vec::new() })
            }
            ("GET", "/commits") => {
                let Cursor { epoch, number, checkpoint } = self.cursor;
                let query = format!("?epoch={epoch}&after={number}&checkpoint={}", checkpoint.0);
                Request::new(method, path(PROJECT, rest) + &query)
            }
            ("PUT", "/members/{device}/label") => at.message(&Bytes(vec![who as u8; 40])),
            ("PUT", "/invitations") => at.message(&invite([who as u8 + 200; 16], Role::Member)),
            ("POST", "/blobs/drop") => at.message(&DropBlobs { party: ERASED, blobs: Vec::new() }),
            ("PATCH", _) => {
                at.with("upload-offset", 0).with("upload-length", 7).bytes(b"a photo".to_vec())
            }
            ("PUT", "/snapshot") => at.message(&self.note(who)),
            _ => at,
        }
    }
}

on_both! {
    each_route_answers_everybody_as_the_table_says
}

async fn each_route_answers_everybody_as_the_table_says(store: Store) {
    let table: toml::Table = include_str!("../access.toml").parse().unwrap();
    let named: BTreeSet<String> = table.keys().cloned().collect();
    let routes: BTreeSet<String> =
        ROUTES.iter().map(|route| format!("{} {}", route.method, route.path)).collect();
    assert_eq!(
        named, routes,
        "each route has its line in tests/access.toml, and each line its route"
    );
    for (route, line) in &table {
        let world = World::new(store.fresh()).await;
        assert_eq!(line.as_table().unwrap().len(), WHO.len(), "{route}");
        for (who, name) in WHO.iter().enumerate() {
            let expected = line[*name].as_str().unwrap();
            let mut request = world.request(route, who).await;
            if let Some(token) = &world.tokens[who] {
                request = request.token(token);
            }
            let answer = request.send(world.server.at).await;
            if answer.status == 200 {
                assert_eq!("yes", expected, "{route} as {name}");
            } else if route.starts_with("HEAD") {
                let codes = [("not_a_member", 404), ("no_session", 401)];
                assert!(
                    codes.contains(&(expected, answer.status)),
                    "{route} as {name}: {answer:?}"
                );
            } else {
                let code = serde_json::to_value(answer.refused()).unwrap();
                assert_eq!(code.as_str().unwrap(), expected, "{route} as {name}");
            }
        }
        world.ledger.close().await;
    }
}

#[test]
fn the_description_names_every_route_and_no_other() {
    let described: serde_json::Value =
        serde_json::from_str(include_str!("../../src/openapi.json")).unwrap();
    let mut named = BTreeSet::new();
    for (path, operations) in described["paths"].as_object().unwrap() {
        for (method, operation) in operations.as_object().unwrap() {
            named.insert((method.to_uppercase(), path.clone()));
            let in_path = path.matches('{').count();
            let parameters = operation["parameters"].as_array().cloned().unwrap_or_default();
            let told = parameters.iter().filter(|one| one["in"] == "path").count();
            assert_eq!(told, in_path, "{path}");
        }
    }
    let routes = ROUTES.iter().map(|one| (one.method.to_owned(), one.path.to_owned()));
    assert_eq!(named, routes.collect());
}
