use super::*;
use crate::rooms::Key;

const NEVER: Duration = Duration::from_secs(u64::MAX / 1000);

fn key(number: u64) -> Key {
    Key::first(number)
}

fn log(max_bytes: usize, max_age: Duration) -> (Log<&'static str>, Arc<Span>) {
    let span = Arc::new(Span::default());
    (Log::new(span.clone(), max_bytes, max_age), span)
}

fn to(rooms: &[&str], except: &[&str], sender: Option<u64>) -> Audience {
    let names = |names: &[&str]| names.iter().map(|&name| name.into()).collect();
    Audience::Target(Target { rooms: names(rooms), except: names(except), sender: sender.map(key) })
}

fn read(log: &Log<&'static str>, stays: &Stays, from: u64, until: u64) -> Result<Vec<&'static str>, Gone> {
    let reader = Reader { origin: key(1), stays };
    log.read(&reader, Position(from), Position(until), usize::MAX).map(|part| part.packets)
}

#[test]
fn a_session_gets_what_would_have_reached_it_and_nothing_else() {
    let (mut log, span) = log(usize::MAX, NEVER);
    let mut stays = Stays::new(span);
    stays.join(&"me".into());
    stays.join(&"red".into());
    let now = Instant::default();
    for (audience, packet) in [
        (to(&[], &[], None), "to all"),
        (to(&[], &[], Some(1)), "by me"),
        (to(&[], &[], Some(2)), "by another"),
        (to(&["red"], &[], None), "to red"),
        (to(&["blue"], &[], None), "to blue"),
        (to(&["blue", "red"], &[], None), "to both"),
        (to(&["red"], &["blue"], None), "to red but not blue"),
        (to(&[], &["red"], None), "not to red"),
        (to(&["red"], &["me"], None), "not to me"),
        (Audience::Session(key(1)), "to me"),
        (Audience::Session(key(2)), "to another"),
    ] {
        log.append(audience, packet, 0, now);
    }
    let expected = ["to all", "by another", "to red", "to both", "to red but not blue", "to me"];
    assert_eq!(read(&log, &stays, 0, 11).unwrap(), expected);
    assert_eq!(read(&log, &stays, 4, 6).unwrap(), ["to both"]);
    assert_eq!(read(&log, &stays, 11, 11).unwrap(), [""; 0]);
}

#[test]
fn a_session_of_a_later_life_is_the_same_sender() {
    let (mut log, span) = log(usize::MAX, NEVER);
    let again = key(1).next_life().unwrap();
    let target = Target { sender: Some(again), ..Target::default() };
    log.append(Audience::Target(target), "by me", 0, Instant::default());
    assert_eq!(read(&log, &Stays::new(span), 0, 1).unwrap(), [""; 0]);
}

#[test]
fn the_oldest_goes_first_when_there_is_too_much_or_it_is_too_old_and_that_is_known() {
    let (mut log, span) = log(3 * (EVENT_OVERHEAD_BYTES + 10), Duration::from_secs(60));
    let stays = Stays::new(span.clone());
    for (second, packet) in [(0, "a"), (10, "b"), (20, "c"), (30, "d")] {
        log.append(to(&[], &[], None), packet, 10, Instant::from_millis(second * 1000));
    }
    assert_eq!(log.bytes(), 3 * (EVENT_OVERHEAD_BYTES + 10));
    assert_eq!((span.base(), span.head()), (Position(1), Position(4)));
    assert_eq!(read(&log, &stays, 0, 4), Err(Gone));
    assert_eq!(read(&log, &stays, 1, 4).unwrap(), ["b", "c", "d"]);
    log.purge(Instant::from_millis(70_000));
    assert_eq!(read(&log, &stays, 1, 4).unwrap(), ["b", "c", "d"]);
    log.purge(Instant::from_millis(80_001));
    assert_eq!(read(&log, &stays, 1, 4), Err(Gone));
    assert_eq!(read(&log, &stays, 3, 4).unwrap(), ["d"]);
    log.purge(Instant::from_millis(90_001));
    assert_eq!(log.bytes(), 0);
    assert_eq!(read(&log, &stays, 4, 4).unwrap(), [""; 0]);
}

#[test]
fn an_event_larger_than_the_log_is_gone_at_once_with_all_before_it() {
    let (mut log, span) = log(1000, NEVER);
    log.append(to(&[], &[], None), "small", 10, Instant::default());
    log.append(to(&[], &[], None), "large", 1000, Instant::default());
    assert_eq!(span.base(), Position(2));
    assert_eq!(read(&log, &Stays::new(span), 1, 2), Err(Gone));
}

#[test]
fn a_log_that_is_cleared_goes_on_from_where_it_was() {
    let (mut log, span) = log(usize::MAX, NEVER);
    let stays = Stays::new(span);
    log.append(to(&[], &[], None), "a", 10, Instant::default());
    log.clear();
    log.append(to(&[], &[], None), "b", 10, Instant::default());
    assert_eq!(log.bytes(), EVENT_OVERHEAD_BYTES + 10);
    assert_eq!(read(&log, &stays, 0, 2), Err(Gone));
    assert_eq!(read(&log, &stays, 1, 2).unwrap(), ["b"]);
}

#[test]
fn names_of_rooms_are_counted() {
    let (mut log, _) = log(usize::MAX, NEVER);
    log.append(to(&["1234"], &["56"], None), "", 0, Instant::default());
    assert_eq!(log.bytes(), EVENT_OVERHEAD_BYTES + 2 * size_of::<Box<str>>() + 6);
}

#[test]
fn reading_goes_in_parts_of_bytes_and_of_events() {
    let (mut log, span) = log(usize::MAX, NEVER);
    let stays = Stays::new(span);
    for _ in 0..10_000 {
        log.append(to(&["elsewhere"], &[], None), "not mine", 0, Instant::default());
    }
    for packet in ["a", "b", "c"] {
        log.append(to(&[], &[], None), packet, 1000, Instant::default());
    }
    let reader = Reader { origin: key(1), stays: &stays };
    let mut from = Position(0);
    let mut parts = Vec::new();
    while from < Position(10_003) {
        let part = log.read(&reader, from, Position(10_003), 2 * (EVENT_OVERHEAD_BYTES + 1000)).unwrap();
        from = part.read;
        parts.push((part.packets, part.last, part.read.0));
    }
    let expected = [
        (vec![], None, 4096),
        (vec![], None, 8192),
        (vec!["a", "b"], Some(Position(10_002)), 10_002),
        (vec!["c"], Some(Position(10_003)), 10_003),
    ];
    assert_eq!(parts, expected);
    let alone = log.read(&reader, Position(10_000), Position(10_003), 1).unwrap();
    assert_eq!(alone.packets, ["a"], "one packet goes however long it is");
}

#[test]
fn what_a_session_may_have_been_in_a_forgotten_room_for_is_gone() {
    let (mut log, span) = log(usize::MAX, NEVER);
    let mut stays = Stays::new(span);
    let now = Instant::default();
    log.append(to(&[], &[], None), "to all", 0, now);
    for number in 0..65 {
        let room: Arc<str> = number.to_string().into();
        stays.join(&room);
        log.append(to(&[&room], &[], None), "to a room", 0, now);
        stays.leave(&room);
    }
    // The first of them, which had the event at 2.
    assert_eq!(read(&log, &stays, 1, 66), Err(Gone));
    assert_eq!(read(&log, &stays, 2, 66).map(|packets| packets.len()), Ok(64));
}
