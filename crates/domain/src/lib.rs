//! The rules of 收楼. Pure: the time, the actor and fresh ids are arguments.

pub mod command;
pub mod template;
pub mod view;
pub mod vocabulary;
