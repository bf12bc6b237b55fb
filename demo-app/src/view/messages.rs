//! The log of a room: what was said, by whom, and whether the server has it.

use std::rc::Rc;

use parlor_chat::{File, MessageId};
use yew::prelude::*;

use crate::browser;
use crate::connection::Request;
use crate::state::{Action, Draft, Line, Log, Room};

use super::face::{Face, hue};
use super::file::Attachment;
use super::revise::{Choices, Revise};
use super::window::{self, left_out};
use super::words::Words;
use super::{icon, time};

/// Messages of one author that follow each other within this time, in milliseconds, stand under one name.
const ONE_BREATH: u64 = 5 * 60 * 1_000;

/// Of how many of the last messages the images are fetched without being asked for: about a screen.
const EAGER: usize = 10;

#[derive(Properties, PartialEq)]
pub(crate) struct Props {
    pub(crate) room: Rc<Room>,
    pub(crate) me: AttrValue,
    /// The person wants to read what was said before.
    pub(crate) on_older: Callback<()>,
    /// The message that the person is changing.
    pub(crate) in_hand: Option<MessageId>,
    pub(crate) on_action: Callback<Action>,
    pub(crate) on_fetch: Callback<Rc<Request>>,
}

#[component]
pub(crate) fn Messages(props: &Props) -> Html {
    let log = &props.room.log;
    let from = use_state(|| None);
    let places: Vec<_> = log.lines().iter().map(Line::place).collect();
    let left_out = left_out(&places, *from);
    let stored = log.lines().iter().skip(left_out).map(|line| Shown::of_line(line, &props.room));
    let drafts = log.drafts().iter().map(|draft| Shown::of_draft(draft, &props.me));
    let names = Rc::new(names(props));
    let mut above: Option<Shown<'_>> = None;
    let now = browser::now();
    let mut rows = Vec::new();
    for message in stored.chain(drafts) {
        rows.extend(message.day_break(above.as_ref(), now));
        if is_first_news(&message, above.as_ref(), &props.room) {
            rows.push(html! { <li key="news" class="divider news"><span>{ "New messages" }</span></li> });
        }
        if message.is_recovered && above.as_ref().is_none_or(|above| !above.is_recovered) {
            rows.push(recovered(&message, log));
        }
        rows.push(message.row(above.as_ref(), &names, props));
        above = Some(message);
    }
    let (sign, label) = props.room.label();
    let past = &props.room.past;
    let onclick = {
        let (from, on_older) = (from.clone(), props.on_older.clone());
        let widened = window::widened(&places, *from);
        Callback::from(move |_: MouseEvent| {
            from.set(widened);
            if left_out == 0 {
                on_older.emit(());
            }
        })
    };
    html! {
        // The style sheet turns the column around, so that it keeps to its end while more is said.
        <div class="log" role="log" aria-label={format!("Messages in {sign}{label}")} tabindex="0">
            if rows.is_empty() {
                <p class="empty">{ format!("It is quiet in {sign}{label}. Say hello!") }</p>
            }
            <ol>
                if left_out > 0 || (past.has_more && !log.is_full()) {
                    <li key="older" class="older">
                        <button class="quiet" disabled={past.is_asked()} {onclick}>{ "Show older messages" }</button>
                    </li>
                }
                { for rows }
            </ol>
        </div>
    }
}

/// Who can be mentioned: who is here, and this person.
fn names(props: &Props) -> Vec<String> {
    let here = props.room.members.iter().map(|member| member.nickname.clone());
    here.chain([props.me.to_string()]).collect()
}

/// A message, stored or not.
struct Shown<'a> {
    id: &'a str,
    author: &'a str,
    text: &'a str,
    time: u64,
    delivery: Delivery<'a>,
    is_recovered: bool,
    is_edited: bool,
    file: Option<&'a File>,
    /// `(epoch, seq)`; `None` until it is stored.
    place: Option<(u64, u64)>,
}

/// Whether this is the first message that came while the person did not look.
fn is_first_news(message: &Shown<'_>, above: Option<&Shown<'_>>, room: &Room) -> bool {
    let is_news =
        |shown: &Shown<'_>| room.news_after.zip(shown.place).is_some_and(|(after, place)| place > after);
    is_news(message) && !above.is_some_and(is_news)
}

/// Says before the first of those that were missed how many the history has brought.
fn recovered(first: &Shown<'_>, log: &Log) -> Html {
    let from = log.lines().iter().skip_while(|line| line.id != first.id);
    let count = from.take_while(|line| line.is_recovered).count();
    html! {
        <li key={format!("recovered before {}", first.id)} class="divider recovered">
            <span>{ format!("{count} recovered") }</span>
        </li>
    }
}

