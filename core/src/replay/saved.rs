//! The saved form of records and steps: their version, their values, and a check.

use alloc::vec::Vec;
use core::fmt;
use core::marker::PhantomData;

use serde::de::{self, Deserialize, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde::ser::{self, Serialize, SerializeStruct, Serializer};

use super::check::check;
use super::record::Contents;
use super::step::Line;
use super::{Record, RecordError, Step};
use crate::fingerprint::hex;

/// The version of the form. It changes when a field of a record or of a step changes.
const FORMAT: u32 = 2;

// The check is the last field. So it marks the end in formats without names: a value of another
// layout would leave other bytes in its place. If a database sorts the fields by name, `format` is
// still before `recorded`, both alphabetically and by length.
const FIELDS: &[&str] = &["format", "recorded", "check"];

/// A [`Record`] or a [`Step`] as it was loaded, before it is checked (feature `serde`).
///
/// Records and steps can be loaded directly, too. Then a damaged one is an error of the *format*,
/// and some formats drop the error's text. `Saved` loads the values without the check, and
/// [`open`](Self::open) returns a typed error. Only [`open_changed`](Self::open_changed) accepts
/// values whose types have changed on purpose.
///
/// # Examples
///
/// ```
/// use cogen::replay::{ByValue, Record, RecordError, Recorded, Saved};
/// use cogen::{CoroutineExt, Fingerprint};
///
/// # #[cogen::coroutine]
/// # fn count(from: u32) -> impl cogen::Coroutine<(), Yield = u32> { yield_from!(from..); }
/// let mut recorded = Recorded::new(Fingerprint::NONE, count, (7,));
/// recorded.start();
/// let text = serde_json::to_string(recorded.record()).unwrap();
///
/// let damaged = text.replace('7', "1");
/// let saved: Saved<Record<(u32,), (), ByValue<u32>>> = serde_json::from_str(&damaged).unwrap();
/// assert_eq!(saved.open().unwrap_err(), RecordError::Damaged);
///
/// let later = text.replace("\"format\":2", "\"format\":3");
/// let saved: Saved<Record<(u32,), (), ByValue<u32>>> = serde_json::from_str(&later).unwrap();
/// assert_eq!(saved.open().unwrap_err(), RecordError::Version { saved: 3, known: 2 });
/// ```
pub struct Saved<T> {
    value: Result<T, RecordError>,
    /// Whether the check matches the value.
    checked: bool,
}

impl<T> Saved<T> {
    /// Returns the value, if the check matches it.
    ///
    /// # Errors
    ///
    /// [`RecordError::Version`] if another version of the crate saved it in another format.
    /// [`RecordError::Damaged`] if the check doesn't match: the data are damaged, or the types have
    /// changed since they were saved, or the format doesn't keep all values (some JSON parsers
    /// round the last digit of an `f64`). [`RecordError::Misplaced`] if the steps can't follow each
    /// other.
    ///
    /// # Examples
    ///
    /// See the [type](Self#examples).
    pub fn open(self) -> Result<T, RecordError> {
        self.value
            .and_then(|value| if self.checked { Ok(value) } else { Err(RecordError::Damaged) })
    }

    /// Like [`open`](Self::open), but accepts values that don't match the check.
    ///
    /// Use it if the *types* of the arguments, of the sent values or of the evidence have changed
    /// on purpose, in a format that names its fields. It doesn't detect damage.
    ///
    /// # Errors
    ///
    /// [`RecordError::Version`] and [`RecordError::Misplaced`], like `open`.
    ///
    /// # Examples
    ///
    /// ```
    /// use cogen::replay::{ByValue, Record, RecordError, Recorded, Saved};
    /// use cogen::{CoroutineExt, Fingerprint};
    /// use serde::{Deserialize, Serialize};
    ///
    /// #[derive(Clone, Serialize)]
    /// struct Cart {
    ///     items: u32,
    /// }
    ///
    /// # #[cogen::coroutine]
    /// # fn count(cart: Cart) -> impl cogen::Coroutine<(), Yield = u32> { yield_!(cart.items); }
    /// let recorded = Recorded::new(Fingerprint::NONE, count, (Cart { items: 3 },));
    /// let text = serde_json::to_string(recorded.record()).unwrap();
    ///
    /// mod next_week {
    ///     #[derive(Debug, serde::Serialize, serde::Deserialize)]
    ///     pub struct Cart {
    ///         pub items: u32,
    ///         #[serde(default)]
    ///         pub coupons: u32,
    ///     }
    /// }
    ///
    /// type Loaded = Saved<Record<(next_week::Cart,), (), ByValue<u32>>>;
    /// let saved: Loaded = serde_json::from_str(&text).unwrap();
    /// assert_eq!(saved.open().unwrap_err(), RecordError::Damaged);
    /// let saved: Loaded = serde_json::from_str(&text).unwrap();
    /// let record = saved.open_changed().unwrap();
    /// assert_eq!((record.arguments().0.items, record.arguments().0.coupons), (3, 0));
    /// ```
    pub fn open_changed(self) -> Result<T, RecordError> {
        self.value
    }
}

impl<T> fmt::Debug for Saved<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Saved").field("error", &self.value.as_ref().err()).finish_non_exhaustive()
    }
}

fn save<C: Serialize, S: Serializer>(contents: &C, serializer: S) -> Result<S::Ok, S::Error> {
    let check = check(contents).map_err(ser::Error::custom)?;
    let mut fields = serializer.serialize_struct("Saved", FIELDS.len())?;
    fields.serialize_field("format", &FORMAT)?;
    fields.serialize_field("recorded", contents)?;
    fields.serialize_field("check", &Hex(check))?;
    fields.end()
}

