mod changes;
mod handover;
mod random;
mod refusals;
mod templates;
