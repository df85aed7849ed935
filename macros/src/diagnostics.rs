//! The errors of the macros. Each has one message, which says what to write instead, and a case in
//! `tests/ui`, which a test checks.

use std::fmt;

use proc_macro2::{Span, TokenStream};
use quote::ToTokens;
use syn::{Error, Ident};

use crate::parse::signature::Shape;

/// An error in the user's code.
pub(crate) enum Diagnostic<'a> {
    // In the item under the attribute.
    NoFunction,
    Expression,
    NoBody,
    AttributeTwice,
    AsyncFunction,
    ConstFunction,
    ExternFunction,
    VariadicFunction,

    // In the return type.
    NoReturnType,
    OtherReturnType { similar: Option<Shape> },
    MisspelledShape { written: &'a str, meant: &'static str },
    WithoutImpl { written: String },
    PartOfReturnType,
    EveryLifetime,
    SentLifetime,
    UnnamedType { name: &'static str, list: String },
    OtherName { written: &'a Ident, meant: &'static str },
    ShapeTwice(&'a Ident),
    CloneBound { name: &'a Ident },
    UnpinBound,
    ExactSizeBound,
    DoubleEndedBound,
    IteratorWithoutAlloc,
    BoxWithoutAlloc,
    PrimedWithoutAlloc,
    Unsized,
    PrimedIterator,
    PrimedStream,
    PrimedAsyncCoroutine,

    // In the options.
    NoOption,
    UnknownOption { name: &'a Ident, meant: Option<&'static str> },
    OptionForBox(&'a Ident),
    OptionForType(&'a Ident),
    FormOfOption { name: &'a Ident, value: &'static str },
    OptionWithValue(&'a Ident),
    RepeatedOption(&'a Ident),
    UnnamedFingerprint,
    OptionWithoutStruct,
    StructParameter,
    AlignWithoutSize,

    // In the attribute on an `impl`.
    ImplOptions,
    ImplWithoutStructs,
    FingerprintInTrait,

    // In a function with `struct = Name`.
    NamedBox,
    NamedItself { name: &'a Ident },
    NamedUnsafe,
    NamedGeneric,
    NamedImplTrait,
    NamedInImpl,
    NamedInferred,
    UnnamedLifetime,
    UnnamedImplLifetime,
    OtherParameters { name: &'a Ident, list: String },
    ConditionalArgument,
    TooManyArguments,

    // In the type before the statements of `co!`.
    BlockType,
    BlockWithoutBraces,
    BlockWithoutAlloc,

    // In the body.
    MacroInBody,
    Enclosed { name: &'static str, enclosure: Enclosure, in_async_braces: bool },
    AwaitInSync,
    AwaitInAlias,
    IndexBeforeIndex,
    IndexBeforeGuard,
    OutsideOfLoop { name: &'static str },
    QuestionMarkWithoutReturn,
    BlockInBlock { is_async: bool },
    RecursionWithoutBox { boxed: String, is_named: bool },
    RecursionWithLifetimes,
    NamedRecursion { name: &'a Ident, new: &'static str },
    NoDelegate,
    SeveralValues,
    SeveralArguments,
    YieldBang,
    KeywordInMacro,

    // In the input of `body!`.
    HiddenMacro,
}

/// An enclosure that a yield can't leave.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Enclosure {
    Closure,
    AsyncBlock,
    Constant,
    Function,
    Item,
}

impl Diagnostic<'_> {
    /// Returns the error at a place.
    pub(crate) fn at(self, span: Span) -> Error {
        Error::new(span, self)
    }

    /// Returns the error at the tokens that it is about.
    pub(crate) fn on(self, tokens: impl ToTokens) -> Error {
        Error::new_spanned(tokens.into_token_stream(), self)
    }
}

/// Returns the code with which the compiler reports the errors.
pub(crate) fn compile_errors(errors: Vec<Error>) -> TokenStream {
    errors.into_iter().map(compile_error).collect()
}

/// Returns the code with which the compiler reports an error.
pub(crate) fn compile_error(error: Error) -> TokenStream {
    let mut tokens = TokenStream::new();
    for error in error {
        // Without the `::core::` at the beginning, which edition 2015 doesn't know.
        tokens.extend(error.into_compile_error().into_iter().skip(5));
    }
    tokens
}

/// Whether `cogen` has its feature `alloc`.
pub(crate) const HAS_ALLOC: bool = cfg!(any(feature = "alloc", test));

/// The list of all supported return types.
struct Shapes;

impl fmt::Display for Shapes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (coroutine, asynchronous) = (Shape::Coroutine, Shape::AsyncCoroutine);
        if HAS_ALLOC {
            write!(
                f,
                "{coroutine}, {}, {asynchronous}, {} or a box of one of these, such as \
                 `BoxCoroutine<'_, R, Y, T>`",
                Shape::Iterator,
                Shape::Stream
            )
        } else {
            write!(f, "{coroutine}, {asynchronous} or {}", Shape::Stream)
        }
    }
}

/// The list of all options.
struct Options;

impl fmt::Display for Options {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "`priming`, `struct = Name`, `size = N`, `align = N`, `send`, `sync`, `iterator`, \
             `stream`, `async`, `fingerprint = NAME` or `crate = path`"
        )
    }
}

impl fmt::Display for Shape {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Coroutine => "`impl Coroutine<R, Yield = Y, Return = T>`",
            Self::AsyncCoroutine => "`impl AsyncCoroutine<R, Yield = Y, Return = T>`",
            Self::Iterator => "`impl Iterator<Item = Y>`",
            Self::Stream => "`impl Stream<Item = Y>`",
        })
    }
}

impl fmt::Display for Diagnostic<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoFunction => {
                write!(f, "only a function can be a coroutine: put the attribute on a `fn`")
            }
            Self::Expression => {
                write!(f, "only a function can be a coroutine: write `co! {{ … }}` here")
            }
            Self::NoBody => {
                write!(
                    f,
                    "a coroutine needs a body: put the attribute on the function in the `impl`, \
                     and write the whole return type here"
                )
            }
            Self::AttributeTwice => {
                write!(f, "the function is a coroutine already: remove one of the two attributes")
            }
            Self::AsyncFunction => {
                write!(
                    f,
                    "an `async fn` can't be a coroutine: remove `async`, the return type says what \
                     the function is"
                )
            }
            Self::ConstFunction => write!(
                f,
                "a `const fn` can't be a coroutine: remove `const`, and fill a static at run time, \
                 with a `StaticCell`"
            ),
            Self::ExternFunction => write!(
                f,
                "an `extern` function can't be a coroutine, which only Rust can resume: remove \
                 `extern`"
            ),
            Self::VariadicFunction => {
                write!(
                    f,
                    "a variadic function can't be a coroutine: take a slice or an iterator instead \
                     of `...`"
                )
            }

            Self::NoReturnType => {
                write!(f, "a coroutine needs a return type: write `->` and {Shapes}")
            }
            Self::OtherReturnType { similar: Some(similar) } => {
                write!(f, "a coroutine can't return this type: write {similar}")
            }
            Self::PartOfReturnType => write!(
                f,
                "a coroutine can't be only a part of what the function returns: remove the \
                 attribute, and write it as `co! {{ … }}` inside"
            ),
            Self::EveryLifetime => write!(
                f,
                "a coroutine may keep a sent value across its yields, so `for<'a>` can't work: \
                 name one lifetime, as in `fn f<'a>() -> impl Coroutine<&'a str>`, or send owned \
                 values"
            ),
            Self::SentLifetime => write!(
                f,
                "the lifetime of what a coroutine is sent needs a name: write \
                 `fn f<'a>() -> impl Coroutine<&'a str>`, or send owned values"
            ),
            Self::UnnamedType { name, list } => write!(
                f,
                "only the type that a coroutine is sent stands there without a name: write \
                 `{name}<{list}>`"
            ),
            Self::OtherName { written, meant } => write!(
                f,
                "a coroutine has no `{written}`: write `{meant} = …`, or return \
                 `impl Iterator<Item = Y>`"
            ),
            Self::ShapeTwice(name) => write!(
                f,
                "the return type already says what the coroutine is: remove `{name}`, which is for \
                 an alias that hides it"
            ),
            Self::CloneBound { name } => write!(
                f,
                "a coroutine can't be `{name}`, since its body may hold references into itself: \
                 remove the bound, and call the function again for another coroutine, or see \
                 `cogen::guide::limits`"
            ),
            Self::UnpinBound => write!(
                f,
                "a coroutine isn't `Unpin`, because its body may borrow from itself: remove \
                 `+ Unpin`, or return a `BoxCoroutine` or a `BoxAsyncCoroutine`, which are"
            ),
            Self::ExactSizeBound => write!(
                f,
                "an iterator with a body can't say how many items are left: write \
                 `impl Iterator<Item = Y>` and put `cogen::WithLen` around what the function \
                 returns, or see `cogen::guide::limits`"
            ),
            Self::DoubleEndedBound => write!(
                f,
                "an iterator with a body can't be run from its end: write \
                 `impl Iterator<Item = Y>` and collect the items first, or see \
                 `cogen::guide::limits`"
            ),
            Self::OtherReturnType { similar: None } => {
                write!(f, "a coroutine can't return this type: write {Shapes}")
            }
            Self::MisspelledShape { written, meant } => {
                write!(f, "a coroutine can't return `{written}`: write `{meant}`")
            }
            Self::WithoutImpl { written } => {
                write!(f, "a coroutine can't return a trait: write `impl {written}`")
            }
            Self::IteratorWithoutAlloc => write!(
                f,
                "an iterator needs a box: enable the feature `alloc` of `cogen`, or return \
                 `impl Coroutine<(), Yield = Y>`, and `iterate()` over it"
            ),
            Self::BoxWithoutAlloc => write!(
                f,
                "this type is a box: enable the feature `alloc` of `cogen`, or return \
                 `impl Coroutine<R, Yield = Y, Return = T>`"
            ),
            Self::PrimedWithoutAlloc => write!(
                f,
                "a coroutine is primed in a box: enable the feature `alloc` of `cogen`, or remove \
                 `priming` and call `start` on what the function returns"
            ),
            Self::Unsized => write!(
                f,
                "a value of this type can't pass through a coroutine, as its size is not known: \
                 write a reference or a `Box` to it"
            ),
            Self::PrimedIterator => write!(
                f,
                "an iterator can't be primed, since nothing is sent to it: remove `priming`"
            ),
            Self::PrimedStream => {
                write!(f, "a stream can't be primed, since nothing is sent to it: remove `priming`")
            }
            Self::PrimedAsyncCoroutine => write!(
                f,
                "an async coroutine can't be primed, since it may have to wait before its first \
                 yield: remove `priming`, and await its `start()`"
            ),

            Self::UnknownOption { name, meant: Some(meant) } => {
                write!(f, "there is no option `{name}`: write `{meant}`")
            }
            Self::OptionForBox(name) => write!(
                f,
                "there is no option `{name}`: the return type says that the coroutine is in a box, \
                 as in `BoxCoroutine<'_, R, Y, T>`"
            ),
            Self::OptionForType(name) => write!(
                f,
                "there is no option `{name}`: the return type says what the coroutine is sent, \
                 yields and returns, as in `impl Coroutine<R, Yield = Y, Return = T>`"
            ),
            Self::FormOfOption { name, value } => {
                write!(f, "the option `{name}` has another form: write `{name} = {value}`")
            }
            Self::OptionWithValue(name) => {
                write!(f, "the option `{name}` has no value: write `{name}`")
            }
            Self::NoOption => write!(f, "an option begins with its name: write {Options}"),
            Self::UnknownOption { name, meant: None } => {
                write!(f, "there is no option `{name}`: write {Options}")
            }
            Self::RepeatedOption(name) => {
                write!(f, "the option `{name}` is repeated: write it once")
            }
            Self::UnnamedFingerprint => write!(
                f,
                "the fingerprint is a constant that needs a name: write `fingerprint = NAME`"
            ),
            Self::OptionWithoutStruct => {
                write!(
                    f,
                    "this option is for the struct that `struct = Name` defines: add \
                     `struct = Name`, or remove the option"
                )
            }
            Self::StructParameter => write!(
                f,
                "the parameters of a coroutine's struct are those of the function: write only \
                 their names, the lifetimes first, as in `struct = Name<'a, T>`"
            ),
            Self::AlignWithoutSize => write!(
                f,
                "the struct has the alignment of the coroutine unless it has a capacity: add \
                 `size = N`, or remove `align`"
            ),

            Self::ImplOptions => {
                write!(f, "the attribute on an `impl` has no options: write them on its functions")
            }
            Self::ImplWithoutStructs => write!(
                f,
                "the attribute on an `impl` is for functions with \
                 `#[cogen::coroutine(struct = Name)]` in it, and there is none: remove it here"
            ),

            Self::FingerprintInTrait => write!(
                f,
                "the implementation of a trait can't have a further constant: remove \
                 `fingerprint`, or write the function in an `impl` without a trait, and call it \
                 here"
            ),

            Self::NamedBox => {
                write!(f, "a boxed coroutine has a type with a name already: remove `struct = …`")
            }
            Self::NamedItself { name } => write!(
                f,
                "the attribute puts `{name}` in the place of the return type, which has to say \
                 what the coroutine is: write {}, {}, {} or {}",
                Shape::Coroutine,
                Shape::Iterator,
                Shape::AsyncCoroutine,
                Shape::Stream
            ),
            Self::NamedUnsafe => write!(
                f,
                "a coroutine with a named struct can't be an `unsafe fn`: make it safe, and write \
                 an `unsafe` block where it is needed"
            ),
            Self::NamedGeneric => write!(
                f,
                "the struct of a generic coroutine has room for a number of bytes that you choose: \
                 add `size = N`, as in `struct = Name<T>, size = 64`. If a coroutine takes more, a \
                 compiler error says how many"
            ),
            Self::NamedImplTrait => write!(
                f,
                "the struct of a coroutine can't name this type: write a type parameter in place \
                 of `impl Trait`"
            ),
            Self::NamedInImpl => write!(
                f,
                "a struct can't be defined inside of an `impl`: put `#[cogen::coroutine]` on the \
                 `impl`, too, which then defines it outside"
            ),
            Self::NamedInferred => write!(
                f,
                "the struct of a coroutine has to say what passes through it: write the type"
            ),
            Self::UnnamedLifetime => {
                write!(
                    f,
                    "the lifetimes of a coroutine with a named struct need names: write `&'a …`, \
                     and `struct = Name<'a>`"
                )
            }
            Self::UnnamedImplLifetime => {
                write!(
                    f,
                    "the path of a named coroutine can't say which lifetime this is: move it from \
                     the `impl` to the function"
                )
            }
            Self::OtherParameters { name, list } => {
                write!(
                    f,
                    "the struct has to have the parameters of the function: write \
                     `struct = {name}{list}`"
                )
            }
            Self::ConditionalArgument => {
                write!(
                    f,
                    "the arguments of a coroutine with a named struct can't be conditional: put \
                     the `#[cfg]` on two functions"
                )
            }
            Self::TooManyArguments => {
                write!(
                    f,
                    "a coroutine with a named struct takes 12 arguments at most: put several into \
                     a struct or a tuple"
                )
            }

            Self::BlockType => write!(
                f,
                "`co!` makes a value of one of four types: write {}, {}, {} or {}, with nothing \
                 else, and put a box around the whole if it needs one",
                Shape::Coroutine,
                Shape::Iterator,
                Shape::AsyncCoroutine,
                Shape::Stream
            ),
            Self::BlockWithoutBraces => write!(
                f,
                "after the type, the statements of `co!` need braces, like those of a closure: \
                 write `co! {{ -> impl … {{ … }} }}`"
            ),
            Self::BlockWithoutAlloc => write!(
                f,
                "an iterator needs a box: enable the feature `alloc` of `cogen`, or write \
                 `co! {{ … }}` without `gen` or a type, pin it, and `iterate()` over it"
            ),

            Self::MacroInBody => {
                write!(
                    f,
                    "in a coroutine, an attribute macro would receive the rewritten yields: remove \
                     it from the statement or expression"
                )
            }
            Self::Enclosed { name, enclosure, in_async_braces } => {
                write!(
                    f,
                    "`{name}` {enclosure}: move it out, or make a coroutine of its own there with \
                     `co! {{ … }}`"
                )?;
                if *in_async_braces {
                    write!(
                        f,
                        " (an async coroutine is `co! {{ async … }}`, without inner braces)"
                    )?;
                }
                Ok(())
            }
            Self::AwaitInSync => write!(
                f,
                "only yields can suspend a coroutine that is not async: return \
                 `impl AsyncCoroutine` or `impl Stream` (in `co!`, write `co! {{ async … }}`), or \
                 await the future outside and send its value in"
            ),
            Self::AwaitInAlias => write!(
                f,
                "only yields can suspend a coroutine that is not async, and the attribute doesn't \
                 see behind an alias: add the option `stream` or `async`, as in \
                 `#[cogen::coroutine(stream)]`"
            ),
            Self::IndexBeforeIndex => {
                write!(
                    f,
                    "rustc loses this index while the body is suspended in the next one: store \
                     the value of the next index in a local first"
                )
            }
            Self::IndexBeforeGuard => {
                write!(
                    f,
                    "rustc loses this index while the body is suspended in a guard: match on a \
                     local, or on a reference, `&list[index]`"
                )
            }
            Self::OutsideOfLoop { name } => {
                write!(f, "`{name}` outside of a loop: write `return` to end the coroutine")
            }
            Self::BlockInBlock { is_async } => {
                let word = if *is_async { "async gen" } else { "gen" };
                write!(f, "the braces of `co!` are those of the block: write `co! {{ {word} … }}`")
            }
            Self::QuestionMarkWithoutReturn => write!(
                f,
                "`?` ends a coroutine and returns the error, but this one returns `()`: write \
                 `Return = Result<…>` or `Return = Option<…>` in the return type (in a box, the \
                 `T`)"
            ),
            Self::RecursionWithLifetimes => write!(
                f,
                "an iterator that delegates to itself may borrow for one lifetime only: write the \
                 same lifetime in all arguments"
            ),
            Self::RecursionWithoutBox { boxed, is_named } => write!(
                f,
                "the type of a coroutine that delegates to itself would contain itself: {}return \
                 `{boxed}`{}",
                if HAS_ALLOC { "" } else { "enable the feature `alloc` of `cogen`, and " },
                if *is_named { ", where `'a` is the lifetime of all arguments" } else { "" }
            ),
            Self::NamedRecursion { name, new } => write!(
                f,
                "a struct that delegates to itself would contain itself: write \
                 `yield_from!(Box::{new}({name}(…)))`"
            ),
            Self::NoDelegate => write!(
                f,
                "`yield_from!` needs something to delegate to: write `yield_from!(coroutine)`"
            ),
            Self::SeveralValues => {
                write!(f, "`yield_!` takes one value: put several into a tuple, `yield_!((a, b))`")
            }
            Self::SeveralArguments => write!(
                f,
                "`yield_from!` takes a coroutine and, if the coroutine has started, one value to \
                 send: write `yield_from!(coroutine, value)`"
            ),
            Self::HiddenMacro => {
                f.write_str("this macro is hidden: write `#[cogen::coroutine]` or `co! { … }`")
            }
            Self::YieldBang => {
                write!(
                    f,
                    "`yield` is a keyword, so `yield!(x)` is not a macro call under an attribute: \
                     write `yield_!(x)`"
                )
            }
            Self::KeywordInMacro => {
                write!(f, "the keyword `yield` can't stand in another macro: write `yield_!(x)`")
            }
        }
    }
}

impl fmt::Display for Enclosure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Closure => "can't leave a closure",
            Self::AsyncBlock => "can't leave an `async` block",
            Self::Constant => "can't leave a constant",
            Self::Function => "can't leave an inner function",
            Self::Item => "can't leave an inner item",
        })
    }
}
