//! How a middleware keeps a client out.

use parlor_protocol::json::Payload;
use serde::Serialize;
use serde_json::value::RawValue;

/// Why a client may not join a namespace. It hears it as `connect_error`.
///
/// # Examples
///
/// ```
/// use parlor_server::Refusal;
///
/// let refusal = Refusal::new("not authorized").with_data(&serde_json::json!({"code": 1}))?;
/// assert_eq!(refusal.message(), "not authorized");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone)]
pub struct Refusal {
    message: String,
    data: Option<Box<RawValue>>,
}

impl Refusal {
    /// A refusal in words: `error.message` on the client's side.
    #[must_use]
    pub fn new(message: impl Into<String>) -> Self {
        Self { message: message.into(), data: None }
    }

    /// What a client hears of a fault that is not its own.
    pub(crate) fn internal() -> Self {
        Self::new("internal server error")
    }

    /// Adds details: `error.data` on the client's side.
    ///
    /// # Errors
    ///
    /// The value has no form in JSON.
    pub fn with_data<T: Serialize + ?Sized>(mut self, data: &T) -> Result<Self, serde_json::Error> {
        self.data = Some(serde_json::value::to_raw_value(data)?);
        Ok(self)
    }

    /// The words.
    #[must_use]
    pub fn message(&self) -> &str {
        &self.message
    }

    /// The data of the CONNECT_ERROR packet.
    pub(crate) fn payload(&self) -> Payload {
        #[derive(Serialize)]
        struct ConnectError<'a> {
            message: &'a str,
            #[serde(skip_serializing_if = "Option::is_none")]
            data: Option<&'a RawValue>,
        }
        let error = ConnectError { message: &self.message, data: self.data.as_deref() };
        Payload::value(&error).expect("text, and data that is JSON already")
    }
}

#[cfg(test)]
mod tests {
    use super::Refusal;

    #[test]
    fn a_refusal_is_a_message_and_perhaps_data() {
        let plain = Refusal::new("Invalid namespace");
        assert_eq!(plain.payload().json(), r#"{"message":"Invalid namespace"}"#);
        let detailed = plain.with_data(&[1, 2]).unwrap();
        assert_eq!(detailed.payload().json(), r#"{"message":"Invalid namespace","data":[1,2]}"#);
    }
}
