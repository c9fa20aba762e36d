//! Requests of clients that their record be changed, with their clock and what followed the answer.

use sea_orm_migration::{prelude::*, schema::*};

use crate::tables::*;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .create_table(
                table("amendments")
                    .col(uuid("id"))
                    .col(uuid("practice_id"))
                    .col(uuid("client_id"))
                    .col(uuid_null("note_id"))
                    .col(blob("change"))
                    .col(blob("reason"))
                    .col(date("received_on"))
                    .col(uuid("received_by"))
                    .col(date("due_on"))
                    .col(blob_null("extension_reason"))
                    .col(date_null("extension_told_on"))
                    .col(text("state"))
                    .col(text_null("ground"))
                    .col(date_null("told_on"))
                    .col(blob_null("answer"))
                    .col(uuid_null("addendum_id"))
                    .col(uuid_null("settled_by"))
                    .col(timestamp_with_time_zone_null("settled_at"))
                    .col(blob_null("statement"))
                    .col(date_null("statement_on"))
                    .col(blob_null("rebuttal"))
                    .col(date_null("rebuttal_on"))
                    .col(blob_null("others_told"))
                    .col(date_null("others_told_on"))
                    .col(integer("reminded"))
                    .col(timestamp_with_time_zone("created_at"))
                    .primary_key(&mut key(&["id"]))
                    .index(&mut unique(&["practice_id", "id"]))
                    .foreign_key(&mut in_practice())
                    .foreign_key(&mut belongs_to("client_id", "clients"))
                    .foreign_key(&mut belongs_to("note_id", "notes"))
                    .foreign_key(&mut of_member("received_by"))
                    .to_owned(),
            )
            .await?;
        manager.create_index(index("amendments", &["practice_id", "client_id"])).await?;
        manager.create_index(index("amendments", &["practice_id", "note_id"])).await?;
        manager.create_index(index("amendments", &["practice_id", "state", "due_on"])).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(drop_table("amendments")).await
    }
}
