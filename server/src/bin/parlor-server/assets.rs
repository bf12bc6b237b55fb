//! The files of a built page, for everybody.
//!
//! Rule: a file whose name has a hash of its contents in it is kept for ever by whoever has it; any other one is asked
//! for again each time, which costs no more than a 304 when it has not changed.

use std::io;
use std::path::Path;

use bytes::Bytes;
use http::header::{CACHE_CONTROL, X_CONTENT_TYPE_OPTIONS};
use http::{HeaderValue, Request, Response, StatusCode};
use http_body::Body;
use http_body_util::BodyExt;
use tower_http::services::ServeDir;

use crate::pages::{AnyBody, text};

/// A folder that is served.
#[derive(Debug, Clone)]
pub(crate) struct Assets {
    files: ServeDir,
}

/// How many digits at the end of a name are a hash, at least; bundlers take 8 or more.
const MIN_HASH_DIGITS: usize = 8;

impl Assets {
    /// Files that lie beside theirs as `.br` or `.gz` are sent to browsers that take them.
    pub(crate) fn new(folder: &Path) -> Self {
        Self { files: ServeDir::new(folder).precompressed_br().precompressed_gzip() }
    }

    /// Answers a request: 404 for what is not below the folder, 405 for what is neither GET nor HEAD.
    pub(crate) async fn answer<B>(&self, request: Request<B>) -> Response<AnyBody>
    where
        B: Body<Data = Bytes> + Send + 'static,
    {
        let cache =
            if has_hash(request.uri().path()) { "public, max-age=31536000, immutable" } else { "no-cache" };
        let mut answer = match self.files.clone().try_call(request).await {
            Ok(answer) => answer.map(|body| AnyBody::new(body.map_err(Into::into))),
            Err(error) => return unread(&error),
        };
        if answer.status().is_success() || answer.status() == StatusCode::NOT_MODIFIED {
            answer.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static(cache));
        }
        answer.headers_mut().insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
        answer
    }
}

fn unread(error: &io::Error) -> Response<AnyBody> {
    if matches!(
        error.kind(),
        io::ErrorKind::NotFound | io::ErrorKind::NotADirectory | io::ErrorKind::InvalidInput
    ) {
        return text(StatusCode::NOT_FOUND, "not found\n");
    }
    tracing::error!(%error, "a file cannot be served");
    text(StatusCode::INTERNAL_SERVER_ERROR, "the file cannot be read\n")
}

/// Whether the name ends with a hash, as `demo-0123456789abcdef_bg.wasm` and `style-0123abcd.css` do.
fn has_hash(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or_default();
    let Some((stem, _ending)) = name.split_once('.') else { return false };
    let is_hash = |part: &str| {
        part.len() >= MIN_HASH_DIGITS && part.bytes().all(|digit| matches!(digit, b'0'..=b'9' | b'a'..=b'f'))
    };
    stem.split(['-', '_']).skip(1).any(is_hash)
}

#[cfg(test)]
mod tests {
    use super::has_hash;

    #[test]
    fn a_name_with_a_hash_is_told_from_others() {
        let rows = [
            ("/parlor-demo-0123456789abcdef.js", true),
            ("/parlor-demo-0123456789abcdef_bg.wasm", true),
            ("/a/style-0123abcd.css", true),
            ("/index.html", false),
            ("/", false),
            ("/parlor-demo.js", false),
            ("/deadbeef.js", false),
            ("/a-0123abc.js", false),
            ("/a-0123abcg.js", false),
            ("/a-0123abcd", false),
        ];
        for (path, expected) in rows {
            assert_eq!(has_hash(path), expected, "{path}");
        }
    }
}
