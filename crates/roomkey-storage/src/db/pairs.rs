//! Rows of a table by two columns at once.

use std::marker::PhantomData;

use diesel::backend::Backend;
use diesel::expression::{
    AppearsOnTable, Expression, SelectableExpression, ValidGrouping, is_aggregate,
};
use diesel::query_builder::{AstPass, QueryFragment, QueryId};
use diesel::result::QueryResult;
use diesel::serialize::ToSql;
use diesel::sql_types::{Bool, HasSqlType, Text};

/// `(one, other) IN (VALUES (…, …), …)`, of which both databases look each pair up in an index that begins with both.
///
/// Two conditions with a set each would look up every one of the first with every one of the second.
#[derive(Debug)]
pub(crate) struct InPairs<'a, ST, V> {
    columns: (&'static str, &'static str),
    pairs: Vec<(&'a str, V)>,
    second: PhantomData<ST>,
}

impl<'a, ST, V: Clone> InPairs<'a, ST, V> {
    /// Rows in which the columns, named with their table, have any of these values; there must be one.
    pub(crate) fn new(
        columns: (&'static str, &'static str),
        pairs: impl IntoIterator<Item = (&'a str, V)>,
    ) -> Self {
        let mut pairs: Vec<_> = pairs.into_iter().collect();
        // A power of two of them, the last one again and again: few texts, which stay prepared.
        let padded = pairs.len().next_power_of_two();
        if let Some(last) = pairs.last().cloned() {
            pairs.resize(padded, last);
        }
        Self { columns, pairs, second: PhantomData }
    }
}

/// `(one, other) IN (SELECT …)`, of which both databases look each pair up in an index that begins with both.
#[derive(Debug)]
pub(crate) struct InSelected<Q> {
    columns: (&'static str, &'static str),
    query: Q,
}

impl<Q> InSelected<Q> {
    /// Rows in which the columns, named with their table, have the values of a row of `query`, which selects two.
    pub(crate) const fn new(columns: (&'static str, &'static str), query: Q) -> Self {
        Self { columns, query }
    }
}

impl<Q> Expression for InSelected<Q> {
    type SqlType = Bool;
}

impl<Q, QS> AppearsOnTable<QS> for InSelected<Q> {}
impl<Q, QS> SelectableExpression<QS> for InSelected<Q> {}

impl<Q, G> ValidGrouping<G> for InSelected<Q> {
    type IsAggregate = is_aggregate::Never;
}

/// The text depends on the columns.
impl<Q> QueryId for InSelected<Q> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl<DB: Backend, Q: QueryFragment<DB>> QueryFragment<DB> for InSelected<Q> {
    fn walk_ast<'b>(&'b self, mut pass: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        let (one, other) = self.columns;
        for part in ["(", one, ", ", other, ") IN ("] {
            pass.push_sql(part);
        }
        self.query.walk_ast(pass.reborrow())?;
        pass.push_sql(")");
        Ok(())
    }
}

impl<ST, V> Expression for InPairs<'_, ST, V> {
    type SqlType = Bool;
}

impl<ST, V, QS> AppearsOnTable<QS> for InPairs<'_, ST, V> {}
impl<ST, V, QS> SelectableExpression<QS> for InPairs<'_, ST, V> {}

impl<ST, V, G> ValidGrouping<G> for InPairs<'_, ST, V> {
    type IsAggregate = is_aggregate::Never;
}

/// The text depends on the columns and on how many pairs there are.
impl<ST, V> QueryId for InPairs<'_, ST, V> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl<DB, ST, V> QueryFragment<DB> for InPairs<'_, ST, V>
where
    DB: Backend + HasSqlType<Text> + HasSqlType<ST>,
    str: ToSql<Text, DB>,
    V: ToSql<ST, DB>,
{
    fn walk_ast<'b>(&'b self, mut pass: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        let (one, other) = self.columns;
        for part in ["(", one, ", ", other, ") IN (VALUES "] {
            pass.push_sql(part);
        }
        for (number, (one, other)) in self.pairs.iter().enumerate() {
            pass.push_sql(if number == 0 { "(" } else { ", (" });
            pass.push_bind_param::<Text, str>(one)?;
            pass.push_sql(", ");
            pass.push_bind_param::<ST, V>(other)?;
            pass.push_sql(")");
        }
        pass.push_sql(")");
        Ok(())
    }
}
