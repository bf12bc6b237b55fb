//! The inspector: a timeline of what passes between the page and the server, decoded.
//!
//! [`timeline`] is what is known, as plain data; [`Record`] fills it from a client; [`drawer`] shows it.

use std::cell::RefCell;
use std::rc::Rc;

use parlor_client::{Client, ConnectionState, Direction, Listener};
use yew::Callback;

pub(crate) use drawer::Drawer;

use crate::browser;
use timeline::{Timeline, Way};

mod decode;
mod drawer;
mod timeline;

/// A timeline that is being written. Cloning gives another handle to the same one.
#[derive(Clone)]
pub(crate) struct Record(Rc<Inner>);

struct Inner {
    timeline: RefCell<Timeline>,
    /// Who is told when there is something new.
    reader: RefCell<Option<Callback<()>>>,
    listeners: RefCell<Vec<Listener>>,
}

impl PartialEq for Record {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.0, &other.0)
    }
}

impl Record {
    /// One of a client, with the ends of its socket in these namespaces.
    pub(crate) fn of(client: &Client, namespaces: &[&str]) -> Self {
        let record = Self(Rc::new(Inner {
            timeline: RefCell::default(),
            reader: RefCell::default(),
            listeners: RefCell::default(),
        }));
        let mut listeners = vec![record.packets(client), record.states(client)];
        for namespace in namespaces {
            listeners.extend(record.ends(client, namespace));
        }
        record.0.listeners.replace(listeners);
        record
    }

    fn packets(&self, client: &Client) -> Listener {
        let write = self.writer();
        client.on_packet(move |packet| {
            let way = match packet.direction() {
                Direction::Sent => Way::Sent,
                Direction::Received => Way::Received,
            };
            write(&|timeline| timeline.packet(way, packet.text(), packet.size_bytes(), browser::now()));
        })
    }

    fn states(&self, client: &Client) -> Listener {
        let write = self.writer();
        client.on_state(move |state| {
            let words = match state {
                ConnectionState::Connected { transport } => format!("connected by {}", transport.as_str()),
                ConnectionState::Reconnecting { attempt } => format!("attempt {attempt} to connect again"),
                _ => return,
            };
            write(&|timeline| timeline.note(words.clone(), browser::now()));
        })
    }

    fn ends(&self, client: &Client, namespace: &str) -> [Listener; 2] {
        let (socket, name) = (client.of(namespace), namespace.to_owned());
        let (end, error, refused) = (self.writer(), self.writer(), namespace.to_owned());
        [
            socket.on_disconnect(move |why| {
                let mut words = format!("out of {name}: {}", decode::reason(why.reason()));
                if let Some(more) = why.description() {
                    words = format!("{words} ({more})");
                }
                end(&|timeline| timeline.note(words.clone(), browser::now()));
            }),
            socket.on_connect_error(move |why| {
                error(&|timeline| timeline.note(format!("not in {refused}: {why}"), browser::now()));
            }),
        ]
    }

    /// Writes into the timeline, as long as there is one, and tells the reader.
    fn writer(&self) -> impl Fn(&dyn Fn(&mut Timeline)) + 'static {
        let inner = Rc::downgrade(&self.0);
        move |write| {
            let Some(inner) = inner.upgrade() else { return };
            write(&mut inner.timeline.borrow_mut());
            let reader = inner.reader.borrow().clone();
            if let Some(reader) = reader {
                reader.emit(());
            }
        }
    }
}
