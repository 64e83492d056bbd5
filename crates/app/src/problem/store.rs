//! What the store cannot do, in the words of the person before the screen.

use crate::api::Problem;
use shoulou_domain::{refusal::Refusal, view::Text2};
use shoulou_store::{Damage, Place, StoreError};

impl From<Refusal> for Problem {
    fn from(refusal: Refusal) -> Self {
        Problem::new(refusal.code(), refusal.what(), refusal.kept(), refusal.todo())
    }
}

impl From<StoreError> for Problem {
    fn from(error: StoreError) -> Self {
        let (what, todo) = words(&error);
        let kept = match &error {
            StoreError::Damaged(damage) => readable(damage),
            _ => Text2::new("已有记录没有改动。", "The records stand as they were."),
        };
        Problem::new(error.code(), what, kept, todo)
    }
}

fn words(error: &StoreError) -> (Text2, Text2) {
    let (what_zh, what_en, todo_zh, todo_en) = match error {
        StoreError::WrongKey | StoreError::WrongSecret => (
            "密码、恢复码或密钥不对，项目没有打开。",
            "The password, recovery code or key does not fit; the project was not opened.",
            "请核对后重新输入；忘记密码时请用打印保存的恢复码。",
            "Check it and enter it again; if the password is lost, use the printed recovery code.",
        ),
        StoreError::MistypedCode => (
            "恢复码有输错的字符。",
            "The recovery code was mistyped.",
            "请对照打印的恢复码逐组核对后再输入。",
            "Compare it with the printed code group by group, and enter it again.",
        ),
        StoreError::NoSlot => (
            "这个项目没有这种打开方式。",
            "The project cannot be opened in this way.",
            "请用恢复码打开，再设置密码。",
            "Open it with the recovery code, then set a password.",
        ),
        StoreError::LastSlot => (
            "这是打开项目的最后一种方式，不能移除。",
            "This is the last way to open the project; it cannot be removed.",
            "请先设置密码或恢复码。",
            "Set a password or a recovery code first.",
        ),
        StoreError::Damaged(_) => (
            "项目数据文件已损坏。",
            "The project's data file is damaged.",
            "请不要继续使用这个文件；从最近的备份恢复到新的文件夹。",
            "Do not go on with this file; restore the latest backup into a new folder.",
        ),
        StoreError::SlotsDamaged => (
            "密钥文件已损坏，无法打开项目。",
            "The key file is damaged; the project cannot be opened.",
            "请从备份中取回密钥文件，或从备份恢复。",
            "Bring the key file back from a backup, or restore the backup.",
        ),
        StoreError::BlobDamaged(_) => (
            "一份附件（扫描件或存档文件）已损坏。",
            "An attachment (a scan or an archived paper) is damaged.",
            "请从备份恢复，或重新扫描。",
            "Restore it from a backup, or scan it again.",
        ),
        StoreError::BlobMissing(_) => (
            "一份附件不在这台电脑上。",
            "An attachment is not on this PC.",
            "请在保存它的电脑上查看，或从备份恢复。",
            "Look at it on the PC that has it, or restore it from a backup.",
        ),
        StoreError::ReadOnly => (
            "项目文件夹是只读的，刚才的操作没有记下。",
            "The project's folder is read-only; the last action was not recorded.",
            "请检查文件夹权限或磁盘写保护，再做一次。",
            "Check the folder's permissions or the disk's write protection, then do it again.",
        ),
        StoreError::DiskFull => (
            "磁盘已满，刚才的操作没有记下。",
            "The disk is full; the last action was not recorded.",
            "请腾出磁盘空间，再做一次。",
            "Free some disk space, then do it again.",
        ),
        StoreError::NewerSchema { .. } | StoreError::SlotsNewer | StoreError::NewerBackup => (
            "这份数据由新版本的程序写成，当前版本不能打开。",
            "This data was written by a newer version of the program.",
            "请更新程序后再打开。",
            "Update the program, then open it.",
        ),
        StoreError::InUse => (
            "另一个窗口或程序正在使用这个项目。",
            "Another window or program is using this project.",
            "请在那个窗口中操作，或先关闭它。",
            "Work in that window, or close it first.",
        ),
        StoreError::Exists => (
            "目标位置已有项目，没有覆盖。",
            "There is a project in that place already; it was not overwritten.",
            "请选择一个空的文件夹。",
            "Choose an empty folder.",
        ),
        StoreError::NotFound => (
            "找不到项目数据文件。",
            "The project's data file is not there.",
            "请确认文件夹没有被移动，或从备份恢复。",
            "Make sure the folder was not moved, or restore a backup.",
        ),
        StoreError::Stale => (
            "记录刚刚发生了变化，操作没有执行。",
            "The record changed just now; the action was not carried out.",
            "请查看最新内容后再做一次。",
            "Look at what it says now, then do it again.",
        ),
        StoreError::BadBackup(_) => (
            "这个文件不是收楼的备份，或已损坏。",
            "This file is not a backup of Shoulou, or it is damaged.",
            "请选择另一份备份文件。",
            "Choose another backup file.",
        ),
        StoreError::EmptyCommit => (
            "没有需要记录的内容。",
            "There was nothing to record.",
            "请检查输入后再试。",
            "Check what was entered, then try again.",
        ),
        StoreError::Commit(_) => (
            "收到的记录未通过校验，没有采用。",
            "An entry did not pass its checks and was not taken.",
            "请联系管理员，并保留当前数据。",
            "Tell the administrator, and keep the data as it is.",
        ),
        StoreError::Io { .. }
        | StoreError::Sqlite { .. }
        | StoreError::Driver(_)
        | StoreError::NoRandomness => (
            "读写项目数据时系统出错，刚才的操作没有记下。",
            "The system failed while the project's data was read or written; the last action was not recorded.",
            "请再试一次；仍然出错时重新启动程序，并做一次备份。",
            "Try again; if it fails again, restart the program and make a backup.",
        ),
        #[allow(unreachable_patterns)]
        _ => ("操作没有完成。", "The action was not completed.", "请再试一次。", "Try again."),
    };
    (Text2::new(what_zh, what_en), Text2::new(todo_zh, todo_en))
}

fn readable(damage: &Damage) -> Text2 {
    match (damage.readable, damage.place) {
        (Some(commits), _) => Text2::new(
            format!("损坏处之前的 {commits} 条记录仍可读取。"),
            format!("{commits} entries before the damage can still be read."),
        ),
        (None, Place::Header) => Text2::new(
            "文件没有被改动；备份不受影响。",
            "The file was not changed; backups are not affected.",
        ),
        (None, _) => Text2::new(
            "文件没有被改动，未损坏的部分仍在其中。",
            "The file was not changed; what is not damaged is still in it.",
        ),
    }
}
