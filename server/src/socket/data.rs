//! What the application keeps with one socket.
//!
//! Rule: values are given out in an `Arc`, so that nobody's code runs under the lock.

use std::any::{Any, TypeId};
use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, RwLock};

use parlor_protocol::json::{EncodeError, Payload};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::value::RawValue;

use super::nothing;
use crate::sync::{read, write};

type Values = BTreeMap<TypeId, Arc<dyn Any + Send + Sync>>;

/// One value of each type, for the application's own use: Socket.IO's `socket.data`. Made with the socket, see
/// [`Socket::data`](crate::Socket::data), and shared by all its handles.
///
/// A value that changes holds a `Mutex` or an atomic; [`Data::insert`] replaces it as a whole. What other servers of a
/// cluster shall know has a name, and is kept as JSON: see [`Data::set`].
///
/// # Examples
///
/// ```
/// use parlor_server::{Config, Refusal, Server, Socket};
///
/// struct User {
///     name: String,
/// }
///
/// let io = Server::new(Config::default());
/// io.middleware(|socket: Socket| async move {
///     let name = socket.auth().map_err(|_| Refusal::new("who are you?"))?;
///     socket.data().insert(User { name });
///     Ok(())
/// });
/// io.on_connection(|socket: Socket| async move {
///     if let Some(user) = socket.data().of::<User>() {
///         let _ = socket.emit("welcome", &user.name);
///     }
/// });
/// ```
#[derive(Default)]
pub struct Data {
    values: RwLock<Values>,
    named: RwLock<Named>,
}

type Named = BTreeMap<String, Box<RawValue>>;

impl Data {
    /// Keeps a value, and gives the one of that type that was there before.
    pub fn insert<T: Send + Sync + 'static>(&self, value: T) -> Option<Arc<T>> {
        let before = write(&self.values).insert(TypeId::of::<T>(), Arc::new(value));
        before.and_then(|value| value.downcast().ok())
    }

    /// The value of that type.
    #[must_use]
    pub fn of<T: Send + Sync + 'static>(&self) -> Option<Arc<T>> {
        let value = read(&self.values).get(&TypeId::of::<T>()).cloned();
        value.and_then(|value| value.downcast().ok())
    }

    /// Forgets the value of that type, and gives it.
    pub fn remove<T: Send + Sync + 'static>(&self) -> Option<Arc<T>> {
        let value = write(&self.values).remove(&TypeId::of::<T>());
        value.and_then(|value| value.downcast().ok())
    }
}

impl Data {
    /// Keeps a value under a name, as JSON: `socket.data.name = value` in Node. Other servers see it when they
    /// [fetch](crate::Broadcast::fetch_sockets) the socket.
    ///
    /// # Errors
    ///
    /// The value has no form in JSON.
    ///
    /// # Examples
    ///
    /// ```
    /// use parlor_server::Socket;
    ///
    /// async fn named(socket: Socket) {
    ///     let _ = socket.data().set("nickname", "Ann");
    ///     assert_eq!(socket.data().get::<String>("nickname").as_deref(), Some("Ann"));
    /// }
    /// ```
    pub fn set<T: Serialize + ?Sized>(&self, name: &str, value: &T) -> Result<(), EncodeError> {
        let value = Payload::value(value)?;
        // It has just been written as JSON.
        if let Ok(value) = RawValue::from_string(value.json().to_owned()) {
            write(&self.named).insert(name.to_owned(), value);
        }
        Ok(())
    }

    /// The value of that name; `None` when there is none, or it does not fit the type.
    #[must_use]
    pub fn get<T: DeserializeOwned>(&self, name: &str) -> Option<T> {
        serde_json::from_str(read(&self.named).get(name)?.get()).ok()
    }

    /// Forgets the value of that name.
    pub fn unset(&self, name: &str) {
        write(&self.named).remove(name);
    }

    /// What has a name, as an object.
    pub(crate) fn telling(&self) -> Payload {
        Payload::value(&*read(&self.named)).unwrap_or_else(|_| nothing())
    }

    /// What another server has told. What is no object is nothing.
    pub(crate) fn told(object: &Payload) -> Self {
        let named = serde_json::from_str(object.json()).unwrap_or_default();
        Self { values: RwLock::default(), named: RwLock::new(named) }
    }
}

impl fmt::Debug for Data {
    /// Tells how many values there are: what they are, nobody but the application knows.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (values, named) = (read(&self.values).len(), read(&self.named).len());
        f.debug_struct("Data").field("values", &values).field("named", &named).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::Data;

    #[test]
    fn there_is_one_value_of_each_type() {
        let data = Data::default();
        assert_eq!(data.insert("ann"), None);
        assert_eq!(data.insert(1_u8), None);
        assert_eq!(data.insert("bob").as_deref(), Some(&"ann"));
        assert_eq!((data.of::<&str>().as_deref(), data.of::<u8>().as_deref()), (Some(&"bob"), Some(&1)));
        assert_eq!(data.remove::<u8>().as_deref(), Some(&1));
        assert_eq!((data.of::<u8>(), data.of::<u16>()), (None, None));
    }

    #[test]
    fn what_has_a_name_is_told_to_other_servers_and_the_rest_is_not() {
        let data = Data::default();
        data.insert("ann");
        data.set("name", "Ann").unwrap();
        data.set("scores", &[1, 2]).unwrap();
        data.set("old", &true).unwrap();
        data.unset("old");
        assert_eq!(data.telling().json(), r#"{"name":"Ann","scores":[1,2]}"#);
        let told = Data::told(&data.telling());
        assert_eq!(told.get::<Vec<u8>>("scores"), Some(vec![1, 2]));
        assert_eq!((told.get::<u8>("name"), told.get::<u8>("old"), told.of::<&str>()), (None, None, None));
        let nothing = Data::told(&crate::Payload::args(&1).unwrap());
        assert_eq!(nothing.telling().json(), "{}");
    }
}
