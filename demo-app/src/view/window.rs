//! How much of a long log is on the page: its end, and what the person has asked for above it.

/// Lines on the page of a log that grows by itself: several screens, and cheap to lay out.
const MAX_UNASKED: usize = 200;

/// How many lines more are shown when they are asked for.
const MORE: usize = 100;

/// Where the shown part begins: the place of its first line. `None` while the person has asked for nothing.
pub(crate) type From = Option<(u64, u64)>;

/// How many lines are left out at the beginning. What was asked for stays, however much comes.
pub(crate) fn left_out(places: &[(u64, u64)], from: From) -> usize {
    let unasked = places.len().saturating_sub(MAX_UNASKED);
    from.map_or(unasked, |from| places.partition_point(|place| *place < from).min(unasked))
}

/// Where the shown part begins when more is asked for; if none is left out, with whatever the server brings.
pub(crate) fn widened(places: &[(u64, u64)], from: From) -> From {
    let left = left_out(places, from).saturating_sub(MORE);
    places.get(left).copied().filter(|_| left > 0).or(Some((0, 0)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn places(count: u64) -> Vec<(u64, u64)> {
        (1..=count).map(|seq| (1, seq)).collect()
    }

    #[test]
    fn log_that_grows_by_itself_shows_its_end() {
        assert_eq!([0, 200, 201, 1_000].map(|count| left_out(&places(count), None)), [0, 0, 1, 800]);
    }

    #[test]
    fn what_was_asked_for_stays_while_more_comes() {
        let from = widened(&places(450), None);
        assert_eq!(from, Some((1, 151)), "a hundred more than the last two hundred");
        assert_eq!([450, 460, 900].map(|count| left_out(&places(count), from)), [150, 150, 150]);
        let from = widened(&places(450), from);
        assert_eq!(left_out(&places(450), from), 50);
        let from = widened(&places(450), from);
        assert_eq!(left_out(&places(450), from), 0);
        assert_eq!(left_out(&places(900), from), 0);
    }

    #[test]
    fn lines_that_are_no_more_are_not_looked_for() {
        let later: Vec<(u64, u64)> = (500..=900).map(|seq| (1, seq)).collect();
        assert_eq!(left_out(&later, Some((1, 151))), 0);
        assert_eq!(left_out(&[], Some((1, 151))), 0);
        assert_eq!(widened(&[], None), Some((0, 0)));
    }
}