/// The contents, and whether the check matches.
type Loaded<C> = Result<(C, bool), RecordError>;

fn load<'de, C, D>(deserializer: D) -> Result<Loaded<C>, D::Error>
where
    C: Serialize + Deserialize<'de>,
    D: Deserializer<'de>,
{
    deserializer.deserialize_struct("Saved", FIELDS, Fields(PhantomData))
}

struct Fields<C>(PhantomData<C>);

impl<'de, C: Serialize + Deserialize<'de>> Visitor<'de> for Fields<C> {
    type Value = Loaded<C>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a saved record or step")
    }

    fn visit_seq<S: SeqAccess<'de>>(self, mut fields: S) -> Result<Loaded<C>, S::Error> {
        let missing = |at| de::Error::invalid_length(at, &self);
        let format = fields.next_element()?.ok_or_else(|| missing(0))?;
        if format != FORMAT {
            // Some formats that mark the end of a sequence require that all elements are read.
            while let Ok(Some(_)) = fields.next_element::<IgnoredAny>() {}
            return Ok(Err(other(format)));
        }
        let contents = fields.next_element()?.ok_or_else(|| missing(1))?;
        let Hex(check) = fields.next_element()?.ok_or_else(|| missing(2))?;
        Ok(Ok(checked(contents, check)))
    }

    fn visit_map<M: MapAccess<'de>>(self, mut fields: M) -> Result<Loaded<C>, M::Error> {
        let (mut format, mut contents, mut check) = (None, None, None);
        while let Some(field) = fields.next_key()? {
            match field {
                Field::Format => format = Some(fields.next_value()?),
                Field::Recorded if format.is_none_or(|format| format == FORMAT) => {
                    contents = Some(fields.next_value()?);
                }
                Field::Check => check = Some(fields.next_value::<Hex>()?.0),
                _ => _ = fields.next_value::<IgnoredAny>()?,
            }
        }
        let format = format.ok_or_else(|| de::Error::missing_field("format"))?;
        if format != FORMAT {
            return Ok(Err(other(format)));
        }
        let contents = contents.ok_or_else(|| de::Error::missing_field("recorded"))?;
        let check = check.ok_or_else(|| de::Error::missing_field("check"))?;
        Ok(Ok(checked(contents, check)))
    }
}

#[derive(serde::Deserialize)]
#[serde(field_identifier, rename_all = "snake_case")]
enum Field {
    Format,
    Recorded,
    Check,
    #[serde(other)]
    Further,
}

fn other(saved: u32) -> RecordError {
    RecordError::Version { saved, known: FORMAT }
}

fn checked<C: Serialize>(contents: C, saved: u64) -> (C, bool) {
    let fits = check(&contents).is_ok_and(|computed| computed == saved);
    (contents, fits)
}

/// A number that is saved as hexadecimal digits.
#[derive(serde::Serialize, serde::Deserialize)]
#[serde(transparent)]
struct Hex(#[serde(with = "hex")] u64);

impl<A: Serialize, R: Serialize, E: Serialize> Serialize for Record<A, R, E> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        save(self.contents(), serializer)
    }
}

impl<R: Serialize, E: Serialize> Serialize for Step<R, E> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        save(&self.0, serializer)
    }
}

impl<'de, A, R, E> Deserialize<'de> for Saved<Record<A, R, E>>
where
    A: Serialize + Deserialize<'de>,
    R: Serialize + Deserialize<'de>,
    E: Serialize + Deserialize<'de>,
{
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(match load::<Contents<A, R, E>, D>(deserializer)? {
            Ok((contents, checked)) => Self { value: Record::from_contents(contents), checked },
            Err(error) => Self { value: Err(error), checked: false },
        })
    }
}

impl<'de, R, E> Deserialize<'de> for Saved<Step<R, E>>
where
    R: Serialize + Deserialize<'de>,
    E: Serialize + Deserialize<'de>,
{
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(match load::<Line<R, E>, D>(deserializer)? {
            Ok((line, checked)) => Self { value: Ok(Step(line)), checked },
            Err(error) => Self { value: Err(error), checked: false },
        })
    }
}

impl<'de, A, R, E> Deserialize<'de> for Record<A, R, E>
where
    A: Serialize + Deserialize<'de>,
    R: Serialize + Deserialize<'de>,
    E: Serialize + Deserialize<'de>,
{
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Saved::<Self>::deserialize(deserializer)?.open().map_err(de::Error::custom)
    }
}

impl<'de, R, E> Deserialize<'de> for Step<R, E>
where
    R: Serialize + Deserialize<'de>,
    E: Serialize + Deserialize<'de>,
{
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Saved::<Self>::deserialize(deserializer)?.open().map_err(de::Error::custom)
    }
}

/// Saves the steps of a record without a check for each: the record has one check for all.
pub(super) mod lines {
    use super::{Deserialize, Deserializer, Line, Serialize, Serializer, Step, Vec};

    pub(in crate::replay) fn serialize<R, E, S>(
        steps: &[Step<R, E>],
        serializer: S,
    ) -> Result<S::Ok, S::Error>
    where
        R: Serialize,
        E: Serialize,
        S: Serializer,
    {
        serializer.collect_seq(steps.iter().map(|step| &step.0))
    }

    pub(in crate::replay) fn deserialize<'de, R, E, D>(
        deserializer: D,
    ) -> Result<Vec<Step<R, E>>, D::Error>
    where
        R: Deserialize<'de>,
        E: Deserialize<'de>,
        D: Deserializer<'de>,
    {
        let lines = Vec::<Line<R, E>>::deserialize(deserializer)?;
        Ok(lines.into_iter().map(Step).collect())
    }
}
