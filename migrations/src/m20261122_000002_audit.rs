//! The audit trail.

use sea_orm_migration::{prelude::*, schema::*};

use crate::tables::*;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .create_table(
                table("audit_events")
                    .col(uuid("id"))
                    .col(uuid("practice_id"))
                    .col(timestamp_with_time_zone("at"))
                    .col(text("action"))
                    .col(uuid_null("user_id"))
                    .col(text("actor"))
                    .col(uuid_null("client_id"))
                    .col(text("subject"))
                    .col(uuid_null("subject_id"))
                    .col(text("outcome"))
                    .col(text("request_id"))
                    .primary_key(&mut key(&["id"]))
                    .index(&mut unique(&["practice_id", "id"]))
                    .foreign_key(&mut in_practice())
                    .to_owned(),
            )
            .await?;
        manager.create_index(index("audit_events", &["practice_id", "id"])).await?;
        manager.create_index(index("audit_events", &["practice_id", "client_id", "id"])).await?;
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(drop_table("audit_events")).await?;
        Ok(())
    }
}
