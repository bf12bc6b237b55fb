//! Files as the browser has them: chosen by the person, or made of bytes to be shown or saved.

use bytes::Bytes;
use js_sys::{Array, Uint8Array};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, BlobPropertyBag, File, Url};

/// All bytes of a file; `None` when it cannot be read.
pub(crate) async fn read(file: &File) -> Option<Bytes> {
    let buffer = JsFuture::from(file.array_buffer()).await.ok()?;
    Some(Uint8Array::new(&buffer).to_vec().into())
}

/// An address under which the page has these bytes, as long as this lives.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Place(String);

impl Place {
    pub(crate) fn new(bytes: &Bytes, kind: &str) -> Option<Self> {
        let parts = Array::of1(&Uint8Array::from(bytes.as_ref()));
        let options = BlobPropertyBag::new();
        options.set_type(kind);
        let blob = Blob::new_with_u8_array_sequence_and_options(&parts, &options).ok()?;
        Url::create_object_url_with_blob(&blob).ok().map(Self)
    }

    pub(crate) fn address(&self) -> &str {
        &self.0
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let _ = Url::revoke_object_url(&self.0);
    }
}
