//! A packet of 21 forms on 30 pages against the work nobody can avoid (cutting the fonts, compressing), in lines
//! of JSON for `cargo xtask bench`. `--once FILE` only prints the packet, `--peak FILE` also says how
//! much memory that took; `--documents FOLDER` writes it down for other programs.

mod drawing;
mod fodt;
mod outline;
#[path = "../../tests/samples/home.rs"]
mod samples;
mod typst;

use serde_json::json;
use shoulou_eventlog::Value;
use shoulou_forms::{
    DisplayList, Floor, Fonts, Images, Meta, RenderJob, Templates, layout, render,
};
use std::{
    error::Error,
    path::Path,
    process::{Command, Output},
    time::{Duration, Instant},
};

const PAGES: u32 = 30;
const ONCE: &str = "--once";
const PEAK: &str = "--peak";
const ROUNDS: usize = 25;
/// Each round prints another home, so that no font cut for the last one serves again.
const NAMES: &str = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜";

/// What a delegate's case prints for the day, one of each.
const FORMS: [&str; 21] = [
    "admission_notice",
    "intake_guide",
    "welcome_letter",
    "flow_note",
    "handover_record",
    "defect_list",
    "meter_readings",
    "fee_difference_agreement",
    "owner_registration",
    "family_registration",
    "gas_safety",
    "fire_safety",
    "equipment_receipt",
    "document_receipt",
    "house_handover",
    "house_rules",
    "personal_information",
    "fee_list",
    "utility_note",
    "key_custody",
    "quality_guarantee",
];

/// Form and data.
type Packet = Vec<(&'static str, Value)>;

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        [ONCE, file] => std::fs::write(file, print(&packet(0))?)?,
        [PEAK, file] => {
            std::fs::write(file, print(&packet(0))?)?;
            println!("{}", peak_kib()?);
        }
        ["--documents", folder] => documents(Path::new(folder))?,
        _ => measure()?,
    }
    Ok(())
}

fn measure() -> Result<(), Box<dyn Error>> {
    let (cold, peak) = cold()?;
    let (mut floor, mut other, mut again) = (Vec::new(), Vec::new(), Vec::new());
    let mut size = 0;
    for round in 0..=ROUNDS {
        let packet = packet(round);
        let images = Images::new();
        let work = Floor::of(&jobs(&packet, &images)?, Fonts::bundled())?;
        let (floor_time, _) = timed(|| Ok(work.run(Fonts::bundled())?))?;
        let (other_time, bytes) = timed(|| print(&packet))?;
        let (again_time, _) = timed(|| print(&packet))?;
        // The first round warms up.
        if round > 0 {
            floor.push(floor_time);
            other.push(other_time);
            again.push(again_time);
        }
        size = bytes.len();
    }
    let [floor, other, again] = [floor, other, again].map(median);
    let beside = |what: &str, ms: f64| {
        let what = format!("packet of {PAGES} pages, {what}");
        say(
            json!({ "what": what, "unit": "ms", "value": ms, "beside": ["the floor", floor], "most": 2 }),
        );
    };
    beside("warm, another home each time", other);
    beside("warm, the same home again", again);
    beside("cold process, start to exit", cold);
    let limit = |what: &str, unit: &str, value: f64, most: u32| {
        let what = format!("packet of {PAGES} pages, {what}");
        say(json!({ "what": what, "unit": unit, "value": value, "most": most }));
    };
    limit("peak memory of the cold process", "MiB", peak as f64 / 1024.0, 64);
    limit("size", "kB", size as f64 / 1000.0, 700);
    Ok(())
}

fn say(line: serde_json::Value) {
    println!("{line}");
}

fn documents(folder: &Path) -> Result<(), Box<dyn Error>> {
    let (packet, images) = (packet(0), Images::new());
    let jobs = jobs(&packet, &images)?;
    let lists = jobs.iter().map(|job| layout(job, Fonts::bundled()));
    let list: DisplayList = lists.collect::<Result<_, _>>()?;
    for (page, place) in list.pages.iter().zip(1..) {
        std::fs::write(folder.join(format!("page-{place}.svg")), drawing::svg(page))?;
    }
    let pages = outline::outline(&list);
    std::fs::write(folder.join("packet.typ"), typst::document(&pages))?;
    std::fs::write(folder.join("packet.fodt"), fodt::document(&pages))?;
    Ok(())
}

/// 21 forms, 30 pages.
fn packet(round: usize) -> Packet {
    let name =
        |skip: usize| NAMES.chars().cycle().skip(round * 3 + skip).take(3).collect::<String>();
    let owners = format!("{}、{}", name(0), name(7));
    let filled = |form| {
        let own = samples::map([("owners", owners.as_str().into())]);
        (form, samples::merged(samples::filled(form), own))
    };
    FORMS.into_iter().map(filled).collect()
}

fn jobs<'a>(packet: &'a Packet, images: &'a Images) -> Result<Vec<RenderJob<'a>>, Box<dyn Error>> {
    let job = |(form, data): &'a (&'static str, Value)| {
        let template = Templates::bundled().get(form).ok_or("a form without a template")?;
        let meta = Meta { created: 1_795_254_000, copy: None };
        Ok(RenderJob { template, data, images, meta })
    };
    packet.iter().map(job).collect()
}

fn print(packet: &Packet) -> Result<Vec<u8>, Box<dyn Error>> {
    let images = Images::new();
    let pdf = render(&jobs(packet, &images)?, Fonts::bundled())?;
    assert_eq!(pdf.pages, PAGES);
    Ok(pdf.bytes)
}

fn timed<T>(
    work: impl FnOnce() -> Result<T, Box<dyn Error>>,
) -> Result<(Duration, T), Box<dyn Error>> {
    let start = Instant::now();
    let result = work()?;
    Ok((start.elapsed(), result))
}

fn median(mut times: Vec<Duration>) -> f64 {
    times.sort();
    times[times.len() / 2].as_secs_f64() * 1000.0
}

/// Milliseconds of a fresh process, and its peak memory in KiB.
fn cold() -> Result<(f64, u64), Box<dyn Error>> {
    let folder = tempfile::tempdir()?;
    let file = folder.path().join("packet.pdf");
    let process = |what: &str| -> Result<(Duration, Output), Box<dyn Error>> {
        let mut command = Command::new(std::env::current_exe()?);
        let done = timed(|| Ok(command.arg(what).arg(&file).output()?))?;
        // The next one would wait for the disk to have taken what it is about to throw away.
        std::fs::remove_file(&file)?;
        Ok(done)
    };
    let (_, output) = process(PEAK)?;
    let peak = String::from_utf8(output.stdout)?.trim().parse()?;
    let times = (0..9).map(|_| Ok(process(ONCE)?.0)).collect::<Result<_, Box<dyn Error>>>()?;
    Ok((median(times), peak))
}

/// Linux only; elsewhere 0.
fn peak_kib() -> Result<u64, Box<dyn Error>> {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    Ok(line.map_or(Ok(0), |line| line.trim().trim_end_matches(" kB").parse())?)
}
