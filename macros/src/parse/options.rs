//! The options in the parentheses of the attribute.

use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, quote, quote_spanned};
use syn::ext::IdentExt;
use syn::parse::{Parse, ParseStream};
use syn::spanned::Spanned;
use syn::{
    AngleBracketedGenericArguments, Expr, GenericArgument, Ident, Lifetime, Lit, Path, Result,
    Token, Type, Visibility, token,
};

use crate::diagnostics::Diagnostic;
use crate::parse::signature::{Shape, distance};

/// The options of one attribute.
#[derive(Default)]
pub(crate) struct Options {
    /// The place of the word `priming`, if present.
    pub(crate) priming: Option<Span>,
    pub(crate) named: Option<Named>,
    /// The shape that the word `iterator`, `stream` or `async` names, and the word.
    pub(crate) shape: Option<(Shape, Ident)>,
    /// The name of the constant in `fingerprint = NAME`.
    pub(crate) fingerprint: Option<Ident>,
    /// The place of the word `send`, if present.
    pub(crate) send: Option<Span>,
    /// The place of the word `sync`, if present.
    pub(crate) sync: Option<Span>,
    /// The bytes in `size = N`, for which the struct has room.
    pub(crate) size: Option<Expr>,
    /// The bytes in `align = N`.
    pub(crate) align: Option<Expr>,
    krate: Option<Path>,
}

/// The struct in `struct = pub Name<'a, T>`.
pub(crate) struct Named {
    /// The written visibility, or the function's.
    pub(crate) visibility: Option<Visibility>,
    pub(crate) name: Ident,
    pub(crate) lifetimes: Vec<Lifetime>,
    /// The names of types and constants.
    pub(crate) parameters: Vec<Ident>,
}

impl Options {
    /// Returns the path of `cogen` in the user's crate.
    pub(crate) fn krate(&self) -> TokenStream {
        match &self.krate {
            Some(path) => path.to_token_stream(),
            None => quote!(::cogen),
        }
    }

