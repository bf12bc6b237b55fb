//! Broadcasts of several publishers at once, on several threads, to clients that talk meanwhile, or read late, or move to
//! another transport: each hears what is for it, once and in order. A failure names its seed, and `PARLOR_SEED=N` repeats
//! it.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::SystemTime;
use std::{env, thread};

use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use bytes::Bytes;
use parlor_server::{Ack, Broadcast, Config, PerMessageDeflate, Server, Socket, serve};
use tokio::net::{TcpListener, TcpSocket};
use tokio::runtime::Builder;
use tokio::sync::watch;
use tokio::task;

use crate::parlor::{Parlor, echo};
use crate::raw::{PLAIN_TEXT, Raw};
use crate::soon;
use crate::ws::WebSocket;

const ROOMS: [&str; 3] = ["red", "green", "blue"];

/// Two tasks, a thread that is not the runtime's, and a handler, which emits in the task of a connection.
const PUBLISHERS: usize = 4;

/// How much each of them says.
const MESSAGES: usize = 150;

/// For the kernel, which takes somewhat more: most writes to a client that does not read at once are cut short.
const SEND_BUFFER_BYTES: u32 = 8 * 1024;

/// How many questions a client may have open.
const MAX_OPEN: usize = 5;

#[tokio::test(flavor = "multi_thread", worker_threads = 3)]
async fn each_client_hears_every_publisher_in_order_and_once() {
    for seed in [1, 2, fresh_seed()] {
        for per_message_deflate in [None, Some(PerMessageDeflate { threshold_bytes: 200 })] {
            println!("PARLOR_SEED={seed}, {per_message_deflate:?}");
            Round::begin(seed, per_message_deflate).await.hear().await;
        }
    }
}

/// What is said at one time.
#[derive(Clone)]
struct Said {
    to: Vec<&'static str>,
    except: Option<&'static str>,
    text: String,
    attachments: Vec<Bytes>,
}

impl Said {
    fn any(publisher: usize, number: usize, chance: &mut Chance) -> Self {
        // Beyond 16 KiB a packet does not go together with others.
        let length = [20, 20, 20, 300, 2000, 20_000][chance.below(6)];
        let attachment = |at| Bytes::from(format!("{publisher}/{number}/{at} {}", "a".repeat(length / 2)));
        Self {
            to: ROOMS.into_iter().filter(|_| chance.below(3) == 0).collect(),
            except: ROOMS.get(chance.below(9)).copied(),
            text: "x".repeat(length),
            attachments: (0..[0, 0, 1, 2][chance.below(4)]).map(attachment).collect(),
        }
    }

    fn reaches(&self, rooms: &[&str]) -> bool {
        (self.to.is_empty() || self.to.iter().any(|room| rooms.contains(room)))
            && !self.except.is_some_and(|except| rooms.contains(&except))
    }

    fn say(&self, io: &Server, publisher: usize, number: usize) {
        let mut broadcast: Broadcast = io.local().to(self.to.clone());
        if let Some(room) = self.except {
            broadcast = broadcast.except(room);
        }
        broadcast.emit("news", &(publisher, number, &self.text, &self.attachments)).unwrap();
    }
}

/// What each publisher says.
type Plan = Arc<Vec<Vec<Said>>>;

/// A server, what is said there, and who listens.
struct Round {
    seed: u64,
    io: Server,
    plan: Plan,
    speaker: WebSocket,
    listeners: Vec<Listener>,
    /// Somebody comes to a room and leaves it again and again, so that its list is made anew.
    wanderer: (Socket, Listener),
}

