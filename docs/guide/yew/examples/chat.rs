//! The guide's whole page, in Yew.

use std::cell::RefCell;
use std::rc::Rc;

use parlor_client::Client;
use parlor_client::hooks::{ClientProvider, use_emit, use_event, use_fold, use_socket};
use serde::Serialize;
use web_sys::HtmlInputElement;
use yew::prelude::*;

#[derive(Clone, PartialEq, Properties)]
struct LineProps {
    label: AttrValue,
    sent: Callback<String>,
}

/// A field, and what was written in it when that is sent.
#[component]
fn Line(props: &LineProps) -> Html {
    let field = use_node_ref();
    let onsubmit = {
        let (field, sent) = (field.clone(), props.sent.clone());
        move |event: SubmitEvent| {
            event.prevent_default();
            if let Some(input) = field.cast::<HtmlInputElement>() {
                sent.emit(input.value());
                input.set_value("");
            }
        }
    };
    html! { <form {onsubmit}><label>{ &props.label }<input ref={field} /></label></form> }
}

// [hello]
/// What we say of ourselves at each connection.
#[derive(Serialize)]
struct Hello {
    name: String,
    rooms: Vec<String>,
}

#[derive(Clone, PartialEq, Properties)]
struct HomeProps {
    name: String,
}

#[component]
fn Home(props: &HomeProps) -> Html {
    let rooms = use_mut_ref(|| vec!["lobby".to_owned()]);
    let client = use_memo(props.name.clone(), |name| {
        let (name, rooms) = (name.clone(), Rc::clone(&rooms));
        // Asked anew at every connection: whoever comes back is in its rooms again.
        let hello = move || Hello { name: name.clone(), rooms: rooms.borrow().clone() };
        Client::builder("http://127.0.0.1:3000").auth_with(hello).build().expect("a good address")
    });
    html! {
        <ClientProvider client={(*client).clone()}><Rooms {rooms} /><Whispers /><Staff /></ClientProvider>
    }
}
// [/hello]

// [rooms]
#[derive(Clone, PartialEq, Properties)]
struct RoomsProps {
    rooms: Rc<RefCell<Vec<String>>>,
}

#[component]
fn Rooms(props: &RoomsProps) -> Html {
    let socket = use_socket("/");
    let here = use_state(|| "lobby".to_owned());
    let lines = use_fold(&socket, "said", Vec::new, |lines, (room, name, text): (String, String, String)| {
        lines.push(format!("{room}, {name}: {text}"));
    });
    let join = use_emit::<String>(&socket, "join");
    let joined = {
        let (rooms, here) = (Rc::clone(&props.rooms), here.clone());
        move |room: String| {
            rooms.borrow_mut().push(room.clone());
            here.set(room.clone());
            let _ = join.emit(room);
        }
    };
    let say = use_emit::<(String, String)>(&socket, "say");
    let said = {
        let room = (*here).clone();
        move |text| drop(say.emit((room.clone(), text)))
    };
    html! {
        <>
            <h2>{ &*here }</h2>
            <Line label="Join" sent={joined} />
            <Line label="Say" sent={said} />
            <ul>{ for lines.iter().map(|line| html! { <li>{ line }</li> }) }</ul>
        </>
    }
}
// [/rooms]

// [whispers]
#[component]
fn Whispers() -> Html {
    let socket = use_socket("/");
    let to = use_state(String::new);
    let lines = use_fold(&socket, "whispered", Vec::new, |lines, (name, text): (String, String)| {
        lines.push(format!("{name} whispers: {text}"));
    });
    let whisper = use_emit::<(String, String)>(&socket, "whisper");
    let whispered = {
        let to = (*to).clone();
        move |text| drop(whisper.emit((to.clone(), text)))
    };
    html! {
        <>
            <h2>{ "to " }{ &*to }</h2>
            <Line label="Turn to" sent={move |name| to.set(name)} />
            <Line label="Whisper" sent={whispered} />
            <ul>{ for lines.iter().map(|line| html! { <li>{ line }</li> }) }</ul>
        </>
    }
}
// [/whispers]

// [staff]
#[derive(Clone, PartialEq, Serialize, Properties)]
struct Key {
    passphrase: String,
}

#[component]
fn Staff() -> Html {
    let key = use_state(|| None::<Key>);
    let news = use_state(String::new);
    let socket = use_socket("/");
    use_event(&socket, "announced", {
        let news = news.setter();
        move |text: String| news.set(text)
    });
    let entered = {
        let key = key.clone();
        move |passphrase| key.set(Some(Key { passphrase }))
    };
    html! {
        <>
            <Line label="Passphrase" sent={entered} />
            if let Some(key) = &*key { <Desk key={key.passphrase.clone()} ..key.clone() /> }
            <p>{ "to everybody: " }{ &*news }</p>
        </>
    }
}

/// What only the staff has; it is in `/staff` as long as it is shown.
#[component]
fn Desk(key: &Key) -> Html {
    let refused = use_state(|| None);
    let staff = use_socket("/staff");
    // In time: it connects when this has been rendered.
    use_memo((staff.clone(), key.clone()), |(staff, key)| staff.set_auth(key));
    use_effect_with(staff.clone(), {
        let refused = refused.setter();
        move |staff| {
            let guard = staff.on_connect_error(move |error| refused.set(Some(error.to_string())));
            move || drop(guard)
        }
    });
    let announce = use_emit::<String>(&staff, "announce");
    match &*refused {
        Some(reason) => html! { <p>{ reason }</p> },
        None => html! { <Line label="Announce" sent={move |text| drop(announce.emit(text))} /> },
    }
}
// [/staff]

#[component]
fn App() -> Html {
    let name = use_state(|| None::<String>);
    match (*name).clone() {
        Some(name) => html! { <Home {name} /> },
        None => html! { <Line label="Name" sent={move |text| name.set(Some(text))} /> },
    }
}

fn main() {
    yew::Renderer::<App>::new().render();
}
