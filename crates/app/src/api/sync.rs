//! What screens see of the server, the other PCs, and what came together from them.

use super::Problem;
use serde::{Deserialize, Serialize};
use shoulou_domain::{
    command::Target,
    view::{DisputeSide, Text2},
};
use shoulou_eventlog::{Hash, Id};
use ts_rs::TS;

/// Where the records of this PC stand against the server's: always what is true now.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum SyncState {
    /// The project lives on this PC alone.
    NoServer,
    /// 离线: the server was not reached the last time.
    Offline,
    /// 待同步 N: the server answers, and something is still to be sent, though not at this moment.
    ToSync,
    Syncing,
    /// 已同步: the server has all that is here, and all it has is here.
    Synced,
    /// It does not go on before a person does something; the messages say what.
    Halted,
}

/// All there is to say of the sync.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct SyncView {
    pub state: SyncState,
    /// When this state began.
    #[ts(type = "number | null")]
    pub since: Option<i64>,
    pub server: Option<ServerView>,
    /// Entries that the server has not confirmed.
    pub to_sync: u32,
    /// Scans and papers of this PC that the server does not have yet.
    pub blobs_to_send: u32,
    pub progress: Option<SyncProgress>,
    /// When the server last answered.
    #[ts(type = "number | null")]
    pub last_contact: Option<i64>,
    /// How far this PC's clock is ahead of the server's (behind: negative), where that is minutes or more.
    #[ts(type = "number | null")]
    pub clock_off_seconds: Option<i64>,
    /// The homes came as another PC's summary; their log is still being fetched and checked.
    pub provisional: bool,
    pub other_versions: Vec<OtherVersion>,
    /// What a person should know or do, most urgent first.
    pub messages: Vec<Problem>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct ServerView {
    pub url: String,
    /// This PC among those of the project.
    pub device: Id,
    pub label: String,
    pub administrator: bool,
    /// Until then the server lets this PC fetch; every contact renews it.
    #[ts(type = "number | null")]
    pub lease_until: Option<i64>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct SyncProgress {
    pub step: SyncStep,
    /// Entries; with `snapshot` and `blobs`, bytes.
    #[ts(type = "number")]
    pub done: u64,
    /// 0 where it is not known yet.
    #[ts(type = "number")]
    pub total: u64,
    pub seconds_left: Option<u32>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum SyncStep {
    /// The first homes, as another PC's summary.
    Snapshot,
    /// Entries, both ways.
    Entries,
    /// The summary is compared with the whole log.
    Checking,
    Blobs,
}

/// PCs that run another version of the program than this one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct OtherVersion {
    pub version: String,
    /// Newer than this PC's: it may write what this one cannot read.
    pub newer: bool,
    /// The PCs' names.
    pub devices: Vec<String>,
}

/// A PC of the project.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct DeviceView {
    pub device: Id,
    /// Empty where it has none that this PC can read.
    pub label: String,
    pub administrator: bool,
    pub this_pc: bool,
    /// Entries of the server that it does not have yet.
    #[ts(type = "number")]
    pub lag: u64,
    #[ts(type = "number | null")]
    pub last_seen: Option<i64>,
    pub version: String,
    #[ts(type = "number")]
    pub enrolled: i64,
    #[ts(type = "number")]
    pub lease_until: i64,
    pub lease_expired: bool,
    #[ts(type = "number | null")]
    pub revoked: Option<i64>,
    /// Its entries that the server keeps back until an administrator releases them.
    pub quarantined: u32,
}

/// The PCs of the project, with what was true at `as_of`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct DevicesView {
    /// Whether this PC may invite, revoke and release.
    pub administrator: bool,
    /// When the server said so; `None`: never yet.
    #[ts(type = "number | null")]
    pub as_of: Option<i64>,
    pub devices: Vec<DeviceView>,
}

/// A register that people on several PCs filled differently without seeing each other's.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct DisputeView {
    pub target: Target,
    pub unit: Option<Id>,
    pub code: Option<String>,
    pub path: String,
    pub title: Text2,
    pub sides: Vec<PlacedSide>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct PlacedSide {
    pub side: DisputeSide,
    /// The PC's name, empty where it is not known.
    pub place: String,
    pub this_pc: bool,
}

/// What merging broke in a home, until a person looked into it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct RuleView {
    pub unit: Id,
    pub file: Id,
    pub code: String,
    /// With `seen`, for `ClearAlarm`.
    pub key: String,
    pub seen: String,
    pub text: Text2,
}

/// A stream of entries that went on twice: a data folder was copied or put back, and both were used. Both
/// branches count, and each PC went on under a new number. Nothing is to be done.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct ForkView {
    pub device: Id,
    /// The PC's name, empty where it is not known.
    pub label: String,
    pub this_pc: bool,
    pub branches: Vec<ForkBranch>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct ForkBranch {
    /// Its last entry.
    pub last: Hash,
    #[ts(type = "number")]
    pub time: i64,
    pub by: String,
}
