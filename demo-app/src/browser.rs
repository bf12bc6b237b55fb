//! What the page asks of the browser: the time, chance, its address, a memory for who one is, and one as long as the tab.
//!
//! A browser may refuse any of it (storage, in some private windows): then the page works and only forgets.

use gloo_events::EventListener;
use js_sys::{Date, Math};
use parlor_chat::{Auth, Identity, MessageId, Nickname, RoomName};

use crate::outbox;
use crate::state::{Draft, State};

pub(crate) mod files;

const ID_KEY: &str = "parlor.id";
const TOKEN_KEY: &str = "parlor.token";
const NICKNAME_KEY: &str = "parlor.nickname";
const ROOMS_KEY: &str = "parlor.rooms";
const CURRENT_KEY: &str = "parlor.current";
const OUTBOX_KEY: &str = "parlor.outbox";

/// Milliseconds since 1970, by this machine's clock.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "whole milliseconds, after 1970")]
pub(crate) fn now() -> u64 {
    Date::now() as u64
}

/// Milliseconds by a clock that nobody sets, from a moment of its own.
pub(crate) fn milliseconds() -> Option<f64> {
    Some(web_sys::window()?.performance()?.now())
}

/// Whole milliseconds since then.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a cast to `u32` ends at its bounds"
)]
pub(crate) fn milliseconds_since(then: Option<f64>) -> Option<u32> {
    Some((milliseconds()? - then?).round() as u32)
}

/// An id that nobody else makes: 128 random bits.
pub(crate) fn new_message_id() -> Option<MessageId> {
    MessageId::parse(&random_hex::<16>()?).ok()
}

/// As many random bytes, in hexadecimal digits.
pub(crate) fn random_hex<const BYTES: usize>() -> Option<String> {
    let mut bytes = [0_u8; BYTES];
    let crypto = web_sys::window()?.crypto().ok()?;
    crypto.get_random_values_with_u8_array(&mut bytes).ok()?;
    Some(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
}

/// Whether `?lab=1` of the page's address asks for the emit lab in the place of the chat.
pub(crate) fn is_lab() -> bool {
    query("lab").is_some()
}

/// One of these, by chance.
pub(crate) fn any_of<T: Copy>(choices: &[T]) -> Option<T> {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        clippy::cast_precision_loss,
        reason = "a short list, and a random number that is at least 0 and less than 1"
    )]
    let at = (Math::random() * choices.len() as f64) as usize;
    choices.get(at).copied()
}

pub(crate) fn element(id: &str) -> Option<web_sys::Element> {
    web_sys::window()?.document()?.get_element_by_id(id)
}

/// Where the room server is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Address {
    /// `http://host:port`
    pub(crate) server: String,
    /// Where the WebSocket is, if not at the same path as everything else.
    pub(crate) websocket_path: Option<String>,
}

impl Address {
    /// `?server=` of the page's address; without it, the server is where the page came from.
    pub(crate) fn of_page() -> Self {
        if let Some(server) = query("server") {
            return Self { server, websocket_path: None };
        }
        let origin = web_sys::window().and_then(|window| window.location().origin().ok());
        Self { server: origin.unwrap_or_default(), websocket_path: websocket_path() }
    }
}

/// Under `trunk serve` the WebSocket has a path of its own. Trunk fills in that path when it serves the page; in a page
/// served by anybody else the placeholder stays, and is no path.
fn websocket_path() -> Option<String> {
    let document = web_sys::window()?.document()?;
    let meta = document.query_selector("meta[name=parlor-websocket-path]").ok()??;
    meta.get_attribute("content").filter(|path| path.starts_with('/'))
}

fn query(name: &str) -> Option<String> {
    let search = web_sys::window()?.location().search().ok()?;
    web_sys::UrlSearchParams::new_with_str(&search).ok()?.get(name).filter(|value| !value.is_empty())
}

