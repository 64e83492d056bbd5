//! The messages of the sync: what happened, what was kept, what to do now.

use crate::{
    api::{ForkView, Problem},
    sync::client::Unanswered,
};
use shoulou_domain::view::Text2;
use shoulou_eventlog::sync::{Purpose, machine::Halt, wire::RefusalCode};
use shoulou_store::{Continued, QUARANTINED};

pub(crate) fn no_server() -> Problem {
    Problem::unchanged(
        "no_server",
        Text2::new("这个项目还没有接入服务器。", "The project belongs to no server yet."),
        Text2::new(
            "请向管理员索取接入码，在“同步”中接入。",
            "Ask the administrator for a code and attach it under Sync.",
        ),
    )
}

pub(crate) fn attached_already() -> Problem {
    Problem::unchanged(
        "attached_already",
        Text2::new("这个项目已经接入服务器。", "The project belongs to a server already."),
        Text2::new("如需更换服务器，请先断开。", "To change the server, detach it first."),
    )
}

pub(crate) fn project_is_here(name: &str) -> Problem {
    Problem::unchanged(
        "project_is_here",
        Text2::new(
            format!("这台电脑上已有项目“{name}”。"),
            format!("The project “{name}” is on this PC already."),
        ),
        Text2::new(
            "请直接打开它；如要重新接入，请先备份并移走原有文件夹。",
            "Open it; to join anew, back it up and move its folder away first.",
        ),
    )
}

pub(crate) fn project_is_there() -> Problem {
    Problem::unchanged(
        "project_is_there",
        Text2::new("服务器上已有这个项目。", "The server has this project already."),
        Text2::new(
            "请用该项目管理员发出的接入码加入，不要再次创建。",
            "Join it with a code of one of its administrators instead.",
        ),
    )
}

pub(crate) fn label_missing() -> Problem {
    Problem::unchanged(
        "label_missing",
        Text2::new("还没有给这台电脑起名。", "This PC has no name yet."),
        Text2::new(
            "请填写名称，如“一号台”“样板间笔记本”，便于其他电脑辨认。",
            "Give it one, such as “Desk 1”, by which the other PCs can tell it.",
        ),
    )
}

pub(crate) fn no_tls() -> Problem {
    Problem::unchanged(
        "no_tls",
        Text2::new("这台电脑无法建立安全连接。", "This PC cannot set up a secure connection."),
        Text2::new(
            "请检查系统的根证书，或由管理员使用自带证书的服务器。",
            "Check the system's root certificates, or use a server with a certificate of its own.",
        ),
    )
}

pub(crate) fn not_an_invitation() -> Problem {
    Problem::unchanged(
        "not_an_invitation",
        Text2::new(
            "服务器上与接入码对应的内容不可信。",
            "What the server has for this code cannot be trusted.",
        ),
        Text2::new(
            "请核对服务器地址，并向管理员索取新的接入码。",
            "Check the server's address and ask the administrator for a new code.",
        ),
    )
}

pub(crate) fn another_purpose(purpose: Purpose) -> Problem {
    match purpose {
        Purpose::Found => Problem::unchanged(
            "code_founds",
            Text2::new(
                "这是用来把已有项目带上服务器的接入码，不能用来加入项目。",
                "This code brings a project to the server; it does not join one.",
            ),
            Text2::new(
                "请先打开要上传的项目，再在“同步”中使用它。",
                "Open the project that is to go there, and use it under Sync.",
            ),
        ),
        Purpose::Join => Problem::unchanged(
            "code_joins",
            Text2::new(
                "这是用来加入另一个项目的接入码，不能用于当前项目。",
                "This code joins another project; it is not for the open one.",
            ),
            Text2::new(
                "请在起始页选择“加入已有项目”。",
                "Choose “Join a project” on the start page.",
            ),
        ),
    }
}

pub(crate) fn last_administrator() -> Problem {
    Problem::unchanged(
        "last_administrator",
        Text2::new(
            "这是最后一台管理员电脑，不能停用。",
            "This is the last administrator's PC; it cannot be taken out.",
        ),
        Text2::new("请先邀请另一台管理员电脑。", "Invite another administrator's PC first."),
    )
}

