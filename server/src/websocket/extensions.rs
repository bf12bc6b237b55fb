//! The header `Sec-WebSocket-Extensions`, as a client writes it (RFC 6455, 9.1).
//!
//! Rule: a header that does not follow the grammar is refused as a whole, whoever its extensions are for; what the
//! extensions mean is not known here.

use http::{HeaderMap, HeaderValue, header::SEC_WEBSOCKET_EXTENSIONS};

/// How much of the header is read. Clients send less than a hundred bytes; each byte of a long one could cost twenty.
const MAX_HEADER_BYTES: usize = 4096;

/// One extension that a client offers.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Offer<'a> {
    pub(super) name: &'a str,
    pub(super) parameters: Vec<Parameter<'a>>,
}

#[derive(Debug, PartialEq, Eq)]
pub(super) struct Parameter<'a> {
    pub(super) name: &'a str,
    /// Without its quotes.
    pub(super) value: Option<String>,
}

/// The header does not follow its grammar, or is too long.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Malformed;

/// Reads all offers, in the order in which the client prefers them. The header may be given several times.
pub(super) fn offers(headers: &HeaderMap) -> Result<Vec<Offer<'_>>, Malformed> {
    let values = headers.get_all(SEC_WEBSOCKET_EXTENSIONS);
    if values.iter().map(HeaderValue::len).sum::<usize>() > MAX_HEADER_BYTES {
        return Err(Malformed);
    }
    let mut offers = Vec::new();
    for value in values {
        let before = offers.len();
        let mut rest = Cursor(value.to_str().map_err(|_| Malformed)?);
        loop {
            // `1#extension` allows elements that are empty, but not a list of nothing else.
            if !rest.is_at_end_of_element() {
                offers.push(rest.offer()?);
            }
            if !rest.take(',') {
                break;
            }
        }
        if !rest.0.is_empty() || offers.len() == before {
            return Err(Malformed);
        }
    }
    Ok(offers)
}

/// What is still to be read. Space is skipped before each sign.
struct Cursor<'a>(&'a str);

impl<'a> Cursor<'a> {
    fn offer(&mut self) -> Result<Offer<'a>, Malformed> {
        let mut offer = Offer { name: self.token()?, parameters: Vec::new() };
        while self.take(';') {
            let name = self.token()?;
            let value = if self.take('=') { Some(self.value()?) } else { None };
            offer.parameters.push(Parameter { name, value });
        }
        Ok(offer)
    }

    fn value(&mut self) -> Result<String, Malformed> {
        if !self.take('"') {
            return self.token().map(str::to_owned);
        }
        let mut value = String::new();
        let mut signs = self.0.char_indices();
        while let Some((at, sign)) = signs.next() {
            let sign = match sign {
                '"' if value.is_empty() => return Err(Malformed),
                '"' => {
                    self.0 = self.0.get(at + 1..).unwrap_or_default();
                    return Ok(value);
                }
                '\\' => signs.next().ok_or(Malformed)?.1,
                _ => sign,
            };
            // What is quoted must be a token all the same.
            if !is_token(sign) {
                return Err(Malformed);
            }
            value.push(sign);
        }
        Err(Malformed)
    }

    fn token(&mut self) -> Result<&'a str, Malformed> {
        self.skip_space();
        let (token, rest) = self.0.split_at(self.0.find(|sign| !is_token(sign)).unwrap_or(self.0.len()));
        self.0 = rest;
        self.skip_space();
        if token.is_empty() { Err(Malformed) } else { Ok(token) }
    }

    fn take(&mut self, sign: char) -> bool {
        self.skip_space();
        let rest = self.0.strip_prefix(sign);
        self.0 = rest.unwrap_or(self.0);
        rest.is_some()
    }

    fn is_at_end_of_element(&mut self) -> bool {
        self.skip_space();
        self.0.is_empty() || self.0.starts_with(',')
    }

    fn skip_space(&mut self) {
        self.0 = self.0.trim_start_matches([' ', '\t']);
    }
}

/// RFC 9110, 5.6.2.
fn is_token(sign: char) -> bool {
    sign.is_ascii_alphanumeric() || "!#$%&'*+-.^_`|~".contains(sign)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn offers_are_read_with_their_parameters_in_order() {
        type Expected<'a> = &'a [(&'a str, &'a [(&'a str, Option<&'a str>)])];
        let rows: [(&[&str], Expected); 8] = [
            (&[], &[]),
            (&["a"], &[("a", &[])]),
            (&["a, b", "c"], &[("a", &[]), ("b", &[]), ("c", &[])]),
            (
                &[" a ;x ; y = 1\t; z=\"2\" , b"],
                &[("a", &[("x", None), ("y", Some("1")), ("z", Some("2"))]), ("b", &[])],
            ),
            (&["a;x=\"1\\0\""], &[("a", &[("x", Some("10"))])]),
            (&[", a,, b ,"], &[("a", &[]), ("b", &[])]),
            (&["a;x;x=1"], &[("a", &[("x", None), ("x", Some("1"))])]),
            (&["a,a"], &[("a", &[]), ("a", &[])]),
        ];
        for (values, expected) in rows {
            let expected: Vec<_> =
                expected.iter().map(|(name, parameters)| offer(name, parameters)).collect();
            assert_eq!(offers(&headers(values)), Ok(expected), "{values:?}");
        }
    }

    #[test]
    fn a_header_outside_the_grammar_is_refused() {
        let rows = [
            "",
            " ",
            ",",
            "a b",
            "a;",
            "a; ;x",
            "a;x=",
            "a;x=\"\"",
            "a;x=\"1",
            "a;x=\"1\\",
            "a;x=\"1 2\"",
            "a;x=1 2",
            "a;x=\"1\"2",
            "=",
            "a=1",
            "a;=1",
            "\"a\"",
            "a/b",
            "é",
            "a;x=\"é\"",
        ];
        for value in rows {
            assert_eq!(offers(&headers(&[value])), Err(Malformed), "{value:?}");
        }
        assert_eq!(offers(&headers(&["a", ""])), Err(Malformed));
    }

    #[test]
    fn a_long_header_is_refused_before_it_is_read() {
        let long = "a,".repeat(2048);
        assert_eq!(offers(&headers(&[&long])).map(|offers| offers.len()), Ok(2048));
        assert_eq!(offers(&headers(&[&long, "a"])), Err(Malformed));
    }

    fn headers(values: &[&str]) -> HeaderMap {
        let name = SEC_WEBSOCKET_EXTENSIONS;
        values
            .iter()
            .map(|value| (name.clone(), HeaderValue::from_bytes(value.as_bytes()).unwrap()))
            .collect()
    }

    fn offer<'a>(name: &'a str, parameters: &[(&'a str, Option<&str>)]) -> Offer<'a> {
        let parameters = parameters.iter();
        let parameters = parameters.map(|&(name, value)| Parameter { name, value: value.map(str::to_owned) });
        Offer { name, parameters: parameters.collect() }
    }
}
