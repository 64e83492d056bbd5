use shoulou_app::{
    App, Options,
    api::{Action, Answer, Done, ImportPreview, Preview, Problem, ProjectView, Query, UnitList},
};
use shoulou_domain::{
    command::{Command, Defect},
    view::{HomeRow, HomeView},
};
use shoulou_eventlog::Id;
use std::path::{Path, PathBuf};

pub const PASSWORD: &str = "海棠花开 2026";

/// A project of four homes, and the person at work.
pub struct Office {
    dir: tempfile::TempDir,
    pub app: App,
}

impl Office {
    pub async fn founded() -> Office {
        let dir = tempfile::tempdir().unwrap();
        let app = App::open_folder(dir.path().join("data"), Options::default()).await;
        let wanted = Action::CreateProject {
            name: "锦绣豪庭".into(),
            company: "锦绣置业".into(),
            person: "陈静".into(),
            password: Some(PASSWORD.into()),
            sample: false,
        };
        app.execute(wanted).await.unwrap();
        let office = Office { dir, app };
        office.import().await;
        office
    }

    /// The same list every time.
    pub async fn import(&self) {
        let list = "房号,业主,证件号,手机,建筑面积,合同编号\n\
                    1-1-101,谢敏,440305196609144571,17081003390,127.66,JX-1\n\
                    1-1-102,王芳,330106195706193223,13461003307,89.37,JX-2\n\
                    1-1-201,赵强/李敏,110105199309046984 32010219661126521X,16304940326,118.02,JX-3\n\
                    1-1-202,何静,51010719830128637X,19933283679,143.18,JX-4\n";
        let path = self.write("list.csv", list.as_bytes()).display().to_string();
        let query = Query::ImportPreview { path: path.clone(), sheet: None, mapping: None };
        let preview: ImportPreview = self.ask(query).await;
        assert!(preview.questions.is_empty() && preview.columns.iter().all(|c| c.target.is_some()));
        self.app.execute(Action::Import { path, mapping: preview.mapping }).await.unwrap();
    }

    /// Lets go of the project and opens it anew.
    pub async fn reopened(self) -> Office {
        self.reopened_with(Options::default()).await
    }

    pub async fn reopened_with(self, options: Options) -> Office {
        self.lent(options, async |_| {}).await
    }

    /// Lets go of the project while somebody else works on it: it is in `data` of the folder that `work` is told.
    pub async fn lent(self, options: Options, work: impl AsyncFnOnce(&Path)) -> Office {
        let Office { dir, app } = self;
        app.close().await;
        work(dir.path()).await;
        let app = App::open_folder(dir.path().join("data"), options).await;
        app.execute(Action::Unlock { secret: PASSWORD.into() }).await.unwrap();
        Office { dir, app }
    }

    pub fn write(&self, name: &str, bytes: &[u8]) -> PathBuf {
        let path = self.dir.path().join(name);
        std::fs::write(&path, bytes).unwrap();
        path
    }

    pub fn path(&self, name: &str) -> String {
        self.dir.path().join(name).display().to_string()
    }

    pub async fn ask<T: serde::de::DeserializeOwned>(&self, query: Query) -> T {
        serde_json::from_value(self.app.query(query).await.unwrap()).unwrap()
    }

    pub async fn rows(&self) -> Vec<HomeRow> {
        let query = Query::Units {
            search: String::new(),
            building: None,
            stage: None,
            only: None,
            offset: 0,
            limit: 100,
        };
        self.ask::<UnitList>(query).await.rows
    }

    pub async fn home(&self, unit: Id) -> HomeView {
        self.ask::<Answer<HomeView>>(Query::Home { unit }).await.view
    }

    pub async fn project(&self) -> ProjectView {
        self.ask::<Answer<ProjectView>>(Query::Project).await.view
    }

    pub async fn preview(&self, unit: Id, form: &str) -> Preview {
        self.ask(Query::Preview { unit, forms: vec![form.into()], blank: false }).await
    }

    pub async fn tell(&self, command: Command) -> Result<Done, Problem> {
        let basis = self.app.basis().await.unwrap();
        self.app.execute(Action::Do { command, basis }).await
    }

    pub async fn print(&self, unit: Id, form: &str) -> Result<Done, Problem> {
        let (forms, out) = (vec![form.into()], Some(self.path("out.pdf")));
        self.app.execute(Action::Print { unit, forms, blank: false, out, printer: None }).await
    }

    pub async fn sound(&self) {
        let verified = self.app.verify().await.unwrap();
        assert!(verified.sound, "{verified:?}");
    }
}

pub fn defect(text: &str) -> Defect {
    Defect {
        room: "客厅".into(),
        part: "墙面".into(),
        text: text.into(),
        wish: None,
        photos: Vec::new(),
        responsible: None,
        promised: None,
        at: "2026-11-21T10:00:00+08:00".into(),
    }
}

/// A picture of the forms' samples.
pub fn picture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../forms/tests/samples").join(name)
}
