//! What the application keeps with one socket.
//!
//! Rule: values are given out in an `Arc`, so that nobody's code runs under the lock.

use std::any::{Any, TypeId};
use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, RwLock};

use crate::sync::{read, write};

type Values = BTreeMap<TypeId, Arc<dyn Any + Send + Sync>>;

/// One value of each type, for the application's own use: Socket.IO's `socket.data`. Made with the socket, see
/// [`Socket::data`](crate::Socket::data), and shared by all its handles.
///
/// A value that changes holds a `Mutex` or an atomic; [`Data::insert`] replaces it as a whole.
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
}

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

impl fmt::Debug for Data {
    /// Tells how many values there are: what they are, nobody but the application knows.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Data").field("values", &read(&self.values).len()).finish()
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
}
