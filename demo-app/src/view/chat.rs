//! The chat: owns the state and the connection, passes what happens to the one and what is to be done to the other.

use std::rc::Rc;

use bytes::Bytes;
use gloo_events::EventListener;
use gloo_timers::callback::Interval;
use parlor_chat::admin::NAMESPACE;
use parlor_chat::{FileName, Nickname, RoomName, Text};
use wasm_bindgen::JsCast;
use web_sys::{File, HtmlElement};
use yew::prelude::*;

use crate::admin::{Admin, Door};
use crate::browser::{self, Address};
use crate::connection::{Connection, Request};
use crate::inspector::{Drawer, Record};
use crate::state::{Action, Effect, State};

use super::break_it::{BreakIt, INSPECT};
use super::burst::Burst;
use super::composer::{Composer, FIELD};
use super::face::Face;
use super::icon;
use super::messages::Messages;
use super::people::People;
use super::pill::Pill;
use super::rooms::Rooms;
use super::trials::{OnItsWay, Trials};
use super::uploads::Uploads;

#[derive(Properties, PartialEq)]
pub(crate) struct Props {
    pub(crate) me: Nickname,
    pub(crate) on_rename: Callback<()>,
}

pub(crate) enum Msg {
    Happened(Action),
    /// The person has chosen a file.
    Chosen((FileName, File)),
    /// Its bytes are read.
    Read(FileName, Bytes),
    Fetch(Rc<Request>),
    /// What the connection reports: on a slow link it takes its time.
    Reported(Action),
    Show(Option<Panel>),
    GoOffline(bool),
    GoSlow(bool),
    Inspect(bool),
    Operate(bool),
    /// Something may have come through the slow link.
    Due,
}

/// A part of the screen that a small one shows only on request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Panel {
    Rooms,
    People,
}

pub(crate) struct Chat {
    state: State,
    connection: Option<Connection>,
    trials: Trials,
    record: Option<Record>,
    is_inspected: bool,
    door: Option<Door>,
    is_operated: bool,
    panel: Option<Panel>,
    /// Whether the panel is new, and the focus has to follow.
    moves_focus: bool,
    /// Whether a message has just been changed where it stands, and one goes on writing.
    returns_focus: bool,
    panels: [NodeRef; 2],
    openers: [NodeRef; 2],
    _ticks: Interval,
    _sight: Option<EventListener>,
}

impl Component for Chat {
    type Message = Msg;
    type Properties = Props;

    fn create(ctx: &Context<Self>) -> Self {
        let (report, ticked) = (ctx.link().callback(Msg::Reported), ctx.link().callback(Msg::Happened));
        let lobby = || RoomName::parse(parlor_chat::DEFAULT_ROOMS[0]).into_iter().collect();
        let (rooms, current) = browser::remembered_rooms().unwrap_or_else(|| (lobby(), None));
        let mut state = State::new(ctx.props().me.clone(), rooms, current);
        browser::remembered_outbox().into_iter().for_each(|(room, draft)| state.restore(room, draft));
        if !browser::is_in_sight() {
            // Opened behind another tab: nothing is read yet.
            state.apply(Action::InSight(false), browser::now());
        }
        let connection = match Connection::open(&Address::of_page(), report) {
            Ok(connection) => Some(connection),
            Err(error) => {
                state.notice = Some(error.to_string());
                None
            }
        };
        let sight = ticked.clone();
        let sight = browser::on_sight(move || sight.emit(Action::InSight(browser::is_in_sight())));
        let ticks = Interval::new(1_000, move || ticked.emit(Action::Tick));
        let record = connection.as_ref().map(|connection| Record::of(connection.client(), &["/", NAMESPACE]));
        let door = connection.as_ref().map(|connection| Door::of(connection.client()));
        let (panels, openers) = Default::default();
        Self {
            state,
            connection,
            trials: Trials::new(),
            record,
            is_inspected: false,
            door,
            is_operated: false,
            panel: None,
            moves_focus: false,
            returns_focus: false,
            panels,
            openers,
            _ticks: ticks,
            _sight: sight,
        }
    }

