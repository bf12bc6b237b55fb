//! A program that says hello to the README's server, and waits for the answer.

use std::error::Error;
use std::time::Duration;

use parlor_client::Client;
use tokio::task::LocalSet;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    LocalSet::new().run_until(talk()).await
}

async fn talk() -> Result<(), Box<dyn Error>> {
    let address = std::env::args().nth(1).unwrap_or("http://127.0.0.1:3000".into());
    let socket = Client::builder(&address).build()?.of("/");
    let _said = socket.on("said", |(id, text): (String, String)| println!("{id} said {text}"));
    socket.connect();
    let answer: String = socket.timeout(Duration::from_secs(5)).emit_with_ack("say", "hello").await?;
    println!("{answer}");
    Ok(())
}
