//! Files on their way.

use parlor_chat::{FileName, Held};

use super::*;

#[test]
fn file_goes_piece_by_piece_and_its_message_behind_it() {
    let mut page = joined_page();
    assert_eq!(page.does(attach("f")), [bring("f")]);
    assert_eq!(page.does(held("f", 0)), [piece("f", 0)]);
    assert_eq!(page.does(held("f", 40)), [piece("f", 40)]);
    assert_eq!(page.progress(), [40]);
    let message = Effect::Send { room: room("lobby"), id: id("f"), text: Text::parse("a.png").unwrap() };
    assert_eq!(page.does(held("f", 100)), [Effect::Forget { id: id("f") }, message]);
    assert_eq!((page.shows().as_str(), page.progress().len()), ("f?", 0));
}

#[test]
fn interrupted_file_goes_on_from_where_it_was() {
    let mut page = joined_page();
    page.does(attach("f"));
    page.does(held("f", 40));
    page.does(Action::Disconnected);
    assert_eq!(page.does(Action::Tick), []);
    page.does(Action::Connected);
    assert_eq!(page.does(answer_join(1, &[])), [bring("f")]);
    assert_eq!(page.does(held("f", 40)), [piece("f", 40)]);
    page.does(Action::Held { room: room("lobby"), id: id("f"), answer: Err(Failure::Unanswered) });
    assert_eq!(page.does(Action::Tick), [bring("f")]);
}

#[test]
fn refused_file_says_why_until_it_is_dropped() {
    let mut page = joined_page();
    page.does(attach("f"));
    let refused = Err(Failure::Refused(Refusal::new(Reason::BadFile, "this is no file name")));
    assert_eq!(page.does(Action::Held { room: room("lobby"), id: id("f"), answer: refused }), []);
    assert_eq!(page.does(Action::Tick), []);
    let upload = &page.state.current_room().unwrap().uploads[0];
    assert_eq!(upload.trouble.as_deref(), Some("this is no file name"));
    assert_eq!(page.does(Action::Detach(id("f"))), [Effect::Forget { id: id("f") }]);
    assert_eq!(page.progress(), [0; 0]);
    assert_eq!(page.does(held("f", 40)), [], "its last answer comes too late");
}

#[test]
fn fifth_file_waits_until_one_has_arrived() {
    let mut page = joined_page();
    (0..4).for_each(|number| drop(page.does(attach(&format!("f{number}")))));
    assert_eq!(page.does(attach("f4")), [Effect::Forget { id: id("f4") }]);
    assert!(page.state.notice.as_deref().is_some_and(|notice| notice.starts_with("four files")));
}

impl Page {
    fn progress(&self) -> Vec<u32> {
        self.state.current_room().unwrap().uploads.iter().map(Upload::progress).collect()
    }
}

fn name() -> FileName {
    FileName::parse("a.png").unwrap()
}

fn attach(file: &str) -> Action {
    Action::Attach { id: id(file), name: name(), size: 100 }
}

fn held(file: &str, bytes: u32) -> Action {
    Action::Held { room: room("lobby"), id: id(file), answer: Ok(Held { bytes }) }
}

fn bring(file: &str) -> Effect {
    Effect::Bring { room: room("lobby"), id: id(file), name: name(), size: 100 }
}

fn piece(file: &str, at: u32) -> Effect {
    Effect::Piece { room: room("lobby"), id: id(file), at }
}
