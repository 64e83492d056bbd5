use clap::{Parser, Subcommand, ValueEnum};
use shoulou_domain::vocabulary::Lang;
use shoulou_eventlog::{EventRef, Id};
use std::path::PathBuf;

/// Hands finished homes to their buyers, without a window (收楼).
#[derive(Parser)]
#[command(name = "shoulouctl", version)]
pub struct Arguments {
    /// Folder that holds the projects, one database each
    #[arg(long, value_name = "DIR", global = true, default_value = ".")]
    pub data: PathBuf,

    /// Which project, by name or id, where the folder holds several
    #[arg(long, value_name = "NAME", global = true)]
    pub project: Option<String>,

    /// File whose first line is the password or recovery code; otherwise the system keyring is asked
    #[arg(long, value_name = "FILE", global = true)]
    pub passphrase_file: Option<PathBuf>,

    /// The person at work, by name; otherwise whoever was chosen last
    #[arg(long = "as", value_name = "PERSON", global = true)]
    pub actor: Option<String>,

    /// This PC's date is right although the last entry is later: sign and print
    #[arg(long, global = true)]
    pub date_is_right: bool,

    /// Print results as JSON
    #[arg(long, global = true)]
    pub json: bool,

    /// Language of messages
    #[arg(long, value_enum, global = true, default_value = "zh")]
    pub lang: Language,

    #[command(subcommand)]
    pub command: Command,
}

#[derive(Clone, Copy, ValueEnum)]
pub enum Language {
    Zh,
    En,
}

impl From<Language> for Lang {
    fn from(language: Language) -> Self {
        match language {
            Language::Zh => Lang::Zh,
            Language::En => Lang::En,
        }
    }
}

#[derive(Subcommand)]
pub enum Command {
    /// Make a project and print its recovery code
    Init {
        /// Fill it with a sample project
        #[arg(long)]
        sample: bool,
        /// The first person, a supervisor
        #[arg(long, default_value = "")]
        person: String,
        /// The project's company
        #[arg(long, default_value = "")]
        company: String,
    },
    /// Take in a list of homes and buyers (.xlsx, .xls, .csv)
    Import {
        file: PathBuf,
        #[arg(long)]
        sheet: Option<String>,
        /// Show what would be written, and write nothing
        #[arg(long)]
        dry_run: bool,
        /// Column mapping as JSON, in the form --dry-run --json prints
        #[arg(long, value_name = "FILE")]
        map: Option<PathBuf>,
        /// Accept the proposed mapping where a column is not beyond doubt
        #[arg(long)]
        accept: bool,
    },
    /// Say what is open, who works on it, and what stands in the way
    Status,
    /// List homes
    Units {
        /// Code, name, pinyin initials or phone tail
        #[arg(long, default_value = "")]
        search: String,
    },
    /// Show a home's file
    Show { unit: String },
    /// Read scanned pages (PNG, JPEG, PDF) of files and folders, and file each to its paper and home
    ScanBack {
        #[arg(required = true, value_name = "FOLDER")]
        paths: Vec<PathBuf>,
        /// Show what would be filed, and write nothing
        #[arg(long)]
        dry_run: bool,
    },
    /// Do a command given as JSON on standard input
    Do {
        /// Print the JSON schema of the commands instead
        #[arg(long)]
        schema: bool,
    },
    /// Print the forms a home needs now, or the named ones; a list over all homes; numbered sets of blank forms
    #[command(group = clap::ArgGroup::new("where").required(true).multiple(true))]
    Print {
        #[arg(required_unless_present_any = ["all_homes", "blank_sets"])]
        unit: Option<String>,
        /// A list over all homes: name it with --form
        #[arg(long, requires = "forms", conflicts_with_all = ["unit", "blank", "blank_sets"])]
        all_homes: bool,
        /// So many sets of blank forms, each under its own number
        #[arg(long, value_name = "N", conflicts_with_all = ["unit", "blank"])]
        blank_sets: Option<u32>,
        #[arg(long = "form", value_name = "NAME")]
        forms: Vec<String>,
        /// Blank forms, to fill in by hand
        #[arg(long)]
        blank: bool,
        #[arg(long, value_name = "FILE.pdf", group = "where")]
        out: Option<PathBuf>,
        /// A printer by its name; an empty name is the system's default
        #[arg(long, value_name = "NAME", group = "where")]
        printer: Option<String>,
        /// On both sides of the sheet, where a home's forms go to a printer
        #[arg(long, requires = "printer", conflicts_with_all = ["all_homes", "blank_sets"])]
        duplex: bool,
    },
    /// Print for many homes: notices, or the packet that each needs
    #[command(subcommand)]
    Batch(Batch),
    /// The system's printers
    Printers,
    /// What this PC handed to printers
    Jobs {
        #[command(subcommand)]
        what: Option<Jobs>,
    },
    /// List what is outstanding, of all homes
    Outstanding,
    /// Print a code with which one more PC joins the project; an administrator's PC can
    EnrolCode {
        /// The PC may invite, revoke and release, too
        #[arg(long)]
        administrator: bool,
        /// How long the code may be used
        #[arg(long, default_value_t = 60, value_name = "N")]
        minutes: u32,
        /// Write it as a picture, too
        #[arg(long, value_name = "FILE.png")]
        qr: Option<PathBuf>,
    },
    /// Join a project with a code; prints the recovery code of this PC's copy
    Join {
        /// Address and code, in any typing
        #[arg(required_unless_present = "qr")]
        code: Vec<String>,
        /// This PC's name for the others
        #[arg(long, default_value_t = pc_name())]
        label: String,
        /// Read the code from a picture
        #[arg(long, value_name = "FILE")]
        qr: Option<PathBuf>,
    },
    /// Bring the project to a server with its founding code
    Attach {
        #[arg(required_unless_present = "qr")]
        code: Vec<String>,
        #[arg(long, default_value_t = pc_name())]
        label: String,
        #[arg(long, value_name = "FILE")]
        qr: Option<PathBuf>,
    },
    /// Go on on this PC alone; all records stay
    Detach,
    /// Sync with the server until told to stop
    Sync {
        /// Once: until everything is there and here, or the server cannot be reached
        #[arg(long)]
        once: bool,
        /// Give up after so many seconds
        #[arg(long, default_value_t = 600, value_name = "SECONDS")]
        patience: u64,
    },
    /// The PCs of the project
    #[command(subcommand)]
    Device(Device),
    /// What people on several PCs said differently
    Disputes {
        #[command(subcommand)]
        what: Option<Disputes>,
    },
    /// What came together from several PCs and breaks a rule
    Rules {
        #[command(subcommand)]
        what: Option<Rules>,
    },
    /// The templates of the forms: list, export, set, reset
    #[command(subcommand)]
    Templates(crate::templates::Templates),
    /// Check the log, its signatures, its blobs, and the views against a rebuild
    Verify,
    /// Make all views anew from the log
    Rebuild,
    /// Write an encrypted backup of the project
    Backup { file: PathBuf },
    /// Bring a project back from a backup
    Restore {
        file: PathBuf,
        /// Where the project lies here already, move its files to a folder beside it first
        #[arg(long)]
        aside: bool,
    },
}

