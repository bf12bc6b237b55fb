//! Compressed bodies of polling, both ways.

use std::io::{Read, Write};

use flate2::{Compression, read::GzDecoder, read::ZlibDecoder, write::GzEncoder};
use http::HeaderName;
use parlor_server::{Config, Cors, HttpCompression};

use crate::http::send;
use crate::parlor::{Parlor, echo};

const GZIP: &str = "Accept-Encoding: gzip, deflate, br";

#[tokio::test]
async fn a_long_body_is_compressed_as_the_request_likes_it() {
    let parlor = Parlor::with(Config::default(), echo).await;
    let client = parlor.joined_polling().await;
    let expected = format!(r#"42["news","{}"]"#, "x".repeat(9000));
    let rows = [
        (GZIP, Some("gzip")),
        ("Accept-Encoding: deflate", Some("deflate")),
        ("Accept-Encoding: gzip;q=0.5, deflate;q=0.8", Some("deflate")),
        ("Accept-Encoding: br", None),
        ("Accept-Encoding: gzip;q=0", None),
        ("Accept: */*", None),
    ];
    for (header, coding) in rows {
        parlor.io.emit("news", &"x".repeat(9000)).unwrap();
        let reply = client.get_with(&[header]).await;
        assert_eq!(reply.header("content-encoding"), coding, "{header}");
        assert_eq!(reply.header("vary"), coding.map(|_| "Accept-Encoding"), "{header}");
        assert_eq!(reply.header("content-type"), Some("text/plain; charset=UTF-8"));
        let mut body = String::new();
        let _ = match coding {
            Some("gzip") => GzDecoder::new(&reply.bytes[..]).read_to_string(&mut body).unwrap(),
            Some(_) => ZlibDecoder::new(&reply.bytes[..]).read_to_string(&mut body).unwrap(),
            None => (&reply.bytes[..]).read_to_string(&mut body).unwrap(),
        };
        assert_eq!(body, expected, "{header}");
        assert_eq!(reply.bytes.len() < 100, coding.is_some(), "{header}");
    }
    assert_eq!(parlor.io.metrics().value("parlor_compressions_total", "polling"), Some(3));
}

#[tokio::test]
async fn a_body_is_compressed_from_the_threshold_on() {
    let parlor = Parlor::with(Config::default(), echo).await;
    let client = parlor.joined_polling().await;
    // `42["news",""]` is 13 bytes.
    for (letters, coding) in [(1024 - 13, Some("gzip")), (1023 - 13, None)] {
        parlor.io.emit("news", &"x".repeat(letters)).unwrap();
        assert_eq!(client.get_with(&[GZIP]).await.header("content-encoding"), coding, "{letters}");
    }
    // Short packets make a long body.
    for _ in 0..100 {
        parlor.io.emit("news", "short").unwrap();
    }
    assert_eq!(client.get_with(&[GZIP]).await.header("content-encoding"), Some("gzip"));
}

#[tokio::test]
async fn a_body_that_would_not_get_shorter_stays_as_it_is_and_is_not_counted() {
    let config =
        Config { http_compression: Some(HttpCompression { threshold_bytes: 1 }), ..Config::default() };
    let parlor = Parlor::with(config, echo).await;
    let client = parlor.joined_polling().await;
    parlor.io.emit("news", "x").unwrap();
    let reply = client.get_with(&[GZIP]).await;
    assert_eq!((reply.header("content-encoding"), &*reply.body), (None, r#"42["news","x"]"#));
    assert_eq!(parlor.io.metrics().value("parlor_compressions_total", "polling"), Some(0));
}

#[tokio::test]
async fn a_body_is_compressed_if_one_packet_in_it_asks_for_that() {
    let parlor = Parlor::with(Config::default(), echo).await;
    let client = parlor.joined_polling().await;
    let long = &"x".repeat(9000);
    for (compress, coding) in [(&[false][..], None), (&[false, false], None), (&[false, true], Some("gzip"))]
    {
        for compress in compress {
            parlor.io.compress(*compress).emit("news", long).unwrap();
        }
        assert_eq!(client.get_with(&[GZIP]).await.header("content-encoding"), coding, "{compress:?}");
    }
}

#[tokio::test]
async fn no_body_is_compressed_where_that_is_turned_off_or_the_threshold_is_higher() {
    for http_compression in [None, Some(HttpCompression { threshold_bytes: 10_000 })] {
        let parlor = Parlor::with(Config { http_compression, ..Config::default() }, echo).await;
        let client = parlor.joined_polling().await;
        parlor.io.emit("news", &"x".repeat(9000)).unwrap();
        let reply = client.get_with(&[GZIP]).await;
        assert_eq!((reply.header("content-encoding"), reply.bytes.len()), (None, 9013));
    }
}

#[tokio::test]
async fn the_handshake_says_that_bodies_may_be_gzip_and_pages_may_read_it() {
    let cors = Cors::origins(["http://page.example"]).exposed_headers([http::header::DATE]);
    let parlor = Parlor::with(Config { cors: Some(cors), ..Config::default() }, echo).await;
    let line = "GET /socket.io/?EIO=4&transport=polling";
    let reply = send(parlor.address, line, &["Origin: http://page.example"], b"").await;
    assert_eq!(reply.header("accept-encoding"), Some("gzip"));
    let exposed: Vec<_> =
        reply.headers.iter().filter(|(name, _)| name == "access-control-expose-headers").collect();
    assert!(exposed.iter().any(|(_, value)| value == "Accept-Encoding"), "{exposed:?}");
    assert!(exposed.iter().any(|(_, value)| value == "date"), "{exposed:?}");

    let client = parlor.joined_polling().await;
    let reply = client.post("42[\"a\"]").await;
    assert_eq!(reply.header("accept-encoding"), None, "once is enough");
}

#[tokio::test]
async fn a_page_may_say_that_its_body_is_compressed() {
    let cors = || Cors::origins(["http://page.example"]);
    let rows = [
        (cors(), "content-encoding,content-type"),
        (cors().allowed_headers([HeaderName::from_static("x-token")]), "x-token,content-encoding"),
    ];
    for (cors, allowed) in rows {
        let parlor = Parlor::with(Config { cors: Some(cors), ..Config::default() }, echo).await;
        let headers = [
            "Origin: http://page.example",
            "Access-Control-Request-Method: POST",
            "Access-Control-Request-Headers: content-encoding,content-type",
        ];
        let reply = send(parlor.address, "OPTIONS /socket.io/?EIO=4&transport=polling", &headers, b"").await;
        let answered = reply.header("access-control-allow-headers").map(|it| it.replace(", ", ","));
        assert_eq!(answered.as_deref(), Some(allowed));
    }
}

#[tokio::test]
async fn a_gzip_body_is_read() {
    let parlor = Parlor::with(Config::default(), echo).await;
    let client = parlor.joined_polling().await;
    let body = "42[\"echo\",1]\u{1e}42[\"echo\",2]";
    let reply = client.post_with(&["Content-Encoding: gzip"], &gzip(body.as_bytes())).await;
    assert_eq!((reply.status, &*reply.body), (200, "ok"));
    assert_eq!(client.get().await.body, body);
    let reply = client.post_with(&["Content-Encoding: identity"], b"42[\"echo\",3]").await;
    assert_eq!((reply.status, &*client.get().await.body), (200, "42[\"echo\",3]"));
}

#[tokio::test]
async fn an_unknown_coding_is_415_and_the_session_lives() {
    let parlor = Parlor::with(Config::default(), echo).await;
    let client = parlor.joined_polling().await;
    for coding in ["Content-Encoding: br", "Content-Encoding: deflate", "Content-Encoding: gzip, gzip"] {
        let reply = client.post_with(&[coding], b"42[\"echo\",1]").await;
        assert_eq!((reply.status, reply.header("accept-encoding")), (415, Some("gzip")), "{coding}");
    }
    client.post("42[\"echo\",2]").await;
    assert_eq!(client.get().await.body, "42[\"echo\",2]");
}

#[tokio::test]
async fn a_body_that_unpacks_to_more_than_the_limit_is_413_and_the_session_lives() {
    let parlor = Parlor::with(Config::default(), echo).await;
    let client = parlor.joined_polling().await;
    let bomb = gzip(&vec![b'x'; 20_000_000]);
    assert!(bomb.len() < 25_000);
    let reply = client.post_with(&["Content-Encoding: gzip"], &bomb).await;
    assert_eq!((reply.status, &*reply.body), (413, ""));
    client.post("42[\"echo\",2]").await;
    assert_eq!(client.get().await.body, "42[\"echo\",2]");
}

#[tokio::test]
async fn a_body_that_is_not_the_gzip_it_is_said_to_be_is_400_and_ends_the_session() {
    let parlor = Parlor::with(Config::default(), echo).await;
    let whole = gzip(b"42[\"echo\",1]");
    for body in [&whole[..whole.len() - 1], b"42[\"echo\",1]"] {
        let client = parlor.joined_polling().await;
        let reply = client.post_with(&["Content-Encoding: gzip"], body).await;
        assert_eq!((reply.status, &*reply.body), (400, ""));
        client.assert_gone().await;
    }
}

fn gzip(body: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(body).unwrap();
    encoder.finish().unwrap()
}
