//! The keys with their values, and the memory that they take.

use std::collections::{HashMap, VecDeque};
use std::sync::Arc;

use super::memory::{Claim, Memory, OutOfMemory};
use crate::reply::{Bytes, Reply};

/// The approximate memory of an entry of the map, besides the bytes of its key and its value.
const ENTRY: usize = 128;

/// The approximate memory of an item of a list, besides its bytes.
const ITEM: usize = 96;

pub(crate) enum Value {
    String(Bytes),
    /// Never empty.
    List(VecDeque<Bytes>),
}

/// The error for a key that holds a value of another type.
pub(crate) struct WrongType;

/// An end of a list.
#[derive(Clone, Copy)]
pub(crate) enum End {
    Left,
    Right,
}

pub(crate) struct Keys {
    map: HashMap<Vec<u8>, Value>,
    claim: Claim,
}

impl Keys {
    pub(crate) fn new(memory: &Arc<Memory>) -> Self {
        Self { map: HashMap::new(), claim: memory.claim(0) }
    }

    pub(crate) fn len(&self) -> usize {
        self.map.len()
    }

    pub(crate) fn clear(&mut self) {
        self.map = HashMap::new();
        self.claim.clear();
    }

    pub(crate) fn get(&self, key: &[u8]) -> Option<&Value> {
        self.map.get(key)
    }

    pub(crate) fn string(&self, key: &[u8]) -> Result<Option<&Bytes>, WrongType> {
        match self.map.get(key) {
            None => Ok(None),
            Some(Value::String(string)) => Ok(Some(string)),
            Some(Value::List(_)) => Err(WrongType),
        }
    }

    pub(crate) fn list(&self, key: &[u8]) -> Result<Option<&VecDeque<Bytes>>, WrongType> {
        match self.map.get(key) {
            None => Ok(None),
            Some(Value::List(list)) => Ok(Some(list)),
            Some(Value::String(_)) => Err(WrongType),
        }
    }

    /// Sets each key to its string, whatever the key held before. Sets all of them, or none.
    pub(crate) fn set(
        &mut self,
        pairs: impl AsRef<[(Vec<u8>, Vec<u8>)]> + IntoIterator<Item = (Vec<u8>, Vec<u8>)>,
    ) -> Result<(), OutOfMemory> {
        let cost_of_key = |key: &Vec<u8>| ENTRY + key.capacity();
        let new = pairs.as_ref().iter().map(|(key, string)| cost_of_key(key) + string.capacity());
        self.claim.grow(new.sum())?;
        for (key, string) in pairs {
            let cost_of_key = cost_of_key(&key);
            if let Some(old) = self.map.insert(key, Value::String(Arc::new(string))) {
                self.claim.shrink(cost_of_key + cost(&old));
            }
        }
        Ok(())
    }

    pub(crate) fn remove(&mut self, key: &[u8]) -> bool {
        let Some((key, value)) = self.map.remove_entry(key) else {
            return false;
        };
        self.claim.shrink(ENTRY + key.capacity() + cost(&value));
        true
    }

    /// Adds `items` to the list of `key`, one after the other, and returns the list's length.
    pub(crate) fn push(
        &mut self,
        key: Vec<u8>,
        items: Vec<Vec<u8>>,
        end: End,
    ) -> Result<usize, Reply> {
        self.list(&key)?;
        let new_key = if self.map.contains_key(&key) { 0 } else { ENTRY + key.capacity() };
        let new_items: usize = items.iter().map(|item| ITEM + item.capacity()).sum();
        self.claim.grow(new_key + new_items)?;
        let value = self.map.entry(key).or_insert_with(|| Value::List(VecDeque::new()));
        let Value::List(list) = value else {
            return Err(WrongType.into());
        };
        for item in items.into_iter().map(Arc::new) {
            match end {
                End::Left => list.push_front(item),
                End::Right => list.push_back(item),
            }
        }
        Ok(list.len())
    }

    /// Takes the item at an end of the list of `key`. A list that is empty then is removed.
    pub(crate) fn pop(&mut self, key: &[u8], end: End) -> Result<Option<Bytes>, WrongType> {
        let list = match self.map.get_mut(key) {
            None => return Ok(None),
            Some(Value::String(_)) => return Err(WrongType),
            Some(Value::List(list)) => list,
        };
        let item = match end {
            End::Left => list.pop_front(),
            End::Right => list.pop_back(),
        };
        if let Some(item) = &item {
            self.claim.shrink(ITEM + item.capacity());
        }
        if list.is_empty() {
            self.remove(key);
        }
        Ok(item)
    }
}

fn cost(value: &Value) -> usize {
    match value {
        Value::String(string) => string.capacity(),
        Value::List(list) => list.iter().map(|item| ITEM + item.capacity()).sum(),
    }
}

impl From<WrongType> for Reply {
    fn from(_: WrongType) -> Self {
        Self::error("WRONGTYPE Operation against a key holding the wrong kind of value")
    }
}
