//! The hooks in a browser, in a fake world: what happens in one frame is what a test says.

use std::cell::{Cell, RefCell};
use std::future::poll_fn;
use std::rc::Rc;
use std::task::Poll;

use ::yew::prelude::*;
use ::yew::{AppHandle, Renderer};
use gloo_timers::future::TimeoutFuture;
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

use super::*;
use crate::Client;
use crate::connection::Settings;
use crate::fake::Fake;

wasm_bindgen_test_configure!(run_in_browser);

/// A client in a fake world.
fn fake() -> (Client, Fake) {
    Fake::client(Settings { auth: None, max_buffered_bytes: 1000 })
}

/// Longer than a frame lasts in any browser that is not hidden.
async fn frame() {
    let passed = Rc::new(Cell::new(false));
    let _frame = gloo_render::request_animation_frame({
        let passed = Rc::clone(&passed);
        move |_| passed.set(true)
    });
    while !passed.get() {
        TimeoutFuture::new(1).await;
    }
    // What the frame has asked for is rendered behind it.
    TimeoutFuture::new(0).await;
}

/// Lets everything run that is ready to.
async fn turn() {
    let mut turned = false;
    poll_fn(|context| {
        if std::mem::replace(&mut turned, true) {
            return Poll::Ready(());
        }
        context.waker().wake_by_ref();
        Poll::Pending
    })
    .await;
}

#[derive(Clone, PartialEq, Properties)]
struct Probe {
    client: Client,
    /// What each render has seen.
    seen: Seen,
}

/// The values of all renders.
#[derive(Clone, Default)]
struct Seen(Rc<RefCell<Vec<Vec<u32>>>>);

impl PartialEq for Seen {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.0, &other.0)
    }
}

#[component]
fn Numbers(props: &Probe) -> Html {
    html! { <ClientProvider client={props.client.clone()}><Inner ..props.clone() /></ClientProvider> }
}

#[component]
fn Inner(props: &Probe) -> Html {
    let socket = use_socket("/");
    let numbers = use_fold(&socket, "number", Vec::new, |numbers, number: u32| numbers.push(number));
    props.seen.0.borrow_mut().push((*numbers).clone());
    html! { { numbers.len() } }
}

async fn mounted(client: &Client) -> (AppHandle<Numbers>, Seen) {
    let seen = Seen::default();
    let props = Probe { client: client.clone(), seen: seen.clone() };
    let document = gloo_utils::document();
    let root = document.create_element("div").expect("a div");
    document.body().expect("a body").append_child(&root).expect("a place");
    let app = Renderer::<Numbers>::with_root_and_props(root, props).render();
    frame().await;
    (app, seen)
}

#[wasm_bindgen_test]
async fn a_thousand_events_in_one_frame_render_once_and_none_is_lost() {
    let (client, fake) = fake();
    let (app, seen) = mounted(&client).await;
    fake.join();
    frame().await;
    seen.0.borrow_mut().clear();
    for number in 0..1000 {
        fake.receive(&format!(r#"42["number",{number}]"#));
        // Time enough to render, within the frame.
        turn().await;
    }
    frame().await;
    let renders = seen.0.take();
    assert_eq!(renders.len(), 1);
    assert_eq!(renders[0], (0..1000).collect::<Vec<u32>>());
    app.destroy();
}

#[wasm_bindgen_test]
async fn events_of_several_frames_render_once_each() {
    let (client, fake) = fake();
    let (app, seen) = mounted(&client).await;
    fake.join();
    frame().await;
    seen.0.borrow_mut().clear();
    for number in 0..3 {
        fake.receive(&format!(r#"42["number",{number}]"#));
        frame().await;
    }
    assert_eq!(seen.0.take(), [vec![0], vec![0, 1], vec![0, 1, 2]]);
    app.destroy();
}

#[wasm_bindgen_test]
async fn nobody_listens_and_nothing_is_connected_when_the_component_is_gone() {
    let (client, fake) = fake();
    let (app, seen) = mounted(&client).await;
    fake.join();
    frame().await;
    assert!(client.of("/").is_connected());
    fake.receive(r#"42["number",1]"#);
    app.destroy();
    frame().await;
    seen.0.borrow_mut().clear();
    fake.receive(r#"42["number",2]"#);
    frame().await;
    assert!(!client.of("/").is_active());
    assert!(seen.0.borrow().is_empty(), "a component that is gone was rendered");
}
