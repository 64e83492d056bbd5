//! What the real server writes for its administrator.

use super::{
    lines::{search, search_folder},
    on_both,
};
use crate::{
    pc::{Pc, agree},
    program::Program,
    server::Reached,
};
use shoulou_app::api::Action;

on_both! { Program: nothing_personal_is_in_the_servers_log_or_on_its_console }

async fn nothing_personal_is_in_the_servers_log_or_on_its_console(mut server: Program) {
    let one = Pc::founder(&server).await;
    one.set("1-1-101", "remark", "贵宾接待").await;
    let two = Pc::invited(&server, &one, "样板间笔记本").await;
    agree(&[&one, &two]).await;
    let device = two.view().await.server.unwrap().device;
    one.app.execute(Action::RevokeDevice { device }).await.unwrap();
    two.set("1-1-102", "remark", "贵宾接待").await;
    two.sync().await;
    let founds_again = Pc::trial(&server).await;
    founds_again.attach(&server).await;
    assert!(founds_again.join(&server.founding_code().await, "样板间笔记本").await.is_err());
    server.kill();
    let log = std::fs::read(server.log()).unwrap();
    assert!(log.windows(9).filter(|word| word == b"\"request\"").count() > 10, "it is talkative");
    search_folder(server.dir.path());
    let projects = server.ok(&["project", "list"]);
    search(projects.as_bytes(), "the list of projects");
    for project in projects.lines().filter_map(|line| line.split(' ').next()) {
        search(server.ok(&["device", "list", project]).as_bytes(), "the list of PCs");
    }
    search(server.ok(&["verify"]).as_bytes(), "the report");
}
