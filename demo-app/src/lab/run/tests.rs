use super::*;

#[test]
fn who_received_it_is_a_sentence() {
    let rows = [
        (Received::once("", ""), "Nobody received it."),
        (Received::once("A", ""), "A received it."),
        (Received::once("ABC", ""), "A, B and C received it."),
        (Received::once("", "C"), "C in /custom received it."),
        (Received::by_server(), "The server received it."),
        (Received { root: [0, 2, 1], ..Received::default() }, "B (twice) and C received it."),
    ];
    for (received, sentence) in rows {
        assert_eq!(received.words(), sentence);
    }
}

#[test]
fn what_was_answered_is_a_sentence() {
    let answered = |answers: &[&str], missing| {
        Ok(Said::Answered { answers: answers.iter().map(|&answer| answer.to_owned()).collect(), missing })
    };
    let rows = [
        (Ok(Said::Sent), "It asked for no answer."),
        (answered(&["A", "B"], 0), "Answered: A, B."),
        (answered(&["B"], 1), "Answered: B. Not in time: 1."),
        (Ok(Said::Failed("too late".to_owned())), "Error: too late."),
        (Err("not connected".to_owned()), "It could not be said: not connected."),
    ];
    for (said, sentence) in rows {
        assert_eq!(outcome(&said), sentence);
    }
}

#[test]
fn frames_of_the_lab_itself_and_heartbeats_are_left_out() {
    let mut trace = Trace::default();
    for (seat, is_sent, text) in [
        ("A", true, r#"42/lab-1,0["say",{"line":"io.emit"}]"#),
        ("B", false, "2"),
        ("B", true, "3"),
        ("B", true, r#"42/lab-1,4["settle"]"#),
        ("C", true, r#"42/lab-1,4["settle"]"#),
        ("B", false, r#"42/lab-1,["news","hello"]"#),
        ("B", false, "43/lab-1,4[]"),
        ("A", false, "43/lab-1,4[]"),
        ("C", false, "43/lab-1,4[]"),
    ] {
        trace.see(seat, is_sent, text, text.len());
    }
    let shown: Vec<_> = trace.take().1.into_iter().map(|frame| (frame.seat, frame.text)).collect();
    let expected = [
        ("A", r#"42/lab-1,0["say",{"line":"io.emit"}]"#),
        ("B", r#"42/lab-1,["news","hello"]"#),
        // Nothing was asked there, so it is somebody else's answer.
        ("A", "43/lab-1,4[]"),
    ];
    assert_eq!(shown, expected.map(|(seat, text)| (seat, text.to_owned())));
}

#[test]
fn frames_of_a_run_are_bounded_in_number_and_in_length() {
    let mut trace = Trace::default();
    for _ in 0..200 {
        trace.see("A", false, &format!("42{}", "ü".repeat(1_000)), 2_002);
    }
    let (_, frames) = trace.take();
    assert_eq!(frames.len(), 100);
    assert_eq!((frames[0].text.chars().count(), frames[0].size_bytes), (400, 2_002));
    assert_eq!(trace.take().1, []);
}
