//! Incidents with what is kept about people, and their timelines, from which everything else about them is read.

use sea_orm_migration::{prelude::*, schema::*};

use crate::tables::*;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .create_table(
                table("incidents")
                    .col(uuid("id"))
                    .col(uuid("practice_id"))
                    .col(blob("opened"))
                    .col(uuid("opened_by"))
                    .col(timestamp_with_time_zone("opened_at"))
                    .primary_key(&mut key(&["id"]))
                    .index(&mut unique(&["practice_id", "id"]))
                    .foreign_key(&mut in_practice())
                    .foreign_key(&mut of_member("opened_by"))
                    .to_owned(),
            )
            .await?;
        manager
            .create_table(
                table("incident_entries")
                    .col(uuid("id"))
                    .col(uuid("practice_id"))
                    .col(uuid("incident_id"))
                    .col(integer("ordinal"))
                    .col(blob("content"))
                    .col(uuid("added_by"))
                    .col(timestamp_with_time_zone("added_at"))
                    .primary_key(&mut key(&["id"]))
                    .index(&mut unique(&["practice_id", "id"]))
                    .index(&mut unique(&["practice_id", "incident_id", "ordinal"]))
                    .foreign_key(&mut in_practice())
                    .foreign_key(&mut belongs_to("incident_id", "incidents"))
                    .foreign_key(&mut of_member("added_by"))
                    .to_owned(),
            )
            .await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(drop_table("incident_entries")).await?;
        manager.drop_table(drop_table("incidents")).await
    }
}
