//! Who has looked again at whether somebody still needs their access, and what they decided.

use sea_orm_migration::{prelude::*, schema::*};

use crate::tables::*;

#[derive(DeriveMigrationName)]
pub struct Migration;

fn practices() -> TableAlterStatement {
    Table::alter().table(Alias::new("practices")).to_owned()
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .create_table(
                table("access_reviews")
                    .col(uuid("id"))
                    .col(uuid("practice_id"))
                    .col(uuid("user_id"))
                    .col(text("decision"))
                    .col(blob_null("note"))
                    .col(uuid("reviewed_by"))
                    .col(timestamp_with_time_zone("reviewed_at"))
                    .primary_key(&mut key(&["id"]))
                    .index(&mut unique(&["practice_id", "id"]))
                    .foreign_key(&mut in_practice())
                    .foreign_key(&mut of_user())
                    .to_owned(),
            )
            .await?;
        manager.create_index(index("access_reviews", &["practice_id", "user_id", "id"])).await?;
        let column = integer("review_months").default(6).take();
        manager.alter_table(practices().add_column(column).to_owned()).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.alter_table(practices().drop_column(Alias::new("review_months")).to_owned()).await?;
        manager.drop_table(drop_table("access_reviews")).await
    }
}
