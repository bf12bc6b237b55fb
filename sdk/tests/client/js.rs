//! Values of JavaScript, on their way out and in.

use parlor_client::{Js, TransportKind};
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen_test::wasm_bindgen_test;

use crate::support::{client, connected, within};

#[wasm_bindgen(inline_js = r#"
    export const value = () => ({ text: "grüße", list: [1, null, { deep: true }], raw: Uint8Array.of(0, 255) })

    export const describe = (value) => `${value.constructor.name} ${value.raw.constructor.name} ${JSON.stringify(value)}`
"#)]
extern "C" {
    fn value() -> JsValue;
    fn describe(value: &JsValue) -> String;
}

#[wasm_bindgen_test]
async fn a_javascript_value_comes_back_as_it_went() {
    let socket = client(&[TransportKind::WebSocket]).of("/");
    connected(&socket).await;
    let Js(answer) = within("the answer", socket.emit_with_ack("echo", &Js(value()))).await.unwrap();
    let json = r#"{"text":"grüße","list":[1,null,{"deep":true}],"raw":{"0":0,"1":255}}"#;
    assert_eq!(describe(&answer), format!("Object Uint8Array {json}"));

    let list = js_sys::Array::of2(&1.into(), &2.into());
    let Js(answer) = within("a list", socket.emit_with_ack("echo", &Js(list.into()))).await.unwrap();
    assert_eq!(js_sys::Array::from(&answer).length(), 2, "an array is one argument");
}

#[wasm_bindgen_test]
async fn a_value_that_json_has_no_form_for_is_refused_when_it_is_emitted() {
    let socket = client(&[TransportKind::WebSocket]).of("/");
    let function = js_sys::Function::new_no_args("");
    let error = socket.emit("echo", &Js(function.into())).unwrap_err();
    assert_eq!(error.to_string(), "the event's arguments cannot be written as json");
}
