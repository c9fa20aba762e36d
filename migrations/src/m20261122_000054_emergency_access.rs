//! Emergency access to one client's chart, its review, and in the audit trail what was done under it.

use sea_orm_migration::{prelude::*, schema::*};

use crate::tables::*;

#[derive(DeriveMigrationName)]
pub struct Migration;

fn of(table: &'static str) -> TableAlterStatement {
    Table::alter().table(Alias::new(table)).to_owned()
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .create_table(
                table("emergency_accesses")
                    .col(uuid("id"))
                    .col(uuid("practice_id"))
                    .col(uuid("user_id"))
                    .col(uuid("client_id"))
                    .col(blob("reason"))
                    .col(timestamp_with_time_zone("begun_at"))
                    .col(timestamp_with_time_zone("expires_at"))
                    .col(timestamp_with_time_zone_null("ended_at"))
                    .col(blob_null("attestation"))
                    .col(timestamp_with_time_zone_null("attested_at"))
                    .col(text_null("verdict"))
                    .col(blob_null("verdict_note"))
                    .col(uuid_null("decided_by"))
                    .col(timestamp_with_time_zone_null("decided_at"))
                    .primary_key(&mut key(&["id"]))
                    .index(&mut unique(&["practice_id", "id"]))
                    .foreign_key(&mut in_practice())
                    .foreign_key(&mut of_user())
                    .foreign_key(&mut belongs_to("client_id", "clients"))
                    .to_owned(),
            )
            .await?;
        manager.create_index(index("emergency_accesses", &["practice_id", "user_id", "client_id"])).await?;
        manager.alter_table(of("practices").add_column(blob_null("privacy_contact")).to_owned()).await?;
        manager.alter_table(of("audit_events").add_column(uuid_null("emergency_id")).to_owned()).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.alter_table(of("audit_events").drop_column(Alias::new("emergency_id")).to_owned()).await?;
        manager.alter_table(of("practices").drop_column(Alias::new("privacy_contact")).to_owned()).await?;
        manager.drop_table(drop_table("emergency_accesses")).await
    }
}
