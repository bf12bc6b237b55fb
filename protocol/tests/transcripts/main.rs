//! The machines, rule by rule: each test is a script of inputs with the outputs they must cause, as wire text.

mod client;
mod engine_client;
mod engine_server;
mod script;
mod server;