#[derive(Subcommand)]
pub enum Batch {
    /// Start one and see it through; Ctrl-C pauses it. Without --form, the packet that each home needs
    #[command(group = clap::ArgGroup::new("to").required(true))]
    Start {
        /// A home by its code; several times. Without any: all that the search finds
        #[arg(long = "unit", value_name = "CODE")]
        units: Vec<String>,
        #[arg(long, default_value = "", conflicts_with = "units")]
        search: String,
        #[arg(long, conflicts_with = "units")]
        building: Option<String>,
        #[arg(long = "form", value_name = "NAME")]
        forms: Vec<String>,
        /// On both sides of the sheet, where it goes to a printer
        #[arg(long)]
        duplex: bool,
        /// One PDF of all homes
        #[arg(long, value_name = "FILE.pdf", group = "to")]
        out: Option<PathBuf>,
        /// One PDF for each home
        #[arg(long, value_name = "DIR", group = "to")]
        folder: Option<PathBuf>,
        /// A printer by its name; an empty name is the system's default
        #[arg(long, value_name = "NAME", group = "to")]
        printer: Option<String>,
    },
    /// Go on where one stopped, also after a crash; without an id, the newest
    Resume {
        batch: Option<Id>,
        /// Try the homes again that failed
        #[arg(long)]
        failed: bool,
    },
    /// Give one up; what was printed stays
    Cancel { batch: Option<Id> },
    /// How far it is; without an id, of all
    Status { batch: Option<Id> },
}

#[derive(Subcommand)]
pub enum Jobs {
    List,
    /// Take a job back
    Cancel {
        job: Id,
    },
    /// Hand over once more what no paper came of
    Again {
        job: Id,
        /// Another printer
        #[arg(long)]
        printer: Option<String>,
    },
}

#[derive(Subcommand)]
pub enum Device {
    List,
    /// Take a PC out of the project
    Revoke {
        device: Id,
    },
    /// Let in what the server kept back of a PC
    Release {
        device: Id,
    },
    /// Give this PC another name
    Rename {
        label: String,
    },
}

#[derive(Subcommand)]
pub enum Disputes {
    List,
    /// Let one side stand, by its claim
    Settle {
        claim: EventRef,
    },
}

#[derive(Subcommand)]
pub enum Rules {
    List,
    /// Say why one may stand, by home and key
    Clear {
        unit: String,
        key: String,
        reason: String,
    },
}

/// What the system calls this PC.
fn pc_name() -> String {
    let named = ["COMPUTERNAME", "HOSTNAME"].into_iter().find_map(|name| std::env::var(name).ok());
    let file = || std::fs::read_to_string("/etc/hostname").ok();
    let name = named.or_else(file).map(|name| name.trim().to_owned());
    name.filter(|name| !name.is_empty()).unwrap_or_else(|| "PC".to_owned())
}

impl Command {
    /// Whether the server is spoken to beside what the command itself asks of it.
    pub fn syncs(&self) -> bool {
        matches!(self, Command::Sync { .. })
    }
}
