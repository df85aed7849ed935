//! The body of a coroutine, whose yields are rewritten.
//!
//! A yield in plain sight is rewritten in place, so that errors point to the user's expression
//! (`yields`). A yield in other macros resolves to a `macro_rules!` (`foreign_macros`). Either way
//! it mentions the label of the body's block, which can't be reached from a closure or an inner
//! `async` block. So wherever a macro puts a yield, the yield compiles in its own body only. The
//! checks here only have better messages than the compiler. The exception is the indices that rustc
//! loses (`lost_indices`).

mod foreign_macros;
mod hidden_return;
mod lost_indices;
mod postfix;
mod returned;
mod sent_values;
mod suspensions;
mod used_names;
mod yields;

use proc_macro2::{Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::{
    Attribute, Error, Expr, ExprAwait, ExprMacro, ExprReturn, ExprTry, Item, Stmt, parse_quote,
};

use crate::body::foreign_macros::{is_left_to_another_macro, is_of_std, is_placeholder};
use crate::body::suspensions::Suspensions;
use crate::body::used_names::UsedNames;
use crate::body::yields::{Extent, is_ours};
use crate::diagnostics::{Diagnostic, Enclosure};
use crate::parse::attributes::{conditions, is_built_in, is_of_a_tool};
use crate::parse::item::Body;
use crate::parse::machine::{Argument, Ends};
use crate::visitor::{Node, Visitor};

pub(crate) use self::sent_values::may_use_what_is_sent;

/// A body whose yields are rewritten.
pub(crate) struct Rewritten {
    /// The `macro_rules!` for yields in other macros, if the body calls any.
    pub(crate) macros: TokenStream,
    /// Statements that refuse code that exists only under conditions.
    pub(crate) conditional: TokenStream,
    /// Reports the arguments that the body doesn't use.
    pub(crate) unused: TokenStream,
    /// Whether some yield mentions the body's handle.
    pub(crate) yields: bool,
    /// Whether there is a yield, also under a condition, or a macro that may contain one.
    pub(crate) may_yield: bool,
    /// Whether a `?` may end the body with a last item.
    pub(crate) may_end: bool,
    /// The place of a macro that may return from the body of an iterator or a stream.
    pub(crate) hidden_return: Option<Span>,
    /// Whether an expression may contain several yields, of which clippy can't tell the order.
    pub(crate) is_unsequenced: bool,
    /// Whether there is an expression at the end whose value the body may return.
    pub(crate) has_value: bool,
    pub(crate) body: Body,
}

/// Rewrites the yields in `body`, or returns the errors.
///
/// The compiler refuses a body that can't be parsed. Under the attribute, rustc has parsed it
/// before.
pub(crate) fn rewrite(
    mut body: Body,
    ends: &Ends,
    arguments: Vec<Argument>,
    under_attribute: bool,
) -> Result<Rewritten, Vec<Error>> {
    let mut rewriter = Rewriter {
        ends,
        under_attribute,
        has_other_macros: false,
        has_operators: false,
        may_yield: false,
        may_end: false,
        hidden_return: None,
        is_unsequenced: false,
        inside: None,
        in_loop: false,
        conditions: Vec::new(),
        suspensions: Suspensions::default(),
        used: None,
        is_guess: false,
        in_macro: false,
        yields: false,
        errors: Vec::new(),
        conditional: TokenStream::new(),
    };
    let has_postfix = postfix::is_in(&body.tokens());
    if has_postfix {
        body.replace(postfix::hide(body.tokens()));
    }
    let Ok(mut stmts) = body.parse() else {
        if has_postfix {
            body.replace(postfix::show(body.tokens()));
        }
        rewriter.guess(body.tokens());
        if !rewriter.errors.is_empty() {
            return Err(rewriter.errors);
        }
        return Ok(Rewritten {
            macros: ends.macros(),
            conditional: rewriter.conditional,
            unused: TokenStream::new(),
            yields: false,
            may_yield: true,
            may_end: false,
            hidden_return: None,
            is_unsequenced: true,
            has_value: true,
            body,
        });
    };
    if !arguments.is_empty() {
        rewriter.used = Some(UsedNames::of(&mut stmts));
    }
    if ends.gives_items {
        rewriter.hidden_return = hidden_return::find(&mut stmts);
    }
    if ends.returns_unit {
        returned::visit_end(&mut rewriter, &mut stmts);
    } else {
        rewriter.visit_stmts(&mut stmts);
    }
    let Rewriter {
        has_other_macros,
        has_operators,
        yields,
        may_yield,
        may_end,
        hidden_return,
        is_unsequenced,
        used,
        errors,
        conditional,
        ..
    } = rewriter;
    let is_unsequenced = !ends.is_async() && (is_unsequenced || has_other_macros);
    let mut unused = TokenStream::new();
    for argument in arguments {
        if used.as_ref().is_some_and(|used| !used.contain(&argument.name)) {
            unused.extend(used_names::report(argument));
        }
    }
    if !errors.is_empty() {
        return Err(errors);
    }
    body.replace(quote!(#(#stmts)*));
    if has_postfix {
        // In another macro, that macro defines the meaning of `.yield`.
        body.replace(postfix::show(body.tokens()));
    }
    let mut macros = if has_other_macros { ends.macros() } else { TokenStream::new() };
    if has_operators {
        macros.extend(ends.operators());
    }
    Ok(Rewritten {
        macros,
        conditional,
        unused,
        yields,
        may_yield,
        may_end,
        hidden_return,
        is_unsequenced,
        has_value: returned::has_value(&stmts),
        body,
    })
}

/// Returns the expression with these attributes.
fn with(attributes: &[Attribute], expr: TokenStream) -> TokenStream {
    if attributes.is_empty() { expr } else { quote!(#(#attributes)* #expr) }
}

/// The yields of one body.
struct Rewriter<'a> {
    ends: &'a Ends,
    /// Whether the body is that of a function under the attribute, which rustc has parsed already.
    under_attribute: bool,
    /// Whether there are macro calls whose expansion may contain a yield.
    has_other_macros: bool,
    /// Whether the arguments of std's macros contain an `.await` or a `?`.
    has_operators: bool,
    /// See [`Rewritten`].
    may_yield: bool,
    /// Whether a `?` may end the body with a last item.
    may_end: bool,
    /// The place of a macro that may return from the body of an iterator or a stream.
    hidden_return: Option<Span>,
    /// Whether an expression contains several suspensions.
    is_unsequenced: bool,
    /// The innermost enclosure here that a yield can't leave.
    inside: Option<Enclosure>,
    /// Whether this is inside a loop, which `break` leaves.
    in_loop: bool,
    /// The conditions under which this place is compiled at all.
    conditions: Vec<Attribute>,
    suspensions: Suspensions,
    /// The names that the body uses, if it has arguments.
    used: Option<UsedNames>,
    /// Whether these are tokens of an unknown macro, whose meaning is a guess.
    is_guess: bool,
    /// Whether these are the arguments of a macro of std, which the compiler receives unchanged.
    in_macro: bool,
    yields: bool,
    errors: Vec<Error>,
    conditional: TokenStream,
}

impl Rewriter<'_> {
    fn refuse(&mut self, span: Span, reason: Diagnostic<'_>) {
        self.refuse_as(reason.at(span));
    }

    /// Reports the error unless the code is only a guess.
    fn refuse_as(&mut self, error: Error) {
        if !self.is_guess {
            self.report(error);
        }
    }

    fn report(&mut self, error: Error) {
        if self.conditions.is_empty() {
            self.errors.push(error);
            return;
        }
        // Not by the path that syn writes: a crate may call itself `core`, and nothing else refuses
        // this code.
        let (conditions, message) = (&self.conditions, error.to_string());
        let krate = self.ends.krate(error.span());
        self.conditional.extend(quote_spanned! {self.ends.site(error.span())=>
            #(#conditions)* #krate::__private::core::compile_error!(#message);
        });
    }

    fn within(&mut self, inside: Enclosure, visit: impl FnOnce(&mut Self)) {
        let outer = (self.inside.replace(inside), self.in_loop);
        visit(self);
        (self.inside, self.in_loop) = outer;
    }

    fn within_loop(&mut self, visit: impl FnOnce(&mut Self)) {
        let outer = std::mem::replace(&mut self.in_loop, true);
        visit(self);
        self.in_loop = outer;
    }

    /// Visits code that has these attributes.
    fn under(&mut self, attributes: &[Attribute], visit: impl FnOnce(&mut Self)) {
        let outer = self.conditions.len();
        self.conditions.extend(conditions(attributes));
        visit(self);
        self.conditions.truncate(outer);
    }

    /// Returns the rewritten `?`, if it ends the body with a last item.
    fn visit_question_mark(&mut self, tried: &mut ExprTry) -> Option<TokenStream> {
        let span = tried.question_token.span;
        let extent = Extent::to(&tried.expr, span);
        self.visit_attributes_mut(&mut tried.attrs);
        self.visit_expr_mut(&mut tried.expr);
        if self.inside.is_some() {
            return None;
        }
        if !self.ends.gives_items {
            if self.ends.returns_unit && self.ends.alias.is_none() {
                self.refuse(span, Diagnostic::QuestionMarkWithoutReturn);
            }
            if let (Some(alias), []) = (&self.ends.alias, &self.conditions[..]) {
                self.conditional.extend(self.ends.returns_errors(alias, span));
            }
            return None;
        }
        self.may_end = true;
        Some(with(&tried.attrs, self.ends.question_mark(&tried.expr, span, extent)))
    }

    fn visit_return(&mut self, ExprReturn { attrs, return_token, expr }: &mut ExprReturn) {
        self.visit_attributes_mut(attrs);
        if let Some(value) = expr {
            let is_value = returned::is_value(value);
            self.visit_expr_mut(value);
            if is_value && self.inside.is_none() && self.ends.returns_unit {
                **value = self.ends.returned(value);
            }
        }
        if self.inside.is_none() {
            let span = return_token.span;
            if let Some(hidden) = self.hidden_return {
                let (site, krate) = (self.ends.site(span), self.ends.krate(span));
                let (end, nothing) = (self.ends.end(hidden), self.ends.hidden("nothing", span));
                // The `else` that never runs prevents a warning about a value that diverges.
                let value = expr.take().map(|value| {
                    quote_spanned! {site=>
                        let #nothing: () = if true { #value } else { #krate::__private::diverge() };
                    }
                });
                let value = quote_spanned!(site=> { #value #end });
                *expr = Some(Box::new(Expr::Verbatim(value)));
            }
        }
    }

    /// Returns the rewritten `.await`, if it belongs to the body.
    fn visit_await(&mut self, awaited: &mut ExprAwait) -> Option<TokenStream> {
        let span = awaited.await_token.span;
        let extent = Extent::to(&awaited.base, span);
        self.visit_attributes_mut(&mut awaited.attrs);
        self.visit_expr_mut(&mut awaited.base);
        if self.inside.is_some() {
            return None;
        }
        self.suspensions.count();
        if !self.ends.is_async() {
            self.refuse(
                span,
                match &self.ends.alias {
                    Some(_) => Diagnostic::AwaitInAlias,
                    None => Diagnostic::AwaitInSync,
                },
            );
            return None;
        }
        self.yields |= self.conditions.is_empty();
        Some(with(&awaited.attrs, self.ends.wait(&awaited.base, span, extent)))
    }

    fn note_yield(&mut self) {
        self.yields |= self.conditions.is_empty();
        self.may_yield = true;
    }

    /// Returns the rewritten call, if the macro is one of ours.
    fn rewrite_or_see(&mut self, call: &mut syn::Macro) -> Option<TokenStream> {
        let rewritten = self.rewrite_macro(call);
        match rewritten {
            Some(_) => self.note_yield(),
            None => {
                self.may_yield |= !is_of_std(call) || is_placeholder(call);
                self.sequenced(true, |this| this.see_other_macro(call));
            }
        }
        rewritten
    }

    /// Refuses `break` and `continue` outside of a loop. The message of rustc would mention the
    /// block around the body.
    fn check_jump(&mut self, span: Span, name: &'static str, has_label: bool) {
        if !has_label && !self.in_loop && self.inside.is_none() {
            self.refuse(span, Diagnostic::OutsideOfLoop { name });
        }
    }

    fn visit_attributes_mut(&mut self, attributes: &mut [Attribute]) {
        attributes.iter_mut().for_each(|attribute| self.visit_attribute_mut(attribute));
    }

    fn visit_stmts(&mut self, stmts: &mut [Stmt]) {
        // A macro call with braces is a statement. Its rewritten form needs a semicolon for that.
        if let Some((_last, stmts)) = stmts.split_last_mut() {
            for stmt in stmts {
                if let Stmt::Macro(call) = stmt {
                    if is_ours(&call.mac) {
                        call.semi_token.get_or_insert_default();
                    }
                }
            }
        }
        stmts.iter_mut().for_each(|stmt| self.visit_stmt_mut(stmt));
    }

    pub(super) fn visit_expr_mut(&mut self, expr: &mut Expr) {
        self.sequenced(has_operands(expr), |this| this.rewrite_expr(expr));
    }

    /// Visits an expression, and replaces it if it is a yield or belongs to the body's end.
    fn rewrite_expr(&mut self, expr: &mut Expr) {
        match expr {
            Expr::Macro(ExprMacro { mac, attrs }) => {
                let rewritten = self.rewrite_or_see(mac);
                self.visit_attributes_mut(attrs);
                if let Some(rewritten) = rewritten {
                    *expr = Expr::Verbatim(with(attrs, rewritten));
                }
            }
            Expr::Yield(keyword) => {
                self.note_yield();
                self.visit_attributes_mut(&mut keyword.attrs);
                let rewritten = self.rewrite_keyword(keyword);
                *expr = Expr::Verbatim(with(&keyword.attrs, rewritten));
            }
            Expr::MethodCall(call) if call.method == postfix::NAME => {
                self.note_yield();
                self.visit_attributes_mut(&mut call.attrs);
                let rewritten = self.rewrite_postfix(call);
                *expr = Expr::Verbatim(with(&call.attrs, rewritten));
            }
            Expr::Await(awaited) => {
                if let Some(rewritten) = self.visit_await(awaited) {
                    *expr = Expr::Verbatim(rewritten);
                }
            }
            Expr::Try(tried) => {
                if let Some(rewritten) = self.visit_question_mark(tried) {
                    *expr = Expr::Verbatim(rewritten);
                }
            }
            Expr::Call(call) if is_without_bang(&call.func) => {
                // With the macros, the compiler says that the `!` is missing.
                (self.has_other_macros, self.may_yield) = (true, true);
                Node::Expr(expr).walk(self);
            }
            Expr::Return(returned) => self.visit_return(returned),
            Expr::Verbatim(_) => {
                (self.has_other_macros, self.may_yield) = (true, true);
                self.suspensions.count();
            }
            Expr::Index(index) => self.visit_index(index),
            Expr::Match(matched) => self.visit_match(matched),
            Expr::Closure(_) => {
                self.within(Enclosure::Closure, |this| Node::Expr(expr).walk(this));
            }
            Expr::Async(_) => {
                self.within(Enclosure::AsyncBlock, |this| Node::Expr(expr).walk(this));
            }
            Expr::Const(_) => {
                self.within(Enclosure::Constant, |this| Node::Expr(expr).walk(this));
            }
            Expr::Repeat(repeat) => {
                self.visit_attributes_mut(&mut repeat.attrs);
                self.visit_expr_mut(&mut repeat.expr);
                self.within(Enclosure::Constant, |this| this.visit_expr_mut(&mut repeat.len));
            }
            Expr::Loop(_) | Expr::While(_) | Expr::ForLoop(_) => {
                self.within_loop(|this| Node::Expr(expr).walk(this));
            }
            Expr::Block(block) if block.label.is_some() => {
                self.within_loop(|this| Node::Expr(expr).walk(this));
            }
            Expr::Break(jump) => {
                self.check_jump(jump.break_token.span, "break", jump.label.is_some());
                Node::Expr(expr).walk(self);
            }
            Expr::Continue(jump) => {
                self.check_jump(jump.continue_token.span, "continue", jump.label.is_some());
                Node::Expr(expr).walk(self);
            }
            _ => Node::Expr(expr).walk(self),
        }
    }

    fn visit_stmt_mut(&mut self, stmt: &mut Stmt) {
        match stmt {
            Stmt::Macro(call) => {
                self.visit_attributes_mut(&mut call.attrs);
                let attributes = call.attrs.clone();
                let mut rewritten = None;
                self.under(&attributes, |this| rewritten = this.rewrite_or_see(&mut call.mac));
                if let Some(rewritten) = rewritten {
                    let value = Expr::Verbatim(with(&attributes, rewritten));
                    *stmt = Stmt::Expr(value, call.semi_token);
                }
            }
            Stmt::Local(local) => {
                self.under(&local.attrs.clone(), |this| Node::Local(local).walk(this));
            }
            Stmt::Expr(expr, _) => self.under(&attributes(expr), |this| this.visit_expr_mut(expr)),
            Stmt::Item(item) => self.visit_item_mut(item),
        }
    }

    /// Refuses attribute macros on statements and expressions, which only nightly accepts. They
    /// would receive the rewritten yields, with the hidden names, and could move the names
    /// elsewhere. An attribute of a tool is removed, too, because a module may have the tool's
    /// name.
    fn visit_attribute_mut(&mut self, attribute: &mut Attribute) {
        let in_item = matches!(self.inside, Some(Enclosure::Item | Enclosure::Function));
        if in_item || is_built_in(&attribute.meta) {
            return;
        }
        if !is_of_a_tool(&attribute.meta) {
            self.refuse_as(Diagnostic::MacroInBody.on(&attribute));
        }
        *attribute = parse_quote!(#[allow()]);
    }

    fn visit_item_mut(&mut self, item: &mut Item) {
        let enclosure = match item {
            Item::Fn(_) => Enclosure::Function,
            _ => Enclosure::Item,
        };
        self.under(&attributes_of_item(item), |this| {
            this.within(enclosure, |this| Node::Item(item).walk(this));
        });
    }
}

impl Visitor for Rewriter<'_> {
    fn visit(&mut self, node: &mut Node<'_>) {
        match node {
            Node::Attribute(attribute) => self.visit_attribute_mut(attribute),
            Node::Expr(expr) => self.visit_expr_mut(expr),
            Node::Stmt(stmt) => self.visit_stmt_mut(stmt),
            Node::Item(item) => self.visit_item_mut(item),
            Node::Block(block) => self.visit_stmts(&mut block.stmts),
            Node::FieldValue(field) => {
                self.under(&field.attrs.clone(), |this| Node::FieldValue(field).walk(this));
            }
            // All expressions in a type are constants: lengths of arrays, and generic arguments.
            Node::Type(_) | Node::GenericArgument(_) => {
                self.within(Enclosure::Constant, |this| node.walk(this));
            }
            Node::ItemFn(syn::ItemFn { attrs, .. })
            | Node::ImplItemFn(syn::ImplItemFn { attrs, .. })
            | Node::TraitItemFn(syn::TraitItemFn { attrs, .. })
                if is_left_to_another_macro(attrs) => {}
            Node::ImplItemFn(syn::ImplItemFn { attrs, .. })
            | Node::TraitItemFn(syn::TraitItemFn { attrs, .. }) => {
                self.under(&attrs.clone(), |this| node.walk(this));
            }
            _ => node.walk(self),
        }
    }
}

/// Returns whether clippy takes the order of the expression's parts for undefined.
fn has_operands(expr: &Expr) -> bool {
    matches!(
        expr,
        Expr::Array(_)
            | Expr::Assign(_)
            | Expr::Binary(_)
            | Expr::Call(_)
            | Expr::Index(_)
            | Expr::MethodCall(_)
            | Expr::Repeat(_)
            | Expr::Struct(_)
            | Expr::Tuple(_)
    )
}

/// Returns whether a function that is called has the name of one of our macros.
fn is_without_bang(function: &Expr) -> bool {
    match function {
        Expr::Path(path) => path.path.is_ident("yield_") || path.path.is_ident("yield_from"),
        _ => false,
    }
}

/// Returns the attributes of an item that may contain code.
fn attributes_of_item(item: &Item) -> Vec<Attribute> {
    macro_rules! of {
        ($($kind:ident)*) => {
            match item {
                $(Item::$kind(found) => found.attrs.clone(),)*
                _ => Vec::new(),
            }
        };
    }

    of!(Const Enum Fn Impl Macro Mod Static Struct Trait Type Union)
}

/// Returns the attributes of an expression statement, which syn stores in its leftmost expression.
fn attributes(expr: &Expr) -> Vec<Attribute> {
    macro_rules! of {
        ($expr:expr, left: $($outer:ident $field:ident),*; own: $($kind:ident)*) => {
            match $expr {
                $(Expr::$outer(outer) => attributes(&outer.$field),)*
                $(Expr::$kind(found) => found.attrs.clone(),)*
                _ => Vec::new(),
            }
        };
    }

    of!(expr,
        left: Assign left, Binary left, Cast expr;
        own: Async Await Block Break Call Closure Const Continue ForLoop If Index Loop Macro Match
            MethodCall Paren Path Return Struct Try Tuple Unary Unsafe While Yield)
}
