//! What the page shows: small components, each of one part of the screen. None of them keeps a rule of the chat.

pub(crate) use arrival::Arrival;
pub(crate) use chat::Chat;

mod arrival;
mod break_it;
mod chat;
mod composer;
mod face;
mod icon;
mod messages;
mod people;
mod pill;
mod rooms;
mod time;
mod trials;
