//! The files of a page.

use std::fs;

use tempfile::TempDir;

use crate::http::{ask, get};
use crate::program::Program;

/// A server with a page, and a file beside the page's folder that is nobody's business.
fn serving_a_page() -> (Program, TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let page = folder.path().join("dist");
    fs::create_dir_all(page.join("images")).unwrap();
    fs::write(folder.path().join("secret"), "secret").unwrap();
    for (name, contents) in [
        ("index.html", "<!doctype html>"),
        ("app-0123456789abcdef.js", "plain"),
        ("app-0123456789abcdef.js.br", "br"),
        ("app-0123456789abcdef.js.gz", "gz"),
        ("app-0123456789abcdef_bg.wasm", "wasm"),
        ("images/logo.svg", "<svg/>"),
    ] {
        fs::write(page.join(name), contents).unwrap();
    }
    let program = Program::start(&["--listen", "127.0.0.1:0", "--assets", page.to_str().unwrap()]);
    (program, folder)
}

#[test]
fn a_page_is_served_with_its_types_and_told_how_long_to_keep() {
    let (program, _folder) = serving_a_page();
    let (forever, again) = ("public, max-age=31536000, immutable", "no-cache");
    for (path, body, media_type, cache) in [
        ("/", "<!doctype html>", "text/html", again),
        ("/index.html?x=1", "<!doctype html>", "text/html", again),
        ("/app-0123456789abcdef.js", "plain", "text/javascript", forever),
        ("/app-0123456789abcdef_bg.wasm", "wasm", "application/wasm", forever),
        ("/images/logo.svg", "<svg/>", "image/svg+xml", again),
    ] {
        let answer = get(program.address, path, &[]);
        assert_eq!((answer.status, answer.text()), (200, body), "{path}");
        assert_eq!(answer.header("content-type"), Some(media_type), "{path}");
        assert_eq!(answer.header("cache-control"), Some(cache), "{path}");
        assert_eq!(answer.header("x-content-type-options"), Some("nosniff"));
    }
    assert_eq!(ask(program.address, "POST", "/index.html", &["Content-Length: 0"]).status, 405);
    let head = ask(program.address, "HEAD", "/index.html", &[]);
    assert_eq!((head.status, head.header("content-length"), head.text()), (200, Some("15"), ""));
    assert_eq!(get(program.address, "/socket.io/?EIO=4&transport=polling", &[]).status, 200);
    assert_eq!(get(program.address, "/healthz", &[]).text(), "alive\n");
}

#[test]
fn what_has_not_changed_is_not_sent_again() {
    let (program, _folder) = serving_a_page();
    let first = get(program.address, "/", &[]);
    for header in [
        format!("If-None-Match: {}", first.header("etag").unwrap()),
        format!("If-Modified-Since: {}", first.header("last-modified").unwrap()),
    ] {
        let second = get(program.address, "/", &[&header]);
        assert_eq!((second.status, second.text()), (304, ""), "{header}");
        assert_eq!(second.header("cache-control"), Some("no-cache"));
    }
    assert_eq!(get(program.address, "/", &["If-None-Match: \"other\""]).status, 200);
}

#[test]
fn a_compressed_file_is_sent_to_who_takes_it() {
    let (program, _folder) = serving_a_page();
    for (accepted, body, encoding) in
        [("br, gzip", "br", Some("br")), ("gzip", "gz", Some("gzip")), ("identity", "plain", None)]
    {
        let header = format!("Accept-Encoding: {accepted}");
        let answer = get(program.address, "/app-0123456789abcdef.js", &[&header]);
        assert_eq!((answer.text(), answer.header("content-encoding")), (body, encoding), "{accepted}");
        assert_eq!(answer.header("content-type"), Some("text/javascript"));
    }
}

#[test]
fn nothing_outside_the_folder_is_served() {
    let (program, folder) = serving_a_page();
    let absolute = format!("/{}/secret", folder.path().display());
    for path in [
        "/../secret",
        "/images/../../secret",
        "/%2e%2e/secret",
        "/..%2fsecret",
        "/%2e%2e%2fsecret",
        "/.%2e/secret",
        "/..\\secret",
        "/..%5csecret",
        "//../secret",
        "/images/%2e%2e/%2e%2e/secret",
        "/%252e%252e/secret",
        "/..%00/secret",
        "/..;/secret",
        &absolute,
    ] {
        let answer = get(program.address, path, &[]);
        assert!((400..=404).contains(&answer.status), "{path}: {}", answer.status);
        assert!(!answer.text().contains("secret"), "{path}");
    }
    assert_eq!(get(program.address, "/images", &[]).status, 307, "to the folder, which has no index");
    assert_eq!(get(program.address, "/images/", &[]).status, 404);
}