pub(crate) fn joined_and_used() -> Problem {
    Problem::unchanged(
        "joined_and_used",
        Text2::new(
            "这个项目已经可以使用，不能再取消加入。",
            "The project is in use already; joining it cannot be cancelled.",
        ),
        Text2::new(
            "如不再需要，请由管理员停用这台电脑。",
            "If it is not needed, an administrator can take this PC out.",
        ),
    )
}

/// Why a person's request to the server came to nothing.
pub(crate) fn unanswered(unanswered: Unanswered) -> Problem {
    let Unanswered::Refused { refusal, .. } = unanswered else { return offline() };
    match refusal.code {
        RefusalCode::NotFound => Problem::unchanged(
            "code_unknown",
            Text2::new("服务器上没有对应的内容。", "The server has nothing of the kind."),
            Text2::new(
                "请核对地址和接入码；接入码可能已被撤回。",
                "Check the address and the code; the code may have been withdrawn.",
            ),
        ),
        RefusalCode::Spent => Problem::unchanged(
            "code_spent",
            Text2::new(
                "接入码已经用过或已过期。",
                "The code was used before, or its time is over.",
            ),
            Text2::new("请向管理员索取新的接入码。", "Ask the administrator for a new code."),
        ),
        RefusalCode::NotAnAdministrator => Problem::unchanged(
            "not_an_administrator",
            Text2::new(
                "这台电脑不是项目的管理员电脑。",
                "This PC is not one of the project's administrators.",
            ),
            Text2::new("请在管理员电脑上操作。", "Do it on an administrator's PC."),
        ),
        RefusalCode::Revoked => halted(Halt::Revoked),
        RefusalCode::NotAMember => halted(Halt::NotAMember),
        RefusalCode::LeaseExpired => halted(Halt::LeaseRefused),
        RefusalCode::Busy => Problem::unchanged(
            "server_busy",
            Text2::new("服务器正忙。", "The server is busy."),
            Text2::new("请稍后再试。", "Try again in a little while."),
        ),
        _ => halted(Halt::Versions),
    }
}

pub(crate) fn offline() -> Problem {
    Problem::unchanged(
        "offline",
        Text2::new("连接不上服务器。", "The server cannot be reached."),
        Text2::new(
            "请检查网络；需要登录的 Wi-Fi 请先在浏览器中登录，再试一次。",
            "Check the network; on a Wi-Fi with a login page, log in there first, then try again.",
        ),
    )
}

impl Problem {
    /// The server was asked, and there was no answer.
    pub fn offline() -> Self {
        offline()
    }
}

fn safe() -> Text2 {
    Text2::new(
        "本机的记录都在，可以继续工作。",
        "All records are on this PC, and work goes on here.",
    )
}

pub(crate) fn halted(halt: Halt) -> Problem {
    let (code, what, todo) = match halt {
        Halt::Backwards => (
            "server_backwards",
            Text2::new(
                "服务器回到了较早的状态，同步已停止。",
                "The server went back to an older state; the sync has stopped.",
            ),
            Text2::new(
                "请告知服务器管理员：核实后开始新的时期，各电脑会自动补齐。",
                "Tell the server's administrator: once a new epoch is begun, the PCs fill it again.",
            ),
        ),
        Halt::Revoked => (
            "revoked",
            Text2::new(
                "这台电脑已被管理员停用，不再收到其他电脑的记录。",
                "An administrator took this PC out of the project; it no longer gets the others' records.",
            ),
            Text2::new(
                "本机之后的记录会送到服务器等待放行；请联系管理员。",
                "What is recorded here goes to the server and waits for release; tell the administrator.",
            ),
        ),
        Halt::NotAMember => (
            "not_a_member",
            Text2::new(
                "服务器不认识这台电脑或这个项目。",
                "The server does not know this PC, or this project.",
            ),
            Text2::new(
                "请向管理员核对，必要时断开后用新的接入码重新接入。",
                "Ask the administrator; if need be detach, and attach with a new code.",
            ),
        ),
        Halt::LeaseRefused => (
            "lease_expired",
            Text2::new(
                "这台电脑太久没有联系服务器，接入已到期。",
                "This PC was away for too long; its lease is over.",
            ),
            Text2::new(
                "本机记录照常上传；要继续接收，请联系管理员。",
                "Its records still go up; to receive again, tell the administrator.",
            ),
        ),
        Halt::Versions => (
            "versions",
            Text2::new(
                "服务器与本程序的版本不相配，同步已停止。",
                "The server and this program do not understand each other; the sync has stopped.",
            ),
            Text2::new(
                "请更新程序；仍不行时告知服务器管理员。",
                "Update the program; if that does not help, tell the server's administrator.",
            ),
        ),
        Halt::DiskFull => (
            "disk_full",
            Text2::new(
                "本机磁盘已满，暂时收不下其他电脑的记录。",
                "This PC's disk is full; it cannot take in the others' records.",
            ),
            Text2::new(
                "请腾出磁盘空间，同步会自动继续。",
                "Free some space; the sync then goes on.",
            ),
        ),
        Halt::QuarantineFull => (
            "quarantine_full",
            Text2::new(
                "这台电脑已停用，不再收到其他电脑的记录；在服务器上等待放行的记录也太多，暂时送不上去。",
                "This PC was taken out and no longer gets the others' records; so much of it waits for release that the server takes no more.",
            ),
            Text2::new(
                "请管理员放行这台电脑，其余记录会自动送上去；在此之前请做一次备份。",
                "An administrator can release this PC; the rest then goes up. Make a backup until then.",
            ),
        ),
    };
    Problem::new(code, what, safe(), todo)
}

