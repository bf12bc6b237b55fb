//! The operator's drawer: a second namespace on the chat's own connection, behind a passphrase.

use std::rc::Rc;
use std::time::Duration;

use gloo_timers::callback::Interval;
use parlor_chat::admin::{CloseRoom, Enter, Figures, MIN_PASSPHRASE_CHARS, NAMESPACE, Numbers, SendAway};
use parlor_chat::{Event, Reply};
use parlor_client::{Client, ConnectErrorKind, Listener, Socket};
use web_sys::HtmlInputElement;
use yew::platform::spawn_local;
use yew::prelude::*;

/// How often the numbers are asked for, in milliseconds: as they change for people. The server looks at every socket for them.
const LOOK_EVERY: u32 = 2_000;
/// How long the server may take to answer.
const ANSWER_WITHIN: Duration = Duration::from_secs(10);

/// The operator's socket. Cloning gives another handle to the same one.
#[derive(Clone)]
pub(crate) struct Door(Rc<Socket>);

impl Door {
    /// On a client's connection. It is not knocked at before somebody types a passphrase.
    pub(crate) fn of(client: &Client) -> Self {
        Self(Rc::new(client.of(NAMESPACE)))
    }
}

impl PartialEq for Door {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.0, &other.0)
    }
}

#[derive(Properties, PartialEq)]
pub(crate) struct Props {
    pub(crate) door: Door,
    pub(crate) on_close: Callback<()>,
}

pub(crate) enum Msg {
    Enter,
    Entered,
    Refused(String),
    Out,
    Leave,
    Look,
    Seen(Figures),
    Close(String),
    SendAway(String),
    Done(String),
}

pub(crate) struct Admin {
    is_in: bool,
    is_knocking: bool,
    figures: Option<Figures>,
    word: String,
    passphrase: NodeRef,
    _listeners: [Listener; 3],
    _looks: Interval,
}

impl Component for Admin {
    type Message = Msg;
    type Properties = Props;

    fn create(ctx: &Context<Self>) -> Self {
        let socket = &ctx.props().door.0;
        let (entered, refused, out) = (
            ctx.link().callback(|()| Msg::Entered),
            ctx.link().callback(Msg::Refused),
            ctx.link().callback(|()| Msg::Out),
        );
        let listeners = [
            socket.on_connect(move || entered.emit(())),
            socket.on_connect_error(move |error| {
                // Others are about the connection, which the chat tells.
                if let ConnectErrorKind::Refused(refusal) = error.kind() {
                    refused.emit(refusal.message());
                }
            }),
            socket.on_disconnect(move |_| out.emit(())),
        ];
        let look = ctx.link().callback(|()| Msg::Look);
        let looks = Interval::new(LOOK_EVERY, move || look.emit(()));
        let is_in = socket.is_connected();
        if is_in {
            ctx.link().send_message(Msg::Look);
        }
        let (passphrase, word) = Default::default();
        Self {
            is_in,
            is_knocking: false,
            figures: None,
            word,
            passphrase,
            _listeners: listeners,
            _looks: looks,
        }
    }

    fn update(&mut self, ctx: &Context<Self>, msg: Msg) -> bool {
        match msg {
            Msg::Enter => self.enter(ctx),
            Msg::Entered => {
                (self.is_in, self.is_knocking) = (true, false);
                self.word.clear();
                ctx.link().send_message(Msg::Look);
            }
            Msg::Refused(why) => {
                self.is_knocking = false;
                self.word = in_words(&why);
            }
            Msg::Out => (self.is_in, self.figures) = (false, None),
            Msg::Leave => ctx.props().door.0.disconnect(),
            Msg::Look if !self.is_in => return false,
            Msg::Look => ask(ctx, &Numbers {}, Msg::Seen),
            Msg::Seen(figures) => self.figures = Some(figures),
            Msg::Close(room) => {
                let done = format!("sent away from #{room}");
                ask(ctx, &CloseRoom { room }, move |count| Msg::Done(format!("{count} {done}")));
            }
            Msg::SendAway(id) => ask(ctx, &SendAway { id }, |count| Msg::Done(format!("{count} sent away"))),
            Msg::Done(word) => {
                self.word = word;
                ctx.link().send_message(Msg::Look);
            }
        }
        true
    }

    fn view(&self, ctx: &Context<Self>) -> Html {
        let on_close = ctx.props().on_close.clone();
        let onkeydown = {
            let on_close = on_close.clone();
            Callback::from(move |event: KeyboardEvent| {
                if event.key() == "Escape" {
                    event.stop_propagation();
                    on_close.emit(());
                }
            })
        };
        html! {
            <section id="admin" class="inspector admin" aria-label="Operator" {onkeydown}>
                <div class="inspector-tools">
                    <h2>{ "Operator" }</h2>
                    <span class="note" role="status">{ self.word.clone() }</span>
                    if self.is_in {
                        <button class="quiet" onclick={ctx.link().callback(|_| Msg::Leave)}>{ "Leave" }</button>
                    }
                    <button class="quiet" onclick={on_close.reform(|_| ())}>{ "Close" }</button>
                </div>
                { if self.is_in { self.house(ctx) } else { self.gate(ctx) } }
            </section>
        }
    }