/// Who the server says we are: nothing when it has not yet.
pub(crate) fn auth() -> Auth {
    let person = person();
    let (id, token) = (recall(person.as_ref(), ID_KEY), recall(person.as_ref(), TOKEN_KEY));
    match (id, token) {
        (Some(id), Some(token)) => Auth { id: Some(id), token: Some(token) },
        _ => Auth::default(),
    }
}

pub(crate) fn remember_identity(identity: &Identity) {
    let person = person();
    remember(person.as_ref(), ID_KEY, &identity.id);
    remember(person.as_ref(), TOKEN_KEY, &identity.token);
}

pub(crate) fn forget_identity() {
    if let Some(person) = person() {
        let _ = person.remove_item(ID_KEY);
        let _ = person.remove_item(TOKEN_KEY);
    }
}

pub(crate) fn remembered_nickname() -> Option<Nickname> {
    Nickname::parse(&recall(person().as_ref(), NICKNAME_KEY)?).ok()
}

pub(crate) fn remember_nickname(nickname: &Nickname) {
    remember(person().as_ref(), NICKNAME_KEY, nickname.as_str());
}

/// The rooms this tab was in, and the one it showed; `None` if it was in none yet.
pub(crate) fn remembered_rooms() -> Option<(Vec<RoomName>, Option<RoomName>)> {
    let tab = tab();
    let rooms =
        recall(tab.as_ref(), ROOMS_KEY)?.split(' ').filter_map(|name| RoomName::read(name).ok()).collect();
    let current = recall(tab.as_ref(), CURRENT_KEY).and_then(|name| RoomName::read(&name).ok());
    Some((rooms, current))
}

pub(crate) fn remember_rooms(state: &State) {
    // A room name has no space in it.
    let rooms: Vec<&str> = state.rooms.iter().map(|room| room.name.as_str()).collect();
    let tab = tab();
    remember(tab.as_ref(), ROOMS_KEY, &rooms.join(" "));
    remember(tab.as_ref(), CURRENT_KEY, state.current.as_ref().map_or("", RoomName::as_str));
}

/// The messages that waited when this tab was here before.
pub(crate) fn remembered_outbox() -> Vec<(RoomName, Draft)> {
    recall(tab().as_ref(), OUTBOX_KEY).map(|text| outbox::read(&text)).unwrap_or_default()
}

pub(crate) fn remember_outbox(state: &State) {
    remember(tab().as_ref(), OUTBOX_KEY, &outbox::write(state.outbox()));
}

/// Whether the person can see this tab.
pub(crate) fn is_in_sight() -> bool {
    document().is_none_or(|document| !document.hidden())
}

/// Calls back whenever [`is_in_sight`] may have changed, as long as the answer lives.
pub(crate) fn on_sight(changed: impl Fn() + 'static) -> Option<EventListener> {
    Some(EventListener::new(&document()?.into(), "visibilitychange", move |_| changed()))
}

/// How many messages are unread, where a person sees it who looks at another tab.
pub(crate) fn show_unread(count: usize) {
    if let Some(document) = document() {
        document.set_title(&if count == 0 { "Parlor".to_owned() } else { format!("({count}) Parlor") });
    }
}

fn document() -> Option<web_sys::Document> {
    web_sys::window()?.document()
}

/// Where it is kept who one is: in the browser, so that all its tabs are one person. A page whose address has `?guest=1` is
/// another one, as long as its tab.
fn person() -> Option<web_sys::Storage> {
    if query("guest").is_some() { tab() } else { web_sys::window()?.local_storage().ok()? }
}

/// As long as the tab, and when it is loaded again.
fn tab() -> Option<web_sys::Storage> {
    web_sys::window()?.session_storage().ok()?
}

fn recall(storage: Option<&web_sys::Storage>, key: &str) -> Option<String> {
    storage?.get_item(key).ok()?
}

fn remember(storage: Option<&web_sys::Storage>, key: &str, value: &str) {
    if let Some(storage) = storage {
        // Full or forbidden: see above.
        let _ = storage.set_item(key, value);
    }
}
