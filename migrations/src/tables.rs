//! The few words that migrations are written in.

use sea_orm_migration::prelude::*;

/// A new table.
pub fn table(name: &'static str) -> TableCreateStatement {
    Table::create().table(Alias::new(name)).to_owned()
}

/// The primary key.
pub fn key(columns: &[&'static str]) -> IndexCreateStatement {
    over(Index::create(), columns)
}

/// No two rows alike in these columns.
pub fn unique(columns: &[&'static str]) -> IndexCreateStatement {
    over(Index::create(), columns).unique().to_owned()
}

/// An index, named after what it is on.
pub fn index(table: &'static str, columns: &[&'static str]) -> IndexCreateStatement {
    let mut index = over(Index::create(), columns);
    index.name(format!("{table}_by_{}", columns.join("_"))).table(Alias::new(table)).to_owned()
}

/// The row belongs to a practice.
pub fn in_practice() -> ForeignKeyCreateStatement {
    reference(&["practice_id"], "practices", &["id"])
}

/// The row belongs to an account.
pub fn of_user() -> ForeignKeyCreateStatement {
    reference(&["user_id"], "users", &["id"])
}

/// The row belongs to a row of `parent` in the same practice, and goes with it.
pub fn belongs_to(column: &'static str, parent: &'static str) -> ForeignKeyCreateStatement {
    reference(&["practice_id", column], parent, &["practice_id", "id"])
}

/// The row names somebody who is, or was, in the same practice.
pub fn of_member(column: &'static str) -> ForeignKeyCreateStatement {
    reference(&["practice_id", column], "memberships", &["practice_id", "user_id"])
}

/// Drops a table.
pub fn drop_table(name: &'static str) -> TableDropStatement {
    Table::drop().table(Alias::new(name)).to_owned()
}

fn over(mut index: IndexCreateStatement, columns: &[&'static str]) -> IndexCreateStatement {
    for column in columns {
        index.col(Alias::new(*column));
    }
    index
}

fn reference(from: &[&'static str], parent: &'static str, to: &[&'static str]) -> ForeignKeyCreateStatement {
    let mut key = ForeignKey::create();
    for column in from {
        key.from_col(Alias::new(*column));
    }
    key.to_tbl(Alias::new(parent));
    for column in to {
        key.to_col(Alias::new(*column));
    }
    key.on_delete(ForeignKeyAction::Cascade).to_owned()
}
