//! Bringing projects here, and listing them.

use super::{place::now, said};
use shoulou_eventlog::{
    Hash,
    sync::{
        Invitation, Purpose, Role, Secret,
        wire::{Bytes, Invite},
    },
};
use shoulou_server::Ledger;

/// Prints the founding code: where the server is, and a secret for one use.
pub(super) async fn add(ledger: &Ledger, hours: u32) -> Result<(), String> {
    let address = ledger.setting("address").await.map_err(said)?;
    let address = address.and_then(|bytes| String::from_utf8(bytes).ok());
    let address = address.ok_or("run `shoulou-server init --address https://HOST:PORT` first")?;
    let pin = ledger.setting("pin").await.map_err(said)?;
    let pin = pin.and_then(|bytes| bytes.try_into().ok()).map(Hash);
    let secret = Secret::new(random()?);
    let token: [u8; 32] = random()?;
    let invitation = Invitation {
        purpose: Purpose::Found,
        server: ledger.server_key().as_bytes().to_vec().into(),
        pin,
        token: token.to_vec().into(),
        project: None,
    };
    let invite = Invite {
        locator: secret.locator(),
        token_hash: Hash::of(&token),
        sealed: Bytes(secret.seal(&invitation, random()?)),
        role: Role::Administrator,
        seconds: hours.saturating_mul(3600),
    };
    ledger.invite_to_found(invite, now()).await.map_err(said)?;
    println!("{address} {secret}");
    Ok(())
}

pub(super) async fn list(ledger: &Ledger) -> Result<(), String> {
    for project in ledger.projects().await.map_err(said)? {
        let members = ledger.all_members(project).await.map_err(said)?;
        let quarantined: u32 = members.standings.iter().map(|one| one.quarantined).sum();
        let head = ledger.news(project, now()).await.map_err(said)?;
        let (commits, devices) = (head.head, members.certificates.len());
        println!(
            "{project} commits={commits} devices={devices} quarantined={quarantined} epoch={}",
            head.epoch
        );
    }
    Ok(())
}

fn random<const N: usize>() -> Result<[u8; N], String> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).map_err(|error| error.to_string())?;
    Ok(bytes)
}
