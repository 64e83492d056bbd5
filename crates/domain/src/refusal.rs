//! Why a command was not carried out. A refusal writes nothing: what was recorded before stays as it was.

use crate::{
    view::Text2,
    vocabulary::{Lang, PartyRole},
};

/// Named for the state that stands in the way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// Events of a newer version: this one cannot judge the entity.
    NewerVersionNeeded,
    FileMissing,
    UnitMissing,
    StaffUnknown,
    PartyUnknown,
    ItemUnknown,
    MarkUnknown {
        marks: String,
    },
    KeyUnknown,
    StationUnknown,
    StepUnknown,
    FactUnknown,
    FieldUnknown {
        path: String,
    },
    /// The value is not of the field's kind.
    ValueUnreadable {
        field: Text2,
        expected: Text2,
    },
    Required {
        field: Text2,
    },
    UnitAlreadyThere {
        code: String,
    },
    SaleStillOpen,
    FileClosed,
    FileNotClosed,
    FileAlreadyClosed,
    FileAlreadyConfirmed,
    NotSupervisor {
        roles: Text2,
    },
    StepBlocked {
        step: Text2,
        why: Text2,
    },
    StepNotBlocked,
    ReasonMissing,
    ItemNotApplicable {
        item: Text2,
    },
    ItemNotSigned {
        item: Text2,
    },
    OwnerMustSignInPerson {
        item: Text2,
    },
    SignerNotPresent,
    SignerNotAuthorised,
    SignerInactive,
    AlreadySigned {
        what: Text2,
    },
    AlreadyVoided,
    NotVoidable,
    KeyNotHeldHere {
        key: String,
    },
    KeyNotRetained {
        key: String,
    },
    KeyMissing {
        key: String,
    },
    NothingChosen,
    /// No document of this home; its paper may be of another project.
    DocumentUnknown,
    PageUnknown {
        page: u32,
        pages: u32,
    },
    NotAPosting,
    NotADefect,
    NotAFee,
    FeeAlreadyPaid,
    PostedItemAlreadyDelivered,
    LastOwner,
    PartyErased,
    HouseholdErased,
    NothingToUndo,
    LastSupervisor,
    /// A signature is recorded with its signer, never ticked.
    SignatureNotATick {
        item: Text2,
    },
    /// The mark follows from a record; that is what can be voided.
    MarkFromRecord {
        item: Text2,
    },
    ItemDone {
        item: Text2,
    },
    NobodyOfThatKind {
        kind: PartyRole,
    },
    KeyRetained {
        key: String,
    },
    /// 分 still owed, for reading.
    MoreThanOwed {
        rest: String,
    },
    FeeHasPayments,
    NotDisputed,
    NoSuchAlarm,
    FormUnknown {
        form: String,
    },
    FormTemplateEmpty,
    FormTemplateTooLong,
    /// Not one of the project's own texts for that form.
    FormTemplateUnknown,
}

