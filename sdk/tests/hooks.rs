//! The hooks in components of a page, against a real server: see `client.rs`.
#![cfg(all(target_arch = "wasm32", feature = "yew"))]
#![expect(clippy::unwrap_used, reason = "a test may")]

#[path = "client/browser.rs"]
#[expect(dead_code, reason = "what the others need")]
mod platform;
#[path = "client/support.rs"]
#[expect(dead_code, reason = "what the others need")]
mod support;

use parlor_client::hooks::{Connection, use_connection, use_emit, use_event, use_socket};
use parlor_client::{Client, ConnectionState, TransportKind, hooks::ClientProvider};
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};
use yew::prelude::*;
use yew::{AppHandle, Renderer};

use self::support::{Signal, client};

wasm_bindgen_test_configure!(run_in_browser);

/// What components have to say to a test.
#[derive(Debug, PartialEq)]
enum Said {
    Connected(Option<String>),
    Echo(usize, String),
    Connection(Connection),
}

#[derive(Clone, PartialEq, Properties)]
struct Props {
    client: Client,
    said: Callback<Said>,
    /// The page that is shown; none for an empty screen.
    page: Option<usize>,
}

#[component]
fn App(props: &Props) -> Html {
    html! {
        <ClientProvider client={props.client.clone()}>
            if let Some(page) = props.page {
                <Page key={page} ..Props { page: Some(page), ..props.clone() } />
            }
        </ClientProvider>
    }
}

/// Says what it hears, with the number of clicks that it has seen by then.
#[component]
fn Page(props: &Props) -> Html {
    let socket = use_socket("/custom");
    let clicks = use_state(|| 0_usize);
    let say = use_emit::<String>(&socket, "echo");
    let connection = use_connection();
    use_effect_with(connection, {
        let said = props.said.clone();
        move |connection| said.emit(Said::Connection(*connection))
    });
    use_effect_with(socket.clone(), {
        let said = props.said.clone();
        move |socket| {
            if socket.is_connected() {
                said.emit(Said::Connected(socket.id()));
            }
            let id = socket.clone();
            let guard = socket.on_connect(move || said.emit(Said::Connected(id.id())));
            move || drop(guard)
        }
    });
    use_event(&socket, "echo", {
        let (said, clicks) = (props.said.clone(), *clicks);
        move |text: String| said.emit(Said::Echo(clicks, text))
    });
    let onclick = move |_| {
        let click = *clicks + 1;
        clicks.set(click);
        say.emit(format!("click {click}")).unwrap();
    };
    html! { <button id={format!("page-{}", props.page.unwrap_or_default())} {onclick}>{ "Say" }</button> }
}

struct Mounted {
    app: AppHandle<App>,
    client: Client,
    said: Signal<Said>,
}

impl Mounted {
    fn new() -> Self {
        let client = client(&[TransportKind::WebSocket]);
        let said = Signal::new();
        let document = gloo_utils::document();
        let root = document.create_element("div").unwrap();
        document.body().unwrap().append_child(&root).unwrap();
        let props = Self::props(&client, &said, Some(1));
        Self { app: Renderer::<App>::with_root_and_props(root, props).render(), client, said }
    }

    fn props(client: &Client, said: &Signal<Said>, page: Option<usize>) -> Props {
        let said = said.clone();
        Props { client: client.clone(), said: Callback::from(move |it| said.put(it)), page }
    }

    fn show(&mut self, page: Option<usize>) {
        self.app.update(Self::props(&self.client, &self.said, page));
    }

    /// The next of these that a component says.
    async fn next<T>(&self, what: &str, pick: impl Fn(Said) -> Option<T>) -> T {
        loop {
            if let Some(found) = pick(self.said.next(what).await) {
                return found;
            }
        }
    }

    async fn id(&self) -> Option<String> {
        self.next("the connection", |said| match said {
            Said::Connected(id) => Some(id),
            _ => None,
        })
        .await
    }
}

#[wasm_bindgen_test]
async fn a_namespace_stays_connected_from_page_to_page_and_leaves_with_the_last() {
    let mut mounted = Mounted::new();
    let first = mounted.id().await;
    assert!(first.is_some());
    mounted.show(Some(2));
    assert_eq!(mounted.id().await, first);
    let gone = Signal::new();
    let _guard = mounted.client.on_state(gone.receiver());
    mounted.show(None);
    assert_eq!(gone.next("the end").await, ConnectionState::Idle);
    mounted.show(Some(3));
    let second = mounted.id().await;
    assert!(second.is_some() && second != first, "{second:?}");
    mounted.app.destroy();
}

#[wasm_bindgen_test]
async fn a_callback_sees_what_its_component_knows_now() {
    let mounted = Mounted::new();
    mounted.id().await;
    for click in 1..=3 {
        let button = gloo_utils::document().query_selector("#page-1").unwrap().unwrap();
        wasm_bindgen::JsCast::unchecked_into::<web_sys::HtmlElement>(button).click();
        let echo = mounted
            .next("the echo", |said| match said {
                Said::Echo(clicks, text) => Some((clicks, text)),
                _ => None,
            })
            .await;
        assert_eq!(echo, (click, format!("click {click}")));
    }
    mounted.app.destroy();
}

#[wasm_bindgen_test]
async fn a_component_knows_how_the_connection_fares() {
    let mounted = Mounted::new();
    mounted.id().await;
    let of = |transport| {
        move |said| match said {
            Said::Connection(connection) if connection.transport == transport => Some(connection),
            _ => None,
        }
    };
    let socket = mounted.client.of("/custom");
    let _: u32 = support::within("an answer", socket.emit_with_ack("echo", &1)).await.unwrap();
    let connection = mounted
        .next("the latency", |said| {
            of(Some(TransportKind::WebSocket))(said).filter(|it| it.latency.is_some())
        })
        .await;
    assert_eq!(connection.state, ConnectionState::Connected { transport: TransportKind::WebSocket });
    mounted.client.disconnect();
    let connection = mounted.next("the end", of(None)).await;
    assert_eq!(connection.state, ConnectionState::Idle);
    mounted.app.destroy();
}
