//! The commands.

use std::collections::VecDeque;
use std::ops::RangeInclusive;
use std::sync::atomic::Ordering::Relaxed;

use super::keys::{End, Value};
use super::{Store, integer};
use crate::reply::{Bytes, Reply};

type Arguments = Vec<Vec<u8>>;

/// The reply, or the error as a reply.
type Outcome = Result<Reply, Reply>;

/// The name of a command, its number of arguments, and its function.
type Command = (&'static str, RangeInclusive<usize>, fn(&Store, Arguments) -> Outcome);

const MANY: usize = usize::MAX;

const COMMANDS: &[Command] = &[
    ("get", 1..=1, get),
    ("set", 2..=MANY, set),
    ("incr", 1..=1, |store, key| add(store, key, 1)),
    ("lpush", 2..=MANY, |store, list| push(store, list, End::Left)),
    ("rpush", 2..=MANY, |store, list| push(store, list, End::Right)),
    ("lpop", 1..=2, |store, list| pop(store, list, End::Left)),
    ("rpop", 1..=2, |store, list| pop(store, list, End::Right)),
    ("mset", 2..=MANY, mset),
    ("mget", 1..=MANY, mget),
    ("decr", 1..=1, |store, key| add(store, key, -1)),
    ("incrby", 2..=2, increase),
    ("decrby", 2..=2, decrease),
    ("del", 1..=MANY, del),
    ("exists", 1..=MANY, exists),
    ("strlen", 1..=1, strlen),
    ("type", 1..=1, kind),
    ("llen", 1..=1, llen),
    ("lrange", 3..=3, lrange),
    ("dbsize", 0..=0, |store, _| count(store.keys().len())),
    ("flushall", 0..=MANY, clear),
    ("flushdb", 0..=MANY, clear),
    ("ping", 0..=1, ping),
    ("echo", 1..=1, ping),
    ("select", 1..=1, select),
    ("command", 0..=MANY, |_, _| Ok(Reply::Array(Vec::new()))),
    ("config", 1..=MANY, config),
    ("info", 0..=MANY, info),
];

/// Runs a request: the name of a command, and its arguments.
pub(super) fn run(store: &Store, mut request: Arguments) -> Reply {
    let arguments = request.split_off(1);
    let name = &request[0];
    match COMMANDS.iter().find(|(known, ..)| name.eq_ignore_ascii_case(known.as_bytes())) {
        None => unknown(name, &arguments),
        Some((name, range, _)) if !range.contains(&arguments.len()) => wrong_number(name),
        Some((.., run)) => run(store, arguments).unwrap_or_else(|error| error),
    }
}

fn get(store: &Store, key: Arguments) -> Outcome {
    Ok(Reply::optional(store.keys().string(&key[0])?.cloned()))
}

fn set(store: &Store, arguments: Arguments) -> Outcome {
    let mut arguments = arguments.into_iter();
    let (Some(key), Some(value)) = (arguments.next(), arguments.next()) else {
        return Err(wrong_number("set"));
    };
    let (mut if_absent, mut if_present) = (false, false);
    for option in arguments {
        match option.to_ascii_lowercase().as_slice() {
            b"nx" => if_absent = true,
            b"xx" => if_present = true,
            _ => return Err(Reply::error("ERR syntax error")),
        }
    }
    if if_absent && if_present {
        return Err(Reply::error("ERR syntax error"));
    }
    let mut keys = store.keys();
    let is_present = keys.get(&key).is_some();
    if is_present && if_absent || !is_present && if_present {
        return Ok(Reply::Nil);
    }
    keys.set([(key, value)])?;
    Ok(Reply::Status("OK"))
}

fn increase(store: &Store, arguments: Arguments) -> Outcome {
    let amount = number(&arguments[1])?;
    add(store, arguments, amount)
}

fn decrease(store: &Store, arguments: Arguments) -> Outcome {
    let amount = number(&arguments[1])?.checked_neg();
    let amount = amount.ok_or_else(|| Reply::error("ERR decrement would overflow"))?;
    add(store, arguments, amount)
}

fn add(store: &Store, mut arguments: Arguments, amount: i64) -> Outcome {
    let key = arguments.swap_remove(0);
    let mut keys = store.keys();
    let old = keys.string(&key)?.map_or(Ok(0), |string| number(string))?;
    let overflow = || Reply::error("ERR increment or decrement would overflow");
    let new = old.checked_add(amount).ok_or_else(overflow)?;
    keys.set([(key, new.to_string().into_bytes())])?;
    Ok(Reply::Integer(new))
}

fn mset(store: &Store, arguments: Arguments) -> Outcome {
    if arguments.len() % 2 == 1 {
        return Err(wrong_number("mset"));
    }
    let mut pairs = Vec::new();
    let mut arguments = arguments.into_iter();
    while let (Some(key), Some(value)) = (arguments.next(), arguments.next()) {
        pairs.push((key, value));
    }
    store.keys().set(pairs)?;
    Ok(Reply::Status("OK"))
}

fn mget(store: &Store, names: Arguments) -> Outcome {
    let keys = store.keys();
    let get = |name: &Vec<u8>| Reply::optional(keys.string(name).ok().flatten().cloned());
    Ok(Reply::Array(names.iter().map(get).collect()))
}

fn del(store: &Store, names: Arguments) -> Outcome {
    let mut keys = store.keys();
    count(names.iter().filter(|name| keys.remove(name)).count())
}

fn exists(store: &Store, names: Arguments) -> Outcome {
    let keys = store.keys();
    count(names.iter().filter(|name| keys.get(name).is_some()).count())
}

fn strlen(store: &Store, key: Arguments) -> Outcome {
    count(store.keys().string(&key[0])?.map_or(0, |string| string.len()))
}

fn kind(store: &Store, key: Arguments) -> Outcome {
    Ok(Reply::Status(match store.keys().get(&key[0]) {
        None => "none",
        Some(Value::String(_)) => "string",
        Some(Value::List(_)) => "list",
    }))
}

fn push(store: &Store, mut arguments: Arguments, end: End) -> Outcome {
    let items = arguments.split_off(1);
    let key = arguments.swap_remove(0);
    count(store.keys().push(key, items, end)?)
}

fn pop(store: &Store, arguments: Arguments, end: End) -> Outcome {
    let key = &arguments[0];
    let mut keys = store.keys();
    let Some(most) = arguments.get(1) else {
        return Ok(Reply::optional(keys.pop(key, end)?));
    };
    let most = integer(most).and_then(|most| usize::try_from(most).ok());
    let most = most.ok_or_else(|| Reply::error("ERR value is out of range, must be positive"))?;
    let Some(length) = keys.list(key)?.map(VecDeque::len) else {
        return Ok(Reply::NilArray);
    };
    let mut items = Vec::new();
    for _ in 0..most.min(length) {
        items.extend(keys.pop(key, end)?.map(Reply::String));
    }
    Ok(Reply::Array(items))
}

fn llen(store: &Store, key: Arguments) -> Outcome {
    count(store.keys().list(&key[0])?.map_or(0, VecDeque::len))
}

/// Negative positions count from the end. Positions outside of the list are clamped.
fn lrange(store: &Store, arguments: Arguments) -> Outcome {
    let (first, last) = (number(&arguments[1])?, number(&arguments[2])?);
    let keys = store.keys();
    let Some(list) = keys.list(&arguments[0])? else {
        return Ok(Reply::Array(Vec::new()));
    };
    let length = list.len() as i64;
    let from_start = |position: i64| if position < 0 { position + length } else { position };
    let first = from_start(first).max(0);
    let end = from_start(last).min(length - 1) + 1;
    let items = list.iter().take(end.max(0) as usize).skip(first as usize);
    Ok(Reply::Array(items.map(|item: &Bytes| Reply::String(item.clone())).collect()))
}

fn clear(store: &Store, how: Arguments) -> Outcome {
    let known =
        |how: &Vec<u8>| how.eq_ignore_ascii_case(b"sync") || how.eq_ignore_ascii_case(b"async");
    if how.len() > 1 || !how.iter().all(known) {
        return Err(Reply::error("ERR syntax error"));
    }
    store.keys().clear();
    Ok(Reply::Status("OK"))
}

fn ping(_: &Store, text: Arguments) -> Outcome {
    Ok(text.into_iter().next().map_or(Reply::Status("PONG"), Reply::string))
}

/// There is one database.
fn select(_: &Store, database: Arguments) -> Outcome {
    match number(&database[0])? {
        0 => Ok(Reply::Status("OK")),
        _ => Err(Reply::error("ERR DB index is out of range")),
    }
}

/// Returns the settings that `redis-benchmark` reads, and the limits.
fn config(store: &Store, arguments: Arguments) -> Outcome {
    if !arguments[0].eq_ignore_ascii_case(b"get") || arguments.len() < 2 {
        return Err(Reply::error("ERR only CONFIG GET is known"));
    }
    let settings = [
        ("save", String::new()),
        ("appendonly", "no".to_owned()),
        ("maxclients", store.limits.max_clients.to_string()),
        ("maxmemory", store.limits.max_memory.to_string()),
        ("proto-max-bulk-len", store.limits.max_value.to_string()),
    ];
    let mut found = Vec::new();
    for (name, value) in settings {
        if arguments[1..].iter().any(|wanted| wanted.eq_ignore_ascii_case(name.as_bytes())) {
            found.extend([Reply::string(name), Reply::string(value)]);
        }
    }
    Ok(Reply::Array(found))
}

fn info(store: &Store, _: Arguments) -> Outcome {
    let clients = store.clients.load(Relaxed);
    Ok(Reply::string(format!(
        "# Server\r\nkv_version:{}\r\n# Clients\r\nconnected_clients:{clients}\r\n\
         # Memory\r\nused_memory:{}\r\nmaxmemory:{}\r\n",
        env!("CARGO_PKG_VERSION"),
        store.memory.used(),
        store.memory.max(),
    )))
}

fn count(count: usize) -> Outcome {
    Ok(Reply::Integer(count as i64))
}

fn number(text: &[u8]) -> Result<i64, Reply> {
    integer(text).ok_or_else(|| Reply::error("ERR value is not an integer or out of range"))
}

fn wrong_number(name: &str) -> Reply {
    Reply::error(format!("ERR wrong number of arguments for '{name}' command"))
}

/// Formats the command and its arguments like Redis, which treats them as C strings and shows about
/// 128 bytes of each.
fn unknown(name: &[u8], arguments: &[Vec<u8>]) -> Reply {
    let shown = |text: &[u8], most: usize| {
        let text = text.split(|&byte| byte == 0).next().unwrap_or_default();
        text[..text.len().min(most)].to_vec()
    };
    let mut list = Vec::new();
    for argument in arguments {
        if list.len() >= 128 {
            break;
        }
        list.extend([b"'".to_vec(), shown(argument, 128 - list.len()), b"' ".to_vec()].concat());
    }
    let name = shown(name, 128);
    Reply::Error(
        [b"ERR unknown command '", &*name, b"', with args beginning with: ", &*list].concat(),
    )
}