    fn update(&mut self, ctx: &Context<Self>, msg: Msg) -> bool {
        match msg {
            Msg::Show(panel) => self.show(panel),
            Msg::Happened(action) => self.happened(action) | self.arrives(ctx),
            Msg::Chosen((name, file)) => {
                ctx.link().send_future(async move {
                    match browser::files::read(&file).await {
                        Some(bytes) => Msg::Read(name, bytes),
                        None => Msg::Happened(Action::Notice("this file cannot be read".to_owned())),
                    }
                });
                false
            }
            Msg::Read(name, bytes) => self.attach(name, bytes) | self.arrives(ctx),
            Msg::Fetch(request) => {
                if let Some(connection) = &self.connection {
                    connection.fetch(request);
                }
                false
            }
            Msg::Reported(action) => {
                self.trials.pass(OnItsWay::Here(action), browser::now());
                self.arrives(ctx)
            }
            Msg::Due => {
                self.trials.woken();
                self.arrives(ctx)
            }
            Msg::GoSlow(is_slow) => {
                self.trials.is_slow = is_slow;
                true
            }
            Msg::Inspect(is_inspected) => {
                self.is_inspected = is_inspected;
                give_back_focus(INSPECT, is_inspected)
            }
            Msg::Operate(is_operated) => {
                self.is_operated = is_operated;
                give_back_focus(OPERATE, is_operated)
            }
            Msg::GoOffline(is_offline) => {
                self.trials.is_offline = is_offline;
                if let Some(connection) = &self.connection {
                    connection.go_offline(is_offline);
                }
                true
            }
        }
    }

    fn changed(&mut self, ctx: &Context<Self>, _before: &Props) -> bool {
        self.happened(Action::Rename(ctx.props().me.clone()));
        true
    }

    fn view(&self, ctx: &Context<Self>) -> Html {
        let link = ctx.link();
        let onkeydown =
            link.batch_callback(|event: KeyboardEvent| (event.key() == "Escape").then_some(Msg::Show(None)));
        html! {
            <div class="chat" {onkeydown}>
                <a class="skip" href={format!("#{FIELD}")}>{ "Skip to the message field" }</a>
                { self.sidebar(ctx) }
                { self.conversation(ctx) }
                if self.panel.is_some() {
                    <div class="backdrop" onclick={link.callback(|_| Msg::Show(None))}></div>
                }
            </div>
        }
    }

    fn rendered(&mut self, _ctx: &Context<Self>, _first_render: bool) {
        browser::show_unread(self.state.rooms.iter().map(|room| room.unread).sum());
        if std::mem::take(&mut self.returns_focus)
            && let Some(field) =
                browser::element(FIELD).and_then(|field| field.dyn_into::<HtmlElement>().ok())
        {
            let _ = field.focus();
        }
        if std::mem::take(&mut self.moves_focus)
            && let Some(panel) = self.panel
            && let Some(element) = self.panels[panel as usize].cast::<HtmlElement>()
        {
            let _ = element.focus();
        }
    }
}

impl Chat {
    /// Takes what has come through the link, which is everything unless that is slow.
    fn arrives(&mut self, ctx: &Context<Self>) -> bool {
        let mut is_changed = false;
        while let Some(what) = self.trials.arrived(browser::now()) {
            match (what, &self.connection) {
                (OnItsWay::Here(action), _) => is_changed |= self.happened(action),
                (OnItsWay::There(effect), Some(connection)) => connection.carry_out(effect),
                (OnItsWay::There(_), None) => {}
            }
        }
        self.trials.wake(browser::now(), ctx.link().callback(|()| Msg::Due));
        is_changed
    }

    fn happened(&mut self, action: Action) -> bool {
        let before = self.state.clone();
        let mut is_changed = false;
        if matches!(action, Action::Open(_) | Action::Whisper(_)) && self.panel.is_some() {
            self.panel = None;
            is_changed = true;
        }
        for effect in self.state.apply(action, browser::now()) {
            match effect {
                Effect::Remember => browser::remember_rooms(&self.state),
                Effect::Keep => browser::remember_outbox(&self.state),
                effect => self.trials.pass(OnItsWay::There(effect), browser::now()),
            }
        }
        self.returns_focus |= before.in_hand().is_some() && self.state.in_hand().is_none();
        is_changed || self.state != before
    }

    fn attach(&mut self, name: FileName, bytes: Bytes) -> bool {
        let (Some(id), Some(connection)) = (browser::new_message_id(), &self.connection) else {
            return false;
        };
        let size = u32::try_from(bytes.len()).unwrap_or(u32::MAX);
        connection.keep_bytes(id.clone(), bytes);
        self.happened(Action::Attach { id, name, size })
    }

