//! What a socket tells the server when it joins.

use std::fmt;
use std::rc::Rc;

use parlor_protocol::json::{EncodeError, Payload};
use serde::Serialize;

/// What to say in CONNECT.
#[derive(Clone)]
pub(crate) enum Auth {
    /// `None` for nothing at all.
    Value(Option<Payload>),
    /// Asked anew for every CONNECT.
    Function(Rc<dyn Fn() -> Result<Option<Payload>, AuthError>>),
}

impl Auth {
    pub(crate) fn value<T: Serialize + ?Sized>(auth: &T) -> Result<Self, AuthError> {
        encode(auth).map(Self::Value)
    }

    pub(crate) fn asking<T: Serialize>(auth: impl Fn() -> T + 'static) -> Self {
        Self::Function(Rc::new(move || encode(&auth())))
    }

    pub(crate) fn payload(&self) -> Result<Option<Payload>, AuthError> {
        match self {
            Self::Value(payload) => Ok(payload.clone()),
            Self::Function(function) => function(),
        }
    }
}

impl fmt::Debug for Auth {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // It is a secret more often than not.
        f.write_str("Auth(..)")
    }
}

/// CONNECT carries an object or nothing (Socket.IO protocol v5, "Connection to a namespace").
fn encode<T: Serialize + ?Sized>(auth: &T) -> Result<Option<Payload>, AuthError> {
    let payload = Payload::value(auth).map_err(|error| AuthError(AuthErrorKind::Encode(error)))?;
    match payload.json() {
        "null" => Ok(None),
        json if json.starts_with('{') => Ok(Some(payload)),
        _ => Err(AuthError(AuthErrorKind::NotAnObject)),
    }
}

/// Why a value cannot be an `auth`. Always the caller's mistake.
#[derive(Debug)]
pub struct AuthError(AuthErrorKind);

/// What an [`AuthError`] is about.
#[derive(Debug)]
#[non_exhaustive]
pub enum AuthErrorKind {
    /// It is not an object, such as a struct or a map, and not nothing, such as `()` or `None`.
    NotAnObject,
    /// It cannot be written as JSON.
    Encode(EncodeError),
}

impl AuthError {
    /// What is wrong.
    pub const fn kind(&self) -> &AuthErrorKind {
        &self.0
    }
}

impl fmt::Display for AuthError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match &self.0 {
            AuthErrorKind::NotAnObject => "auth must be an object: use a struct or a map",
            AuthErrorKind::Encode(_) => "auth cannot be written as json",
        })
    }
}

impl std::error::Error for AuthError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match &self.0 {
            AuthErrorKind::Encode(cause) => Some(cause),
            AuthErrorKind::NotAnObject => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    #[test]
    fn auth_is_an_object_or_nothing() {
        let object = BTreeMap::from([("token", "secret")]);
        assert_eq!(encode(&object).unwrap().unwrap().json(), r#"{"token":"secret"}"#);
        assert_eq!(encode(&()).unwrap(), None);
        assert_eq!(encode(&None::<u32>).unwrap(), None);
        for error in [encode("secret"), encode(&7), encode(&(1, 2))] {
            let error = error.unwrap_err();
            assert_eq!(error.to_string(), "auth must be an object: use a struct or a map");
        }
        let error = encode(&bytes::Bytes::from_static(b"bytes")).unwrap_err();
        assert_eq!(error.to_string(), "auth cannot be written as json");
    }
}
