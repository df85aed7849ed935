//! What stands in the parentheses of the attribute.

use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, quote};
use syn::parse::{Parse, ParseStream};
use syn::punctuated::Punctuated;
use syn::{Error, Ident, Path, Result, Token};

/// The options of one attribute.
#[derive(Default)]
pub(crate) struct Options {
    /// Where the word `priming` stands, if it does.
    pub(crate) priming: Option<Span>,
    krate: Option<Path>,
}

impl Options {
    /// The path of `cogen`, as the user's crate spells it.
    pub(crate) fn krate(&self) -> TokenStream {
        match &self.krate {
            Some(path) => path.to_token_stream(),
            None => quote!(::cogen),
        }
    }
}

enum OptionItem {
    Priming(Ident),
    Crate(Token![crate], Path),
}

impl Parse for OptionItem {
    fn parse(input: ParseStream<'_>) -> Result<Self> {
        if input.peek(Token![crate]) {
            let keyword = input.parse()?;
            input.parse::<Token![=]>()?;
            return Ok(Self::Crate(keyword, input.call(Path::parse_mod_style)?));
        }
        let name: Ident = input.parse()?;
        if name == "priming" {
            return Ok(Self::Priming(name));
        }
        Err(Error::new(name.span(), format!("there is no option `{name}`: write `priming` or `crate = path`")))
    }
}

impl Parse for Options {
    fn parse(input: ParseStream<'_>) -> Result<Self> {
        let mut options = Self::default();
        for item in Punctuated::<OptionItem, Token![,]>::parse_terminated(input)? {
            let (name, span, repeated) = match item {
                OptionItem::Priming(name) => {
                    let span = name.span();
                    ("priming", span, options.priming.replace(span).is_some())
                }
                OptionItem::Crate(keyword, path) => ("crate", keyword.span, options.krate.replace(path).is_some()),
            };
            if repeated {
                return Err(Error::new(span, format!("the option `{name}` is repeated: write it once")));
            }
        }
        Ok(options)
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
    fn both_options_stand_in_any_order() {
        let options: Options = syn::parse_str("crate = my::cogen, priming,").unwrap();
        assert!(options.priming.is_some());
        assert_eq!(options.krate().to_string(), "my :: cogen");
    }

    #[test]
    fn an_unknown_or_repeated_option_is_named() {
        assert!(message("prime").contains("no option `prime`"));
        assert!(message("priming, priming").contains("`priming` is repeated"));
        assert!(message("crate = a, crate = b").contains("`crate` is repeated"));
    }
}
