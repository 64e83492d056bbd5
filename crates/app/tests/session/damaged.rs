//! A project whose file is damaged, as the window meets it.

use shoulou_app::{
    App, Options,
    api::{Action, Phase, Query, Status},
};
use std::{fs, path::Path};

const PASSWORD: &str = "海棠花开";

async fn status(app: &App) -> Status {
    let status = app.query(Query::Status).await.expect("a status");
    serde_json::from_value(status).expect("the declared type")
}

async fn founded(data: &Path) -> App {
    let app = App::open_folder(data, Options::default()).await;
    let wanted = Action::CreateProject {
        name: "锦绣豪庭".into(),
        company: "锦绣置业".into(),
        person: "周明".into(),
        password: Some(PASSWORD.into()),
        sample: false,
    };
    app.execute(wanted).await.expect("a project");
    app
}

fn project(data: &Path) -> std::path::PathBuf {
    fs::read_dir(data).expect("a folder").next().expect("one project").expect("readable").path()
}

/// Overwrites pages in the middle; the answer is what was there.
fn damage(database: &Path) -> Vec<u8> {
    let whole = fs::read(database).expect("a database");
    let mut damaged = whole.clone();
    damaged[100..8192].fill(0x5a);
    fs::write(database, damaged).expect("written");
    whole
}

/// Opens the folder as far as it goes: with a keyring at once, else by the password.
async fn cannot_open(data: &Path) -> App {
    let app = App::open_folder(data, Options::default()).await;
    let unlocked = app.execute(Action::Unlock { secret: PASSWORD.into() }).await;
    assert_eq!(unlocked.expect_err("damaged").code, "damaged");
    assert_eq!(app.query(Query::Status).await.expect_err("no status").code, "damaged");
    app
}

#[tokio::test]
async fn a_backup_takes_the_place_of_a_project_that_does_not_open_and_its_files_are_kept_aside() {
    let dir = tempfile::tempdir().expect("a folder");
    let (data, backup) = (dir.path().join("data"), dir.path().join("a.shoulou"));
    let app = founded(&data).await;
    let path = backup.display().to_string();
    app.execute(Action::Backup { path: path.clone() }).await.expect("a backup");
    app.close().await;
    let database = project(&data).join("project.db");
    damage(&database);
    let damaged = fs::read(&database).expect("a database");
    let app = cannot_open(&data).await;

    let wrong = Action::Restore { path: path.clone(), secret: "不对".into(), aside: false };
    assert_eq!(app.execute(wrong).await.expect_err("refused").code, "wrong_secret");
    assert_eq!(fs::read(&database).expect("in its place"), damaged);

    let right = Action::Restore { path, secret: PASSWORD.into(), aside: false };
    app.execute(right).await.expect("restored");
    assert_eq!(status(&app).await.phase, Phase::Ready);
    assert!(app.verify().await.expect("a report").sound);
    let aside = fs::read_dir(&data).expect("a folder").flatten().map(|entry| entry.path());
    let aside = aside.into_iter().find(|path| path.to_string_lossy().contains(".damaged-"));
    let aside = aside.expect("the damaged project's files").join("project.db");
    assert_eq!(fs::read(aside).expect("kept"), damaged);
}

#[tokio::test]
async fn what_was_mended_opens_when_asked_again() {
    let dir = tempfile::tempdir().expect("a folder");
    let data = dir.path().join("data");
    founded(&data).await.close().await;
    let database = project(&data).join("project.db");
    let whole = damage(&database);
    let app = cannot_open(&data).await;
    fs::write(&database, whole).expect("mended");
    app.execute(Action::Reopen).await.expect("opened");
    app.execute(Action::Unlock { secret: PASSWORD.into() }).await.expect("unlocked");
    assert_eq!(status(&app).await.phase, Phase::Ready);
}