impl Round {
    async fn begin(seed: u64, per_message_deflate: Option<PerMessageDeflate>) -> Self {
        let mut chance = Chance(seed);
        let said = |publisher| {
            (0..MESSAGES).map(|number| Said::any(publisher, number, &mut chance)).collect::<Vec<_>>()
        };
        let plan: Plan = Arc::new((0..PUBLISHERS).map(said).collect());
        let config = Config { per_message_deflate, max_queue_bytes: usize::MAX, ..Config::default() };
        let (io, address) = served(config, plan.clone()).await;

        let (mut speaker, _) = WebSocket::open(address).await;
        speaker.join("40").await;
        let plain = "x-nothing-that-we-know";
        let deflate = "permessage-deflate; client_max_window_bits";
        let narrow = "permessage-deflate; server_max_window_bits=9";
        let mut listeners = Vec::new();
        // Whether it asks for text only, what it offers, and whether it reads only when all is said.
        for (query, offer, is_late) in [
            ("", plain, false),
            ("", deflate, false),
            ("", narrow, false),
            ("&b64=1", plain, false),
            ("&b64=1", deflate, true),
            ("", plain, true),
            ("", deflate, true),
            ("", narrow, true),
        ] {
            let rooms: Vec<_> = ROOMS.into_iter().filter(|_| chance.below(2) == 0).collect();
            let mut client = Raw::open(address, query, offer).await;
            enter(&mut client, &rooms).await;
            listeners.push(Listener {
                client,
                rooms,
                takes_base64: !query.is_empty(),
                is_late,
                chance: Chance(chance.below(1 << 30) as u64 + 1),
            });
        }
        let mut client = Raw::open(address, "", deflate).await;
        let id = enter(&mut client, &[]).await;
        let socket = io.sockets().into_iter().find(|socket| socket.id() == id).unwrap();
        let listener =
            Listener { client, rooms: Vec::new(), takes_base64: false, is_late: false, chance: Chance(seed) };
        Self { seed, io, plan, speaker, listeners, wanderer: (socket, listener) }
    }