    /// Returns the call of `__coroutine!`. Its place is `place`, unless the option `crate` is
    /// written.
    pub(crate) fn coroutine(&self, place: Span, input: &TokenStream) -> TokenStream {
        match &self.krate {
            Some(path) => quote!(#path::__coroutine! { #input }),
            None => quote_spanned!(place=> ::cogen::__coroutine! { #input }),
        }
    }

    /// Adds an option. Returns whether it is the first of its kind.
    fn take(&mut self, item: Item, span: Span) -> bool {
        match item {
            Item::Shape(shape, name) => self.shape.replace((shape, name)).is_none(),
            Item::Priming => self.priming.replace(span).is_none(),
            Item::Send => self.send.replace(span).is_none(),
            Item::Sync => self.sync.replace(span).is_none(),
            Item::Fingerprint(name) => self.fingerprint.replace(name).is_none(),
            Item::Struct(named) => self.named.replace(named).is_none(),
            Item::Size(size) => self.size.replace(size).is_none(),
            Item::Align(align) => self.align.replace(align).is_none(),
            Item::Crate(path) => self.krate.replace(path).is_none(),
        }
    }
}

enum Item {
    Shape(Shape, Ident),
    Priming,
    Send,
    Sync,
    Fingerprint(Ident),
    Struct(Named),
    Size(Expr),
    Align(Expr),
    Crate(Path),
}

impl Item {
    /// Reads the tokens after the option's name.
    fn parse(name: &Ident, input: ParseStream<'_>) -> Result<Self> {
        let equals = |value| match input.parse::<Option<Token![=]>>()? {
            Some(_) if !input.is_empty() && !input.peek(Token![,]) => Ok(()),
            _ => Err(Diagnostic::FormOfOption { name, value }.at(name.span())),
        };
        if name == "crate" {
            equals("path")?;
            return Ok(Self::Crate(input.call(Path::parse_mod_style)?));
        }
        if name == "struct" {
            equals("Name")?;
            if input.peek(Lit) {
                let reason = Diagnostic::FormOfOption { name, value: "Name" };
                return Err(reason.at(input.span()));
            }
            return Ok(Self::Struct(input.parse()?));
        }
        if name == "size" {
            equals("N")?;
            return Ok(Self::Size(input.parse()?));
        }
        if name == "align" {
            equals("N")?;
            return Ok(Self::Align(input.parse()?));
        }
        if name == "fingerprint" {
            return match (input.parse::<Option<Token![=]>>()?, input.parse::<Ident>()) {
                (Some(_), Ok(name)) => Ok(Self::Fingerprint(name)),
                _ => Err(Diagnostic::UnnamedFingerprint.at(name.span())),
            };
        }
        let shape = match name.to_string().as_str() {
            "iterator" => Some(Shape::Iterator),
            "stream" => Some(Shape::Stream),
            "async" => Some(Shape::AsyncCoroutine),
            _ => None,
        };
        let item = if let Some(shape) = shape {
            Self::Shape(shape, name.clone())
        } else if name == "priming" {
            Self::Priming
        } else if name == "send" {
            Self::Send
        } else if name == "sync" {
            Self::Sync
        } else {
            return Err(unknown(name).at(name.span()));
        };
        if input.peek(Token![=]) || input.peek(Token![:]) || input.peek(token::Paren) {
            return Err(Diagnostic::OptionWithValue(name).at(name.span()));
        }
        Ok(item)
    }
}

/// The options, and how each is written.
const OPTIONS: [(&str, &str); 11] = [
    ("priming", "priming"),
    ("struct", "struct = Name"),
    ("size", "size = N"),
    ("align", "align = N"),
    ("send", "send"),
    ("sync", "sync"),
    ("iterator", "iterator"),
    ("stream", "stream"),
    ("async", "async"),
    ("fingerprint", "fingerprint = NAME"),
    ("crate", "crate = path"),
];

/// Returns the error about an option that doesn't exist.
fn unknown(name: &Ident) -> Diagnostic<'_> {
    let written = name.to_string();
    let meant = match written.as_str() {
        "box" | "boxed" | "dyn" => return Diagnostic::OptionForBox(name),
        "arg" | "argument" | "input" | "item" | "output" | "resume" | "return" | "returns"
        | "sent" | "yield" | "yields" => return Diagnostic::OptionForType(name),
        "name" | "type" => Some("struct = Name"),
        _ => {
            let mut nearest = None;
            for (option, meant) in &OPTIONS {
                let distance = distance(&written, option);
                if distance <= option.len() / 2
                    && nearest.is_none_or(|(smallest, _)| distance < smallest)
                {
                    nearest = Some((distance, *meant));
                }
            }
            nearest.map(|(_, meant)| meant)
        }
    };
    Diagnostic::UnknownOption { name, meant }
}

impl Parse for Named {
    fn parse(input: ParseStream<'_>) -> Result<Self> {
        let visibility = match input.parse()? {
            Visibility::Inherited => None,
            visibility => Some(visibility),
        };
        let name = input.parse()?;
        let (mut lifetimes, mut parameters) = (Vec::new(), Vec::new());
        if input.peek(Token![<]) {
            for argument in &input.parse::<AngleBracketedGenericArguments>()?.args {
                match (argument, plain_name(argument)) {
                    (_, Some(name)) => parameters.push(name.clone()),
                    (GenericArgument::Lifetime(lifetime), _) if parameters.is_empty() => {
                        lifetimes.push(lifetime.clone());
                    }
                    _ => return Err(Diagnostic::StructParameter.on(argument)),
                }
            }
        }
        Ok(Self { visibility, name, lifetimes, parameters })
    }
}

/// The name of a type or constant parameter.
fn plain_name(argument: &GenericArgument) -> Option<&Ident> {
    match argument {
        GenericArgument::Type(Type::Path(ty)) if ty.qself.is_none() => ty.path.get_ident(),
        _ => None,
    }
}

impl Parse for Options {
    fn parse(input: ParseStream<'_>) -> Result<Self> {
        let mut options = Self::default();
        while !input.is_empty() {
            if let Ok(value) = input.parse::<Lit>() {
                return Err(Diagnostic::NoOption.on(value));
            }
            let name = input.call(Ident::parse_any)?;
            let item = Item::parse(&name, input)?;
            if !options.take(item, name.span()) {
                return Err(Diagnostic::RepeatedOption(&name).at(name.span()));
            }
            if !input.is_empty() {
                input.parse::<Token![,]>()?;
            }
        }
        let size = options.size.as_ref().map(Spanned::span);
        let align = options.align.as_ref().map(Spanned::span);
        match (options.send.or(options.sync).or(size).or(align), &options.named) {
            (Some(span), None) => Err(Diagnostic::OptionWithoutStruct.at(span)),
            _ => match (align, size) {
                (Some(span), None) => Err(Diagnostic::AlignWithoutSize.at(span)),
                _ => Ok(options),
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(options: &str) -> String {
        match syn::parse_str::<Options>(options) {
            Ok(_) => String::new(),
            Err(error) => error.to_string(),
        }
    }

    #[test]
    fn options_stand_in_any_order() {
        let options: Options =
            syn::parse_str("crate = my::cogen, sync, struct = Walk<'a, 'b>, priming,").unwrap();
        assert!(options.priming.is_some() && options.sync.is_some() && options.send.is_none());
        assert_eq!(options.krate().to_string(), "my :: cogen");
        let named = options.named.unwrap();
        assert_eq!(named.name, "Walk");
        assert_eq!(named.lifetimes.len(), 2);
    }

    #[test]
    fn a_struct_has_parameters_and_a_capacity() {
        let options: Options = syn::parse_str(
            "struct = pub(crate) Walk<'a, T, N>, size = 2 * WIDTH, align = if A { 8 } else { 4 }",
        )
        .unwrap();
        assert!(options.size.is_some() && options.align.is_some());
        let named = options.named.unwrap();
        assert!(named.visibility.is_some());
        assert_eq!((named.lifetimes.len(), named.parameters.len()), (1, 2));
    }

    #[test]
    fn an_unknown_or_repeated_option_is_named() {
        assert!(message("prime").contains("no option `prime`"));
        assert!(message("priming, priming").contains("`priming` is repeated"));
        assert!(message("crate = a, crate = b").contains("`crate` is repeated"));
        assert!(message("struct = A, struct = B").contains("`struct` is repeated"));
    }

    #[test]
    fn a_word_has_no_value() {
        for wrong in ["priming = true", "priming(true)", "priming: true", "iterator = u32"] {
            assert!(message(wrong).contains("has no value"), "{wrong}");
        }
        assert!(message("struct = Walk, send = true").contains("write `send`"));
        assert!(message("\"priming\"").contains("begins with its name"));
    }

    #[test]
    fn a_fingerprint_has_a_name() {
        let options: Options = syn::parse_str("struct = Walk, fingerprint = WALK").unwrap();
        assert_eq!(options.fingerprint.unwrap(), "WALK");
        for wrong in [
            "fingerprint",
            "fingerprint, priming",
            "fingerprint = 7",
            "fingerprint = \"WALK\"",
            "fingerprint(WALK)",
        ] {
            assert!(message(wrong).contains("write `fingerprint = NAME`"), "{wrong}");
        }
        assert!(message("fingerprint = A, fingerprint = B").contains("`fingerprint` is repeated"));
    }

    #[test]
    fn what_belongs_to_a_struct_needs_one() {
        assert!(message("send").contains("add `struct = Name`"));
        assert!(message("size = 8").contains("add `struct = Name`"));
        assert!(message("struct = Walk, align = 8").contains("add `size = N`"));
        assert!(message("struct = Walk<T>, align = 8, size = N").is_empty());
        assert!(message("struct = Walk<T: Copy>").contains("write only their names"));
        assert!(message("struct = Walk<T, 'a>").contains("write only their names"));
    }
}
