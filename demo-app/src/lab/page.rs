//! The lab's page: the clients, the lines, and what came of the last one.

use std::rc::Rc;

use parlor_chat::lab::{self, Line, SEATS};
use yew::platform::spawn_local;
use yew::prelude::*;

use super::lines::{self, ClientLine};
use super::result::ResultOf;
use super::run::{Received, Run};
use super::table::{ALL_SEATED, News, Speaker, Table};
use crate::browser::{self, Address};
use crate::state::Link;

pub(crate) enum Msg {
    News(News),
    Say(Saying),
    Ran(Run),
}

/// A line under way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Saying {
    speaker: Speaker,
    name: String,
    code: String,
    promised: Received,
}

pub(crate) struct Lab {
    table: Option<Rc<Table>>,
    links: [Link; SEATS.len()],
    /// How many sockets are in.
    seated: usize,
    trouble: Option<String>,
    /// Those of the server, when it has told them.
    lines: Vec<Line>,
    client_lines: Vec<ClientLine>,
    last: Option<(Saying, Option<Run>)>,
}

impl Component for Lab {
    type Message = Msg;
    type Properties = ();

    fn create(ctx: &Context<Self>) -> Self {
        let tell = ctx.link().callback(Msg::News);
        let id = browser::random_hex::<{ lab::ID_CHARS / 2 }>().unwrap_or_default();
        let (table, trouble) = match Table::lay(&id, &Address::of_page(), &tell) {
            Ok(table) => (Some(Rc::new(table)), None),
            Err(error) => (None, Some(error.to_string())),
        };
        let links = [Link::Connecting; SEATS.len()];
        Self { table, links, seated: 0, trouble, lines: Vec::new(), client_lines: lines::all(), last: None }
    }

    fn update(&mut self, ctx: &Context<Self>, msg: Msg) -> bool {
        match msg {
            Msg::News(News::Link(at, link)) => {
                if let Some(shown) = self.links.get_mut(at) {
                    *shown = link;
                }
            }
            Msg::News(News::Seated(true)) => self.seated(ctx),
            Msg::News(News::Seated(false)) => self.seated = self.seated.saturating_sub(1),
            Msg::News(News::Refused(why)) => self.trouble = Some(why),
            Msg::News(News::Lines(lines)) => self.lines = lines,
            Msg::Say(saying) => return self.say(ctx, saying),
            Msg::Ran(run) => {
                if let Some((_, last)) = &mut self.last {
                    *last = Some(run);
                }
            }
        }
        true
    }

    fn view(&self, ctx: &Context<Self>) -> Html {
        html! {
            <div class="lab">
                <header class="bar">
                    <a class="quiet" href="./">{ "← Chat" }</a>
                    <h1>{ "The emit lab" }</h1>
                    <p class="lab-state" role="status">{ self.state() }</p>
                </header>
                <div class="lab-columns">
                    <main class="lab-lines" aria-label="Lines">
                        <p class="lead">
                            { "Every way to emit. Press a line: it is said now, over three real connections of this page. The code beside it is the code that runs." }
                        </p>
                        <h2>{ "Said by the server, in the name of A" }</h2>
                        if self.lines.is_empty() {
                            <p class="empty">{ "The server has not told its lines yet." }</p>
                        }
                        <ul>{ for self.lines.iter().map(|line| self.server_line(ctx, line)) }</ul>
                        <h2>{ "Said by a client: A" }</h2>
                        <ul>{ for self.client_lines.iter().map(|line| self.client_line(ctx, line)) }</ul>
                    </main>
                    <aside class="lab-result" tabindex="0" aria-label="What came of it">
                        <ResultOf links={self.links} name={self.last.as_ref().map(|(saying, _)| saying.name.clone())}
                            promised={self.last.as_ref().map(|(saying, _)| saying.promised.clone()).unwrap_or_default()}
                            run={self.last.as_ref().and_then(|(_, run)| run.clone())} />
                    </aside>
                </div>
            </div>
        }
    }
}

impl Lab {
    fn seated(&mut self, ctx: &Context<Self>) {
        self.seated += 1;
        if !self.is_ready() {
            return;
        }
        self.trouble = None;
        if let Some(table) = self.table.clone().filter(|_| self.lines.is_empty()) {
            let tell = ctx.link().callback(Msg::News);
            spawn_local(async move {
                if let Some(lines) = table.lines().await {
                    tell.emit(News::Lines(lines));
                }
            });
        }
    }

    fn is_ready(&self) -> bool {
        self.seated == ALL_SEATED
    }

    fn is_busy(&self) -> bool {
        matches!(self.last, Some((_, None)))
    }

    fn say(&mut self, ctx: &Context<Self>, saying: Saying) -> bool {
        let Some(table) = self.table.clone().filter(|_| self.is_ready() && !self.is_busy()) else {
            return false;
        };
        let (speaker, name) = (saying.speaker.clone(), saying.name.clone());
        self.last = Some((saying, None));
        let ran = ctx.link().callback(Msg::Ran);
        spawn_local(async move { ran.emit(table.run(&speaker, &name).await) });
        true
    }

    fn state(&self) -> String {
        match (&self.trouble, self.is_ready()) {
            (Some(trouble), _) => trouble.clone(),
            (None, true) => "Three clients are connected".to_owned(),
            (None, false) => "Connecting…".to_owned(),
        }
    }

    fn server_line(&self, ctx: &Context<Self>, line: &Line) -> Html {
        let promised = Received::once(&line.root, &line.custom);
        let saying =
            Saying { speaker: Speaker::Server, name: line.name.clone(), code: line.code.clone(), promised };
        self.row(ctx, saying, &line.whom)
    }

    fn client_line(&self, ctx: &Context<Self>, line: &ClientLine) -> Html {
        let (name, code) = (line.name.to_owned(), line.code.clone());
        self.row(
            ctx,
            Saying { speaker: Speaker::Client, name, code, promised: Received::by_server() },
            line.whom,
        )
    }

    fn row(&self, ctx: &Context<Self>, saying: Saying, whom: &str) -> Html {
        let is_last = self.last.as_ref().is_some_and(|(last, _)| *last == saying);
        let code = saying.code.clone();
        let name = saying.name.clone();
        let onclick = ctx.link().callback(move |_| Msg::Say(saying.clone()));
        // Not disabled while it is of no use: the focus would be lost.
        html! {
            <li key={code.clone()} class={classes!("lab-line", is_last.then_some("is-last"))}>
                <button class="lab-say" {onclick} aria-disabled={(!self.is_ready()).to_string()}
                    aria-current={is_last.then_some("true")}>{ name }</button>
                <code>{ code }</code>
                <p class="note">{ whom.to_owned() }</p>
            </li>
        }
    }
}