    async fn hear(self) {
        let Self { seed, io, plan, mut speaker, listeners, wanderer: (socket, wanderer) } = self;
        let (all_is_said, waits) = watch::channel(false);
        let expected: Vec<_> = listeners.iter().map(|listener| meant_for(&plan, &listener.rooms)).collect();
        let hearing: Vec<_> =
            listeners.into_iter().map(|it| tokio::spawn(it.hear(seed, waits.clone()))).collect();
        let wandering = tokio::spawn(wanderer.hear(seed, waits.clone()));
        let moving = tokio::spawn(async move {
            while !*waits.borrow() {
                socket.join(ROOMS[0]);
                task::yield_now().await;
                socket.leave(ROOMS[0]);
                task::yield_now().await;
            }
        });

        let mut publishing = Vec::new();
        for publisher in [0, 1] {
            let (io, plan) = (io.clone(), plan.clone());
            publishing.push(tokio::spawn(async move {
                let mut chance = Chance(seed + publisher as u64);
                for (number, said) in plan[publisher].iter().enumerate() {
                    said.say(&io, publisher, number);
                    if chance.below(3) > 0 {
                        task::yield_now().await;
                    }
                }
            }));
        }
        let thread = thread::spawn({
            let (io, plan) = (io.clone(), plan.clone());
            move || {
                for (number, said) in plan[2].iter().enumerate() {
                    said.say(&io, 2, number);
                    thread::yield_now();
                }
            }
        });
        for number in 0..MESSAGES {
            speaker.send(&format!(r#"42{number}["say",{number}]"#)).await;
            let answer = format!("43{number}[]");
            while speaker.message().await.unwrap().unwrap().into_text().unwrap() != answer {}
        }
        for publisher in publishing {
            soon("a publisher's end", publisher).await.unwrap();
        }
        thread.join().unwrap();
        io.emit("end", &()).unwrap();
        all_is_said.send_replace(true);

        for (at, (heard, expected)) in hearing.into_iter().zip(expected).enumerate() {
            assert_eq!(heard.await.unwrap(), expected, "seed {seed}, listener {at}");
        }
        moving.await.unwrap();
        for (heard, said) in wandering.await.unwrap().iter().zip(&*plan) {
            assert!(heard.is_sorted_by(|a, b| a < b), "seed {seed}: {heard:?}");
            let (with, without) = (&ROOMS[..1], &[][..]);
            assert!(
                heard.iter().all(|it| said[*it].reaches(with) || said[*it].reaches(without)),
                "seed {seed}"
            );
        }
    }
}

/// A client, the rooms that it is in, and what it does beside listening.
struct Listener {
    client: Raw,
    rooms: Vec<&'static str>,
    /// It asked for text only.
    takes_base64: bool,
    is_late: bool,
    chance: Chance,
}

impl Listener {
    /// Gives the numbers of what each publisher says, as they come.
    async fn hear(mut self, seed: u64, mut all_is_said: watch::Receiver<bool>) -> Vec<Vec<usize>> {
        let mut heard = vec![Vec::new(); PUBLISHERS];
        let (mut asked, mut answered, mut is_over) = (0, 0, false);
        if self.is_late {
            all_is_said.wait_for(|said| *said).await.unwrap();
        }
        while !is_over || answered < asked {
            let text = self.text(seed).await;
            if text == "2" {
                self.client.send(PLAIN_TEXT, b"3").await;
            } else if text == r#"42["end"]"# {
                // What came twice is there before the last answer.
                is_over = true;
                self.ask(asked).await;
                asked += 1;
            } else if text.starts_with("43") {
                assert_eq!(text, format!("43{answered}[{answered}]"), "seed {seed}");
                answered += 1;
            } else {
                let (publisher, number) = self.news(&text, seed).await;
                heard[publisher].push(number);
                if !is_over && asked < answered + MAX_OPEN && self.chance.below(4) == 0 {
                    self.ask(asked).await;
                    asked += 1;
                }
            }
        }
        heard
    }

    async fn ask(&mut self, number: usize) {
        self.client.send(PLAIN_TEXT, format!(r#"42{number}["echo",{number}]"#).as_bytes()).await;
    }

    async fn text(&mut self, seed: u64) -> String {
        let frame = self.client.frame().await;
        assert_eq!(frame.first & 0x0F, 1, "seed {seed}, between packets: {frame:?}");
        if frame.first == PLAIN_TEXT { frame.text().to_owned() } else { frame.inflated() }
    }

    /// Takes the attachments of a packet, which follow it, and says of whom it is and which.
    async fn news(&mut self, text: &str, seed: u64) -> (usize, usize) {
        let (header, json) = text.split_at(text.find('[').unwrap_or_else(|| panic!("seed {seed}: {text}")));
        type News = (String, usize, usize, String, Vec<serde_json::Value>);
        let (name, publisher, number, filler, places): News = serde_json::from_str(json).unwrap();
        let expected = if places.is_empty() { "42".to_owned() } else { format!("45{}-", places.len()) };
        assert_eq!((name.as_str(), header), ("news", &*expected), "seed {seed}");
        for at in 0..places.len() {
            let attachment = self.attachment().await;
            let expected = format!("{publisher}/{number}/{at} {}", "a".repeat(filler.len() / 2));
            assert_eq!(attachment, expected, "seed {seed}, behind {text}");
        }
        (publisher, number)
    }

    async fn attachment(&mut self) -> String {
        let frame = self.client.frame().await;
        let payload = if frame.first & 0x40 == 0 {
            String::from_utf8(frame.payload).unwrap()
        } else {
            frame.inflated()
        };
        let opcode = if self.takes_base64 { 1 } else { 2 };
        assert_eq!(frame.first & 0x0F, opcode, "{payload}");
        if !self.takes_base64 {
            return payload;
        }
        let base64 = payload.strip_prefix('b').unwrap_or_else(|| panic!("no attachment: {payload}"));
        String::from_utf8(BASE64.decode(base64).unwrap()).unwrap()
    }
}

/// The numbers of what each publisher says to who is in these rooms.
fn meant_for(plan: &Plan, rooms: &[&str]) -> Vec<Vec<usize>> {
    let numbers = |said: &Vec<Said>| (0..said.len()).filter(|number| said[*number].reaches(rooms)).collect();
    plan.iter().map(numbers).collect()
}

/// A server with small buffers, where clients can join rooms, and let the last of the plan's publishers speak.
async fn served(config: Config, plan: Plan) -> (Server, SocketAddr) {
    let io = Server::new(config);
    let listening = TcpSocket::new_v4().unwrap();
    // Streams that it accepts have it too.
    listening.set_send_buffer_size(SEND_BUFFER_BYTES).unwrap();
    listening.bind("127.0.0.1:0".parse().unwrap()).unwrap();
    let listener = listening.listen(16).unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(serve(listener, io.clone()));
    let speaking = io.clone();
    io.on_connection(move |socket: Socket| {
        echo(&socket);
        socket.on("join", |socket: Socket, rooms: Vec<String>, ack: Ack| async move {
            socket.join(&rooms);
            ack.send(&());
        });
        let (io, plan) = (speaking.clone(), plan.clone());
        socket.on("say", move |_, number: usize, ack: Ack| {
            plan[3][number].say(&io, 3, number);
            async move { ack.send(&()) }
        });
        async {}
    });
    (io, address)
}

/// Joins `/`, and rooms there. Gives its id.
async fn enter(client: &mut Raw, rooms: &[&str]) -> String {
    assert!(client.frame().await.text().starts_with(r#"0{"sid":"#));
    client.send(PLAIN_TEXT, b"40").await;
    let reply = client.frame().await;
    let id = reply.text().strip_prefix(r#"40{"sid":""#).unwrap().strip_suffix(r#""}"#).unwrap();
    client.send(PLAIN_TEXT, format!(r#"421["join",{rooms:?}]"#).as_bytes()).await;
    assert_eq!(client.frame().await.text(), "431[]");
    id.to_owned()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_moves_to_a_websocket_meanwhile_hears_everything_in_order_and_once() {
    let parlor = Parlor::echo().await;
    for round in 1..=5 {
        let client = parlor.joined_polling().await;
        let is_over = Arc::new(AtomicBool::new(false));
        let publishing = tokio::spawn({
            let (io, is_over) = (parlor.io.clone(), is_over.clone());
            async move {
                let mut said = 0;
                while !is_over.load(Ordering::Relaxed) {
                    io.emit("news", &said).unwrap();
                    said += 1;
                    task::yield_now().await;
                }
                said
            }
        });
        // As clients do it: it polls until the server answers the probe, and waits for the end of its last poll.
        let (pause, paused) = watch::channel(false);
        let polling = tokio::spawn({
            let client = client.clone();
            async move {
                let mut heard = Vec::new();
                while !*paused.borrow() {
                    let body = client.get().await.body;
                    heard.extend(body.split('\u{1e}').filter(|packet| *packet != "6").map(str::to_owned));
                }
                heard
            }
        });
        let mut websocket = WebSocket::beside(parlor.address, &client.sid).await;
        websocket.ping().await;
        websocket.send("2probe").await;
        assert_eq!(websocket.text().await, "3probe", "round {round}");
        pause.send_replace(true);
        let mut heard = soon("the last poll", polling).await.unwrap();
        websocket.send("5").await;
        heard.push(websocket.text().await);
        is_over.store(true, Ordering::Relaxed);
        let said: usize = soon("the publisher's end", publishing).await.unwrap();
        while heard.len() < said {
            heard.push(websocket.text().await);
        }
        let expected: Vec<_> = (0..said).map(|number| format!(r#"42["news",{number}]"#)).collect();
        assert!(heard == expected, "round {round}: {heard:?}");
        assert!(websocket.heard().await.is_empty(), "round {round}");
    }
}

#[test]
fn a_runtime_that_stands_still_holds_up_no_client_of_another() {
    let standing = Builder::new_current_thread().enable_all().build().unwrap();
    let running = Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    let parlor = standing.block_on(Parlor::echo());
    let mut first = standing.block_on(parlor.websocket());
    assert!(standing.block_on(first.heard()).is_empty());
    // From now on nothing runs there.
    running.block_on(async {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        tokio::spawn(serve(listener, parlor.io.clone()));
        let (mut second, _) = WebSocket::open(address).await;
        second.join("40").await;
        assert!(second.heard().await.is_empty());
        parlor.io.emit("news", &()).unwrap();
        assert_eq!(second.text().await, r#"42["news"]"#);
    });
}

/// Another in each run, so that in time many are tried.
fn fresh_seed() -> u64 {
    let given = env::var("PARLOR_SEED").ok().and_then(|seed| seed.parse().ok());
    given.unwrap_or_else(|| {
        let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap();
        // A xorshift generator stays at zero.
        now.as_secs().max(1)
    })
}

/// A xorshift generator: the same choices for the same seed.
struct Chance(u64);

impl Chance {
    fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 >> 33).unwrap() % bound
    }
}
