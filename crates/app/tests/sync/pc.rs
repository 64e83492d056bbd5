use crate::{line::Line, server::Reached};
use serde::de::DeserializeOwned;
use shoulou_app::{
    App, Options,
    api::{
        Action, Answer, DevicesView, DisputeView, Done, ForkView, ImportPreview, Problem,
        ProjectView, Query, RuleView, Status, SyncState, SyncView, UnitList,
    },
};
use shoulou_domain::{
    command::{Command, Target},
    view::{HomeRow, HomeView},
};
use shoulou_eventlog::{Hash, Id, Value, sync::Receipt};
use shoulou_store::{Knows, Secret, Setup, Slots, Store};
use std::{
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

pub const PASSWORD: &str = "海棠花开 2026";
pub const PATIENCE: Duration = Duration::from_secs(60);

/// A PC of the office, with its own line to the server.
pub struct Pc {
    pub dir: tempfile::TempDir,
    pub app: App,
    pub line: Line,
}

impl Pc {
    /// A project of four homes on one PC, without a server.
    pub async fn trial(server: &impl Reached) -> Pc {
        let pc = Pc::empty(server).await;
        let wanted = Action::CreateProject {
            name: "锦绣豪庭".into(),
            company: "锦绣置业".into(),
            person: "陈静".into(),
            password: Some(PASSWORD.into()),
            sample: false,
        };
        pc.app.execute(wanted).await.unwrap();
        pc.import().await;
        pc
    }

    pub async fn empty(server: &impl Reached) -> Pc {
        let dir = tempfile::tempdir().unwrap();
        let app = App::open_folder(dir.path().join("data"), Options::default()).await;
        Pc { dir, app, line: Line::to(server.port()).await }
    }

    /// The same, brought to the server.
    pub async fn founder(server: &impl Reached) -> Pc {
        let pc = Pc::trial(server).await;
        pc.attach(server).await;
        pc.synced().await;
        pc
    }

    pub async fn attach(&self, server: &impl Reached) {
        let code = self.line.code(&server.founding_code().await);
        let label = "一号台".to_owned();
        let attach = Action::AttachServer { code: Some(code), picture: None, label };
        self.app.execute(attach).await.unwrap();
    }

    /// Another PC, which an administrator's PC invites.
    pub async fn invited(server: &impl Reached, by: &Pc, label: &str) -> Pc {
        let pc = Pc::empty(server).await;
        let code = by.invite(false).await;
        pc.join(&code, label).await.unwrap();
        pc.synced().await;
        pc.at_work("陈静").await;
        pc
    }

    pub async fn invite(&self, administrator: bool) -> String {
        let invite = Action::Invite { administrator, minutes: 30 };
        let Done::Invited { code, .. } = self.app.execute(invite).await.unwrap() else { panic!() };
        code
    }

    pub async fn join(&self, code: &str, label: &str) -> Result<Done, Problem> {
        let join = Action::Join {
            code: Some(self.line.code(code)),
            picture: None,
            label: label.into(),
            password: Some(PASSWORD.into()),
        };
        self.app.execute(join).await
    }

    pub async fn at_work(&self, person: &str) {
        self.app.choose_actor_by_name(person).await.unwrap();
    }

    pub async fn hire(&self, name: &str) {
        let (role, department) = ("客服代表".to_owned(), "客服中心".to_owned());
        self.tell(Command::AddStaff { name: name.into(), role, department }).await.unwrap();
    }

    /// Closes the program and starts it again.
    pub async fn restarted(self) -> Pc {
        self.restarted_with(Options::default()).await
    }

    pub async fn restarted_with(self, options: Options) -> Pc {
        let Pc { dir, app, line } = self;
        app.close().await;
        let app = App::open_folder(dir.path().join("data"), options).await;
        app.execute(Action::Unlock { secret: PASSWORD.into() }).await.unwrap();
        Pc { dir, app, line }
    }

    pub async fn import(&self) {
        let list = "房号,业主,证件号,手机,建筑面积,合同编号\n\
                    1-1-101,谢敏,440305196609144571,17081003390,127.66,JX-1\n\
                    1-1-102,王芳,330106195706193223,13461003307,89.37,JX-2\n\
                    1-1-201,赵强/李敏,110105199309046984 32010219661126521X,16304940326,118.02,JX-3\n\
                    1-1-202,何静,51010719830128637X,19933283679,143.18,JX-4\n";
        let path = self.dir.path().join("list.csv");
        std::fs::write(&path, list).unwrap();
        self.import_file(&path).await;
    }

    pub async fn import_file(&self, path: &Path) {
        let path = path.display().to_string();
        let query = Query::ImportPreview { path: path.clone(), sheet: None, mapping: None };
        let preview: ImportPreview = self.ask(query).await;
        self.app.execute(Action::Import { path, mapping: preview.mapping }).await.unwrap();
    }

    pub async fn ask<T: DeserializeOwned>(&self, query: Query) -> T {
        serde_json::from_value(self.app.query(query).await.unwrap()).unwrap()
    }

    pub async fn status(&self) -> Status {
        self.ask(Query::Status).await
    }

    pub async fn view(&self) -> SyncView {
        self.ask(Query::Sync).await
    }

    pub async fn devices(&self) -> DevicesView {
        self.ask(Query::Devices).await
    }

    pub async fn disputes(&self) -> Vec<DisputeView> {
        self.ask::<Answer<Vec<DisputeView>>>(Query::Disputes).await.view
    }

    pub async fn rules(&self) -> Vec<RuleView> {
        self.ask::<Answer<Vec<RuleView>>>(Query::Rules).await.view
    }

    pub async fn forks(&self) -> Vec<ForkView> {
        self.ask(Query::Forks).await
    }

    pub async fn rows(&self) -> Vec<HomeRow> {
        let query = Query::Units {
            search: String::new(),
            building: None,
            stage: None,
            only: None,
            offset: 0,
            limit: 1000,
        };
        self.ask::<UnitList>(query).await.rows
    }

    pub async fn row(&self, code: &str) -> HomeRow {
        self.rows().await.into_iter().find(|row| row.code == code).unwrap()
    }

    pub async fn home(&self, code: &str) -> HomeView {
        self.page(code).await.view
    }

    /// The page as a person opens it, with its basis.
    pub async fn page(&self, code: &str) -> Answer<HomeView> {
        let unit = self.row(code).await.unit;
        self.ask(Query::Home { unit }).await
    }

    pub async fn project(&self) -> ProjectView {
        self.ask::<Answer<ProjectView>>(Query::Project).await.view
    }

    pub async fn tell(&self, command: Command) -> Result<u64, Problem> {
        let basis = self.app.basis().await.unwrap();
        self.tell_from(basis, command).await
    }

    /// From a page that was made at `basis`.
    pub async fn tell_from(&self, basis: u64, command: Command) -> Result<u64, Problem> {
        let done = self.app.execute(Action::Do { command, basis }).await?;
        let Done::Recorded { basis, .. } = done else { panic!("{done:?}") };
        Ok(basis)
    }

    pub async fn set(&self, code: &str, path: &str, value: impl Into<Value>) {
        let target = Target::File { id: self.row(code).await.file };
        let command = Command::SetField { target, path: path.into(), value: value.into() };
        self.tell(command).await.unwrap();
    }

    /// The path of the first owner's phone.
    pub async fn phone_of(&self, code: &str) -> String {
        let home = self.home(code).await;
        format!("party/{}/phone", home.parties[0].id)
    }

    pub async fn shown(&self, code: &str, path: &str) -> String {
        let home = self.home(code).await;
        let fields = home.parties.iter().flat_map(|party| &party.fields).chain(&home.file_fields);
        fields.into_iter().find(|field| field.path == path).unwrap().shown.zh.clone()
    }

    pub async fn sync(&self) -> SyncView {
        self.app.sync_once(PATIENCE).await.unwrap()
    }

    pub async fn synced(&self) {
        let view = self.sync().await;
        assert_eq!(view.state, SyncState::Synced, "{view:?}");
        assert_eq!(view.to_sync, 0);
    }

    /// The show flat has no network.
    pub async fn goes_offline(&self) {
        self.line.cut();
        assert_eq!(self.sync().await.state, SyncState::Offline);
    }

    pub async fn comes_back(&self) {
        self.line.mend();
        self.synced().await;
    }

    pub async fn sound(&self) {
        let verified = self.app.verify().await.unwrap();
        assert!(verified.sound, "{verified:?}");
    }

    /// All that the screens show of the homes.
    pub async fn everything(&self) -> serde_json::Value {
        let mut homes = Vec::new();
        for row in self.rows().await {
            homes.push(serde_json::to_value(self.home(&row.code).await).unwrap());
        }
        serde_json::json!({ "homes": homes, "project": self.project().await })
    }

    pub fn codes(view: &SyncView) -> Vec<&str> {
        view.messages.iter().map(|message| message.code.as_str()).collect()
    }
}

pub fn database(data: &Path) -> PathBuf {
    let project = std::fs::read_dir(data).unwrap().next().unwrap().unwrap();
    project.path().join("project.db")
}

/// The store itself, as another version of the program would write to it.
pub async fn store(database: &Path, app_version: &str) -> Store {
    let key = Slots::open(database).unwrap().unlock(Secret::Typed(PASSWORD)).unwrap();
    let setup = Setup { app_version: app_version.into(), ..Setup::default() };
    Store::open(database, &key, setup).await.unwrap()
}

/// What stands on a PC's disk, beside its open program.
pub async fn store_of(pc: &Pc) -> Store {
    let database = database(&pc.dir.path().join("data"));
    let key = Slots::open(&database).unwrap().unlock(Secret::Typed(PASSWORD)).unwrap();
    Store::open_read_only(&database, &key, Knows::default()).await.unwrap()
}

/// The commits that the server confirmed to a PC, by its signed receipts, and their numbers.
pub async fn confirmed(pc: &Pc) -> Vec<(Hash, u64)> {
    let store = store_of(pc).await;
    let server = store.link().await.unwrap().unwrap().verifying_key().unwrap();
    let receipts = store.receipts(0, u32::MAX).await.unwrap();
    let read = |(_, signed): &(u64, Vec<u8>)| Receipt::read(signed, &server).unwrap().commits;
    receipts.iter().flat_map(read).collect()
}

/// Waits for what comes by itself.
pub async fn until(what: &str, mut is: impl AsyncFnMut() -> bool) {
    let over = Instant::now() + PATIENCE;
    while !is().await {
        assert!(Instant::now() < over, "in vain: {what}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

/// They have all and show the same.
pub async fn agree(pcs: &[&Pc]) {
    for _ in 0..2 {
        for pc in pcs {
            pc.synced().await;
        }
    }
    let first = pcs[0].everything().await;
    for pc in pcs {
        assert_eq!(pc.everything().await, first);
        pc.sound().await;
    }
}

pub fn staff_id(project: &ProjectView, name: &str) -> Id {
    project.staff.iter().find(|person| person.name == name).unwrap().id
}