pub(crate) fn stranger() -> Problem {
    Problem::new(
        "server_certificate",
        Text2::new(
            "服务器的证书与接入时不同，没有与它通信。",
            "The server's certificate is not the one it had when this PC was attached; nothing was sent.",
        ),
        safe(),
        Text2::new(
            "请向服务器管理员核实：是换了证书，还是网络中有人冒充。",
            "Ask the server's administrator whether it was changed, or somebody poses as the server.",
        ),
    )
}

/// `off`: this PC's clock minus the server's, in milliseconds.
pub(crate) fn clock_off(off: i64) -> Problem {
    let minutes = off.abs() / 60_000;
    let (zh, en) = match minutes {
        0..120 => (format!("{minutes} 分钟"), format!("{minutes} minutes")),
        120..2880 => (format!("{} 小时", minutes / 60), format!("{} hours", minutes / 60)),
        _ => (format!("{} 天", minutes / 1440), format!("{} days", minutes / 1440)),
    };
    let (way_zh, way_en) = if off > 0 { ("快", "ahead of") } else { ("慢", "behind") };
    Problem::new(
        "clock_off",
        Text2::new(
            format!("这台电脑的时钟比服务器{way_zh} {zh}。"),
            format!("This PC's clock is {en} {way_en} the server's."),
        ),
        Text2::new(
            "记录照常保存和同步，不以时钟判定先后。",
            "Records are kept and synced as ever; no clock decides anything.",
        ),
        Text2::new(
            "请校准电脑时间；相差一天以上时，签署和打印前会要求确认日期。",
            "Set the clock; a day or more apart, the date has to be confirmed before signing and printing.",
        ),
    )
}

/// `now`: as this PC's clock has it.
pub(crate) fn date_differs(now: &str) -> Problem {
    Problem::unchanged(
        "confirm_date",
        Text2::new(
            format!("电脑时间显示为 {now}，与服务器相差一天以上。"),
            format!("This PC's clock says {now}, a day or more from the server's."),
        ),
        Text2::new(
            "请先核对电脑日期；日期无误时确认，再签署或打印。",
            "Check the PC's date; confirm it when it is right, then sign or print.",
        ),
    )
}

pub(crate) fn not_downloaded() -> Problem {
    Problem::unchanged(
        "not_downloaded",
        Text2::new("这份附件还没有下载到这台电脑。", "This attachment is not on this PC yet."),
        Text2::new(
            "联网后会自动下载；也可以在保存它的电脑上查看。",
            "It comes once the server can be reached; or look at it on the PC that has it.",
        ),
    )
}

pub(crate) fn snapshot_differed() -> Problem {
    Problem::new(
        "snapshot_differed",
        Text2::new(
            "首次同步时收到的汇总与完整记录不符，已按完整记录重新生成。",
            "The summary of the first sync was not what the whole log says; it was made anew from the log.",
        ),
        safe(),
        Text2::new(
            "请告知管理员核查制作汇总的电脑，并抽查近期办理的单元。",
            "Tell the administrator to look at the PC that made it, and look through the latest homes.",
        ),
    )
}

