//! A WebSocket (Engine.IO v4, "WebSocket"): one packet a frame, text as it is, binary without a type digit.

use std::rc::Rc;

use bytes::Bytes;
use js_sys::{ArrayBuffer, Uint8Array};
use parlor_protocol::engine::client::{Failure, Input};
use parlor_protocol::engine::{Malformed, Packet, TransportId, TransportKind};
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::{BinaryType, MessageEvent};

use crate::connection::TransportInput;
use crate::endpoint::Endpoint;
use crate::transport::Reporter;
use crate::transport::frame::{self, Message};

/// An open or opening WebSocket. Dropping it closes it.
#[derive(Debug)]
pub(crate) struct WebSocket {
    /// `None` when the browser would not even make one.
    socket: Option<Socket>,
    reporter: Reporter,
}

#[derive(Debug)]
struct Socket {
    socket: web_sys::WebSocket,
    _on_open: Closure<dyn FnMut()>,
    _on_message: Closure<dyn FnMut(MessageEvent)>,
    _on_error: Closure<dyn FnMut()>,
    _on_close: Closure<dyn FnMut()>,
}

impl WebSocket {
    pub(crate) fn open(endpoint: &Rc<Endpoint>, sid: Option<&str>, reporter: Reporter) -> Self {
        // Without `t`: nothing on the way keeps the answer to a WebSocket's request.
        let url = endpoint.url(TransportKind::WebSocket, None, sid);
        let socket = web_sys::WebSocket::new(&url).ok().map(|socket| Socket::new(socket, &reporter));
        if socket.is_none() {
            tell_soon(&reporter, |id| Input::Failed(id, Failure::WebSocket));
        }
        Self { socket, reporter }
    }

    pub(crate) fn write(&self, packets: Vec<Packet<Message>>) {
        if let Some(Socket { socket, .. }) = &self.socket {
            for packet in packets {
                // A socket that is closing refuses; `Closed` is on its way already.
                let _ = match frame::encode(packet) {
                    Message::Text(text) => socket.send_with_str(&text),
                    Message::Binary(bytes) => socket.send_with_u8_array(&bytes),
                };
            }
        }
        tell_soon(&self.reporter, Input::Sent);
    }
}

impl Socket {
    fn new(socket: web_sys::WebSocket, reporter: &Reporter) -> Self {
        // Blobs would have to be read asynchronously, and packets could overtake each other.
        socket.set_binary_type(BinaryType::Arraybuffer);
        let on = |input: fn(TransportId) -> TransportInput| {
            let reporter = reporter.clone();
            Closure::<dyn FnMut()>::new(move || reporter.tell(input))
        };
        let on_open = on(Input::Opened);
        let on_error = on(|id| Input::Failed(id, Failure::WebSocket));
        let on_close = on(Input::Closed);
        let receiver = reporter.clone();
        let on_message = Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
            receiver.tell(|id| match read(&event) {
                Ok(packet) => Input::Received(id, packet),
                Err(Malformed) => Input::Malformed(id),
            });
        });
        socket.set_onopen(Some(on_open.as_ref().unchecked_ref()));
        socket.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
        socket.set_onerror(Some(on_error.as_ref().unchecked_ref()));
        socket.set_onclose(Some(on_close.as_ref().unchecked_ref()));
        Self { socket, _on_open: on_open, _on_message: on_message, _on_error: on_error, _on_close: on_close }
    }
}

impl Drop for Socket {
    fn drop(&mut self) {
        self.socket.set_onopen(None);
        self.socket.set_onmessage(None);
        self.socket.set_onerror(None);
        self.socket.set_onclose(None);
        let _ = self.socket.close();
    }
}

/// For what is known while the driver is still calling.
fn tell_soon(reporter: &Reporter, input: fn(TransportId) -> TransportInput) {
    let reporter = reporter.clone();
    super::spawn(async move { reporter.tell(input) });
}

fn read(event: &MessageEvent) -> Result<Packet<Message>, Malformed> {
    let data = event.data();
    if let Some(text) = data.as_string() {
        return frame::decode(&text);
    }
    let buffer: ArrayBuffer = data.dyn_into().map_err(|_| Malformed)?;
    let bytes = Uint8Array::new(&buffer).to_vec();
    Ok(Packet::Message(Message::Binary(Bytes::from(bytes))))
}
