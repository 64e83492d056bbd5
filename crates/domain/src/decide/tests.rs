mod changes;
mod handover;
mod random;
mod refusals;
mod scans;
mod templates;