    fn show(&mut self, panel: Option<Panel>) -> bool {
        if self.panel == panel {
            return false;
        }
        // The focus goes back to where it came from.
        if let (Some(closed), None) = (self.panel, panel)
            && let Some(opener) = self.openers[closed as usize].cast::<HtmlElement>()
        {
            let _ = opener.focus();
        }
        self.moves_focus = panel.is_some();
        self.panel = panel;
        true
    }

    fn sidebar(&self, ctx: &Context<Self>) -> Html {
        let link = ctx.link();
        let state = &self.state;
        let on_rename = ctx.props().on_rename.reform(|_: MouseEvent| ());
        html! {
            <aside id="rooms" ref={self.panels[Panel::Rooms as usize].clone()} tabindex="-1" aria-label="Rooms and you"
                class={self.panel_classes("sidebar", Panel::Rooms)}>
                <p class="brand">{ icon::logo() }{ "Parlor" }</p>
                <Rooms rooms={state.rooms.clone()} listing={state.listing.clone()} current={state.current.clone()}
                    on_open={link.callback(|name| Msg::Happened(Action::Open(name)))}
                    on_leave={link.callback(|name| Msg::Happened(Action::Leave(name)))} />
                <div class="beside">
                    <a class="quiet" href="?lab=1">{ "The emit lab" }</a>
                    <button id={OPERATE} class="quiet" aria-expanded={self.is_operated.to_string()} aria-controls="admin"
                        onclick={link.callback({ let is_operated = self.is_operated; move |_| Msg::Operate(!is_operated) })}>
                        { "Operator" }</button>
                </div>
                <div class="me">
                    <Face nickname={state.me.as_str().to_owned()} />
                    <span class="person-name">{ state.me.as_str().to_owned() }</span>
                    <button class="quiet" aria-label="Change nickname" onclick={on_rename}>{ "Change" }</button>
                </div>
            </aside>
        }
    }

    fn conversation(&self, ctx: &Context<Self>) -> Html {
        let link = ctx.link();
        let Some(room) = self.state.current_room() else { return self.nowhere(ctx) };
        let (sign, label) = room.label();
        let on_older = link.callback(|()| Msg::Happened(Action::WantOlder));
        let on_whisper = link.callback(|member| Msg::Happened(Action::Whisper(member)));
        let on_typed = link.callback(|()| Msg::Happened(Action::Typed));
        let on_submit = link.batch_callback(|text: Text| {
            browser::new_message_id().map(|id| Msg::Happened(Action::Submit { id, text }))
        });
        html! {
            <>
                <main class="conversation">
                    { self.bar(ctx, &format!("{sign} {label}"), Some(room.members.len())) }
                    { self.break_it(ctx) }
                    { self.notice(ctx) }
                    <Messages key={room.name.as_str().to_owned()} room={room.clone()} me={self.state.me.as_str().to_owned()} {on_older}
                        in_hand={self.state.in_hand().cloned()} on_action={link.callback(Msg::Happened)}
                        on_fetch={link.callback(Msg::Fetch)} />
                    <p class="murmur" aria-live="polite">{ self.murmur() }</p>
                    <Composer room={room.name.clone()} label={format!("{sign}{label}")} {on_typed} {on_submit}
                        on_last={link.callback(|()| Msg::Happened(Action::TakeLastInHand))} />
                    <div class="tools">
                    <Uploads uploads={room.uploads.clone()} on_chosen={link.callback(Msg::Chosen)}
                        on_action={link.callback(Msg::Happened)} />
                    <Burst flying={self.state.flying().cloned().collect::<Vec<_>>()}
                        on_action={link.callback(Msg::Happened)} />
                    </div>
                    { self.inspector(ctx) }
                    { self.admin(ctx) }
                </main>
                <aside id="people" ref={self.panels[Panel::People as usize].clone()} tabindex="-1"
                    aria-label="People in this room" class={self.panel_classes("people", Panel::People)}>
                    <People room={room.clone()} {on_whisper} />
                </aside>
            </>
        }
    }

    /// The person has left every room.
    fn nowhere(&self, ctx: &Context<Self>) -> Html {
        html! {
            <main class="conversation">
                { self.bar(ctx, "No room", None) }
                { self.notice(ctx) }
                <div class="log"><p class="empty">{ "You are in no room. Choose one from the list." }</p></div>
            </main>
        }
    }

