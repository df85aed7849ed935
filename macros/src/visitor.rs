//! What walks through the user's syntax.
//!
//! syn's `VisitMut` has a generic function for each kind of node, and each type that implements it
//! compiles all of them once more. So only one type implements it here, and calls a trait object.
//! The trait has one method for all kinds of nodes: of a method for each kind, every visitor would
//! compile its own copy. A visitor that changes nothing gets mutable nodes, too, because syn's
//! `Visit` is a second set of functions. All this is for the time that users' builds take.

use syn::visit_mut::{self, VisitMut};
use syn::{
    Abi, AngleBracketedGenericArguments, Arm, Attribute, Block, BoundLifetimes, Constraint, Expr,
    ExprArray, ExprCall, ExprClosure, ExprMethodCall, ExprPath, ExprStruct, ExprTuple, FieldValue,
    FieldsNamed, FieldsUnnamed, FnArg, GenericArgument, GenericParam, Generics, Ident, ImplItemFn,
    Item, ItemEnum, ItemFn, ItemMacro, ItemMod, ItemTrait, Lifetime, LifetimeParam, Local, Macro,
    ParenthesizedGenericArguments, Pat, PatIdent, PatSlice, PatStruct, PatTuple, PatTupleStruct,
    PathArguments, PreciseCapture, PredicateLifetime, PredicateType, Receiver, ReturnType,
    Signature, Stmt, TraitBound, TraitItemFn, TraitItemType, Type, TypeFnPtr, TypeImplTrait,
    TypeInfer, TypeParam, TypeReference, TypeTraitObject, TypeTuple, VisRestricted, WhereClause,
    WherePredicate,
};

/// Visits the nodes of a syntax tree.
pub(crate) trait Visitor {
    /// Visits a node. To visit what is in the node, it calls [`Node::walk`].
    fn visit(&mut self, node: &mut Node<'_>);
}

/// Calls a visitor for the nodes in a node.
struct Walk<'a>(&'a mut dyn Visitor);

/// Defines the kinds of nodes, and what walks through them.
macro_rules! define_nodes {
    ($($kind:ident: $method:ident)*) => {
        /// A node of one of the kinds that some visitor distinguishes, or starts with.
        pub(crate) enum Node<'a> {
            $($kind(&'a mut $kind),)*
        }

        impl Node<'_> {
            /// Lets the visitor visit what is in the node.
            pub(crate) fn walk(&mut self, visitor: &mut dyn Visitor) {
                let mut walk = Walk(visitor);
                match self {
                    $(Self::$kind(node) => visit_mut::$method(&mut walk, node),)*
                }
            }
        }

        impl VisitMut for Walk<'_> {
            $(
                fn $method(&mut self, node: &mut $kind) {
                    self.0.visit(&mut Node::$kind(node));
                }
            )*
        }
    };
}

define_nodes! {
    Abi: visit_abi_mut
    AngleBracketedGenericArguments: visit_angle_bracketed_generic_arguments_mut
    Arm: visit_arm_mut
    Attribute: visit_attribute_mut
    Block: visit_block_mut
    BoundLifetimes: visit_bound_lifetimes_mut
    Constraint: visit_constraint_mut
    Expr: visit_expr_mut
    ExprArray: visit_expr_array_mut
    ExprCall: visit_expr_call_mut
    ExprClosure: visit_expr_closure_mut
    ExprMethodCall: visit_expr_method_call_mut
    ExprPath: visit_expr_path_mut
    ExprStruct: visit_expr_struct_mut
    ExprTuple: visit_expr_tuple_mut
    FieldValue: visit_field_value_mut
    FieldsNamed: visit_fields_named_mut
    FieldsUnnamed: visit_fields_unnamed_mut
    FnArg: visit_fn_arg_mut
    GenericArgument: visit_generic_argument_mut
    GenericParam: visit_generic_param_mut
    Generics: visit_generics_mut
    Ident: visit_ident_mut
    ImplItemFn: visit_impl_item_fn_mut
    Item: visit_item_mut
    ItemEnum: visit_item_enum_mut
    ItemFn: visit_item_fn_mut
    ItemMacro: visit_item_macro_mut
    ItemMod: visit_item_mod_mut
    ItemTrait: visit_item_trait_mut
    Lifetime: visit_lifetime_mut
    LifetimeParam: visit_lifetime_param_mut
    Local: visit_local_mut
    Macro: visit_macro_mut
    ParenthesizedGenericArguments: visit_parenthesized_generic_arguments_mut
    Pat: visit_pat_mut
    PatIdent: visit_pat_ident_mut
    PatSlice: visit_pat_slice_mut
    PatStruct: visit_pat_struct_mut
    PatTuple: visit_pat_tuple_mut
    PatTupleStruct: visit_pat_tuple_struct_mut
    PathArguments: visit_path_arguments_mut
    PreciseCapture: visit_precise_capture_mut
    PredicateLifetime: visit_predicate_lifetime_mut
    PredicateType: visit_predicate_type_mut
    Receiver: visit_receiver_mut
    ReturnType: visit_return_type_mut
    Signature: visit_signature_mut
    Stmt: visit_stmt_mut
    TraitBound: visit_trait_bound_mut
    TraitItemFn: visit_trait_item_fn_mut
    TraitItemType: visit_trait_item_type_mut
    Type: visit_type_mut
    TypeFnPtr: visit_type_fn_ptr_mut
    TypeImplTrait: visit_type_impl_trait_mut
    TypeInfer: visit_type_infer_mut
    TypeParam: visit_type_param_mut
    TypeReference: visit_type_reference_mut
    TypeTraitObject: visit_type_trait_object_mut
    TypeTuple: visit_type_tuple_mut
    VisRestricted: visit_vis_restricted_mut
    WhereClause: visit_where_clause_mut
    WherePredicate: visit_where_predicate_mut
}
