//! What the page shows: small components, each of one part of the screen. None of them keeps a rule of the chat.

pub(crate) use chat::Chat;
pub(crate) use rename::Rename;

mod break_it;
mod burst;
mod chat;
mod composer;
mod face;
mod file;
mod icon;
mod messages;
mod people;
mod pill;
mod rename;
mod revise;
mod rooms;
mod time;
mod trials;
mod uploads;
mod window;
mod words;
