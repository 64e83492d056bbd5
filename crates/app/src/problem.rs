//! The messages of the application itself: what happened, what was kept, what to do now.

mod store;

use crate::api::Problem;
use shoulou_domain::view::Text2;

impl Problem {
    pub fn new(code: &str, what: Text2, kept: Text2, todo: Text2) -> Self {
        Problem { code: code.into(), what, kept, todo }
    }

    /// Nothing was written: the usual second sentence.
    pub(crate) fn unchanged(code: &str, what: Text2, todo: Text2) -> Self {
        let kept = Text2::new("没有改动任何记录。", "Nothing was changed.");
        Problem::new(code, what, kept, todo)
    }

    pub fn no_project() -> Self {
        Problem::unchanged(
            "no_project",
            Text2::new("这个文件夹里还没有项目。", "There is no project in this folder yet."),
            Text2::new(
                "请新建项目，或从备份恢复。",
                "Create a project, or restore one from a backup.",
            ),
        )
    }

    pub(crate) fn which_project(names: &[String]) -> Self {
        let list = names.join("、");
        Problem::unchanged(
            "which_project",
            Text2::new(
                format!("这个文件夹里有多个项目：{list}。"),
                format!("This folder holds several projects: {list}."),
            ),
            Text2::new("请用 --project 指明项目名称。", "Name one with --project."),
        )
    }

    pub(crate) fn project_exists(name: &str) -> Self {
        Problem::unchanged(
            "project_exists",
            Text2::new(
                format!("这里已有名为“{name}”的项目。"),
                format!("A project named “{name}” is here already."),
            ),
            Text2::new(
                "请换一个名称，或打开原有项目。",
                "Choose another name, or open the existing project.",
            ),
        )
    }

    /// Of a backup. The start page has a box to tick for it, the command line a word.
    pub(crate) fn project_is_here(name: &str) -> Self {
        Problem::unchanged(
            "project_exists",
            Text2::new(
                format!("这里已有项目“{name}”，备份没有恢复。"),
                format!("The project “{name}” is here already; the backup was not brought back."),
            ),
            Text2::new(
                "请返回，打开原有项目。确要用备份替代它，请勾选“先把原有项目移到一旁”（命令行：--aside）再恢复。",
                "Go back and open the project that is here. To put the backup in its place, tick “Move the \
                 project that is here aside first” (command line: --aside) and restore again.",
            ),
        )
    }

    pub fn locked() -> Self {
        Problem::unchanged(
            "locked",
            Text2::new("项目尚未解锁。", "The project is locked."),
            Text2::new("请输入密码或恢复码。", "Enter the password or the recovery code."),
        )
    }

    pub(crate) fn no_keyring() -> Self {
        Problem::unchanged(
            "no_keyring",
            Text2::new(
                "这台电脑没有可用的系统钥匙串，无法安全保存项目密钥。",
                "This PC has no usable keyring to keep the project's key in.",
            ),
            Text2::new(
                "请设置一个密码，以后每次打开项目时输入。",
                "Set a password; it will be asked for whenever the project is opened.",
            ),
        )
    }

    pub fn read_only() -> Self {
        Problem::unchanged(
            "in_use",
            Text2::new(
                "另一个窗口或程序正在使用这个项目，此处只能查看。",
                "Another window or program is using this project; here it can only be read.",
            ),
            Text2::new(
                "请在那个窗口中操作，或先关闭它。",
                "Work in that window, or close it first.",
            ),
        )
    }

    pub(crate) fn no_actor() -> Self {
        Problem::unchanged(
            "no_actor",
            Text2::new("还没有选择当前经办人。", "Nobody is chosen as the person at work."),
            Text2::new("请先在右上角选择经办人。", "Choose who you are at the top right first."),
        )
    }

    pub(crate) fn unknown_staff(name: &str) -> Self {
        Problem::unchanged(
            "unknown_staff",
            Text2::new(
                format!("人员名单里没有在岗的“{name}”。"),
                format!("There is no active member of staff “{name}”."),
            ),
            Text2::new("请在人员名单中选择。", "Choose from the list of people."),
        )
    }