impl Refusal {
    /// Stable, for programs.
    pub fn code(&self) -> &'static str {
        self.words().0
    }

    /// What happened.
    pub fn what(&self) -> Text2 {
        self.words().1
    }

    /// What was kept.
    pub fn kept(&self) -> Text2 {
        Text2::new(
            "没有写入任何内容，已有记录不变。",
            "Nothing was written; every record stands as before.",
        )
    }

    /// What to do now.
    pub fn todo(&self) -> Text2 {
        self.words().2
    }

    fn words(&self) -> (&'static str, Text2, Text2) {
        use Refusal::*;
        let (code, [what_zh, what_en], [todo_zh, todo_en]) = match self {
            NewerVersionNeeded => (
                "newer_version_needed",
                [
                    "此记录含有新版本的内容，本机只能查看。",
                    "This record holds entries of a newer version; here it can only be read.",
                ],
                ["请更新程序后再操作。", "Update the program, then try again."],
            ),
            FileMissing => (
                "file_missing",
                ["找不到这份收楼档案。", "There is no such handover file."],
                ["请回到列表重新打开单元。", "Open the home again from the list."],
            ),
            UnitMissing => (
                "unit_missing",
                ["找不到这个单元。", "There is no such home."],
                ["请回到列表重新打开单元。", "Open the home again from the list."],
            ),
            StaffUnknown => (
                "staff_unknown",
                ["人员名单里没有这位经办人。", "The staff list does not hold this person."],
                [
                    "请先在人员设置里添加，或另选一位。",
                    "Add the person under Staff first, or choose another.",
                ],
            ),
            PartyUnknown => (
                "party_unknown",
                [
                    "这份档案里没有这位业主或代办人。",
                    "This file does not hold such an owner or delegate.",
                ],
                ["请刷新页面后重新选择。", "Reload the page and choose again."],
            ),
            ItemUnknown => (
                "item_unknown",
                ["这份档案的模板里没有这一项。", "The file's template holds no such item."],
                ["请刷新页面后重新选择。", "Reload the page and choose again."],
            ),
            MarkUnknown { marks } => {
                let what = Text2::new(
                    format!("这一项没有这个标记；可用标记：{marks}。"),
                    format!("The item takes no such mark; it takes: {marks}."),
                );
                let todo = Text2::new("请改用上述标记。", "Use one of those marks.");
                return ("mark_unknown", what, todo);
            }
            KeyUnknown => (
                "key_unknown",
                ["这份档案里没有登记这把钥匙。", "This key is not registered in the file."],
                ["请先登记钥匙。", "Register the key first."],
            ),
            StationUnknown => (
                "station_unknown",
                ["这份档案的模板里没有这个办理点。", "The file's template holds no such station."],
                ["请刷新页面后重新选择。", "Reload the page and choose again."],
            ),
            StepUnknown => (
                "step_unknown",
                ["没有这个步骤。", "There is no such step."],
                [
                    "可放行的步骤是：各办理点、放钥匙、完成。",
                    "Steps are the stations, the keys and the closing.",
                ],
            ),
            FactUnknown => (
                "fact_unknown",
                ["找不到这条记录。", "There is no such record."],
                ["请刷新页面后重新选择。", "Reload the page and choose again."],
            ),
            FieldUnknown { path } => {
                let what = Text2::new(
                    format!("没有名为“{path}”的字段。"),
                    format!("There is no field called “{path}”."),
                );
                let todo = Text2::new("请从字段表中选择。", "Choose one of the field list.");
                return ("field_unknown", what, todo);
            }
            ValueUnreadable { field, expected } => {
                let what = Text2::new(
                    format!("“{}”读不懂；应为{}。", field.zh, expected.zh),
                    format!("“{}” cannot be read; expected {}.", field.en, expected.en),
                );
                let todo = Text2::new("请改正后再保存。", "Correct it and save again.");
                return ("value_unreadable", what, todo);
            }
            Required { field } => {
                let what = Text2::new(
                    format!("“{}”不能为空。", field.zh),
                    format!("“{}” cannot be empty.", field.en),
                );
                return (
                    "required",
                    what,
                    Text2::new("请填写后再保存。", "Fill it in and save again."),
                );
            }
            UnitAlreadyThere { code } => {
                let what = Text2::new(
                    format!("单元 {code} 已经存在。"),
                    format!("The home {code} is already there."),
                );
                let todo = Text2::new(
                    "请打开已有的单元，或改用另一个房号。",
                    "Open that home, or use another code.",
                );
                return ("unit_already_there", what, todo);
            }
            SaleStillOpen => (
                "sale_still_open",
                [
                    "这个单元现有的收楼档案还没有完成。",
                    "The home's present file is not closed yet.",
                ],
                [
                    "请先完成或处理完现有档案，再为再次出售开新档案。",
                    "Close the present file before opening one for a new sale.",
                ],
            ),
            FileClosed => (
                "file_closed",
                [
                    "这份档案已完成，不能再改这一项。",
                    "The file is closed; this can no longer be changed.",
                ],
                [
                    "如需更正，请先作废“完成”记录并写明原因。",
                    "To correct it, void the closing first and give the reason.",
                ],
            ),
            FileNotClosed => (
                "file_not_closed",
                [
                    "这份档案还没有完成，不能确认。",
                    "The file is not closed yet and cannot be confirmed.",
                ],
                ["请先完成档案，再由主管确认。", "Close it first; then the supervisor confirms."],
            ),
            FileAlreadyClosed => (
                "file_already_closed",
                ["这份档案早已完成。", "The file is closed already."],
                ["不需要再做什么。", "Nothing more is needed."],
            ),
            FileAlreadyConfirmed => (
                "file_already_confirmed",
                ["这份档案早已由主管确认。", "A supervisor has confirmed the file already."],
                ["不需要再做什么。", "Nothing more is needed."],
            ),
            NotSupervisor { roles } => {
                let what = Text2::new(
                    format!("当前经办人不是主管，不能确认档案（须为：{}）。", roles.zh),
                    format!(
                        "The person at the desk may not confirm files; that takes: {}.",
                        roles.en
                    ),
                );
                let todo =
                    Text2::new("请切换到主管后再确认。", "Switch to a supervisor, then confirm.");
                return ("not_supervisor", what, todo);
            }
            StepBlocked { step, why } => {
                let what = Text2::new(
                    format!("现在不可{}：{}。", step.zh, why.zh),
                    format!("Not possible now: {}; {}.", step.en, why.en),
                );
                let todo = Text2::new(
                    "请先补齐，或由负责人写明姓名和原因后放行。",
                    "Complete what is missing, or override with a name and a reason.",
                );
                return ("step_blocked", what, todo);
            }
            StepNotBlocked => (
                "step_not_blocked",
                [
                    "这个步骤并未受阻，不需要放行。",
                    "The step is not blocked; it needs no override.",
                ],
                ["可直接办理。", "Go ahead with it."],
            ),
            ReasonMissing => (
                "reason_missing",
                ["没有写明原因或姓名。", "The reason or the name is missing."],
                ["请写明后再提交。", "Give it, then try again."],
            ),
            ItemNotApplicable { item } => {
                let what = Text2::new(
                    format!("本档案不需要“{}”。", item.zh),
                    format!("This file does not need “{}”.", item.en),
                );
                let todo = Text2::new(
                    "如情况有变，请先更正来人、宠物、车辆等资料。",
                    "If the case has changed, correct who comes, pets or vehicles first.",
                );
                return ("item_not_applicable", what, todo);
            }
            ItemNotSigned { item } => {
                let what = Text2::new(
                    format!("“{}”不是签署的文件。", item.zh),
                    format!("“{}” is not a paper that is signed.", item.en),
                );
                let todo = Text2::new("请改用该项的标记。", "Use the item's own marks instead.");
                return ("item_not_signed", what, todo);
            }
            OwnerMustSignInPerson { item } => {
                let what = Text2::new(
                    format!("“{}”须业主本人签署，代办人不能代签。", item.zh),
                    format!("“{}” takes the owner in person; a delegate cannot sign it.", item.en),
                );
                let todo = Text2::new(
                    "请寄给业主签署；它会留在欠缺清单里，直到收回。",
                    "Send it to the owner; it stays on the outstanding list until it is back.",
                );
                return ("owner_must_sign_in_person", what, todo);
            }
            SignerNotPresent => (
                "signer_not_present",
                ["签名人当天没有签到。", "The signer was not recorded as present that day."],
                ["请先为其签到，再签署。", "Record the arrival first, then sign."],
            ),
            SignerNotAuthorised => (
                "signer_not_authorised",
                [
                    "只有业主、法定代表人或代办人可以签署。",
                    "Only an owner, legal representative or delegate can sign.",
                ],
                ["请另选签名人。", "Choose another signer."],
            ),
            SignerInactive => (
                "signer_inactive",
                [
                    "这位经办人已停用，不能签署。",
                    "This member of staff is no longer active and cannot sign.",
                ],
                [
                    "请另选经办人，或先重新启用。",
                    "Choose another, or make the person active again.",
                ],
            ),
            AlreadySigned { what } => {
                let text = Text2::new(
                    format!("“{}”已经签过。", what.zh),
                    format!("“{}” is signed already.", what.en),
                );
                let todo = Text2::new(
                    "如需重签，请先作废原签署并写明原因。",
                    "To sign again, void the earlier sign-off with a reason first.",
                );
                return ("already_signed", text, todo);
            }
            AlreadyVoided => (
                "already_voided",
                ["这条记录早已作废。", "The record is void already."],
                ["不需要再做什么。", "Nothing more is needed."],
            ),
            NotVoidable => (
                "not_voidable",
                ["这类记录不能作废。", "Records of this kind cannot be voided."],
                ["请改用相应字段更正。", "Correct the field it concerns instead."],
            ),
            KeyNotHeldHere { key } => {
                let what = Text2::new(
                    format!("钥匙“{key}”已在业主手中，不能由本处交出。"),
                    format!(
                        "The key “{key}” is with the owner and cannot be handed over from here."
                    ),
                );
                let todo = Text2::new(
                    "如业主已交回，请先办理留存或收回。",
                    "If the owner gave it back, record it as retained first.",
                );
                return ("key_not_held_here", what, todo);
            }
            KeyNotRetained { key } => {
                let what = Text2::new(
                    format!("钥匙“{key}”不在留存中，不能归还。"),
                    format!("The key “{key}” is not retained and cannot be returned."),
                );
                let todo = Text2::new("请核对钥匙后重新选择。", "Check the keys and choose again.");
                return ("key_not_retained", what, todo);
            }
            KeyMissing { key } => {
                let what = Text2::new(
                    format!("钥匙“{key}”登记为缺失，不能交出。"),
                    format!("The key “{key}” is recorded as missing and cannot be handed over."),
                );
                let todo = Text2::new(
                    "找到后请先登记现持有人。",
                    "Once found, record who holds it first.",
                );
                return ("key_missing", what, todo);
            }
            NothingChosen => (
                "nothing_chosen",
                ["没有选择任何内容。", "Nothing was chosen."],
                ["请至少选择一项。", "Choose at least one."],
            ),
            PageUnknown { page, pages } => {
                let what = Text2::new(
                    format!("这份文件没有第 {page} 页，共 {pages} 页。"),
                    format!("The paper has no page {page}; it has {pages}."),
                );
                let todo = Text2::new("请核对页码。", "Check the page's number.");
                return ("page_unknown", what, todo);
            }
            DocumentUnknown => (
                "document_unknown",
                ["本户没有打印过这份文件。", "This paper was not printed for this home."],
                ["请核对房号和文件编号。", "Check the home and the paper's number."],
            ),
            NotAPosting => (
                "not_a_posting",
                ["所指的记录不是有效的寄送记录。", "The record named is not a standing posting."],
                ["请刷新页面后重新选择。", "Reload the page and choose again."],
            ),
            NotADefect => (
                "not_a_defect",
                ["所指的记录不是有效的问题记录。", "The record named is not a standing defect."],
                ["请刷新页面后重新选择。", "Reload the page and choose again."],
            ),
            NotAFee => (
                "not_a_fee",
                ["所指的记录不是有效的费用。", "The record named is not a standing fee."],
                ["请刷新页面后重新选择。", "Reload the page and choose again."],
            ),
            FeeAlreadyPaid => (
                "fee_already_paid",
                ["这笔费用已经收足。", "This fee has been paid in full."],
                [
                    "如属重收，请核对收据；如需更正，请先作废原收款。",
                    "Check the receipts; to correct, void the earlier payment first.",
                ],
            ),
            PostedItemAlreadyDelivered => (
                "already_delivered",
                ["这次寄送的结果已经登记。", "The outcome of this posting is recorded already."],
                ["如需更正，请先作废原结果。", "To correct it, void the earlier outcome first."],
            ),
            LastOwner => (
                "last_owner",
                ["这是最后一位业主，不能移除。", "This is the last owner and cannot be removed."],
                ["请先添加新的业主。", "Add the new owner first."],
            ),
            PartyErased => (
                "party_erased",
                [
                    "此人的资料已经删除，不能再写入。",
                    "This person's data was erased and cannot be written again.",
                ],
                ["如确有需要，请作为新的人员添加。", "If it is needed, add the person anew."],
            ),
            HouseholdErased => (
                "household_erased",
                [
                    "本户资料已经删除，这份档案不能再记录。",
                    "This household's data was erased; its file takes no more entries.",
                ],
                [
                    "房屋再次出售时，请为新的业主开新档案。",
                    "When the home is sold again, open a new file for its new owner.",
                ],
            ),
            NothingToUndo => (
                "nothing_to_undo",
                [
                    "没有可以撤销的内容：它之后已被改动或作废。",
                    "There is nothing to undo: it was changed or voided since.",
                ],
                ["请用更正或作废处理。", "Correct or void it instead."],
            ),
            FormUnknown { form } => {
                let what = Text2::new(
                    format!("没有名为“{form}”的表格。"),
                    format!("There is no form called “{form}”."),
                );
                let todo = Text2::new(
                    "请在表格模板列表中选择。",
                    "Choose one from the list of form templates.",
                );
                return ("form_unknown", what, todo);
            }
            FormTemplateEmpty => (
                "form_template_empty",
                ["模板里什么也没有。", "There is nothing in the template."],
                [
                    "请写好内容再保存，或恢复标准模板。",
                    "Write it first, or go back to the standard template.",
                ],
            ),
            FormTemplateTooLong => (
                "form_template_too_long",
                ["模板太长：最多 256 KB。", "The template is too long: 256 KB at most."],
                ["请删去不用的内容后再保存。", "Take out what is not needed, then save."],
            ),
            FormTemplateUnknown => (
                "form_template_unknown",
                ["这张表没有这个版本的模板。", "This form has no such version of its template."],
                ["请刷新页面后重新选择。", "Reload the page and choose again."],
            ),
            LastSupervisor => (
                "last_supervisor",
                [
                    "此人是最后一位可确认档案的在岗人员。",
                    "This is the last active person who can confirm files.",
                ],
                ["请先指定另一位主管。", "Name another supervisor first."],
            ),
            SignatureNotATick { item } => {
                let what = Text2::new(
                    format!("“{}”的签署须登记签名人，不能只打勾。", item.zh),
                    format!("“{}” is signed by somebody; a tick is not enough.", item.en),
                );
                let todo = Text2::new(
                    "请用屏幕签署或纸签登记。",
                    "Record it as signed on screen or on paper.",
                );
                return ("signature_not_a_tick", what, todo);
            }
            MarkFromRecord { item } => {
                let what = Text2::new(
                    format!("“{}”的这个标记来自已有记录，不能直接取消。", item.zh),
                    format!(
                        "This mark of “{}” follows from a record and cannot be unticked.",
                        item.en
                    ),
                );
                let todo =
                    Text2::new("请作废那条记录并写明原因。", "Void that record with a reason.");
                return ("mark_from_record", what, todo);
            }
            ItemDone { item } => {
                let what = Text2::new(
                    format!("“{}”已办妥，不欠缺。", item.zh),
                    format!("“{}” is done and not outstanding.", item.en),
                );
                return (
                    "item_done",
                    what,
                    Text2::new("不需要再做什么。", "Nothing more is needed."),
                );
            }
            NobodyOfThatKind { kind } => {
                let what = Text2::new(
                    format!("到场的人里没有{}。", kind.title(Lang::Zh)),
                    format!(
                        "Nobody who came is recorded as: {}.",
                        kind.title(Lang::En).to_lowercase()
                    ),
                );
                let todo = Text2::new(
                    "请先添加此人，或更正来人类型。",
                    "Add the person first, or correct who comes.",
                );
                return ("nobody_of_that_kind", what, todo);
            }
            KeyRetained { key } => {
                let what = Text2::new(
                    format!("钥匙“{key}”在留存中，须凭签收归还业主。"),
                    format!(
                        "The key “{key}” is retained; it goes back to the owner against a signature."
                    ),
                );
                let todo = Text2::new("请用“归还钥匙”办理。", "Return it with a signature.");
                return ("key_retained", what, todo);
            }
            MoreThanOwed { rest } => {
                let what = Text2::new(
                    format!("金额与应收不符：尚余 {rest} 元。"),
                    format!("The amount does not fit what is owed: {rest} yuan remain."),
                );
                let todo = Text2::new(
                    "请核对金额，或先增加款项。",
                    "Check the amount, or add a fee first.",
                );
                return ("more_than_owed", what, todo);
            }
            FeeHasPayments => (
                "fee_has_payments",
                [
                    "这笔费用已有收款，不能作废。",
                    "Money was taken for this fee; it cannot be voided.",
                ],
                ["请先作废它的收款记录。", "Void its payments first."],
            ),
            NotDisputed => (
                "not_disputed",
                [
                    "这一项现在没有分歧，或这一方的说法已被取代。",
                    "Nothing is disputed here any more, or this side was replaced.",
                ],
                ["请查看现在的内容。", "Look at what it says now."],
            ),
            NoSuchAlarm => (
                "no_such_alarm",
                [
                    "这条警示已不存在，或情况刚刚又有变化。",
                    "There is no such alarm any more, or what it is about changed just now.",
                ],
                ["请查看最新情况后再核实。", "Look at how it stands now, then clear it."],
            ),
        };
        (code, Text2::new(what_zh, what_en), Text2::new(todo_zh, todo_en))
    }
}
