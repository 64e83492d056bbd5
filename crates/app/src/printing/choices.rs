//! What was chosen the last time: kept on this PC, never in the log.

use super::Order;
use crate::{
    api::{FormChoice, PrintChoices, Problem},
    session::Session,
};

const KEY: &str = "print/choices";

pub async fn remembered(session: &Session) -> Result<PrintChoices, Problem> {
    let kept = session.store.setting(KEY).await?;
    // What another version wrote and this one cannot read is no loss.
    Ok(kept.and_then(|kept| serde_json::from_slice(&kept).ok()).unwrap_or_default())
}

/// What goes by printer alone: lists, and blank sets.
pub async fn remember_printer(session: &Session, printer: &str) {
    let Ok(mut choices) = remembered(session).await else { return };
    if choices.printer.as_deref() != Some(printer) {
        choices.printer = Some(printer.to_owned());
        keep(session, &choices).await;
    }
}

/// Losing this loses no record, so nothing is said when it cannot be kept.
async fn keep(session: &Session, choices: &PrintChoices) {
    if let Ok(kept) = serde_json::to_vec(choices) {
        let _ = session.store.set_setting(KEY, &kept).await;
    }
}

pub async fn remember(session: &Session, order: &Order, printer: Option<&str>) {
    let Ok(mut choices) = remembered(session).await else { return };
    let before = choices.clone();
    for form in &order.forms {
        let own = choices.forms.entry(form.form.clone()).or_default();
        own.copies = form.copies;
        own.duplex = form.duplex;
        if let Some(printer) = printer {
            own.printer = Some(printer.to_owned());
        }
    }
    if let Some(printer) = printer {
        choices.printer = Some(printer.to_owned());
    }
    choices.forms.retain(|_, own| *own != FormChoice::default());
    if choices != before {
        keep(session, &choices).await;
    }
}