    pub(crate) fn unknown_unit(unit: &str) -> Self {
        Problem::unchanged(
            "unknown_unit",
            Text2::new(format!("没有找到单元“{unit}”。"), format!("There is no home “{unit}”.")),
            Text2::new(
                "请核对房号，或在单元列表中搜索。",
                "Check the code, or search the list of homes.",
            ),
        )
    }

    pub(crate) fn confirm_date(now: &str) -> Self {
        Problem::unchanged(
            "confirm_date",
            Text2::new(
                format!("电脑时间显示为 {now}，早于已有记录。"),
                format!("This PC's clock says {now}, which is before records already made."),
            ),
            Text2::new(
                "请先核对电脑日期；日期无误时确认，再签署或打印。",
                "Check the PC's date; confirm it when it is right, then sign or print.",
            ),
        )
    }

    pub(crate) fn name_missing() -> Self {
        Problem::unchanged(
            "name_missing",
            Text2::new("项目还没有名称。", "The project has no name."),
            Text2::new("请填写项目（楼盘）名称。", "Enter the name of the estate."),
        )
    }

    pub(crate) fn nothing_to_undo() -> Self {
        Problem::unchanged(
            "nothing_to_undo",
            Text2::new("没有可以撤销的操作。", "There is nothing to take back."),
            Text2::new(
                "较早的记录请在“最近记录”里作废或更正，并写明原因。",
                "Void or correct earlier entries in the record list, with a reason.",
            ),
        )
    }

    pub fn cannot_read(path: &std::path::Path, reason: &std::io::Error) -> Self {
        let path = path.display();
        Problem::unchanged(
            "cannot_read",
            Text2::new(
                format!("无法读取文件 {path}：{}。", io_zh(reason)),
                format!("The file {path} cannot be read: {reason}."),
            ),
            Text2::new(
                "请检查文件是否存在、是否有权限，再试一次。",
                "Check that the file exists and may be read, then try again.",
            ),
        )
    }

    pub fn mapping_needed() -> Self {
        Problem::unchanged(
            "mapping_needed",
            Text2::new(
                "列的含义需要确认，或有问题需要回答；没有导入任何内容。",
                "What the columns mean must be confirmed, or a question answered; nothing was imported.",
            ),
            Text2::new(
                "请核对上面的对应关系：无误时加 --accept，否则用 --map 给出。",
                "Check the mapping above: pass --accept if it is right, or give one with --map.",
            ),
        )
    }

    pub(crate) fn cannot_write(path: &std::path::Path, reason: &std::io::Error) -> Self {
        let path = path.display();
        Problem::new(
            "cannot_write",
            Text2::new(
                format!("无法写入 {path}：{}。", io_zh(reason)),
                format!("{path} cannot be written: {reason}."),
            ),
            Text2::new("项目里的记录完好。", "The project's records are intact."),
            Text2::new(
                "请换一个有权限、有空间的位置，再试一次。",
                "Choose a place with room that may be written to, and try again.",
            ),
        )
    }

    pub fn bad_request(detail: &str) -> Self {
        Problem::unchanged(
            "bad_request",
            Text2::new(
                format!("命令无法识别：{detail}"),
                format!("The command was not understood: {detail}"),
            ),
            Text2::new(
                "请对照 `shoulouctl do --schema` 核对字段。",
                "Check its fields against `shoulouctl do --schema`.",
            ),
        )
    }
}

fn io_zh(error: &std::io::Error) -> String {
    use std::io::ErrorKind as Kind;
    match error.kind() {
        Kind::NotFound => "找不到这个位置".into(),
        Kind::NotADirectory => "这里是一个文件，不是文件夹".into(),
        Kind::PermissionDenied => "没有权限".into(),
        Kind::AlreadyExists => "文件已存在".into(),
        Kind::StorageFull => "磁盘已满".into(),
        Kind::ReadOnlyFilesystem => "磁盘只读".into(),
        _ => error.to_string(),
    }
}