    fn bar(&self, ctx: &Context<Self>, title: &str, people: Option<usize>) -> Html {
        html! {
            <header class="bar">
                { self.opener(ctx, Panel::Rooms, "Rooms", icon::menu()) }
                <h1>{ title.to_owned() }</h1>
                <Pill link={self.state.link} is_online={self.state.is_online} latency={self.state.latency()}
                    counts={self.state.counts()} />
                if let Some(count) = people {
                    { self.opener(ctx, Panel::People, "People here", html! { <>{ icon::people() }{ count }</> }) }
                }
            </header>
        }
    }

    fn admin(&self, ctx: &Context<Self>) -> Html {
        match &self.door {
            Some(door) if self.is_operated => {
                html! { <Admin door={door.clone()} on_close={ctx.link().callback(|()| Msg::Operate(false))} /> }
            }
            _ => Html::default(),
        }
    }

    fn inspector(&self, ctx: &Context<Self>) -> Html {
        match &self.record {
            Some(record) if self.is_inspected => {
                html! { <Drawer record={record.clone()} on_close={ctx.link().callback(|()| Msg::Inspect(false))} /> }
            }
            _ => Html::default(),
        }
    }

    fn break_it(&self, ctx: &Context<Self>) -> Html {
        let (on_offline, on_slow) = (ctx.link().callback(Msg::GoOffline), ctx.link().callback(Msg::GoSlow));
        let Trials { is_offline, is_slow, .. } = self.trials;
        let (is_inspected, on_inspect) = (self.is_inspected, ctx.link().callback(Msg::Inspect));
        html! { <BreakIt {is_offline} {is_slow} {on_offline} {on_slow} {is_inspected} {on_inspect} /> }
    }

    fn opener(&self, ctx: &Context<Self>, panel: Panel, label: &'static str, content: Html) -> Html {
        let is_open = self.panel == Some(panel);
        let onclick = ctx.link().callback(move |_| Msg::Show((!is_open).then_some(panel)));
        let controls = if panel == Panel::Rooms { "rooms" } else { "people" };
        html! {
            <button ref={self.openers[panel as usize].clone()} class={classes!("quiet", "opener")} aria-label={label}
                aria-expanded={is_open.to_string()} aria-controls={controls} {onclick}>{ content }</button>
        }
    }

    fn notice(&self, ctx: &Context<Self>) -> Html {
        let Some(notice) = &self.state.notice else { return Html::default() };
        let onclick = ctx.link().callback(|_| Msg::Happened(Action::DismissNotice));
        html! {
            <div class="notice" role="alert">
                <span>{ notice }</span>
                <button class="quiet" aria-label="Dismiss" {onclick}>{ icon::cross() }</button>
            </div>
        }
    }

    /// The line above the field: what waits for the connection, or else who is typing.
    fn murmur(&self) -> String {
        let typing = self.state.current_room().map(|room| room.typing()).unwrap_or_default();
        match (self.state.is_online, self.state.waiting(), typing.as_slice()) {
            (false, 0, _) => "You can go on writing: it is sent when the connection is back.".to_owned(),
            (false, 1, _) => "1 message is sent when the connection is back.".to_owned(),
            (false, waiting, _) => format!("{waiting} messages are sent when the connection is back."),
            (true, _, []) => self.reaction().unwrap_or_default(),
            (true, _, [one]) => format!("{one} is typing…"),
            (true, _, [one, two]) => format!("{one} and {two} are typing…"),
            (true, _, _) => "Several people are typing…".to_owned(),
        }
    }

    /// The last reaction of somebody else.
    fn reaction(&self) -> Option<String> {
        let flying = self.state.flying().filter(|flying| flying.by.is_some()).last()?;
        Some(format!("{} sends {}", flying.by.as_ref()?, flying.reaction))
    }

    fn panel_classes(&self, name: &'static str, panel: Panel) -> Classes {
        classes!(name, (self.panel == Some(panel)).then_some("is-open"))
    }
}

/// The id of the button that opens the operator's drawer.
const OPERATE: &str = "operate";

/// The focus goes back to the button that opened a drawer, when that is closed.
fn give_back_focus(opener: &str, is_open: bool) -> bool {
    if let Some(opener) = browser::element(opener).filter(|_| !is_open) {
        let _ = opener.unchecked_into::<HtmlElement>().focus();
    }
    true
}
