//! Clients, consents and sessions.

use sea_orm_migration::{prelude::*, schema::*};

use crate::tables::*;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .create_table(
                table("clients")
                    .col(uuid("id"))
                    .col(uuid("practice_id"))
                    .col(blob("given_name"))
                    .col(blob("family_name"))
                    .col(blob_null("date_of_birth"))
                    .col(blob_null("email"))
                    .col(blob_null("phone"))
                    .col(blob_null("pronouns"))
                    .col(blob_null("external_id"))
                    .col(text("jurisdiction"))
                    .col(uuid("created_by"))
                    .col(timestamp_with_time_zone("created_at"))
                    .col(timestamp_with_time_zone("updated_at"))
                    .primary_key(&mut key(&["id"]))
                    .index(&mut unique(&["practice_id", "id"]))
                    .foreign_key(&mut in_practice())
                    .to_owned(),
            )
            .await?;
        manager
            .create_table(
                table("consents")
                    .col(uuid("id"))
                    .col(uuid("practice_id"))
                    .col(uuid("client_id"))
                    .col(text("kind"))
                    .col(text("text_version"))
                    .col(text("method"))
                    .col(blob("participants"))
                    .col(timestamp_with_time_zone("granted_at"))
                    .col(timestamp_with_time_zone_null("revoked_at"))
                    .col(uuid("recorded_by"))
                    .col(timestamp_with_time_zone("created_at"))
                    .primary_key(&mut key(&["id"]))
                    .index(&mut unique(&["practice_id", "id"]))
                    .foreign_key(&mut in_practice())
                    .foreign_key(&mut belongs_to("client_id", "clients"))
                    .to_owned(),
            )
            .await?;
        manager.create_index(index("consents", &["practice_id", "client_id"])).await?;
        manager
            .create_table(
                table("encounters")
                    .col(uuid("id"))
                    .col(uuid("practice_id"))
                    .col(text("modality"))
                    .col(text("setting"))
                    .col(timestamp_with_time_zone_null("scheduled_start"))
                    .col(timestamp_with_time_zone_null("started_at"))
                    .col(timestamp_with_time_zone_null("ended_at"))
                    .col(text_null("cpt_code"))
                    .col(blob("participants"))
                    .col(uuid("created_by"))
                    .col(timestamp_with_time_zone("created_at"))
                    .col(timestamp_with_time_zone("updated_at"))
                    .primary_key(&mut key(&["id"]))
                    .index(&mut unique(&["practice_id", "id"]))
                    .foreign_key(&mut in_practice())
                    .to_owned(),
            )
            .await?;
        manager
            .create_table(
                table("encounter_clients")
                    .col(uuid("encounter_id"))
                    .col(uuid("client_id"))
                    .col(uuid("practice_id"))
                    .col(integer("ordinal"))
                    .primary_key(&mut key(&["encounter_id", "client_id"]))
                    .foreign_key(&mut in_practice())
                    .foreign_key(&mut belongs_to("encounter_id", "encounters"))
                    .foreign_key(&mut belongs_to("client_id", "clients"))
                    .to_owned(),
            )
            .await?;
        manager.create_index(index("encounter_clients", &["practice_id", "client_id"])).await?;
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(drop_table("encounter_clients")).await?;
        manager.drop_table(drop_table("encounters")).await?;
        manager.drop_table(drop_table("consents")).await?;
        manager.drop_table(drop_table("clients")).await?;
        Ok(())
    }
}
