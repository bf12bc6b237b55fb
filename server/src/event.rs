//! An event that passes by: what middlewares and catch-all listeners see.

use std::borrow::Cow;

use parlor_protocol::json::{ArgsError, EncodeError, Payload};
use serde::Serialize;
use serde::de::DeserializeOwned;

/// An event's name and arguments, unread. Cloning shares them.
///
/// # Examples
///
/// ```
/// use parlor_server::Event;
///
/// let event = Event::new("move", &("e4", 12))?;
/// assert_eq!(event.name(), "move");
/// assert_eq!(event.args::<(String, u32)>().unwrap(), ("e4".to_owned(), 12));
/// assert_eq!(event.payload().json(), r#"["move","e4",12]"#);
/// // An array of fixed length is a list of arguments, a `Vec` is one argument.
/// assert_eq!(Event::new("sum", &[1, 2])?.payload().json(), r#"["sum",1,2]"#);
/// assert_eq!(Event::new("sum", &vec![1, 2])?.payload().json(), r#"["sum",[1,2]]"#);
/// # Ok::<(), parlor_server::EncodeError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event(Payload);

impl Event {
    /// An event of that name. A tuple or an array of fixed length is the argument list, `()` is none, any other value (a
    /// `Vec` too) is one argument.
    ///
    /// # Errors
    ///
    /// The name is reserved, or the arguments have no form in JSON.
    pub fn new<T: Serialize + ?Sized>(name: &str, args: &T) -> Result<Self, EncodeError> {
        Payload::event(name, args).map(Self)
    }

    /// The name. A number stands for its text.
    #[must_use]
    pub fn name(&self) -> Cow<'_, str> {
        self.0.event_name().unwrap_or_default()
    }

    /// Reads the arguments: a tuple takes several, `()` none, any other type the first.
    ///
    /// # Errors
    ///
    /// An argument is missing, or does not fit its type.
    pub fn args<T: DeserializeOwned>(&self) -> Result<T, ArgsError> {
        self.0.read_event()
    }

    /// The whole as it travels: a list of the name and the arguments, and the attachments.
    #[must_use]
    pub const fn payload(&self) -> &Payload {
        &self.0
    }

    pub(crate) fn into_payload(self) -> Payload {
        self.0
    }

    /// `None` for what is no event: it has no name.
    pub(crate) fn from_payload(payload: Payload) -> Option<Self> {
        payload.event_name().is_some().then_some(Self(payload))
    }
}