/// `why`: as the store keeps it.
pub(crate) fn set_aside(why: &str) -> Problem {
    let (code, what, todo) = if why == QUARANTINED {
        (
            "quarantined",
            Text2::new(
                "这台电脑的一些记录在服务器上等待放行，其他电脑暂时看不到。",
                "Some records of this PC wait at the server for release; the others do not see them yet.",
            ),
            Text2::new(
                "请管理员在“电脑”列表中放行这台电脑。",
                "An administrator can release this PC in the list of PCs.",
            ),
        )
    } else if why == "too_large" {
        (
            "too_large",
            Text2::new(
                "有一条记录太大，服务器不收，只保存在本机。",
                "An entry is too large for the server; it is on this PC alone.",
            ),
            Text2::new("请做一次备份，并告知管理员。", "Make a backup and tell the administrator."),
        )
    } else {
        (
            "set_aside",
            Text2::new(
                "有记录未被服务器接受，只保存在本机。",
                "The server did not take some entries; they are on this PC alone.",
            ),
            Text2::new(
                "请做一次备份，并把它交给管理员核查。",
                "Make a backup and hand it to the administrator.",
            ),
        )
    };
    Problem::new(code, what, safe(), todo)
}

pub(crate) fn held_back(commits: usize) -> Problem {
    Problem::new(
        "held_back",
        Text2::new(
            format!("收到 {commits} 条来自未登记电脑的记录，暂未采用。"),
            format!("{commits} entries of a PC that is not certified came in and are held back."),
        ),
        Text2::new(
            "它们已保存，登记后自动采用。",
            "They are kept, and count once it is certified.",
        ),
        Text2::new("请告知管理员核实这台电脑。", "Tell the administrator to look into that PC."),
    )
}

pub(crate) fn newer_version() -> Problem {
    Problem::new(
        "newer_version",
        Text2::new(
            "项目里有电脑使用更新的程序版本。",
            "Some PCs of the project run a newer version.",
        ),
        Text2::new(
            "本机看不懂的内容会原样保存，相关单元只能查看。",
            "What this version cannot read is kept as it is; such homes can only be read here.",
        ),
        Text2::new("请更新本机的程序。", "Update the program on this PC."),
    )
}

pub(crate) fn new_epoch() -> Problem {
    Problem::new(
        "new_epoch",
        Text2::new(
            "服务器管理员开始了新的时期，本机正在补齐服务器缺少的记录。",
            "The server's administrator began a new epoch; this PC sends again what the server lacks.",
        ),
        safe(),
        Text2::new("不需要做什么，请保持联网。", "Nothing is to be done; stay online."),
    )
}

pub(crate) fn continued(why: Continued) -> Problem {
    let (code, what) = match why {
        Continued::Copied => (
            "folder_copied",
            Text2::new(
                "这个数据文件夹是从别处复制来的，本机已改用新的编号继续记录。",
                "This data folder was copied here; this PC goes on under a new number.",
            ),
        ),
        Continued::RolledBack => (
            "folder_rolled_back",
            Text2::new(
                "本机数据回到了较早的状态，已改用新的编号继续记录。",
                "This PC's data went back to an older state; it goes on under a new number.",
            ),
        ),
    };
    Problem::new(
        code,
        what,
        Text2::new(
            "已有记录没有改动；之前已上传的记录会从服务器取回。",
            "No record was changed; what had been sent comes back from the server.",
        ),
        Text2::new(
            "请同步一次，再核对最近办理的单元。",
            "Sync once, then look through the homes handled last.",
        ),
    )
}

pub(crate) fn forked(fork: &ForkView) -> Problem {
    let (zh, en) = match (&fork.label, fork.this_pc) {
        (_, true) => ("这台电脑".to_owned(), "This PC".to_owned()),
        (label, _) if label.is_empty() => ("有一台电脑".to_owned(), "A PC".to_owned()),
        (label, _) => (format!("“{label}”"), format!("“{label}”")),
    };
    Problem::new(
        "forked",
        Text2::new(
            format!("{zh}的数据文件夹曾在两处同时使用。"),
            format!("{en} was in use in two places at once, with one data folder."),
        ),
        Text2::new("两处的记录都保留并生效。", "The records of both are kept and count."),
        Text2::new(
            "请核对有分歧的内容；今后请用“加入已有项目”，不要复制文件夹。",
            "Look at what is disputed; from now on join the project instead of copying its folder.",
        ),
    )
}