enum Delivery<'a> {
    /// By somebody else.
    None,
    Waiting,
    Stored,
    Seen,
    Refused(&'a str),
}

impl<'a> Shown<'a> {
    fn of_line(line: &'a Line, room: &Room) -> Self {
        let Line { id, author, text, stored, is_mine, revision, file, is_recovered } = line;
        let delivery = match *is_mine {
            false => Delivery::None,
            true if room.is_seen(line) => Delivery::Seen,
            true => Delivery::Stored,
        };
        Self {
            id,
            author,
            text,
            time: stored.time,
            delivery,
            is_recovered: *is_recovered,
            is_edited: *revision > 0,
            file: file.as_ref(),
            place: Some(line.place()),
        }
    }

    fn of_draft(draft: &'a Draft, me: &'a str) -> Self {
        let delivery = draft.trouble.as_deref().map_or(Delivery::Waiting, Delivery::Refused);
        let (id, text) = (draft.id.as_str(), draft.text.as_str());
        Self {
            id,
            author: me,
            text,
            time: draft.time,
            delivery,
            is_recovered: false,
            is_edited: false,
            file: None,
            place: None,
        }
    }

    fn day_break(&self, above: Option<&Self>, now: u64) -> Option<Html> {
        let day = time::day(self.time, now);
        let is_new = above.is_none_or(|above| time::day(above.time, now) != day);
        is_new.then(
            || html! { <li key={format!("day before {}", self.id)} class="divider day"><span>{ day }</span></li> },
        )
    }

    fn row(&self, above: Option<&Self>, names: &Rc<Vec<String>>, props: &Props) -> Html {
        let goes_on = above.is_some_and(|above| {
            above.author == self.author && self.time.saturating_sub(above.time) < ONE_BREATH
        });
        html! {
            <li key={self.id.to_owned()} class={classes!("message", goes_on.then_some("goes-on"))} data-id={self.id.to_owned()}>
                if goes_on {
                    <span class="hidden">{ self.author.to_owned() }</span>
                } else {
                    <Face nickname={self.author.to_owned()} />
                    <span class="author" style={hue(self.author)}>{ self.author.to_owned() }</span>
                }
                <time datetime={time::machine(self.time)}>{ time::clock(self.time) }</time>
                { self.said(names, props) }
                { self.delivery.tick() }
            </li>
        }
    }
}

impl Shown<'_> {
    fn said(&self, names: &Rc<Vec<String>>, props: &Props) -> Html {
        if self.text.is_empty() {
            return html! { <p class="text gone">{ "This message was deleted." }</p> };
        }
        let is_own = matches!(self.delivery, Delivery::Stored | Delivery::Seen);
        let own = is_own.then(|| MessageId::parse(self.id).ok()).flatten();
        let (text, on_action) = (self.text.to_owned(), props.on_action.clone());
        match own {
            Some(id) if props.in_hand.as_ref() == Some(&id) => html! { <Revise {id} {text} {on_action} /> },
            own => html! {
                <>
                    { self.attachment(props) }
                    <Words text={text.clone()} {names} me={props.me.clone()} is_edited={self.is_edited} />
                    if let Some(id) = own {
                        <Choices {id} {text} {on_action} />
                    }
                </>
            },
        }
    }
}

impl Shown<'_> {
    /// Only of what is stored: before, it is on its way there.
    fn attachment(&self, props: &Props) -> Html {
        let (Some(file), Some(_)) = (self.file, self.place) else { return Html::default() };
        let (room, on_fetch) = (props.room.name.clone(), props.on_fetch.clone());
        let is_latest = props.room.log.lines().iter().rev().take(EAGER).any(|line| line.id == self.id);
        html! { <Attachment {room} id={self.id.to_owned()} file={file.clone()} {is_latest} {on_fetch} /> }
    }
}

impl Delivery<'_> {
    fn tick(&self) -> Html {
        let (state, words, icon) = match self {
            Self::None => return Html::default(),
            Self::Waiting => ("pending", "waiting to be delivered", icon::waiting()),
            Self::Stored => ("stored", "delivered", icon::stored()),
            Self::Seen => ("seen", "seen", icon::seen()),
            Self::Refused(why) => ("refused", *why, icon::refused()),
        };
        let is_refused = matches!(self, Self::Refused(_));
        html! {
            <span class="tick" data-state={state} title={words.to_owned()}>
                { icon }
                <span class={(!is_refused).then_some("hidden")}>{ words.to_owned() }</span>
            </span>
        }
    }
}
