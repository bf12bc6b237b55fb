use alloc::vec::Vec;
use core::fmt::Debug;
use std::collections::BTreeMap;
use std::string::{String, ToString};

use bytes::Bytes;
use serde::Deserialize;

use super::*;

const PHOTO: Bytes = Bytes::from_static(b"photo");

#[derive(Debug, PartialEq, Deserialize)]
struct Message {
    text: String,
    photo: Bytes,
    #[serde(default)]
    tags: BTreeMap<u8, Option<Bytes>>,
}

#[derive(Debug, PartialEq, Deserialize)]
enum Shape {
    Point,
    Photo(Bytes),
    Pair(u8, Bytes),
    Named { photo: Bytes },
}

#[derive(Debug, PartialEq, Deserialize)]
#[serde(tag = "type")]
enum Tagged {
    Photo { photo: Bytes },
}

#[derive(Debug, PartialEq, Deserialize)]
#[serde(untagged)]
enum Either {
    Number(u8),
    Photo(Bytes),
}

#[test]
fn a_tuple_reads_the_list_unit_reads_none_anything_else_reads_one() {
    reads(r#"[1,"x"]"#, (1, "x".to_string()));
    reads("[1,2]", [1, 2]);
    reads("[1,2]", ());
    reads("[[1,2],3]", [1, 2].to_vec());
    reads("[[1,2]]", Some((1, 2)));
    reads("[null]", None::<u8>);
    reads("[[1,2]]", ((1, 2),));
    reads(r#"["x"]"#, "x".to_string());
}

#[test]
fn an_argument_too_many_is_ignored_and_one_too_few_is_no_option() {
    reads("[1,2,3]", (1, 2));
    reads("[1,2]", 1);
    reads("[1]", (1, None::<u8>));
    reads("[]", (None::<u8>, None::<String>));
    reads("[]", None::<(u8, u8)>);
}

#[test]
fn an_event_is_read_behind_its_name() {
    let event = payload(r#"["chat",1,"x"]"#, &[]);
    assert_eq!(event.read_event::<(u8, String)>().unwrap(), (1, "x".to_string()));
    assert_eq!(event.read_event::<u8>().unwrap(), 1);
    assert_eq!(payload(r#"["chat"]"#, &[]).read_event::<Option<u8>>().unwrap(), None);
}

#[test]
fn an_error_says_which_argument_and_what_was_expected() {
    for (json, kind, argument, message, reason) in [
        (
            r#"["a",1]"#,
            ArgsErrorKind::Missing,
            Some(1),
            "argument 2 of `(i32, bool)` is missing",
            "expected a boolean, found nothing",
        ),
        (
            r#"["a","x",true]"#,
            ArgsErrorKind::Mismatch,
            Some(0),
            "argument 1 does not fit: expected `(i32, bool)`",
            "invalid type: string \"x\", expected i32 at line 1 column 3",
        ),
        (
            r#"["a",1,{}]"#,
            ArgsErrorKind::Mismatch,
            Some(1),
            "argument 2 does not fit: expected `(i32, bool)`",
            "invalid type: map, expected a boolean at line 1 column 0",
        ),
    ] {
        let error = payload(json, &[]).read_event::<(i32, bool)>().unwrap_err();
        assert_eq!((error.kind(), error.argument()), (kind, argument), "{json}");
        assert_eq!(error.to_string(), message);
        assert_eq!(core::error::Error::source(&error).unwrap().to_string(), reason);
    }
    assert_eq!(payload("{}", &[]).read_args::<()>().unwrap_err().kind(), ArgsErrorKind::NotAList);
    let error = payload("{}", &[]).read_value::<u8>().unwrap_err();
    assert_eq!(error.to_string(), "the value does not fit: expected `u8`");
}

#[test]
fn an_attachment_is_read_wherever_bytes_are_expected() {
    let message = |tags| Message { text: "a\n".to_string(), photo: PHOTO, tags: BTreeMap::from_iter(tags) };
    reads_photo(r#"[{"_placeholder":true,"num":0}]"#, PHOTO);
    reads_photo(r#"[1,{"_placeholder":true,"num":0}]"#, (1, Some(PHOTO)));
    reads_photo(r#"[[null,{"num":0.0,"_placeholder":true}]]"#, [None, Some(PHOTO)].to_vec());
    reads_photo(r#"[{"text":"a\n","photo":{"_placeholder":true,"num":0}}]"#, message(Vec::new()));
    reads_photo(
        r#"[ { "new" : [{}] , "tags" : { "7" : { "_placeholder" : true , "num" : 0 } , "8" : null } ,
            "photo" : [112,104,111,116,111] , "text" : "a\n" } ]"#,
        message([(7, Some(PHOTO)), (8, None)].into()),
    );
    reads_photo(
        r#"[{"_placeholder":true,"a":{"_placeholder":true,"num":0},"b":{"_placeholder":true,"num":0},"num":0}]"#,
        PHOTO,
    );
    reads_photo(r#"["Point"]"#, Shape::Point);
    reads_photo(r#"[{"Point":null}]"#, Shape::Point);
    reads_photo(r#"[{"Photo":{"_placeholder":true,"num":0}}]"#, Shape::Photo(PHOTO));
    reads_photo(r#"[{"Pair":[1,{"_placeholder":true,"num":0}]}]"#, Shape::Pair(1, PHOTO));
    reads_photo(r#"[{"Named":{"photo":{"_placeholder":true,"num":0}}}]"#, Shape::Named { photo: PHOTO });
    reads_photo(
        r#"[{"photo":{"_placeholder":true,"num":0},"type":"Photo"}]"#,
        Tagged::Photo { photo: PHOTO },
    );
    reads_photo(r#"[{"_placeholder":true,"num":0}]"#, Either::Photo(PHOTO));
    reads_photo("[3]", Either::Number(3));
}

#[test]
fn an_attachment_is_nothing_else_than_bytes() {
    let photo = payload(r#"[{"_placeholder":true,"num":0}]"#, &[PHOTO]);
    assert!(photo.read_args::<String>().is_err());
    assert!(photo.read_args::<Vec<u8>>().is_err());
    assert!(photo.read_args::<BTreeMap<String, u8>>().is_err());
    assert!(photo.read_args::<Shape>().is_err());
    assert!(photo.read_args::<Message>().is_err());
    let error = photo.read_args::<bool>().unwrap_err();
    let source = core::error::Error::source(&error).unwrap();
    assert_eq!(source.to_string(), "invalid type: attachment, expected a boolean");
}

#[test]
fn a_payload_is_read_unread() {
    let event = payload(r#"["a",1,{"_placeholder":true,"num":0}]"#, &[PHOTO]);
    let rest = payload(r#"[1,{"_placeholder":true,"num":0}]"#, &[PHOTO]);
    assert_eq!(event.read_event::<Payload>().unwrap(), rest);
    assert_eq!(rest.read_args::<Payload>().unwrap(), rest);
    let value = payload(r#"{"_placeholder":true,"num":0}"#, &[PHOTO]);
    assert_eq!(event.read_event::<(u8, Payload)>().unwrap(), (1, value));
    let plain = payload(r#"["a",[ 1 ]]"#, &[]);
    assert_eq!(plain.read_event::<Payload>().unwrap(), payload("[[ 1 ]]", &[]));
    assert_eq!(plain.read_event::<(Payload,)>().unwrap(), (payload("[ 1 ]", &[]),));
    assert_eq!(plain.read_value::<Payload>().unwrap(), plain);
}

#[test]
fn depth_is_bounded_with_and_without_attachments() {
    for attachments in [&[][..], &[PHOTO][..]] {
        let nested = |depth: usize| [&"[".repeat(depth), "7", &"]".repeat(depth)].concat();
        let list = |depth| payload(&["[", &nested(depth), "]"].concat(), attachments);
        assert!(list(crate::limits::MAX_JSON_DEPTH).read_args::<serde_json::Value>().is_ok());
        let error = list(crate::limits::MAX_JSON_DEPTH + 1).read_args::<serde_json::Value>().unwrap_err();
        assert_eq!(error.kind(), ArgsErrorKind::Mismatch);
    }
}

#[test]
fn one_attachment_is_not_copied_without_end() {
    let list = |count| {
        let placeholders = alloc::vec![r#"{"_placeholder":true,"num":0}"#; count].join(",");
        payload(&["[[", &placeholders, "]]"].concat(), &[PHOTO]).read_args::<Vec<Bytes>>()
    };
    assert_eq!(list(10).unwrap().len(), 10);
    assert!(list(11).is_err());
}

#[test]
fn with_and_without_attachments_everything_else_reads_alike() {
    #[derive(Debug, PartialEq, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Point(i8, f64);
    alike::<serde_json::Value>(r#"[{"a":[1,-2,3.5e3,"\u00e9",true,null,{}],"":{"b":[]}}]"#);
    alike::<(u8, i64, f32, char, bool, String, ())>(r#"[1,-2,3.5,"x",true,"\n",null]"#);
    alike::<(u8, u8)>("[300,1]");
    alike::<(u8, u8)>("[1,\"x\"]");
    alike::<Point>("[[1,2]]");
    alike::<Point>("[[1,2,3]]");
    alike::<Point>("[[1]]");
    alike::<BTreeMap<i8, Vec<Shape>>>(r#"[{"-3":["Point"],"4":[]}]"#);
    alike::<BTreeMap<i8, u8>>(r#"[{"x":1}]"#);
    alike::<BTreeMap<i8, u8>>(r#"[{"1 x":1}]"#);
    alike::<BTreeMap<bool, u8>>(r#"[{"true":1}]"#);
    alike::<BTreeMap<Option<char>, u8>>(r#"[{"x":1}]"#);
    alike::<Vec<Shape>>(r#"[["Other"]]"#);
    alike::<Vec<Shape>>(r#"[[{"Point":null,"Photo":null}]]"#);
    alike::<Vec<Shape>>(r#"[[7]]"#);
    alike::<(String, alloc::boxed::Box<serde_json::value::RawValue>)>(r#"["x",[ 1 ]]"#);
}

/// Reads the same text without and with an attachment that nothing points at, by serde_json and by our own reader.
#[track_caller]
fn alike<T: DeserializeOwned + Debug>(json: &str) {
    let read = |attachments| {
        let outcome = payload(json, attachments).read_args::<T>().map_err(|error| error.to_string());
        std::format!("{outcome:?}")
    };
    assert_eq!(read(&[]), read(&[PHOTO]), "{json}");
}

#[track_caller]
fn reads<T: DeserializeOwned + Debug + PartialEq>(json: &str, expected: T) {
    assert_eq!(payload(json, &[]).read_args::<T>().unwrap(), expected);
}

#[track_caller]
fn reads_photo<T: DeserializeOwned + Debug + PartialEq>(json: &str, expected: T) {
    assert_eq!(payload(json, &[PHOTO]).read_args::<T>().unwrap(), expected);
}

fn payload(json: &str, attachments: &[Bytes]) -> Payload {
    Payload { json: json.into(), attachments: attachments.to_vec() }
}
