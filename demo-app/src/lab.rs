//! The emit lab: every line of Socket.IO's cheat sheet as a button. Pressing it shows who received what, and the frames.
//!
//! [`run`] is what is found out, as plain data; [`table`] holds the clients; [`lines`] is the client's side of the sheet, and
//! the server tells its own; [`page`] shows.

pub(crate) use page::Lab;

mod lines;
mod page;
mod result;
mod run;
mod table;