    fn rendered(&mut self, _ctx: &Context<Self>, first_render: bool) {
        if first_render && let Some(field) = self.passphrase.cast::<HtmlInputElement>() {
            let _ = field.focus();
        }
    }
}

impl Admin {
    fn enter(&mut self, ctx: &Context<Self>) {
        let Some(field) = self.passphrase.cast::<HtmlInputElement>().filter(|_| !self.is_knocking) else {
            return;
        };
        let socket = &ctx.props().door.0;
        // An object with a text in it is one.
        let _ = socket.set_auth(&Enter { passphrase: field.value() });
        field.set_value("");
        self.is_knocking = true;
        "It is being tried…".clone_into(&mut self.word);
        socket.connect();
    }

    fn gate(&self, ctx: &Context<Self>) -> Html {
        let onsubmit = ctx.link().callback(|event: SubmitEvent| {
            event.prevent_default();
            Msg::Enter
        });
        html! {
            <form class="admin-gate" {onsubmit}>
                <label for="passphrase">{ "Passphrase" }</label>
                <input id="passphrase" type="password" ref={self.passphrase.clone()} autocomplete="off" required=true
                    minlength={MIN_PASSPHRASE_CHARS.to_string()} aria-describedby="passphrase-note" />
                <button class="quiet">{ "Enter" }</button>
                <p id="passphrase-note" class="note">
                    { "The first line of the file that the server was given with --admin-passphrase-file. This is a second namespace on the connection that is there already." }
                </p>
            </form>
        }
    }

    fn house(&self, ctx: &Context<Self>) -> Html {
        let Some(figures) = &self.figures else { return html! { <p class="empty">{ "One moment…" }</p> } };
        let link = ctx.link();
        let number = |name: &str, value: u64| {
            html! { <div><dt>{ name.to_owned() }</dt><dd>{ value }</dd></div> }
        };
        html! {
            <div class="admin-house" tabindex="0" role="group" aria-label="Numbers">
                <dl>
                    { number("Connections", figures.connections) }
                    { number("Events in", figures.events_in) }
                    { number("Events out", figures.events_out) }
                </dl>
                <h3>{ "Rooms" }</h3>
                <ul aria-label="Rooms with people">
                    { for figures.rooms.iter().map(|room| row(&format!("#{}", room.name), &format!("{} here", room.sockets),
                        "Send all away", link.callback({ let name = room.name.clone(); move |_| Msg::Close(name.clone()) }))) }
                </ul>
                <h3>{ "Sockets" }</h3>
                <ul aria-label="Sockets">
                    { for figures.sockets.iter().map(|socket| row(&socket.id, &socket.transport,
                        "Send away", link.callback({ let id = socket.id.clone(); move |_| Msg::SendAway(id.clone()) }))) }
                </ul>
            </div>
        }
    }
}

fn row(name: &str, detail: &str, verb: &'static str, onclick: Callback<MouseEvent>) -> Html {
    html! {
        <li key={name.to_owned()}>
            <code>{ name.to_owned() }</code><span class="note">{ detail.to_owned() }</span>
            <button class="quiet" aria-label={format!("{verb}: {name}")} {onclick}>{ verb }</button>
        </li>
    }
}

/// Asks the server, and passes on what it answers; when it does not, the next look shows how things are.
fn ask<E, T>(ctx: &Context<Admin>, event: &E, answered: impl FnOnce(T) -> Msg + 'static)
where
    E: Event<Ack = Reply<T>>,
    T: serde::de::DeserializeOwned + 'static,
{
    let asked = ctx.props().door.0.timeout(ANSWER_WITHIN).emit_with_ack::<Reply<T>>(E::NAME, event);
    let link = ctx.link().clone();
    spawn_local(async move {
        match asked.await {
            Ok(Reply::Ok(answer)) => link.send_message(answered(answer)),
            Ok(Reply::Refused(refusal)) => link.send_message(Msg::Done(refusal.message)),
            Err(_) => {}
        }
    });
}

/// Why the server does not let somebody in.
fn in_words(why: &str) -> String {
    match why {
        "Invalid namespace" => {
            "This server has no operator: it was started without --admin-passphrase-file".to_owned()
        }
        why => format!("Refused: {why}"),
    }
}

#[cfg(test)]
mod tests {
    use super::in_words;

    #[test]
    fn refusal_is_told_in_words() {
        assert_eq!(in_words("this is not the passphrase"), "Refused: this is not the passphrase");
        assert!(in_words("Invalid namespace").ends_with("without --admin-passphrase-file"));
    }
}
